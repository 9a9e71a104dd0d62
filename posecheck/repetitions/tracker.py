"""Find the repetitions in readings over time: neutral, moving in, hold, returning.

Conventions. Progress is 0 at neutral and 1 at the near edge of the target (phases.py). A repetition starts where
progress rises above NEUTRAL_SHARE for SETTLE_S and ends where it falls below it for SETTLE_S (half of that in cyclic
stretches without a rest); everything in between, also bouncing, is one repetition. One whose progress never reaches
ATTEMPT_SHARE is a shift in posture and not reported. Of those that stay short of the target, nor is one that drifts
there, nor one that is over within BRIEF_S and never leaves neutral by more than the stated error. A person who rests
below ATTEMPT_SHARE and below NEUTRAL_SHARE of the repetition's own peak is back too, because readings seldom return
exactly to neutral after a large movement. A movement through neutral to the other side ends one repetition and starts
the next. The hold lasts from the first to the last stillness at HOLD_SHARE or further.

Of two limbs the one that is further counts. Where left and right are compared in time, the first one that is judged
counts instead, because with two that alternate the further one would never be back at neutral.

Readings missing for up to BRIDGE_S are bridged, or for ELSEWHERE_S in another posture or place. A longer absence ends
the repetition where it was last seen, and what follows is a new one. What leads into another posture or place or out of
it, as into a squat, without any hold, is no repetition: while legs and arms move so far, the trunk seems to turn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.angles import ANGLES, FAMILIES, INDEX
from posecheck.measurement.readings import Readings
from posecheck.repetitions.holds import EPS_S, LONGEST_KEPT_S, Overlong
from posecheck.repetitions.open_repetition import OpenRepetition, Progressed
from posecheck.repetitions.phases import HOLD_SHARE, NEUTRAL_SHARE, STILL, Progress, targets
from posecheck.repetitions.repetition import Repetition, RepetitionEnd
from posecheck.repetitions.rhythm import Rhythm
from posecheck.repetitions.tally import Tally
from posecheck.stretches.checks import Check, along
from posecheck.stretches.stretch import Stretch

SETTLE_S = 0.3
BRIDGE_S, ELSEWHERE_S = 1.3, 0.5
"""Something before the body for a second, and the time until landmarks are trusted again, lose no repetition; a moment
in another posture must be shorter."""
ATTEMPT_SHARE = 0.5
BRIEF_S = 1.0
"""On rendered people, readings swing for up to 0.6 seconds by less than their stated error, as where somebody who lies
begins to roll the other way; their attempts that stayed short of the target took at least 3 seconds."""
# By reason: looking it up costs a tenth of np.isin.
_ELSEWHERE = np.isin(np.arange(256), [UnjudgedReason.OTHER_POSTURE, UnjudgedReason.MOVED_AWAY])
FORWARD_DEG = 20.0
"""If only one leg is visible, it counts as the front one when its hip is flexed by more than this."""


@dataclass(frozen=True, slots=True)
class RepetitionPhase:
    """Say where in a repetition the last frame is.

    Attributes:
        phase: neutral, in, hold or out.
        side: The side that it is on; empty for none.
        hold_s: The hold timer, seconds.
        tally: What was counted so far.
    """

    phase: str
    side: str
    hold_s: float
    tally: Tally


def form_levels(checks: tuple[Check, ...], levels: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the highest level of the checks that limit an angle, because time beyond a limit is not a hold.

    Args:
        checks: The c checks of the stretch.
        levels: (n, c) Level of each check in each frame.

    Returns:
        (n,) Level; 0 if no check limits an angle.
    """
    columns = [i for i, check in enumerate(checks) if check.limits and check.range.measure == "angle"]
    return levels[:, columns].max(axis=1) if columns else np.zeros(len(levels), np.int8)


