"""Who is followed: the subject among several people, chosen by size, place, movement and continuity.

The subject stays the same while a detection continues them: near the expected place, of about the same size. Nobody
else becomes the subject before they have been gone for GONE_S, and whoever appears after AWAY_S counts as another
person, even at the same place. The only exception is the first SETTLE_S with a subject, when a person who is clearly
more likely to be the one filmed may take over, once. Every change is counted, because what was measured on one person
is not valid for the next.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from posecheck.capture.pose.relations import GROWTH, REACH, TORSO, distinct, middle, prominence, size
from posecheck.core.arrays import Floats
from posecheck.core.pose import Pose

GONE_S = 1.0
AWAY_S = 3.0
SETTLE_S = 1.5
TAKEOVER = 1.3
"""How many times the subject's score another person needs to take over during SETTLE_S."""
WATCHED_S = 0.4
"""How long a person must have been seen before they can take over, so that their movement is known."""
LIVELY = 0.1
"""Spread of the landmarks about the torso within a second, in body sizes, that doubles a score: a slow walk."""
REACH_PER_S = 2.0
"""What is added per second to REACH, by which a person's middle may be away from its expected place."""
AT_HOME, HOME_S = 0.5, 3.0
"""Distance, in body sizes, from the place of the last seconds, beyond which another may be followed by mistake."""
ON_THE_SPOT = 0.25
"""Largest distance from their place, in body sizes, of somebody who stays there."""
STAYED = 4
"""How often, HEADING_S apart, somebody must have been seen in one place for it to be theirs; who walks never is."""
BRIEF_S = 0.5
"""A person followed for less in total was partly seen while entering or leaving; the next one is not counted as a
change of person."""
HEADING_S = 0.3
"""Time over which a person's speed is averaged, and for which it predicts their place while they are not seen."""


@dataclass(eq=False)
class _Seen:
    """Remember one person: the last pose, the speed in pixels per second, and the shapes of the last second."""

    pose: Pose
    speed: Floats = field(default_factory=lambda: np.zeros(2))
    since_s: float = 0.0
    seen_s: float = 0.0
    shapes: list[tuple[float, Floats]] = field(default_factory=list)
    compared: tuple[Pose, float] | None = None
    """The pose that was compared last, with its mismatch; a frame asks for it several times."""

    def __post_init__(self) -> None:
        self.since_s = self.pose.time_s
        self._keep_shape()

    def resized(self, size_wh: tuple[int, int]) -> None:
        """Convert to another size of the picture; a live stream changes it when the connection gets slow."""
        if size_wh != self.pose.size_wh:
            scale = np.array(size_wh, np.float64) / np.array(self.pose.size_wh, np.float64)
            self.speed = self.speed * scale
            self.pose = replace(self.pose, image_xy=self.pose.image_xy * scale, size_wh=size_wh)
            self.compared = None

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
        self.pose, self.compared = pose, None
        if watch:
            self._keep_shape()

    def mismatch(self, pose: Pose) -> float:
        """Return how far a pose is from the expected one, in body sizes; inf when it cannot be this person."""
        if self.compared is None or self.compared[0] is not pose:
            self.compared = pose, self._mismatch(pose)
        return self.compared[1]

    def _mismatch(self, pose: Pose) -> float:
        gone_s = pose.time_s - self.pose.time_s
        expected = self.pose.image_xy + self.speed * min(gone_s, HEADING_S)
        scale = size(self.pose)
        ratio = max(size(pose) / scale, scale / size(pose))
        allowed = REACH + min(REACH_PER_S * gone_s, REACH)
        if ratio > GROWTH or np.linalg.norm(middle(pose) - expected[TORSO].mean(axis=0)) > allowed * scale:
            return float("inf")
        return float(np.linalg.norm(pose.image_xy - expected, axis=1).mean() / scale)

    def score(self) -> float:
        """Return a score of how likely this person is the one who stretches: large, central, moving on the spot."""
        shapes = np.array([shape for _, shape in self.shapes])
        spread = float(np.linalg.norm(shapes.std(axis=0), axis=1).mean())
        return prominence(self.pose) * (1.0 + min(spread / LIVELY, 1.0))


def _median(values: Sequence[Floats] | Sequence[float]) -> Floats:
    """Return the median of a few finite values, as np.median does in five times the time."""
    ordered = np.sort(np.asarray(values, np.float64), axis=0)
    half = len(ordered) // 2
    return np.asarray(ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2)


