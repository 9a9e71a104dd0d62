"""Turn levels over time into events: intervals in which a limit was passed, or an angle could not be judged.

Conventions. An event is [start_s, end_s). A limit counts as passed once it has been passed for 0.3 s without
a break (0.1 s for a speed, which is already measured over 0.4 s); the event then begins where the passing began. It
ends when the amount has come back by the check's release (3 degrees), when nothing has been known for LOST_S, or with
the last frame before a gap in the recording. One movement past a limit is one event, of the highest level that lasted
long enough. What begins less than LEAD_S before somebody leaves the place or posture of the stretch belongs to getting
up or turning around, and is no event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.levels import Level
from posecheck.core.reasons import UnjudgedReason
from posecheck.measurement.framing import Turn
from posecheck.measurement.start.place import LEAD_S
from posecheck.stretches.checks import Check
from posecheck.stretches.ranges import Kind

LOST_S = 0.5
"""An event ends when nothing has been known for this long; shorter absences are not reported."""
GAP_STEPS = 4.0
"""A pause between two frames of more than this many usual steps, and of more than LOST_S, is a gap in the recording."""
EPS_S = 1e-6


@dataclass(frozen=True, slots=True)
class Event:
    """Hold one event as codes and numbers; feedback.wording puts it into words.

    Attributes:
        key: The id of the range or pace, the angle's name for cannot_judge, or person, contact, hold_time, total_time.
        angle: The row of ANGLES or the pair that was judged; person for what another person did.
        kind: One of ranges.Kind.
        level: caution, stop or unknown.
        start_s: When it began, in seconds.
        end_s: When it was over, in seconds, exclusive.
        worst: The signed reading furthest past the limit, in the unit; NaN for unknown.
        worst_s: When that was; the start for unknown.
        unit: deg, ratio, deg/s, ratio/s, s, or empty for a count.
        limit: The limit that was passed; NaN for unknown.
        reason: Why the angle could not be judged; JUDGED for a passed limit.
        turn: How the person should have turned to be judged, for the reason VIEW where turning helps.
    """

    key: str
    angle: str
    kind: str
    level: str
    start_s: float
    end_s: float
    worst: float
    worst_s: float
    unit: str
    limit: float
    reason: UnjudgedReason = UnjudgedReason.JUDGED
    turn: Turn | None = None


def limit_of(check: Check, level: Level) -> float:
    """Return the value of a check's limit.

    Args:
        check: The check.
        level: STOP for its stop limit, any other for its caution limit.

    Returns:
        The limit in the check's unit; NaN where the range has none.
    """
    limit = check.range.stop if level == Level.STOP else check.range.caution
    return float("nan") if limit is None else limit


def limit_event(check: Check, start_s: float, end_s: float, level: Level, worst: float, worst_s: float) -> Event:
    """Return an event of a limit that was passed; start_s to worst_s as LimitTracker gives them."""
    item = check.range
    name, limit = level.name.lower(), limit_of(check, level)
    return Event(item.key, check.angle, item.kind, name, start_s, end_s, worst, worst_s, check.unit, limit)


def unknown_event(key: str, angle: str, kind: Kind, span: tuple[float, float], reason: UnjudgedReason) -> Event:
    """Return an event of level unknown.

    Args:
        key: Its key; see Event.
        angle: The angle, or `person`.
        kind: Its kind.
        span: Its start and end, seconds.
        reason: Why nothing could be judged.
    """
    nan = float("nan")
    return Event(key, angle, kind, "unknown", *span, nan, span[0], "", nan, reason)


def cuts(values: NDArray[Any]) -> list[int]:
    """Return the indices at which the next run of equal values begins; a single frame, as live, has none."""
    return (np.flatnonzero(values[1:] != values[:-1]) + 1).tolist() if len(values) > 1 else []


class LimitTracker:
    """Follow one check through time and report when its limit was passed.

    Attributes:
        check: The check.
        level: The highest level that has lasted long enough so far; CLEAR where nothing has.
        worst: The signed reading furthest past the limit so far; NaN where nothing is open.
    """

    def __init__(self, check: Check) -> None:
        self.check = check
        self._last_s: float | None = None
        self._step_s = float("inf")
        self._clear()

    def _clear(self) -> None:
        self._start: float | None = None
        self._past: float | None = None
        self._stop: float | None = None
        self._lost: float | None = None
        self.level: Level = Level.CLEAR
        self.worst = float("nan")
        self._worst_amount = float("nan")
        self._worst_s = float("nan")

    @property
    def open(self) -> bool:
        """Whether a limit is being passed; if not, frames below caution change nothing."""
        return self._start is not None

    def update(
        self,
        time_s: Floats,
        amount: Floats,
        signed: Floats,
        code: NDArray[np.int8],
        leaves: Sequence[int] = (),
    ) -> tuple[list[tuple[float, float, Level, float, float]], NDArray[np.int8]]:
        """Take the frames that follow those before.

        Args:
            time_s: Times (n,), seconds.
            amount: Amounts in the direction of the limit (n,), in the check's unit.
            signed: The readings that they belong to, with their sign (n,).
            code: The levels as from Grader.codes (n,).
            leaves: Frames in which somebody leaves, see LEAD_S.

        Returns:
            What has ended, as start_s, end_s, level, worst and worst_s of an Event; and the highest level that had
            lasted long enough at each frame (n,), CLEAR where nothing had.
        """
        ended: list[tuple[float, float, Level, float, float]] = []
        lasting = np.zeros(len(code), np.int8)  # Level.CLEAR
        if not len(code):
            return ended, lasting
        before_s = time_s[:1] if self._last_s is None else [self._last_s]
        steps = time_s - np.concatenate([before_s, time_s[:-1]])
        self._step_s = min(self._step_s, float(steps[steps > 0].min(initial=np.inf)))
        gaps = (steps > max(LOST_S, GAP_STEPS * self._step_s)).nonzero()[0].tolist()
        breaks = sorted({*cuts(code), *gaps, *leaves} - {0})
        for first, last in zip([0, *breaks], [*breaks, len(code)], strict=True):
            if first in gaps:
                before = self.finish(float(time_s[first] - steps[first] + self._step_s))
                ended += [before] if before is not None else []
            if first in leaves and self._start is not None and time_s[first] - self._start < LEAD_S:
                self._clear()
            before_run = self.level
            done = self._run(int(code[first]), time_s[first:last], amount[first:last], signed[first:last])
            lasting[first:last] = self._lasting(time_s[first:last], before_run)
            if done is not None:
                ended.append(done)
        self._last_s = float(time_s[-1])
        return ended, lasting

    def _lasting(self, time_s: Floats, before: Level) -> NDArray[np.int8]:
        """Return the level at each frame of the run just taken; `before`: the level at its beginning."""
        out = np.full(len(time_s), int(min(before, self.level)), np.int8)
        for level, since in ((Level.CAUTION, self._past), (Level.STOP, self._stop)):
            if since is not None:
                out[(time_s - since >= self.check.enter_s - EPS_S) & (out < level)] = level
        return out

    def _run(
        self, code: int, time_s: Floats, amount: Floats, signed: Floats
    ) -> tuple[float, float, Level, float, float] | None:
        t0, t1 = float(time_s[0]), float(time_s[-1])
        if code == Level.UNKNOWN:
            if self._start is not None:
                self._lost = t0 if self._lost is None else self._lost
                if t1 - self._lost >= LOST_S - EPS_S:
                    return self.finish(self._lost)
            return None
        self._lost = None
        if code in (Level.CLEAR, Level.OFF):
            return self.finish(t0)
        if code == Level.BORDERLINE:
            self._past = self._stop = None
            return None
        self._start = t0 if self._start is None else self._start
        self._past = t0 if self._past is None else self._past
        if t1 - self._past >= self.check.enter_s - EPS_S:
            self.level = max(self.level, Level.CAUTION)
        self._stop = (t0 if self._stop is None else self._stop) if code == Level.STOP else None
        if self._stop is not None and t1 - self._stop >= self.check.enter_s - EPS_S:
            self.level = Level.STOP
        self._note_worst(time_s, amount, signed)
        return None

    def _note_worst(self, time_s: Floats, amount: Floats, signed: Floats) -> None:
        towards = self.check.range.towards
        i = int(np.fmax(towards * amount, -np.inf).argmax())
        if towards * amount[i] > towards * self._worst_amount or self._worst_amount != self._worst_amount:
            self._worst_amount = float(amount[i])
            self.worst, self._worst_s = float(signed[i]), float(time_s[i])

    def finish(self, time_s: float) -> tuple[float, float, Level, float, float] | None:
        """End what is open at this time; return it as in `update` if it lasted long enough to count, else None."""
        start, result = self._start, None
        if start is not None and self.level >= Level.CAUTION:
            result = (start, time_s, self.level, self.worst, self._worst_s)
        self._clear()
        return result
