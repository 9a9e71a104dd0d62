"""A range on a scale: where its target, caution and stop bands are, and how far the scale must reach to show them.

Conventions. Amounts are in the unit of the range and grow away from neutral. On the scale of signed readings they are
above zero, below it, or on both sides.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.stretches.ranges import AngleRange


class Band(NamedTuple):
    """Hold one band.

    Attributes:
        name: target, caution or stop.
        low: The lowest reading in it; -inf where it has no end.
        high: The highest reading in it; inf where it has no end.
        edge: The reading at which it begins.
        amount: The same as an amount.
    """

    name: str
    low: float
    high: float
    edge: float
    amount: float


def ways(item: AngleRange) -> tuple[int, ...]:
    """Return the signs with which amounts appear on the scale: a magnitude has its limits on both sides."""
    return {"magnitude": (1, -1), "negative": (-1,)}.get(item.along, (1,))


def numbers(item: AngleRange) -> list[float]:
    """Return every amount that a range states: its limits and the ends of its target."""
    return [v for v in (item.caution, item.stop, *(item.target or ())) if v is not None]


def stated(item: AngleRange) -> list[float]:
    """Return the readings at which a range's limits and the ends of its target are, in all directions that count."""
    return [way * number for way in ways(item) for number in numbers(item)]


def scale(value: Floats, *items: AngleRange, margin: float) -> tuple[float, float]:
    """Return the lowest and highest reading to draw, so that all readings, all limits and zero are included.

    Args:
        value: The readings (n,); NaN is ignored.
        *items: The ranges.
        margin: Space beyond the ends, as a share of the distance between them.
    """
    known = value[np.isfinite(value)].tolist()
    ends = [0.0, *(edge for item in items for edge in stated(item)), *known]
    low, high = min(ends), max(ends)
    room = margin * (high - low) or 1.0
    return low - (room if low < 0 else 0.0), high + room


def whole(item: AngleRange) -> Iterator[Band]:
    """Return the bands of a range in full.

    A caution band ends where stop begins. Past its outermost limit a range has no end, except below the lower limit
    of a magnitude: amounts of a magnitude are never below zero.

    Args:
        item: The range.

    Yields:
        The bands, for each direction from the target outwards.
    """
    end = np.inf if item.limit == "over" else 0.0 if item.along == "magnitude" else -np.inf
    amounts: list[tuple[str, float, float]] = []
    if item.target is not None:
        amounts.append(("target", *item.target))
    if item.caution is not None:
        amounts.append(("caution", item.caution, end if item.stop is None else item.stop))
    if item.stop is not None:
        amounts.append(("stop", item.stop, end))
    for way in ways(item):
        for name, near, far in amounts:
            low, high = sorted((way * near, way * far))
            yield Band(name, low, high, way * near, near)


def bands(item: AngleRange, ends: tuple[float, float]) -> Iterator[Band]:
    """Return the bands of a range that are on a scale.

    Args:
        item: The range.
        ends: The lowest and the highest reading on the scale.

    Yields:
        The bands, cut off at the ends of the scale.
    """
    for band in whole(item):
        low, high = float(np.clip(band.low, *ends)), float(np.clip(band.high, *ends))
        if high > low:
            yield band._replace(low=low, high=high)
