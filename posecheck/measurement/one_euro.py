"""A causal One Euro filter over all angles at once: little lag during motion, little jitter at rest.

Source: Casiez, Roussel, Vogel 2012, "1€ Filter", doi 10.1145/2207676.2208639. It is written here because available
packages return NaN for ever after one NaN. Live and recorded readings use the same filter, so both agree.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats

MIN_CUTOFF_HZ = 1.5
BETA = 0.06
"""Increase of the cut-off frequency in Hz per unit of speed: one degree (or 0.01 of a ratio) per second."""
SPEED_CUTOFF_HZ = 1.0
FORGET_S = 0.5
"""After this long without a value the filter of an angle starts again."""


def _share(cutoff_hz: Floats | float, step_s: Floats) -> Floats:
    """Return the weight of a new sample in a first-order low-pass filter."""
    rate = 2 * np.pi * cutoff_hz * step_s
    return np.asarray(rate / (rate + 1.0))


def _cuts(time_s: Floats, known: Bools) -> list[int]:
    """Return the frames in which other angles are known than in the one before, or which come long after it."""
    if len(time_s) < 2:
        return []
    cuts = (known[1:] != known[:-1]).any(axis=1) | ~(time_s[1:] - time_s[:-1] <= FORGET_S)
    return (np.flatnonzero(cuts) + 1).tolist()


class OneEuro:
    """Filter k values over time, frame by frame; NaN stays NaN and does not affect later frames."""

    def __init__(self, scale: Floats) -> None:
        """Start without history; scale (k,) is 1 for degrees and 100 for ratios, so that one BETA suits both."""
        self._scale = scale
        self._time = np.full(scale.shape, -np.inf)
        self._value = np.full(scale.shape, np.nan)
        self._speed = np.zeros(scale.shape)
        self._last_s, self._known, self._columns = -np.inf, b"", np.empty(0, np.intp)

    def update(
        self, time_s: Floats, values: Floats, exact: Bools | None = None, since_s: float | None = None
    ) -> Floats:
        """Filter the next n frames.

        Args:
            time_s: (n,) seconds, strictly increasing and later than the frames before.
            values: (n, k) degrees or ratios, NaN where missing.
            exact: (n, k) which of them are so exact that they are kept as they are: a filter would only lag behind. The
                values after them go on from there. None where none is.
            since_s: When the value before the first of these was taken, where it was only repeated since; None if not.

        Returns:
            (n, k) filtered values, NaN where missing.
        """
        if since_s is not None:
            self._last_s, self._time = min(self._last_s, since_s), np.minimum(self._time, since_s)
        out = np.full_like(values, np.nan)
        known = np.isfinite(values)
        edges = [0, *_cuts(time_s, known), len(time_s)] if len(time_s) else []
        for first, last in itertools.pairwise(edges):
            if self._goes_on(float(time_s[first]), known[first]):
                times = np.concatenate([[self._last_s], time_s[first:last]])
                kept = None if exact is None else exact[first:last]
                self._run(times, values[first:last], out[first:last], kept)
                continue
            out[first] = self._one(float(time_s[first]), values[first], None if exact is None else exact[first])
            self._last_s, self._columns = float(time_s[first]), np.flatnonzero(known[first])
            self._known = known[first].tobytes()
            if last - first > 1:
                kept = None if exact is None else exact[first + 1 : last]
                self._run(time_s[first:last], values[first + 1 : last], out[first + 1 : last], kept)
        return out

    def _goes_on(self, time_s: float, known: NDArray[np.bool_]) -> bool:
        """Return whether a frame has the same angles as the frame before it, which is not long ago."""
        return time_s - self._last_s <= FORGET_S and known.tobytes() == self._known

    def _run(self, time_s: Floats, values: Floats, out: Floats, exact: Bools | None) -> None:
        """Filter frames in which the same angles are known as in the frame before; as _one does, but faster.

        time_s (n + 1,): the times of that frame and of these.
        """
        columns, self._last_s = self._columns, float(time_s[-1])
        steps = time_s[1:] - time_s[:-1]
        shares = _share(SPEED_CUTOFF_HZ, steps)
        samples, scale = values[:, columns], self._scale[columns]
        kept = None if exact is None else exact[:, columns]
        value, speed = self._value[columns], self._speed[columns]
        filtered = np.empty_like(samples)
        ahead, rate, more = np.empty_like(value), np.empty_like(value), np.empty_like(value)
        for i, (step, share) in enumerate(zip(steps.tolist(), shares.tolist(), strict=True)):
            np.subtract(samples[i], value, out=ahead)
            np.divide(ahead, step, out=rate)
            np.subtract(rate, speed, out=rate)
            np.multiply(rate, share, out=rate)
            np.add(speed, rate, out=speed)
            np.abs(speed, out=rate)
            np.multiply(rate, BETA, out=rate)
            np.multiply(rate, scale, out=rate)
            np.add(rate, MIN_CUTOFF_HZ, out=rate)
            np.multiply(rate, 2 * np.pi, out=rate)
            np.multiply(rate, step, out=rate)
            np.add(rate, 1.0, out=more)
            np.divide(rate, more, out=rate)
            if kept is not None:
                rate[kept[i]] = 1.0
            np.multiply(rate, ahead, out=rate)
            value = np.add(value, rate, out=filtered[i])
        self._value[columns], self._speed[columns], self._time[columns] = value, speed, time_s[-1]
        out[:, columns] = filtered

    def _one(self, time_s: float, value: Floats, exact: Bools | None) -> Floats:
        known = np.isfinite(value)
        step = time_s - self._time
        fresh = ~(step <= FORGET_S) | ~np.isfinite(self._value)
        last = np.where(fresh, value, self._value)
        step = np.where(fresh, 1.0, step)
        raw_speed = (value - last) / step
        speed = np.where(fresh, 0.0, self._speed + _share(SPEED_CUTOFF_HZ, step) * (raw_speed - self._speed))
        share = _share(MIN_CUTOFF_HZ + BETA * np.abs(speed) * self._scale, step)
        share = share if exact is None else np.where(exact, 1.0, share)
        filtered = np.where(fresh, value, last + share * (value - last))
        self._value = np.where(known, filtered, self._value)
        self._speed = np.where(known, speed, self._speed)
        self._time = np.where(known, time_s, self._time)
        return np.where(known, filtered, np.nan)
