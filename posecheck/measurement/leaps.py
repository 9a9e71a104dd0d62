"""Landmarks that leap away from their limb for a moment, and what the picture shows without those leaps.

An arm that is hidden is guessed, and the guess may leap between two places, half a trunk apart, from one frame to the
next. What turns a trunk does not do that: each landmark follows the one that its limb hangs from. So a step of a
landmark relative to that one which is too far for the time, and which its step before did not announce, is left out; it
goes along with its limb for that step. Whoever moves an arm so fast loses one step of it, as the next one is announced.
"""

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.kinematics.features import USED

STEP = (0.12, 0.8)
"""Farthest step of a landmark from where its limb took it, in trunk lengths, and what each second between the frames
adds. In the scripts that a camera saw elbows step farther in 0.8 % of the frames, nearly all of them while arms are
raised, and in every frame in which a guess leaps (research/disturbed/flips.py)."""
_PARENT: dict[int, int] = {
    int(end): int(start)
    for start, end in (
        (L.LEFT_SHOULDER, L.LEFT_ELBOW), (L.RIGHT_SHOULDER, L.RIGHT_ELBOW), (L.LEFT_ELBOW, L.LEFT_WRIST),
        (L.RIGHT_ELBOW, L.RIGHT_WRIST), (L.LEFT_WRIST, L.LEFT_INDEX), (L.RIGHT_WRIST, L.RIGHT_INDEX),
        (L.LEFT_HIP, L.LEFT_KNEE), (L.RIGHT_HIP, L.RIGHT_KNEE), (L.LEFT_KNEE, L.LEFT_ANKLE),
        (L.RIGHT_KNEE, L.RIGHT_ANKLE), (L.LEFT_ANKLE, L.LEFT_FOOT_INDEX), (L.RIGHT_ANKLE, L.RIGHT_FOOT_INDEX),
    )
}  # fmt: skip
_PLACES = {int(row): i for i, row in enumerate(USED)}
_ENDS = np.array([_PLACES[end] for end in _PARENT], np.intp)
_STARTS = np.array([_PLACES[start] for start in _PARENT.values()], np.intp)


def _carries() -> Floats:
    """Return 1 where a landmark of USED (u,) moves along with the end of a limb's part (e,), else 0: (u, e)."""
    out = np.zeros((len(USED), len(_ENDS)))
    for row, place in _PLACES.items():
        at: int | None = row
        while at in _PARENT:
            out[place, list(_PARENT).index(at)] = 1.0
            at = _PARENT[at]
    return out


_CARRIES = _carries()


class Leaps:
    """Leave leaps out of the places of landmarks frame by frame; one or many frames at once give the same result."""

    def __init__(self) -> None:
        self._last: tuple[float, Floats, Floats] | None = None
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
        then_s, then, before = self._last or (float(times[0]), parts[0], np.zeros(parts.shape[1:]))
        between = times - np.concatenate([[then_s if since_s is None else since_s], times[:-1]])
        steps = parts - np.concatenate([then[None], parts[:-1]])
        bends = steps - np.concatenate([before[None], steps[:-1]])
        farthest = ((STEP[0] + STEP[1] * between) * trunk)[:, None] ** 2
        leapt = ((steps**2).sum(axis=-1) > farthest) & ((bends**2).sum(axis=-1) > farthest)
        self._last = float(times[-1]), parts[-1], steps[-1]
        if self._left_out is None and not leapt.any():
            return place
        gone = np.cumsum(np.where(leapt[..., None], steps, 0.0), axis=0)
        gone = gone if self._left_out is None else gone + self._left_out
        self._left_out = gone[-1]
        out = place.copy()
        out[known] -= np.einsum("ue,nec->nuc", _CARRIES, gone).reshape(len(known), -1)
        return out
