"""Spells in which an angle could not be judged, each with its main reason."""

import numpy as np
from numpy.typing import NDArray

from posecheck.assessment.events import EPS_S, LOST_S, cuts
from posecheck.core.arrays import Floats
from posecheck.stretches.checks import ENTER_S


class UnjudgedTracker:
    """Follow why one angle cannot be judged, and report absences that last at least LOST_S in total.

    Being judged for less than ENTER_S in between does not end an absence, because no warning is possible in so short a
    time. A reason that lasts less than LOST_S is added to its neighbour, so that flickering between reasons does not
    hide an absence.
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
        firsts = [0, *cuts(reason)]
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
