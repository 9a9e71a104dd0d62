"""How angles change over time: speed as a least-squares slope, reversals, and spread over a hold.

Speed is never the difference of two frames: with 3° of noise at 30 frames/s that has a standard deviation of 127°/s,
the slope over 0.4 s one of 7.5°/s. Every class takes frames in order of time, one or many at once, with the same
result.
"""

import math

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.kinematics.geometry import mean_of

SLOPE_S = 0.4
BLOCK = 2048
"""Frames whose slopes are computed together: sums over a whole long recording would lose precision and be slower."""
MIN_SPAN_S = 0.3
MIN_SAMPLES = 3
MIN_FPS = (MIN_SAMPLES - 1) / SLOPE_S
"""Below this frame rate speed cannot be computed."""
REVERSAL = 5.0
"""A reversal is a change of direction followed by a movement of at least this many degrees."""
RANGE_OF_JITTER, BEYOND_JITTER = 4.0, 5.0
"""Two or three dozen values that only jitter lie about 4 of its standard deviations apart; a reversal has to be larger
than 5."""
REVERSAL_S = 2.0
SPREAD_S = 3.0
LULL_S = 0.5
"""A hold that is interrupted for a shorter time goes on: who creeps on is at times a little too fast for a hold."""


def typical_step_s(time_s: Floats) -> float:
    """Return the median time between two of n frames, seconds; 0 for a single one."""
    n = len(time_s)
    if n < 4:
        # As live, where np.median would take as long as a tenth of a frame's geometry.
        steps = [float(time_s[i + 1] - time_s[i]) for i in range(n - 1)]
        return sum(steps) / max(1, n - 1)
    return float(np.median(np.diff(time_s)))


def too_few(time_s: Floats) -> NDArray[np.bool_]:
    """Return in which of n frames no speed can be computed, because too few came in the SLOPE_S before (n,)."""
    before = time_s.searchsorted(time_s - SLOPE_S - 1e-9)
    return np.asarray(np.arange(len(time_s)) - before + 1 < MIN_SAMPLES)


def slope(time_s: Floats, values: Floats, since: int = 0) -> Floats:
    """Return the least-squares slope over the SLOPE_S that end at each frame.

    Args:
        time_s: (n,) seconds, increasing.
        values: (n, k) degrees or ratios; NaN values are left out.
        since: First frame for which the slope is wanted; those before are only history.

    Returns:
        (n - since, k) change per second; NaN where the frame has no value, or its window has fewer than MIN_SAMPLES
        values or is shorter than MIN_SPAN_S.
    """
    n = len(time_s)
    out = np.full((n - since, values.shape[1]), np.nan)
    starts = time_s.searchsorted(time_s[since:] - SLOPE_S - 1e-9)
    for at in range(since, n, BLOCK):
        first, last = int(starts[at - since]), min(at + BLOCK, n)
        columns = np.logical_or.reduce(np.isfinite(values[at:last]), axis=0).nonzero()[0]
        part = _slope(time_s[first:last], values[first:last, columns], starts[at - since : last - since] - first)
        out[at - since : last - since, columns] = part
    return out


def _slope(time_s: Floats, values: Floats, starts: NDArray[np.intp]) -> Floats:
    """Return the slopes (m, k) of the last m frames, whose windows begin at the frames in starts (m,)."""
    n, since = len(time_s), len(time_s) - len(starts)
    ends = np.arange(since, n) + 1
    known = np.isfinite(values)
    if known.all():
        return _slope_of_known(time_s, values, starts)
    y = np.where(known, values, 0.0)
    y = np.where(known, y - y.sum(axis=0) / np.maximum(known.sum(axis=0), 1), 0.0)
    # Means are subtracted so that the sums stay small and exact.
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


def _slope_of_known(time_s: Floats, values: Floats, starts: NDArray[np.intp]) -> Floats:
    """Return what _slope does where every value is known, as mostly; the sums over time are then the same for all."""
    n, k = values.shape
    ends = np.arange(n - len(starts), n) + 1
    y, t = values - mean_of(values, axis=0), (time_s - mean_of(time_s, axis=0))[:, None]
    sums = np.zeros((n + 1, 2 + 2 * k))
    np.cumsum(np.concatenate([t, t * t, y, t * y], axis=1), axis=0, out=sums[1:])
    parts = sums[ends] - sums[starts]
    st, stt, sy, sty = parts[:, :1], parts[:, 1:2], parts[:, 2 : 2 + k], parts[:, 2 + k :]
    count = (ends - starts).astype(np.float64)[:, None]
    spread = count * stt - st**2
    span = (time_s[ends - 1] - time_s[starts])[:, None]
    enough = (count >= MIN_SAMPLES) & (span >= MIN_SPAN_S) & (spread > 1e-9)
    return np.where(enough, (count * sty - st * sy) / np.where(enough, spread, 1.0), np.nan)


