"""Every check of a stretch judged at once: readings and speeds in, amounts and levels out, (n, c) for n frames.

Nothing here remembers anything. A frame costs a few dozen small array operations however many checks there are,
where judging them one by one would cost as many for each.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.levels import Level
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.measurement.readings import Readings
from posecheck.stretches.checks import Check
from posecheck.stretches.ranges import AngleRange, Condition

MOTION_DEG = 20.0
"""A reading whose stated error is wider jitters by more than a bounce: neither bounce nor unsteadiness is told."""
OFF, UNKNOWN, CLEAR, BORDERLINE, CAUTION, STOP = (np.int8(level) for level in Level)
IN_DEGREES = np.array([row.unit == "deg" for row in ANGLES])


class Grader:
    """Judge readings by the checks of a stretch; arrays are in the order of the checks."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        self._checks = checks
        items = [check.range for check in checks]
        self._first_rows = np.array([check.rows[0] for check in checks], np.intp)
        self._second_rows = np.array([check.rows[-1] for check in checks], np.intp)
        self._pairs = _where(len(check.rows) == 2 for check in checks)
        self._greater = np.array([checks[i].range.side == "greater" for i in self._pairs])
        self._along = _Along([item.along for item in items])
        self._along_pairs = _Along([items[i].along for i in self._pairs])
        self._speeds = _where(item.measure == "speed" for item in items)
        self._angles = _where(item.measure == "angle" for item in items)
        # A count and a width have no direction.
        self._plain = _where(item.measure in ("reversals", "spread") for item in items)
        self._ways = _where(item.way != "any" for item in items)
        self._outward = np.array([1.0 if items[i].way == "out" else -1.0 for i in self._ways])
        self._towards = np.array([-1.0 if item.limit == "under" else 1.0 for item in items])
        self._over = np.array([item.limit == "over" for item in items], bool)
        self._caution, self._stop = (_numbers(getattr(item, name) for item in items) for name in ("caution", "stop"))
        self._limit = _numbers(_first(item) for item in items)
        self._release = self._towards * self._limit - np.array([check.release for check in checks])
        self._phases = [
            (phase, _where(item.phase == phase for item in items))
            for phase in sorted({item.phase for item in items} - {"any"})
        ]
        self._conditions = _Conditions({i: item.when for i, item in enumerate(items) if item.when is not None})
        self._timely = np.isin(self._conditions.columns, self._speeds)
        both = (self._conditions.first_rows, self._conditions.second_rows)
        self.midway_rows: list[int] = sorted({row for rows in both for row in rows[self._timely].tolist()})
        """Rows of ANGLES whose values in the middle of a slope's window decide whether speeds count."""

    def rows(self, value: Floats) -> NDArray[np.intp]:
        """Return the row of ANGLES (n, c) that each check looks at: of two, that whose amount is greater or lesser.

        value (n, k). A side that cannot be judged is left out.
        """
        out = np.broadcast_to(self._first_rows, (len(value), len(self._checks)))
        if len(self._pairs):
            sides = (value[:, rows[self._pairs]] for rows in (self._first_rows, self._second_rows))
            first, second = (self._along_pairs(side) for side in sides)
            unseen = np.where(self._greater, -np.inf, np.inf)
            first, second = (np.where(np.isfinite(side), side, unseen) for side in (first, second))
            out = out.copy()
            other = np.where(self._greater, second > first, second < first)
            out[:, self._pairs] = np.where(other, self._second_rows[self._pairs], out[:, self._pairs])
        return out

    def signed(self, readings: Readings, speed: Floats, rows: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return what angles and speeds are judged by (n, c), with its sign, and the readings (n, c) it belongs to.

        Reversals and spreads, which need a memory, are the readings here, NaN where these are too rough for that.
        """
        each = np.arange(len(rows))[:, None]
        reading = readings.value[each, rows]
        out = reading.copy()
        out[:, self._speeds] = speed[each, rows[:, self._speeds]]
        small = rows[:, self._plain]
        rough = (readings.error[each, small] > MOTION_DEG) & IN_DEGREES[small]
        out[:, self._plain] = np.where(rough, np.nan, out[:, self._plain])
        return out, reading

    def amounts(self, signed: Floats, reading: Floats) -> Floats:
        """Return how far what is looked at goes in the direction that matters (n, c)."""
        out = self._along(signed)
        out[:, self._plain] = signed[:, self._plain]
        if len(self._ways):
            out[:, self._ways] = signed[:, self._ways] * np.sign(reading[:, self._ways]) * self._outward
        return out

    def errors(self, readings: Readings, rows: NDArray[np.intp]) -> Floats:
        """Return the stated errors (n, c) of angles; nothing else has one."""
        out = np.zeros(rows.shape)
        out[:, self._angles] = readings.error[np.arange(len(rows))[:, None], rows[:, self._angles]]
        return out

    def levels(self, amounts: Floats, errors: Floats) -> NDArray[np.int8]:
        """Grade amounts (n, c) with errors (n, c) by the limits: UNKNOWN where NaN."""
        margin = np.where(np.isnan(errors), 0.0, errors)
        out = np.zeros(amounts.shape, np.int8)
        # Towards the limit everything grows, also where it is a least that must not be passed downwards.
        towards, limit = amounts * self._towards, self._limit * self._towards
        out[towards + margin >= limit] = BORDERLINE
        # An error as wide as the limit itself cannot tell anything below it.
        out[(margin >= self._limit) & self._over] = UNKNOWN
        out[towards >= self._caution * self._towards] = CAUTION
        out[towards >= self._stop * self._towards] = STOP
        out[~np.isfinite(amounts)] = UNKNOWN
        return out

    def codes(self, amounts: Floats, levels: NDArray[np.int8]) -> NDArray[np.int8]:
        """Return levels (n, c) for LimitTracker: below caution BORDERLINE is not yet released, and CLEAR is."""
        code = np.minimum(levels, CLEAR)
        code[(amounts * self._towards >= self._release) & (levels >= CLEAR)] = BORDERLINE
        return np.where(levels >= CAUTION, levels, code)

    def applies(
        self, value: Floats, midway: Floats, reading: Floats, phase: NDArray[np.str_], shown: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return (n, c): whether each check counts in each frame.

        value (n, k): of the readings. midway (n, k): those of the middle of the time over which speeds are taken,
        which is when the person moved at that speed. reading (n, c): what is judged. shown (c,): to be seen from here.
        """
        on = np.repeat(shown[None], len(value), axis=0)
        for name, columns in self._phases:
            on[:, columns] &= (phase == name)[:, None]
        if len(self._conditions.columns):
            on[:, self._conditions.columns] &= self.met(value, midway, reading)
        return on

    def met(self, value: Floats, midway: Floats, reading: Floats) -> NDArray[np.bool_]:
        """Return (n, m): whether the condition of each check that has one is met; see applies."""
        cond = self._conditions
        sides = []
        for rows in (cond.first_rows, cond.second_rows):
            side = value[:, rows]
            side[:, self._timely] = midway[:, rows[self._timely]]
            sides.append(side)
        return cond.met((sides[0], sides[1]), reading[:, cond.columns])

    def met_now(self, i: int, value: Floats, reading: Floats) -> NDArray[np.bool_]:
        """Return (n,): whether the condition of check i is met by the readings of each frame; True without one."""
        at = np.flatnonzero(self._conditions.columns == i)
        if not len(at):
            return np.ones(len(value), bool)
        rows = (self._conditions.first_rows, self._conditions.second_rows)
        sides = (value[:, rows[0]], value[:, rows[1]])
        return self._conditions.met(sides, np.repeat(reading[:, None], len(rows[0]), axis=1))[:, at[0]]


class _Along:
    """Turn signed values (n, c) into amounts, each column in its own direction."""

    def __init__(self, ways: list[str]) -> None:
        self._sign = np.array([-1.0 if way == "negative" else 1.0 for way in ways])
        self._magnitude = _where(way == "magnitude" for way in ways)

    def __call__(self, values: Floats) -> Floats:
        out = np.asarray(values * self._sign)
        out[:, self._magnitude] = np.abs(values[:, self._magnitude])
        return out


class _Conditions:
    """Hold the conditions of the checks that have one: columns (m,), and the one or two rows of ANGLES they read."""

    def __init__(self, conditions: dict[int, Condition]) -> None:
        self.columns = np.array(list(conditions), np.intp)
        items = list(conditions.values())
        self.first_rows, self.second_rows = (np.array([_rows(item)[end] for item in items], np.intp) for end in (0, -1))
        self._along = _Along([item.along for item in items])
        self._beyond = np.array([np.inf if item.beyond is None else item.beyond for item in items])
        self._same, self._opposite = (np.array([item.sign == name for item in items]) for name in ("same", "opposite"))

    def met(self, sides: tuple[Floats, Floats], judged: Floats) -> NDArray[np.bool_]:
        """Return (n, m): whether either side (n, m) is past its value; not where it is not known.

        judged (n, m): the reading of each check itself, whose sign may have to be the same or the opposite.
        """
        out = np.zeros(judged.shape, bool)
        for side in sides:
            same = side * judged >= 0
            out |= (self._along(side) > self._beyond) & ~(self._same & ~same) & ~(self._opposite & same)
        return out


def _rows(condition: Condition) -> list[int]:
    angle = condition.angle
    return [INDEX[angle]] if angle in INDEX else [INDEX[f"left_{angle}"], INDEX[f"right_{angle}"]]


def _first(item: AngleRange) -> float | None:
    """Return the limit that is met first, None where there is none."""
    return item.caution if item.caution is not None else item.stop


def _numbers(values: Any) -> Floats:
    """Return numbers as an array; what is not there is NaN, which nothing passes."""
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _where(these: Any) -> NDArray[np.intp]:
    return np.flatnonzero(np.array(list(these), bool))
