"""Decoded pictures as arrays: upright, with square pixels, and no larger than they need to be."""

import math
from fractions import Fraction

import av
import cv2
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from posecheck.capture.video.orientation import Orientation
from posecheck.core.frame import Rgb

Size = tuple[int, int]
"""Width and height in pixels."""
ENOUGH_WH = (1920, 1920)
"""Larger pictures show nothing more: the pose model looks at 256 x 256 pixels of the person, tags are searched for in
a trunk 320 pixels high, and the annotated film is smaller."""


class Converter:
    """Turn the pictures of one stream into arrays."""

    def __init__(self, pixel_ratio: Fraction | None, fit_wh: Size | None = None, *, mirrored: bool = False) -> None:
        """Prepare for a stream.

        Args:
            pixel_ratio: Width of a pixel divided by its height; None or 0 where it is not stated.
            fit_wh: Larger upright pictures are scaled down to fit into this; None keeps their size.
            mirrored: Whether the pictures show the person as a mirror does, and are flipped.
        """
        self._pixel_ratio, self._fit_wh, self._mirrored = pixel_ratio, fit_wh, mirrored
        self._scaler = VideoReformatter()

    def full_size(self, picture: av.VideoFrame) -> Size:
        """Return width and height of a picture as it is stored, with square pixels, without which no angle is right."""
        width = max(1, round(picture.width * self._pixel_ratio)) if self._pixel_ratio else picture.width
        return width, picture.height

    def size(self, picture: av.VideoFrame) -> Size:
        """Return width and height to which a stored picture is scaled, before it is turned upright."""
        full = self.full_size(picture)
        if self._fit_wh is None:
            return full
        most = Orientation.of(picture).size_of(self._fit_wh)
        scale = min(most[0] / full[0], most[1] / full[1])
        if scale >= 1.0:
            return full
        return _scaled(full[0], scale, most[0]), _scaled(full[1], scale, most[1])

    def shrinks(self, picture: av.VideoFrame) -> bool:
        """Return whether a picture is scaled down."""
        return self.size(picture) != self.full_size(picture)

    def rgb(self, picture: av.VideoFrame) -> Rgb:
        """Return a picture upright (height, width, 3), contiguous in memory."""
        width, height = self.size(picture)
        if self.shrinks(picture):
            # Scaled before its colours are converted, which takes half the time and a quarter of the memory.
            kept = picture.format.name if picture.format.name.startswith("yuv") else "rgb24"
            small = self._scaler.reformat(picture, width, height, kept, interpolation=Interpolation.AREA)
            stored = small.to_ndarray(format="rgb24")
        else:
            stored = picture.to_ndarray(format="rgb24", width=width, height=height)
        upright = Orientation.of(picture).upright(np.asarray(stored, np.uint8))
        return np.asarray(cv2.flip(upright, 1), np.uint8) if self._mirrored else upright


def _scaled(edge: int, scale: float, most: int) -> int:
    """Return a scaled edge, rounded up so that both edges meet a frame of the picture's own shape."""
    return max(1, min(most, math.ceil(edge * scale - 1e-6)))
