"""Find the person who stretches, with a detector of one person and a detector of several.

MediaPipe detects one person faster and more steadily than several. The detector of several people therefore looks at
the picture only now and then, to notice bystanders and to keep the detector of one person on the subject.
"""

from dataclasses import replace
from typing import Protocol

import numpy as np

from posecheck.capture.pose.appearance import Appearance, Stir
from posecheck.capture.pose.relations import approaches, distinct, hides, overlapping, same_place, touching
from posecheck.capture.pose.subject_tracker import AWAY_S, SubjectPicker
from posecheck.core.frame import Rgb
from posecheck.core.pose import Pose
from posecheck.core.prefetch import Prefetcher

LOOKS = (4, 8, 16, 32, 90)
"""Frames from one search for all people to the next: few at first, because a person may be detected a little late."""
LOOKS_IN_COMPANY = 10
"""The same with other people in the picture, where the detector of one may switch to another person."""

HIDDEN_S = 0.6
"""Time after somebody was seen near the subject and nearer to the camera, in which both may be found as one person."""
LOOKS_NEAR = 3
"""The same while somebody is about to pass in front of the subject."""
MARGIN = 0.15
"""Margin that stays visible around the subject, as a share of the larger of their height and width."""


class Finder(Protocol):
    """Find people in pictures that come in order of time."""

    def find(self, rgb: Rgb, time_s: float) -> list[Pose]:
        """Return everybody found in the next picture.

        Args:
            rgb: (h, w, 3) picture.
            time_s: Its time in seconds.
        """


