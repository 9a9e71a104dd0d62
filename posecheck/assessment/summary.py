"""Summary of a recording as codes and numbers: verdict, peaks, and what could not be judged.

feedback/headline.py puts the verdict into words.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.assessment.events import Event
from posecheck.assessment.presence.others import OTHERS
from posecheck.assessment.presence.spells import briefly_away, lost
from posecheck.assessment.session import Session
from posecheck.core.arrays import Floats
from posecheck.core.levels import Level
from posecheck.core.reasons import ABSENT, UnjudgedReason
from posecheck.kinematics.angles import ANGLES
from posecheck.kinematics.neutral import NeutralOrigin
from posecheck.measurement.framing import Turn, find_turn
from posecheck.measurement.motion import too_few
from posecheck.measurement.readings import Readings, missing
from posecheck.stretches.checks import Check, pick

MIN_SHARE = 0.8
"""An angle that was judged in a smaller share of the frames counts as not judged."""
MIN_BORDERLINE_S = 0.3
"""An angle that was borderline for a shorter time does not make the verdict borderline."""


@dataclass(frozen=True, slots=True)
class Peak:
    """Hold how far one angle went in each direction, and its limits. Numbers are None where nothing was judged.

    Attributes:
        key: The id of the range.
        angle: The row of ANGLES or the pair.
        unit: deg or ratio.
        highest: The highest signed reading.
        highest_s: When that was, seconds.
        lowest: The lowest signed reading.
        lowest_s: When that was, seconds.
        error: The median stated error over all frames.
        caution: The caution limit.
        stop: The stop limit.
        judged_share: The share of the frames with a person, found or lost from sight, in which it was judged.
        borderline_s: How long it was borderline, seconds.
        caution_s: How long it was past caution, seconds.
        stop_s: How long it was past stop, seconds.
        highest_error: The stated error of the highest reading.
        lowest_error: The stated error of the lowest reading.
    """

    key: str
    angle: str
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

    @property
    def near_limit(self) -> bool:
        """Whether the angle was too near its limit to be called clear, or past it too briefly for an event."""
        return self.borderline_s >= MIN_BORDERLINE_S or self.caution_s + self.stop_s > 0


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Hold an angle with limits that could mostly not be judged.

    Attributes:
        angle: The row of ANGLES.
        reason: The most frequent reason.
        share: The share of the frames with the person in which it was not judged.
        turn: How to turn to be judged, for the reason VIEW where turning helps.
    """

    angle: str
    reason: UnjudgedReason
    share: float
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class NeutralSpan:
    """Hold what a summary's readings are measured from.

    Attributes:
        start_s: When the first neutral begins, in seconds.
        end_s: When it ends.
        view: The camera's view: front, oblique, side, back or foot-end.
        camera_azimuth_deg: Where the camera stands around the person; None where it is not known.
        lying: Whether the person lies.
        again_s: Start and end of each later neutral that replaced it.
        origin: What the first neutral was taken from.
    """

    start_s: float
    end_s: float
    view: str
    camera_azimuth_deg: float | None
    lying: bool
    again_s: tuple[tuple[float, float], ...] = ()
    origin: NeutralOrigin = NeutralOrigin.STILL


@dataclass(frozen=True, slots=True)
class Summary:
    """Hold the verdict on a recording and what it is based on.

    Attributes:
        verdict: stop, caution, borderline, clear or cannot_judge.
        frames: The number of frames.
        found_share: The share of them in which a person was found.
        duration_s: The length of the recording, seconds.
        neutral: What readings are measured from; None where no neutral was found.
        peaks: How far each angle with a limit went.
        unjudged: Angles that could mostly not be judged.
    """

    verdict: str
    frames: int
    found_share: float
    duration_s: float
    neutral: NeutralSpan | None
    peaks: tuple[Peak, ...]
    unjudged: tuple[Unjudged, ...]


