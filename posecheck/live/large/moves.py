"""The drawn figure that shows a move before a set begins: joints from the start position to the target, and back.

The file is made by `python -m research.moves`.
"""

import json
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from posecheck.core.frame import Rgb
from posecheck.core.landmarks import Landmark as L
from posecheck.rendering.lettering import Colour
from posecheck.stretches.stretch import Stretch

FILE = Path(__file__).with_name("moves.json")
FRAMES = 12
JOINTS = (
    L.NOSE,
    L.LEFT_SHOULDER,
    L.RIGHT_SHOULDER,
    L.LEFT_ELBOW,
    L.RIGHT_ELBOW,
    L.LEFT_WRIST,
    L.RIGHT_WRIST,
    L.LEFT_HIP,
    L.RIGHT_HIP,
    L.LEFT_KNEE,
    L.RIGHT_KNEE,
    L.LEFT_ANKLE,
    L.RIGHT_ANKLE,
    L.LEFT_FOOT_INDEX,
    L.RIGHT_FOOT_INDEX,
)
_ABOVE = ((1, 2), (7, 8), (1, 7), (2, 8), (1, 3), (3, 5), (2, 4), (4, 6))
_BELOW = ((7, 9), (9, 11), (11, 13), (8, 10), (10, 12), (12, 14))
BONES: tuple[tuple[int, int], ...] = _ABOVE + _BELOW
"""Pairs of places in JOINTS; the head is drawn round the first."""

MOVE_S, WAIT_S = 2.6, 0.9
"""To the target, and the wait at either end; the page's own figure (inpage/distance.js) takes the same."""
ROUND = 8
"""Lines are drawn with this many parts of a pixel."""


def move_of(stretch: Stretch) -> list[list[int]] | None:
    """Return FRAMES lists of x and y of each joint, in thousandths of the longer side; None where none is drawn."""
    return _held().get(stretch.id)


@cache
def _held() -> dict[str, list[list[int]]]:
    held: dict[str, list[list[int]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return held


def draw_move(place: Rgb, stretch: Stretch, time_s: float, ink: Colour) -> None:
    """Draw the figure into a picture, as large as fits; nothing for a stretch without one.

    Args:
        place: The part of the picture (height, width, 3) to draw into; what is there stays behind the figure.
        stretch: The stretch.
        time_s: The time now, which says how far the figure has got.
        ink: Its colour.
    """
    held = move_of(stretch)
    if held is None:
        return
    frames = np.array(held, np.float64).reshape(FRAMES, len(JOINTS), 2)
    at = _share(time_s) * (FRAMES - 1)
    low, high = frames[int(at)], frames[min(int(at) + 1, FRAMES - 1)]
    joints = low + (high - low) * (at % 1)
    head = max(4, min(place.shape[:2]) // 15)
    room = np.array([place.shape[1], place.shape[0]], np.float64)
    most = frames.max(axis=(0, 1))
    scale = float(((room - 3 * head) / most).min())
    spots = np.rint((joints * scale + (room - most * scale) / 2) * ROUND).astype(int)
    shift, (neck_x, neck_y) = ROUND.bit_length() - 1, (spots[1] + spots[2]) // 2
    lines = [(spots[a], spots[b]) for a, b in BONES] + [(np.array([neck_x, neck_y]), spots[0])]
    for one, other in lines:
        ends = (int(one[0]), int(one[1])), (int(other[0]), int(other[1]))
        cv2.line(place, *ends, ink, max(2, head * 2 // 3), cv2.LINE_AA, shift)
    cv2.circle(place, (int(spots[0][0]), int(spots[0][1])), head * ROUND, ink, -1, cv2.LINE_AA, shift)


def _share(time_s: float) -> float:
    """Return how far the move has got, 0 to 1: to the target, a wait, back, and a wait."""
    at = time_s % (2 * (MOVE_S + WAIT_S))
    there = MOVE_S + WAIT_S
    return min(at / MOVE_S, 1.0) if at < there else 1.0 - min((at - there) / MOVE_S, 1.0)