class _Window:
    """Keep the frames of the last SLOPE_S, so that what is computed frame by frame is that of a whole recording."""

    def __init__(self) -> None:
        self._time: Floats = np.empty(0)
        self._values: Floats = np.empty((0, 0))

    def extend(self, time_s: Floats, values: Floats, since_s: float | None = None) -> tuple[Floats, Floats, int]:
        """Add n frames; return times and values of the kept frames and these, and the number of the kept ones.

        since_s: after this time the kept frames only repeat a picture; they get values evenly between it and the first.
        """
        since = len(self._time)
        if since == 0:
            self._values = np.empty((0, values.shape[1]))
        elif since_s is not None:
            share = np.clip((self._time - since_s) / (time_s[0] - since_s), 0.0, 1.0)[:, None]
            self._values = self._values + share * np.nan_to_num(values[0] - self._values[-1])
        time, held = np.concatenate([self._time, time_s]), np.concatenate([self._values, values])
        keep = int(time.searchsorted(time[-1] - SLOPE_S - 1e-6)) if len(time) else 0
        self._time, self._values = time[keep:], held[keep:]
        return time, held, since


class Speed:
    """Compute speeds frame by frame."""

    def __init__(self) -> None:
        self._window = _Window()

    def update(self, time_s: Floats, values: Floats, since_s: float | None = None) -> Floats:
        """Return the speeds in the next n frames.

        Args:
            time_s: (n,) seconds, increasing.
            values: (n, k) degrees or ratios, NaN where missing.
            since_s: When the picture before the first of these was taken, where it came several times since.

        Returns:
            (n, k) change per second, with its sign; NaN where it cannot be computed, see slope.
        """
        return slope(*self._window.extend(time_s, values, since_s))


class Midway:
    """Return values at the middle of each window of SLOPE_S, the time to which the window's slope belongs."""

    def __init__(self) -> None:
        self._window = _Window()

    def update(self, time_s: Floats, values: Floats, since_s: float | None = None) -> Floats:
        """Return the values SLOPE_S / 2 before each of the next n frames.

        They are interpolated from the known values before and after within the window; if only one side has a value,
        that one is taken.

        Args:
            time_s: (n,) seconds, increasing.
            values: (n, k), NaN where missing.
            since_s: When the picture before the first of these was taken, where it came several times since.

        Returns:
            (n, k), NaN where the window has no value.
        """
        return _midway(*self._window.extend(time_s, values, since_s))


def _midway(time_s: Floats, values: Floats, since: int) -> Floats:
    """Return the values (n - since, k) in the middle of the windows that end at the last n - since frames."""
    n = len(time_s)
    known = np.isfinite(values)
    if n > since and known.all():
        return _midway_of_known(time_s, values, since)
    rows, each = np.arange(n)[:, None], np.arange(since, n)
    ends = time_s[since:]
    before = np.maximum.accumulate(np.where(known, rows, -1), axis=0)
    after = np.minimum.accumulate(np.where(known, rows, n)[::-1], axis=0)[::-1]
    last = np.searchsorted(time_s, ends - SLOPE_S / 2, side="right") - 1  # the last frame up to the middle
    left = np.where((last >= 0)[:, None], before[np.maximum(last, 0)], -1)
    right = after[np.minimum(last + 1, each)]  # the middle lies before the frame itself
    starts = np.searchsorted(time_s, ends - SLOPE_S - 1e-9)
    no_left, no_right = left < starts[:, None], right > each[:, None]
    left, right = np.where(no_left, right, left), np.where(no_right, left, right)
    nothing = no_left & no_right
    left, right = (np.where(nothing, 0, part) for part in (left, right))
    columns = np.arange(values.shape[1])
    span = time_s[right] - time_s[left]
    share = np.where(span > 0, (ends[:, None] - SLOPE_S / 2 - time_s[left]) / np.where(span > 0, span, 1.0), 0.0)
    from_, to = values[left, columns], values[right, columns]
    return np.where(nothing, np.nan, from_ + share * (to - from_))


