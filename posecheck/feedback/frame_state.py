"""The state of a frame in words: a warning, borderline, in range, or that it cannot be judged.

In range is said only where the primary angle was judged; the title counts other angles that were not judged.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from posecheck.assessment.events import Event, limit_of
from posecheck.assessment.judged import JudgedFrames
from posecheck.assessment.session import Session
from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.core.landmarks import BONES
from posecheck.core.landmarks import Landmark as L
from posecheck.core.levels import Level
from posecheck.core.reasons import UNSEEN, UnjudgedReason
from posecheck.feedback import vocabulary, wording
from posecheck.kinematics.angles import ANGLES
from posecheck.stretches.checks import Check, pick
from posecheck.stretches.ranges import Kind

HEAD = ((L.LEFT_EAR, L.NOSE), (L.NOSE, L.RIGHT_EAR))
LEFT_OUT = {
    int(UnjudgedReason.JUST_CUT): (N_("The recording was cut here"), N_("Judging goes on in a moment.")),
    int(UnjudgedReason.STILL_PICTURE): (N_("Still picture"), N_("Nothing in it moves, so nobody is judged.")),
}
"""Title and message where whoever is seen was left out of the recording."""
BY_PHONE = N_("You are not seen: only what your phone measures is judged.")
"""Added to the message while a phone stands for its wearer."""
WARNED = {Level.CAUTION: N_("Caution: {what}"), Level.STOP: N_("Stop: {what}")}
# To look up a member of an enumeration takes as long as several of the comparisons that every frame makes with it.
_UNKNOWN, _BORDERLINE = int(Level.UNKNOWN), int(Level.BORDERLINE)
_JUDGED, _NOBODY = int(UnjudgedReason.JUDGED), int(UnjudgedReason.NOBODY)


@dataclass(frozen=True, slots=True)
class FrameStatus:
    """Hold the state of a frame in words.

    Attributes:
        level: Its level, which sets icon and colour.
        title: The title.
        message: What it means or what to do.
        phase: The phase of the movement in words; empty where it is not shown.
        limbs: The bones whose angles are past a limit, with their level.
    """

    level: Level
    title: str
    message: str
    phase: str = ""
    limbs: dict[tuple[L, L], Level] = field(default_factory=dict)


def state_at(
    judged: JudgedFrames, i: int, session: Session, events: Sequence[Event], found: bool, texts: Translator = ENGLISH
) -> FrameStatus:
    """Return the state of a frame, the most serious that applies; in range only if the primary angle was judged.

    Args:
        judged: The judgement of the frames.
        i: The frame's index in `judged`.
        session: The session that judged it.
        events: The events of the whole recording; without them the session's current flags are used.
        found: Whether a person was found in the frame.
        texts: The language of the words.
    """
    state = _state_at(judged, i, session, events, found, texts)
    if found or not (judged.readings.reason[i] == _JUDGED).any():
        return state
    return replace(state, message=f"{state.message} {texts.gettext(BY_PHONE)}")


def _state_at(
    judged: JudgedFrames, i: int, session: Session, events: Sequence[Event], found: bool, texts: Translator
) -> FrameStatus:
    say = texts.gettext
    reasons = judged.readings.reason[i]
    phase = say(vocabulary.PHASES.get(str(judged.phase[i]), ""))
    warnings = _warnings(judged, i, session, events, texts)
    if warnings:
        return _warned(warnings, session, phase, texts)
    if int(reasons[0]) in LEFT_OUT and not found:
        title, why = LEFT_OUT[int(reasons[0])]
        return FrameStatus(Level.UNKNOWN, say(title), say(why))
    if not found and (reasons == UnjudgedReason.ANOTHER_PERSON).all():
        how = N_("Somebody else is in the picture, perhaps in front of you. Nothing is judged until you are seen.")
        return FrameStatus(Level.UNKNOWN, say(N_("You are not seen")), say(how))
    # In the dark nobody is found, but a phone that sends goes on.
    if (not found and (reasons != _JUDGED).all()) or (reasons == _NOBODY).all():
        how = N_("Step into the picture so that all of you is seen.")
        return FrameStatus(Level.UNKNOWN, say(N_("Nobody found")), say(how))
    if session.neutral is None and len(judged.readings.time_s) == 1:
        how = N_("Hold still for two seconds.")
        if session.stretch.lying:
            how = N_("Lie down as you begin, then hold still for two seconds.")
        return FrameStatus(Level.UNKNOWN, say(N_("Getting ready")), say(how))
    if session.stretch.advice == "block":
        return FrameStatus(Level.UNKNOWN, say(N_("This stretch is not coached")), say(session.stretch.reason))
    rows = session.stretch.primary_rows
    values = judged.readings.value[i]
    known = [row for row in rows if reasons[row] == _JUDGED and math.isfinite(values[row])]
    one = bool(known) and session.stretch.sides != "both"
    refused = [row for row in rows if row not in known and not (one and reasons[row] in UNSEEN)]
    if refused or not rows:
        return _unjudged(session, judged, i, refused or [0], texts)
    grades: list[int] = judged.levels[i].tolist()
    near = [(grade, -c) for c, grade in enumerate(grades) if grade >= _BORDERLINE]
    if near:
        return _borderline(session.checks[-max(near)[1]], judged, i, -max(near)[1], phase, texts)
    for c, check in enumerate(session.checks):
        # A side that is hidden has no value to be told; the other side speaks for both.
        if grades[c] != _UNKNOWN:
            continue
        if check.range.measure == "angle" and set(check.rows) & set(rows) and np.isfinite(judged.signed[i, c]):
            return _blunt(check, judged, i, c, phase, texts)
    return _in_range(session, judged, i, phase, texts)


def _warnings(
    judged: JudgedFrames, i: int, session: Session, events: Sequence[Event], texts: Translator
) -> list[tuple[Level, int, str]]:
    """Return level, check index and message of each limit that is passed in frame i, the most serious first."""
    now = float(judged.readings.time_s[i])
    passed = [
        (event.level, event.key, event.angle, event.worst) for event in events if event.start_s <= now < event.end_s
    ]
    if not events and i in (-1, len(judged.readings.time_s) - 1):
        passed = [(flag.level, flag.key, flag.angle, flag.value) for flag in judged.flags]
    if not passed:
        return []
    places = {(check.range.key, check.angle): c for c, check in reversed(list(enumerate(session.checks)))}
    grades = {"caution": Level.CAUTION, "stop": Level.STOP}
    out = []
    for level, key, angle, worst in passed:
        if level in grades and (key, angle) in places:
            place = places[key, angle]
            sentence = wording.describe_limit(session.checks[place], grades[level], worst, texts)
            out.append((grades[level], place, sentence))
    return sorted(out, key=lambda item: (-item[0], item[1]))


def _warned(warnings: list[tuple[Level, int, str]], session: Session, phase: str, texts: Translator) -> FrameStatus:
    level, first, message = warnings[0]
    check = session.checks[first]
    named = check.range.kind != Kind.LIMB_POSITION
    what = texts.gettext(vocabulary.KINDS[check.range.kind]) if named else wording.words_for(check.angle, texts)
    if texts.language == "en":
        what = what.lower() if named else what
    title = texts.gettext(WARNED[level]).format(what=what)
    if len(warnings) > 1:
        title += texts.gettext(N_(" (+{n} more)")).format(n=len(warnings) - 1)
    limbs: dict[tuple[L, L], Level] = {}
    for grade, place, _ in warnings:
        for bone in _bones_of(session.checks[place]):
            limbs[bone] = max(grade, limbs.get(bone, grade))
    return FrameStatus(level, title, message, phase, limbs)


def _unjudged(session: Session, judged: JudgedFrames, i: int, rows: list[int], texts: Translator) -> FrameStatus:
    reason = UnjudgedReason(int(judged.readings.reason[i, rows].max())) or UnjudgedReason.OUT_OF_PLANE
    one = texts.gettext(ANGLES[rows[0]].words)
    what = one if len(rows) == 1 else wording.words_for(session.stretch.primary, texts)
    title = texts.gettext(N_("Cannot judge: {what}")).format(what=what)
    return FrameStatus(
        Level.UNKNOWN, title, wording.instruction(reason, session.stretch, texts, neutral=session.neutral)
    )


def _borderline(check: Check, judged: JudgedFrames, i: int, place: int, phase: str, texts: Translator) -> FrameStatus:
    """Return the state without a warning where a limit may be passed, or has been passed for less time than counts."""
    level, say = int(judged.levels[i, place]), texts.gettext
    limit = limit_of(check, Level(level))
    if math.isnan(limit):
        limit = limit_of(check, Level.STOP)
    value, past, at = float(judged.signed[i, place]), level >= Level.CAUTION, say(N_("Borderline"))
    what = say(vocabulary.KINDS[check.range.kind])
    told = N_("{what}: past the limit by less than the error of the reading.")
    if past:
        told, at = N_("{what}: past the limit, only for a moment so far."), say(N_("Past a limit"))
    if check.range.measure == "angle" and not math.isnan(limit):
        what, told = _told(check.angle, value, check.unit, texts), N_("{what}: within its error of the limit, {limit}.")
        # Rounded, a reading just past the limit is the same number.
        if past and _rounded(value, check, texts) == _rounded(limit, check, texts):
            told, at = N_("{what}: at the limit of {limit}."), say(N_("Borderline"))
        elif past:
            told = N_("{what}: past the limit of {limit}, only for a moment so far.")
    return FrameStatus(Level.BORDERLINE, at, say(told).format(what=what, limit=_rounded(limit, check, texts)), phase)


def _rounded(value: float, check: Check, texts: Translator) -> str:
    return "" if math.isnan(value) else wording.amount(abs(value), check.unit, texts)


def _blunt(check: Check, judged: JudgedFrames, i: int, place: int, phase: str, texts: Translator) -> FrameStatus:
    """Return the state where no limit was seen passed, but the reading is too inaccurate below the limit to be sure."""
    told = _told(check.angle, float(judged.signed[i, place]), check.unit, texts)
    error = float(pick(check, judged.readings.error[i : i + 1], judged.readings.value[i : i + 1])[0])
    text = texts.gettext(N_("{what}, read only to ± {error}: this is no all-clear.")).format(
        what=told, error=wording.amount(error, check.unit, texts)
    )
    return FrameStatus(Level.UNKNOWN, texts.gettext(N_("No limit seen passed")), text, phase)


def _in_range(session: Session, judged: JudgedFrames, i: int, phase: str, texts: Translator) -> FrameStatus:
    # From the side the far limb is hidden, and the near one is shown.
    row = next(row for row in session.stretch.primary_rows if np.isfinite(judged.readings.value[i, row]))
    name, unit = ANGLES[row].name, ANGLES[row].unit
    message = _told(name, float(judged.readings.value[i, row]), unit, texts)
    main = [c.range for c in session.checks if row in c.rows and c.range.measure == "angle" and c.range.target]
    # Where left and right have targets of their own, the side that the person is on counts.
    other = "negative" if judged.readings.value[i, row] >= 0 else "positive"
    main.sort(key=lambda item: item.along == other)
    # At the start it is nobody's, and would change with every small sway.
    nobodys = judged.phase[i] == "neutral" and len({item.target for item in main}) > 1
    if main and main[0].target is not None and not nobodys:
        low, high = (wording.amount(edge, unit, texts) for edge in main[0].target)
        message += texts.gettext(N_("; target {low} to {high}")).format(low=low, high=high)
    start = texts.gettext(N_("Start position. ")) if judged.phase[i] == "neutral" else ""
    grades, signed = judged.levels[i].tolist(), judged.signed[i].tolist()
    blind = {
        check.rows
        for check, grade, value in zip(session.checks, grades, signed, strict=True)
        if (grade == _UNKNOWN or not math.isfinite(value)) and check.limits and check.range.measure == "angle"
    }
    limited = any(check.limits and row in check.rows for check in session.checks if check.range.measure == "angle")
    title = texts.gettext(N_("In range")) if limited else texts.gettext(N_("No limit passed"))
    if blind:
        many = texts.ngettext("{n} angle not judged", "{n} angles not judged", len(blind))
        title += f" ({many.format(n=len(blind))})"
    return FrameStatus(Level.CLEAR, title, f"{start}{message}.", phase)


def _told(angle: str, value: float, unit: str, texts: Translator) -> str:
    """Return an angle and its value, such as `Trunk rotation 41° to the left`."""
    number, text = wording.amount(value, unit, texts), wording.words_for(angle, texts)
    way = wording.side(value, angle, texts) if number != "0°" else ""
    return f"{wording.capital(text)} {number} {way}".rstrip()


def _bones_of(check: Check) -> list[tuple[L, L]]:
    """Return the bones between the landmarks that a check reads, or those that touch a landmark without such a bone."""
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
