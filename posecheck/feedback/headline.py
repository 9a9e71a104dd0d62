"""The headline of a judged recording: its verdict in one to three sentences, in the reader's language."""

from collections.abc import Sequence

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.events import Event
from posecheck.assessment.summary import OTHERS, Peak, Summary, Unjudged
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.feedback import vocabulary, wording
from posecheck.kinematics.angles import ANGLES
from posecheck.stretches.ranges import Kind
from posecheck.stretches.stretch import Stretch


def chief(summary: Summary, stretch: Stretch) -> Unjudged | None:
    """Return the main angle with the reason for which it was not judged most often; None where it was judged.

    Args:
        summary: The summary of a judged recording.
        stretch: Its stretch.
    """
    main = [item for item in summary.unjudged if stretch.is_primary(item.angle)]
    return max(main, key=lambda item: item.share, default=None)


def headline_of(analysis: Analysis, texts: Translator = ENGLISH, remedy: str = "") -> str:
    """Describe the verdict on a recording and what it rests on.

    Args:
        analysis: The judged recording.
        texts: The language of the headline.
        remedy: What to do about a recording that cannot be judged, in that language; empty for what its reason says.
    """
    summary, stretch, events = analysis.summary, analysis.stretch, analysis.events
    verdict, unjudged, peaks = summary.verdict, summary.unjudged, summary.peaks
    main = chief(summary, stretch)
    name = wording.words_for(main.angle, texts) if main else ""
    if verdict in ("stop", "caution"):
        passed = describe_passed_limits(verdict, [event.kind for event in events if event.level == verdict], texts)
        blind = texts.gettext("{what} itself could not be judged.").format(what=wording.capital(name))
        return f"{passed} {blind}" if main else passed
    if verdict == "borderline":
        near = ", ".join(sorted({wording.words_for(peak.angle, texts) for peak in peaks if peak.near_limit}))
        return texts.gettext(
            "No limit passed for certain, but borderline: {what} came to a limit, or within the error of the reading."
        ).format(what=near)
    if verdict == "clear":
        return _in_range(stretch, events, unjudged, peaks, texts)
    if main:
        cannot = texts.gettext("Cannot judge this recording: {what} could not be read.").format(what=name)
        return f"{cannot} {remedy or wording.instruction(main.reason, stretch, texts, turn=main.turn)}"
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


def _in_range(
    stretch: Stretch,
    events: tuple[Event, ...],
    unjudged: tuple[Unjudged, ...],
    peaks: tuple[Peak, ...],
    texts: Translator,
) -> str:
    """Return that every judged angle stayed in range, together with what was not judged."""
    told = texts.gettext("Every angle that could be judged stayed within its range.")
    if not any(peak.highest is not None for peak in peaks):
        told = texts.gettext("No limit passed. Judged was only how steadily you move, not how far.")
    blind = ", ".join(wording.words_for(item.angle, texts) for item in unjudged)
    told += " " + texts.gettext("Not judged: {what}.").format(what=blind) if blind else ""
    rows = [ANGLES[row].name for row in stretch.primary_rows]
    gaps = [sum(e.end_s - e.start_s for e in events if e.kind == Kind.CANNOT_JUDGE and e.angle == row) for row in rows]
    if max(gaps, default=0.0) > 0:
        told += " " + texts.gettext("For {seconds} s {what} could not be judged.").format(
            seconds=texts.number(max(gaps), 1), what=wording.words_for(stretch.primary, texts)
        )
    return told
