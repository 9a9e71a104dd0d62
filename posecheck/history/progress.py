"""Decide whether a person's readings changed by more than the measurement error.

Two readings of the same body differ. A change counts only if it is larger than the minimal detectable change at 95 %
confidence. This is the larger of two numbers: 6.3 degrees, the largest for trained raters of thoracic rotation (Johnson
et al. 2012, J Athl Train, PubMed 22488230), and the combined stated error of the two readings. Independent errors
combine as the root of the sum of their squares. A stated error covers 90 % of readings; it is widened to 95 % under the
assumption of normal errors. More range of motion is not called better.

Conventions. `highest` is the furthest reading to the positive side of an angle (trunk rotation: left), `lowest` the
furthest to the negative side. For both, `more` means further in that direction. A reading that was judged in less than
80 % of the frames may have missed its peak: it is listed, but not compared.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist
from typing import Literal

from posecheck.assessment.summary import MIN_SHARE
from posecheck.core.i18n import N_
from posecheck.repetitions.series import DETECTABLE_DEG

WIDER = NormalDist().inv_cdf(0.975) / NormalDist().inv_cdf(0.95)
"""Factor from the half-width that covers 90 % of normal errors to the one that covers 95 %."""

End = Literal["highest", "lowest"]

NO_CHANGE = N_("no change beyond what the measurement can tell")
MORE, LESS = N_("more by more than the error"), N_("less by more than the error")
TOO_FEW = N_("nothing to compare yet: fewer than two sessions in which this was judged")


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold how far an angle went in one session.

    Attributes:
        session: The session's id.
        at: When the session was, UTC.
        value: The furthest reading, in the range's unit; None where nothing was judged.
        error: Its stated error (90 %), in the same unit; None where nothing was judged.
        judged_share: Share of the frames in which the angle was judged, 0 to 1.
    """

    session: int
    at: datetime
    value: float | None
    error: float | None
    judged_share: float

    @property
    def compared(self) -> bool:
        """Return whether this reading has a value, an error and enough judged frames to be compared."""
        return self.value is not None and self.error is not None and self.judged_share >= MIN_SHARE


@dataclass(frozen=True, slots=True)
class Trend:
    """Hold one end of one angle over time, and whether it changed.

    Attributes:
        key: The range's id within its stretch.
        angle: The angle's name.
        words: The angle in words.
        unit: Unit of the readings.
        end: Which end of the angle: `highest` or `lowest`.
        readings: The readings, oldest first.
        since_first: The newest compared reading against the oldest: NO_CHANGE, MORE, LESS or TOO_FEW.
        since_last: The newest compared reading against the one before it.
        detectable: The minimal detectable change from the oldest to the newest reading, in the unit of the readings;
            None where fewer than two readings can be compared.
    """

    key: str
    angle: str
    words: str
    unit: str
    end: End
    readings: tuple[Reading, ...]
    since_first: str
    since_last: str
    detectable: float | None


def minimal_detectable_change(error: float, other: float, unit: str = "deg") -> float:
    """Return the smallest change between two readings that is larger than their measurement error.

    Args:
        error: Stated error (90 %) of one reading.
        other: Stated error of the other reading.
        unit: Unit of both readings; the published minimum of 6.3 degrees applies to `deg` only.

    Returns:
        The change, in the unit of the readings.
    """
    return max(DETECTABLE_DEG if unit == "deg" else 0.0, WIDER * math.hypot(error, other))


def trend(key: str, angle: str, words: str, unit: str, end: End, readings: Iterable[Reading]) -> Trend:
    """Compare the readings of one end of one angle over time.

    Args:
        key: The range's id within its stretch.
        angle: The angle's name.
        words: The angle in words.
        unit: Unit of the readings.
        end: Which end of the angle.
        readings: The readings, in any order.
    """
    held = tuple(sorted(readings, key=lambda reading: (reading.at, reading.session)))
    good = [reading for reading in held if reading.compared]
    if len(good) < 2:
        return Trend(key, angle, words, unit, end, held, TOO_FEW, TOO_FEW, None)
    first, before, last = good[0], good[-2], good[-1]
    detectable = minimal_detectable_change(first.error or 0.0, last.error or 0.0, unit)
    return Trend(
        key,
        angle,
        words,
        unit,
        end,
        held,
        _compare(first, last, unit, end),
        _compare(before, last, unit, end),
        detectable,
    )


def _compare(old: Reading, new: Reading, unit: str, end: End) -> str:
    change = (new.value or 0.0) - (old.value or 0.0)
    if abs(change) <= minimal_detectable_change(old.error or 0.0, new.error or 0.0, unit):
        return NO_CHANGE
    return MORE if (change > 0) == (end == "highest") else LESS
