"""Which neutral each frame is measured from, when a neutral is no longer valid, and the new one that replaces it.

A neutral is valid for one person in front of one camera that stays in its place and has a view in which the stretch is
judged. That the camera turns a little or crops its picture is undone (steadying.py), and so is that the person has
settled a little elsewhere (place.py). When either has moved farther, when the person has turned another side to the
camera, or when the view was wrong from the start, frames are not judged, and the next steady, plausible posture becomes
the new neutral. Landmarks that only changed sides for a moment are put back first (labels.py). Frames that are only
implausible (plausibility.py) wait until the same neutral fits again. The result does not depend on how many frames are
passed at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.core.worn.phone import PhoneReading, wrapped
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.neutral import MAX_S, MIN_S, Neutral, find_neutral
from posecheck.kinematics.observation import Observation
from posecheck.measurement.cleaning.labels import Labels
from posecheck.measurement.framing import level, view_names
from posecheck.measurement.plausibility import Doubt, Plausibility
from posecheck.measurement.posture import in_other_posture
from posecheck.measurement.start.place import Place
from posecheck.measurement.start.steadying import Steadying
from posecheck.stretches.stretch import Stretch

WINDOW_S = MAX_S + 0.5
SLACK_S = 0.25
"""A new neutral may be this much shorter than MAX_S, because a slow camera may lack a frame at the end."""
POSTURE = [INDEX[name] for name in ("trunk_rotation", "trunk_lateral_flexion", "trunk_inclination")]
HIPS = INDEX["pelvis_rotation"]
ALIKE_DEG = 10.0
"""Largest difference of each of these angles between a new neutral and the old one."""

REASONS: dict[Doubt, UnjudgedReason] = {
    Doubt.IMPLAUSIBLE: UnjudgedReason.IMPLAUSIBLE,
    Doubt.TURNED: UnjudgedReason.TURNED,
}

# As plain numbers: numpy takes several times as long to compare with members of an enumeration.
_JUDGED, _TURNED = int(UnjudgedReason.JUDGED), int(UnjudgedReason.TURNED)
_IMPLAUSIBLE, _CAMERA_MOVED = int(UnjudgedReason.IMPLAUSIBLE), int(UnjudgedReason.CAMERA_MOVED)
_MOVED_AWAY, _DISTRUSTED = int(UnjudgedReason.MOVED_AWAY), int(Doubt.IMPLAUSIBLE)
_REASON_OF = np.array([REASONS.get(kind, UnjudgedReason.JUDGED) for kind in Doubt], np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Hold frames that are measured from one neutral.

    Attributes:
        frames: The n frames.
        neutral: Their neutral.
        doubt: (n,) UnjudgedReason why a whole frame is not judged, JUDGED if there is none.
    """

    frames: Observation
    neutral: Neutral
    doubt: NDArray[np.uint8]


