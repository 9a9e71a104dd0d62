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
from posecheck.stretches.checks import ENTER_S, Check
from posecheck.stretches.ranges import Kind

LOST_S = 0.5
"""An event ends when nothing has been known for this long; shorter absences are not reported."""
GAP_STEPS = 4.0
"""A pause between two frames of more than this many usual steps, and of more than LOST_S, is a gap in the recording."""
EPS_S = 1e-6
# By reason: looking it up costs a tenth of np.isin.
_LEFT = np.isin(np.arange(256), [UnjudgedReason.MOVED_AWAY, UnjudgedReason.OTHER_POSTURE])


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


def _cuts(values: NDArray[Any]) -> list[int]:
    """Return the indices at which the next run of equal values begins; a single frame, as live, has none."""
    return (np.flatnonzero(values[1:] != values[:-1]) + 1).tolist() if len(values) > 1 else []


class Leaving:
    """Sort out what was said of somebody who was only about to leave the place or posture of the stretch."""

    def __init__(self) -> None:
        self._away = False
        self._leaves: list[float] = []
        self._held: list[Event] = []

    def take(self, time_s: Floats, reason: NDArray[np.uint8]) -> list[int]:
        """Take the next n frames, and return those in which somebody leaves.

        Args:
            time_s: Times (n,), seconds.
            reason: Why the followed angle is not judged (n,), as UnjudgedReason.
        """
        away = _LEFT[reason]
        leaves: list[int] = np.flatnonzero(away & ~np.concatenate([[self._away], away[:-1]])).tolist()
        self._away = bool(away[-1]) if len(away) else self._away
        self._leaves += [float(time_s[i]) for i in leaves]
        return leaves

    def sift(self, events: list[Event], time_s: Floats | None = None) -> list[Event]:
        """Return the events, these or held ones, of which it is known that nobody left soon after they began.

        Args:
            events: Those that ended in the last n frames.
            time_s: Times of the frames (n,), seconds; None at the end, when nobody leaves any more.
        """
        now_s = np.inf if time_s is None else float(time_s[-1]) if len(time_s) else -np.inf
        known, self._held = [*self._held, *events], []
        out: list[Event] = []
        for event in known:
            if any(0.0 <= left_s - event.start_s < LEAD_S for left_s in self._leaves):
                continue
            (out if now_s - event.start_s >= LEAD_S - EPS_S else self._held).append(event)
        self._leaves = [left_s for left_s in self._leaves if now_s - left_s < LEAD_S]
        return out


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
        cuts = sorted({*_cuts(code), *gaps, *leaves} - {0})
        for first, last in zip([0, *cuts], [*cuts, len(code)], strict=True):
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


class UnjudgedTracker:
    """Follow why one angle cannot be judged, and report absences that last at least LOST_S in total.

    Being judged for less than ENTER_S in between does not end an absence, because no warning is possible in so short a
    time. A reason that lasts less than LOST_S is added to its neighbour, so that flickering between reasons does not
    hide
    an absence.
    """

    def __init__(self) -> None:
        self._parts: list[tuple[float, int]] = []
        self._judged_s: float | None = None

    @property
    def open(self) -> bool:
        """Whether an absence has begun; if not, frames that are judged change nothing."""
        return bool(self._parts)

    def update(self, time_s: Floats, reason: NDArray[np.uint8]) -> list[tuple[float, float, int]]:
        """Take the frames that follow those before.

        Args:
            time_s: Times (n,), seconds.
            reason: Why the angle is not judged (n,), as UnjudgedReason; JUDGED (0) where it is.

        Returns:
            The absences that have ended, as (start_s, end_s, reason).
        """
        ended: list[tuple[float, float, int]] = []
        if not len(reason):
            return ended
        firsts = [0, *_cuts(reason)]
        for first, last in zip(firsts, [*firsts[1:], len(reason)], strict=True):
            start_s, why = float(time_s[first]), int(reason[first])
            if why:
                self._judged_s = None
                if not self._parts or self._parts[-1][1] != why:
                    self._parts.append((start_s, why))
            elif self._parts:
                self._judged_s = start_s if self._judged_s is None else self._judged_s
                if float(time_s[last - 1]) - self._judged_s >= ENTER_S - EPS_S:
                    ended += self.finish(self._judged_s)
        return ended

    def finish(self, time_s: float) -> list[tuple[float, float, int]]:
        """End what is open at this time; return the absences as in `update`."""
        end_s = time_s if self._judged_s is None else self._judged_s
        parts, self._parts, self._judged_s = self._parts, [], None
        if not parts or end_s - parts[0][0] < LOST_S - EPS_S:
            return []
        ends = [*(start for start, _ in parts[1:]), end_s]
        spells: list[list[tuple[float, float, int]]] = []
        for (start, why), end in zip(parts, ends, strict=True):
            brief = end - start < LOST_S - EPS_S
            # Brief parts join the spell before them; only a reason that lasts, after another that did, begins one.
            if spells and (brief or _most(spells[-1]) == why or not _lasts(spells[-1])):
                spells[-1].append((start, end, why))
            else:
                spells.append([(start, end, why)])
        return [(spell[0][0], spell[-1][1], _most(spell)) for spell in spells]


def _most(spell: list[tuple[float, float, int]]) -> int:
    """Return the reason that held for the longest time."""
    held: dict[int, float] = {}
    for start, end, why in spell:
        held[why] = held.get(why, 0.0) + end - start
    return max(held, key=lambda why: held[why])


def _lasts(spell: list[tuple[float, float, int]]) -> bool:
    return spell[-1][1] - spell[0][0] >= LOST_S - EPS_S
