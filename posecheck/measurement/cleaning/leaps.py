"""Steps of landmarks without those by which a limb leaps away for a moment.

A limb that is hidden is guessed, and the guess may leap between two places, half a trunk apart, from one frame to the
next; the steps by which a turn is measured leap with it. A step of an elbow from its shoulder, or of a knee from its
hip, that is too far for the time, and was not announced by the step before, is left out for all of that limb, unless
the next one goes on the same way. So of an arm that is moved fast nothing is lost. A wrist that leaps alone is left as
it is: without it, a turn that was too fast was no longer told. What is read of arms that leap is in held_arms.py.
"""

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.kinematics.features import USED

ALONE = 5.0
"""A leap is at least so many times as far as the shoulders moved from the hips: arms that swing with a trunk do not."""
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
