"""Sentences that a person reads or hears, made from codes: numbers, reasons and events, in the reader's language."""

from posecheck.assessment.events import Event
from posecheck.assessment.judged import Flag
from posecheck.assessment.other_stretch import OtherStretch
from posecheck.assessment.pacing import HOLD_TIME, TOTAL_TIME
from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.core.levels import Level
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.vocabulary import SHORT_NAMES
from posecheck.kinematics.angles import ANGLES, FAMILIES, FAMILY_WORDS, INDEX, Direction
from posecheck.kinematics.neutral import Neutral, NeutralOrigin
from posecheck.measurement.framing import Turn, find_turn
from posecheck.stretches.checks import Check
from posecheck.stretches.ranges import Kind
from posecheck.stretches.sides import SIDES, halves_of, whole_key
from posecheck.stretches.stretch import Stretch

INSTRUCTIONS: dict[UnjudgedReason, str] = {
    UnjudgedReason.NOBODY: N_("Nobody is in the picture: step in front of the camera."),
    UnjudgedReason.HIDDEN: N_("Part of your body is hidden or out of the picture: step back until all of you is seen."),
    UnjudgedReason.NO_NEUTRAL: N_(
        "There was no moment of stillness to measure from: begin by holding still for two seconds{how}."
    ),
    UnjudgedReason.IN_STRETCH: N_(
        "You were still, but already in the stretch: add two seconds in the start position before it{how}."
    ),
    UnjudgedReason.OTHER_POSTURE: N_(
        "You are not in the posture of this stretch, or the picture is turned: begin as its steps say, filmed upright."
    ),
    UnjudgedReason.VIEW: N_("This cannot be seen from here. For this stretch: {placement}"),
    UnjudgedReason.OUT_OF_PLANE: N_("This pose has no clear value for it."),
    UnjudgedReason.UNCERTAIN: N_("One camera reads this too inaccurately for it to be trusted."),
    UnjudgedReason.ANOTHER_PERSON: N_("Someone else is in the picture: only one person should be seen."),
    UnjudgedReason.CONTACT: N_(
        "Someone else touches you: coaching waits until they let go. Let nobody press, pull or lift you."
    ),
    UnjudgedReason.IMPLAUSIBLE: N_(
        "The camera has lost track of your body: move slowly, with nobody else and nothing in front of you."
    ),
    UnjudgedReason.TURNED: N_("You have turned away from where you began: turn back."),
    UnjudgedReason.CAMERA_MOVED: N_("The camera has moved: hold still in the start position for two seconds."),
    UnjudgedReason.NOT_LEVEL: N_("The camera is tilted to one side: straighten it."),
    UnjudgedReason.TOO_HIGH: N_("The camera looks down on you: put it lower, level with your chest."),
    UnjudgedReason.TOO_LOW: N_("The camera looks up at you: put it higher, level with your chest."),
    UnjudgedReason.FEET_OUT: N_("Step back until your feet are in the picture."),
    UnjudgedReason.LEGS_OUT: N_("Step back, or tilt the camera down, until your hips and knees are in the picture."),
    UnjudgedReason.HEAD_OUT: N_("Step back, or tilt the camera up, until your head and hands are in the picture."),
    UnjudgedReason.MOVE_LEFT: N_("Part of you is beyond the edge of the picture: move to your left."),
    UnjudgedReason.MOVE_RIGHT: N_("Part of you is beyond the edge of the picture: move to your right."),
    UnjudgedReason.MOVE_FORWARD: N_("Part of you is beyond the edge of the picture: move forward."),
    UnjudgedReason.MOVE_BACK: N_("Part of you is beyond the edge of the picture: move back."),
    UnjudgedReason.TOO_CLOSE: N_("You do not fit into the picture: step back, or put the camera further away."),
    UnjudgedReason.JUST_CUT: N_("The recording was cut here: judging goes on a moment later."),
    UnjudgedReason.STILL_PICTURE: N_("The recording shows a still picture here: nobody in it is judged."),
    UnjudgedReason.PHONE_MOVED: N_(
        "The phone has moved on your chest, and counts no more: hold it flat, and begin again with two still seconds."
    ),
    UnjudgedReason.FEW_PICTURES: N_(
        "With so few pictures a second it cannot be judged how fast and how evenly you move: make the room lighter, or "
        "close other programs."
    ),
    UnjudgedReason.MOVED_AWAY: N_(
        "You are on the move, reach down, or are elsewhere: go back to where you began, or hold still in the start "
        "position for two seconds."
    ),
}

