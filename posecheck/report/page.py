"""Write a judged recording as one self-contained HTML page for a physiotherapist, for the screen or for A4 paper.

The page has no script and loads nothing; a content security policy in its head makes the browser enforce this. jinja2
escapes all text, so the name of a file or a text in a stretch file cannot add HTML to the page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.events import Event
from posecheck.assessment.summary import MIN_SHARE, NeutralSpan, Peak
from posecheck.core import __version__
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.core.levels import Level
from posecheck.feedback import wording
from posecheck.feedback.headline import headline_of
from posecheck.feedback.vocabulary import ASKED_SIDES, KINDS, LIMITS, POSITIONS, SIGNS, VIEWS
from posecheck.feedback.wording import amount, capital
from posecheck.history.disability import DETECTABLE
from posecheck.report import front, limits, repetitions
from posecheck.report import trend as report_trend
from posecheck.report.basis import rests_on
from posecheck.report.limits import Stated, title, where
from posecheck.report.markup import environment
from posecheck.report.plots import PASSED, curve, data_uri, drawn, passed_of
from posecheck.report.trend import Past
from posecheck.results.summary_file import JudgedBy, Source
from posecheck.stretches.checks import pick
from posecheck.stretches.ranges import Kind


@dataclass(frozen=True, slots=True)
class Recorded:
    """Hold what a report says about the recording in addition to its judgement.

    Attributes:
        name: The recording's name.
        source: Facts about the recording, with the keys of `source` in summary.json.
        settings: What it was judged with, with the keys of `settings` in summary.json.
        problem: Why the recording could not be read to its end; None where it could.
        made: Today's date as text.
        changes: What differs from the results in the folder, a sentence each.
        safety: What the person's health answers mean for this stretch, a sentence each.
        stated: The stretch before its limits were changed; None where that is not known.
        person: Who was recorded; empty where that is not known, for a line to write it on.
    """

    name: str
    source: Source
    settings: JudgedBy
    problem: str | None
    made: str
    changes: tuple[str, ...] = ()
    safety: tuple[str, ...] = ()
    stated: Stated | None = None
    person: str = ""


def page(
    analysis: Analysis,
    recorded: Recorded,
    pictures: Mapping[float, str] | None = None,
    texts: Translator = ENGLISH,
    past: Past | None = None,
) -> str:
    """Return the HTML of the whole page.

    Args:
        analysis: The judged recording.
        recorded: What else is known about the recording.
        pictures: Data URIs of moments by their time in seconds, from plots.worst_moments; None where no video was
            available.
        texts: The language of the page.
        past: The person's past sessions of this stretch from the history; None leaves that section out.
    """
    folder = Path(__file__).parent / "templates"
    env = environment(folder)
    summary, stretch = analysis.summary, analysis.stretch
    unused = _unused(analysis)
    return env.get_template("report.html.j2").render(
        gettext=texts.gettext,
        language=texts.language,
        version=__version__,
        recorded=recorded,
        stretch=stretch,
        summary=summary,
        sign=texts.gettext(SIGNS[summary.verdict]),
        headline=headline_of(analysis, texts),
        front=front.shown(analysis, pictures or {}, texts, past, recorded.source.file or recorded.name),
        facts=_facts(analysis, recorded, texts),
        first_facts=_first_facts(recorded, texts),
        figures=[_figure(analysis, i, texts) for i in drawn(analysis)],
        repetitions=repetitions.rows(analysis, texts),
        rhythm=repetitions.has_rhythm(stretch),
        asked=repetitions.asked(stretch, analysis.series, texts),
        sides=repetitions.sides(analysis, texts),
        events=_events(analysis, pictures or {}, texts),
        asked_pictures=pictures is not None,
        measured=[_measured(peak, peak.key in unused, texts) for peak in summary.peaks if peak.highest is not None],
        starred=any(peak.key in unused and peak.highest is not None for peak in summary.peaks),
        unjudged=_unjudged(analysis, texts),
        gaps=_gaps(analysis, texts),
        past=past,
        trend=None if past is None else _trend(past, texts),
        ranges=limits.rows(stretch, texts, recorded.stated),
        settings=_settings(analysis, recorded, texts),
    )


def _facts(analysis: Analysis, recorded: Recorded, texts: Translator) -> list[tuple[str, str]]:
    summary, stretch, source = analysis.summary, analysis.stretch, recorded.source
    shape = "" if source.size_wh is None else f", {source.size_wh[0]} × {source.size_wh[1]}"
    neutral = summary.neutral
    view = texts.gettext("not known") if neutral is None else texts.gettext(VIEWS.get(neutral.view, neutral.view))
    long = texts.gettext("{seconds} s, {frames} frames").format(
        seconds=texts.number(summary.duration_s, 1), frames=summary.frames
    )
    return [
        (texts.gettext("Recording"), f"{recorded.name}, {long}{shape}"),
        (
            texts.gettext("Person seen"),
            texts.gettext("in {share} of the frames").format(share=texts.share(summary.found_share)),
        ),
        (texts.gettext("Stretch"), f"{texts.gettext(stretch.name)}, {texts.gettext(POSITIONS[stretch.position])}"),
        (texts.gettext("Measured from"), _measured_from(neutral, texts)),
        (texts.gettext("Camera"), view),
        *rests_on(analysis, texts),
    ]


def _first_facts(recorded: Recorded, texts: Translator) -> list[tuple[str, str]]:
    """Return what the first page says of the recording; the rest is in the annex."""
    age = recorded.settings.age
    return [
        (
            texts.gettext("Age"),
            texts.gettext("{n} years; limits for that age").format(n=age)
            if age
            else texts.gettext("not given; limits for a younger adult"),
        ),
        (texts.gettext("Limits"), _limits_of(recorded.settings, texts)),
        (texts.gettext("Recording"), recorded.name),
        (texts.gettext("Report made"), recorded.made),
    ]


def _measured_from(neutral: NeutralSpan | None, texts: Translator) -> str:
    if neutral is None:
        return texts.gettext("the neutral posture, none found")
    origin = wording.describe_origin(neutral.origin, neutral.start_s, neutral.end_s, texts)
    if origin:
        return origin
    spans = ((neutral.start_s, neutral.end_s), *neutral.again_s)
    told = ", ".join(f"{texts.number(start, 1)}–{texts.number(end, 1)} s" for start, end in spans)
    return texts.gettext("the neutral posture, {when} of the recording").format(when=told)


def _limits_of(settings: JudgedBy, texts: Translator) -> str:
    parts = (
        [texts.gettext("profile {name}").format(name=settings.profile.removesuffix(".toml"))]
        if settings.profile
        else []
    )
    changed = len({text.partition(".")[0] for text in settings.single})
    parts += [texts.gettext("{n} changed by hand").format(n=changed)] if changed else []
    return ", ".join([texts.gettext("as the stretch sets them"), *parts])


def _asked(settings: JudgedBy, texts: Translator) -> str:
    """Return the repetitions and the hold of a programme's step; empty where the stretch itself says them."""
    often, hold_s = settings.repetitions, settings.hold_s
    told = [] if often is None else [texts.ngettext("{n} repetition", "{n} repetitions", often).format(n=often)]
    told += [texts.gettext(ASKED_SIDES[settings.side])] if settings.side else []
    return ", ".join(told if hold_s is None else [*told, texts.gettext("hold {n} s").format(n=texts.number(hold_s))])


