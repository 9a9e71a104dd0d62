"""What a whole recording comes to: a verdict in plain words, peaks, and what could not be judged."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.assessment.events import Event
from posecheck.assessment.session import Session
from posecheck.core.arrays import Floats
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback import wording as words
from posecheck.kinematics.angles import ANGLES, FAMILIES, INDEX
from posecheck.measurement.readings import Readings, missing
from posecheck.stretches.checks import Check, Level, pick
from posecheck.stretches.ranges import Kind
from posecheck.stretches.stretch import Stretch

MIN_SHARE = 0.8
"""An angle judged in a smaller share of the frames than this is not called judged."""
MIN_BORDERLINE_S = 0.3
OTHERS = frozenset({Kind.ANOTHER_PERSON, Kind.CONTACT})
"""What somebody else did, after which nothing is called fine."""


@dataclass(frozen=True, slots=True)
class Peak:
    """Say how far one angle went each way, against its limits. Numbers are None where nothing was judged.

    error: the median over all frames; highest_error, lowest_error: that of the two frames.
    """

    key: str
    angle: str
    words: str
    unit: str
    highest: float | None
    highest_s: float | None
    lowest: float | None
    lowest_s: float | None
    error: float | None
    caution: float | None
    stop: float | None
    judged_share: float
    borderline_s: float
    caution_s: float
    stop_s: float
    highest_error: float | None = None
    lowest_error: float | None = None


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Say that an angle with limits could mostly not be judged, and what to do about it."""

    angle: str
    words: str
    reason: str
    share: float
    advice: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Hold the verdict on a recording: stop, caution, borderline, clear or cannot_judge, and what it rests on."""

    verdict: str
    headline: str
    frames: int
    found_share: float
    duration_s: float
    neutral: dict[str, object] | None
    peaks: tuple[Peak, ...]
    unjudged: tuple[Unjudged, ...]

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON types."""
        return asdict(self)


def summarise(
    session: Session, readings: Readings, signed: Floats, levels: NDArray[np.int8], events: tuple[Event, ...]
) -> Summary:
    """Sum up n frames of judgement and all their events."""
    time_s = readings.time_s
    step_s = (
        np.diff(time_s, append=time_s[-1] + np.median(np.diff(time_s))) if len(time_s) > 1 else np.zeros(len(time_s))
    )
    found = readings.reason[:, 0] != UnjudgedReason.NOBODY
    peaks = tuple(
        _peak(check, readings, signed[:, i], levels[:, i], step_s, found)
        for i, check in enumerate(session.checks)
        if check.range.measure == "angle" and check.limits
    )
    unjudged = _unjudged(session, readings, found)
    verdict = _verdict(peaks, events, _main_share(session, readings, levels, found))
    return Summary(
        verdict,
        _headline(verdict, session, events, unjudged, peaks),
        len(time_s),
        round(float(found.mean()), 3) if len(found) else 0.0,
        round(float(step_s.sum()), 3),
        _neutral(session),
        peaks,
        unjudged,
    )


def _neutral(session: Session) -> dict[str, object] | None:
    neutral = session.first_neutral
    if neutral is None:
        return None
    where = None if neutral.azimuth_deg != neutral.azimuth_deg else round(neutral.azimuth_deg, 1)
    return {
        "start_s": round(neutral.start_s, 3),
        "end_s": round(neutral.end_s, 3),
        "view": neutral.view,
        "camera_azimuth_deg": where,
        "lying": neutral.lying,
        "again_s": [[round(later.start_s, 3), round(later.end_s, 3)] for later in session.renewals],
    }


def _peak(
    check: Check,
    readings: Readings,
    signed: Floats,
    levels: NDArray[np.int8],
    step_s: Floats,
    found: NDArray[np.bool_],
) -> Peak:
    row = ANGLES[check.rows[0]]
    known = np.isfinite(signed)
    high = int(np.nanargmax(signed)) if known.any() else None
    low = int(np.nanargmin(signed)) if known.any() else None
    error = readings.error[:, list(check.rows)]
    ends = pick(check, readings.error, readings.value)

    def at(i: int | None, array: Floats) -> float | None:
        return None if i is None else round(float(array[i]), 3)

    def lasting(level: Level) -> float:
        return round(float(step_s[levels == level].sum()), 3)

    return Peak(
        check.range.key,
        check.angle,
        words.words_for(check.angle),
        row.unit,
        at(high, signed),
        at(high, readings.time_s),
        at(low, signed),
        at(low, readings.time_s),
        round(float(np.nanmedian(error)), 2) if np.isfinite(error).any() else None,
        check.range.caution,
        check.range.stop,
        round(float(known[found].mean()), 3) if found.any() else 0.0,
        lasting(Level.BORDERLINE),
        lasting(Level.CAUTION),
        lasting(Level.STOP),
        at(high, ends),
        at(low, ends),
    )


def _unjudged(session: Session, readings: Readings, found: NDArray[np.bool_]) -> tuple[Unjudged, ...]:
    out = []
    rows = {row for check in session.checks if check.limits for row in check.rows}
    for row in sorted(rows | set(primary_rows(session.stretch))):
        reasons = missing(readings, row, session.stretch)[found]
        if not len(reasons):
            continue
        gone = reasons[reasons != UnjudgedReason.JUDGED]
        share = len(gone) / len(reasons)
        if share > 1 - MIN_SHARE:
            main = UnjudgedReason(int(np.bincount(gone).argmax()))
            out.append(
                Unjudged(
                    ANGLES[row].name,
                    ANGLES[row].words,
                    main.name.lower(),
                    round(share, 3),
                    words.instruction(main, session.stretch, neutral=session.neutral),
                )
            )
    return tuple(out)


