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
        low: The lowest reading in it.
        high: The highest reading in it.
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


def scale(value: Floats, *items: AngleRange, margin: float) -> tuple[float, float]:
    """Return the lowest and highest reading to draw, so that all readings, all limits and zero are included.

    Args:
        value: The readings (n,); NaN is ignored.
        *items: The ranges.
        margin: Space beyond the ends, as a share of the distance between them.
    """
    known = value[np.isfinite(value)].tolist()
    ends = [0.0, *(way * number for item in items for way in ways(item) for number in numbers(item)), *known]
    low, high = min(ends), max(ends)
    room = margin * (high - low) or 1.0
    return low - (room if low < 0 else 0.0), high + room


def edges(item: AngleRange, far: float) -> Iterator[tuple[str, float, float]]:
    """Return the edges of a range's bands, as amounts.

    Args:
        item: The range.
        far: An amount beyond everything that is drawn, where the outermost band ends.

    Yields:
        Name, start and end of each band.
    """
    if item.target is not None:
        yield "target", *item.target
    outer = -far if item.limit == "under" else far
    if item.caution is not None:
        yield "caution", item.caution, outer if item.stop is None else item.stop
    if item.stop is not None:
        yield "stop", item.stop, outer


def bands(item: AngleRange, ends: tuple[float, float]) -> Iterator[Band]:
    """Return the bands of a range that are on a scale.

    Args:
        item: The range.
        ends: The lowest and the highest reading on the scale.

    Yields:
        The bands, cut off at the ends of the scale.
    """
    far = 2 * max(abs(ends[0]), abs(ends[1]))
    for way in ways(item):
        for name, near, outer in edges(item, far):
            low, high = sorted((float(np.clip(way * near, *ends)), float(np.clip(way * outer, *ends))))
            if high > low:
                yield Band(name, low, high, way * near, near)
