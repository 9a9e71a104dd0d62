"""A causal One Euro filter over all angles at once: little lag in motion, little jitter in stillness.

Source: Casiez, Roussel, Vogel 2012, "1€ Filter", doi 10.1145/2207676.2208639. Written here because the
packaged ones keep one NaN for ever. The same filter serves live and recorded readings, so both agree.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MIN_CUTOFF_HZ = 1.5
BETA = 0.06
"""Cut-off gained per degree (or percent of a ratio) a second of speed."""
SPEED_CUTOFF_HZ = 1.0
FORGET_S = 0.5
"""After so long without a value the filter starts afresh."""


def _share(cutoff_hz: Floats | float, step_s: Floats) -> Floats:
    """Return how much of a new sample a first-order low pass takes in."""
    rate = 2 * np.pi * cutoff_hz * step_s
    return np.asarray(rate / (rate + 1.0))


class OneEuro:
    """Filter n frames of k values as they come; NaN passes through and leaves no trace."""

    def __init__(self, scale: Floats) -> None:
        """scale (k,): 1 for degrees, 100 for ratios, so that one BETA serves both."""
        self._scale = scale
        self._time = np.full(scale.shape, -np.inf)
        self._value = np.full(scale.shape, np.nan)
        self._speed = np.zeros(scale.shape)

    def feed(self, time_s: Floats, values: Floats) -> Floats:
        """Return the filtered (n, k) of n frames that follow those fed before; times strictly increase."""
        out = np.empty_like(values)
        for i in range(len(time_s)):
            out[i] = self._one(float(time_s[i]), values[i])
        return out

    def _one(self, time_s: float, value: Floats) -> Floats:
        known = np.isfinite(value)
        step = time_s - self._time
        fresh = ~(step <= FORGET_S) | ~np.isfinite(self._value)
        last = np.where(fresh, value, self._value)
        step = np.where(fresh, 1.0, step)
        raw_speed = (value - last) / step
        speed = np.where(fresh, 0.0, self._speed + _share(SPEED_CUTOFF_HZ, step) * (raw_speed - self._speed))
        share = _share(MIN_CUTOFF_HZ + BETA * np.abs(speed) * self._scale, step)
        filtered = np.where(fresh, value, last + share * (value - last))
        self._value = np.where(known, filtered, self._value)
        self._speed = np.where(known, speed, self._speed)
        self._time = np.where(known, time_s, self._time)
        return np.where(known, filtered, np.nan)
