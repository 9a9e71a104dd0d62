"""Quantiles of the F distribution, which the interval of an intraclass correlation needs.

scipy has them too, but installs 140 MB; the tests compare the two.
"""

import math

TINY, EPS, MOST = 1e-300, 1e-15, 100_000


def f_quantile(share: float, first: float, second: float) -> float:
    """Return the value that a share of an F distribution lies below.

    Args:
        share: Between 0 and 1.
        first: Degrees of freedom of the numerator, above 0; need not be whole.
        second: Degrees of freedom of the denominator.
    """
    low, high = -60.0, 60.0
    for _ in range(200):
        middle = (low + high) / 2
        if f_below(math.exp(middle), first, second) < share:
            low = middle
        else:
            high = middle
        if high - low < 1e-13:
            break
    return math.exp((low + high) / 2)


def f_below(value: float, first: float, second: float) -> float:
    """Return the share of an F distribution below a value; see f_quantile for the arguments."""
    part = first * value / (first * value + second)
    return _beta_below(part, first / 2, second / 2)


def _beta_below(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function, by its continued fraction (DLMF 8.17.22)."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _beta_below(1.0 - x, b, a)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    # Lentz's way of summing it up.
    c, d = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1))
    sum_ = d
    for m in range(1, MOST):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1.0 / _away(1.0 + even * d), _away(1.0 + even / c)
        sum_ *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1.0 / _away(1.0 + odd * d), _away(1.0 + odd / c)
        sum_ *= d * c
        if abs(d * c - 1.0) < EPS:
            break
    return math.exp(scale) * sum_ / a


def _away(value: float) -> float:
    return value if abs(value) > TINY else TINY
