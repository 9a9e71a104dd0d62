"""The reasons why an angle can or cannot be judged, shared by all other packages."""

from enum import IntEnum


class UnjudgedReason(IntEnum):
    """Name why an angle has a reading (JUDGED) or has none. Left and right are those of the picture as filmed."""

    JUDGED = 0
    NOBODY = 1
    HIDDEN = 2
    NO_NEUTRAL = 3
    VIEW = 4
    OUT_OF_PLANE = 5
    UNCERTAIN = 6
    ANOTHER_PERSON = 7
    IMPLAUSIBLE = 8
    TURNED = 9
    CAMERA_MOVED = 10
    NOT_LEVEL = 11
    FEET_OUT = 12
    LEGS_OUT = 13
    HEAD_OUT = 14
    MOVE_LEFT = 15
    MOVE_RIGHT = 16
    MOVE_FORWARD = 17
    MOVE_BACK = 18
    TOO_CLOSE = 19
    TOO_HIGH = 20
    TOO_LOW = 21
    CONTACT = 22
    OTHER_POSTURE = 23
    IN_STRETCH = 24
    JUST_CUT = 25
    STILL_PICTURE = 26
    PHONE_MOVED = 27
    FEW_PICTURES = 28
    MOVED_AWAY = 29


OUT_OF_PICTURE = frozenset(
    {
        UnjudgedReason.FEET_OUT,
        UnjudgedReason.LEGS_OUT,
        UnjudgedReason.HEAD_OUT,
        UnjudgedReason.MOVE_LEFT,
        UnjudgedReason.MOVE_RIGHT,
        UnjudgedReason.MOVE_FORWARD,
        UnjudgedReason.MOVE_BACK,
        UnjudgedReason.TOO_CLOSE,
    }
)
"""Landmarks lie beyond the picture's edge; the reason says what is missing, or how the person has to move."""
ABSENT = frozenset({UnjudgedReason.NOBODY, UnjudgedReason.JUST_CUT, UnjudgedReason.STILL_PICTURE})
"""There are no landmarks: nobody is in the picture, or the frame was left out."""
UNSEEN = OUT_OF_PICTURE | {UnjudgedReason.HIDDEN}
