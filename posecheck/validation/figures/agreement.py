"""The agreement of readings with a reference: errors, limits of agreement, correlation, and what the error covers.

Errors are readings less the reference. Every figure is taken with weights, so that the bootstrap can draw people again
without copying their samples.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.validation.figures.icc import agreement_of

Z95 = 1.959963984540054
ALONE = ("truth_low", "truth_high", "icc_low", "icc_high")
"""Figures without an interval by drawing people again; that of ICC(A,1) by its own formula stands beside it."""
LEAST_PEOPLE = 3
"""With fewer people an interval by drawing them again says nothing."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Hold n pairs of a reading and the reference, without NaN.

    Attributes:
        reading: (n,) readings, degrees or ratios.
        truth: (n,) the reference.
        error: (n,) stated errors; NaN where none is stated.
        person: (n,) number of the person, from 0.
    """

    reading: Floats
    truth: Floats
    error: Floats
    person: NDArray[np.intp]
    order: NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        # Sorted once, since the bootstrap asks for quantiles a thousand times.
        object.__setattr__(self, "order", np.argsort(np.abs(self.reading - self.truth), kind="stable"))

    def __len__(self) -> int:
        return len(self.reading)


def figures_of(samples: Samples, weights: Floats | None = None, *, interval: bool = True) -> dict[str, float]:
    """Return every figure by its name, NaN where there are too few samples for it.

    Args:
        samples: The pairs.
        weights: (n,) how often each counts; None counts each once.
        interval: Whether the interval of the intraclass correlation is wanted.

    Returns:
        truth_low and truth_high (least and greatest reference), mae, bias, rmse, p95, slope, intercept, pearson_r, icc,
        icc_low, icc_high, loa_low, loa_high, sem, mdc95 and inside (share of errors no larger than the stated one).
    """
    x, y = samples.truth, samples.reading
    w = np.ones(len(samples)) if weights is None else weights
    n = float(w.sum())
    off = y - x
    size = np.abs(off)
    bias, mae, rmse = float(w @ off) / n, float(w @ size) / n, float(w @ off**2 / n) ** 0.5
    nan = float("nan")
    spread = (float(w @ (off - bias) ** 2) / (n - 1)) ** 0.5 if n > 1 else nan
    mean_x, mean_y = float(w @ x) / n, float(w @ y) / n
    xx, yy = float(w @ (x - mean_x) ** 2), float(w @ (y - mean_y) ** 2)
    xy = float(w @ ((x - mean_x) * (y - mean_y)))
    slope = xy / xx if xx > 1e-12 else nan
    icc = agreement_of(np.stack([y, x], axis=1), weights, interval=interval)
    stated = np.isfinite(samples.error)
    told = float(w[stated].sum())
    return {
        "truth_low": float(x.min()),
        "truth_high": float(x.max()),
        "mae": mae,
        "bias": bias,
        "rmse": rmse,
        "p95": _quantile(size, w, samples.order, 0.95),
        "slope": slope,
        "intercept": mean_y - slope * mean_x,
        "pearson_r": xy / (xx * yy) ** 0.5 if xx * yy > 1e-12 else nan,
        "icc": icc.value,
        "icc_low": icc.low,
        "icc_high": icc.high,
        "loa_low": bias - Z95 * spread,
        "loa_high": bias + Z95 * spread,
        "sem": icc.sem,
        "mdc95": Z95 * 2**0.5 * icc.sem,
        "inside": float(w[stated] @ (size[stated] <= samples.error[stated])) / told if told else nan,
    }


def _quantile(values: Floats, weights: Floats, order: NDArray[np.intp], share: float) -> float:
    """Return a quantile of weighted values: between neighbours in a straight line, as numpy does for whole weights."""
    held = np.cumsum(weights[order])
    at = share * (held[-1] - 1)
    low, high = (values[order[np.searchsorted(held, k, side="right")]] for k in (np.floor(at), np.ceil(at)))
    return float(low + (high - low) * (at - np.floor(at)))


def intervals_of(samples: Samples, draws: int, seed: int) -> dict[str, tuple[float, float]]:
    """Return the 95 % interval of each figure, by drawing people again with all that is theirs (percentiles).

    Args:
        samples: The pairs of all people.
        draws: How often people are drawn.
        seed: Of the random numbers.

    Returns:
        Low and high by figure; empty with fewer than LEAST_PEOPLE people.
    """
    people = np.unique(samples.person)
    if len(people) < LEAST_PEOPLE or not draws:
        return {}
    rng = np.random.default_rng(seed)
    times = rng.multinomial(len(people), np.full(len(people), 1 / len(people)), size=draws)
    rows = np.searchsorted(people, samples.person)
    drawn = [figures_of(samples, row[rows].astype(np.float64), interval=False) for row in times]
    out = {}
    for name in drawn[0]:
        values = np.array([one[name] for one in drawn])
        values = values[np.isfinite(values)]
        if len(values) and name not in ALONE:
            out[name] = (float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5)))
    return out