def _settings(analysis: Analysis, recorded: Recorded, texts: Translator) -> list[tuple[str, str]]:
    about, settings = analysis.track.about, recorded.settings
    rows = [
        ("posecheck", __version__),
        (texts.gettext("Stretch file"), settings.stretch or analysis.stretch.id),
        (texts.gettext("Age"), str(settings.age or texts.gettext("not given"))),
        (texts.gettext("Neutral asked for"), settings.neutral or texts.gettext("the first moment of stillness")),
        (texts.gettext("Profile"), settings.profile or ""),
        (texts.gettext("Limits of the profile"), ", ".join(settings.profile_set)),
        (texts.gettext("Limits set by hand"), ", ".join(settings.single) or texts.gettext("none")),
        (texts.gettext("Asked for by a programme"), _asked(settings, texts)),
        (texts.gettext("Pose model"), " ".join((about.get("model", ""), about.get("model_sha256", "")[:16])).strip()),
        ("MediaPipe", about.get("mediapipe", "")),
    ]
    return [(name, text) for name, text in rows if text]


def _figure(analysis: Analysis, i: int, texts: Translator) -> dict[str, str]:
    check = analysis.session.checks[i]
    return {
        "title": title(check.range, check.angle, texts),
        "limits": where(check.range, texts),
        "told": _came(analysis, i, texts),
        "wide": data_uri("image/svg+xml", curve(analysis, i, texts).encode()),
        "narrow": data_uri("image/svg+xml", curve(analysis, i, texts, narrow=True).encode()),
    }


def _came(analysis: Analysis, i: int, texts: Translator) -> str:
    """Describe how near check i came to its limits; never call a check fine that could mostly not be judged."""
    check, levels, readings = analysis.session.checks[i], analysis.judged.levels[:, i], analysis.judged.readings
    error = pick(check, readings.error, readings.value) if check.range.measure == "angle" else np.zeros(0)
    told = f" {_read_to(error, check.unit, texts)}" if np.isfinite(error).any() else ""
    own = [e for e in passed_of(analysis.events) if e.key == check.range.key and e.angle == check.angle]
    if own:
        worst = [
            texts.gettext("{value} at {time} s ({level})").format(
                value=amount(e.worst, check.unit, texts),
                time=texts.number(e.worst_s, 1),
                level=texts.gettext(LIMITS[e.level]),
            )
            for e in own
        ]
        return texts.gettext("Worst: {places}.").format(places=", ".join(worst)) + told
    on = levels[levels != Level.OFF]
    if (on == Level.UNKNOWN).mean() > 1 - MIN_SHARE:
        return texts.gettext("No limit seen passed, but mostly read too inaccurately to rule it out.") + told
    if (on >= Level.BORDERLINE).any():
        return (
            texts.gettext("No limit passed for certain, but it came to one, or within the error of the reading.") + told
        )
    return texts.gettext("No limit passed.") + told


