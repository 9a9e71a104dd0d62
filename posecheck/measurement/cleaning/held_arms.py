"""Arms that leap away from their shoulder for a moment, held where they were.

An arm that is hidden is guessed, and the guess may leap between two places, half a trunk apart, from one frame to the
next. The reading of the trunk rests on the arms too, and leaps with them. So a guessed arm that leaps goes along with
its shoulder as it was before, until it is back or LONGEST_S have passed. Meanwhile it counts as hidden, so that no
angle of the arm itself is judged. An arm that is surely seen stays as it is.
"""

from dataclasses import replace

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import MIN_VISIBILITY
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.observation import Observation
from posecheck.measurement.cleaning.leaps import ALONE

GUESSED = 0.8
"""Visibility of elbow or wrist below which an arm is guessed at; in one of the two frames of a leap is enough."""
STEP_M = (0.08, 0.5)
"""Farthest step of an elbow from its shoulder that is no leap: metres, and metres per second between the frames."""
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
        leapt = np.minimum(sure, sure_then) < GUESSED
        # Mostly both arms are surely seen.
        if leapt.any():
            bends = steps - np.concatenate([self._step[None], steps[:-1]])
            moved = np.maximum.reduce(((trunk - trunk_then) ** 2).sum(axis=-1), axis=1)
            farthest = np.maximum((STEP_M[0] + STEP_M[1] * between) ** 2, ALONE**2 * moved)[:, None]
            leapt &= ((steps**2).sum(axis=-1) > farthest) & ((bends**2).sum(axis=-1) > farthest)
            leapt &= ((between <= GAP_S) & (subject == who))[:, None]
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
