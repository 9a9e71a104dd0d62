"""A judged recording as one page for a physiotherapist: HTML that holds all it shows, for a screen or for A4.

The page has no script and loads nothing; a content policy in its head says so to the browser. All text goes
through jinja2's escaping, so the name of a file or the words of a stretch file are never more than words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from posecheck import __version__, words
from posecheck.analysis import Analysis
from posecheck.angles import ANGLES, INDEX
from posecheck.checks import Level, pick
from posecheck.events import Event
from posecheck.ranges import AngleRange, Kind
from posecheck.report_plots import PASSED, curve, data_uri, drawn, passed_of
from posecheck.summary import MIN_SHARE, Peak
from posecheck.verdict import SIGNS
from posecheck.words import amount

ALONG = {"positive": 1.0, "negative": -1.0}
PHASES = {"neutral": "at the start", "move": "while moving", "hold": "during the hold"}
MEASURES = {"angle": "", "speed": "speed of the ", "reversals": "bounces of the ", "spread": "steadiness of the "}


@dataclass(frozen=True, slots=True)
class Recorded:
    """Hold what a report says of the recording besides its judgement; the keys of source and settings as in
    summary.json. made: today's date as a person reads it. changes: what differs from the results in the folder."""

    name: str
    source: Mapping[str, object]
    settings: Mapping[str, object]
    problem: str | None
    made: str
    changes: tuple[str, ...] = ()


def page(analysis: Analysis, recorded: Recorded, pictures: Mapping[float, str] | None = None) -> str:
    """Return the whole page; pictures: data URIs of worst moments by their time in seconds, see
    report_plots.worst_moments."""
    folder = Path(__file__).parent / "templates"
    env = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    summary, stretch = analysis.summary, analysis.stretch
    unused = _unused(analysis)
    return env.get_template("report.html.j2").render(
        version=__version__,
        recorded=recorded,
        stretch=stretch,
        summary=summary,
        sign=SIGNS[summary.verdict][0].partition(" ")[2],
        facts=_facts(analysis, recorded),
        figures=[_figure(analysis, i) for i in drawn(analysis)],
        events=_events(analysis.events, pictures or {}),
        asked_pictures=pictures is not None,
        measured=[_measured(peak, peak.key in unused) for peak in summary.peaks if peak.highest is not None],
        starred=any(peak.key in unused and peak.highest is not None for peak in summary.peaks),
        unjudged=_unjudged(analysis),
        gaps=_gaps(analysis.events),
        ranges=[_range(item) for item in stretch.ranges],
        settings=_settings(analysis, recorded),
    )


def _facts(analysis: Analysis, recorded: Recorded) -> list[tuple[str, str]]:
    summary, stretch, source = analysis.summary, analysis.stretch, recorded.source
    size = source.get("size_wh")
    shape = f", {size[0]} × {size[1]} pixels" if isinstance(size, list) and len(size) == 2 else ""
    neutral, age = summary.neutral, recorded.settings.get("age")
    told = "none found" if neutral is None else f"{neutral['start_s']:.1f}–{neutral['end_s']:.1f} s of the recording"
    view = "not known" if neutral is None else f"{neutral['view']} view"
    return [
        ("Recording", f"{recorded.name}, {summary.duration_s:.1f} s, {summary.frames} frames{shape}"),
        ("Person seen", f"in {summary.found_share:.0%} of the frames"),
        ("Stretch", f"{stretch.name}, {stretch.position}"),
        ("Age", f"{age} years; limits for that age" if age else "not given; limits for a younger adult"),
        ("Measured from", f"the neutral posture, {told}"),
        ("Camera", view),
        ("Limits", _limits_of(recorded.settings)),
        ("Report made", recorded.made),
    ]


def _texts(settings: Mapping[str, object], key: str) -> list[str]:
    held = settings.get(key)
    return [str(item) for item in held] if isinstance(held, list) else []


def _limits_of(settings: Mapping[str, object]) -> str:
    parts = [f"profile {settings['profile']}"] if settings.get("profile") else []
    changed = len(_texts(settings, "set"))
    parts += [f"{changed} changed by hand"] if changed else []
    return f"as the stretch sets them, with {' and '.join(parts)}" if parts else "as the stretch sets them"


def _settings(analysis: Analysis, recorded: Recorded) -> list[tuple[str, str]]:
    about, settings = analysis.track.about, recorded.settings
    rows = [
        ("posecheck", __version__),
        ("Stretch file", f"{settings.get('stretch', analysis.stretch.id)}"),
        ("Age", str(settings.get("age") or "not given")),
        ("Neutral asked for", str(settings.get("neutral") or "the first moment of stillness")),
        ("Profile", str(settings.get("profile") or "none")),
        ("Limits of the profile", ", ".join(_texts(settings, "profile_set"))),
        ("Limits set by hand", ", ".join(_texts(settings, "set")) or "none"),
        ("Pose model", " ".join((about.get("model", ""), about.get("model_sha256", "")[:16])).strip()),
        ("MediaPipe", about.get("mediapipe", "")),
    ]
    return [(name, text) for name, text in rows if text]


def _figure(analysis: Analysis, i: int) -> dict[str, str]:
    check = analysis.session.checks[i]
    item = check.range
    return {
        "title": f"{MEASURES[item.measure]}{words.words_for(check.angle)}".capitalize(),
        "limits": _where(item),
        "told": _came(analysis, i),
        "wide": data_uri("image/svg+xml", curve(analysis, i).encode()),
        "narrow": data_uri("image/svg+xml", curve(analysis, i, narrow=True).encode()),
    }


