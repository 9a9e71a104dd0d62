"""Follow a phone's marker from picture to picture, forwards or backwards in time."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.markers.phone.fit import FREE, Gray, Seen, fit
from posecheck.capture.markers.phone.search import contrasts
from posecheck.core.arrays import Floats

Bytes = NDArray[np.uint8]

TALL_PX = 34.0
"""Height in pixels to which a larger marker is shrunk before it is searched for and read."""
BLUR_PX, SHRUNK_PX = 0.75, 0.4
"""Blur of a point in a webcam's picture (standard deviation), and what remains in a picture that was shrunk."""
HURRIED = 0.75
"""Least share of the contrast that free cells must explain at a place found by searching."""
FOLLOWED_S = 0.6
"""A marker out of sight for longer is searched for anew, not at its expected place."""
TURNING_S = 0.25
"""For so long its shape is expected to change on as before."""
BESIDE = (0.35, -0.35, 0.7, -0.7)
"""Places beside the expected one that are tried, in widths of the marker: who turns soon turns faster or slower."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a marker was read last, and how it moves.

    Attributes:
        place: (3, 2) pixels of the whole picture, see Seen.
        time_s: When.
        going: (3, 2) its change in a second.
    """

    place: Floats
    time_s: float
    going: Floats

    @classmethod
    def then(cls, place: Floats, time_s: float, before: "Followed | None") -> "Followed":
        """Return where a marker is now that was elsewhere before (or later, when it is followed backwards)."""
        if before is None or not 0.0 < abs(time_s - before.time_s) < FOLLOWED_S:
            return cls(place, time_s, np.zeros((3, 2)))
        return cls(place, time_s, (place - before.place) / (time_s - before.time_s))


def followed(
    image: Bytes, time_s: float, last: Followed | None, *, belt: bool = False, widely: bool = True
) -> Seen | None:
    """Look for a marker where it should have moved to, and where it was.

    Args:
        image: The picture.
        time_s: Its time, after that of `last`, or before it.
        last: Where the marker was.
        belt: Whether it is that of the second phone.
        widely: Whether places of high contrast nearby are looked at too.

    Returns:
        The marker, if it is surely read.
    """
    if last is None or abs(time_s - last.time_s) > FOLLOWED_S:
        return None
    passed = time_s - last.time_s
    ahead = last.place.copy()
    ahead[0] += last.going[0] * passed
    turned = ahead.copy()
    if abs(passed) < TURNING_S:
        turned[1:] += last.going[1:] * passed
    beside = [(turned + np.stack([share * turned[1], *np.zeros((2, 2))]), FREE) for share in BESIDE]
    for place, loose in ((turned, 1), (turned, FREE), (ahead, FREE), *beside, (last.place, FREE)):
        seen = fitted(image, place, loose=loose, belt=belt)
        if seen is not None:
            return seen
    for place in contrasts(image, ahead) if widely else ():
        for wide in (1.0, 0.8, 1.2):
            start = place * [[1.0], [wide], [1.0]]
            start[0] += (1.0 - wide) / 2 * place[1]
            seen = fitted(image, start, HURRIED, belt=belt)
            if seen is not None:
                return seen
    return None


def fitted(image: Bytes, place: Floats, hurried: float = 0.0, loose: int = FREE, *, belt: bool = False) -> Seen | None:
    """Return the marker near a place, if one is surely read there."""
    middle = place[0] + (place[1] + place[2]) / 2
    reach = 0.8 * float(np.abs(place[1:]).sum()) + 8.0
    x0, y0 = np.maximum(middle - reach, 0).astype(int)
    x1, y1 = np.minimum(middle + reach, (image.shape[1], image.shape[0])).astype(int)
    if x1 - x0 < 8 or y1 - y0 < 8 or np.linalg.det(place[1:]) < 1.0:
        return None
    shrink = min(1.0, TALL_PX / max(float(np.linalg.norm(place[2])), 1.0))
    part = shrunk(image[y0:y1, x0:x1], shrink)
    blur_px = float(np.hypot(BLUR_PX * shrink, SHRUNK_PX * (shrink < 1)))
    seen = fit(part, _scaled(place, (x0, y0), shrink), blur_px, hurried, loose, belt=belt)
    if seen is None or not seen.sure:
        return None
    return replace(seen, place=unscaled(seen.place, (x0, y0), shrink))


def shrunk(image: Bytes, shrink: float) -> Gray:
    if shrink < 1.0:
        size = (max(8, round(image.shape[1] * shrink)), max(8, round(image.shape[0] * shrink)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(image, np.float32)


def _scaled(place: Floats, corner: tuple[int, int], shrink: float) -> Floats:
    """Return a place in pixels of a shrunk part of the picture."""
    out = place * shrink
    out[0] = (place[0] - corner + 0.5) * shrink - 0.5
    return np.asarray(out)


def unscaled(place: Floats, corner: tuple[int, int], shrink: float) -> Floats:
    """Return a place in pixels of the whole picture."""
    out = place / shrink
    out[0] = (place[0] + 0.5) / shrink - 0.5 + corner
    return np.asarray(out)
