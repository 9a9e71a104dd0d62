"""The rhythm of repetitions: the rest before each, the time from peak to peak, and whether left and right are in phase.

Conventions. Times are seconds, NaN where they are not known. A rest is stillness at neutral. Two repetitions form a
cycle if the rest between them is at most REST_S. The lag of left behind right is the phase difference of their first
harmonics over one cycle.
"""

import numpy as np

from posecheck.measurement.motion import SLOPE_S

REST_S = 0.5
LONGEST_S = 20.0
"""Longest cycle; frames that are older are forgotten."""
FEWEST = 6
"""Least number of frames in a cycle to compute its lag."""


class Rhythm:
    """Remember rests, peaks and recent amounts; it takes the frames with a reading in order of time.

    Attributes:
        onset_s: When the movement of the current repetition began.
        rest_s: Rest before it; NaN if no complete repetition was seen before it.
    """

    def __init__(self) -> None:
        self._rest: tuple[float, float] | None = None
        self._peaks: dict[int, float] = {}
        self._times: list[float] = []
        self._both: list[tuple[float, float]] = []
        self._open = False
        self.onset_s = float("nan")
        self.rest_s = float("nan")

    def take(self, time_s: float, neutral: bool, still: bool, both: tuple[float, float]) -> None:
        """Take the next frame.

        Args:
            time_s: Its time in seconds.
            neutral: Whether it is near neutral.
            still: Whether the person is still.
            both: Amounts of the left and the right side, NaN where not judged.
        """
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
        """Begin a repetition that left neutral at start_s."""
        rest = self._rest
        # A slope belongs to the middle of its window, so stillness ended half a window before it was noticed.
        self.onset_s = start_s if rest is None else min(start_s, rest[1] - SLOPE_S / 2)
        self.rest_s = float("nan") if not self._peaks else 0.0 if rest is None else rest[1] - rest[0]
        if self.rest_s > REST_S:
            # NaN: there was a repetition before this rest, but the next one forms no cycle with it.
            self._peaks = dict.fromkeys(self._peaks, float("nan"))
        self._rest, self._open = None, True

    def cycle_s(self, way: int, peak_s: float) -> float:
        """Return the time since the peak before in the same direction.

        Args:
            way: Direction of the repetition, 1 or -1.
            peak_s: Time of its peak.

        Returns:
            Seconds; NaN if the two repetitions do not form a cycle.
        """
        return peak_s - self._peaks.get(way, float("nan"))

    def lag_s(self, cycle_s: float, peak_s: float) -> float:
        """Return by how much the left side trailed the right in the cycle that ends at a peak.

        Args:
            cycle_s: Length of the cycle.
            peak_s: Time of the peak.

        Returns:
            Seconds, negative if the left side was ahead; NaN if a side was not judged in the whole cycle.
        """
        time = np.array(self._times)
        here = (time > peak_s - cycle_s) & (time <= peak_s)
        both = np.array(self._both)[here] if here.sum() >= FEWEST else np.empty((0, 2))
        if not len(both) or not np.isfinite(both).all():
            return float("nan")
        turn = np.exp(-2j * np.pi * time[here] / cycle_s)
        left, right = (both - both.mean(axis=0)).T @ turn
        return float(np.angle(right * np.conj(left)) / (2 * np.pi) * cycle_s)

    def ended(self, complete: bool, way: int, peak_s: float) -> None:
        """End a repetition.

        Args:
            complete: Whether it was complete; after an incomplete one no cycle is known.
            way: Its direction, 1 or -1.
            peak_s: Time of its peak.
        """
        self._peaks = {**self._peaks, way: peak_s} if complete else {}
        self._open = False

    def lose(self) -> None:
        """Forget everything, because the person was not followed."""
        self._rest, self._peaks, self._open = None, {}, False
        self._times, self._both = [], []