def _came(analysis: Analysis, i: int) -> str:
    """Return how near check i came to its limits; what was read too inaccurately is never called fine."""
    check, levels, readings = analysis.session.checks[i], analysis.judged.levels[:, i], analysis.judged.readings
    error = pick(check, readings.error, readings.value) if check.range.measure == "angle" else np.zeros(0)
    told = f" Read to ± {amount(float(np.nanmedian(error)), check.unit)}." if np.isfinite(error).any() else ""
    own = [e for e in passed_of(analysis.events) if e.key == check.range.key and e.angle == check.angle]
    if own:
        worst = ", ".join(f"{amount(e.worst, check.unit)} at {e.worst_s:.1f} s ({e.level})" for e in own)
        return f"Worst: {worst}.{told}"
    on = levels[levels != Level.OFF]
    if (on == Level.UNKNOWN).mean() > 1 - MIN_SHARE:
        return f"No limit seen passed, but mostly read too inaccurately to rule it out.{told}"
    if (on >= Level.BORDERLINE).any():
        return f"No limit passed for certain, but it came to one, or within the error of the reading.{told}"
    return f"No limit passed.{told}"


def _where(item: AngleRange) -> str:
    """Return in which direction and when a range counts, in words."""
    parts = []
    if item.along in ALONG:
        parts.append(words.side(ALONG[item.along], item.angle))
    elif item.along == "magnitude" and words.side(1.0, item.angle):
        parts.append("either way")
    if item.phase in PHASES:
        parts.append(PHASES[item.phase])
    if item.when is not None:
        parts.append(f"only past {item.when.beyond:g}° of {words.words_for(item.when.angle)}")
    if item.views:
        parts.append(f"{' or '.join(item.views)} view")
    return ", ".join(part for part in parts if part)


def _range(item: AngleRange) -> dict[str, str]:
    unit = _unit(item)
    target = (
        ""
        if item.target is None
        else " to ".join((amount(item.target[0], unit).rstrip("°/s"), amount(item.target[1], unit)))
    )
    return {
        "what": f"{MEASURES[item.measure]}{words.words_for(item.angle)}".capitalize(),
        "where": _where(item),
        "under": "below " if item.limit == "under" else "",
        "target": target,
        "caution": "" if item.caution is None else amount(item.caution, unit),
        "stop": "" if item.stop is None else amount(item.stop, unit),
        "basis": "published norm" if item.basis == "norm" else "own judgement",
        "source": item.source,
    }


def _unit(item: AngleRange) -> str:
    """Return the unit of a range's numbers, as Check.unit has it."""
    if item.measure == "reversals":
        return ""
    unit = ANGLES[INDEX[item.rows[0]]].unit
    return f"{unit}/s" if item.measure == "speed" else unit


def _events(events: Iterable[Event], pictures: Mapping[float, str]) -> list[dict[str, object]]:
    return [
        {
            **asdict(event),
            "title": words.KINDS[event.kind],
            "picture": pictures.get(event.worst_s, ""),
            "value": amount(event.worst, event.unit),
            "side": words.side(event.worst, event.angle),
            "limit": "" if np.isnan(event.limit) else amount(event.limit, event.unit),
        }
        for event in passed_of(events)
    ]


def _unused(analysis: Analysis) -> set[str]:
    """Return the ranges that never applied: another view, another phase, or a condition that was not met."""
    used = (analysis.judged.levels != Level.OFF).any(axis=0)
    checks = analysis.session.checks
    return {check.range.key for check in checks} - {
        check.range.key for check, on in zip(checks, used, strict=True) if on
    }


def _measured(peak: Peak, unused: bool) -> dict[str, str]:
    def told(value: float | None, time_s: float | None) -> str:
        if value is None or time_s is None:
            return ""
        way = words.side(value, peak.angle)
        return f"{amount(value, peak.unit)}{f' {way}' if way else ''}, at\u00a0{time_s:.1f}\u00a0s"

    def limit(value: float | None) -> str:
        if value is None:
            return "–"
        return f"{amount(value, peak.unit)}{'*' if unused else ''}"

    return {
        "words": peak.words.capitalize(),
        "lowest": told(peak.lowest, peak.lowest_s),
        "highest": told(peak.highest, peak.highest_s),
        "error": "–" if peak.error is None else f"± {amount(peak.error, peak.unit)}",
        "caution": limit(peak.caution),
        "stop": limit(peak.stop),
        "share": f"{peak.judged_share:.0%}",
        "past": f"{peak.caution_s:.1f} s / {peak.stop_s:.1f} s",
    }


def _unjudged(analysis: Analysis) -> list[tuple[str, str]]:
    """Return (angles, why and what to do) of what could mostly not be judged, one row a reason."""
    by_advice: dict[str, list[str]] = {}
    for item in analysis.summary.unjudged:
        by_advice.setdefault(item.advice, []).append(f"{item.words} ({item.share:.0%} of the time)")
    return [(", ".join(names).capitalize(), advice) for advice, names in by_advice.items()]


def _gaps(events: Iterable[Event]) -> list[tuple[str, str, str]]:
    """Return (when, what, why) of the times in which something could not be judged."""
    return [(f"{e.start_s:.1f}–{e.end_s:.1f} s", _subject(e), e.message) for e in events if e.level not in PASSED]


def _subject(event: Event) -> str:
    """Return which angle could not be judged, or what else was the matter."""
    return words.words_for(event.angle).capitalize() if event.kind == Kind.CANNOT_JUDGE else words.KINDS[event.kind]
