"""The checks of a stretch: each range becomes one check for each row of ANGLES that it reads.

In each frame, grading.py gives each check an amount (the reading in the direction that counts) and a Level.
BORDERLINE: the reading is below a limit by less than its stated error, so the limit may have been passed.
UNKNOWN: the stated error is as wide as the limit, so a reading below the limit says nothing.
A limit of an angle counts as passed at the reading itself. Waiting until reading minus error is past it would call a
frame fine while the limit is probably passed. A limit of a speed counts only where the speed is past it by half of its
stated error, and is BORDERLINE up to there, because whoever is told off although they move slowly stops listening.
"""

from dataclasses import dataclass

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.stretches.ranges import AngleRange
from posecheck.stretches.stretch import Stretch

ENTER_S = 0.3
"""Seconds that a limit must be passed to count."""
SPEED_ENTER_S = 0.1
"""The same for a limit of speed, in seconds."""


@dataclass(frozen=True, slots=True)
class Check:
    """Hold what is judged by one range: one row of ANGLES, or the greater or lesser of two rows.

    Attributes:
        range: The range.
        rows: Indices into ANGLES.
    """

    range: AngleRange
    rows: tuple[int, ...]

    @property
    def angle(self) -> str:
        """Return the name of the row, or of the pair, that is judged."""
        return ANGLES[self.rows[0]].name if len(self.rows) == 1 else self.range.angle

    @property
    def unit(self) -> str:
        """Return the unit of amounts: deg, ratio, deg/s, ratio/s, or nothing for a count."""
        if self.range.measure == "reversals":
            return ""
        unit = ANGLES[self.rows[0]].unit
        return f"{unit}/s" if self.range.measure == "speed" else unit

    @property
    def limits(self) -> bool:
        """Return whether the range has a limit, not only a target."""
        return self.range.caution is not None or self.range.stop is not None

    @property
    def enter_s(self) -> float:
        """Return for how many seconds a limit must be passed to count; speed is already measured over 0.4 s."""
        return SPEED_ENTER_S if self.range.measure == "speed" else ENTER_S

    def shown_from(self, view: str | None) -> bool:
        """Return whether the range applies in a view of the camera; None: the view is not known yet."""
        return view is None or not self.range.views or view in self.range.views

    @property
    def release(self) -> float:
        """Return how far below the limit an amount must fall before the limit no longer counts as passed, in `unit`."""
        return {"deg": 3.0, "ratio": 0.03, "deg/s": 5.0, "ratio/s": 0.05, "": 0.5}[self.unit]


def checks_of(stretch: Stretch) -> tuple[Check, ...]:
    """Return the checks of a stretch, in the order of its ranges."""
    out: list[Check] = []
    for item in stretch.ranges:
        if item.when is not None and item.when.share is not None:
            when = item.when.model_copy(update={"beyond": stretch.beyond(item.when)})
            item = item.model_copy(update={"when": when})
        rows = tuple(INDEX[name] for name in item.rows)
        out += [Check(item, (row,)) for row in rows] if item.side == "each" else [Check(item, rows)]
    return tuple(out)


def along(values: Floats, way: str) -> Floats:
    """Return signed values as amounts in one direction.

    Args:
        values: Of any shape; NaN stays NaN.
        way: `signed`, `positive`, `negative` or `magnitude`.
    """
    if way == "magnitude":
        return np.abs(values)
    return -values if way == "negative" else values


def pick(check: Check, values: Floats, by: Floats | None = None) -> Floats:
    """Pick the check's row of values, or of its two rows the one with the greater or lesser amount.

    Args:
        check: The check; its range says which side counts.
        values: Of shape (n, k), a column for each row of ANGLES.
        by: Readings of shape (n, k) that decide between the two sides, where values are errors or speeds.

    Returns:
        The values, of shape (n,). A side that cannot be judged is left out; NaN where neither side can be.
    """
    if len(check.rows) == 1:
        return values[:, check.rows[0]]
    columns = values[:, list(check.rows)]
    amounts = along(columns if by is None else by[:, list(check.rows)], check.range.along)
    greater = check.range.side == "greater"
    amounts = np.where(np.isfinite(amounts), amounts, -np.inf if greater else np.inf)
    chosen = amounts.argmax(axis=1) if greater else amounts.argmin(axis=1)
    return np.asarray(columns[np.arange(len(columns)), chosen])
