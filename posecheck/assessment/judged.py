"""What a session says of frames: readings, levels, flags, events and repetitions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.assessment.events import Event
from posecheck.core.arrays import Floats
from posecheck.measurement.readings import Readings
from posecheck.repetitions.repetition import Repetition


@dataclass(frozen=True, slots=True)
class Flag:
    """Hold a limit that is passed at this moment; value, unit and limit as in Event."""

    key: str
    angle: str
    kind: str
    level: str
    value: float
    unit: str
    limit: float


@dataclass(frozen=True, slots=True)
class JudgedFrames:
    """Hold n frames of judgement.

    readings: smoothed values and errors. speed (n, k) per second. phase (n,). amount, signed (n, c) and levels
    (n, c) of each check, in the order of Session.checks. flags: limits passed at the last frame. events: those
    and repetitions: those that ended within these frames. hold_s (n,): the hold timer, 0 outside a repetition.
    """

    readings: Readings
    speed: Floats
    phase: NDArray[np.str_]
    signed: Floats
    levels: NDArray[np.int8]
    flags: tuple[Flag, ...]
    events: tuple[Event, ...]
    repetitions: tuple[Repetition, ...]
    hold_s: Floats
