"""The headline of a judged recording: its verdict in one to three sentences, in the reader's language."""

from collections.abc import Sequence

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.presence.others import OTHERS
from posecheck.assessment.summary import MIN_SHARE, Summary, Unjudged
from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback import vocabulary, wording
from posecheck.kinematics.angles import ANGLES
from posecheck.stretches.ranges import Kind
from posecheck.stretches.stretch import Stretch

LEAST_RATE = 5.0
"""Pictures a second with which as many repetitions are whole as with 10: 35 in 31 rendered takes, and 32 with 3.3."""

LOST = N_(
    "For most of it you were not found, though you did not leave the picture: let more light in, and wear clothes "
    "that stand out from what you are on."
)


def _limited(summary: Summary) -> list[Unjudged]:
    """Return what was not judged where no angle with a limit was; empty where one was, or none has a limit."""
    seen = [peak for peak in summary.peaks if peak.judged_share >= MIN_SHARE]
    return [] if seen else [item for item in summary.unjudged if item.reason != UnjudgedReason.FEW_PICTURES]


def chief(summary: Summary, stretch: Stretch) -> Unjudged | None:
    """Return the main angle with the reason for which it was not judged most often; None where it was judged.

    Args:
        summary: The summary of a judged recording.
        stretch: Its stretch.
    """
    read = [item for item in summary.unjudged if item.reason != UnjudgedReason.FEW_PICTURES]
    main = [item for item in read if stretch.is_primary(item.angle)]
    return max(main, key=lambda item: item.share, default=None)


def headline_of(analysis: Analysis, texts: Translator = ENGLISH, remedy: str = "") -> str:
    """Describe the verdict on a recording and what it rests on.

    Args:
        analysis: The judged recording.
        texts: The language of the headline.
        remedy: What to do about a recording that cannot be judged, in that language; empty for what its reason says.
    """
    summary, stretch, events = analysis.summary, analysis.stretch, analysis.events
    verdict, peaks = summary.verdict, summary.peaks
    main = chief(summary, stretch)
    name = wording.words_for(main.angle, texts) if main else ""
    if verdict in ("stop", "caution"):
        passed = describe_passed_limits(verdict, [event.kind for event in events if event.level == verdict], texts)
        blind = texts.gettext("{what} itself could not be judged.").format(what=wording.capital(name))
        return " ".join(part for part in (passed, blind if main else "", _counted(analysis, texts)) if part)
    if verdict == "borderline":
        near = ", ".join(sorted({wording.words_for(peak.angle, texts) for peak in peaks if peak.near_limit}))
        return texts.gettext(
            "No limit passed for certain, but borderline: {what} came to a limit, or within the error of the reading."
        ).format(what=near)
    if verdict == "clear":
        return _in_range(analysis, texts)
    if main or (read := _limited(summary)):
        most = main or read[0]
        cannot = texts.gettext("Cannot judge this recording: {what} could not be read.").format(
            what=wording.words_for(most.angle, texts)
        )
        lost = most.reason == UnjudgedReason.NOBODY
        why = texts.gettext(LOST) if lost else wording.instruction(most.reason, stretch, texts, turn=most.turn)
        return f"{cannot} {remedy or why}"
    if any(item.reason == UnjudgedReason.FEW_PICTURES for item in summary.unjudged):
        no_all_clear = texts.gettext("No limit was seen passed, but that is no all-clear.")
        return f"{no_all_clear} {wording.instruction(UnjudgedReason.FEW_PICTURES, stretch, texts)}"
    blunt = [peak for peak in peaks if stretch.is_primary(peak.angle) and peak.error is not None]
    if blunt and not any(event.kind in OTHERS for event in events):
        error = wording.amount(blunt[0].error or 0.0, blunt[0].unit, texts)
        return texts.gettext(
            "No limit was seen passed, but that is no all-clear: {what} is read only to ± {error} here. "
            "A camera can warn of such a turn; it cannot promise that there was none."
        ).format(what=wording.words_for(blunt[0].angle, texts), error=error)
    return texts.gettext("Cannot judge this recording: nobody, or more than one person, could be followed.")


def describe_passed_limits(verdict: str, kinds: Sequence[str], texts: Translator) -> str:
    """Describe how often the stop or caution limit was passed, and in what way.

    Args:
        verdict: stop or caution.
        kinds: The kind of each event of that level.
        texts: The language of the sentence.
    """
    # English headings go into the sentence in lower case. German ones keep their capital, because nouns need it.
    names = {texts.gettext(vocabulary.KINDS[kind]) for kind in kinds}
    what = (", " if texts.language == "en" else "; ").join(
        sorted(name.lower() if texts.language == "en" else name for name in names)
    )
    if verdict == "stop":
        told = texts.ngettext("Past the stop limit once: {what}.", "Past the stop limit {n} times: {what}.", len(kinds))
    else:
        told = texts.ngettext(
            "Past the caution limit once: {what}.", "Past the caution limit {n} times: {what}.", len(kinds)
        )
    return told.format(n=len(kinds), what=what)