def _midway_of_known(time_s: Floats, values: Floats, since: int) -> Floats:
    """Return what _midway does where every value is known, as mostly: the same two frames for all columns."""
    n, ends = len(time_s), time_s[since:]
    starts = time_s.searchsorted(ends - SLOPE_S - 1e-9)
    left = time_s.searchsorted(ends - SLOPE_S / 2, side="right") - 1
    right = np.minimum(left + 1, np.arange(since, n))
    left = np.where(left < starts, right, left)
    span = time_s[right] - time_s[left]
    share = np.where(span > 0, (ends - SLOPE_S / 2 - time_s[left]) / np.where(span > 0, span, 1.0), 0.0)
    from_ = values[left]
    return np.asarray(from_ + share[:, None] * (values[right] - from_))


class Reversals:
    """Count the reversals of direction of one angle within the last REVERSAL_S."""

    def __init__(self, least: float = REVERSAL) -> None:
        """Begin without reversals; least: the smallest movement after one, degrees."""
        self._least = least
        self._extreme = float("nan")
        self._way = 0
        self._when: list[float] = []

    def update(self, time_s: Floats, values: Floats, jitter: Floats, doubt: Floats | None = None) -> Floats:
        """Return the count at each of the next n frames.

        Args:
            time_s: (n,) seconds, increasing.
            values: (n,) degrees; a NaN is skipped.
            jitter: (n,) standard deviation of the values' jitter, degrees.
            doubt: (n,) by how much the values may swing though nothing moves, degrees; None for not at all.

        Returns:
            (n,) number of reversals.
        """
        out = np.empty(len(values))
        beyond = BEYOND_JITTER * jitter if doubt is None else np.fmax(BEYOND_JITTER * jitter, doubt)
        least = np.maximum(self._least, beyond).tolist()
        for i, (time, value) in enumerate(zip(time_s.tolist(), values.tolist(), strict=True)):
            if value == value:  # not NaN
                self._take(time, value, least[i])
            self._when = [moment for moment in self._when if time - moment <= REVERSAL_S]
            out[i] = len(self._when)
        return out

    def _take(self, time: float, value: float, least: float) -> None:
        if self._extreme != self._extreme:
            self._extreme = value
        elif self._way == 0:
            if abs(value - self._extreme) >= least:
                self._way, self._extreme = (1 if value > self._extreme else -1), value
        elif (value - self._extreme) * self._way >= 0:
            self._extreme = value
        elif abs(value - self._extreme) >= least:
            self._way, self._extreme = -self._way, value
            self._when.append(time)


class Lulls:
    """Find the interruptions of a hold that are shorter than LULL_S."""

    def __init__(self) -> None:
        self._held_s = -math.inf

    def update(self, time_s: Floats, holding: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return in which of the next n frames (n,) a hold is interrupted, for less than LULL_S so far.

        Args:
            time_s: (n,) seconds, increasing.
            holding: (n,) whether the person is in a hold.
        """
        held_s = np.maximum.accumulate(np.where(holding, time_s, self._held_s))
        self._held_s = float(held_s[-1]) if len(held_s) else self._held_s
        return np.asarray(~holding & (time_s - held_s < LULL_S))


class Spread:
    """Measure the peak-to-peak range of one angle over the hold so far, at most over the last SPREAD_S."""

    def __init__(self) -> None:
        self._recent: list[tuple[float, float]] = []
        self._off_s: float | None = None

    def update(self, time_s: Floats, values: Floats, holding: NDArray[np.bool_], jitter: Floats) -> Floats:
        """Return the peak-to-peak range at each of the next n frames, without what jitter adds to it.

        Args:
            time_s: (n,) seconds, increasing.
            values: (n,) degrees or ratios, NaN where missing.
            holding: (n,) whether the person is in a hold.
            jitter: (n,) standard deviation of the values' jitter, in their unit.

        Returns:
            (n,) in the unit of values; NaN outside a hold and where the value is missing.
        """
        out, shaking = np.full(len(values), np.nan), (RANGE_OF_JITTER * jitter).tolist()
        for i, (time, value) in enumerate(zip(time_s.tolist(), values.tolist(), strict=True)):
            if not holding[i]:
                self._off_s = time if self._off_s is None else self._off_s
                continue
            if self._off_s is not None and time - self._off_s >= LULL_S:
                self._recent.clear()
            self._off_s = None
            if value == value:
                self._recent.append((time, value))
                self._recent = [item for item in self._recent if time - item[0] <= SPREAD_S]
                seen = [item[1] for item in self._recent]
                # Jitter and true movement are independent of each other, so their squares add.
                out[i] = math.sqrt(max(0.0, (max(seen) - min(seen)) ** 2 - shaking[i] ** 2))
        return out
