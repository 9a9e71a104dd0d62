"""Landmarks that leap away from their limb for a moment, and what is seen without those leaps.

An arm that is hidden is guessed, and the guess may leap between two places, half a trunk apart, from one frame to the
next. The reading of the trunk rests on the arms too, and leaps with them; so do the steps by which a turn is measured.

HeldArms takes care of the readings: a guessed arm that leaps goes along with its shoulder as it was before, until it is
back or LONGEST_S have passed. Meanwhile it counts as hidden, so that no angle of the arm itself is judged. An arm that
is surely seen stays as it is.

Leaps takes care of the steps, of arms and legs, guessed or not: a step of an elbow from its shoulder, or of a knee from
its hip, that is too far for the time, and was not announced by the step before, is left out for all of that limb,
unless the next one goes on the same way. So of an arm that is moved fast nothing is lost. A wrist that leaps alone is
left as it is: without it, a turn that was too fast was no longer told.
"""

from dataclasses import replace

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import MIN_VISIBILITY
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.features import USED
from posecheck.kinematics.observation import Observation

GUESSED = 0.8
"""Visibility of elbow or wrist below which an arm is guessed at; in one of the two frames of a leap is enough."""
STEP_M = (0.08, 0.5)
"""Farthest step of an elbow from its shoulder that is no leap: metres, and metres per second between the frames."""
ALONE = 5.0
"""A leap is at least so many times as far as the shoulders moved from the hips: arms that swing with a trunk do not."""
BACK_M = (0.08, 0.1)
"""How near to where it was before an elbow is back: metres, and metres per second since."""
LONGEST_S = 0.5
GAP_S = 0.5
"""After a longer absence of the person, a frame is not compared with the one before."""
HIDDEN = MIN_VISIBILITY - 0.01
_ARMS = np.array([range(int(elbow), L.LEFT_HIP, 2) for elbow in (L.LEFT_ELBOW, L.RIGHT_ELBOW)], np.intp)
"""Elbow, wrist and fingers of each arm (2, 5)."""
_SHOULDERS = np.array([L.LEFT_SHOULDER, L.RIGHT_SHOULDER], np.intp)
_HIPS = np.array([L.LEFT_HIP, L.RIGHT_HIP], np.intp)

STEP = (0.12, 0.8)
"""Farthest step of an elbow from its shoulder, or of a knee from its hip, that is no leap: trunk lengths, and what each
second between the frames adds. In the scripts that a camera saw elbows step farther in 0.8 % of the frames, nearly all
of them while arms are raised, and in every frame in which a guess leaps (research/disturbed/flips.py)."""
GOES_ON = 0.15
"""Share of a step that the next one must go the same way for both to be a movement."""
_LIMBS: dict[L, tuple[L, ...]] = {
    L.LEFT_SHOULDER: (L.LEFT_ELBOW, L.LEFT_WRIST, L.LEFT_INDEX),
    L.RIGHT_SHOULDER: (L.RIGHT_ELBOW, L.RIGHT_WRIST, L.RIGHT_INDEX),
    L.LEFT_HIP: (L.LEFT_KNEE, L.LEFT_ANKLE, L.LEFT_FOOT_INDEX),
    L.RIGHT_HIP: (L.RIGHT_KNEE, L.RIGHT_ANKLE, L.RIGHT_FOOT_INDEX),
}
_PLACES = {row: i for i, row in enumerate(USED)}
_STARTS = np.array([_PLACES[start] for start in _LIMBS], np.intp)
_ENDS = np.array([_PLACES[limb[0]] for limb in _LIMBS.values()], np.intp)
_CARRIES: Floats = np.array([[row in limb for limb in _LIMBS.values()] for row in USED], np.float64)
"""1 where a landmark of USED moves along with a limb (u, 4), else 0."""
_TRUNK = np.array([_PLACES[row] for row in (L.LEFT_SHOULDER, L.RIGHT_SHOULDER)], np.intp)


