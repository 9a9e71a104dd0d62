"""Pictures that show their own number, so that a picture on a screen tells when it was captured.

A strip of black and white squares in a magenta frame is drawn in the upper right corner: white, black, then BITS bits,
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
    """Return the strip for a number (HEIGHT, WIDTH, 3), which reads from left to right."""
    bits = [1, 0, *((number >> k) & 1 for k in reversed(range(BITS)))]
    out = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    out[:] = MAGENTA
    for i, bit in enumerate(bits):
        left = EDGE + i * SQUARE
        out[EDGE : EDGE + SQUARE, left : left + SQUARE] = 255 * bit
    return out


def coded(rgb: Rgb, number: int) -> Rgb:
    """Return a copy of a picture with its number drawn mirrored in the upper right corner.

    Args:
        rgb: The picture (height, width, 3).
        number: Its number; only the rest after division by MODULO is drawn.
    """
    out = rgb.copy()
    out[:HEIGHT, -WIDTH:] = strip(number % MODULO)[:, ::-1]
    return out


def box(rgb: Rgb) -> tuple[int, int, int, int] | None:
    """Return left, top, right and bottom of the strip's magenta frame in pixels; None where there is none."""
    pixel = rgb.astype(np.int16)
    found = (pixel[..., 0] > 180) & (pixel[..., 2] > 180) & (pixel[..., 1] < 90)
    rows, columns = np.flatnonzero(found.sum(axis=1) > 20), np.flatnonzero(found.sum(axis=0) > 4)
    if not len(rows) or not len(columns):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def number(rgb: Rgb, frame: tuple[int, int, int, int]) -> int | None:
    """Read the number in a picture.

    Args:
        rgb: The picture (height, width, 3), with the strip reading from left to right.
        frame: Left, top, right and bottom of the strip, in pixels.

    Returns:
        The number; None if the strip is not legible, as while the screen is being redrawn.
    """
    left, top, right, bottom = frame
    scale = (right - left) / WIDTH
    y = (top + bottom) // 2
    x = np.round(left + (EDGE + (np.arange(CELLS) + 0.5) * SQUARE) * scale).astype(int)
    bits: NDArray[np.bool_] = rgb[y, x].mean(axis=1) > 127
    if not bits[0] or bits[1]:
        return None
    return int("".join("1" if bit else "0" for bit in bits[2:]), 2)


def pictures(film: Path) -> list[Rgb]:
    """Return all pictures of a film."""
    with VideoReader(film) as reader:
        return [frame.rgb for frame in reader]


def write_mjpeg(film: Path, target: Path, still: int) -> int:
    """Write a numbered film in the format that Chromium accepts as a camera.

    Args:
        film: The film to read.
        target: The MJPEG file to write.
        still: How often its first picture is repeated, so that a start position can be measured.

    Returns:
        The number of pictures written.
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
    """Return the number in each picture after mirroring it, to check the code itself; None where none is found."""
    out: list[int | None] = []
    for rgb in frames:
        shown = cv2.flip(rgb, 1)
        place = box(np.asarray(shown, np.uint8))
        out.append(None if place is None else number(np.asarray(shown, np.uint8), place))
    return out
