"""The rhythm of repetitions: rest before each, time from peak to peak, and whether left and right go together.

Conventions. Times are seconds, NaN where they cannot be told. A rest is stillness at neutral. One repetition follows
another in a cycle when there was no more than REST_S of it between. The lag of left behind right is the difference of
the phases of their first harmonic over one cycle.
"""

import numpy as np

from posecheck.measurement.motion import SLOPE_S

REST_S = 0.5
LONGEST_S = 20.0
"""A cycle longer than this is none, and need not be remembered."""
FEWEST = 6


class Rhythm:
    """Remember what lies between repetitions; fed known frames in order."""

    def __init__(self) -> None:
        self._rest: tuple[float, float] | None = None
        self._peaks: dict[int, float] = {}
        self._times: list[float] = []
        self._both: list[tuple[float, float]] = []
        self._open = False
        self.onset_s = float("nan")
        self.rest_s = float("nan")

    def take(self, time_s: float, neutral: bool, still: bool, both: tuple[float, float]) -> None:
        """Take a frame: whether it is near neutral, whether it is still, and what left and right do."""
        if neutral and still:
            self._rest = (time_s if self._rest is None else self._rest[0], time_s)
        elif self._open and not neutral:
            self._rest = None
        self._times.append(time_s)
        self._both.append(both)
        if time_s - self._times[0] > 2 * LONGEST_S:
            old = int(np.searchsorted(self._times, time_s - LONGEST_S))
            del self._times[:old], self._both[:old]

    def begin(self, start_s: float) -> None:
        """Begin a repetition that left neutral at a time."""
        rest = self._rest
        # A slope over the time that ends now is the speed of half that time ago.
        self.onset_s = start_s if rest is None else min(start_s, rest[1] - SLOPE_S / 2)
        self.rest_s = float("nan") if not self._peaks else 0.0 if rest is None else rest[1] - rest[0]
        if self.rest_s > REST_S:
            # Something to have rested after, and nothing to follow on.
            self._peaks = dict.fromkeys(self._peaks, float("nan"))
        self._rest, self._open = None, True

    def cycle_s(self, way: int, peak_s: float) -> float:
        """Return the time since the peak before that went the same way, NaN where this does not follow on it."""
        return peak_s - self._peaks.get(way, float("nan"))

    def lag_s(self, cycle_s: float, peak_s: float) -> float:
        """Return by how much the left side trailed the right over the cycle that ends at a peak."""
        time = np.array(self._times)
        here = (time > peak_s - cycle_s) & (time <= peak_s)
        both = np.array(self._both)[here] if here.sum() >= FEWEST else np.empty((0, 2))
        if not len(both) or not np.isfinite(both).all():
            return float("nan")
        turn = np.exp(-2j * np.pi * time[here] / cycle_s)
        left, right = (both - both.mean(axis=0)).T @ turn
        return float(np.angle(right * np.conj(left)) / (2 * np.pi) * cycle_s)

    def ended(self, complete: bool, way: int, peak_s: float) -> None:
        """End a repetition that went one way, with its peak at a time."""
        self._peaks = {**self._peaks, way: peak_s} if complete else {}
        self._open = False

    def lose(self) -> None:
        """Forget everything: nobody could be followed."""
        self._rest, self._peaks, self._open = None, {}, False
        self._times, self._both = [], []