class Leaps:
    """Leave leaps out of the places of landmarks frame by frame; one or many frames at once give the same result."""

    def __init__(self) -> None:
        self._last: tuple[float, Floats, Floats, Bools] | None = None
        self._trunk: Floats | None = None
        self._left_out: Floats | None = None

    def update(self, time_s: Floats, place: Floats, trunk: float, since_s: float | None = None) -> Floats:
        """Return the places without the leaps so far.

        Args:
            time_s: (n,) seconds.
            place: (n, 21 * 2) of the landmarks USED in the picture, pixels, NaN where nobody was found.
            trunk: The trunk's length in the picture, pixels.
            since_s: When the picture before the first of these was taken, if that is not when it came.

        Returns:
            (n, 21 * 2) pixels; each landmark lies apart from its given place by the leaps that were left out.
        """
        known = np.flatnonzero(np.isfinite(place).all(axis=1))
        if not len(known):
            return place
        times, points = time_s[known], place[known].reshape(len(known), -1, 2)
        parts = points[:, _ENDS] - points[:, _STARTS]
        none = np.zeros(parts.shape[1:])
        then_s, then, last_step, last_leapt = self._last or (float(times[0]), parts[0], none, none[:, 0] > 0.0)
        between = times - np.concatenate([[then_s if since_s is None else since_s], times[:-1]])
        steps = parts - np.concatenate([then[None], parts[:-1]])
        before = np.concatenate([last_step[None], steps[:-1]])
        middle = points[:, _TRUNK]
        last_middle = middle[0] if self._trunk is None else self._trunk
        moved = ((middle - np.concatenate([last_middle[None], middle[:-1]])) ** 2).sum(axis=-1).max(axis=1)
        farthest = np.maximum(((STEP[0] + STEP[1] * between) * trunk) ** 2, ALONE**2 * moved)[:, None]
        leapt = ((steps**2).sum(axis=-1) > farthest) & (((steps - before) ** 2).sum(axis=-1) > farthest)
        # What moves on the same way did not leap, and what was left out of it is made up for.
        on = np.concatenate([last_leapt[None], leapt[:-1]])
        on &= (steps * before).sum(axis=-1) > GOES_ON * (before**2).sum(axis=-1)
        self._last, self._trunk = (float(times[-1]), parts[-1], steps[-1], leapt[-1]), middle[-1]
        if self._left_out is None and not leapt.any():
            return place
        gone = np.cumsum(np.where(leapt[..., None], steps, 0.0) - np.where(on[..., None], before, 0.0), axis=0)
        gone = gone if self._left_out is None else gone + self._left_out
        self._left_out = gone[-1]
        out = place.copy()
        out[known] -= np.einsum("ue,nec->nuc", _CARRIES, gone).reshape(len(known), -1)
        return out


class HeldArms:
    """Hold guessed arms that leap, frame by frame; one or many frames at once give the same result."""

    def __init__(self) -> None:
        self._last: tuple[float, Floats, Floats, Floats, Floats, int] | None = None
        self._step: Floats = np.zeros((2, 3))
        self._held: list[tuple[float, Floats, Floats] | None] = [None, None]

    def update(self, frames: PoseTrack | Observation) -> Observation:
        """Return the next n frames with arms held that leap."""
        seen = Observation.of(frames)
        found = np.flatnonzero(seen.found)
        if not len(found):
            return seen
        track = seen.track
        time_s, subject = track.time_s[found], track.subject[found]
        world, image = (
            part[found[:, None, None], _ARMS] - part[found[:, None], _SHOULDERS][:, :, None]
            for part in (track.world_xyz, track.image_xy)
        )
        sure = np.minimum.reduce(track.visibility[found[:, None, None], _ARMS[:, :2]], axis=-1)
        trunk = track.world_xyz[found[:, None], _SHOULDERS] - track.world_xyz[found[:, None], _HIPS]
        last = self._last or (float(time_s[0]), world[0], image[0], sure[0], trunk[0], int(subject[0]))
        then_s, then, _, sure_then, trunk_then, who = (
            np.concatenate([[before], now[:-1]])
            for before, now in zip(last, (time_s, world, image, sure, trunk, subject), strict=True)
        )
        between, steps = time_s - then_s, world[:, :, 0] - then[:, :, 0]
        bends = steps - np.concatenate([self._step[None], steps[:-1]])
        moved = np.maximum.reduce(((trunk - trunk_then) ** 2).sum(axis=-1), axis=1)
        farthest = np.maximum((STEP_M[0] + STEP_M[1] * between) ** 2, ALONE**2 * moved)[:, None]
        leapt = ((steps**2).sum(axis=-1) > farthest) & ((bends**2).sum(axis=-1) > farthest)
        leapt &= (np.minimum(sure, sure_then) < GUESSED) & ((between <= GAP_S) & (subject == who))[:, None]
        before, self._step = last, steps[-1]
        self._last = float(time_s[-1]), world[-1], image[-1], sure[-1], trunk[-1], int(subject[-1])
        if not leapt.any() and self._held == [None, None]:
            return seen
        out = [part.copy() for part in (track.image_xy, track.world_xyz, track.visibility)]
        for i, (now, frame) in enumerate(zip(time_s.tolist(), found.tolist(), strict=True)):
            near = between[i] <= GAP_S and subject[i] == who[i]
            for arm, rows in enumerate(_ARMS):
                if leapt[i, arm] and self._held[arm] is None:
                    was = (before[1], before[2]) if i == 0 else (world[i - 1], image[i - 1])
                    self._held[arm] = now, was[0][arm], was[1][arm]
                held = self._held[arm]
                if held is not None and near and self._stays_away(now, world[i, arm], held):
                    shoulder = _SHOULDERS[arm]
                    out[0][frame, rows] = track.image_xy[frame, shoulder] + held[2]
                    out[1][frame, rows] = track.world_xyz[frame, shoulder] + held[1]
                    out[2][frame, rows] = np.minimum(track.visibility[frame, rows], HIDDEN)
                else:
                    self._held[arm] = None
        return Observation(replace(track, image_xy=out[0], world_xyz=out[1], visibility=out[2]))

    def _stays_away(self, now: float, arm: Floats, held: tuple[float, Floats, Floats]) -> bool:
        away_s = now - held[0]
        far = float(np.linalg.norm(arm[0] - held[1][0]))
        return away_s <= LONGEST_S and far > BACK_M[0] + BACK_M[1] * away_s
