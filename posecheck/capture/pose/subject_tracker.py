"""Who is followed: the subject among several people, chosen by size, place, movement and continuity.

A subject stays the subject while someone continues them: near where they were heading, of about their size.
Nobody takes their place at once: only when they have been gone for GONE_S may another become the subject, and
after AWAY_S whoever appears is taken for another person, even at the same place. The one exception is the first
SETTLE_S with a subject, when someone who is plainly more the one to be filmed may take over, once. Every change
counts, because what was measured on one person does not hold for the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark
from posecheck.core.pose import Pose

GONE_S = 1.0
AWAY_S = 3.0
SETTLE_S = 1.5
TAKEOVER = 1.3
"""How many times the subject's score another needs while the choice settles."""
WATCHED_S = 0.4
"""How long someone must have been seen before they may take over; movement needs as long to show."""
LIVELY = 0.1
"""Spread of the landmarks about the middle within a second, in sizes, that doubles a score: a slow walk."""
SMALLEST = 0.15
"""Anyone smaller, as a share of the picture's shorter edge, is too far away to judge, or a table leg."""
REACH = 0.6
"""How far, in sizes, a person's middle may be from where it was heading, with more for each second between."""
REACH_PER_S = 2.0
GROWTH = 1.6
"""How much larger or smaller a person may look from one frame to the next."""
SAME = 0.25
"""Two detections nearer to each other than this, in sizes over all landmarks, are one person twice."""
CLOSE = 0.7
"""Two people whose middles are nearer than this, in sizes of the larger, are in each other's way."""
BRIEF_S = 0.5
"""Someone followed for less, all told, was half seen while entering or leaving: the next is no change of person."""
HEADING_S = 0.3
"""Time over which the speed of a person is averaged, and for which it is believed when they are unseen."""
_TORSO = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]


def middle(pose: Pose) -> Floats:
    """Return the middle of the torso (2,) in pixels."""
    return np.asarray(pose.image_xy[_TORSO].mean(axis=0))


def size(pose: Pose) -> float:
    """Return how large a person looks, in pixels: half the extent of all landmarks, steady when turning."""
    extent = pose.image_xy.max(axis=0) - pose.image_xy.min(axis=0)
    return float(max(np.hypot(*extent) / 2, 1.0))


def same(a: Pose, b: Pose) -> bool:
    """Tell whether two detections in one frame are one person found twice."""
    return bool(np.linalg.norm(a.image_xy - b.image_xy, axis=1).mean() < SAME * size(b))


def same_place(a: Pose, b: Pose) -> bool:
    """Tell whether two detections in one frame may be one person, seen differently."""
    return bool(np.linalg.norm(middle(a) - middle(b)) < REACH * size(b) and 1 / GROWTH < size(a) / size(b) < GROWTH)


def overlapping(a: Pose, b: Pose) -> bool:
    """Tell whether two people are so close that landmarks of one may slip to the other."""
    return bool(np.linalg.norm(middle(a) - middle(b)) < CLOSE * max(size(a), size(b)))


def distinct(poses: Sequence[Pose]) -> list[Pose]:
    """Drop detections that are the same person found twice, the first of each is kept, and the too small."""
    kept: list[Pose] = []
    for pose in poses:
        if size(pose) >= SMALLEST * min(pose.size_wh) and not any(same(pose, other) for other in kept):
            kept.append(pose)
    return kept