def primary_rows(stretch: Stretch) -> tuple[int, ...]:
    """Return the rows of ANGLES of the angle that the stretch is about."""
    return tuple(INDEX[name] for name in FAMILIES.get(stretch.primary, (stretch.primary,)) if name in INDEX)


def _main_share(session: Session, readings: Readings, levels: NDArray[np.int8], found: NDArray[np.bool_]) -> float:
    """Return the share of frames with somebody there in which the main angle was judged.

    Where it has limits, judged means told from them: a reading as uncertain as its limit is wide does not count.
    """
    rows = list(primary_rows(session.stretch))
    if not rows:
        return 0.0
    judged = np.all([missing(readings, row, session.stretch) == UnjudgedReason.JUDGED for row in rows], axis=0)
    columns = [
        i
        for i, check in enumerate(session.checks)
        if check.limits and check.range.measure == "angle" and check.range.when is None and set(check.rows) & set(rows)
    ]
    if columns:
        judged &= (levels[:, columns] != Level.UNKNOWN).any(axis=1)
    return float(judged[found].mean()) if found.any() else 0.0


def _verdict(peaks: tuple[Peak, ...], events: tuple[Event, ...], main_share: float) -> str:
    for level in ("stop", "caution"):
        if any(event.level == level for event in events):
            return level
    if main_share < MIN_SHARE:
        return "cannot_judge"
    if any(event.kind in OTHERS for event in events):
        return "cannot_judge"
    return "borderline" if any(_near(peak) for peak in peaks) else "clear"


def _near(peak: Peak) -> bool:
    """Return whether an angle was too near its limit to be called fine, or past it too briefly for an event."""
    return peak.borderline_s >= MIN_BORDERLINE_S or peak.caution_s + peak.stop_s > 0


def headline(summary: Summary, session: Session, events: tuple[Event, ...], texts: Translator) -> str:
    """Return the headline of a summary in a language."""
    return _headline(summary.verdict, session, events, summary.unjudged, summary.peaks, texts)


def _headline(
    verdict: str,
    session: Session,
    events: tuple[Event, ...],
    unjudged: tuple[Unjudged, ...],
    peaks: tuple[Peak, ...],
    texts: Translator = ENGLISH,
) -> str:
    stretch = session.stretch
    main = [item for item in unjudged if item.angle.endswith(stretch.primary)]
    name = words.words_for(main[0].angle, texts) if main else ""
    if verdict in ("stop", "caution"):
        told = passed(verdict, [event.kind for event in events if event.level == verdict], texts)
        blind = texts.gettext("{what} itself could not be judged.").format(what=name[:1].upper() + name[1:])
        return f"{told} {blind}" if main else told
    if verdict == "borderline":
        near = ", ".join(sorted({words.words_for(peak.angle, texts) for peak in peaks if _near(peak)}))
        return texts.gettext(
            "No limit passed for certain, but borderline: {what} came to a limit, or within the error of the reading."
        ).format(what=near)
    if verdict == "clear":
        return _in_range(stretch, events, unjudged, peaks, texts)
    if main:
        told = texts.gettext("Cannot judge this recording: {what} could not be read.").format(what=name)
        advice = words.instruction(UnjudgedReason[main[0].reason.upper()], stretch, texts, neutral=session.neutral)
        return f"{told} {advice}"
    blunt = [peak for peak in peaks if peak.angle.endswith(stretch.primary) and peak.error is not None]
    if blunt and not any(event.kind in OTHERS for event in events):
        error = words.amount(blunt[0].error or 0.0, blunt[0].unit, texts)
        return texts.gettext(
            "No limit was seen passed, but that is no all-clear: {what} is read only to ± {error} here. "
            "A camera can warn of such a turn; it cannot promise that there was none."
        ).format(what=words.words_for(blunt[0].angle, texts), error=error)
    return texts.gettext("Cannot judge this recording: nobody, or more than one person, could be followed.")


def passed(verdict: str, worst: Sequence[str], texts: Translator) -> str:
    """Say how often the stop or caution limit was passed, and in what way. worst: the kind of each such event."""
    # Within a sentence; a German heading may be a noun, which keeps its capital, and so they all do, well apart.
    names = {texts.gettext(words.KINDS[kind]) for kind in worst}
    what = (", " if texts.language == "en" else "; ").join(
        sorted(name.lower() if texts.language == "en" else name for name in names)
    )
    if verdict == "stop":
        told = texts.ngettext("Past the stop limit once: {what}.", "Past the stop limit {n} times: {what}.", len(worst))
    else:
        told = texts.ngettext(
            "Past the caution limit once: {what}.", "Past the caution limit {n} times: {what}.", len(worst)
        )
    return told.format(n=len(worst), what=what)


def _in_range(
    stretch: Stretch,
    events: tuple[Event, ...],
    unjudged: tuple[Unjudged, ...],
    peaks: tuple[Peak, ...],
    texts: Translator,
) -> str:
    """Say what stayed in range, and in the same breath what was not seen."""
    told = texts.gettext("Every angle that could be judged stayed within its range.")
    if not any(peak.highest is not None for peak in peaks):
        told = texts.gettext("No limit passed. Judged was only how steadily you move, not how far.")
    blind = ", ".join(words.words_for(item.angle, texts) for item in unjudged)
    told += " " + texts.gettext("Not judged: {what}.").format(what=blind) if blind else ""
    rows = [ANGLES[row].name for row in primary_rows(stretch)]
    gaps = [sum(e.end_s - e.start_s for e in events if e.kind == Kind.CANNOT_JUDGE and e.angle == row) for row in rows]
    if max(gaps, default=0.0) > 0:
        told += " " + texts.gettext("For {seconds} s {what} could not be judged.").format(
            seconds=texts.number(max(gaps), 1), what=words.words_for(stretch.primary, texts)
        )
    return told