def _counted(analysis: Analysis, texts: Translator) -> str:
    """Return how many whole repetitions count though a stop limit was passed; empty where all or none do."""
    sides = analysis.series.sides
    clean, whole = sum(side.clean for side in sides), sum(side.complete for side in sides)
    if clean == whole or not clean:
        return ""
    return texts.ngettext(
        "{n} of {whole} whole repetitions counts: without a stop.",
        "{n} of {whole} whole repetitions count: without a stop.",
        clean,
    ).format(n=clean, whole=whole)


def _in_range(analysis: Analysis, texts: Translator) -> str:
    """Return what went well, that all stayed in range, and what to change; what was not judged is listed elsewhere."""
    stretch, summary = analysis.stretch, analysis.summary
    within = texts.gettext("Everything stayed within its range.")
    if summary.unjudged:
        within = texts.gettext("What could be judged stayed within its range.")
    if not any(peak.highest is not None for peak in summary.peaks):
        within = texts.gettext("No limit passed. Judged was only how steadily you move, not how far.")
    told = [_praise(analysis, texts), within]
    rows = [ANGLES[row].name for row in stretch.primary_rows]
    blind = [event for event in analysis.events if event.kind == Kind.CANNOT_JUDGE]
    gap = max((sum(e.end_s - e.start_s for e in blind if e.angle == row) for row in rows), default=0.0)
    if gap > 0:
        told.append(
            texts.gettext("For {seconds} s {what} could not be judged.").format(
                seconds=texts.number(gap, 1), what=wording.words_for(stretch.primary, texts)
            )
        )
    return " ".join(part for part in (*told, _to_change(analysis, texts)) if part)


def _praise(analysis: Analysis, texts: Translator) -> str:
    """Return how many repetitions were whole, how far they went and how long they were held; empty if none was."""
    sides, repetitions = analysis.series.sides, analysis.repetitions
    whole = [side.clean for side in sides]
    if not any(whole):
        return ""
    unsure = sum(one.clean and one.unsure for one in repetitions)
    if unsure == sum(whole):
        return texts.ngettext(
            "{n} repetition was seen from start to end; whether it went far enough cannot be told from here.",
            "{n} repetitions were seen from start to end; whether they went far enough cannot be told from here.",
            unsure,
        ).format(n=unsure)
    if all(whole) and len(whole) == 2:
        told = texts.gettext("Good: whole repetitions left {left}, right {right}").format(left=whole[0], right=whole[1])
    else:
        told = texts.ngettext("Good: {n} whole repetition", "Good: {n} whole repetitions", sum(whole)).format(
            n=sum(whole)
        )
    far = max((abs(one.peak) for one in repetitions if one.clean and one.unit == "deg"), default=None)
    if far is not None:
        told += texts.gettext(", to {far}").format(far=wording.amount(far, "deg", texts))
    best = max(side.best_hold_s for side in sides)
    if analysis.stretch.hold is not None and best >= 1.0:
        told += texts.gettext(", held for up to {seconds} s").format(seconds=texts.number(best))
    if unsure:
        told += texts.ngettext(
            "; of {n} of them it cannot be told whether it went far enough",
            "; of {n} of them it cannot be told whether they went far enough",
            unsure,
        ).format(n=unsure)
    return told + "."


def _to_change(analysis: Analysis, texts: Translator) -> str:
    """Return what to do otherwise next time though all stayed in range; empty if nothing."""
    stretch, sides = analysis.stretch, analysis.series.sides
    if not any(side.repetitions for side in sides):
        return texts.gettext("No repetition was seen.")
    if not any(side.complete for side in sides):
        rate = analysis.summary.frames / max(analysis.summary.duration_s, 1e-6)
        if rate < LEAST_RATE:
            few = texts.gettext("Only {n} pictures a second were looked at, too few to count repetitions by.")
            return few.format(n=texts.number(rate))
        return texts.gettext("No repetition was whole: go from the start position into the target and back.")
    missing = [side.side for side in sides if not side.repetitions and side.side in stretch.asked_sides]
    if missing:
        names = {
            "left": texts.gettext("The left side is still to come."),
            "right": texts.gettext("The right side is still to come."),
        }
        return names[missing[0]]
    if stretch.dose is not None and max(side.clean for side in sides) > stretch.dose.repetitions[1]:
        most = stretch.dose.repetitions[1]
        return texts.ngettext(
            "That was more than asked for: {n} is enough.", "That was more than asked for: {n} are enough.", most
        ).format(n=most)
    if stretch.hold is not None and not any(side.held for side in sides):
        return texts.gettext("Hold the next one longer: {seconds} s are asked for.").format(
            seconds=texts.number(stretch.hold.seconds[0])
        )
    return ""