def _read_to(error: "np.ndarray[tuple[int], np.dtype[np.float64]]", unit: str, texts: Translator) -> str:
    """Describe the stated error of an angle: one value, or the range from the best to the worst frame."""
    best, worst = (amount(float(of(error)), unit, texts) for of in (np.nanmin, np.nanmax))
    if best == worst:
        return texts.gettext("Read to ± {error}.").format(error=worst)
    return texts.gettext("Read to between ± {best} and ± {worst}.").format(best=best, worst=worst)


def _events(analysis: Analysis, pictures: Mapping[float, str], texts: Translator) -> list[dict[str, object]]:
    return [
        {
            **asdict(event),
            "message": wording.describe_event(event, analysis.stretch, texts),
            "title": texts.gettext(KINDS[event.kind]),
            "name": texts.gettext(SIGNS[event.level]),
            "picture": pictures.get(event.worst_s, ""),
            "span": f"{texts.number(event.start_s, 1)}–{texts.number(event.end_s, 1)} s",
            "worst": front.worst_of(event, texts),
        }
        for event in passed_of(analysis.events)
    ]


def _unused(analysis: Analysis) -> set[str]:
    """Return the keys of the ranges that never applied: another view, another phase, or a condition never met."""
    used = (analysis.judged.levels != Level.OFF).any(axis=0)
    checks = analysis.session.checks
    return {check.range.key for check in checks} - {
        check.range.key for check, on in zip(checks, used, strict=True) if on
    }


def _measured(peak: Peak, unused: bool, texts: Translator) -> dict[str, str]:
    def told(value: float | None, time_s: float | None, error: float | None) -> str:
        if value is None or time_s is None:
            return ""
        way = wording.side(value, peak.angle, texts)
        way = way if error is None else f"± {amount(error, peak.unit, texts)} {way}".strip()
        at = texts.gettext("at {time} s").format(time=texts.number(time_s, 1)).replace(" ", "\u00a0")
        return f"{amount(value, peak.unit, texts)}{f' {way}' if way else ''}, {at}"

    def limit(value: float | None) -> str:
        return "–" if value is None else f"{amount(value, peak.unit, texts)}{'*' if unused else ''}"

    return {
        "words": capital(wording.words_of_range(peak.key, peak.angle, texts)),
        "lowest": told(peak.lowest, peak.lowest_s, peak.lowest_error),
        "highest": told(peak.highest, peak.highest_s, peak.highest_error),
        "caution": limit(peak.caution),
        "stop": limit(peak.stop),
        "share": texts.share(peak.judged_share),
        "past": f"{texts.number(peak.caution_s, 1)} s / {texts.number(peak.stop_s, 1)} s",
    }


def _unjudged(analysis: Analysis, texts: Translator) -> list[tuple[str, str]]:
    """Return (angles, why and what to do about it) for what could mostly not be judged, one row for each reason."""
    by_advice: dict[str, list[str]] = {}
    for item in analysis.summary.unjudged:
        advice = wording.instruction(item.reason, analysis.stretch, texts, neutral=analysis.neutral)
        share = texts.gettext("{share} of the time").format(share=texts.share(item.share))
        by_advice.setdefault(advice, []).append(f"{wording.words_for(item.angle, texts)} ({share})")
    return [(capital(", ".join(names)), advice) for advice, names in by_advice.items()]


def _gaps(analysis: Analysis, texts: Translator) -> list[tuple[str, str, str]]:
    """Return (when, what, why) of every event without a passed limit, such as a time that could not be judged."""
    return [
        (
            f"{texts.number(event.start_s, 1)}–{texts.number(event.end_s, 1)} s",
            _subject(event, texts),
            wording.describe_event(event, analysis.stretch, texts),
        )
        for event in _others(analysis.events)
    ]


def _others(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if event.level not in PASSED]


def _subject(event: Event, texts: Translator) -> str:
    """Return the angle that could not be judged, or else the name of the event's kind."""
    if event.kind == Kind.CANNOT_JUDGE:
        return capital(wording.words_for(event.angle, texts))
    return texts.gettext(KINDS[event.kind])


def _trend(past: Past, texts: Translator) -> dict[str, object]:
    shown = report_trend.drawn(past.trends)
    return {
        "rows": report_trend.rows(past, texts),
        "told": [report_trend.told(trend, texts) for trend in past.trends],
        "figure": {
            "wide": data_uri("image/svg+xml", report_trend.plot(shown, texts).encode()),
            "narrow": data_uri("image/svg+xml", report_trend.plot(shown, texts, narrow=True).encode()),
        }
        if shown
        else None,
        "older": max(0, len(past.sessions) - report_trend.MOST),
        "scores": [(texts.date(one.day), one.points) for one in past.scores[-report_trend.MOST :]],
        "detectable": DETECTABLE,
    }
