"""Whether a phone that sends may stand for its wearer while a camera does not find them.

In the light whoever sits still is lost for moments only, mostly beside the camera. For UNSEEN_S what their phone sends
is judged on, unless they were on their way out of the picture, or the phone is moved as no trunk is. In the dark nobody
can be found, and it goes on as long as that lasts.
"""

from collections import deque
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import Pose
from posecheck.core.worn.phone import PhoneReading, is_read, wrapped

UNSEEN_S = 5.0
"""Longest time in the light."""
BEFORE_S, LEAVES = 0.6, 0.6
"""Who moved faster than LEAVES trunk lengths a second, over the last BEFORE_S, is on their way: a trunk that only turns
or leans stays below that."""
EDGE = 0.06
"""Nearer to the left or right edge than this share of the picture's width, the trunk's middle may have left it."""
TILT_DEG = 40.0
"""A phone tilted by more than this since its wearer was seen last has been taken off the chest."""
LEAP_DEG, LEAP_DEG_S = 8.0, 400.0
"""Farthest that a turn can be from the one before: degrees, and degrees for each second between."""
SILENT_S = 1.0
"""A phone that says nothing for so long has not been here all the time."""
BESIDE = 0.5
"""Who is found again at most so many trunk lengths away from where the wearer was lost is the wearer."""
TRUNK = (L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP)


@dataclass(frozen=True, slots=True, eq=False)
class _Sight:
    """Hold where a trunk was: the time, its middle (2,) and its length in pixels."""

    time_s: float
    middle: Floats
    length: float

    @classmethod
    def of(cls, pose: Pose) -> "_Sight":
        """Return where a pose has the trunk."""
        marks = pose.image_xy[list(TRUNK)]
        length = float(np.linalg.norm(marks[:2].mean(axis=0) - marks[2:].mean(axis=0)))
        return cls(pose.time_s, marks.mean(axis=0), max(length, 1.0))


class Absence:
    """Follow one wearer, frame by frame: call saw where they are found, covered where only others are, else stands."""

    def __init__(self) -> None:
        # Where their trunk was is computed only where a frame without them asks for it.
        self._sights: deque[Pose] = deque()
        self._width = 0
        self._since_s = self._heard_s = -np.inf
        self._first: PhoneReading | None = None
        self._last: PhoneReading | None = None
        self._off = self._through = False
        self._subject: int | None = None
        self._fewer = 0

    @property
    def subject(self) -> int:
        """Return the number of the person who was seen last; 0 before anybody was."""
        return 0 if self._subject is None else self._subject

    def saw(self, pose: Pose, said: NDArray[np.float32]) -> Pose:
        """Take a frame in which the wearer is found; return the pose, of the same person where it is still they.

        Args:
            pose: The pose.
            said: (8,) what the phone says in that frame.
        """
        subject = pose.subject - self._fewer
        # Who is away for seconds counts as another person when found again; their phone was here all the time.
        if self._subject is not None and subject != self._subject and self._through and pose.people == 1:
            last = _Sight.of(self._sights[-1])
            if float(np.linalg.norm(_Sight.of(pose).middle - last.middle)) <= BESIDE * last.length:
                self._fewer += subject - self._subject
                subject = self._subject
        if subject != self._subject:
            self._sights.clear()
            self._first = None
        self._sights.append(pose)
        while self._sights[0].time_s < pose.time_s - BEFORE_S:
            self._sights.popleft()
        self._width, self._subject, self._since_s = pose.size_wh[0], subject, pose.time_s
        self._off = self._through = False
        self._hear(pose.time_s, said)
        self._first = self._last
        return pose if subject == pose.subject else replace(pose, subject=subject)

    def covered(self, pose: Pose) -> Pose:
        """Take a frame in which others are found and not the wearer; return the pose, of the same person."""
        self._through = False
        return replace(pose, subject=pose.subject - self._fewer) if self._fewer else pose

    def stands(self, time_s: float, said: NDArray[np.float32], *, dark: bool = False) -> bool:
        """Return whether the phone stands for its wearer in a frame in which nobody is found.

        Args:
            time_s: The frame's time.
            said: (8,) what the phone says in it.
            dark: Whether the picture is too dark to find anybody in.
        """
        before, before_s = self._last, self._heard_s
        if not self._hear(time_s, said):
            self._through &= self._last is not None
            return False
        if dark:
            self._since_s, self._first, self._off, self._through = time_s, self._last, False, True
            return True
        self._off |= self._moved_off(before, time_s - before_s)
        self._through = not self._off and time_s - self._since_s <= UNSEEN_S and not self._leaves()
        return self._through

    def _hear(self, time_s: float, said: NDArray[np.float32]) -> bool:
        """Keep what the phone says, for SILENT_S; return whether it says anything."""
        if is_read(said):
            self._last, self._heard_s = PhoneReading.unpack(said.astype(np.float64)), time_s
            return True
        if time_s - self._heard_s > SILENT_S:
            self._last = None
        return False

    def _moved_off(self, before: PhoneReading | None, passed: float) -> bool:
        """Return whether the phone was moved as no trunk is since it was heard before, so many seconds ago."""
        first, now = self._first, self._last
        if self._subject is None or first is None or before is None or now is None:
            return True
        apart = max(abs(float(now.lean_deg - first.lean_deg)), abs(float(now.side_deg - first.side_deg)))
        leap = abs(float(wrapped(now.turn_deg - before.turn_deg))) > LEAP_DEG + LEAP_DEG_S * passed
        return bool(now.epoch != first.epoch or apart > TILT_DEG or leap)

    def _leaves(self) -> bool:
        """Return whether the wearer was on the way out of the picture when seen last."""
        if not self._sights:
            return True
        first, last = _Sight.of(self._sights[0]), _Sight.of(self._sights[-1])
        passed = last.time_s - first.time_s
        moved = float(np.linalg.norm(last.middle - first.middle))
        going = moved > LEAVES * last.length * max(passed, BEFORE_S / 2)
        return going or not EDGE * self._width <= last.middle[0] <= (1.0 - EDGE) * self._width
