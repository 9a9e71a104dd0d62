"""The result of one check in one frame."""

from enum import IntEnum


class Level(IntEnum):
    """Grade one check in one frame.

    Attributes:
        OFF: The check does not apply now: wrong phase, or its condition is not met.
        UNKNOWN: It cannot be judged.
        CLEAR: Within its limits by more than the stated error.
        BORDERLINE: Below a limit by less than the stated error.
        CAUTION: Past the caution limit.
        STOP: Past the stop limit.
    """

    OFF = -2
    UNKNOWN = -1
    CLEAR = 0
    BORDERLINE = 1
    CAUTION = 2
    STOP = 3