LYING: dict[UnjudgedReason, str] = {
    UnjudgedReason.TURNED: N_("You have rolled over since you began: lie again as you began."),
    UnjudgedReason.TOO_HIGH: N_("The camera looks down on you: put it lower, level with the mat."),
    UnjudgedReason.TOO_LOW: N_("The camera looks up at you: put it higher, level with the mat."),
    UnjudgedReason.FEET_OUT: N_("Put the camera further away, or turn it, until your feet are in the picture."),
    UnjudgedReason.LEGS_OUT: N_(
        "Put the camera further away, or turn it, until your hips and knees are in the picture."
    ),
    UnjudgedReason.HEAD_OUT: N_(
        "Put the camera further away, or turn it, until your head and hands are in the picture."
    ),
    UnjudgedReason.TOO_CLOSE: N_("You do not fit into the picture: put the camera further away, or turn it."),
}
"""Instructions that differ for stretches done lying."""

TURNS: dict[Turn, str] = {
    Turn.LEFT_TO_FRONT: N_("Turn to your left until you face the camera."),
    Turn.RIGHT_TO_FRONT: N_("Turn to your right until you face the camera."),
    Turn.LEFT_TO_OBLIQUE_LEFT: N_(
        "Turn to your left until the camera stands diagonally in front of you, on your left."
    ),
    Turn.RIGHT_TO_OBLIQUE_RIGHT: N_(
        "Turn to your right until the camera stands diagonally in front of you, on your right."
    ),
    Turn.RIGHT_TO_OBLIQUE_LEFT: N_("Turn a little to your right, so that the camera stands diagonally on your left."),
    Turn.LEFT_TO_OBLIQUE_RIGHT: N_("Turn a little to your left, so that the camera stands diagonally on your right."),
    Turn.RIGHT_TO_SIDE_LEFT: N_("Turn to your right until the camera sees your left side."),
    Turn.LEFT_TO_SIDE_RIGHT: N_("Turn to your left until the camera sees your right side."),
    Turn.LEFT_TO_SIDE_LEFT: N_("Turn to your left until the camera sees your left side."),
    Turn.RIGHT_TO_SIDE_RIGHT: N_("Turn to your right until the camera sees your right side."),
    Turn.RIGHT_TO_BACK: N_("Turn to your right until your back is to the camera."),
    Turn.LEFT_TO_BACK: N_("Turn to your left until your back is to the camera."),
}
ANOTHER_FOLLOWED = N_("Another person is being followed from here on; start anew with one person in the picture.")
TIMES = {
    HOLD_TIME: N_("Come out of it slowly now: you have held for {value}, longer than {limit} brings nothing more."),
    TOTAL_TIME: N_("That is enough for today: {value} in all, the limit is {limit}."),
}
"""Sentences for events of time that do not belong to a range or pace of the stretch."""


def capital(text: str) -> str:
    """Return a text with a capital first letter; all other letters stay as they are."""
    return text[:1].upper() + text[1:]


def amount(value: float, unit: str, texts: Translator = ENGLISH) -> str:
    """Return a number with its unit, such as 52°, 40°/s, 0.85 or 3 times.

    Args:
        value: The number; its sign is left out, except for seconds and ratios.
        unit: deg, deg/s, s, ratio, ratio/s, or empty for a count.
        texts: The language of the text.
    """
    size = abs(value)
    if unit == "deg":
        return f"{texts.number(size)}°"
    if unit == "deg/s":
        return f"{texts.number(size)}°/s"
    if unit == "":
        return texts.ngettext("{n} time", "{n} times", round(size)).format(n=round(size))
    if unit == "s":
        return f"{texts.number(value, 1)} s"
    return texts.number(value, 2)


