"""Repetitions of a stretch, and what a set of them comes to: each side, and left against right.

Conventions. Times are seconds, peaks in the unit of the primary angle (degrees or ratio) with its sign, speeds in that
unit a second. A repetition is [start_s, end_s): moving in is [start_s, hold_start_s), the hold [hold_start_s,
hold_end_s), returning [hold_end_s, end_s); where each begins stands in follower.py. The hold here is all stillness at
the end position, wherever that is, and empty, at the peak, where there was none; hold_s is the part that counts
(holds.py). NaN is a value that cannot be told.

A difference is taken between the sides' medians of peak size and of hold, over complete repetitions. It counts when it
is over 10 degrees or 20 % of the greater side, and more than the smallest change that repeated measurements of a trunk
can tell apart (6.3 degrees; Johnson 2012). Its error is that of two readings. Where the error leaves both answers
open, the difference cannot be told.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import hypot, isfinite
from statistics import median

from posecheck.measurement.motion import SLOPE_S
from posecheck.stretches.stretch import Stretch

MOST_DEG, MOST_SHARE = 10.0, 0.2
DETECTABLE_DEG = 6.3
"""The largest minimal detectable change of trained raters of thoracic rotation, for 95 of 100 (Johnson et al. 2012,
J Athl Train, PubMed 22488230)."""
HOLD_ERROR_S = SLOPE_S
"""Error of one hold: the speed that ends it spans so long."""


class RepetitionEnd(StrEnum):
    """Say why a repetition is incomplete."""

    COMPLETE = ""
    START_NOT_SEEN = "start_not_seen"
    LOST = "lost"
    CUT = "cut"
    SHORT_OF_TARGET = "short_of_target"


@dataclass(frozen=True, slots=True)
class Repetition:
    """Hold one repetition; see the module's conventions.

    side: left or right as the person feels it, empty where the stretch has no sides. angle, unit: of the row of ANGLES
    that got furthest; peak, peak_s, peak_error: its furthest reading with its sign, when, and the stated error. hold_s:
    seconds held inside the target since a stop limit was last passed, longest_hold_s: without a pause. hold: that
    against the seconds asked for: short, enough, long or nothing. stopped: a stop limit was passed. in_speed,
    out_speed: mean size of the speed on the way in and back, NaN where that way was not seen. onset_s: when it began to
    move, before it left neutral. rest_s: stillness at neutral since the repetition before, cycle_s: from its peak to
    this one's, where they follow each other without a rest; lag_s: by how much the left side trailed the right then.
    """

    side: str
    angle: str
    unit: str
    start_s: float
    hold_start_s: float
    hold_end_s: float
    end_s: float
    peak: float
    peak_s: float
    peak_error: float
    hold_s: float
    longest_hold_s: float
    hold: str
    stopped: bool
    reached: bool
    in_speed: float
    out_speed: float
    reason: RepetitionEnd
    onset_s: float = float("nan")
    rest_s: float = float("nan")
    cycle_s: float = float("nan")
    lag_s: float = float("nan")

    @property
    def complete(self) -> bool:
        """Return whether it was seen from neutral into the target and back."""
        return self.reason == RepetitionEnd.COMPLETE

    @property
    def in_s(self) -> float:
        """Return how long the way in took, NaN where its start was not seen."""
        return float("nan") if self.reason == RepetitionEnd.START_NOT_SEEN else self.hold_start_s - self.start_s

    @property
    def out_s(self) -> float:
        """Return how long the way back took, NaN where its end was not seen."""
        return float("nan") if self.reason in (RepetitionEnd.LOST, RepetitionEnd.CUT) else self.end_s - self.hold_end_s

    @property
    def held(self) -> bool:
        """Return whether it was complete and held as long as asked; where no hold is asked, no stop limit passed."""
        return self.complete and (self.hold in ("enough", "long") or (not self.hold and not self.stopped))

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON types, numbers to the thousandth; None for what cannot be told."""
        items = {**asdict(self), "in_s": self.in_s, "out_s": self.out_s, "complete": self.complete, "held": self.held}
        return {key: _plain(value) for key, value in items.items()}


