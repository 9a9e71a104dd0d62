"""The repetitions in a report: a table with a row for each repetition, and a comparison of left and right."""

from math import isfinite

from posecheck.assessment.analysis import Analysis
from posecheck.core.i18n import N_, Translator
from posecheck.feedback import wording
from posecheck.feedback.vocabulary import SIDES
from posecheck.feedback.wording import amount, capital
from posecheck.repetitions.repetition import Repetition, RepetitionEnd
from posecheck.repetitions.series import Difference, Series, Side
from posecheck.stretches.stretch import Stretch

RESULTS = {
    RepetitionEnd.COMPLETE: N_("whole"),
    RepetitionEnd.START_NOT_SEEN: N_("its beginning was not seen"),
    RepetitionEnd.LOST: N_("lost from sight on the way"),
    RepetitionEnd.CUT: N_("the recording ends before the way back"),
    RepetitionEnd.SHORT_OF_TARGET: N_("did not reach the target"),
    RepetitionEnd.TARGET_NOT_SURE: N_("cannot tell whether far enough"),
}
HOLD_RESULTS = {
    "short": N_("held too briefly"),
    "enough": N_("held long enough"),
    "long": N_("held longer than asked"),
}
PAST_STOP = N_("a stop limit was passed")
DIFFERENCE_VERDICTS = {
    "even": N_("about the same"),
    "uneven": N_("differs"),
    "cannot_tell": N_("cannot be told with this error"),
}
UNKNOWN = "–"
SUMS = (
    N_("Whole repetitions"),
    N_("Peak, the median of whole ones"),
    N_("Hold within the target, their median"),
)
"""What the repetitions of one side add up to."""


def rows(analysis: Analysis, texts: Translator) -> list[dict[str, str]]:
    """Return a table row for each repetition, numbered from 1.

    Args:
        analysis: The judged recording.
        texts: The language of the rows.

    Returns:
        Rows with the keys number, side, when, peak, held, in, rhythm, out and result as text with units; a dash where
        a value is not known. `whole` is "yes" where Repetition.held is true, else empty.
    """
    return [_row(number, item, texts) for number, item in enumerate(analysis.repetitions, 1)]


def _row(number: int, item: Repetition, texts: Translator) -> dict[str, str]:
    way = wording.side(item.peak, item.angle, texts) if not item.side else ""
    peak = " ".join(
        part for part in (amount(item.peak, item.unit, texts), error(item.peak_error, item.unit, texts), way) if part
    )
    result = [RESULTS[item.reason], *(HOLD_RESULTS[item.hold] for _ in [0] if item.complete and item.hold)]
    result += [PAST_STOP] if item.stopped else []
    return {
        "number": str(number),
        "side": texts.gettext(SIDES[item.side]) or UNKNOWN,
        "when": f"{texts.number(item.start_s, 1)}–{texts.number(item.end_s, 1)} s",
        "peak": peak,
        "held": _seconds(item.hold_s, texts),
        "in": _way(item.in_s, item.in_speed, item.unit, texts),
        "rhythm": _rhythm(item, texts),
        "out": _way(item.out_s, item.out_speed, item.unit, texts),
        "result": capital(", ".join(texts.gettext(part) for part in result)),
        "whole": "yes" if item.held else "",
    }


def error(value: float | None, unit: str, texts: Translator) -> str:
    """Return a stated error as text, such as `± 4°`; empty where it is not known.

    Args:
        value: The error.
        unit: Its unit.
        texts: The language of the text.
    """
    return "" if value is None or not isfinite(value) else f"± {amount(value, unit, texts)}"


def _seconds(value: float | None, texts: Translator) -> str:
    return UNKNOWN if value is None or not isfinite(value) else f"{texts.number(value, 1)} s"


def _way(seconds: float, speed: float, unit: str, texts: Translator) -> str:
    """Describe how long the way in or out took and, for angles, its mean speed; a dash where it was not seen."""
    if not isfinite(seconds):
        return UNKNOWN
    told = _seconds(seconds, texts)
    return f"{told}, {amount(speed, f'{unit}/s', texts)}" if isfinite(speed) and unit == "deg" else told


def has_rhythm(stretch: Stretch) -> bool:
    """Return whether a stretch asks for a rhythm, or for left and right to go together."""
    return any(item.of in ("cycle", "apart") for item in stretch.pace)


