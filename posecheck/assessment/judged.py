"""What a session reports of frames: readings, levels, flags, events and repetitions."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from posecheck.assessment.events import Event
from posecheck.core.arrays import Floats
from posecheck.core.memory.spooled import SpooledConcatenation
from posecheck.measurement.rates import Rates
from posecheck.measurement.readings import Readings
from posecheck.repetitions.repetition import Repetition


@dataclass(frozen=True, slots=True)
class Flag:
    """Hold a limit that is passed at this moment.

    Attributes:
        key: The id of the range.
        angle: The row of ANGLES or the pair that is judged.
        kind: One of ranges.Kind.
        level: caution or stop.
        value: The signed reading furthest past the limit so far, in the unit.
        unit: deg, ratio, deg/s, ratio/s, or empty for a count.
        limit: The limit that is passed.
    """

    key: str
    angle: str
    kind: str
    level: str
    value: float
    unit: str
    limit: float


@dataclass(frozen=True, slots=True)
class JudgedFrames:
    """Hold the judgement of n frames by c checks, in the order of Session.checks.

    Attributes:
        readings: Smoothed values and errors of the k ANGLES.
        rates: How fast each angle changes, with its error.
        phase: The phase of each frame (n,): neutral, move or hold.
        signed: What each check judges, with its sign (n, c); NaN where it is not known.
        levels: The Level of each check (n, c).
        lasting: The highest level of each check that had been passed for as long as an event takes to count (n, c);
            CLEAR where none had.
        flags: The limits that are passed at the last frame.
        events: The events that ended within these frames.
        repetitions: The repetitions that ended within these frames.
        hold_s: The hold timer (n,), seconds; 0 outside a repetition.
    """

    readings: Readings
    rates: Rates
    phase: NDArray[np.str_]
    signed: Floats
    levels: NDArray[np.int8]
    lasting: NDArray[np.int8]
    flags: tuple[Flag, ...]
    events: tuple[Event, ...]
    repetitions: tuple[Repetition, ...]
    hold_s: Floats

    @property
    def newest(self) -> "JudgedFrames":
        """The judgement of the last frame alone, as if it had come by itself; events and repetitions stay all."""
        n = len(self.readings.time_s)
        if n == 1:
            return self
        part = slice(n - 1, n)
        return JudgedFrames(
            self.readings.slice(part),
            self.rates.slice(part),
            self.phase[part],
            self.signed[part],
            self.levels[part],
            self.lasting[part],
            self.flags,
            self.events,
            self.repetitions,
            self.hold_s[part],
        )


def joined(parts: list[JudgedFrames]) -> JudgedFrames:
    """Put pieces of judgement together in order of time."""
    growing: SpooledConcatenation[JudgedFrames] = SpooledConcatenation()
    for part in parts:
        growing.add(part)
    events = sorted((event for part in parts for event in part.events), key=lambda event: event.start_s)
    repetitions = tuple(item for part in parts for item in part.repetitions)
    return replace(growing.whole(), events=tuple(events), repetitions=repetitions)