COLUMNS = (*Repetition.__slots__, "in_s", "out_s", "complete", "held")
"""Keys of Repetition.as_dict in their order, for a table that may be empty."""


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3) if isfinite(value) else None
    return value.value if isinstance(value, RepetitionEnd) else value


@dataclass(frozen=True, slots=True)
class Side:
    """Sum up the repetitions of one side, or all where there are no sides (side is then empty).

    complete: from neutral into the target and back; held: as long as asked, too. peak, peak_error: size of the median
    complete repetition; hold_s: its median hold. Those are None without a complete one. best_hold_s: of all.
    """

    side: str
    repetitions: int
    complete: int
    held: int
    best_hold_s: float
    peak: float | None
    peak_error: float | None
    hold_s: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Compare left with right: left less right, its error (None: not stated), and `even`, `uneven` or `cannot_tell`."""

    of: str
    left_less_right: float
    error: float | None
    unit: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Series:
    """Hold what the repetitions of a stretch come to.

    complete: at least one held repetition, on each side where the stretch has two; dose_met: as many as the stretch
    asks for at the least, or for as long. differences: of peak and of hold, where both sides have a complete one.
    """

    sides: tuple[Side, ...]
    complete: bool
    dose_met: bool
    differences: tuple[Difference, ...]

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON types."""
        return asdict(self)


def series(stretch: Stretch, repetitions: Sequence[Repetition]) -> Series:
    """Sum up the repetitions of one recording."""
    names = ("left", "right") if stretch.sides == "both" else ("",)
    sides = tuple(_side(name, [item for item in repetitions if item.side == name]) for name in names)
    wanted = 1 if stretch.dose is None else stretch.dose.repetitions[0]
    fewest = min(side.held for side in sides)
    met = fewest >= wanted
    if stretch.dose is not None and stretch.dose.seconds is not None:
        met = sum(item.end_s - item.start_s for item in repetitions if item.complete) >= stretch.dose.seconds[0]
    return Series(sides, fewest >= 1, met, _differences(sides, _unit(repetitions)))


def _unit(repetitions: Sequence[Repetition]) -> str:
    return repetitions[0].unit if repetitions else "deg"


def _side(name: str, repetitions: list[Repetition]) -> Side:
    whole = sorted((item for item in repetitions if item.complete), key=lambda item: abs(item.peak))
    middle = whole[len(whole) // 2] if whole else None
    return Side(
        name,
        len(repetitions),
        len(whole),
        sum(item.held for item in whole),
        max((item.hold_s for item in repetitions), default=0.0),
        None if middle is None else float(median(abs(item.peak) for item in whole)),
        None if middle is None or not isfinite(middle.peak_error) else middle.peak_error,
        None if middle is None else float(median(item.hold_s for item in whole)),
    )


def _differences(sides: tuple[Side, ...], unit: str) -> tuple[Difference, ...]:
    if len(sides) < 2:
        return ()
    left, right = sides
    out = []
    if left.peak is not None and right.peak is not None:
        known = left.peak_error is not None and right.peak_error is not None
        error = hypot(left.peak_error or 0.0, right.peak_error or 0.0) if known else None
        most = MOST_SHARE * max(left.peak, right.peak)
        if unit == "deg":
            most = max(min(MOST_DEG, most), DETECTABLE_DEG)
        out.append(_difference("peak", left.peak - right.peak, error, unit, most))
    if left.hold_s is not None and right.hold_s is not None:
        most = MOST_SHARE * max(left.hold_s, right.hold_s)
        out.append(_difference("hold", left.hold_s - right.hold_s, hypot(HOLD_ERROR_S, HOLD_ERROR_S), "s", most))
    return tuple(out)


def _difference(of: str, off: float, error: float | None, unit: str, most: float) -> Difference:
    """Call uneven what is over the most that is usual and wider than its error, even what is surely below."""
    verdict = "cannot_tell"
    if error is not None and max(most, error) < abs(off):
        verdict = "uneven"
    elif error is not None and abs(off) + error <= most:
        verdict = "even"
    return Difference(of, off, error, unit, verdict)
