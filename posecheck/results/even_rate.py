"""Times at one rate, for formats that hold no time for each row: the usual step between frames makes the grid.

The grid begins with the first frame. A frame whose time is missing, or not later than those before it, is left out.
Landmarks come from straight lines between neighbouring frames; across a gap of more than MAX_GAP_S, or where nobody is
seen, they are NaN. The rows of a gap of more than LEFT_OUT_S may be left out; numbers and times of the rows after it
count it all the same.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from posecheck.capture.video.clock import MIN_STEP_S
from posecheck.core.arrays import Bools, Floats
from posecheck.core.errors import InputError
from posecheck.core.pose import PoseTrack

MAX_GAP_S = 0.2
LEFT_OUT_S = 10.0
ROWS_A_FRAME, ROWS_MORE = 20, 10_000
"""Most rows of a .trc for each frame, and on top of that: times that need more belong to no recording."""
LAST_ROW = 2**53
"""From here on a float no longer tells one row's number from the next."""
SNAP = 1e-3
"""A grid time this near to a frame, as a share of the grid's step, is that frame."""
REPAIRED_S = 1.5 * MIN_STEP_S
"""A frame this soon after another one has a repeated time that was moved; it says nothing of the rate."""
COUNTING = 0.25
"""Least share of longer steps for this, as at most two times in a row are moved; a faster camera has none."""


@dataclass(frozen=True, slots=True, eq=False)
class EvenRate:
    """Hold the grid of times that a recording is put on.

    Attributes:
        track: The landmarks.
        kept: (k,) the frames with increasing times.
        time_s: (k,) their times, from the first one.
        rate: Grid times a second, to six digits.
        grid: (m,) the numbers of the grid times from 0 on, without those inside gaps of more than LEFT_OUT_S.
    """

    track: PoseTrack
    kept: NDArray[np.intp]
    time_s: Floats
    rate: float
    grid: NDArray[np.int64]

    @classmethod
    def of(cls, path: Path, track: PoseTrack) -> Self:
        """Put a recording on a grid.

        Args:
            path: The file that is to be written, for messages.
            track: The landmarks.

        Raises:
            InputError: There are fewer than two frames with increasing times, or the times are those of no recording.
        """
        kept = np.flatnonzero(increasing(track.time_s))
        if len(kept) < 2:
            text = "{file}: expected at least two frames at increasing times for a {ending}, got {found} of {frames}"
            ending = path.suffix.lower()
            raise InputError("too_few_frames", text, file=path, ending=ending, found=len(kept), frames=len(track))
        time_s = track.time_s[kept] - track.time_s[kept[0]]
        rate = _rate(time_s)
        return cls(track, kept, time_s, rate, _grid(path, time_s, rate))

    def landmarks(self, grid: NDArray[np.int64]) -> Floats:
        """Return (m, 33, 3) the main subject's world landmarks at some of the grid's times, NaN where not seen."""
        track, subject, times = self.track, self.track.main_subject(), grid / self.rate
        after = np.clip(np.searchsorted(self.time_s, times), 1, len(self.kept) - 1)
        from_s, to_s = self.time_s[after - 1], self.time_s[after]
        share = np.clip((times - from_s) / (to_s - from_s), 0.0, 1.0)
        before, behind = (
            np.where((track.subject[i] == subject)[:, None, None], track.world_xyz[i], np.nan)
            for i in (self.kept[after - 1], self.kept[after])
        )
        xyz: Floats = before + (behind - before) * share[:, None, None]
        xyz[to_s - from_s > MAX_GAP_S] = np.nan
        for there, shown in ((from_s, before), (to_s, behind)):
            near = np.abs(times - there) * self.rate < SNAP
            xyz[near] = shown[near]
        return xyz

    def nearest(self, grid: NDArray[np.int64]) -> tuple[NDArray[np.intp], Bools]:
        """Return (m,) the frame nearest to each of some grid times, and (m,) whether it is at most a step away."""
        times = grid / self.rate
        after = np.clip(np.searchsorted(self.time_s, times), 1, len(self.kept) - 1)
        sooner = times - self.time_s[after - 1] <= self.time_s[after] - times
        chosen = np.where(sooner, after - 1, after)
        return self.kept[chosen], np.abs(self.time_s[chosen] - times) * self.rate <= 1 + SNAP


def increasing(time_s: Floats) -> Bools:
    """Return (n,) whether a frame has a time, and one later than those of all frames before it."""
    known = np.isfinite(time_s)
    latest = np.maximum.accumulate(np.where(known, time_s, -np.inf))
    return known & (latest > np.concatenate([[-np.inf], latest[:-1]]))


def _rate(time_s: Floats) -> float:
    """Return frames a second from the usual step between increasing times, to the six digits that the header holds."""
    longer = np.diff(time_s) > REPAIRED_S
    told = time_s[np.concatenate([[True], longer])] if longer.mean() >= COUNTING else time_s
    return float(f"{1 / np.median(np.diff(told)):.6g}")


def _grid(path: Path, time_s: Floats, rate: float) -> NDArray[np.int64]:
    """Return (m,) the numbers of the grid times from 0 on, without those inside gaps of more than LEFT_OUT_S."""
    at = time_s * rate
    last = np.floor(at + SNAP)
    first = np.where(np.diff(time_s) > LEFT_OUT_S, np.ceil(at[1:] - SNAP), last[:-1] + 1)
    counts = last[1:] - first + 1
    most = ROWS_A_FRAME * len(time_s) + ROWS_MORE
    if counts.sum() >= most or at[-1] >= LAST_ROW:
        text = (
            "{file}: time_s: expected times of a recording, which need at most {most} rows at its {rate} frames a "
            "second, got {frames} frames over {seconds} s"
        )
        frames, seconds = len(time_s), f"{time_s[-1]:.6g}"
        raise InputError("absurd_times", text, file=path, most=most, rate=f"{rate:g}", frames=frames, seconds=seconds)
    each = counts.astype(np.int64)
    within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
    return np.concatenate([np.zeros(1, np.int64), np.repeat(first.astype(np.int64), each) + within])
