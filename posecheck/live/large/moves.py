"""The drawn figure that shows a move before a set begins: joints from the start position to the target, and back.

The file is made by `python -m research.synthetic.output.moves`.
"""

import json
from functools import cache
from pathlib import Path

from posecheck.core.landmarks import Landmark as L
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


def move_of(stretch: Stretch) -> list[list[int]] | None:
    """Return FRAMES lists of x and y of each joint, in thousandths of the longer side; None where none is drawn."""
    return _held().get(stretch.id)


@cache
def _held() -> dict[str, list[list[int]]]:
    held: dict[str, list[list[int]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return held
