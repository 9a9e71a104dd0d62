"""The 33 landmarks of BlazePose (the model in MediaPipe), the bones between them, and their mirror images."""

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Landmark(IntEnum):
    """Name the rows of a pose array. Left and right are the person's own."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT_INDEX = 31
    RIGHT_FOOT_INDEX = 32


N_LANDMARKS = len(Landmark)
MIN_VISIBILITY = 0.5
"""A landmark counts as seen from this visibility (0 to 1) upwards."""


def mirrored(landmark: Landmark) -> Landmark:
    """Return the same landmark of the other side of the body; the nose, without a side, is its own mirror image."""
    name = landmark.name
    swapped = (
        name.replace("LEFT", "*").replace("RIGHT", "LEFT").replace("*", "RIGHT")
        if "LEFT" in name or "RIGHT" in name
        else name
    )
    return Landmark[swapped]


MIRROR: NDArray[np.intp] = np.array([mirrored(landmark) for landmark in Landmark], dtype=np.intp)
"""Index array (33,): row i of a mirrored pose is row MIRROR[i] of the pose."""


def both_of(marks: NDArray[Any], left: Landmark) -> NDArray[Any]:
    """Return a left landmark and its right twin, which follows it in the model's order, without copying.

    Args:
        marks: (n, 33, d) of n frames.
        left: The left landmark, from the shoulders downwards.

    Returns:
        (n, 2, d), the left one first.
    """
    return marks[:, left : left + 2]


_L = Landmark
_LEFT_BONES = (
    (_L.LEFT_SHOULDER, _L.LEFT_ELBOW),
    (_L.LEFT_ELBOW, _L.LEFT_WRIST),
    (_L.LEFT_WRIST, _L.LEFT_INDEX),
    (_L.LEFT_SHOULDER, _L.LEFT_HIP),
    (_L.LEFT_HIP, _L.LEFT_KNEE),
    (_L.LEFT_KNEE, _L.LEFT_ANKLE),
    (_L.LEFT_ANKLE, _L.LEFT_HEEL),
    (_L.LEFT_HEEL, _L.LEFT_FOOT_INDEX),
    (_L.LEFT_ANKLE, _L.LEFT_FOOT_INDEX),
)
BONES: tuple[tuple[Landmark, Landmark], ...] = (
    *_LEFT_BONES,
    *((mirrored(a), mirrored(b)) for a, b in _LEFT_BONES),
    (_L.LEFT_SHOULDER, _L.RIGHT_SHOULDER),
    (_L.LEFT_HIP, _L.RIGHT_HIP),
)
"""Pairs of landmarks joined by a bone or another nearly rigid, straight part of the body."""
