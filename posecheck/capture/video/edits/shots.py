"""Shots: where an edited recording changes from one camera position or scene to another.

A cut changes most of the picture from one frame to the next, while the frames before it hardly changed. A cross-fade
changes it within a second or so, and the pictures in between are mixtures of the first and the last. A person who
moves changes a part of the picture only; a light that is switched changes its brightness, which is taken out first; a
camera that is moved keeps changing the picture, and its pictures in between are no mixtures.
A cut from one moment to another of the same still camera is looked for in leaps.py.
"""

from collections import deque
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.video.edits.leaps import LeapFinder, apart, reduced
from posecheck.core.arrays import Bools, Floats
from posecheck.core.frame import Rgb

COLUMNS, ROWS = 8, 6
"""Cells of the picture that are compared."""
PIXELS = 4
"""Edge of a cell in the small picture, pixels."""
CHANGED = 18.0
"""A cell has changed if its pixels differ by this much on average, of 255."""
CUT, CALM = 0.5, 0.35
"""Share of the cells that change at a cut, and the most that may have changed in the steps before it. Within the real
clips that were tried at most 0.21 of the cells changed in a step, at one picture a second 0.42."""
CALM_STEPS = 3
FADE_S = (0.25, 1.6)
"""Shortest and longest time that a cross-fade takes."""
KEPT_S = 0.08
"""Time between the pictures that are kept to look for a cross-fade."""
MOST_KEPT = int(FADE_S[1] / KEPT_S) + 2
UNMIXED, MOST = 8.0, 0.75
"""Largest average difference of a cell from a mixture, of 255, and the share of the cells that must not exceed it; a
movement of the camera leaves more, a person who moves only in a few cells."""
STILL = 1.5
"""Most that any cell of a still picture changes, of 255; people move more, also when they hold still."""


Small = NDArray[np.uint8]
"""Small pictures (ROWS * PIXELS, COLUMNS * PIXELS, 3), or several of them below each other."""


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """Hold a small picture with its place in the recording."""

    index: int
    time_s: float
    small: Small


class _Stack:
    """Hold the small pictures that are kept, one below the other in one array, so that all are compared at once."""

    def __init__(self) -> None:
        # Twice as long as needed, so that they are seldom moved to its beginning.
        self._rows = np.zeros((2 * MOST_KEPT, ROWS * PIXELS, COLUMNS * PIXELS, 3), np.uint8)
        self._end = 0

    def add(self, small: Small, kept: int) -> None:
        """Add a picture after the last ones, of which so many are kept."""
        if self._end == len(self._rows):
            self._rows[:kept] = self._rows[self._end - kept :]
            self._end = kept
        self._rows[self._end] = small
        self._end += 1

    def may_have_changed(self, small: Small, kept: int) -> Bools:
        """Return for each of the pictures kept (kept,) whether a share of CUT may have changed since it, see _changed.

        It is never less than that, because the light is not taken out.
        """
        before = self._rows[self._end - kept : self._end].reshape(-1, COLUMNS * PIXELS, 3)
        return np.asarray(differing(before, np.tile(small, (kept, 1, 1))).mean(axis=1) >= CUT)


