"""How long an end position is held: a timer that runs only inside the target, and how its result is rated.

Conventions. Times are seconds. The timer runs between two consecutive frames that both hold: the angle is inside its
target band, still, and no limit is passed. It pauses on caution, outside the band and during movement, and goes back to
zero once a stop limit has been passed for checks.ENTER_S. While it runs, the angle must pass the edge of the band by
the release to leave it, so that a reading that varies around the edge does not start and stop the timer. A pause
shorter than ENTER_S is not timed, but does not interrupt a continuous hold. Of an angle that is read roughly, what lies
outside the band by less than CHANCE of the stated error counts as inside: the error stays nearly the same over a hold,
and without this the whole of it would be lost or counted by luck.
"""

from dataclasses import dataclass

from posecheck.core.levels import Level
from posecheck.stretches.checks import ENTER_S
from posecheck.stretches.stretch import Hold

EPS_S = 1e-6

CHANCE = 0.5
"""A reading that is nearer to an edge by this share of its stated error is on the other side of it in one case of five,
as the stated error holds for nine tenths of the readings."""

SHORTER, LONGER = 0.9, 1.5
"""Tolerance of the hold time, as factors on the shortest and the longest hold of the stretch."""
LONGEST_S = 60.0
"""Longest static hold that guidelines recommend (ACSM); the tolerance does not exceed it."""

LONGEST_KEPT_S = (LONGEST_S, 2 * LONGEST_S)
"""How long an end position may be kept before a caution and before a stop; the latter is our own judgement."""


@dataclass(frozen=True, slots=True)
class Overlong:
    """Say that an end position has been kept longer than a limit.

    Attributes:
        limits: 1 for the first, 2 for the second of LONGEST_KEPT_S.
        angle: Row of ANGLES, by name.
        start_s: When the end position was reached, seconds.
        end_s: When the limit was passed, seconds.
        limit_s: The limit, seconds.
    """

    limits: int
    angle: str
    start_s: float
    end_s: float
    limit_s: float


class HoldTimer:
    """Time the hold of one repetition; it takes one frame with a reading at a time.

    Attributes:
        hold_s: Seconds held inside the target since a stop limit was last passed.
        longest_s: The longest part of it without a pause.
        stopped: Whether a stop limit was passed.
    """

    def __init__(self, band: tuple[float, float], release: float) -> None:
        """Start at zero.

        Args:
            band: Lowest and highest amount of the target.
            release: How far outside the band the angle must be to end a hold, in the same unit.
        """
        self._low, self._high = band
        self._release = release
        self._held_s: float | None = None
        self._off_s: float | None = None
        self._stop_s: float | None = None
        self._run_s = 0.0
        self.hold_s = 0.0
        self.longest_s = 0.0
        self.stopped = False

    def update(self, time_s: float, amount: float, still: bool, level: int, doubt: float = 0.0) -> None:
        """Take the next frame.

        Args:
            time_s: Its time in seconds, later than that of the frame before.
            amount: The angle in the direction that counts, degrees or ratio.
            still: Whether it is slow enough for a hold.
            level: Highest Level of the limits in this frame.
            doubt: How far outside the target the angle may be read and yet be taken for inside, in the same unit.
        """
        slack = max(self._release if self._held_s is not None else 0.0, doubt)
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
    """Return the shortest and longest hold in seconds that is enough, with tolerance; None if none is asked for."""
    if hold is None:
        return None
    low, high = hold.seconds
    return low * SHORTER, max(low, min(high * LONGER, LONGEST_S))


def length(hold_s: float, hold: Hold | None) -> str:
    """Rate the length of a hold.

    Args:
        hold_s: Seconds held.
        hold: The hold that the stretch asks for, or None.

    Returns:
        "short", "enough" or "long"; empty if the stretch asks for no hold.
    """
    asked = asked_s(hold)
    if asked is None:
        return ""
    return "short" if hold_s < asked[0] else "long" if hold_s > asked[1] else "enough"
