"""Pictures that show their own number, so that the time of capture can be read from a picture on a screen.

A strip of black and white squares in a magenta frame stands in the upper right corner: white, black, then BITS bits,
the highest first. It is drawn mirrored, because the displayed picture is mirrored.
"""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Rgb

SQUARE, EDGE, BITS = 16, 6, 10
CELLS = BITS + 2
WIDTH, HEIGHT = CELLS * SQUARE + 2 * EDGE, SQUARE + 2 * EDGE
MAGENTA = (255, 0, 255)
MODULO = 1 << BITS
FPS = 25


def strip(number: int) -> Rgb:
    """Return the strip of a number (HEIGHT, WIDTH, 3), to be read from left to right."""
    bits = [1, 0, *((number >> k) & 1 for k in reversed(range(BITS)))]
    out = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    out[:] = MAGENTA
    for i, bit in enumerate(bits):
        left = EDGE + i * SQUARE
        out[EDGE : EDGE + SQUARE, left : left + SQUARE] = 255 * bit
    return out


def coded(rgb: Rgb, number: int) -> Rgb:
    """Return a copy of a picture with its number, in mirror writing at the upper right."""
    out = rgb.copy()
    out[:HEIGHT, -WIDTH:] = strip(number % MODULO)[:, ::-1]
    return out


def box(rgb: Rgb) -> tuple[int, int, int, int] | None:
    """Return left, top, right and bottom of the strip's magenta frame in a picture; None where there is none."""
    pixel = rgb.astype(np.int16)
    found = (pixel[..., 0] > 180) & (pixel[..., 2] > 180) & (pixel[..., 1] < 90)
    rows, columns = np.flatnonzero(found.sum(axis=1) > 20), np.flatnonzero(found.sum(axis=0) > 4)
    if not len(rows) or not len(columns):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def number(rgb: Rgb, frame: tuple[int, int, int, int]) -> int | None:
    """Return the number in a picture whose strip stands in that box; None while it is being drawn over."""
    left, top, right, bottom = frame
    scale = (right - left) / WIDTH
    y = (top + bottom) // 2
    x = np.round(left + (EDGE + (np.arange(CELLS) + 0.5) * SQUARE) * scale).astype(int)
    bits: NDArray[np.bool_] = rgb[y, x].mean(axis=1) > 127
    if not bits[0] or bits[1]:
        return None
    return int("".join("1" if bit else "0" for bit in bits[2:]), 2)


def pictures(film: Path) -> list[Rgb]:
    """Return a film's pictures, to be played over and over."""
    with VideoReader(film) as reader:
        return [frame.rgb for frame in reader]


def write_mjpeg(film: Path, target: Path, still: int) -> int:
    """Write a film as Chromium takes it for a camera, numbered; return how many pictures it has.

    still: how often its first picture stands, so that a start position can be measured.
    """
    from fractions import Fraction

    import av

    shown = pictures(film)
    shown = [shown[0]] * still + shown
    height, width = shown[0].shape[:2]
    with av.open(str(target), "w", format="mjpeg") as out:
        stream = out.add_stream("mjpeg", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        stream.options = {"qscale": "2"}
        for i, rgb in enumerate(shown):
            frame = av.VideoFrame.from_ndarray(coded(rgb, i), format="rgb24").reformat(format="yuvj420p")
            frame.pts, frame.time_base = i, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return len(shown)


def read_back(frames: Iterator[Rgb]) -> list[int | None]:
    """Return the numbers in pictures shown mirrored, for a check of the code itself."""
    out: list[int | None] = []
    for rgb in frames:
        shown = cv2.flip(rgb, 1)
        place = box(np.asarray(shown, np.uint8))
        out.append(None if place is None else number(np.asarray(shown, np.uint8), place))
    return out
