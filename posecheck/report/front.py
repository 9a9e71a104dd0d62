"""The first page of a report: the best and the worst moment, left against right, and what changed since last time.

"Best" is a repetition from neutral into the target and back without a passed stop limit; of several, the one held
longest. It is not the furthest: more range is not better.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.events import Event
from posecheck.core.i18n import N_, Translator
from posecheck.feedback import wording
from posecheck.feedback.vocabulary import KINDS, SIDES, SIGNS
from posecheck.feedback.wording import amount, capital
from posecheck.history import PastSession, Reading, Trend
from posecheck.history.disability import describe_scores
from posecheck.history.progress import trend
from posecheck.repetitions.repetition import Repetition
from posecheck.report import repetitions
from posecheck.report.plots import PASSED, passed_of
from posecheck.report.trend import Past
from posecheck.stretches.sides import whole_key


@dataclass(frozen=True, slots=True)
class Moment:
    """Hold what is said of a moment; what is not known is empty.

    Attributes:
        title: What it is.
        told: How far it went, and when.
        picture: A data URI.
        level: The level of a passed limit.
        sign: That level as a word.
    """

    title: str
    told: str
    picture: str = ""
    level: str = ""
    sign: str = ""


def best(analysis: Analysis) -> tuple[int, Repetition] | None:
    """Return the best repetition with its number, counted from 1; None where none was whole without a stop."""
    whole = [(i, one) for i, one in enumerate(analysis.repetitions, 1) if one.clean]
    return max(whole, key=lambda pair: (pair[1].held, pair[1].hold_s), default=None)


def worst(analysis: Analysis) -> Event | None:
    """Return the event furthest past its limit, a stop before any caution; None where no limit was passed."""
    passed = passed_of(analysis.events)
    return min(passed, key=lambda event: (PASSED.index(event.level), -_excess(event)), default=None)


def _excess(event: Event) -> float:
    """Return how far an event went past its limit, as a share of the limit."""
    if isnan(event.limit) or isnan(event.worst):
        return 0.0
    return abs(abs(event.worst) - event.limit) / max(abs(event.limit), 1e-6)


def moments(analysis: Analysis) -> tuple[float, ...]:
    """Return the times of the pictures on the first page, besides those of passed limits, in seconds."""
    found = best(analysis)
    return () if found is None else (found[1].peak_s,)


def shown(
    analysis: Analysis, pictures: Mapping[float, str], texts: Translator, past: Past | None, name: str
) -> dict[str, object]:
    """Return what the template shows on the first page.

    Args:
        analysis: The judged recording.
        pictures: Data URIs of moments by their time in seconds.
        texts: The reader's language.
        past: The person's past sessions of this stretch; None where there is no history.
        name: The recording's name, by which its own session in the history is known.
    """
    return {
        "best": _best(analysis, pictures, texts),
        "worst": _worst(analysis, pictures, texts),
        "rows": repetitions.sides(analysis, texts) or repetitions.single(analysis, texts),
        "two": len(analysis.series.sides) > 1,
        "changes": [] if past is None else changes(analysis, past, name, texts),
        "hindered": "" if past is None or not past.scores else describe_scores(past.scores, texts),
    }


def _best(analysis: Analysis, pictures: Mapping[float, str], texts: Translator) -> Moment:
    found = best(analysis)
    if found is None:
        return Moment("", texts.gettext("No repetition was whole without a stop."))
    number, item = found
    reached = f"{amount(item.peak, item.unit, texts)} {repetitions.error(item.peak_error, item.unit, texts)}".strip()
    told = texts.gettext("{reached}, held {held} s, at {time} s").format(
        reached=reached, held=texts.number(item.hold_s, 1), time=texts.number(item.peak_s, 1)
    )
    side = f", {texts.gettext(SIDES[item.side])}" if item.side else ""
    title = texts.gettext("Repetition {n}").format(n=number) + side
    return Moment(title, told, pictures.get(item.peak_s, ""))


def _worst(analysis: Analysis, pictures: Mapping[float, str], texts: Translator) -> Moment:
    event = worst(analysis)
    if event is None:
        return Moment("", texts.gettext("No limit was passed for certain."))
    title, picture = texts.gettext(KINDS[event.kind]), pictures.get(event.worst_s, "")
    return Moment(title, worst_of(event, texts), picture, event.level, texts.gettext(SIGNS[event.level]))


def worst_of(event: Event, texts: Translator) -> str:
    """Describe the worst moment of an event: when, how far, and which limit was passed.

    Args:
        event: The event.
        texts: The reader's language.
    """
    value = amount(event.worst, event.unit, texts)
    way = "" if event.unit == "s" else wording.side(event.worst, event.angle, texts)
    told = texts.gettext("Worst at {time} s: {value}").format(
        time=texts.number(event.worst_s, 1), value=f"{value} {way}".strip()
    )
    if isnan(event.limit):
        return f"{told}."
    limit = {"stop": N_("stop limit {limit}"), "caution": N_("caution limit {limit}")}[event.level]
    return f"{told}; {texts.gettext(limit).format(limit=amount(event.limit, event.unit, texts))}."


def changes(analysis: Analysis, past: Past, name: str, texts: Translator) -> list[str]:
    """Describe, a sentence for each direction of the main angle, what changed since the session before this one.

    Args:
        analysis: The judged recording.
        past: The person's past sessions of this stretch; the recording itself may be the last of them.
        name: The recording's name, by which its own session is known.
        texts: The reader's language.
    """
    own = {one.id for one in past.sessions if _same(one, analysis, name)}
    out = [_change(analysis, one, own, texts) for one in past.trends]
    return [sentence for sentence in out if sentence] or [
        texts.gettext("No earlier session of this stretch is kept to compare with.")
    ]


def _same(session: PastSession, analysis: Analysis, name: str) -> bool:
    return session.source == name and abs(session.duration_s - analysis.summary.duration_s) < 0.1


def _change(analysis: Analysis, one: Trend, own: set[int], texts: Translator) -> str:
    before = [reading for reading in one.readings if reading.compared and reading.session not in own]
    peak = next((p for p in analysis.summary.peaks if (whole_key(p.key), p.angle) == (one.key, one.angle)), None)
    if not before or peak is None:
        return ""
    last = before[-1]
    value, error = (peak.highest, peak.highest_error) if one.end == "highest" else (peak.lowest, peak.lowest_error)
    # It counts as newer than any session that is kept, whenever these were.
    this = Reading(last.session + 1, last.at, value, peak.error if error is None else error, peak.judged_share)
    compared = trend(one.key, one.angle, one.words, one.unit, one.end, (last, this))
    way = wording.side(1.0 if one.end == "highest" else -1.0, one.angle, texts)
    what = ", ".join(part for part in (capital(wording.words_for(one.angle, texts)), way) if part)
    if compared.detectable is None:
        return texts.gettext("{what}: judged in too small a part to be compared.").format(what=what)
    told = texts.gettext("{what}: {before} on {day}, now {now}: {change}. Smallest change that could be told: {least}.")
    return told.format(
        what=what,
        before=_reading(last, one.unit, texts),
        day=texts.date(last.at.astimezone()),
        now=_reading(this, one.unit, texts),
        change=texts.gettext(compared.since_last),
        least=amount(compared.detectable, one.unit, texts),
    )


def _reading(reading: Reading, unit: str, texts: Translator) -> str:
    return f"{amount(reading.value or 0.0, unit, texts)} {repetitions.error(reading.error, unit, texts)}".strip()
