"""How angles move: speed by a least-squares slope, reversals, and spread over a hold.

Speed is never a difference of two frames: with 3° of noise at 30 frames/s that has a spread of 127°/s, the
slope over 0.4 s one of 7.5°/s. Every class is fed frames in order, one or many at a time, with one answer.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SLOPE_S = 0.4
BLOCK = 2048
"""Frames whose slopes are taken together: sums over a whole long recording would lose digits, and the cache."""
MIN_SPAN_S = 0.3
MIN_SAMPLES = 3
MIN_FPS = (MIN_SAMPLES - 1) / SLOPE_S
"""Fewer frames a second than this leave no speed to tell."""
REVERSAL = 5.0
"""A reversal is a change of direction followed by at least so many degrees."""
REVERSAL_S = 2.0
SPREAD_S = 3.0


def slope(time_s: Floats, values: Floats, since: int = 0) -> Floats:
    """Return the least-squares slope (n - since, k) per second over the SLOPE_S that end at each frame.

    values (n, k); frames before `since` only lend their history. NaN values are left out; NaN where fewer than
    MIN_SAMPLES values, or less than MIN_SPAN_S, are there to go by.
    """
    n = len(time_s)
    out = np.full((n - since, values.shape[1]), np.nan)
    starts = np.searchsorted(time_s, time_s[since:] - SLOPE_S - 1e-9)
    for at in range(since, n, BLOCK):
        first, last = int(starts[at - since]), min(at + BLOCK, n)
        columns = np.flatnonzero(np.isfinite(values[at:last]).any(axis=0))
        part = _slope(time_s[first:last], values[first:last, columns], starts[at - since : last - since] - first)
        out[at - since : last - since, columns] = part
    return out


def _slope(time_s: Floats, values: Floats, starts: NDArray[np.intp]) -> Floats:
    """Return the slopes (m, k) of the last m frames, whose windows begin at starts (m,)."""
    n, since = len(time_s), len(time_s) - len(starts)
    ends = np.arange(since, n) + 1
    known = np.isfinite(values)
    y = np.where(known, values, 0.0)
    y = np.where(known, y - y.sum(axis=0) / np.maximum(known.sum(axis=0), 1), 0.0)
    # Values and times from the middle, so that the sums stay small and exact.
    t = np.where(known, (time_s - time_s.mean())[:, None], 0.0)

    def total(part: Floats) -> Floats:
        sums = np.zeros((n + 1, part.shape[1]))
        np.cumsum(part, axis=0, out=sums[1:])
        return np.asarray(sums[ends] - sums[starts])

    count, st, sy = total(known.astype(np.float64)), total(t), total(y)
    stt, sty = total(t * t), total(t * y)
    spread = count * stt - st**2
    span = (time_s[since:] - time_s[starts])[:, None]
    enough = (count >= MIN_SAMPLES) & (span >= MIN_SPAN_S) & (spread > 1e-9) & known[since:]
    return np.where(enough, (count * sty - st * sy) / np.where(enough, spread, 1.0), np.nan)


class Speed:
    """Keep the last SLOPE_S of values so that frames fed one by one get the slope a whole recording gets."""

    def __init__(self) -> None:
        self._time: Floats = np.empty(0)
        self._values: Floats = np.empty((0, 0))

    def feed(self, time_s: Floats, values: Floats) -> Floats:
        """Return speeds (n, k) for n frames that follow those fed before."""
        before = len(self._time)
        if before == 0:
            self._values = np.empty((0, values.shape[1]))
        time = np.concatenate([self._time, time_s])
        all_values = np.concatenate([self._values, values])
        speeds = slope(time, all_values, before)
        keep = int(np.searchsorted(time, time[-1] - SLOPE_S - 1e-6)) if len(time) else 0
        self._time, self._values = time[keep:], all_values[keep:]
        return speeds


class Reversals:
    """Count the reversals of one angle within the last REVERSAL_S."""

    def __init__(self) -> None:
        self._extreme = float("nan")
        self._way = 0
        self._when: list[float] = []

    def feed(self, time_s: Floats, values: Floats) -> Floats:
        """Return the count (n,) at each frame; frames without a value repeat what was."""
        out = np.empty(len(values))
        for i, (time, value) in enumerate(zip(time_s.tolist(), values.tolist(), strict=True)):
            if value == value:  # not NaN
                self._take(time, value)
            self._when = [moment for moment in self._when if time - moment <= REVERSAL_S]
            out[i] = len(self._when)
        return out

    def _take(self, time: float, value: float) -> None:
        if self._extreme != self._extreme:
            self._extreme = value
        elif self._way == 0:
            if abs(value - self._extreme) >= REVERSAL:
                self._way, self._extreme = (1 if value > self._extreme else -1), value
        elif (value - self._extreme) * self._way >= 0:
            self._extreme = value
        elif abs(value - self._extreme) >= REVERSAL:
            self._way, self._extreme = -self._way, value
            self._when.append(time)


class Spread:
    """Tell the peak-to-peak of one angle over the hold so far, at most the last SPREAD_S."""

    def __init__(self) -> None:
        self._recent: list[tuple[float, float]] = []

    def feed(self, time_s: Floats, values: Floats, holding: NDArray[np.bool_]) -> Floats:
        """Return the spread (n,); NaN outside a hold. holding (n,): whether a hold is on."""
        out = np.full(len(values), np.nan)
        for i, (time, value) in enumerate(zip(time_s.tolist(), values.tolist(), strict=True)):
            if not holding[i]:
                self._recent.clear()
            elif value == value:
                self._recent.append((time, value))
                self._recent = [item for item in self._recent if time - item[0] <= SPREAD_S]
                seen = [item[1] for item in self._recent]
                out[i] = max(seen) - min(seen)
        return out
