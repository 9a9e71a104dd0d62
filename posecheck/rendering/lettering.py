"""Colours, text and the shape of each level for the annotated picture.

The colours are Okabe and Ito's, which colour-blind people can tell apart. Text is drawn from cached masks, which is ten
times faster than drawing it anew in every frame.
"""

from functools import lru_cache
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.core.frame import Rgb
from posecheck.core.levels import Level

Colour = tuple[int, int, int]

SKY: Colour = (86, 180, 233)
BLUE: Colour = (0, 114, 178)
YELLOW: Colour = (240, 228, 66)
ORANGE: Colour = (230, 159, 0)
VERMILLION: Colour = (213, 94, 0)
PAPER: Colour = (20, 25, 31)
TRACK: Colour = (58, 66, 76)
MUTED: Colour = (168, 178, 188)
WHITE: Colour = (245, 247, 250)
BLACK: Colour = (10, 12, 14)

_FACE = cv2.FontFace("sans")
_SETTING = Lock()
"""A lock, because OpenCV mixes up letters when two threads draw text at once; camera callbacks run in threads."""


@lru_cache(maxsize=512)
def _word(word: str, size: int, weight: int) -> NDArray[np.uint8]:
    """Return the coverage of a word (height, width), 0 to 255; size is the text size in pixels."""
    mask = np.zeros((round(size * 1.32) + 1, _word_width(word, size, weight)), np.uint8)
    with _SETTING:
        cv2.putText(mask, word, (1, size), (255,), _FACE, size, weight)
    mask.flags.writeable = False
    return mask


def _space(size: int) -> int:
    return max(1, round(size * 0.22))


def text_mask(text: str, size: int, weight: int = 400) -> NDArray[np.uint8]:
    """Return the coverage of a line of text (height, width), 0 to 255.

    It is composed of cached words, because numbers change and most words recur.

    Args:
        text: The line of text.
        size: The text size in pixels.
        weight: The font weight, 400 regular, 700 bold.
    """
    parts = [_word(word, size, weight) for word in text.split()]
    gap = np.zeros((parts[0].shape[0], _space(size)), np.uint8)
    return np.hstack([part for word in parts for part in (gap, word)][1:])


def text_width(text: str, size: int, weight: int = 400) -> int:
    """Return the width of a line of text in pixels.

    Args:
        text: The line of text.
        size: The text size in pixels.
        weight: The font weight, 400 regular, 700 bold.
    """
    parts = [_word_width(word, size, weight) for word in text.split()]
    return sum(parts) + _space(size) * max(0, len(parts) - 1)


@lru_cache(maxsize=4096)
def _word_width(word: str, size: int, weight: int) -> int:
    with _SETTING:
        box = cv2.getTextSize((1 << 16, 1 << 10), word, (0, 0), _FACE, size, weight)
    return max(1, box[0] + box[2] + 2)


@lru_cache(maxsize=64)
def _blend(ink: Colour, paper: Colour) -> NDArray[np.uint8]:
    """Return the colour (256, 3) of each coverage of ink on paper."""
    share = np.arange(256)[:, None] / 255
    return np.round(np.array(paper) * (1 - share) + np.array(ink) * share).astype(np.uint8)


def write(
    canvas: Rgb, text: str, x: int, y: int, size: int, ink: Colour, paper: Colour = PAPER, weight: int = 400
) -> None:
    """Draw a line of text on a flat background; what lies outside the canvas is cut off.

    Args:
        canvas: The picture (height, width, 3), changed in place.
        text: The line of text; nothing is drawn if it is blank.
        x: The left edge in pixels.
        y: The upper edge in pixels.
        size: The text size in pixels.
        ink: The colour of the text.
        paper: The colour of the background.
        weight: The font weight, 400 regular, 700 bold.
    """
    if not text.strip():
        return
    height, width = canvas.shape[:2]
    line = _line(text, size, ink, paper, weight)[max(0, -y) : max(0, height - y), max(0, -x) : max(0, width - x)]
    top, left = max(0, y), max(0, x)
    canvas[top : top + line.shape[0], left : left + line.shape[1]] = line


@lru_cache(maxsize=128)
def _line(text: str, size: int, ink: Colour, paper: Colour, weight: int) -> Rgb:
    """Return a line of text on its background; cached, because most lines stay for many frames."""
    line = np.take(_blend(ink, paper), text_mask(text, size, weight), axis=0)
    line.flags.writeable = False
    return line


def fill(strip: Rgb, colour: Colour) -> None:
    """Paint a strip of the canvas in one colour.

    Args:
        strip: The strip (height, width, 3), changed in place.
        colour: The colour.
    """
    cv2.rectangle(strip, (0, 0), (strip.shape[1], strip.shape[0]), colour, -1)