class RepetitionTracker:
    """Follow repetitions over time; one or many frames at once give the same result."""

    def __init__(self, stretch: Stretch) -> None:
        self._stretch = stretch
        self._band, self._band_below = targets(stretch)
        self._edges: tuple[float | None, float | None] = (None, None)
        self._current: OpenRepetition | None = None
        self._next: OpenRepetition | None = None
        self._last: Progressed | None = None
        self._still = False
        self._start_s: float | None = None
        self._home = NEUTRAL_SHARE
        self._ended: list[Repetition] = []
        self._tally = Tally.of(stretch)
        self.timer_s: Floats = np.zeros(0)
        """Hold timer in each frame of the last update (n,), seconds, 0 outside a repetition."""
        self._elsewhere = False
        self._overlong: list[Overlong] = []
        self._rhythm = Rhythm()
        self._angle, self._along = stretch.followed
        # A cyclic stretch has no end position at which a person could bounce, and may pass neutral quickly.
        self._settle_s = SETTLE_S / 2 if any(item.of == "cycle" for item in stretch.pace) else SETTLE_S
        self._apart = self._angle in FAMILIES and any(item.of == "apart" for item in stretch.pace)

    def start_at(self, time_s: float) -> None:
        """Take it that the person was at neutral at a time before the first frame: it has just been measured."""
        self._start_s = time_s

    def _just_started(self, time_s: float) -> bool:
        return self._start_s is not None and 0 <= time_s - self._start_s <= BRIDGE_S

    def overlong(self) -> tuple[Overlong, ...]:
        """Return the limits of LONGEST_KEPT_S that were passed since the last call."""
        passed, self._overlong = tuple(self._overlong), []
        return passed

    def update(
        self,
        readings: Readings,
        speed: Floats,
        level: NDArray[np.int8],
        progress: Progress | None,
        stopped: NDArray[np.bool_],
    ) -> tuple[Repetition, ...]:
        """Take the next n frames and return the repetitions that ended in them.

        Args:
            readings: The n frames.
            speed: (n, k) change of each row of ANGLES per second.
            level: (n,) highest Level of the limits, see form_levels.
            progress: How progress is measured; None while there is no neutral, and nothing is followed then.
            stopped: (n,) whether any stop limit is passed, for as long as an event takes to count.
        """
        self._ended = []
        self.timer_s = np.zeros(len(readings.time_s))
        if progress is None or not len(readings.time_s):
            return ()
        slowest = STILL[ANGLES[progress.rows[0]].unit]
        self._edges = progress.rough_edges
        elsewhere = _ELSEWHERE[readings.reason[:, progress.rows[0]]].tolist()
        for i, (time_s, share, pace, *rest) in enumerate(self._columns(readings, speed, level, progress)):
            bridged_s = ELSEWHERE_S if self._elsewhere else BRIDGE_S
            if self._last is not None and time_s - self._last.time_s > bridged_s + EPS_S:
                self._lose(RepetitionEnd.LOST)
            if share != share:
                self._elsewhere |= elsewhere[i]
                self._stop(stopped[i])
                self.timer_s[i] = self.now().hold_s
                continue
            # Just after a gap there is no speed yet; the last known stillness is kept.
            self._still = self._still if pace != pace else abs(pace) <= slowest
            *known, left, right = rest
            frame = self._at_home(Progressed(time_s, share, self._still, *known))
            self._rhythm.take(time_s, frame.code == 0, self._still, (left, right))
            self._take(frame)
            self._stop(stopped[i])
            self._last, self._elsewhere = frame, False
            self.timer_s[i] = self.now().hold_s
        return tuple(self._ended)

    def finish(self) -> tuple[Repetition, ...]:
        """End the recording and return the repetition that was still open."""
        self._ended = []
        self._lose(RepetitionEnd.CUT)
        return tuple(self._ended)

    def now(self) -> RepetitionPhase:
        """Return where in a repetition the last frame is."""
        open_, last = self._current, self._last
        if open_ is None or last is None or open_.left_s is not None:
            return RepetitionPhase("neutral", "", 0.0, self._tally)
        phase = "hold" if last.still and last.share >= HOLD_SHARE else "out" if last.rate < 0 else "in"
        return RepetitionPhase(phase, self._side(open_), open_.timer.hold_s, self._tally)

    def _columns(
        self, readings: Readings, speed: Floats, level: NDArray[np.int8], progress: Progress
    ) -> Iterator[tuple[Any, ...]]:
        """Yield time, progress and speed of each frame, the rest of Progressed, and both amounts; NaN if unjudged."""
        rows, way = np.array(progress.rows), progress.way
        amounts = along(readings.value[:, rows], way)
        shares = progress.shares(readings.value[:, rows])
        # Of the limbs that are judged the one that is further counts.
        chosen = np.where(np.isfinite(shares), 0.0 if self._apart else shares, -np.inf).argmax(axis=1)
        each = np.arange(len(chosen))
        row, share, amount = rows[chosen], shares[each, chosen], amounts[each, chosen]
        value, error, pace = (part[each, row] for part in (readings.value, readings.error, speed))
        code = np.where(share >= NEUTRAL_SHARE, np.where(self._two_ways & (value < 0), -1, 1), 0)
        rate = np.sign(progress.goal - progress.start) * along(pace, "signed" if way == "magnitude" else way)
        rate = rate * np.sign(value) if way == "magnitude" else rate
        sure = np.abs(amount - progress.start) > error
        frame = (readings.time_s, share, pace, code, amount, value, error, sure, row, rate, level, self._lead(readings))
        columns = (*frame, amounts[:, 0], amounts[:, -1])
        return zip(*(column.tolist() for column in columns), strict=True)

    def _lead(self, readings: Readings) -> NDArray[np.str_]:
        """Return the side (n,) with the greater `side_from` angle; empty if the stretch has none or it is unjudged."""
        family = FAMILIES.get(self._stretch.side_from)
        if family is None:
            return np.full(len(readings.time_s), "", dtype="<U5")
        left, right = (readings.value[:, INDEX[name]] for name in family)
        ahead = np.select(
            [np.isfinite(left) & np.isfinite(right), np.isfinite(left), np.isfinite(right)],
            [left - right, left - FORWARD_DEG, FORWARD_DEG - right],
            np.nan,
        )
        return np.where(np.isnan(ahead), "", np.where(ahead >= 0, "left", "right"))

    def _at_home(self, frame: Progressed) -> Progressed:
        """Return the frame as one near neutral if the person rests close enough to it after a repetition."""
        current = self._current
        if current is not None and frame.still and frame.code == current.code:
            near = min(NEUTRAL_SHARE * current.peak.share, ATTEMPT_SHARE)
            self._home = max(self._home, near) if frame.share < near else self._home
        return frame._replace(code=0) if frame.code and frame.share < self._home else frame

    def _take(self, frame: Progressed) -> None:
        """Take a frame with a reading."""
        current, time_s = self._current, frame.time_s
        if current is not None and frame.code == current.code:
            self._next = None
            current.add(frame)
            self._overlong += self._kept(current, frame)
            return
        if frame.code == 0:
            self._next = None
        else:
            if self._next is None or self._next.code != frame.code:
                seen = self._last is not None or self._just_started(frame.time_s)
                band = self._band if frame.code > 0 else self._band_below
                edge = self._edges[frame.code < 0]
                self._next = OpenRepetition(frame, seen, band, edge, elsewhere=self._elsewhere and not seen)
            self._next.add(frame)
        if current is not None:
            current.left_s = time_s if current.left_s is None else current.left_s
            if time_s - current.left_s >= self._settle_s - EPS_S:
                self._end(current, current.left_s, RepetitionEnd.COMPLETE)
                self._current = None
        if self._current is None and self._next is not None and time_s - self._next.start_s >= self._settle_s - EPS_S:
            self._current, self._next, self._home = self._next, None, NEUTRAL_SHARE
            self._rhythm.begin(self._current.start_s)

    def _kept(self, open_: OpenRepetition, frame: Progressed) -> list[Overlong]:
        """Return the limit of LONGEST_KEPT_S that was passed in this frame, if any."""
        since = open_.still_since(frame)
        if self._stretch.hold is None or since is None or open_.overlong == len(LONGEST_KEPT_S):
            return []
        limit_s = LONGEST_KEPT_S[open_.overlong]
        if frame.time_s - since < limit_s:
            return []
        open_.overlong += 1
        return [Overlong(open_.overlong, ANGLES[frame.row].name, since, frame.time_s, limit_s)]

    def _stop(self, stopped: bool) -> None:
        """Note a passed stop limit for the repetition that is on; one that has just begun comes first."""
        if stopped and (on := self._next or self._current) is not None:
            on.stopped = True

    def _lose(self, why: RepetitionEnd) -> None:
        """End the open repetition at the last frame that was seen."""
        current, last = self._current, self._last
        if current is not None and last is not None:
            back = current.left_s
            self._end(current, last.time_s if back is None else back, why if back is None else RepetitionEnd.COMPLETE)
        self._current = self._next = self._last = None
        self._still, self._home = False, NEUTRAL_SHARE
        self._rhythm.lose()

    def _end(self, open_: OpenRepetition, end_s: float, why: RepetitionEnd) -> None:
        left = self._elsewhere and why in (RepetitionEnd.LOST, RepetitionEnd.CUT)
        passing = (open_.elsewhere or left) and open_.timer.hold_s == 0.0 and not open_.timer.stopped
        moved = open_.sure or end_s - open_.start_s >= BRIEF_S - EPS_S
        attempt = open_.peak.share >= 1.0 or (open_.peak.share >= ATTEMPT_SHARE and moved and not open_.drifted)
        if attempt and not passing:
            self._ended.append(open_.ended(end_s, why, self._side(open_), self._stretch, self._rhythm))
            self._tally = self._tally.add(self._ended[-1])
            self._rhythm.ended(self._ended[-1].complete, open_.code, open_.peak.time_s)

    @property
    def _two_ways(self) -> bool:
        """Return whether each direction from neutral is a repetition of its own."""
        return self._along == "magnitude" and self._angle not in FAMILIES

    def _side(self, open_: OpenRepetition) -> str:
        """Return the side of a repetition, from its direction or from the limb that got furthest."""
        row = ANGLES[open_.peak.row]
        if self._stretch.sides != "both":
            return ""
        if self._stretch.side_from:
            return open_.peak.lead
        if self._angle in FAMILIES:
            return row.name.partition("_")[0]
        return (row.positive if open_.peak.value > 0 else row.negative).value
