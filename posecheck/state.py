"""What a frame comes to, in words: a warning, borderline, in range, or that it cannot be judged.

In range is said only where the primary angle was judged; what was not judged beside it is counted in the title.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from posecheck import words
from posecheck.angles import ANGLES, FAMILIES, INDEX
from posecheck.checks import Check, Level, pick
from posecheck.events import Event
from posecheck.ranges import Kind
from posecheck.reasons import UNSEEN, Reason
from posecheck.session import Judged, Session
from posecheck.skeleton import BONES
from posecheck.skeleton import Landmark as L

HEAD = ((L.LEFT_EAR, L.NOSE), (L.NOSE, L.RIGHT_EAR))
PHASES = {"neutral": "start", "move": "moving", "hold": "holding"}


@dataclass(frozen=True, slots=True)
class State:
    """Say in words what a frame comes to. level: which icon; limbs: bones behind a passed limit, with its level."""

    level: Level
    title: str
    message: str
    phase: str = ""
    limbs: dict[tuple[L, L], Level] = field(default_factory=dict)


def state_at(judged: Judged, i: int, session: Session, events: Sequence[Event], found: bool) -> State:
    """Return what frame i comes to, the gravest first; in range only where the primary angle was judged."""
    reasons = judged.readings.reason[i]
    phase = PHASES.get(str(judged.phase[i]), "")
    warnings = _warnings(judged, i, session, events)
    if warnings:
        return _warned(warnings, session, phase)
    if not found or (reasons == Reason.NOBODY).all():
        return State(Level.UNKNOWN, "Nobody found", "Step into the picture so that all of you is seen.")
    if session.neutral is None and len(judged.readings.time_s) == 1:
        how = "Lie down as you begin, then hold" if session.stretch.lying else "Hold"
        return State(Level.UNKNOWN, "Getting ready", f"{how} still for two seconds.")
    if session.stretch.advice == "block":
        return State(Level.UNKNOWN, "This stretch is not coached", session.stretch.reason)
    rows = primary_rows(session)
    known = [row for row in rows if reasons[row] == Reason.JUDGED and np.isfinite(judged.readings.value[i, row])]
    one = bool(known) and session.stretch.sides != "both"
    refused = [row for row in rows if row not in known and not (one and reasons[row] in UNSEEN)]
    if refused or not rows:
        return _unjudged(session, judged, i, refused or [0])
    near = [(int(grade), -c) for c, grade in enumerate(judged.levels[i]) if grade >= Level.BORDERLINE]
    if near:
        return _borderline(session.checks[-max(near)[1]], judged, i, -max(near)[1], phase)
    for c, check in enumerate(session.checks):
        if check.range.measure == "angle" and set(check.rows) & set(rows) and judged.levels[i, c] == Level.UNKNOWN:
            return _blunt(check, judged, i, c, phase)
    return _in_range(session, judged, i, phase)


def _warnings(judged: Judged, i: int, session: Session, events: Sequence[Event]) -> list[tuple[Level, int, str]]:
    """Return (level, check, message) of each limit that is passed in frame i, the gravest first."""
    now = float(judged.readings.time_s[i])
    places = {(check.range.key, check.angle): c for c, check in reversed(list(enumerate(session.checks)))}
    passed = [
        (event.level, event.key, event.angle, event.message) for event in events if event.start_s <= now < event.end_s
    ]
    if not events and i in (-1, len(judged.readings.time_s) - 1):
        passed = [(flag.level, flag.key, flag.angle, flag.message) for flag in judged.flags]
    grades = {"caution": Level.CAUTION, "stop": Level.STOP}
    out = [
        (grades[level], places[key, angle], message)
        for level, key, angle, message in passed
        if level in grades and (key, angle) in places
    ]
    return sorted(out, key=lambda item: (-item[0], item[1]))


def _warned(warnings: list[tuple[Level, int, str]], session: Session, phase: str) -> State:
    level, first, message = warnings[0]
    check = session.checks[first]
    named = check.range.kind != Kind.LIMB_POSITION
    what = words.KINDS[check.range.kind].lower() if named else words.words_for(check.angle)
    title = f"{level.name.capitalize()}: {what}"
    if len(warnings) > 1:
        title += f" (+{len(warnings) - 1} more)"
    limbs: dict[tuple[L, L], Level] = {}
    for grade, place, _ in warnings:
        for bone in _bones_of(session.checks[place]):
            limbs[bone] = max(grade, limbs.get(bone, grade))
    return State(level, title, message, phase, limbs)


def _unjudged(session: Session, judged: Judged, i: int, rows: list[int]) -> State:
    reason = Reason(int(judged.readings.reason[i, rows].max())) or Reason.OUT_OF_PLANE
    what = ANGLES[rows[0]].words if len(rows) == 1 else words.words_for(session.stretch.primary)
    return State(
        Level.UNKNOWN, f"Cannot judge: {what}", words.instruction(reason, session.stretch, neutral=session.neutral)
    )


def _borderline(check: Check, judged: Judged, i: int, place: int, phase: str) -> State:
    limit = check.range.caution if check.range.caution is not None else check.range.stop
    if check.range.measure != "angle" or limit is None:
        return State(Level.BORDERLINE, "Borderline", f"{words.KINDS[check.range.kind]}: at the limit.", phase)
    value = float(judged.signed[i, place])
    at = words.amount(limit, check.unit)
    passed = judged.levels[i, place] >= Level.CAUTION
    how = f"at the limit of {at}." if passed else f"within its error of the limit, {at}."
    return State(Level.BORDERLINE, "Borderline", f"{_told(check.angle, value, check.unit)}: {how}", phase)


def _blunt(check: Check, judged: Judged, i: int, place: int, phase: str) -> State:
    """Return that nothing was seen, which is no all-clear: below the limit the reading is too rough to tell."""
    told = _told(check.angle, float(judged.signed[i, place]), check.unit)
    error = float(pick(check, judged.readings.error[i : i + 1], judged.readings.value[i : i + 1])[0])
    text = f"{told}, read only to ± {words.amount(error, check.unit)}: this is no all-clear."
    return State(Level.UNKNOWN, "No limit seen passed", text, phase)


def _in_range(session: Session, judged: Judged, i: int, phase: str) -> State:
    # From the side the far limb is hidden, and the near one speaks.
    row = next(row for row in primary_rows(session) if np.isfinite(judged.readings.value[i, row]))
    name, unit = ANGLES[row].name, ANGLES[row].unit
    message = _told(name, float(judged.readings.value[i, row]), unit)
    main = [c.range for c in session.checks if row in c.rows and c.range.measure == "angle" and c.range.target]
    if main and main[0].target is not None:
        low, high = (words.amount(edge, unit) for edge in main[0].target)
        message += f"; target {low} to {high}"
    start = "Start position. " if phase == PHASES["neutral"] else ""
    blind = {
        check.rows
        for c, check in enumerate(session.checks)
        if check.limits
        and check.range.measure == "angle"
        and (judged.levels[i, c] == Level.UNKNOWN or not np.isfinite(judged.signed[i, c]))
    }
    limited = any(check.limits and row in check.rows for check in session.checks if check.range.measure == "angle")
    title = "In range" if limited else "No limit passed"
    if blind:
        title += f" ({len(blind)} {'angle' if len(blind) == 1 else 'angles'} not judged)"
    return State(Level.CLEAR, title, f"{start}{message}.", phase)


def _told(angle: str, value: float, unit: str) -> str:
    """Return `Trunk rotation 41° to the left`."""
    number, text = words.amount(value, unit), words.words_for(angle)
    way = words.side(value, angle) if number != "0°" else ""
    return f"{text[:1].upper()}{text[1:]} {number} {way}".rstrip()


def _bones_of(check: Check) -> list[tuple[L, L]]:
    """Return the bones between the landmarks a check reads; where none ends, those that touch."""
    out: list[tuple[L, L]] = []
    for row in check.rows:
        needs = set(ANGLES[row].needs)
        if L.NOSE in needs:
            out += [*HEAD, (L.LEFT_SHOULDER, L.RIGHT_SHOULDER)]
            continue
        inner = [bone for bone in BONES if needs.issuperset(bone)]
        loose = needs - {end for bone in inner for end in bone}
        out += inner + [bone for bone in BONES if loose & set(bone)]
    return [bone if bone in BONES or bone in HEAD else (bone[1], bone[0]) for bone in out]


def primary_rows(session: Session) -> tuple[int, ...]:
    """Return the rows of the stretch's primary angle, none where it has none."""
    name = session.stretch.primary
    return tuple(INDEX[part] for part in FAMILIES.get(name, (name,)) if part in INDEX)
