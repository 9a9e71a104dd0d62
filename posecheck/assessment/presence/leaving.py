"""Which events are dropped because somebody left the place or posture of the stretch just after they began."""

import numpy as np
from numpy.typing import NDArray

from posecheck.assessment.events import EPS_S, Event
from posecheck.core.arrays import Floats
from posecheck.core.reasons import UnjudgedReason
from posecheck.measurement.start.place import LEAD_S

# By reason: looking it up costs a tenth of np.isin.
_LEFT = np.isin(np.arange(256), [UnjudgedReason.MOVED_AWAY, UnjudgedReason.OTHER_POSTURE])


class Leaving:
    """Drop events that began less than LEAD_S before somebody left the place or posture of the stretch."""

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
        """Return the events, new or held back, for which it is now known that nobody left within LEAD_S of their start.

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
