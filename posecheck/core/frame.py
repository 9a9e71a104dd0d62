"""One picture of a recording or a camera, and where pictures come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
"""Picture (height, width, 3), red first."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Hold one picture and when it was taken.

    index: counted from 0 in the order read; time_s: seconds since the source began, strictly increasing
    within a source; rgb: (height, width, 3) uint8, upright, not mirrored.
    """

    index: int
    time_s: float
    rgb: Rgb


class FrameSource(Protocol):
    """Yield frames in order of time, and free what it holds when closed."""

    def __iter__(self) -> Iterator[Frame]: ...

    def close(self) -> None:
        """Free the file or the camera; harmless when repeated."""
