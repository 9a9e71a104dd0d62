"""Readings against limits, frame by frame; nothing here remembers anything.

A stretch's ranges become checks, one for each row of ANGLES they read. Each frame gives each check an amount
(the reading in the direction that matters) and a Level. BORDERLINE is below a limit by less than the stated
error: not passed, and not safe to call fine. Where the error is as wide as the limit, all below it is UNKNOWN. A
limit counts as passed at the reading itself, not at the reading less its error: to wait until it
is past for certain would be reassurance meanwhile.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from posecheck.angles import ANGLES, INDEX
from posecheck.ranges import AngleRange, Condition
from posecheck.stretches import Stretch

Floats = NDArray[np.float64]


ENTER_S = 0.3
SPEED_ENTER_S = 0.1


class Level(IntEnum):
    """Grade one check in one frame."""

    OFF = -2  # the check does not apply now: wrong phase, or its condition is not met
    UNKNOWN = -1
    CLEAR = 0
    BORDERLINE = 1
    CAUTION = 2
    STOP = 3


@dataclass(frozen=True, slots=True)
class Check:
    """Judge one row of ANGLES (or the greater or lesser of two) by one range."""

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
        """Return whether there is a limit at all, not just a target."""
        return self.range.caution is not None or self.range.stop is not None

    @property
    def enter_s(self) -> float:
        """Return how long a limit must be passed to count; a speed is already taken over 0.4 s."""
        return SPEED_ENTER_S if self.range.measure == "speed" else ENTER_S

    def shown_from(self, view: str | None) -> bool:
        """Return whether the range is meant for a view; None where the view is not known yet."""
        return view is None or not self.range.views or view in self.range.views

    @property
    def release(self) -> float:
        """Return how far back an amount must come before a passed limit counts as over."""
        return {"deg": 3.0, "ratio": 0.03, "deg/s": 5.0, "ratio/s": 0.05, "": 0.5}[self.unit]


def checks_of(stretch: Stretch) -> tuple[Check, ...]:
    """Return the checks of a stretch in the order of its ranges."""
    out: list[Check] = []
    for item in stretch.ranges:
        if item.when is not None and item.when.share is not None:
            when = item.when.model_copy(update={"beyond": stretch.beyond(item.when)})
            item = item.model_copy(update={"when": when})
        rows = tuple(INDEX[name] for name in item.rows)
        out += [Check(item, (row,)) for row in rows] if item.side == "each" else [Check(item, rows)]
    return tuple(out)


def along(values: Floats, way: str) -> Floats:
    """Turn signed values into amounts in one direction."""
    if way == "magnitude":
        return np.abs(values)
    return -values if way == "negative" else values


def pick(check: Check, values: Floats, by: Floats | None = None) -> Floats:
    """Return (n,): the check's row of (n, k) values, or that of its two rows whose amount is greater or lesser.

    by (n, k): the readings that decide between the two, where values are something else (errors, speeds). A
    side that cannot be judged is left out; NaN where neither can.
    """
    columns = values[:, list(check.rows)]
    if columns.shape[1] == 1:
        return columns[:, 0]
    amounts = along(columns if by is None else by[:, list(check.rows)], check.range.along)
    greater = check.range.side == "greater"
    amounts = np.where(np.isfinite(amounts), amounts, -np.inf if greater else np.inf)
    chosen = amounts.argmax(axis=1) if greater else amounts.argmin(axis=1)
    return np.asarray(columns[np.arange(len(columns)), chosen])


def amount(check: Check, signed: Floats, reading: Floats) -> Floats:
    """Return the amounts (n,) of what a check looks at: signed (n,), with the readings (n,) they belong to."""
    if check.range.measure in ("reversals", "spread"):
        return signed  # a count and a width have no direction
    if check.range.way == "any":
        return along(signed, check.range.along)
    outward = signed * np.sign(reading)
    return outward if check.range.way == "out" else -outward


def met(condition: Condition, values: Floats, judged: Floats) -> NDArray[np.bool_]:
    """Return (n,): whether another angle is past the condition's value; not where it is not known.

    values (n, k): all readings. judged (n,): those of the angle that is judged.
    """
    rows = _rows(condition)
    beyond = np.inf if condition.beyond is None else condition.beyond
    past = along(values[:, rows], condition.along) > beyond
    if condition.sign != "any":
        same = values[:, rows] * judged[:, None] >= 0
        past &= same if condition.sign == "same" else ~same
    return np.asarray(past.any(axis=1))


def _rows(condition: Condition) -> list[int]:
    angle = condition.angle
    return [INDEX[angle]] if angle in INDEX else [INDEX[f"left_{angle}"], INDEX[f"right_{angle}"]]


def condition_rows(check: Check) -> list[int]:
    """Return the rows of ANGLES that decide whether the check counts; none where it always does."""
    return [] if check.range.when is None else _rows(check.range.when)


def _past(amount: Floats, limit: float | None, under: bool) -> NDArray[np.bool_]:
    if limit is None:
        return np.zeros(amount.shape, bool)
    return amount <= limit if under else amount >= limit


def level(check: Check, amount: Floats, error: Floats) -> NDArray[np.int8]:
    """Grade amounts (n,) with errors (n,) by the check's limits: UNKNOWN where NaN."""
    item, under = check.range, check.range.limit == "under"
    out = np.full(amount.shape, Level.CLEAR, np.int8)
    margin = np.where(np.isnan(error), 0.0, error)
    first = item.caution if item.caution is not None else item.stop
    out[_past(amount - margin if under else amount + margin, first, under)] = Level.BORDERLINE
    if first is not None and not under:
        # An error as wide as the limit itself cannot tell anything below it.
        out[margin >= first] = Level.UNKNOWN
    out[_past(amount, item.caution, under)] = Level.CAUTION
    out[_past(amount, item.stop, under)] = Level.STOP
    out[~np.isfinite(amount)] = Level.UNKNOWN
    return out


def applies(check: Check, values: Floats, midway: Floats, phase: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Return (n,): whether the check counts in each frame.

    values (n, k): of the readings. midway (n, k): those of the middle of the time over which speeds are taken,
    which is when the person moved at that speed.
    """
    on = np.ones(len(phase), bool) if check.range.phase == "any" else phase == check.range.phase
    if check.range.when is None:
        return on
    then = midway if check.range.measure == "speed" else values
    return on & met(check.range.when, then, pick(check, values))
