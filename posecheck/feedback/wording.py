"""Numbers, reasons and kinds in the words a person reads."""

from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.angles import ANGLES, FAMILIES, INDEX
from posecheck.kinematics.neutral import Neutral
from posecheck.kinematics.uncertainty import judgeable
from posecheck.measurement.framing import turn_towards
from posecheck.stretches.checks import Check, Level
from posecheck.stretches.stretch import Stretch

INSTRUCTIONS: dict[UnjudgedReason, str] = {
    UnjudgedReason.NOBODY: N_("Nobody is in the picture: step in front of the camera."),
    UnjudgedReason.HIDDEN: N_("Part of your body is hidden or out of the picture: step back until all of you is seen."),
    UnjudgedReason.NO_NEUTRAL: N_(
        "There was no moment of stillness to measure from: begin by holding still for two seconds{how}."
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
"""The same for stretches done lying, where they are not the same."""

SHORT: dict[UnjudgedReason, str] = {
    UnjudgedReason.NOBODY: N_("nobody there"),
    UnjudgedReason.HIDDEN: N_("hidden"),
    UnjudgedReason.NO_NEUTRAL: N_("no start position"),
    UnjudgedReason.VIEW: N_("not from here"),
    UnjudgedReason.OUT_OF_PLANE: N_("no clear value"),
    UnjudgedReason.UNCERTAIN: N_("too uncertain"),
    UnjudgedReason.ANOTHER_PERSON: N_("someone else"),
    UnjudgedReason.CONTACT: N_("touched"),
    UnjudgedReason.IMPLAUSIBLE: N_("lost track"),
    UnjudgedReason.TURNED: N_("turned away"),
    UnjudgedReason.CAMERA_MOVED: N_("camera moved"),
    UnjudgedReason.NOT_LEVEL: N_("camera tilted"),
    UnjudgedReason.TOO_HIGH: N_("camera too high"),
    UnjudgedReason.TOO_LOW: N_("camera too low"),
    UnjudgedReason.FEET_OUT: N_("feet not seen"),
    UnjudgedReason.LEGS_OUT: N_("legs not seen"),
    UnjudgedReason.HEAD_OUT: N_("head or hands not seen"),
    UnjudgedReason.MOVE_LEFT: N_("out of the picture"),
    UnjudgedReason.MOVE_RIGHT: N_("out of the picture"),
    UnjudgedReason.MOVE_FORWARD: N_("out of the picture"),
    UnjudgedReason.MOVE_BACK: N_("out of the picture"),
    UnjudgedReason.TOO_CLOSE: N_("too close"),
}
"""The same where there is little room."""

KINDS: dict[str, str] = {
    "over_rotation": N_("Turned too far"),
    "excessive_extension": N_("Arched back too far"),
    "excessive_flexion": N_("Bent too far"),
    "side_bend": N_("Leaning to the side"),
    "flexion_with_rotation": N_("Bent while turned"),
    "extension_with_rotation": N_("Arched while turned"),
    "too_fast": N_("Too fast"),
    "abrupt_end": N_("Too abrupt near the end"),
    "bouncing": N_("Bouncing"),
    "pelvis_turning": N_("The pelvis turns along"),
    "neck_too_far": N_("Neck too far"),
    "base_of_support": N_("Feet too close or too wide"),
    "limb_position": N_("Position"),
    "unsteady": N_("Unsteady hold"),
    "cannot_judge": N_("Cannot judge"),
    "another_person": N_("Another person"),
    "contact": N_("Touched by another person"),
    "too_long": N_("Kept up too long"),
}
"""The kinds of ranges.Kind as short headings."""


def amount(value: float, unit: str, texts: Translator = ENGLISH) -> str:
    """Return a number with its unit: 52°, 40°/s, 0.85, 3 times."""
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


def side(value: float, angle: str, texts: Translator = ENGLISH) -> str:
    """Return which way a signed value goes in words, or nothing where its sign has no direction."""
    name = FAMILIES[angle][0] if angle in FAMILIES else angle
    row = ANGLES[INDEX[name]]
    return texts.gettext(row.positive if value >= 0 else row.negative)


def message(check: Check, level: Level, value: float, texts: Translator = ENGLISH) -> str:
    """Return the range's sentence with the worst value and the limit that it passed."""
    item = check.range
    limit = item.stop if level == Level.STOP else item.caution
    if limit is None:
        limit = item.stop if item.stop is not None else float("nan")
    text = texts.gettext(item.message).format(
        value=amount(value, check.unit, texts),
        limit=amount(limit, check.unit, texts),
        side=side(value, check.angle, texts),
    )
    return " ".join(text.split())


def instruction(
    reason: UnjudgedReason, stretch: Stretch, texts: Translator = ENGLISH, neutral: Neutral | None = None
) -> str:
    """Return what to do about a reading that cannot be judged.

    neutral: says which way to turn where the camera stands wrong for the stretch.
    """
    turn = turning(neutral, stretch, texts) if reason == UnjudgedReason.VIEW and neutral is not None else ""
    if turn:
        return turn
    placement = texts.gettext(stretch.camera.placement).rstrip(".")
    how = texts.gettext(", lying down") if stretch.lying else ""
    put = texts.gettext("put the camera {placement}.").format(placement=placement)
    text = LYING.get(reason, INSTRUCTIONS[reason]) if stretch.lying else INSTRUCTIONS[reason]
    return texts.gettext(text).format(placement=put, how=how)


def turning(neutral: Neutral, stretch: Stretch, texts: Translator = ENGLISH) -> str:
    """Return which way to turn so that the stretch's main angle shows, nothing where turning is no help."""
    rows = [INDEX[name] for name in FAMILIES.get(stretch.primary, (stretch.primary,)) if name in INDEX]
    shown = [view for view in stretch.camera.views if judgeable(view)[rows].all()]
    turn = turn_towards(neutral, stretch, shown or stretch.camera.views)
    return texts.gettext(turn) if turn else ""


def words_for(angle: str, texts: Translator = ENGLISH) -> str:
    """Return the words for an angle or a pair of angles."""
    if angle in FAMILIES:
        return texts.gettext(ANGLES[INDEX[FAMILIES[angle][0]]].words.replace("left ", ""))
    return texts.gettext(ANGLES[INDEX[angle]].words)