class SubjectPicker:
    """Remember the subject from frame to frame."""

    def __init__(self) -> None:
        self._seen: _Seen | None = None
        self._others: list[_Seen] = []
        self._subject = 0
        self._settled_s = 0.0
        self._home: deque[tuple[float, Floats, float]] = deque()
        self._place: tuple[Floats, float] | None = None
        self._single_s = -np.inf

    def restart(self) -> None:
        """Forget everybody; whoever is followed next is not counted as another person."""
        self._seen, self._others = None, []
        self._leave_home()

    def has_left(self, pose: Pose) -> bool:
        """Return whether a pose is away from where the subject was in the last seconds, if that was one place."""
        settled = len(self._home) >= STAYED and not self.settling(pose.time_s)
        return settled and self._from_home(pose) > AT_HOME

    def _from_home(self, pose: Pose) -> float:
        """Return how far a pose is from the subject's place, in body sizes; 0 where none is known."""
        if not self._home:
            return 0.0
        if self._place is None:
            places, scales = [place for _, place, _ in self._home], [scale for _, _, scale in self._home]
            self._place = _median(places), float(_median(scales))
        return float(np.linalg.norm(middle(pose) - self._place[0])) / self._place[1]

    def _leave_home(self) -> None:
        self._home.clear()
        self._place = None

    def settling(self, time_s: float) -> bool:
        """Return whether another person can still take over as the subject at once."""
        return self._seen is None or time_s < self._settled_s

    def continues(self, pose: Pose) -> bool:
        """Return whether a pose can be the subject that pick returned last."""
        if self._seen is None or pose.time_s - self._seen.pose.time_s > GONE_S:
            return False
        self._resize(pose.size_wh)
        return self._seen.mismatch(pose) < float("inf")

    def pick(self, candidates: Sequence[Pose], people: int | None = None) -> Pose | None:
        """Choose the subject among the people found in the next frame.

        Args:
            candidates: The people found.
            people: How many people there are, where only the subject was looked for; None for those found.

        Returns:
            The subject's pose, with the number of people and the subject counter; None when the subject is not there.
        """
        if candidates:
            self._resize(candidates[0].size_wh)
        seen = self._seen
        # Of two detections of one person, or of two people who cross, keep the one that continues the subject.
        known = seen if len(candidates) > 1 else None
        found = distinct(candidates if known is None else sorted(candidates, key=known.mismatch))
        if not found:
            return None
        chosen = self._at_home(found, self._continuing(found))
        self._single_s = found[0].time_s if len(found) == 1 else self._single_s
        settling = self.settling(found[0].time_s)
        self._watch([pose for pose in found if pose is not chosen], settling)
        if chosen is None or self._seen is None:
            if self._seen is not None and found[0].time_s - self._seen.pose.time_s < GONE_S:
                return None
            chosen = max(found, key=prominence)
            self._follow(_Seen(chosen), chosen.time_s + SETTLE_S)
        else:
            self._seen.update(chosen, settling)
            self._remember(chosen)
            if settling:
                chosen = self._more_likely(chosen)
        return replace(chosen, people=len(found) if people is None else people, subject=self._subject)

    def _resize(self, size_wh: tuple[int, int]) -> None:
        if self._seen is not None and self._seen.pose.size_wh != size_wh:
            self._leave_home()
        for seen in (*self._others, *([self._seen] if self._seen is not None else [])):
            seen.resized(size_wh)

    def _follow(self, seen: _Seen, settled_s: float) -> None:
        self._subject += int(self._seen is not None and self._seen.seen_s >= BRIEF_S)
        self._seen, self._others, self._settled_s = seen, [], settled_s
        self._leave_home()

    def _continuing(self, found: Sequence[Pose]) -> Pose | None:
        """Return the person who continues the subject; None if nobody does or the absence was too long."""
        if self._seen is None or found[0].time_s - self._seen.pose.time_s > AWAY_S:
            return None
        best = min(found, key=self._seen.mismatch)
        return best if self._seen.mismatch(best) < float("inf") else None

    def _at_home(self, found: Sequence[Pose], chosen: Pose | None) -> Pose | None:
        """Return who is still where the subject was, if the one who continues the movement has left that place.

        Of two who have both been seen for longer, each is known by their own movement.
        """
        merged = chosen is not None and chosen.time_s - self._single_s < HOME_S
        if chosen is None or not merged or not self.has_left(chosen):
            return chosen
        stayed = [pose for pose in found if not self.has_left(pose) and 1 / GROWTH < size(pose) / size(chosen) < GROWTH]
        return max(stayed, key=prominence, default=chosen)

    def _remember(self, pose: Pose) -> None:
        """Remember the subject's place for HOME_S."""
        now = pose.time_s
        while self._home and now - self._home[0][0] > HOME_S:
            self._home.popleft()
            self._place = None
        due = not self._home or now - self._home[-1][0] >= HEADING_S
        if due and self._from_home(pose) < ON_THE_SPOT:
            self._home.append((now, middle(pose), size(pose)))
            self._place = None

    def _watch(self, bystanders: Sequence[Pose], settling: bool) -> None:
        """Remember the other people as long as one of them can take over."""
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
        """Return the person who takes over in this frame, or else the subject."""
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