def _rhythm(item: Repetition, texts: Translator) -> str:
    """Describe the time since the previous peak, and by how much one side was later than the other."""
    if not isfinite(item.cycle_s):
        return UNKNOWN
    told = _seconds(item.cycle_s, texts)
    if not isfinite(item.lag_s):
        return told
    late = texts.gettext("left {lag} later") if item.lag_s > 0 else texts.gettext("right {lag} later")
    return f"{told}, {late.format(lag=_seconds(abs(item.lag_s), texts))}"


def asked(stretch: Stretch, series: Series, texts: Translator) -> str:
    """Return a sentence that says whether the set is complete.

    Args:
        stretch: The stretch, which says whether both sides are needed.
        series: What the repetitions add up to.
        texts: The language of the sentence.
    """
    if series.dose_met:
        return texts.gettext("The set is complete, with as many repetitions as the stretch asks for.")
    if series.complete:
        return texts.gettext("The set is complete, with fewer repetitions than the stretch asks for.")
    if len(stretch.asked_sides) == 2:
        return texts.gettext(
            "The set is not complete: that takes a whole repetition without a stop, held long enough, on each side."
        )
    return texts.gettext("The set is not complete: that takes a whole repetition without a stop, held long enough.")


def sides(analysis: Analysis, texts: Translator) -> list[dict[str, str]]:
    """Compare left and right: complete repetitions, peak and hold, a table row for each.

    Args:
        analysis: The judged recording.
        texts: The language of the rows.

    Returns:
        Rows with the keys what, left, right and difference as text; `flagged` is "yes" where the sides differ by more
        than the measurement error, else empty. No rows where the stretch has no sides.
    """
    series = analysis.series
    if len(series.sides) < 2:
        return []
    unit = analysis.repetitions[0].unit if analysis.repetitions else "deg"
    left, right = series.sides
    compared = {item.of: item for item in series.differences}

    def row(what: str, told: tuple[str, str], of: str = "") -> dict[str, str]:
        item = compared.get(of)
        flagged = "yes" if item is not None and item.verdict == "uneven" else ""
        difference = UNKNOWN if item is None else _difference(item, texts)
        return {"what": what, "left": told[0], "right": told[1], "difference": difference, "flagged": flagged}

    titles = [texts.gettext(title) for title in SUMS]
    told = zip(titles, _sums(left, unit, texts), _sums(right, unit, texts), ("", "peak", "hold"), strict=True)
    return [row(what, (on_left, on_right), of) for what, on_left, on_right, of in told]


def single(analysis: Analysis, texts: Translator) -> list[dict[str, str]]:
    """Sum up the repetitions of a stretch without sides: rows with the keys what and all, as text.

    Args:
        analysis: The judged recording.
        texts: The language of the rows.
    """
    unit = analysis.repetitions[0].unit if analysis.repetitions else "deg"
    told = _sums(analysis.series.sides[0], unit, texts)
    return [{"what": texts.gettext(title), "all": one} for title, one in zip(SUMS, told, strict=True)]


def _sums(side: Side, unit: str, texts: Translator) -> tuple[str, str, str]:
    """Return how many repetitions were whole, the median of their peaks, and that of their holds."""
    whole = texts.gettext("{whole} of {all}").format(whole=side.complete, all=side.repetitions)
    if side.clean < side.complete:
        whole += texts.gettext(", {n} of them past a stop").format(n=side.complete - side.clean)
    peak = UNKNOWN
    if side.peak is not None:
        peak = f"{amount(side.peak, unit, texts)} {error(side.peak_error, unit, texts)}".strip()
    return whole, peak, _seconds(side.hold_s, texts)


def _difference(item: Difference, texts: Translator) -> str:
    """Describe a difference between the sides with its error, and whether it is larger than that error."""
    size = abs(item.left_less_right)
    more = texts.gettext("more on the left") if item.left_less_right > 0 else texts.gettext("more on the right")
    told = f"{amount(size, item.unit, texts)} {error(item.error, item.unit, texts)}".strip()
    verdict = texts.gettext(DIFFERENCE_VERDICTS[item.verdict])
    return f"{told} {more}: {verdict}" if item.verdict == "uneven" else f"{told}: {verdict}"
