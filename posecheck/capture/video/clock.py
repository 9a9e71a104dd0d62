"""The time of each picture, from time stamps that may be missing, repeated, out of order, restarted or wrong."""

from collections.abc import Iterator

from posecheck.core.errors import Problem
from posecheck.core.i18n import N_

MIN_STEP_S = 0.001
"""A picture whose time is the same as that before, or a little earlier, is placed this much after it."""
RESTART_S = 0.5
"""A time that is this much earlier than the one before comes from a clock that restarted, as in joined files."""
JUMP_S = 10.0
"""A longer gap between two pictures is not a pause in an exercise; it is shortened to PAUSE_S."""
PAUSE_S = 1.0
STUCK = 3
"""After this many pictures in a row without an increase in time, the time stamps are not used."""


class Clock:
    """Give pictures in order of display their times in seconds, strictly increasing from 0.

    Attributes:
        repaired: How many pictures were moved because their times did not increase.
    """

    def __init__(self, name: str, usual_step_s: float, speed: float = 1.0) -> None:
        """Prepare for one recording.

        Args:
            name: Name of the file, for notes.
            usual_step_s: Seconds from one picture to the next where a picture has no time stamp.
            speed: Slow-motion factor of the recording; times are divided by it.
        """
        self._name, self._step_s, self._speed = name, usual_step_s, speed
        self._last: float | None = None
        self._stamp = 0.0
        self._offset = 0.0
        self._stuck = 0
        self._restarts: list[float] = []
        self._gaps: list[tuple[float, float]] = []
        self.repaired = 0

    @property
    def broken(self) -> bool:
        """Return whether the clock restarted or gaps were shortened, so that the stated duration is meaningless."""
        return bool(self._restarts or self._gaps)

    def time_of(self, stamp_s: float | None) -> float:
        """Return the time of the next picture in seconds; stamp_s is its time stamp in the file, None if missing."""
        if stamp_s is None:
            self._last = 0.0 if self._last is None else self._last + self._step_s
            return self._last
        stamp = stamp_s / self._speed
        if self._last is None:
            self._last, self._stamp, self._offset = 0.0, stamp, -stamp
            return 0.0
        step = stamp - self._stamp
        if step <= -RESTART_S:
            self._restarts.append(self._last)
            self._offset = self._last + self._step_s - stamp
        elif step > JUMP_S:
            self._gaps.append((self._last, step))
            self._offset = self._last + PAUSE_S - stamp
        self._stuck = self._stuck + 1 if -RESTART_S < step <= 0 else 0
        if self._stuck >= STUCK:
            self._offset = self._last + self._step_s - stamp
        time_s = stamp + self._offset
        if time_s < self._last + MIN_STEP_S:
            self.repaired += 1
            time_s = self._last + MIN_STEP_S
        self._last, self._stamp = time_s, max(stamp, self._stamp) if -RESTART_S < step <= 0 else stamp
        return time_s

    @property
    def notes(self) -> Iterator[Problem]:
        """Yield what a reader of the results should know about the times: slow motion, restarts and gaps."""
        if self._speed != 1.0:
            yield Problem(
                "slow_motion",
                N_("{file}: recorded in slow motion, {times} times slowed; times and speeds are those of the movement"),
                {"file": self._name, "times": f"{self._speed:.3g}"},
            )
        if self._restarts:
            yield Problem(
                "clock_restarted",
                N_("{file}: its clock begins again after {seconds} s, as in joined recordings; times go on from there"),
                {"file": self._name, "seconds": f"{self._restarts[0]:.1f}"},
            )
        if self._gaps:
            at, long = self._gaps[0]
            yield Problem(
                "time_gap",
                N_("{file}: nothing was recorded for {long} s after {seconds} s; this gap counts as {pause} s"),
                {"file": self._name, "long": f"{long:.0f}", "seconds": f"{at:.1f}", "pause": f"{PAUSE_S:g}"},
            )
