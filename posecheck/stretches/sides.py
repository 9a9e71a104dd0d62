"""Left and right apart: a range that judges a turn either way becomes two, each with limits of its own.

A person may be allowed less to one side than to the other. The halves have the range's id with `_left` or `_right`
after it; a profile or `--set` that names one parts the range, and the other half keeps the limits that it had.
"""

from posecheck.kinematics.angles import ANGLES, FAMILIES, INDEX, Direction
from posecheck.stretches.ranges import AngleRange
from posecheck.stretches.stretch import Stretch

SIDES = (Direction.LEFT, Direction.RIGHT)
ENDINGS = tuple(f"_{side.value}" for side in SIDES)


def whole_key(key: str) -> str:
    """Return the id of the range that a half is of; any other id as it is."""
    for ending in ENDINGS:
        if key.endswith(ending):
            return key.removesuffix(ending)
    return key


def halves_of(key: str) -> tuple[str, str]:
    """Return the ids of the left and the right half of a range."""
    return f"{key}{ENDINGS[0]}", f"{key}{ENDINGS[1]}"


def can_part(item: AngleRange, stretch: Stretch) -> bool:
    """Return whether a range of a stretch can have limits of its own to the left and to the right.

    Args:
        item: The range: an angle whose sign is a side, judged either way.
        stretch: The stretch, which is done to both sides.
    """
    if stretch.sides != "both" or item.measure != "angle" or item.along != "magnitude" or item.angle in FAMILIES:
        return False
    row = ANGLES[INDEX[item.angle]]
    return {row.positive, row.negative} == set(SIDES)


def parted(stretch: Stretch, key: str) -> Stretch:
    """Return a stretch with one of its ranges in two halves, left first, with the same limits.

    Args:
        stretch: The stretch; unchanged where the range cannot be parted, or is already.
        key: The id of the range.
    """
    ranges: list[AngleRange] = []
    for item in stretch.ranges:
        ranges += _halves(item) if item.key == key and can_part(item, stretch) else [item]
    return stretch.model_copy(update={"ranges": tuple(ranges)})


def alike(stretch: Stretch, other: Stretch) -> Stretch:
    """Return a stretch with the same ranges parted as those of another, so that both can be compared one by one."""
    for item in other.ranges:
        if whole_key(item.key) != item.key:
            stretch = parted(stretch, whole_key(item.key))
    return stretch


def _halves(item: AngleRange) -> list[AngleRange]:
    row = ANGLES[INDEX[item.angle]]
    ways = {row.positive: "positive", row.negative: "negative"}
    names = zip(halves_of(item.key), SIDES, strict=True)
    return [item.model_copy(update={"id": name, "along": ways[side]}) for name, side in names]
