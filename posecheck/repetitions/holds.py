"""How long an end position is held: a timer that runs inside the target only, and what it comes to.

Conventions. Times are seconds. The timer runs between two frames in a row that both hold: the angle inside its
target band, still, and no limit passed. It pauses on caution, outside the band and while moving, and goes back to
zero once a stop limit has been passed for checks.ENTER_S. While it runs the band is left only when the angle is past
its edge by the release, which keeps a reading that trembles on the edge from stuttering. A pause under ENTER_S does
not count, nor does it break a continuous hold.
"""

from dataclasses import dataclass

from posecheck.core.levels import Level
from posecheck.stretches.checks import ENTER_S
from posecheck.stretches.stretch import Hold

EPS_S = 1e-6

SHORTER, LONGER = 0.9, 1.5
"""Tolerance of the hold time, as shares of the shortest and the longest hold asked for."""
LONGEST_S = 60.0
"""Longest static hold that guidance asks for (ACSM); a tolerance does not go past it."""

LONGEST_KEPT_S = (LONGEST_S, 2 * LONGEST_S)
"""How long an end position may be kept: caution, and stop, which is our own judgement."""


@dataclass(frozen=True, slots=True)
class Overlong:
    """Say that an end position has been kept longer than a limit: the first (1) or the last (2) of LONGEST_KEPT_S."""

    limits: int
    angle: str
    start_s: float
    end_s: float
    limit_s: float


class HoldTimer:
    """Time one repetition's hold; fed one known frame at a time."""

    def __init__(self, band: tuple[float, float], release: float) -> None:
        """band: lowest and highest amount of the target. release: how far outside the band ends a hold."""
        self._low, self._high = band
        self._release = release
        self._held_s: float | None = None
        self._off_s: float | None = None
        self._stop_s: float | None = None
        self._run_s = 0.0
        self.hold_s = 0.0
        self.longest_s = 0.0
        self.stopped = False

    def update(self, time_s: float, amount: float, still: bool, level: int) -> None:
        """Take a frame that follows those fed before."""
        slack = self._release if self._held_s is not None else 0.0
        inside = self._low - slack <= amount <= self._high + slack
        if level >= Level.STOP:
            self._stop_s = time_s if self._stop_s is None else self._stop_s
            if time_s - self._stop_s >= ENTER_S - EPS_S:
                self.hold_s = self.longest_s = self._run_s = 0.0
                self.stopped = True
        else:
            self._stop_s = None
        if inside and still and level < Level.CAUTION:
            self._hold(time_s)
        elif self._held_s is not None:
            self._off_s = time_s if self._off_s is None else self._off_s
            self._held_s = None

    def _hold(self, time_s: float) -> None:
        if self._off_s is not None and time_s - self._off_s >= ENTER_S - EPS_S:
            self._run_s = 0.0
        self._off_s = None
        step_s = 0.0 if self._held_s is None else time_s - self._held_s
        self.hold_s += step_s
        self._run_s += step_s
        self.longest_s = max(self.longest_s, self._run_s)
        self._held_s = time_s


def asked_s(hold: Hold | None) -> tuple[float, float] | None:
    """Return the shortest and the longest hold that will do, tolerance included; None where none is asked for."""
    if hold is None:
        return None
    low, high = hold.seconds
    return low * SHORTER, max(low, min(high * LONGER, LONGEST_S))


def length(hold_s: float, hold: Hold | None) -> str:
    """Return `short`, `enough` or `long` for a hold; nothing where the stretch asks for none."""
    asked = asked_s(hold)
    if asked is None:
        return ""
    return "short" if hold_s < asked[0] else "long" if hold_s > asked[1] else "enough"
