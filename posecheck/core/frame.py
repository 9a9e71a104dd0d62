"""One picture of a recording or a camera, and the interface of the sources of pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
"""Picture (height, width, 3) in the order red, green, blue."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Hold one picture and when it was taken.

    Attributes:
        index: Counts from 0 in the order in which pictures are read.
        time_s: Seconds since the source began, strictly increasing within a source.
        rgb: Picture (height, width, 3) uint8, upright, not mirrored.
        shot: Counts the shots of an edited recording; nothing spans two of them.
    """

    index: int
    time_s: float
    rgb: Rgb
    shot: int = 0


class FrameSource(Protocol):
    """Yield frames in order of time, until it is closed."""

    def __iter__(self) -> Iterator[Frame]: ...

    def close(self) -> None:
        """Close the file or the camera; may be called more than once."""
