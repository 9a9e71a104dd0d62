"""The words for codes: kinds, levels, verdicts, limits, units, reasons, views, positions, sides and phases.

Each table maps a code to its English text; a Translator gives it in the reader's language. A module that words a code
in another way on purpose, such as a short form for a table or a page, names its own table after that form.
"""

from posecheck.core.i18n import N_
from posecheck.core.reasons import UnjudgedReason
from posecheck.measurement.readings import Basis

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
    "phone_moved": N_("The phone has moved"),
    "too_long": N_("Kept up too long"),
}
"""Short headings for ranges.Kind."""

VERDICTS = {
    "stop": N_("Stop"),
    "caution": N_("Caution"),
    "borderline": N_("Borderline"),
    "clear": N_("In range"),
    "cannot_judge": N_("Cannot judge"),
}
"""Levels and verdicts as a heading."""
SIGNS = {
    "stop": N_("STOP"),
    "caution": N_("CAUTION"),
    "borderline": N_("BORDERLINE"),
    "clear": N_("IN RANGE"),
    "cannot_judge": N_("CANNOT JUDGE"),
}
"""Levels and verdicts as a word in capitals."""
MARKS = {"stop": "■", "caution": "▲", "borderline": "◆", "clear": "●", "cannot_judge": "?"}
"""The symbol beside each of these words, for readers who cannot see its colour."""

RESTS = {
    Basis.LANDMARKS: N_("landmarks"),
    Basis.SHEETS: N_("printed sheets"),
    Basis.PHONE: N_("a phone's screen"),
    Basis.PHONE_AND_SHEET: N_("a phone and a printed sheet"),
    Basis.PHONE_AND_LANDMARKS: N_("a phone and landmarks"),
    Basis.CARRIED_ON: N_("landmarks, led on from sheets or phone"),
    Basis.TWO_PHONES: N_("two phones"),
    Basis.PHONE_BY_NETWORK: N_("a phone by network"),
    Basis.PHONE_OWN_ZERO: N_("a phone, from its own zero"),
}
"""What a reading rests on."""

LIMITS = {"target": N_("target"), "caution": N_("caution"), "stop": N_("stop")}
"""The target and the limits of a range, within a sentence."""
LIMIT_TITLES = {"target": N_("Target"), "caution": N_("Caution"), "stop": N_("Stop")}
"""The same as a heading or label."""
ASKED_SIDES = {"both": N_("left and right"), "left": N_("only left"), "right": N_("only right")}
"""The sides that a programme asks for."""
OTHER_MODEL = N_("Another pose model than full was used: its errors were not measured and may be larger than stated.")
"""What is said wherever a reading rests on the lighter or the heavier model."""
UNITS = {
    "deg": N_("degrees"),
    "deg/s": N_("degrees a second"),
    "ratio": N_("ratio"),
    "ratio/s": N_("ratio a second"),
    "": N_("times"),
}
"""Units of angles and speeds, at an axis."""
BASES = {"norm": N_("published norm"), "judgement": N_("our own judgement")}
"""What a limit is based on."""
ADVICE = {"coach": N_("coached"), "limit": N_("tighter limits"), "block": N_("not coached")}
"""Whether a stretch is coached."""
ANSWERS = {"yes": N_("yes"), "no": N_("no"), "unsure": N_("unsure")}
"""Answers to health questions."""

SHORT: dict[UnjudgedReason, str] = {
    UnjudgedReason.NOBODY: N_("nobody there"),
    UnjudgedReason.HIDDEN: N_("hidden"),
    UnjudgedReason.NO_NEUTRAL: N_("no start position"),
    UnjudgedReason.IN_STRETCH: N_("already in the stretch"),
    UnjudgedReason.OTHER_POSTURE: N_("another posture"),
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
    UnjudgedReason.JUST_CUT: N_("recording cut"),
    UnjudgedReason.STILL_PICTURE: N_("still picture"),
    UnjudgedReason.PHONE_MOVED: N_("phone moved"),
    UnjudgedReason.FEW_PICTURES: N_("too few pictures"),
    UnjudgedReason.MOVED_AWAY: N_("not in place"),
}
"""Short reasons why an angle is not judged, where there is little space."""

VIEWS = {
    "front": N_("front view"),
    "oblique": N_("oblique view"),
    "side": N_("side view"),
    "back": N_("back view"),
    "foot-end": N_("view from the foot end"),
    "unseen": N_("nobody seen, a phone alone"),
}
"""The camera's views."""
POSITIONS = {
    "standing": N_("standing"),
    "seated": N_("seated"),
    "floor-seated": N_("seated on the floor"),
    "kneeling": N_("kneeling"),
    "supine": N_("lying on the back"),
    "prone": N_("lying face down"),
}
"""The positions in which stretches are done."""
SIDES = {"left": N_("left"), "right": N_("right"), "": ""}
"""The side of a repetition, empty where the stretch has none."""
PHASES = {"neutral": N_("start"), "move": N_("moving"), "hold": N_("holding")}
"""The phase of a frame."""

SHORT_NAMES: dict[str, str] = {
    "trunk_inclination": N_("trunk lean"),
    "pelvis_rotation": N_("pelvis turn"),
    "shoulder_rotation": N_("shoulder turn"),
    "pelvis_obliquity": N_("pelvis tilt"),
    "shoulder_tilt": N_("shoulder tilt"),
    "neck_rotation": N_("head turn"),
    "neck_flexion": N_("head nod"),
    "stance_width": N_("stance width"),
    "hip_rise": N_("hip lift"),
    "left_elbow_flexion": N_("left elbow bend"),
    "left_shoulder_flexion": N_("left arm forward"),
    "left_shoulder_abduction": N_("left arm sideways"),
    "left_arm_elevation": N_("left arm raise"),
    "left_hip_flexion": N_("left hip bend"),
    "left_knee_flexion": N_("left knee bend"),
    "left_knee_past_toes": N_("left knee past toes"),
    "left_shoulder_rise": N_("left shoulder lift"),
    "right_elbow_flexion": N_("right elbow bend"),
    "right_shoulder_flexion": N_("right arm forward"),
    "right_shoulder_abduction": N_("right arm sideways"),
    "right_arm_elevation": N_("right arm raise"),
    "right_hip_flexion": N_("right hip bend"),
    "right_knee_flexion": N_("right knee bend"),
    "right_knee_past_toes": N_("right knee past toes"),
    "right_shoulder_rise": N_("right shoulder lift"),
    "elbow_flexion": N_("elbow bend"),
    "shoulder_flexion": N_("arm forward"),
    "shoulder_abduction": N_("arm sideways"),
    "arm_elevation": N_("arm raise"),
    "hip_flexion": N_("hip bend"),
    "knee_flexion": N_("knee bend"),
    "knee_past_toes": N_("knee past toes"),
    "shoulder_rise": N_("shoulder lift"),
}
"""Names of angles for narrow places; an angle that is not here has its usual words."""