@lru_cache(maxsize=512)
def fitted(text: str, width: int, size: int, smallest: int, weight: int = 400) -> tuple[str, int]:
    """Return a text and the size at which it fits: first made smaller, then cut off with an ellipsis.

    Args:
        text: The text.
        width: The available width in pixels.
        size: The largest text size in pixels.
        smallest: The smallest text size in pixels.
        weight: The font weight, 400 regular, 700 bold.
    """
    while text_width(text, size, weight) > width and size > smallest:
        size -= 1
    if text_width(text, size, weight) > width:
        while text and text_width(text + "…", size, weight) > width:
            text = text[:-1].rstrip(" ,;:")
        text += "…"
    return text, size


@lru_cache(maxsize=64)
def wrapped(texts: tuple[str, ...], room: int, width: int) -> tuple[list[str], int]:
    """Break the first text that fits into at most two lines of the largest size, or three of a smaller one.

    If none fits, the last text ends at the end of a clause.

    Args:
        texts: The texts to try, in order; empty ones are skipped.
        room: The available width in pixels.
        width: The width of the picture in pixels, which sets the text sizes.

    Returns:
        The lines, and their text size in pixels.
    """
    largest, least = max(6, width // 18), max(6, -(-width // 24))
    for text in filter(None, texts):
        for size in range(largest, least - 1, -1):
            lines = _lines(text, room, size)
            if len(lines) == 1 or (len(lines) == 2 and size <= max(least, width // 21)):
                return lines, size
    third = max(6, width // 29)
    for text in filter(None, texts):
        for size in range(max(least - 1, third), max(6, width // 33) - 1, -1):
            lines = _lines(text, room, size)
            if len(lines) <= (3 if size <= third else 2):
                return lines, size
    text = texts[-1] or texts[0]
    cuts = [k for k in range(1, len(text)) if text[k] == " " and (text[k - 1] in ".:,;" or text[k + 1 : k + 2] == "(")]
    for cut in reversed(cuts):
        lines = _lines(text[:cut].rstrip(" ,;:.") + "…", room, least)
        if len(lines) <= 2:
            return lines, least
    lines = _lines(text, room, least)
    return [lines[0], fitted(" ".join(lines[1:]), room, least, least, 500)[0]], least


def _lines(text: str, room: int, size: int) -> list[str]:
    """Break a text at spaces; words are measured at one size only, because each new message is tried at many."""
    lines, used = [""], 0.0
    for word in text.split():
        needs = (text_width(word, 64, 500) + 64 * 0.27) * size / 64
        if lines[-1] and used + needs > room:
            lines, used = [*lines, word], needs
        else:
            lines[-1], used = f"{lines[-1]} {word}".strip(), used + needs
    return lines


def marker(canvas: Rgb, x: int, y: int, radius: int, level: int, ink: Colour, edge: Colour) -> None:
    """Draw the shape of a level: diamond (borderline), triangle (caution), octagon (stop), otherwise a disc.

    Args:
        canvas: The picture (height, width, 3), changed in place.
        x: The centre in pixels from the left.
        y: The centre in pixels from the top.
        radius: The radius in pixels.
        level: The Level.
        ink: The colour of the shape.
        edge: The colour of its outline.
    """
    if level not in (Level.BORDERLINE, Level.CAUTION, Level.STOP):
        cv2.circle(canvas, (x, y), radius + 1, edge, -1, cv2.LINE_AA)
        cv2.circle(canvas, (x, y), max(1, radius - 1), ink, -1, cv2.LINE_AA)
        return
    points = shape(x, y, radius + 1, level)
    cv2.fillPoly(canvas, [points], ink, cv2.LINE_AA)
    cv2.polylines(canvas, [points], True, edge, max(1, radius // 4), cv2.LINE_AA)
    if level == Level.STOP:
        cv2.line(canvas, (x - radius // 2, y), (x + radius // 2, y), edge, max(2, radius // 3))


def shape(x: float, y: float, radius: float, level: int) -> NDArray[np.int32]:
    """Return the corners (n, 2) of a level's shape in pixels: diamond, triangle or octagon.

    Args:
        x: The centre in pixels from the left.
        y: The centre in pixels from the top.
        radius: The radius in pixels.
        level: The Level; any other than BORDERLINE and CAUTION gives the octagon.
    """
    sides, first = {Level.BORDERLINE: (4, 0.0), Level.CAUTION: (3, -90.0)}.get(Level(level), (8, 22.5))
    turn = np.radians(first + 360 / sides * np.arange(sides))
    low = 0.22 * radius if sides == 3 else 0.0
    around = np.stack([x + radius * np.cos(turn), y + low + radius * np.sin(turn)], axis=1)
    return np.round(around).astype(np.int32)
