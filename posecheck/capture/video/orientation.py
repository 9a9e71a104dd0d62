"""How a stored picture must be rotated or mirrored to be upright, from the display matrix of a recording."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

import av
import cv2
import numpy as np
from av.sidedata.sidedata import SideData, SideDataContainer, Type

from posecheck.core.frame import Rgb

_TURNS = {
    (False, False, False): None,
    (False, True, True): cv2.ROTATE_180,
    (True, True, False): cv2.ROTATE_90_CLOCKWISE,
    (True, False, True): cv2.ROTATE_90_COUNTERCLOCKWISE,
}


@dataclass(frozen=True, slots=True)
class Orientation:
    """Hold one of the eight ways in which a picture can be stored.

    Attributes:
        transposed: Whether rows and columns are exchanged first.
        flip_x: Whether left and right are exchanged after that.
        flip_y: Whether top and bottom are exchanged after that.
    """

    transposed: bool = False
    flip_x: bool = False
    flip_y: bool = False

    @classmethod
    def of(cls, picture: av.VideoFrame) -> "Orientation":
        """Read the display matrix of a decoded picture.

        The matrix maps a stored point (x, y) to (a x + c y, b x + d y), y downwards. Source: ISO/IEC 14496-12, tkhd. An
        angle that is not a multiple of 90 degrees is rounded to one.
        """
        held = next((data for data in _side_data(picture) if data.type == Type.DISPLAYMATRIX), None)
        if held is None:
            return cls()
        a, b, _, c, d = struct.unpack_from("=5i", held)
        if abs(a) + abs(d) >= abs(b) + abs(c):
            return cls(False, a < 0, d < 0)
        return cls(True, c < 0, b < 0)

    def size_of(self, stored_wh: tuple[int, int]) -> tuple[int, int]:
        """Return width and height of the upright picture."""
        return stored_wh[::-1] if self.transposed else stored_wh

    def upright(self, rgb: Rgb) -> Rgb:
        """Return the picture upright, contiguous in memory."""
        key = (self.transposed, self.flip_x, self.flip_y)
        if key in _TURNS:
            turn = _TURNS[key]
            return rgb if turn is None else np.asarray(cv2.rotate(rgb, turn), np.uint8)
        if self.transposed:
            rgb = np.asarray(cv2.transpose(rgb), np.uint8)
        if self.flip_x != self.flip_y:
            return np.asarray(cv2.flip(rgb, 1 if self.flip_x else 0), np.uint8)
        return np.asarray(cv2.flip(rgb, -1), np.uint8) if self.flip_x else rgb


def _side_data(picture: av.VideoFrame) -> Iterable[SideData]:
    # picture.side_data would be kept by the picture and keep it in turn, so that pictures, 12 MB each at 4K, would stay
    # in memory until the garbage collection.
    return iter(SideDataContainer(picture))  # type: ignore[call-arg]  # the stubs leave its argument out
