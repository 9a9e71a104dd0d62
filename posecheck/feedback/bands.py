"""A range on a scale: where its target, caution and stop bands lie, and how far the scale must reach to show them.

Conventions. Amounts are in the unit of the range and grow away from neutral; on the scale of signed readings they
stand above zero, below it, or on both sides.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.stretches.ranges import AngleRange


class Band(NamedTuple):
    """Hold one band: target, caution or stop; the readings it spans; where it begins, as a reading and an amount."""

    name: str
    low: float
    high: float
    edge: float
    amount: float


def ways(item: AngleRange) -> tuple[int, ...]:
    """Return the signs under which amounts stand on the scale: a magnitude has its limits on both sides."""
    return {"magnitude": (1, -1), "negative": (-1,)}.get(item.along, (1,))


def numbers(item: AngleRange) -> list[float]:
    """Return every amount that a range names."""
    return [v for v in (item.caution, item.stop, *(item.target or ())) if v is not None]


def scale(value: Floats, *items: AngleRange, margin: float) -> tuple[float, float]:
    """Return the lowest and highest reading to draw: everything measured (n,), every limit, zero.

    margin: room past the ends, as a share of what lies between them.
    """
    known = value[np.isfinite(value)].tolist()
    ends = [0.0, *(way * number for item in items for way in ways(item) for number in numbers(item)), *known]
    low, high = min(ends), max(ends)
    room = margin * (high - low) or 1.0
    return low - (room if low < 0 else 0.0), high + room


def edges(item: AngleRange, far: float) -> Iterator[tuple[str, float, float]]:
    """Yield (name, from, to) in amounts, outward from the target; far lies past everything drawn."""
    if item.target is not None:
        yield "target", *item.target
    outer = -far if item.limit == "under" else far
    if item.caution is not None:
        yield "caution", item.caution, outer if item.stop is None else item.stop
    if item.stop is not None:
        yield "stop", item.stop, outer


def bands(item: AngleRange, ends: tuple[float, float]) -> Iterator[Band]:
    """Yield each band within the ends of a scale."""
    far = 2 * max(abs(ends[0]), abs(ends[1]))
    for way in ways(item):
        for name, near, outer in edges(item, far):
            low, high = sorted((float(np.clip(way * near, *ends)), float(np.clip(way * outer, *ends))))
            if high > low:
                yield Band(name, low, high, way * near, near)
