"""Bring the clocks of a recording and a reference together, by the shift at which their curves agree best.

The offset is what is added to the reference's times. Both curves are brought to a fine common grid; at each shift the
correlation counts only moments in which both are known (Padfield 2012, doi 10.1109/TIP.2011.2181402), all angles
together. A parabola through the best shift and its neighbours gives the offset between two steps of the grid.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats

Waves = NDArray[np.complex128]

STEP_S = 0.01
MAX_GAP_S = 0.25
"""Across a longer gap no straight line is drawn."""
LEAST_SHARED = 0.5
"""Share of the shorter curve that must lie within the other at a shift."""
APART_S = 0.5
"""The next best shift is another one only if it lies this far from the best."""
MOST_STEPS = 2_000_000
"""Over five hours at this step; longer curves are brought to a coarser grid."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Hold how two clocks were brought together.

    Attributes:
        offset_s: What is added to the reference's times, seconds.
        correlation: Of the curves at this offset, all angles together; NaN where it was not searched for.
        search_s: How far around `centre_s` was searched; NaN where it was not.
        centre_s: The middle of the search: 0, or the difference of the starts where the clocks have nothing in common.
        next_s: The next best offset; NaN where there is none.
        next_correlation: The correlation there.
        lowest: The lowest correlation of all; near -1 where the reference counts the other way.
    """

    offset_s: float
    correlation: float = float("nan")
    search_s: float = float("nan")
    centre_s: float = 0.0
    next_s: float = float("nan")
    next_correlation: float = float("nan")
    lowest: float = float("nan")

    @property
    def at_edge(self) -> bool:
        """Return whether the best shift is the last one that was searched."""
        return abs(abs(self.offset_s - self.centre_s) - self.search_s) < 1.5 * STEP_S


def resampled(time_s: Floats, values: Floats, times: Floats) -> Floats:
    """Return values (n,) at other times (m,), in a straight line between known neighbours; NaN across a gap."""
    known = np.isfinite(values)
    if known.sum() < 2:
        return np.full(len(times), np.nan)
    at, held = time_s[known], values[known]
    out = np.interp(times, at, held, left=np.nan, right=np.nan)
    after = np.clip(np.searchsorted(at, times), 1, len(at) - 1)
    apart = at[after] - at[after - 1] > MAX_GAP_S
    on = np.isin(times, at)
    return np.where(apart & ~on, np.nan, out)


def align(
    time_s: Floats, readings: list[Floats], truth_s: Floats, truths: list[Floats], search_s: float
) -> Alignment | None:
    """Return the offset at which readings and reference agree best; None where they never share enough.

    Args:
        time_s: (n,) the recording's clock.
        readings: (n,) each angle's readings.
        truth_s: (m,) the reference's clock.
        truths: (m,) the same angles of the reference.
        search_s: How far to search either way.
    """
    centre = 0.0
    if truth_s[0] - search_s > time_s[-1] or truth_s[-1] + search_s < time_s[0]:
        centre = float(time_s[0] - truth_s[0])
    moved = truth_s + centre
    longest = max(time_s[-1] - time_s[0], moved[-1] - moved[0], search_s)
    step = max(STEP_S, longest / MOST_STEPS)
    ours, theirs = (np.arange(t[0], t[-1] + step / 2, step) for t in (time_s, moved))
    size = 1 << int(np.ceil(np.log2(len(ours) + len(theirs))))
    covariance, first, second, counts = (np.zeros(size) for _ in range(4))
    shorter = 0.0
    for reading, truth in zip(readings, truths, strict=True):
        f, g = resampled(time_s, reading, ours), resampled(moved, truth, theirs)
        shorter += min(np.isfinite(f).sum(), np.isfinite(g).sum())
        for total, part in zip((covariance, first, second, counts), _sums(f, g, size), strict=True):
            total += part
    # Index i of the cyclic correlation is a shift of the reference by i steps, counted from both first moments.
    lags = np.arange(size)
    lags[lags > len(ours)] -= size
    shift = lags * step + (ours[0] - theirs[0])
    with np.errstate(invalid="ignore", divide="ignore"):
        r = covariance / np.sqrt(first * second)
    enough = (counts >= LEAST_SHARED * shorter) & (first > 1e-6 * counts) & (second > 1e-6 * counts)
    r[~enough | (np.abs(shift) > search_s + step / 2)] = np.nan
    order = np.argsort(shift)
    shift, r = shift[order], r[order]
    if not np.isfinite(r).any():
        return None
    best = int(np.nanargmax(r))
    offset, top = _peak(shift, r, best, step)
    other = np.where(np.abs(shift - shift[best]) > APART_S, r, np.nan)
    hill = np.isfinite(other) & (other >= np.roll(r, 1)) & (other >= np.roll(r, -1))
    next_ = int(np.argmax(np.where(hill, other, -2.0)))
    found = bool(hill[next_])
    return Alignment(
        float(centre + offset),
        float(top),
        search_s,
        centre,
        float(centre + shift[next_]) if found else float("nan"),
        float(r[next_]) if found else float("nan"),
        float(np.nanmin(r)),
    )


def _peak(shift: Floats, r: Floats, best: int, step: float) -> tuple[float, float]:
    """Return where a parabola through the best shift and its neighbours is highest, and how high."""
    around = r[max(0, best - 1) : best + 2]
    if len(around) < 3 or not np.isfinite(around).all():
        return float(shift[best]), float(r[best])
    low, top, high = around
    bend = low - 2 * top + high
    part = float(np.clip((low - high) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0
    return float(shift[best] + part * step), float(min(1.0, top - (low - high) * part / 4))


def _sums(f: Floats, g: Floats, size: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return covariance, both sums of squares and the count of shared moments at each cyclic shift (size,)."""
    known = [np.isfinite(f).astype(np.float64), np.isfinite(g).astype(np.float64)]
    # Around their means, so that little is lost in the differences below.
    f, g = (np.nan_to_num(one - np.nanmean(one)) if np.isfinite(one).any() else np.zeros(len(one)) for one in (f, g))
    m, n = (np.fft.rfft(one, size) for one in known)
    x, y, xx, yy = (np.fft.rfft(one, size) for one in (f, g, f**2, g**2))

    def shifted(a: Waves, b: Waves) -> Floats:
        return np.asarray(np.fft.irfft(a * np.conj(b), size))

    counts = np.round(shifted(m, n))
    held = np.maximum(counts, 1.0)
    sum_x, sum_y = shifted(x, n), shifted(m, y)
    covariance = shifted(x, y) - sum_x * sum_y / held
    first, second = shifted(xx, n) - sum_x**2 / held, shifted(m, yy) - sum_y**2 / held
    return covariance, np.maximum(first, 0.0), np.maximum(second, 0.0), counts
