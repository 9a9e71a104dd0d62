"""Numbers, reasons and kinds in the words a person reads."""

from posecheck.angles import ANGLES, FAMILIES, INDEX
from posecheck.checks import Check, Level
from posecheck.readings import Reason
from posecheck.stretches import Stretch

INSTRUCTIONS: dict[Reason, str] = {
    Reason.NOBODY: "Nobody is in the picture: step in front of the camera.",
    Reason.HIDDEN: "Part of your body is hidden or out of the picture: step back until all of you is seen.",
    Reason.NO_NEUTRAL: "There was no moment of stillness to measure from: begin by holding still for two seconds{how}.",
    Reason.VIEW: "This cannot be seen from here. For this stretch: {placement}",
    Reason.OUT_OF_PLANE: "This pose has no clear value for it.",
    Reason.UNCERTAIN: "One camera reads this too inaccurately for it to be trusted.",
    Reason.ANOTHER_PERSON: "Someone else is in the picture: only one person should be seen.",
}

SHORT: dict[Reason, str] = {
    Reason.NOBODY: "nobody there",
    Reason.HIDDEN: "hidden",
    Reason.NO_NEUTRAL: "no start position",
    Reason.VIEW: "not from here",
    Reason.OUT_OF_PLANE: "no clear value",
    Reason.UNCERTAIN: "too uncertain",
    Reason.ANOTHER_PERSON: "someone else",
}
"""The same where there is little room."""

KINDS: dict[str, str] = {
    "over_rotation": "Turned too far",
    "excessive_extension": "Arched back too far",
    "excessive_flexion": "Bent too far",
    "side_bend": "Leaning to the side",
    "flexion_with_rotation": "Bent while turned",
    "extension_with_rotation": "Arched while turned",
    "too_fast": "Too fast",
    "abrupt_end": "Too abrupt near the end",
    "bouncing": "Bouncing",
    "pelvis_turning": "The pelvis turns along",
    "neck_too_far": "Neck too far",
    "base_of_support": "Feet too close or too wide",
    "limb_position": "Position",
    "unsteady": "Unsteady hold",
    "cannot_judge": "Cannot judge",
    "another_person": "Another person",
}
"""The kinds of stretches.Kind as short headings."""


def amount(value: float, unit: str) -> str:
    """Return a number with its unit: 52°, 40°/s, 0.85, 3 times."""
    size = abs(value)
    if unit == "deg":
        return f"{size:.0f}°"
    if unit == "deg/s":
        return f"{size:.0f}°/s"
    if unit == "":
        return f"{size:.0f} times"
    return f"{value:.2f}"


def side(value: float, angle: str) -> str:
    """Return which way a signed value goes in words, or nothing where its sign has no direction."""
    name = FAMILIES[angle][0] if angle in FAMILIES else angle
    row = ANGLES[INDEX[name]]
    return row.positive if value >= 0 else row.negative


def message(check: Check, level: Level, value: float) -> str:
    """Return the range's sentence with the worst value and the limit that it passed."""
    item = check.range
    limit = item.stop if level == Level.STOP else item.caution
    if limit is None:
        limit = item.stop if item.stop is not None else float("nan")
    text = item.message.format(
        value=amount(value, check.unit), limit=amount(limit, check.unit), side=side(value, check.angle)
    )
    return " ".join(text.split())


def instruction(reason: Reason, stretch: Stretch) -> str:
    """Return what to do about a reading that cannot be judged."""
    placement = stretch.camera.placement
    how = ", lying down" if stretch.lying else ""
    return INSTRUCTIONS[reason].format(placement=f"put the camera {placement.rstrip('.')}.", how=how)


def words_for(angle: str) -> str:
    """Return the words for an angle or a pair of angles."""
    if angle in FAMILIES:
        return ANGLES[INDEX[FAMILIES[angle][0]]].words.replace("left ", "")
    return ANGLES[INDEX[angle]].words
