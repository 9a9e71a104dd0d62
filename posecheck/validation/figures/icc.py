"""The intraclass correlation ICC(A,1): absolute agreement of single measurements, two-way model.

Source: McGraw & Wong 1996, doi 10.1037/1082-989X.1.1.30, case 2A and table 7. Shrout & Fleiss 1979 call it ICC(2,1).
"""

from typing import NamedTuple

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.validation.figures.f_distribution import f_quantile

LEVEL = 0.95


class Icc(NamedTuple):
    """Hold an intraclass correlation with its 95 % interval, and the standard error of measurement.

    Attributes:
        value: ICC(A,1); NaN where nothing varies.
        low: Lower end of the interval.
        high: Upper end of the interval.
        sem: Standard error of measurement of agreement: the root of the variance that is not the subjects' own, in the
            measurements' unit.
    """

    value: float
    low: float
    high: float
    sem: float


def squares(table: Floats, weights: Floats | None = None) -> tuple[float, float, float, float]:
    """Return the number of rows and the mean squares of rows, columns and the rest of a two-way table.

    Args:
        table: (n, k) n subjects, k raters.
        weights: (n,) how often each subject counts; None counts each once.
    """
    k = table.shape[1]
    w = np.ones(len(table)) if weights is None else weights
    n = float(w.sum())
    means = table.mean(axis=1)
    columns = w @ table / n
    grand = float(columns.mean())
    rows_mean = k * float(w @ (means - grand) ** 2) / (n - 1)
    columns_mean = n * float(((columns - grand) ** 2).sum()) / (k - 1)
    rest = table - means[:, None] - columns + grand
    return n, rows_mean, columns_mean, float((w @ rest**2).sum()) / ((n - 1) * (k - 1))


def agreement_of(table: Floats, weights: Floats | None = None, *, interval: bool = True) -> Icc:
    """Return ICC(A,1).

    Args:
        table: (n, k) n subjects, k raters; no NaN.
        weights: (n,) how often each subject counts.
        interval: Whether the interval is wanted; NaN stands for it otherwise.
    """
    nan = float("nan")
    k = table.shape[1]
    if (len(table) if weights is None else weights.sum()) < 2:
        return Icc(nan, nan, nan, nan)
    n, rows, columns, rest = squares(table, weights)
    below = rows + (k - 1) * rest + k * (columns - rest) / n
    value = (rows - rest) / below if below > 0 else nan
    sem = max(0.0, rest + (columns - rest) / n) ** 0.5
    if not interval or not value < 1:
        return Icc(value, *((value, value) if interval else (nan, nan)), sem)
    a, b = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
    parts = (a * columns) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1))
    freedom = (a * columns + b * rest) ** 2 / parts
    share = 1 - (1 - LEVEL) / 2
    lower, upper = f_quantile(share, n - 1, freedom), f_quantile(share, freedom, n - 1)
    both = k * columns + (k * n - k - n) * rest
    low = n * (rows - lower * rest) / (lower * both + n * rows)
    high = n * (upper * rows - rest) / (both + n * upper * rows)
    return Icc(value, low, high, sem)