def span(low: float, high: float, texts: Translator = ENGLISH) -> str:
    """Return a span of numbers in words, such as "5 to 10"; one number where both are equal.

    Args:
        low: The lower number.
        high: The higher number.
        texts: The language of the words.
    """
    first, last = (texts.number(value, 0 if value == round(value) else 1) for value in (low, high))
    return first if first == last else texts.gettext("{low} to {high}").format(low=first, high=last)


def span_of_times(low: int, high: int, texts: Translator = ENGLISH) -> str:
    """Return how often something is done, such as "2 to 4 times" or "3 times".

    Args:
        low: The lower number.
        high: The higher number.
        texts: The language of the words.
    """
    if low == high:
        return amount(low, "", texts)
    return texts.gettext("{low} to {high} times").format(low=low, high=high)


def side(value: float, angle: str, texts: Translator = ENGLISH) -> str:
    """Return the direction of a signed value in words, such as "to the left".

    Args:
        value: The value.
        angle: The row of ANGLES or the pair.
        texts: The language of the words.

    Returns:
        The words; empty where the sign of the angle has no direction.
    """
    name = FAMILIES[angle][0] if angle in FAMILIES else angle
    row = ANGLES[INDEX[name]]
    return texts.gettext((row.positive if value >= 0 else row.negative).phrase)


def short_way(direction: Direction, texts: Translator = ENGLISH) -> str:
    """Return a direction in as few words as possible, such as `left`; German needs its preposition.

    Args:
        direction: The direction.
        texts: The language of the words.
    """
    return direction.value if texts.language == ENGLISH.language else texts.gettext(direction.phrase)


def describe_limit(check: Check, level: Level, value: float, texts: Translator = ENGLISH) -> str:
    """Describe a passed limit by the range's own sentence.

    Args:
        check: The check whose limit is passed.
        level: STOP or CAUTION.
        value: The signed reading, in the check's unit.
        texts: The language of the sentence.
    """
    item = check.range
    limit = item.stop if level == Level.STOP else item.caution
    if limit is None:
        limit = item.stop if item.stop is not None else float("nan")
    return _filled(item.message, check.angle, value, limit, check.unit, texts)


def describe_event(event: Event, stretch: Stretch, texts: Translator = ENGLISH) -> str:
    """Describe an event: the range's or pace's own sentence, or what to do about what could not be judged.

    Args:
        event: The event.
        stretch: The stretch that it was judged by.
        texts: The language of the sentence.
    """
    if event.kind == Kind.ANOTHER_PERSON and event.reason == UnjudgedReason.ANOTHER_PERSON:
        return texts.gettext(ANOTHER_FOLLOWED)
    if event.reason != UnjudgedReason.JUDGED:
        return instruction(event.reason, stretch, texts, turn=event.turn)
    return _filled(_template(event.key, stretch), event.angle, event.worst, event.limit, event.unit, texts)


def describe_flag(flag: Flag, stretch: Stretch, texts: Translator = ENGLISH) -> str:
    """Describe a limit that is passed now by the range's own sentence.

    Args:
        flag: The passed limit.
        stretch: The stretch that it was judged by.
        texts: The language of the sentence.
    """
    return _filled(_template(flag.key, stretch), flag.angle, flag.value, flag.limit, flag.unit, texts)


def _template(key: str, stretch: Stretch) -> str:
    """Return the English sentence of a range, a pace or a time limit, with {value}, {limit} and {side}."""
    messages = TIMES | {pace.key: pace.message for pace in stretch.pace}
    messages |= {item.key: item.message for item in stretch.ranges}
    return messages[key]


def _filled(template: str, angle: str, value: float, limit: float, unit: str, texts: Translator) -> str:
    text = texts.gettext(template).format(
        value=amount(value, unit, texts),
        limit=amount(limit, unit, texts),
        side="" if unit == "s" else side(value, angle, texts),
    )
    return " ".join(text.split())