class SubjectFinder:
    """Keep a detector of one person on the subject, with the help of a detector of several.

    The detector of one takes two thirds of the time, and MediaPipe smooths its landmarks, which it does not for several
    people. The detector of several therefore runs only now and then, and in every frame while the other does not follow
    the subject; the detector of one is then given a picture with only the subject in it.
    """

    def __init__(self, one: Finder, several: Finder | None) -> None:
        """Start without a subject.

        Args:
            one: The detector of one person.
            several: The detector of several; None follows whoever `one` finds, without looking for other people.
        """
        self._one, self._several = one, several
        self._picker = SubjectPicker()
        self.restart()

    def restart(self) -> None:
        """Forget where everybody was, as the picture has changed to another scene; nobody has left for that."""
        self._picker.restart()
        self._appearance = Appearance()
        self._subject, self._seen_s = 0, -np.inf
        self._on_subject = False
        self._misled = False
        self._present = False
        self._company = 0
        self._touched = False
        self._looks = 0
        self._wait = 0
        self._near_s = -np.inf
        self._stir, self._stirred_s = Stir(), -np.inf
        self._quiet = 0
        self._pause = LOOKS[0]

    def find(self, rgb: Rgb, time_s: float) -> Pose | None:
        """Find the subject in the next picture.

        Args:
            rgb: (h, w, 3) picture.
            time_s: Its time in seconds.

        Returns:
            The subject's pose, hidden while only others are found; None where nobody is.
        """
        if self._several is None:
            return self._picker.pick(self._one.find(rgb, time_s))
        self._wait -= 1
        if not self._on_subject or self._wait <= 0:
            return self._look_around(self._several, rgb, time_s, None)
        alone = distinct(self._one.find(rgb, time_s))
        if alone and self._picker.continues(alone[0]) and not self._is_suspect(rgb, alone[0]):
            subject = self._picker.pick(alone, 1 + self._company)
            self._learn(rgb, subject)
            return None if subject is None else replace(subject, touched=self._touched)
        if not alone and not self._present:
            return None
        self._looks = 0
        return self._look_around(self._several, rgb, time_s, alone)

    def _look_around(self, several: Finder, rgb: Rgb, time_s: float, alone: list[Pose] | None) -> Pose | None:
        """Find all people, choose the subject, and decide which detector to use for the next frames.

        alone: what `one` found in this frame, None when it did not run.
        """
        ahead: list[Pose] | None = None
        if alone is None and self._on_subject and not self._misled and not self._company:
            # Probably nobody else is there and `one` will be needed too: run both at once, each in a thread.
            with Prefetcher(self._one.find(rgb, time_s) for _ in range(1)) as asked:
                found = several.find(rgb, time_s)
                (ahead,) = asked
        else:
            found = several.find(rgb, time_s)
        everybody = distinct(found) or alone or []
        subject = self._picker.pick(
            [pose for pose in everybody if not self._looks_like_another(rgb, pose)], len(everybody)
        )
        self._learn(rgb, subject)
        self._present = subject is not None
        self._wait = LOOKS[min(self._looks, len(LOOKS) - 1)]
        self._looks += 1
        hidden = Pose.hidden(time_s, (rgb.shape[1], rgb.shape[0]), len(everybody), self._subject)
        if subject is None:
            self._company, self._on_subject, self._touched = len(everybody), not everybody, False
            self._near_s = time_s if everybody else self._near_s
            return hidden if everybody else None
        others = [pose for pose in everybody if pose.image_xy is not subject.image_xy]
        self._company = len(others)
        self._touched = any(touching(subject, other) for other in others)
        subject = replace(subject, touched=self._touched)
        if others:
            near = any(approaches(other, subject) for other in others)
            self._near_s = time_s if near else self._near_s
            self._wait = min(self._wait, LOOKS_NEAR if near else LOOKS_IN_COMPANY)
            self._pause = LOOKS[0]
        unseen = not others and time_s - self._near_s < HIDDEN_S
        if unseen or any(hides(other, subject) for other in others):
            self._on_subject = False
            return hidden
        if any(overlapping(subject, other) for other in others):
            self._on_subject = False
            return subject
        if alone is None:
            if others or ahead is None:
                ahead = self._one.find(_only(rgb, subject) if others or self._misled else rgb, time_s)
            alone = distinct(ahead)
        agreed = bool(alone) and same_place(alone[0], subject)
        self._misled = not agreed
        self._on_subject = agreed and not (others and self._picker.settling(time_s))
        if not agreed:
            return subject
        return replace(alone[0], people=subject.people, subject=subject.subject, touched=subject.touched)

    def _is_suspect(self, rgb: Rgb, pose: Pose) -> bool:
        """Return whether to look at everybody, because somebody has come in, or this may not be the subject."""
        stirred = self._stir.update(rgb, pose)
        self._stirred_s = pose.time_s if stirred else self._stirred_s
        if self._looks_like_another(rgb, pose):
            return True
        self._quiet -= 1
        if self._quiet > 0 or not (stirred or self._picker.has_left(pose)):
            return False
        self._quiet = self._pause = min(2 * self._pause, LOOKS[-1])
        return True

    def _looks_like_another(self, rgb: Rgb, pose: Pose) -> bool:
        """Return whether a person in company wears other colours than the subject had when last seen."""
        if pose.time_s - self._seen_s > AWAY_S:
            self._appearance = Appearance()
        # A bend may hide the clothes too; colours count only where somebody else may be there.
        company = self._company > 0 or pose.time_s - self._stirred_s < AWAY_S
        return company and self._appearance.differs(rgb, pose)

    def _learn(self, rgb: Rgb, subject: Pose | None) -> None:
        if subject is None:
            return
        if subject.subject != self._subject:
            self._appearance, self._subject = Appearance(), subject.subject
        self._seen_s = subject.time_s
        if not self._picker.settling(subject.time_s):
            self._appearance.learn(rgb, subject)


def _only(rgb: Rgb, subject: Pose) -> Rgb:
    """Return the picture with everything grey except the subject and a margin around them."""
    low, high = subject.image_xy.min(axis=0), subject.image_xy.max(axis=0)
    margin = MARGIN * float(np.max(high - low))
    left, top = np.maximum(low - margin, 0).astype(int)
    right, bottom = np.maximum(high + margin, 0).astype(int) + 1
    shown = np.full_like(rgb, 127)
    shown[top:bottom, left:right] = rgb[top:bottom, left:right]
    return shown
