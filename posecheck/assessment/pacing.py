"""Events of time: part of a repetition too fast, left and right out of step, and positions kept too long.

Each is reported once, as soon as it is known: at the end of a repetition, or when a time limit is passed.
"""

from collections.abc import Iterable
from math import isfinite

from posecheck.assessment.events import Event
from posecheck.measurement.motion import SLOPE_S
from posecheck.repetitions.holds import Overlong
from posecheck.repetitions.repetition import Repetition
from posecheck.stretches.ranges import Kind
from posecheck.stretches.stretch import Pace, Stretch

HOLD_TIME, TOTAL_TIME = "hold_time", "total_time"
"""Keys of the events of time that no range or pace of the stretch names."""
WAY_ERROR_S = SLOPE_S
"""Error of the time of the way in: the speed that begins and ends it is measured over this time. A way of 1.8 seconds
came out as 1.4."""


class Timing:
    """Turn the times of repetitions and holds into events."""

    def __init__(self, stretch: Stretch) -> None:
        self._stretch = stretch
        self._moved_s = 0.0
        self._told = False

    def events(self, repetitions: Iterable[Repetition], kept: Iterable[Overlong]) -> list[Event]:
        """Return the events of what has ended since the last call.

        Args:
            repetitions: The repetitions that have ended.
            kept: The end positions that were kept longer than a limit.
        """
        out = [_kept(item) for item in kept]
        for repetition in repetitions:
            out += [event for pace in self._stretch.pace for event in _paced(pace, repetition)]
            out += self._moved(repetition)
        return out

    def _moved(self, repetition: Repetition) -> list[Event]:
        """Return, once, the event that all repetitions together have lasted too long."""
        dose = self._stretch.dose
        self._moved_s += repetition.end_s - repetition.start_s
        if dose is None or dose.seconds is None or self._told or self._moved_s <= dose.seconds[1]:
            return []
        self._told = True
        span = (repetition.start_s, repetition.end_s)
        return [_event(TOTAL_TIME, repetition.angle, Kind.TOO_LONG, "caution", span, self._moved_s, dose.seconds[1])]


def _value(pace: Pace, repetition: Repetition) -> float:
    """Return the time that a pace limits, in seconds; NaN where it is not known."""
    if pace.of == "in":
        return repetition.hold_start_s - repetition.onset_s
    if pace.of == "cycle":
        return repetition.cycle_s
    return repetition.rest_s if pace.of == "rest" else abs(repetition.lag_s)


def _paced(pace: Pace, repetition: Repetition) -> list[Event]:
    value = _value(pace, repetition)
    error_s = WAY_ERROR_S if pace.of == "in" else 0.0
    passed = value > pace.seconds if pace.of == "apart" else value + error_s < pace.seconds
    if not isfinite(value) or not passed or not repetition.complete:
        return []
    span = (repetition.start_s, repetition.end_s)
    return [_event(pace.key, repetition.angle, pace.kind, "caution", span, value, pace.seconds)]


def _kept(item: Overlong) -> Event:
    level = "caution" if item.limits == 1 else "stop"
    span = (item.start_s, item.end_s)
    return _event(HOLD_TIME, item.angle, Kind.TOO_LONG, level, span, item.end_s - item.start_s, item.limit_s)


def _event(
    key: str, angle: str, kind: Kind, level: str, span: tuple[float, float], value: float, limit: float
) -> Event:
    return Event(key, angle, kind, level, *span, value, span[1], "s", limit)