class NeutralKeeper:
    """Keep the neutral of one person who does one stretch, and replace it when it is no longer valid."""

    def __init__(self, neutral: Neutral, stretch: Stretch) -> None:
        self._stretch = stretch
        self._waiting: PoseTrack | None = None
        self._labels = Labels()
        self._begin(neutral)

    def _begin(self, neutral: Neutral) -> None:
        self.neutral = neutral
        # Without landmarks there is nothing that others could contradict.
        self._plausibility = None if neutral.blind else Plausibility(neutral)
        # On a roll people slide along as a whole.
        placed = self._plausibility is not None and all(one.angle != "trunk_travel" for one in self._stretch.ranges)
        size = 0.0 if self._plausibility is None else self._plausibility.size_at_neutral
        self._place = Place(neutral, self._stretch, size) if placed else None
        self._level = level(neutral, self._stretch)
        self._steadying = Steadying(neutral, level=self._level == _JUDGED)
        self._waiting = None
        self._shifted = np.zeros(0, bool)

    @property
    def waiting(self) -> PoseTrack | None:
        """Return the newest frames while a new neutral is looked for, None while one is valid."""
        return self._waiting

    def update(self, frames: PoseTrack | Observation) -> list[Kept]:
        """Take the next frames, and return them in parts that are measured from one neutral each."""
        out: list[Kept] = []
        given = self._labels.update(frames)
        while True:
            steadied, moved = self._steadying.update(given.track)
            seen = given if steadied is given.track else Observation(steadied)
            seen, doubt = self._doubt(seen, moved)
            # A new neutral is looked for in what was given, because its own background is what later ones differ from.
            renewed = self._renewed(given, doubt)
            if renewed is None:
                return [*out, Kept(seen, self.neutral, doubt)]
            first, neutral = renewed
            if first:
                out.append(Kept(seen.slice(0, first), self.neutral, doubt[:first]))
            self._begin(neutral)
            given = given.slice(first, len(given))

    def _doubt(self, seen: Observation, moved: Bools) -> tuple[Observation, NDArray[np.uint8]]:
        """Return the frames as in the place of the neutral, and why each is not judged (n,)."""
        self._shifted = np.zeros(len(seen), bool)
        if self._plausibility is None:
            return seen, np.zeros(len(seen), np.uint8)
        found = self._plausibility.update(seen)
        doubt = _REASON_OF[found]
        if self._place is not None:
            posture = in_other_posture(seen, self._stretch) if self.neutral.lying else None
            distrusted, size = np.asarray(found == _DISTRUSTED), self._plausibility.size
            track, away, self._shifted = self._place.update(seen.track, size, distrusted, posture)
            seen = seen if track is seen.track else Observation(track)
            doubt[away] = _MOVED_AWAY
        if self.neutral.view not in self._stretch.camera.views:
            # A person who has turned to the right view, as told, now only has to be still.
            right = np.isin(view_names(seen, self._stretch.lying), self._stretch.camera.views) & seen.found
            doubt[right & (doubt != _IMPLAUSIBLE)] = UnjudgedReason.NO_NEUTRAL
            doubt[~right & (doubt == _TURNED)] = UnjudgedReason.VIEW
        if self._level != _JUDGED:
            doubt[doubt == _JUDGED] = self._level
        doubt[moved] = _CAMERA_MOVED
        return seen, doubt

    def _same_posture(self, found: Neutral, *, brief: bool) -> bool:
        """Return whether a steady posture is the start position again, and not the stretch held still.

        If a lean were taken as the neutral, every later lean would read too small by that amount.

        Args:
            found: The posture.
            brief: Whether a shorter stillness is enough.
        """
        apart = np.abs(found.raw[POSTURE] - self.neutral.raw[POSTURE])
        long = found.end_s - found.start_s >= (MIN_S if brief else MAX_S) - SLACK_S
        if self.neutral.blind:
            # Its turn is all that it shares with what is seen.
            return bool(long and self._twisted_by_phone(found) <= ALIKE_DEG)
        return bool(long and not (apart > ALIKE_DEG).any() and not self._twisted_by_phone(found) > ALIKE_DEG)

    def _twisted_by_phone(self, found: Neutral) -> float:
        """Return how far a phone at the chest has turned since the neutral and the hips have not; NaN where none is.

        Beside the camera landmarks hardly show a twist that is held: shoulders and hips seem to turn alike, half as far
        as the chest does. Whoever turns with the chair turns both as far as the phone says.
        """
        now, then = (PhoneReading.unpack(one.pose.phone[0].astype(np.float64)) for one in (found, self.neutral))
        if now.epoch != then.epoch:
            return float("nan")
        hips = 0.0 if self.neutral.blind else float(found.raw[HIPS] - self.neutral.raw[HIPS])
        return abs(float(wrapped(now.turn_deg - then.turn_deg - hips)))

    def _renewed(self, seen: Observation, doubt: NDArray[np.uint8]) -> tuple[int, Neutral] | None:
        """Return the first frame in which a new neutral is known, and that neutral; None if there is none."""
        track, views = seen.track, self._stretch.camera.views
        # One that was taken in the dark is replaced by the first that is seen.
        wrong = self.neutral.view not in views
        if not (wrong or doubt.any() or self._shifted.any()):
            self._waiting = None
            return None
        moved = doubt == _CAMERA_MOVED
        blocked = moved | (doubt == _TURNED) | (doubt == _MOVED_AWAY) | wrong
        # Who has settled elsewhere is judged, and yet a neutral taken there is more exact.
        blocked |= self._shifted & (doubt == _JUDGED)
        if not blocked.any():
            self._waiting = None
            return None
        # After the camera moved any view will do; a person who turned must be in a view where the stretch is judged.
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
            # A steady posture that reaches to the last frame may get longer, so it is not taken yet.
            if found is not None and found.end_s < now and self._same_posture(found, brief=self._shifted[i]):
                return i, found
        recent = int(np.searchsorted(joined.time_s, joined.time_s[-1] - WINDOW_S))
        self._waiting = joined.slice(max(since, recent), len(joined)) if blocked[-1] else None
        return None
