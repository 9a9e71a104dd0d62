"""By which neutral each frame is read, when a neutral no longer holds, and the new one that takes its place.

A neutral holds for one person before one camera that stands still and sees them from where the stretch is judged. When
the camera has moved, when the person has turned another side to it, or when it never stood right, frames are
not judged by that neutral, and the next stillness in a plausible posture becomes the new one. What is only doubtful
(plausibility.py) waits for the same neutral to fit again. Causal: one frame at a time gives what many at once give.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.capture.pose.camera_motion import displacement
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.neutral import MAX_S, Neutral, find_neutral
from posecheck.kinematics.observation import Observation
from posecheck.measurement.framing import level, view_names
from posecheck.measurement.plausibility import Doubt, Plausibility
from posecheck.stretches.stretch import Stretch

MOVED, BACK = 0.02, 0.012
"""How far the picture's corners have moved since neutral, in widths of the picture, when the camera counts as moved,
and below which it stands where it stood. On clips with a still camera they never moved more than 0.006."""
WINDOW_S = MAX_S + 0.5
SLACK_S = 0.25
"""A renewed neutral takes the two seconds that are asked for, but for a slow camera's frame."""
POSTURE = [INDEX[name] for name in ("trunk_rotation", "trunk_lateral_flexion", "trunk_inclination")]
ALIKE_DEG = 10.0
"""How far the trunk of a renewed neutral may be from the old one's, in the model's metres."""

REASONS: dict[Doubt, UnjudgedReason] = {
    Doubt.IMPLAUSIBLE: UnjudgedReason.IMPLAUSIBLE,
    Doubt.TURNED: UnjudgedReason.TURNED,
}


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Hold frames that are read by one neutral.

    Attributes:
        frames: The n frames.
        neutral: The neutral they are read by.
        doubt: (n,) UnjudgedReason why a whole frame is not judged, JUDGED where there is none.
    """

    frames: Observation
    neutral: Neutral
    doubt: NDArray[np.uint8]


class NeutralKeeper:
    """Keep the neutral of one person doing one stretch."""

    def __init__(self, neutral: Neutral, stretch: Stretch) -> None:
        self._stretch = stretch
        self._waiting: PoseTrack | None = None
        self._begin(neutral)

    def _begin(self, neutral: Neutral) -> None:
        self.neutral = neutral
        self._plausibility = Plausibility(neutral)
        self._level = level(neutral, self._stretch)
        self._moved = False
        self._waiting = None

    @property
    def waiting(self) -> PoseTrack | None:
        """Return the newest frames while a new neutral is looked for, None while one holds."""
        return self._waiting

    def update(self, frames: PoseTrack | Observation) -> list[Kept]:
        """Return n frames that follow those given before, in pieces that are read by one neutral each."""
        out: list[Kept] = []
        seen = Observation.of(frames)
        while True:
            doubt = self._doubt(seen)
            renewed = self._renewed(seen, doubt)
            if renewed is None:
                return [*out, Kept(seen, self.neutral, doubt)]
            first, neutral = renewed
            if first:
                out.append(Kept(seen.slice(0, first), self.neutral, doubt[:first]))
            self._begin(neutral)
            seen = seen.slice(first, len(seen))

    def _doubt(self, seen: Observation) -> NDArray[np.uint8]:
        found = self._plausibility.update(seen)
        doubt = np.full(len(seen), UnjudgedReason.JUDGED, np.uint8)
        for kind, reason in REASONS.items():
            doubt[found == kind] = reason
        if self.neutral.view not in self._stretch.camera.views:
            # Who has turned as they were told has not turned away; what is missing now is a stillness.
            right = np.isin(view_names(seen, self._stretch.lying), self._stretch.camera.views) & seen.found
            doubt[right & (doubt != UnjudgedReason.IMPLAUSIBLE)] = UnjudgedReason.NO_NEUTRAL
            doubt[~right & (doubt == UnjudgedReason.TURNED)] = UnjudgedReason.VIEW
        doubt[doubt == UnjudgedReason.JUDGED] = self._level
        doubt[self._camera_moved(seen.track)] = UnjudgedReason.CAMERA_MOVED
        return doubt

    def _camera_moved(self, track: PoseTrack) -> NDArray[np.bool_]:
        """Return (n,): whether the camera stands elsewhere than at neutral; where that is not known, as before."""
        if not len(track):
            return np.zeros(0, bool)
        size = track.size_wh[:, 1] / track.size_wh[:, 0]
        far = displacement(track.background, self.neutral.pose.background[0], float(size[0]))
        state = np.where(far > MOVED, 1, np.where(far < BACK, 0, -1))
        last = np.maximum.accumulate(np.where(state >= 0, np.arange(len(state)), -1))
        moved = np.where(last >= 0, state[last] == 1, self._moved)
        self._moved = bool(moved[-1])
        return np.asarray(moved, bool)

    def _same_posture(self, found: Neutral) -> bool:
        """Return whether a stillness is the start position again and not the stretch held still elsewhere.

        A neutral taken from a lean would hide as much of every later one.
        """
        apart = np.abs(found.raw[POSTURE] - self.neutral.raw[POSTURE])
        long = found.end_s - found.start_s >= MAX_S - SLACK_S
        return bool(long and not (apart > ALIKE_DEG).any())

    def _renewed(self, seen: Observation, doubt: NDArray[np.uint8]) -> tuple[int, Neutral] | None:
        """Return the first frame in which a new neutral is known, and it; None while the old one has to do."""
        track, views = seen.track, self._stretch.camera.views
        moved, wrong = doubt == UnjudgedReason.CAMERA_MOVED, self.neutral.view not in views
        blocked = moved | (doubt == UnjudgedReason.TURNED) | wrong
        if not blocked.any():
            self._waiting = None
            return None
        # Anywhere is better than where the camera was; a person who turned has to be seen from where it counts.
        hopeful = blocked & (moved | np.isin(view_names(seen, self._stretch.lying), views)) & seen.found
        before = 0 if self._waiting is None else len(self._waiting)
        joined = track if self._waiting is None else self._waiting.joined(track)
        since = 0
        for i in range(len(track)):
            if not blocked[i]:
                since = before + i + 1
                continue
            if not hopeful[i]:
                continue
            now = joined.time_s[before + i]
            first = max(since, int(np.searchsorted(joined.time_s, now - WINDOW_S)))
            window = joined.slice(first, before + i + 1).of_subject(self.neutral.subject)
            found = find_neutral(window, self._stretch.lying, None if moved[i] else views, self._stretch.flat)
            # While it reaches to the last frame it may still grow.
            if found is not None and found.end_s < now and self._same_posture(found):
                return i, found
        recent = int(np.searchsorted(joined.time_s, joined.time_s[-1] - WINDOW_S))
        self._waiting = joined.slice(max(since, recent), len(joined)) if blocked[-1] else None
        return None