def summarise(
    session: Session, readings: Readings, signed: Floats, levels: NDArray[np.int8], events: tuple[Event, ...]
) -> Summary:
    """Summarise a judged recording of n frames.

    Args:
        session: The session that judged it.
        readings: The readings (n, k).
        signed: What each check judges, with its sign (n, c).
        levels: The Level of each check (n, c).
        events: All events.
    """
    time_s = readings.time_s
    step_s = (
        np.diff(time_s, append=time_s[-1] + np.median(np.diff(time_s))) if len(time_s) > 1 else np.zeros(len(time_s))
    )
    found = ~np.isin(readings.reason[:, 0], list(ABSENT))
    there = (found & ~briefly_away(readings)) | lost(session.stretch, readings)
    peaks = tuple(
        _peak(check, readings, signed[:, i], levels[:, i], step_s, there)
        for i, check in enumerate(session.checks)
        if check.range.measure == "angle" and check.limits
    )
    unjudged = _unjudged(session, readings, there)
    sparse = _too_few(session, time_s, step_s)
    if sparse is not None and sparse.angle not in {item.angle for item in unjudged}:
        unjudged += (sparse,)
    share = 0.0 if sparse is not None else _main_share(session, readings, levels, there)
    if peaks and all(peak.judged_share < MIN_SHARE for peak in peaks):
        # How far anything went past its limit was not seen, whatever else was.
        share = 0.0
    verdict = _verdict(peaks, events, share)
    return Summary(
        verdict,
        len(time_s),
        round(float(found.mean()), 3) if len(found) else 0.0,
        round(float(step_s.sum()), 3),
        _neutral(session),
        peaks,
        unjudged,
    )


def _neutral(session: Session) -> NeutralSpan | None:
    neutral = session.first_neutral
    if neutral is None:
        return None
    where = None if neutral.azimuth_deg != neutral.azimuth_deg else round(neutral.azimuth_deg, 1)
    again = tuple((round(later.start_s, 3), round(later.end_s, 3)) for later in session.renewals)
    start_s, end_s = round(neutral.start_s, 3), round(neutral.end_s, 3)
    return NeutralSpan(start_s, end_s, neutral.view, where, neutral.lying, again, neutral.origin)


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
    for row in sorted(rows | set(session.stretch.primary_rows)):
        reasons = missing(readings, row, session.stretch)[found]
        if not len(reasons):
            continue
        gone = reasons[reasons != UnjudgedReason.JUDGED]
        share = len(gone) / len(reasons)
        if share > 1 - MIN_SHARE:
            main = UnjudgedReason(int(np.bincount(gone).argmax()))
            neutral = session.neutral
            turn = find_turn(neutral, session.stretch) if main == UnjudgedReason.VIEW and neutral is not None else None
            out.append(Unjudged(ANGLES[row].name, main, round(share, 3), turn))
    return tuple(out)


def _too_few(session: Session, time_s: Floats, step_s: Floats) -> Unjudged | None:
    """Return the first angle that has limits of how it moves, where too few pictures came to measure that."""
    lacking = float(step_s[too_few(time_s)].sum()) / max(float(step_s.sum()), 1e-9)
    moving = (c for c in session.checks if c.limits and c.range.measure in ("speed", "reversals"))
    first = next(moving, None)
    if first is None or lacking <= 1 - MIN_SHARE:
        return None
    return Unjudged(ANGLES[first.rows[0]].name, UnjudgedReason.FEW_PICTURES, round(lacking, 3))


def _main_share(session: Session, readings: Readings, levels: NDArray[np.int8], found: NDArray[np.bool_]) -> float:
    """Return the share of frames with a person in which the main angle was judged.

    Where it has limits, a reading whose error is as wide as the limit does not count as judged.
    """
    rows = list(session.stretch.primary_rows)
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
    return "borderline" if any(peak.near_limit for peak in peaks) else "clear"