def instruction(
    reason: UnjudgedReason,
    stretch: Stretch,
    texts: Translator = ENGLISH,
    neutral: Neutral | None = None,
    turn: Turn | None = None,
) -> str:
    """Describe what the person can do so that a reading can be judged.

    Args:
        reason: Why it cannot be judged.
        stretch: The stretch.
        texts: The language of the sentence.
        neutral: The neutral, from which the turn that helps is found for the reason VIEW.
        turn: That turn, where it is already known.
    """
    if reason == UnjudgedReason.VIEW and turn is None and neutral is not None:
        turn = find_turn(neutral, stretch)
    if reason == UnjudgedReason.VIEW and turn is not None:
        return texts.gettext(TURNS[turn])
    placement = texts.gettext(stretch.camera.placement).rstrip(".")
    how = texts.gettext(", lying down") if stretch.lying else ""
    put = texts.gettext("put the camera {placement}.").format(placement=placement)
    text = LYING.get(reason, INSTRUCTIONS[reason]) if stretch.lying else INSTRUCTIONS[reason]
    return texts.gettext(text).format(placement=put, how=how)


ORIGINS: dict[NeutralOrigin, str] = {
    NeutralOrigin.NAMED: N_("the moment you marked, {start}–{end} s"),
    NeutralOrigin.CALM: N_("a calm half second, {start}–{end} s"),
    NeutralOrigin.UPRIGHT: N_("your most upright moment, {start}–{end} s"),
    NeutralOrigin.VERTICAL: N_("the vertical, since you never were upright"),
    NeutralOrigin.PHONE: N_("the stillness of your phone while you were not seen, {start}–{end} s"),
    NeutralOrigin.UNKNOWN: N_("nothing, since no start position was seen; only angles that need none are judged"),
}
"""What angles are measured from where there was no still start position of two seconds."""


def describe_origin(origin: NeutralOrigin, start_s: float, end_s: float, texts: Translator = ENGLISH) -> str:
    """Describe what angles are measured from; empty for a still start position, which needs no words.

    Args:
        origin: What the neutral was taken from.
        start_s: When it begins, seconds.
        end_s: When it ends, seconds.
        texts: The reader's language.
    """
    if origin not in ORIGINS:
        return ""
    return texts.gettext(ORIGINS[origin]).format(start=texts.number(start_s, 1), end=texts.number(end_s, 1))


def words_for(angle: str, texts: Translator = ENGLISH, *, short: bool = False) -> str:
    """Return the words for an angle or a pair of angles, such as "trunk rotation".

    Args:
        angle: The row of ANGLES or the pair.
        texts: The language of the words.
        short: Whether the place is narrow.
    """
    if short and angle in SHORT_NAMES:
        return texts.gettext(SHORT_NAMES[angle])
    if angle in FAMILIES:
        return texts.gettext(FAMILY_WORDS[angle])
    return texts.gettext(ANGLES[INDEX[angle]].words)


def words_of_range(key: str, angle: str, texts: Translator = ENGLISH) -> str:
    """Return the words for the angle of a range; with its side where left and right have limits of their own.

    Args:
        key: The range's id.
        angle: The row of ANGLES or the pair.
        texts: The language of the words.
    """
    sides = dict(zip(halves_of(whole_key(key)), SIDES, strict=True))
    words = words_for(angle, texts)
    return f"{words}, {texts.gettext(sides[key].phrase)}" if key in sides else words


def describe_other_stretch(other: OtherStretch, texts: Translator = ENGLISH) -> str:
    """Describe that a recording shows another stretch than the chosen one, as a question.

    Args:
        other: What it shows.
        texts: The reader's language.
    """
    names = [texts.gettext(one.name) for one in other.meant]
    if len(names) == 1:
        asked = texts.gettext("This does not look like “{chosen}”: did you mean “{first}”?")
    else:
        asked = texts.gettext("This does not look like “{chosen}”: did you mean “{first}” or “{second}”?")
    return asked.format(chosen=texts.gettext(other.chosen.name), first=names[0], second=names[-1])
