"""Shots: where an edited recording changes from one camera position or scene to another.

A cut changes most of the picture from one frame to the next, while the frames before it hardly changed. A cross-fade
changes it within a second or so, and the pictures in between are mixtures of the first and the last. A person who
moves changes a part of the picture only; a light that is switched changes its brightness, which is taken out first; a
camera that is moved keeps changing the picture, and its pictures in between are no mixtures.
A cut from one moment to another of the same still camera is looked for in leaps.py.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from posecheck.capture.video.leaps import LeapFinder, apart, reduced
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
UNMIXED, MOST = 8.0, 0.75
"""Largest average difference of a cell from a mixture, of 255, and the share of the cells that must not exceed it; a
movement of the camera leaves more, a person who moves only in a few cells."""
STILL = 1.5
"""Most that any cell of a still picture changes, of 255; people move more, also when they hold still."""


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """Hold a small picture with its place in the recording."""

    index: int
    time_s: float
    small: Floats


class ShotFinder:
    """Number the shots of a recording, frame by frame."""

    def __init__(self) -> None:
        self._shot = 0
        self._last: Floats | None = None
        self._steps: deque[float] = deque(maxlen=CALM_STEPS)
        self._kept: deque[_Kept] = deque()
        self._starts: list[int] = [0]
        self._first: Floats | None = None
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
            self._kept.append(_Kept(index, time_s, small))
        self._first = small if self._first is None else self._first
        self._moved = max(self._moved, float(_cells(np.abs(small - self._first)).max()))
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

    def _look_for_fade(self, index: int, time_s: float, small: Floats) -> None:
        """Begin a shot where the picture has changed by a cross-fade since one of the pictures kept."""
        while self._kept and time_s - self._kept[0].time_s > FADE_S[1]:
            self._kept.popleft()
        kept = list(self._kept)
        for i in range(len(kept) - 1, -1, -1):
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


def _small(rgb: Rgb) -> Floats:
    """Return a small picture (ROWS * PIXELS, COLUMNS * PIXELS, 3)."""
    return reduced(rgb, (COLUMNS * PIXELS, ROWS * PIXELS))


def _changed(before: Floats, after: Floats) -> float:
    """Return the share of cells that have changed from one small picture to another, whatever the light does."""
    return float((_cells(apart(before, after)) > CHANGED).mean())


def _cells(small: Floats) -> Floats:
    """Return the average of each cell of a small picture (ROWS, COLUMNS)."""
    return np.asarray(small.mean(axis=2).reshape(ROWS, PIXELS, COLUMNS, PIXELS).mean(axis=(1, 3)))


def _is_mixture(between: Floats, first: Floats, last: Floats) -> bool:
    """Return whether a picture is a mixture of two others."""
    way = last - first
    share = float(((between - first) * way).sum() / max(float((way**2).sum()), 1.0))
    left = _cells(np.abs(between - first - share * way))
    return 0.0 < share < 1.0 and float((left < UNMIXED).mean()) >= MOST
