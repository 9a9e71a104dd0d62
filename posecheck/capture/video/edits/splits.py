"""Split screens: two pictures in one, side by side or one above the other, seen by their seam or by their being alike.

The seam is a sharp step of brightness exactly in the middle, in many rows and always at the same place. Where one room
is shown twice there is hardly a step, but the two halves are alike. A door frame in the middle of a room may have such
a step too, and so may the edge of a floor, so whoever asks must also know that nobody reaches from one half to the
other. For pictures one above the other, rows and columns change places.
"""

from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.video.edits.leaps import reduced
from posecheck.core.arrays import Bools, Floats
from posecheck.core.frame import Rgb

EVERY_S, LEAST = 0.4, 4
"""Seconds between two pictures that are looked at, and how many are needed."""
WIDTH, ROWS, NEAR = 640, 60, 24
"""The picture is looked at in ROWS, at most WIDTH wide, and only so many columns to either side of the middle."""
MIDDLE = 3
"""Columns to either side of the middle in which the seam is looked for."""
STEP, SHARPER = 10.0, 2.5
"""A row has a step of at least this brightness, of 255, and so many times as large as what changes beside it."""
ALWAYS, SEAM, SURE = 0.7, 0.4, 0.58
"""Share of the pictures in which a row has the step, and of the rows that must have it if a second person is seen, and
if not. In real and rendered clips of one picture the middle had at most 0.12, any column at most 0.57 and one in 500
more than 0.4; in split screens of different pictures the middle had 0.43 to 0.83."""
HALF_WH, BLUR, INSET, SHIFTS = (48, 64), 6.0, 4, 2
"""Size of the small halves that are compared, what is taken out as mere shading, and by how much they may be moved."""
ALIKE, PLAIN = 0.8, 5.0
"""Least correlation of halves that show the same room, and the least spread of brightness for which it counts. In real
and rendered clips of one picture it was at most 0.49, of one room filmed twice 1.00."""


class Split(IntEnum):
    """How two pictures share one: the axis of a position (x, y) along which they lie."""

    BESIDE, ABOVE = 0, 1


class SplitFinder:
    """Find whether a recording shows two pictures in one, of the same size."""

    def __init__(self) -> None:
        self._next_s = -np.inf
        self._seen = 0
        self._steps: NDArray[np.int32] = np.zeros((len(Split), ROWS, 2 * MIDDLE + 1), np.int32)
        self._halves: Floats = np.zeros((len(Split), 2, *HALF_WH[::-1]))

    def update(self, rgb: Rgb, time_s: float) -> None:
        """Take the next picture (h, w, 3)."""
        if time_s < self._next_s:
            return
        self._next_s = time_s + EVERY_S
        self._seen += 1
        for split, green in zip(Split, (rgb[..., 1], rgb[..., 1].T), strict=True):
            self._steps[split] += _steps(green)
            middle = green.shape[1] // 2
            for half, part in zip(self._halves[split], (green[:, :middle], green[:, -middle:]), strict=True):
                half += reduced(part, HALF_WH)

    def found(self, company: bool) -> Split | None:
        """Return how the pictures so far are split, by a seam in the middle or two halves that are alike, or None.

        Args:
            company: Whether a second person is mostly seen.
        """
        if self._seen < LEAST:
            return None
        for split in Split:
            seam = float((self._steps[split] >= ALWAYS * self._seen).mean(axis=0).max())
            # Without a second person, what crosses the whole picture at half its height is the edge of a floor.
            least = SURE if not company or split is Split.ABOVE else SEAM
            if (seam >= least and (company or split is Split.BESIDE)) or _alike(*(self._halves[split] / self._seen)):
                return split
        return None


def _steps(green: NDArray[np.uint8]) -> Bools:
    """Return which rows have a sharp step at each of the middle columns (ROWS, 2 * MIDDLE + 1)."""
    width = green.shape[1]
    near = min(round(NEAR * max(1.0, width / WIDTH)), width // 2)
    strip = green[:, width // 2 - near : width // 2 + near]
    sums = np.cumsum(cv2.resize(strip, (2 * NEAR, ROWS), interpolation=cv2.INTER_AREA), axis=1, dtype=np.int32)

    def mean(first: int, last: int) -> Floats:
        """Return the mean of the columns from `first` to before `last`, counted from each middle column."""
        left, right = NEAR - MIDDLE - 1, NEAR + MIDDLE
        return np.asarray(sums[:, left + last : right + last] - sums[:, left + first : right + first]) / (last - first)

    before, after = mean(-4, -1), mean(1, 4)
    beside = np.maximum(np.abs(before - mean(-9, -6)), np.abs(mean(6, 9) - after))
    step = np.abs(after - before)
    return np.asarray((step > STEP) & (step > SHARPER * beside))


def _alike(left: Floats, right: Floats) -> bool:
    """Return whether two small pictures (h, w) show the same, apart from shading and a small shift."""
    one, other = (half - cv2.GaussianBlur(half, (0, 0), BLUR) for half in (left, right))
    inner = (slice(INSET, -INSET), slice(INSET, -INSET))
    if min(float(one[inner].std()), float(other[inner].std())) < PLAIN:
        return False
    shifts = range(-SHIFTS, SHIFTS + 1)
    moved = (np.roll(other, (down, along), axis=(0, 1))[inner] for down in shifts for along in shifts)
    return any(float(np.corrcoef(one[inner].ravel(), part.ravel())[0, 1]) >= ALIKE for part in moved)
