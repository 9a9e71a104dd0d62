"""How far the landmarks exaggerate or diminish a turn to either side, as they do from a camera, by what was read."""

import numpy as np

from posecheck.core.arrays import Floats

ERROR_DEG, GAIN_BOTH, GAIN_SIDE = 6.0, 0.2, 0.2
"""Error of the landmarks' turn, and how far their gain may be off 1 to both sides alike, and to each side for itself:
standard deviations."""
LATE_S = 0.04
"""How much later than the phone the landmarks follow a movement, in seconds."""
APART_S, PRIOR = 0.5, 4
"""Readings nearer to each other than this tell the same of the landmarks; how many others their error counts as."""
FORGETS_S = 1.5
"""Time after which what the landmarks lack has changed into something else."""
HALF_WIDTH = 1.65
"""The half-width that holds 90 % of errors over their standard deviation."""


def sides_of(seen: Floats) -> Floats:
    """Return turns (n,) as those to the left and those to the right (n, 2); the other of each two is 0."""
    return np.stack([np.maximum(seen, 0.0), np.minimum(seen, 0.0)], axis=1)


def gains_of(squares: Floats, products: Floats, weight: float) -> Floats:
    """Return by how much a turn exceeds that of the landmarks to the left and to the right (2,).

    Args:
        squares: (2, 2) sum over all readings of the products of the landmarks' turn to either side with itself.
        products: (2,) sum of the products of it with the turn that was read.
        weight: How much each reading counts.
    """
    prior = np.linalg.inv(GAIN_BOTH**2 * np.ones((2, 2)) + GAIN_SIDE**2 * np.eye(2))
    told = weight / ERROR_DEG**2
    return np.asarray(np.linalg.solve(prior + told * squares, prior @ np.ones(2) + told * products))


def spread_of(squares: float, moments: int) -> float:
    """Return the standard deviation of what the landmarks lack, in degrees.

    Args:
        squares: The sum of its squares over so many readings.
        moments: How many readings tell something of their own.
    """
    return float(np.sqrt((squares + PRIOR * ERROR_DEG**2) / (moments + PRIOR)))
