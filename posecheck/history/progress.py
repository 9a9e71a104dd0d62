"""Decide whether a person's readings changed by more than the measurement error.

Two readings of the same body differ. A change counts only past the minimal detectable change for 95 of 100: 6.3
degrees, the largest for trained raters of thoracic rotation (Johnson et al. 2012, J Athl Train, PubMed 22488230), or
what the two readings' stated errors come to, whichever is larger. Errors add as the root of the sum of their squares;
a stated error holds nine readings of ten, and is widened to 95 of 100 as if errors were normal. More range is not
called better.

Conventions. `highest` is how far an angle went to the positive side (trunk rotation: left), `lowest` how far to the
negative one; for both, `more` is further that way. A reading judged in less than 80 % of the frames may have missed
its peak; it is listed, and not compared.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist
from typing import Literal

from posecheck.assessment.summary import MIN_SHARE
from posecheck.core.i18n import N_
from posecheck.repetitions.repetition import DETECTABLE_DEG

WIDER = NormalDist().inv_cdf(0.975) / NormalDist().inv_cdf(0.95)
"""From the half-width that holds 90 % of normal errors to that of 95 %."""

End = Literal["highest", "lowest"]

NO_CHANGE = N_("no change beyond what the measurement can tell")
MORE, LESS = N_("more by more than the error"), N_("less by more than the error")
TOO_FEW = N_("nothing to compare yet: fewer than two sessions in which this was judged")


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold how far an angle went in one session; value and error are None where nothing was judged."""

    session: int
    at: datetime
    value: float | None
    error: float | None
    judged_share: float

    @property
    def compared(self) -> bool:
        """Return whether this reading is good enough to be compared."""
        return self.value is not None and self.error is not None and self.judged_share >= MIN_SHARE


@dataclass(frozen=True, slots=True)
class Trend:
    """Hold one end of one angle over time, oldest first, and whether it changed.

    since_first compares the newest reading with the oldest, since_last with the one before it. detectable is the
    smallest detectable change from the oldest to the newest, None where there is nothing to compare.
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
    """Return the smallest change that two readings with these stated errors can show, in their unit.

    The published floor is in degrees, and holds for degrees only.
    """
    return max(DETECTABLE_DEG if unit == "deg" else 0.0, WIDER * math.hypot(error, other))


def trend(key: str, angle: str, words: str, unit: str, end: End, readings: Iterable[Reading]) -> Trend:
    """Judge one end of one angle over time."""
    held = tuple(sorted(readings, key=lambda reading: (reading.at, reading.session)))
    good = [reading for reading in held if reading.compared]
    if len(good) < 2:
        return Trend(key, angle, words, unit, end, held, TOO_FEW, TOO_FEW, None)
    first, before, last = good[0], good[-2], good[-1]
    detectable = minimal_detectable_change(first.error or 0.0, last.error or 0.0, unit)
    return Trend(
        key, angle, words, unit, end, held, _said(first, last, unit, end), _said(before, last, unit, end), detectable
    )


def _said(old: Reading, new: Reading, unit: str, end: End) -> str:
    change = (new.value or 0.0) - (old.value or 0.0)
    if abs(change) <= minimal_detectable_change(old.error or 0.0, new.error or 0.0, unit):
        return NO_CHANGE
    return MORE if (change > 0) == (end == "highest") else LESS