@dataclass(eq=False)
class _Seen:
    """Remember one person: the last pose, the speed in pixels per second, the shapes of the last second."""

    pose: Pose
    speed: Floats = field(default_factory=lambda: np.zeros(2))
    since_s: float = 0.0
    seen_s: float = 0.0
    shapes: list[tuple[float, Floats]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.since_s = self.pose.time_s
        self._keep_shape()

    def resized(self, size_wh: tuple[int, int]) -> None:
        """Move to a picture of another size: a live picture changes its own when the line gets slow."""
        if size_wh != self.pose.size_wh:
            scale = np.array(size_wh, np.float64) / np.array(self.pose.size_wh, np.float64)
            self.speed = self.speed * scale
            self.pose = replace(self.pose, image_xy=self.pose.image_xy * scale, size_wh=size_wh)

    def _keep_shape(self) -> None:
        now = self.pose.time_s
        shape = (self.pose.image_xy - middle(self.pose)) / size(self.pose)
        self.shapes = [(at, kept) for at, kept in self.shapes if at > now - 1.0] + [(now, shape)]

    def update(self, pose: Pose, watch: bool) -> None:
        passed = pose.time_s - self.pose.time_s
        if passed > 0:
            self.seen_s += passed if passed < HEADING_S else 0.0
            share = min(passed / HEADING_S, 1.0)
            self.speed += share * ((middle(pose) - middle(self.pose)) / passed - self.speed)
        self.pose = pose
        if watch:
            self._keep_shape()

    def mismatch(self, pose: Pose) -> float:
        """Return how badly a pose continues this person, inf when it cannot be them."""
        gone_s = pose.time_s - self.pose.time_s
        expected = self.pose.image_xy + self.speed * min(gone_s, HEADING_S)
        scale = size(self.pose)
        ratio = max(size(pose) / scale, scale / size(pose))
        allowed = REACH + min(REACH_PER_S * gone_s, REACH)
        if ratio > GROWTH or np.linalg.norm(middle(pose) - expected[_TORSO].mean(axis=0)) > allowed * scale:
            return float("inf")
        return float(np.linalg.norm(pose.image_xy - expected, axis=1).mean() / scale)

    def score(self) -> float:
        """Return how likely this person is to be the one who stretches: prominent, and moving on the spot."""
        shapes = np.array([shape for _, shape in self.shapes])
        spread = float(np.linalg.norm(shapes.std(axis=0), axis=1).mean())
        return prominence(self.pose) * (1.0 + min(spread / LIVELY, 1.0))


class SubjectPicker:
    """Remember the subject from frame to frame."""

    def __init__(self) -> None:
        self._seen: _Seen | None = None
        self._others: list[_Seen] = []
        self._subject = 0
        self._settled_s = 0.0

    def settling(self, time_s: float) -> bool:
        """Tell whether another person may still turn out to be the subject at once."""
        return self._seen is None or time_s < self._settled_s

    def continues(self, pose: Pose) -> bool:
        """Tell whether a pose is taken for the subject whom pick returned last."""
        if self._seen is None or pose.time_s - self._seen.pose.time_s > GONE_S:
            return False
        self._resize(pose.size_wh)
        return self._seen.mismatch(pose) < float("inf")

    def pick(self, candidates: Sequence[Pose], people: int | None = None) -> Pose | None:
        """Return the subject among the people found in one frame, or None when they are not there.

        The pose returned carries the number of people found, or the number given where only the subject was
        looked for, and the subject counter.
        """
        if candidates:
            self._resize(candidates[0].size_wh)
        seen = self._seen
        # Of two detections of one person, or of two people as they cross, the one that continues the subject stays.
        found = distinct(sorted(candidates, key=seen.mismatch) if seen is not None else candidates)
        if not found:
            return None
        chosen = self._continuing(found)
        settling = self.settling(found[0].time_s)
        self._watch([pose for pose in found if pose is not chosen], settling)
        if chosen is None or self._seen is None:
            if self._seen is not None and found[0].time_s - self._seen.pose.time_s < GONE_S:
                return None
            chosen = max(found, key=prominence)
            self._follow(_Seen(chosen), chosen.time_s + SETTLE_S)
        else:
            self._seen.update(chosen, settling)
            if settling:
                chosen = self._more_likely(chosen)
        return replace(chosen, people=len(found) if people is None else people, subject=self._subject)

    def _resize(self, size_wh: tuple[int, int]) -> None:
        for seen in (*self._others, *([self._seen] if self._seen is not None else [])):
            seen.resized(size_wh)

    def _follow(self, seen: _Seen, settled_s: float) -> None:
        self._subject += int(self._seen is not None and self._seen.seen_s >= BRIEF_S)
        self._seen, self._others, self._settled_s = seen, [], settled_s

    def _continuing(self, found: Sequence[Pose]) -> Pose | None:
        """Return the person who continues the subject, None where nobody does or after too long an absence."""
        if self._seen is None or found[0].time_s - self._seen.pose.time_s > AWAY_S:
            return None
        best = min(found, key=self._seen.mismatch)
        return best if self._seen.mismatch(best) < float("inf") else None

    def _watch(self, bystanders: Sequence[Pose], settling: bool) -> None:
        """Remember who else is there, as long as one of them may take over."""
        before, self._others = self._others, []
        if not settling:
            return
        for pose in bystanders:
            known = min(before, key=lambda seen: seen.mismatch(pose), default=None)
            if known is not None and known.mismatch(pose) < float("inf"):
                before.remove(known)
                known.update(pose, watch=True)
                self._others.append(known)
            else:
                self._others.append(_Seen(pose))
        now = bystanders[0].time_s if bystanders else None
        self._others += [seen for seen in before if now is None or now - seen.pose.time_s < GONE_S]

    def _more_likely(self, chosen: Pose) -> Pose:
        """Return the one who takes over in this frame, or else the subject."""
        rivals = [
            seen
            for seen in self._others
            if seen.pose.time_s == chosen.time_s and chosen.time_s - seen.since_s >= WATCHED_S
        ]
        rival = max(rivals, key=_Seen.score, default=None)
        if self._seen is None or rival is None or rival.score() < TAKEOVER * self._seen.score():
            return chosen
        self._follow(rival, chosen.time_s)
        return rival.pose


def prominence(pose: Pose) -> float:
    """Score how likely someone is to be the one the camera was set up for: large and in the middle."""
    width, height = pose.size_wh
    offset = (middle(pose) - np.array([width / 2, height / 2])) / np.array([width / 2, height / 2])
    visible = float(pose.visibility[_TORSO].mean())
    return size(pose) * max(1.0 - 0.6 * float(np.hypot(*offset)), 0.1) * visible
