"""What of a check needs earlier frames: bounces, steadiness, and the values to which a speed belongs."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from posecheck.assessment.grading import BORDERLINE, Grader
from posecheck.core.arrays import Floats
from posecheck.kinematics.angles import INDEX
from posecheck.measurement.motion import REVERSAL, Lulls, Midway, Reversals, Spread
from posecheck.measurement.rates import TURNS, Rates
from posecheck.measurement.readings import Readings
from posecheck.stretches.checks import Check

WITNESSED = 0.8 * REVERSAL
"""A turn that swings in the picture counts only where its reading swings too, by at least so many degrees, because the
two err for themselves: with slow jitter ten stops fewer are raised that are not due, and without jitter all are raised
as before (python -m research.benchmarks.coaching --shaken)."""
_TURNS = frozenset(INDEX[name] for name in TURNS)
_STEADY = _TURNS | {INDEX["trunk_inclination"]}
"""Angles that do not swing by themselves, as their errors stay the same over seconds, or that have a witness."""
SWINGS = 0.4
"""Share of its stated error by which the reading of any other angle may swing though nobody moves: rolls on the back,
read within 19 degrees, swung by 6 over a still hold, and hips by less."""


class Moved(NamedTuple):
    """Hold what is judged in n frames; c is the number of checks, k that of ANGLES.

    Attributes:
        rows: The row of ANGLES that each check reads (n, c).
        signed: What each check judges, with its sign (n, c).
        reading: The readings that it belongs to (n, c).
        midway: The readings in the middle of the time over which a speed is measured (n, k), NaN where none is wanted.
        lull: Whether a hold is interrupted for a moment (n,).
    """

    rows: NDArray[np.intp]
    signed: Floats
    reading: Floats
    midway: Floats
    lull: NDArray[np.bool_]


class Movements:
    """Follow bounces and steadiness frame by frame; one or many frames at once give the same result."""

    def __init__(self, checks: tuple[Check, ...], grader: Grader) -> None:
        self._grader = grader
        self._midway = Midway()
        self._reversals = {i: Reversals() for i, c in enumerate(checks) if c.range.measure == "reversals"}
        self._witnesses = {i: Reversals(WITNESSED) for i in self._reversals if checks[i].rows[0] in _TURNS}
        self._rough = {i for i in self._reversals if checks[i].rows[0] not in _STEADY}
        self._lulls = Lulls()
        self._spread = {i: Spread() for i, c in enumerate(checks) if c.range.measure == "spread"}

    def update(self, readings: Readings, rates: Rates, phase: NDArray[np.str_]) -> Moved:
        """Return what the next n frames are judged by.

        Args:
            readings: Their readings.
            rates: How fast they change.
            phase: The phase of each frame (n,).
        """
        grader, time_s, value = self._grader, readings.time_s, readings.value
        midway = np.full_like(value, np.nan)
        if grader.midway_rows:
            midway[:, grader.midway_rows] = self._midway.update(time_s, value[:, grader.midway_rows])
        rows = grader.rows(value)
        signed, reading = grader.signed(readings, rates, rows)
        lull = self._lulls.update(time_s, phase == "hold")
        if not self._reversals and not self._spread:
            return Moved(rows, signed, reading, midway, lull)
        no_jitter = np.zeros(len(time_s))
        each = np.arange(len(rows))[:, None]
        jitter, swings = rates.jitter[each, rows], SWINGS * readings.error[each, rows]
        for i, reversals in self._reversals.items():
            # Only reversals at the end of the range count as bounces.
            there = grader.met_now(i, value, reading[:, i])
            doubt = swings[:, i] if i in self._rough else None
            count = reversals.update(time_s, np.where(there, signed[:, i], np.nan), jitter[:, i], doubt)
            if (witness := self._witnesses.get(i)) is not None:
                count = np.minimum(count, witness.update(time_s, np.where(there, reading[:, i], np.nan), no_jitter))
            signed[:, i] = count
        for i, spread in self._spread.items():
            signed[:, i] = spread.update(time_s, signed[:, i], phase == "hold", jitter[:, i])
        return Moved(rows, signed, reading, midway, lull)

    def kept_open(self, codes: NDArray[np.int8], lull: NDArray[np.bool_]) -> NDArray[np.int8]:
        """Return codes for LimitTracker (n, c) by which an unsteady hold that pauses for a moment stays one event.

        Such a moment is neither steady nor unsteady: it does not end the event of the hold, and does not add to it.

        Args:
            codes: The codes as from Grader.codes (n, c).
            lull: Whether a hold is interrupted (n,), as in Moved.
        """
        for i in self._spread:
            codes[lull, i] = BORDERLINE
        return codes
