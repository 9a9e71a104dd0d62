"""Judge all checks of a stretch at once: readings and speeds in, amounts and levels out, (n, c) for n frames.

Nothing here depends on earlier frames. A frame takes a few dozen small array operations for all checks together;
judging the checks one by one would take as many for each.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.levels import Level
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.measurement.rates import TURNS, Rates
from posecheck.measurement.readings import Readings
from posecheck.stretches.checks import Check
from posecheck.stretches.ranges import AngleRange, Condition

MOTION_DEG = 20.0
"""With a larger stated error a reading jitters by more than a bounce: bounces and unsteadiness are not judged."""
SURELY, SURELY_OF_TURNS = 0.5, 0.2
"""Share of its stated error by which a speed must be past a limit; the second one for turns, whose speed is read from
the picture. On the half of the scripts to tune with they let no wrong speed of a turn through; with 0.5 two in three of
the turns that were too fast stayed unsaid, with 0.2 for all, every second alarm of a roll on the back was wrong."""
OFF, UNKNOWN, CLEAR, BORDERLINE, CAUTION, STOP = (np.int8(level) for level in Level)
IN_DEGREES = np.array([row.unit == "deg" for row in ANGLES])


class Grader:
    """Judge readings by the checks of a stretch; c is the number of checks, k that of ANGLES, n that of frames."""

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
        turns = [INDEX[name] for name in TURNS]
        self._surely = np.where(np.isin(self._first_rows[self._speeds], turns), SURELY_OF_TURNS, SURELY)
        self._angles = _where(item.measure == "angle" for item in items)
        # A count and a width have no direction.
        self._plain = _where(item.measure in ("reversals", "spread") for item in items)
        self._ways = _where(item.way != "any" for item in items)
        self._outward = np.array([1.0 if items[i].way == "out" else -1.0 for i in self._ways])
        self._towards = np.array([item.towards for item in items])
        self._over = np.array([item.limit == "over" for item in items], bool)
        self._caution, self._stop = (_numbers(getattr(item, name) for item in items) for name in ("caution", "stop"))
        self._limit = _numbers(_first(item) for item in items)
        self._towards_limit, self._towards_caution, self._towards_stop = (
            part * self._towards for part in (self._limit, self._caution, self._stop)
        )
        self._release = self._towards_limit - np.array([check.release for check in checks])
        self._phases = [
            (phase, _where(item.phase == phase for item in items))
            for phase in sorted({item.phase for item in items} - {"any"})
        ]
        self._conditions = _Conditions({i: item.when for i, item in enumerate(items) if item.when is not None})
        self._timely = np.isin(self._conditions.columns, self._speeds)
        both = (self._conditions.first_rows, self._conditions.second_rows)
        self.midway_rows: list[int] = sorted({row for rows in both for row in rows[self._timely].tolist()})
        """Rows of ANGLES that conditions on speeds read; their values are taken from the middle of a rate's window."""

    @property
    def read(self) -> frozenset[int]:
        """Return the rows of ANGLES that checks and their conditions read."""
        rows = (self._first_rows, self._second_rows, self._conditions.first_rows, self._conditions.second_rows)
        return frozenset(row for part in rows for row in part.tolist())

    def rows(self, value: Floats) -> NDArray[np.intp]:
        """Return the row of ANGLES that each check reads in each frame (n, c).

        Of a pair it is the side whose amount is greater, or lesser; a side that cannot be judged is left out. value (n,
        k) holds
        the readings.
        """
        out = np.empty((len(value), len(self._checks)), np.intp)
        out[:] = self._first_rows
        if len(self._pairs):
            sides = (value[:, rows[self._pairs]] for rows in (self._first_rows, self._second_rows))
            first, second = (self._along_pairs(side) for side in sides)
            unseen = np.where(self._greater, -np.inf, np.inf)
            first, second = (np.where(np.isfinite(side), side, unseen) for side in (first, second))
            other = np.where(self._greater, second > first, second < first)
            out[:, self._pairs] = np.where(other, self._second_rows[self._pairs], out[:, self._pairs])
        return out

    def signed(self, readings: Readings, rates: Rates, rows: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return what each check judges, with its sign.

        Args:
            readings: The readings (n, k).
            rates: How fast they change (n, k).
            rows: The row of ANGLES that each check reads (n, c).

        Returns:
            Angles and speeds (n, c), and the readings that they belong to (n, c). Reversals and spreads need earlier
                frames, so
            for them the first array holds the way moved, NaN where the reading's error is larger than MOTION_DEG.
        """
        each = np.arange(len(rows))[:, None]
        reading = readings.value[each, rows]
        out = reading.copy()
        out[:, self._speeds] = rates.value[each, rows[:, self._speeds]]
        small = rows[:, self._plain]
        rough = (readings.error[each, small] > MOTION_DEG) & IN_DEGREES[small]
        out[:, self._plain] = np.where(rough, np.nan, rates.way[each, small])
        return out, reading

    def amounts(self, signed: Floats, reading: Floats) -> Floats:
        """Return how far each check's value goes in the direction that it judges (n, c).

        Args:
            signed: The values with their sign (n, c).
            reading: The readings that they belong to (n, c).
        """
        out = self._along(signed)
        out[:, self._plain] = signed[:, self._plain]
        if len(self._ways):
            out[:, self._ways] = signed[:, self._ways] * np.sign(reading[:, self._ways]) * self._outward
        return out

    def errors(self, readings: Readings, rates: Rates, rows: NDArray[np.intp]) -> Floats:
        """Return the stated errors of checks on angles and speeds (n, c); 0 for all others, which have none.

        Args:
            readings: The readings (n, k).
            rates: Their rates (n, k).
            rows: The row of ANGLES that each check reads (n, c).
        """
        out, each = np.zeros(rows.shape), np.arange(len(rows))[:, None]
        out[:, self._angles] = readings.error[each, rows[:, self._angles]]
        out[:, self._speeds] = rates.error[each, rows[:, self._speeds]]
        return out

    def levels(self, amounts: Floats, errors: Floats) -> NDArray[np.int8]:
        """Return the Level of each check (n, c).

        A limit of a speed is passed where the speed is beyond it by SURELY or SURELY_OF_TURNS of its stated error; up
        to there it is BORDERLINE. Whoever moves at the right speed would otherwise often be told off.

        Args:
            amounts: Amounts in the direction of the limits (n, c); NaN gives UNKNOWN.
            errors: Stated errors (n, c); NaN counts as 0.
        """
        margin = np.where(np.isnan(errors), 0.0, errors)
        out = np.zeros(amounts.shape, np.int8)
        # Values are turned so that they grow towards the limit, also for a limit that is passed downwards.
        towards = amounts * self._towards
        surely = self._surely * margin[:, self._speeds]
        margin[:, self._speeds] = 0.0
        out[towards + margin >= self._towards_limit] = BORDERLINE
        # With an error as wide as the limit, a reading below the limit says nothing.
        out[(margin >= self._limit) & self._over] = UNKNOWN
        towards[:, self._speeds] -= surely
        out[towards >= self._towards_caution] = CAUTION
        out[towards >= self._towards_stop] = STOP
        out[~np.isfinite(amounts)] = UNKNOWN
        return out

    def codes(self, amounts: Floats, levels: NDArray[np.int8]) -> NDArray[np.int8]:
        """Return levels for LimitTracker (n, c).

        Below caution they say whether an event is over: BORDERLINE until the amount has come back by the check's
        release, then
        CLEAR.

        Args:
            amounts: Amounts in the direction of the limits (n, c).
            levels: The levels (n, c).
        """
        code = np.minimum(levels, CLEAR)
        code[(amounts * self._towards >= self._release) & (levels >= CLEAR)] = BORDERLINE
        return np.where(levels >= CAUTION, levels, code)

    def applies(
        self, value: Floats, midway: Floats, reading: Floats, phase: NDArray[np.str_], shown: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return whether each check counts in each frame (n, c).

        Args:
            value: The readings (n, k).
            midway: The readings (n, k) in the middle of the time that a speed is measured over, which is when the
                person moved
                at that speed.
            reading: The readings that the checks judge (n, c).
            phase: The phase of each frame (n,).
            shown: Whether the view shows what each check judges (c,).
        """
        on = np.repeat(shown[None], len(value), axis=0)
        for name, columns in self._phases:
            on[:, columns] &= (phase == name)[:, None]
        if len(self._conditions.columns):
            on[:, self._conditions.columns] &= self.met(value, midway, reading)
        return on

    def met(self, value: Floats, midway: Floats, reading: Floats) -> NDArray[np.bool_]:
        """Return whether the condition of each of the m checks that have one is met (n, m).

        Args:
            value: The readings (n, k).
            midway: The readings (n, k) in the middle of the time that a speed is measured over.
            reading: The readings that the checks judge (n, c).
        """
        cond = self._conditions
        sides = []
        for rows in cond.sides:
            side = value[:, rows]
            side[:, self._timely] = midway[:, rows[self._timely]]
            sides.append(side)
        return cond.met(sides, reading[:, cond.columns])

    def met_now(self, i: int, value: Floats, reading: Floats) -> NDArray[np.bool_]:
        """Return whether the condition of one check is met in each frame (n,); True if it has none.

        Args:
            i: The index of the check.
            value: The readings (n, k).
            reading: The reading that the check judges (n,).
        """
        at = self._conditions.of.get(i)
        if at is None:
            return np.ones(len(value), bool)
        return self._conditions.met([value[:, rows] for rows in self._conditions.sides], reading[:, None])[:, at]


class _Along:
    """Turn signed values (n, c) into amounts, each column in its own direction."""

    def __init__(self, ways: list[str]) -> None:
        self._sign = np.array([-1.0 if way == "negative" else 1.0 for way in ways])
        self._magnitude = _where(way == "magnitude" for way in ways)

    def __call__(self, values: Floats) -> Floats:
        out = np.asarray(values * self._sign)
        if len(self._magnitude):
            out[:, self._magnitude] = np.abs(values[:, self._magnitude])
        return out


class _Conditions:
    """Hold the conditions of the checks that have one: columns (m,), and the one or two rows of ANGLES they read."""

    def __init__(self, conditions: dict[int, Condition]) -> None:
        self.columns = np.array(list(conditions), np.intp)
        self.of = {column: i for i, column in enumerate(conditions)}
        items = list(conditions.values())
        self.first_rows, self.second_rows = (np.array([_rows(item)[end] for item in items], np.intp) for end in (0, -1))
        # Of an angle without sides both are the same.
        same = np.array_equal(self.first_rows, self.second_rows)
        self.sides = (self.first_rows,) if same else (self.first_rows, self.second_rows)
        self._along = _Along([item.along for item in items])
        self._beyond = np.array([np.inf if item.beyond is None else item.beyond for item in items])
        self._same, self._opposite = (
            np.array([item.sign == name for item in items], bool) for name in ("same", "opposite")
        )
        self._signed = bool((self._same | self._opposite).any())

    def met(self, sides: list[Floats], judged: Floats) -> NDArray[np.bool_]:
        """Return whether any side (n, m) is past its value (n, m); not met where none is known.

        judged (n, m): the reading of each check itself, whose sign may have to be the same or the opposite.
        """
        out = np.zeros(sides[0].shape, bool)
        for side in sides:
            met = self._along(side) > self._beyond
            if self._signed:
                same = side * judged >= 0
                met &= ~(self._same & ~same) & ~(self._opposite & same)
            out |= met
        return out


def _rows(condition: Condition) -> list[int]:
    angle = condition.angle
    return [INDEX[angle]] if angle in INDEX else [INDEX[f"left_{angle}"], INDEX[f"right_{angle}"]]


def _first(item: AngleRange) -> float | None:
    """Return the limit that is reached first; None where there is none."""
    return item.caution if item.caution is not None else item.stop


def _numbers(values: Any) -> Floats:
    """Return numbers as an array; None becomes NaN, which no value passes."""
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _where(these: Any) -> NDArray[np.intp]:
    return np.flatnonzero(np.array(list(these), bool))