class ShotFinder:
    """Number the shots of a recording, frame by frame."""

    def __init__(self) -> None:
        self._shot = 0
        self._last: Small | None = None
        self._steps: deque[float] = deque(maxlen=CALM_STEPS)
        self._kept: deque[_Kept] = deque()
        self._stack = _Stack()
        self._starts: list[int] = [0]
        self._first: Small | None = None
        self._moved = 0.0
        self._stills: list[int] = []
        self._unsure = False
        self._faded_at: int | None = None
        self._leaps = LeapFinder()

    @property
    def leaps(self) -> dict[int, Bools]:
        """By the first frame after each leap of the picture, where it has changed (LEAP_WH), as an array (h, w).

        It may be a cut from one moment to another of a still camera, a light, or a caption.
        """
        return {index: changed for index, changed in self._leaps.sure.items() if index not in self._starts}

    @property
    def starts(self) -> tuple[int, ...]:
        """The index of the first frame of each shot so far; a cross-fade is a shot of its own."""
        return tuple(self._starts)

    @property
    def stills(self) -> tuple[int, ...]:
        """The shots in which nothing moves, such as titles and photographs; none in a recording of one shot."""
        last = [self._starts[-1]] if len(self._starts) > 1 and self._moved < STILL else []
        return tuple(self._starts.index(start) for start in (*self._stills, *last) if start in self._starts)

    def update(self, rgb: Rgb, index: int, time_s: float) -> int:
        """Take the next picture.

        Args:
            rgb: (h, w, 3) picture.
            index: Its place in the recording.
            time_s: Its time in seconds.

        Returns:
            How many changes of the shot have been found up to this picture; those of a cross-fade only at its end.
        """
        small = _small(rgb)
        step = 0.0 if self._last is None else _changed(self._last, small)
        # The first steps of a recording have nothing before them to be compared with.
        calm = len(self._steps) == CALM_STEPS and max(self._steps) < CALM
        if self._unsure and step >= CALM:
            # The picture goes on changing: the camera has begun to move.
            self._starts.pop()
        self._unsure = step >= CUT and calm
        if self._unsure:
            self._begin(index)
        elif not self._kept or time_s - self._kept[-1].time_s >= KEPT_S:
            self._look_for_fade(index, time_s, small)
        if not self._kept or time_s - self._kept[-1].time_s >= KEPT_S:
            self._stack.add(small, len(self._kept))
            self._kept.append(_Kept(index, time_s, small))
        self._first = small if self._first is None else self._first
        if self._moved < STILL:
            self._moved = max(self._moved, float(_cells(cv2.absdiff(small, self._first)).max()))
        self._steps.append(step)
        self._last = small
        self._leaps.update(rgb, index, time_s)
        return self._shot

    def _begin(self, *starts: int) -> None:
        if self._moved < STILL:
            self._stills.append(self._starts[-1])
        self._starts += starts
        self._shot += len(starts)
        self._first, self._moved = None, 0.0
        self._kept.clear()
        self._steps.clear()
        self._steps.extend([0.0] * CALM_STEPS)

    def _look_for_fade(self, index: int, time_s: float, small: Small) -> None:
        """Begin a shot where the picture has changed by a cross-fade since one of the pictures kept."""
        while self._kept and time_s - self._kept[0].time_s > FADE_S[1]:
            self._kept.popleft()
        if not self._kept:
            return
        kept = list(self._kept)
        for i in np.flatnonzero(self._stack.may_have_changed(small, len(kept)))[::-1].tolist():
            first = kept[i]
            if time_s - first.time_s < FADE_S[0] or _changed(first.small, small) < CUT:
                continue
            between = kept[i + 1 :]
            if between and all(_is_mixture(one.small, first.small, small) for one in between):
                if self._faded_at == first.index:
                    # The same cross-fade goes on.
                    self._starts.pop()
                    self._begin(index)
                else:
                    self._begin(first.index + 1, index)
                self._faded_at = index
            return


def _small(rgb: Rgb) -> Small:
    """Return a small picture (ROWS * PIXELS, COLUMNS * PIXELS, 3)."""
    return reduced(rgb, (COLUMNS * PIXELS, ROWS * PIXELS))


def _changed(before: Small, after: Small) -> float:
    """Return the share of cells that have changed from one small picture to another, whatever the light does."""
    if not differing(before, after).any():
        return 0.0
    return float((_cells(apart(before, after)) > CHANGED).mean())


def differing(before: Small, after: Small) -> Bools:
    """Return which cells (n, ROWS * COLUMNS) of n pairs of pictures, below each other, may differ by CHANGED.

    It is quick, does not take out the light, and never leaves out a cell that _changed counts.
    """
    cells = cv2.resize(cv2.absdiff(before, after), (COLUMNS, len(before) // PIXELS), interpolation=cv2.INTER_AREA)
    # Each of the three colours is rounded by at most a half.
    return np.asarray(cells.reshape(-1, ROWS * COLUMNS, 3).sum(axis=2) >= 3 * (CHANGED - 0.5))


def _cells(small: NDArray[Any]) -> Floats:
    """Return the average of each cell of a small picture (ROWS, COLUMNS)."""
    return np.asarray(small.mean(axis=2).reshape(ROWS, PIXELS, COLUMNS, PIXELS).mean(axis=(1, 3)))


def _is_mixture(between: Small, first: Small, last: Small) -> bool:
    """Return whether a picture is a mixture of two others."""
    start = first.astype(np.float64)
    way, gone = last - start, between - start
    share = float((gone * way).sum() / max(float((way**2).sum()), 1.0))
    left = _cells(np.abs(gone - share * way))
    return 0.0 < share < 1.0 and float((left < UNMIXED).mean()) >= MOST
