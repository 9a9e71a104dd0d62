"""One repetition while it lasts, and the frames that it consists of."""

from typing import NamedTuple

import numpy as np

from posecheck.kinematics.angles import ANGLES
from posecheck.measurement.motion import SLOPE_S
from posecheck.repetitions.holds import CHANCE, EPS_S, LONGEST_KEPT_S, HoldTimer, length
from posecheck.repetitions.phases import HOLD_SHARE
from posecheck.repetitions.repetition import Repetition, RepetitionEnd
from posecheck.repetitions.rhythm import Rhythm
from posecheck.stretches.stretch import Stretch

RELEASE = {"deg": 3.0, "ratio": 0.03}
DRIFT, NEARLY = 0.05, 0.9
"""Who takes more than 20 seconds for the way to the target, or for as much of it as nearly reaches the peak, drifts
there; nobody means to move so slowly."""
LAG_S = SLOPE_S / 2
"""Delay of a slope, which belongs to the middle of the window that ends now."""


class Progressed(NamedTuple):
    """Hold one frame with a reading.

    code: 0 near neutral, else the direction, 1 or -1. sure: whether it is further from neutral than its stated error.
    rate: speed away from neutral. lead: the side by which the stretch names a repetition, if that is not the side of
    its followed angle.
    """

    time_s: float
    share: float
    still: bool
    code: int
    amount: float
    value: float
    error: float
    sure: bool
    row: int
    rate: float
    level: int
    lead: str


class OpenRepetition:
    """Collect one repetition while it lasts."""

    def __init__(
        self, first: Progressed, seen: bool, band: tuple[float, float], edge: float | None, *, elsewhere: bool = False
    ) -> None:
        """Begin with the first frame beyond neutral.

        Args:
            first: That frame.
            seen: Whether a frame before it was read, so that its start was seen.
            band: The target, degrees or ratio.
            edge: The edge of the target that is reached first, where the angle is read roughly; else None.
            elsewhere: Whether the person came from another posture than that of the stretch.
        """
        self.code, self.start_s, self.seen = first.code, first.time_s, seen
        self.elsewhere = elsewhere
        self.sure = False
        """Whether the person surely moved: in some frame by more than its stated error."""
        self.left_s: float | None = None
        self._edge = edge
        self.timer = HoldTimer(band, RELEASE[ANGLES[first.row].unit])
        self.peak = first
        self.overlong = 0
        self.stopped = False
        """Whether another stop limit than that of an angle was passed, which the timer follows."""
        self._times: list[float] = []
        self._values: list[float] = []
        self._shares: list[float] = []
        self._near_s: float | None = None
        self._still: tuple[float, float] | None = None

    def add(self, frame: Progressed) -> None:
        """Take a frame beyond neutral in this direction."""
        time_s = frame.time_s
        self.left_s = None
        self.sure |= frame.sure
        self._times.append(time_s)
        self._values.append(frame.amount)
        self._shares.append(frame.share)
        doubt = 0.0 if self._edge is None else CHANCE * frame.error
        self.timer.update(time_s, frame.amount, frame.still, frame.level, doubt)
        if frame.share > self.peak.share:
            self.peak = frame
        if frame.share >= HOLD_SHARE:
            self._near_s = time_s if self._near_s is None else self._near_s
            if frame.still:
                self._still = (time_s if self._still is None else self._still[0], time_s)

    @property
    def drifted(self) -> bool:
        """Whether the person came to the peak so slowly that it is a shift in posture."""
        nearly = next(i for i, share in enumerate(self._shares) if share >= NEARLY * self.peak.share)
        return self._shares[nearly] - self._shares[0] < DRIFT * (self._times[nearly] - self.start_s)

    def still_since(self, now: Progressed) -> float | None:
        """Return since when the end position has been kept, None if it is not kept now."""
        return self._still[0] if self._still is not None and now.still else None

    def ended(self, end_s: float, why: RepetitionEnd, side: str, stretch: Stretch, rhythm: Rhythm) -> Repetition:
        """Return the repetition, which ended at end_s; `why` says if it did not come back to neutral."""
        start, stop = self._hold(end_s, cut=why in (RepetitionEnd.LOST, RepetitionEnd.CUT))
        reached = self.peak.share >= 1.0
        if why == RepetitionEnd.COMPLETE:
            why = self._whole() if self.seen else RepetitionEnd.START_NOT_SEEN
        # Whether it was held in a target that it may not have reached cannot be told either.
        hold = length(self.timer.hold_s, stretch.hold)
        way_in = self._speed(self.start_s, start) if self.seen else float("nan")
        way_out = self._speed(stop, end_s) if why not in (RepetitionEnd.LOST, RepetitionEnd.CUT) else float("nan")
        return Repetition(
            side=side,
            angle=ANGLES[self.peak.row].name,
            unit=ANGLES[self.peak.row].unit,
            start_s=self.start_s,
            hold_start_s=start,
            hold_end_s=stop,
            end_s=end_s,
            peak=self.peak.value,
            peak_s=self.peak.time_s,
            peak_error=self.peak.error,
            hold_s=self.timer.hold_s,
            longest_hold_s=self.timer.longest_s,
            hold="" if hold == "short" and why == RepetitionEnd.TARGET_NOT_SURE else hold,
            stopped=self.stopped or self.timer.stopped or self.overlong == len(LONGEST_KEPT_S),
            reached=reached,
            in_speed=way_in,
            out_speed=way_out,
            reason=why,
            onset_s=rhythm.onset_s if self.seen else float("nan"),
            rest_s=rhythm.rest_s,
            cycle_s=(cycle_s := rhythm.cycle_s(self.code, self.peak.time_s)),
            lag_s=rhythm.lag_s(cycle_s, self.peak.time_s),
        )

    def _whole(self) -> RepetitionEnd:
        """Return how a repetition ends that was seen from neutral to neutral.

        Of an angle that is read roughly it is not known on which side of an edge it ended that it came near.
        """
        if self._edge is not None and abs(self.peak.amount - self._edge) < CHANCE * self.peak.error:
            return RepetitionEnd.TARGET_NOT_SURE
        return RepetitionEnd.COMPLETE if self.peak.share >= 1.0 else RepetitionEnd.SHORT_OF_TARGET

    def _hold(self, end_s: float, cut: bool) -> tuple[float, float]:
        """Return start and end of the stillness at the end position, corrected for the delay of the slope."""
        if self._still is None or self._near_s is None:
            return self.peak.time_s, self.peak.time_s
        first, last = self._still
        start = max(self._near_s, first - LAG_S)
        if cut and last >= self._times[-1]:
            return start, end_s
        return start, max(start, last - LAG_S)

    def _speed(self, from_s: float, to_s: float) -> float:
        """Return the mean absolute speed between two times, NaN if they are equal."""
        if to_s - from_s < EPS_S:
            return float("nan")
        one, other = np.interp([from_s, to_s], self._times, self._values)
        return float(abs(other - one) / (to_s - from_s))
