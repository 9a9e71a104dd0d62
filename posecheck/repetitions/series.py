"""The repetitions of a recording summed up: each side, and left compared with right.

Left and right are compared by the medians of peak size and of hold over complete repetitions. A difference of the peaks
counts if it is over 10 degrees or 20 % of the greater side, and over the smallest change that repeated measurements of
trunk rotation can show (6.3 degrees; Johnson 2012). Its error combines those of both sides. If the error leaves both
answers open, the verdict is "cannot_tell".
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import hypot, isfinite
from statistics import median
from typing import Any

from posecheck.measurement.motion import SLOPE_S
from posecheck.repetitions.repetition import Repetition
from posecheck.stretches.stretch import Stretch

MOST_DEG, MOST_SHARE = 10.0, 0.2
DETECTABLE_DEG = 6.3
"""The largest minimal detectable change (95 %) of trained raters who measure thoracic rotation. Source: Johnson et al.
2012, J Athl Train, PubMed 22488230."""
HOLD_ERROR_S = SLOPE_S
"""Error of the length of one hold: the speed that ends it is measured over this time."""


@dataclass(frozen=True, slots=True)
class Side:
    """Summarise the repetitions of one side, or all if the stretch has no sides.

    Attributes:
        side: "left" or "right", empty if the stretch has no sides.
        repetitions: Number of repetitions.
        complete: Number of complete ones.
        clean: Number of complete ones without a passed stop limit; only they count as done.
        held: Number of clean ones that were held long enough.
        best_hold_s: Longest hold_s of all, seconds.
        peak: Median size of the peaks of the complete ones, None if there are none.
        peak_error: Stated error of a median one, None if it is not known.
        hold_s: Median hold_s of the complete ones, seconds; None if there are none.
    """

    side: str
    repetitions: int
    complete: int
    clean: int
    held: int
    best_hold_s: float
    peak: float | None
    peak_error: float | None
    hold_s: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Compare left with right.

    Attributes:
        of: "peak" or "hold".
        left_less_right: Left minus right.
        error: Its stated error, None if not known.
        unit: Unit of both.
        verdict: "even", "uneven" or "cannot_tell".
    """

    of: str
    left_less_right: float
    error: float | None
    unit: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Series:
    """Summarise the repetitions of a stretch.

    Attributes:
        sides: One summary for each side, or a single one.
        complete: Whether there is at least one held repetition, on each side that is asked for.
        dose_met: Whether the least number of held repetitions, or their least total time, is reached.
        differences: Of peak and of hold, if both sides have a complete repetition.
    """

    sides: tuple[Side, ...]
    complete: bool
    dose_met: bool
    differences: tuple[Difference, ...]

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON types."""
        return asdict(self)


def series(stretch: Stretch, repetitions: Sequence[Repetition]) -> Series:
    """Summarise the repetitions of one recording.

    Args:
        stretch: The stretch that was done.
        repetitions: All repetitions.
    """
    names = ("left", "right") if stretch.sides == "both" else ("",)
    sides = tuple(_side(name, [item for item in repetitions if item.side == name]) for name in names)
    wanted = 1 if stretch.dose is None else stretch.dose.repetitions[0]
    fewest = min(side.held for side in sides if side.side in stretch.asked_sides)
    met = fewest >= wanted
    if stretch.dose is not None and stretch.dose.seconds is not None:
        met = sum(item.end_s - item.start_s for item in repetitions if item.clean) >= stretch.dose.seconds[0]
    return Series(sides, fewest >= 1, met, _differences(sides, _unit(repetitions)))


def counted(side: Mapping[str, Any]) -> int:
    """Return how many repetitions of a side counted as done, of a result as it is kept.

    Args:
        side: A Side as plain values; one of an earlier version does not say which repetitions were clean.
    """
    clean = side.get("clean")
    return int(side["complete"] if clean is None else clean)


def _unit(repetitions: Sequence[Repetition]) -> str:
    return repetitions[0].unit if repetitions else "deg"


def _side(name: str, repetitions: list[Repetition]) -> Side:
    whole = sorted((item for item in repetitions if item.complete), key=lambda item: abs(item.peak))
    middle = whole[len(whole) // 2] if whole else None
    return Side(
        name,
        len(repetitions),
        len(whole),
        sum(item.clean for item in whole),
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
    """Rate a difference: uneven if it is above `most` and above its error, even if it is surely not above `most`."""
    verdict = "cannot_tell"
    if error is not None and max(most, error) < abs(off):
        verdict = "uneven"
    elif error is not None and abs(off) + error <= most:
        verdict = "even"
    return Difference(of, off, error, unit, verdict)
