"""What a set of repetitions comes to: how many on each side, the best hold, and left against right.

Conventions. A difference is taken between the sides' medians of peak size and of hold, over complete repetitions. It
counts when it is over 10 degrees or 20 % of the greater side, and more than the smallest change that repeated
measurements of a trunk can tell apart (6.3 degrees; Johnson 2012). Its error is that of two readings. Where the error
leaves both answers open, the difference cannot be told.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import hypot, isfinite
from statistics import median

from posecheck.repetitions import Repetition
from posecheck.stretches import Stretch
from posecheck.tempo import SLOPE_S

MOST_DEG, MOST_SHARE = 10.0, 0.2
DETECTABLE_DEG = 6.3
HOLD_ERROR_S = SLOPE_S
"""Error of one hold: the speed that ends it spans so long."""


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
    """Compare left with right: left less right, its error, and `even`, `uneven` or `cannot_tell`."""

    of: str
    left_less_right: float
    error: float
    unit: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Series:
    """Hold what the repetitions of a stretch come to.

    complete: at least one held repetition, on each side where the stretch has two; dose_met: as many as the stretch
    asks for at the least. differences: of peak and of hold, where both sides have a complete repetition.
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
    return Series(sides, fewest >= 1, fewest >= wanted, _differences(sides, _unit(repetitions)))


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
        error = hypot(_known(left.peak_error), _known(right.peak_error))
        most = MOST_SHARE * max(left.peak, right.peak)
        if unit == "deg":
            most = max(min(MOST_DEG, most), DETECTABLE_DEG)
        out.append(_difference("peak", left.peak - right.peak, error, unit, most))
    if left.hold_s is not None and right.hold_s is not None:
        error, most = hypot(HOLD_ERROR_S, HOLD_ERROR_S), MOST_SHARE * max(left.hold_s, right.hold_s)
        out.append(_difference("hold", left.hold_s - right.hold_s, error, "s", most))
    return tuple(out)


def _known(error: float | None) -> float:
    """Return an error, without end where none is stated."""
    return float("inf") if error is None else error


def _difference(of: str, off: float, error: float, unit: str, most: float) -> Difference:
    """Call uneven what is over the most that is usual and wider than its error, even what is surely below."""
    if abs(off) > most and abs(off) > error:
        verdict = "uneven"
    else:
        verdict = "even" if abs(off) + error <= most else "cannot_tell"
    return Difference(of, off, error, unit, verdict)
