"""How much landmarks in the picture jitter, so that jitter is not taken for movement."""

import numpy as np

from posecheck.core.arrays import Floats

JITTER_FRAMES = 10.0
"""Over about so many frames the jitter of landmarks is averaged."""
OF_BENDS = float(np.sqrt(6.0) * 0.6745)
"""The middle change of steps for a jitter of one: each is made of three places, one of them counted twice."""


class Jitter:
    """Measure by how much landmarks in the picture jitter lately, frame by frame."""

    def __init__(self) -> None:
        self._place: Floats | None = None
        self._step: Floats | None = None
        self._last_s = -np.inf
        self._shaking = 0.0

    def update(self, time_s: Floats, place: Floats, since_s: float | None = None) -> Floats:
        """Return the standard deviation of the landmarks' jitter (n,), in their unit; 0 where nobody was found.

        Most landmarks move evenly or rest at any time, so the middle one of the changes of their steps is jitter.

        Args:
            time_s: (n,) seconds.
            place: (n, d) the landmarks relative to the hips, d even; NaN where nobody was found.
            since_s: As for Pace.
        """
        out, known = np.zeros(len(time_s)), np.flatnonzero(np.isfinite(place).all(axis=1))
        if not len(known):
            return out
        place = place[known]
        steps = place - np.concatenate([place[:1] if self._place is None else self._place, place[:-1]])
        if since_s is not None and self._last_s > -np.inf:
            # What was moved in several frames is no jitter of one.
            steps[0] *= (time_s[known[0]] - self._last_s) / (time_s[known[0]] - since_s)
        bends = steps - np.concatenate([steps[:1] if self._step is None else self._step, steps[:-1]])
        # The mean of the middle two: np.median takes five times as long for one frame.
        middle = bends.shape[1] // 2
        ordered = np.sort(np.abs(bends), axis=1)
        now = (ordered[:, middle - 1] + ordered[:, middle]) / (2.0 * OF_BENDS)
        for i, one in zip(known.tolist(), now.tolist(), strict=True):
            self._shaking += (one - self._shaking) / JITTER_FRAMES
            out[i] = self._shaking
        self._place, self._step, self._last_s = place[-1:], steps[-1:], float(time_s[known[-1]])
        return out
