"""Places in which a picture may show a phone's marker: by what changes there, or by its contrast."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.markers.phone.fit import Gray
from posecheck.core.arrays import Floats

SIZES, WIDTHS = (0.72, 0.85, 1.0, 1.18, 1.4), (1.0, 0.78, 0.6, 0.47)
"""Heights that are tried, relative to the expected one, and widths relative to a marker seen from in front."""
CHANGE, TIMES, PLACES = 7.0, 1.8, 5
"""Least change from picture to picture of a place that is looked at more closely, by how much it must exceed that
around it, and the most such places."""
NEAR = 2
"""Places of high contrast near a marker's expected place that are looked at, when it moved otherwise than expected."""


def candidates(change: Gray, tall_px: float) -> list[Floats]:
    """Return places in which the picture changes as a marker does, the likeliest first.

    Args:
        change: (h, w) mean change of the brightness from picture to picture.
        tall_px: Expected height of a marker in pixels.
    """
    found: list[tuple[float, Floats]] = []
    for size in SIZES:
        height = size * tall_px
        for narrow in WIDTHS:
            width = 0.5 * narrow * height
            inside, around, (left, top) = _kernels(width, height)
            if inside.shape[0] >= change.shape[0] or inside.shape[1] >= change.shape[1]:
                continue
            within = np.asarray(cv2.matchTemplate(change, inside, cv2.TM_CCORR))
            beside = np.asarray(cv2.matchTemplate(change, around, cv2.TM_CCORR))
            # A part of the marker may change more than the whole.
            score = (within - beside) * float(np.sqrt(width * height))
            score = np.where((within > CHANGE) & (within > TIMES * beside), score, 0.0).astype(np.float32)
            for _ in range(2):
                _, best, _, (x, y) = cv2.minMaxLoc(score)
                if best <= 0.0:
                    break
                found.append((best, np.array([[x + left, y + top], [width, 0.0], [0.0, height]])))
                cv2.rectangle(score, (x - 2, y - 3), (x + 2, y + 3), 0.0, -1)
    found.sort(key=lambda item: -item[0])
    out: list[Floats] = []
    for _, place in found:
        if all(_differ(place, other) for other in out):
            out.append(place)
        if len(out) == PLACES:
            break
    return out


def contrasts(image: NDArray[np.uint8], place: Floats) -> list[Floats]:
    """Return a marker's place moved to where the contrast near it is highest."""
    width, height = (max(3, round(float(np.linalg.norm(part)))) for part in place[1:])
    reach = 0.5 * width + 8.0
    ends = np.array([place[0], place[0] + place[1], place[0] + place[2], place.sum(axis=0)])
    x0, y0 = np.maximum(ends.min(axis=0) - reach, 0).astype(int)
    x1, y1 = np.minimum(ends.max(axis=0) + reach, (image.shape[1], image.shape[0])).astype(int)
    part = np.asarray(image[y0:y1, x0:x1], np.float32)
    if part.shape[0] < height or part.shape[1] < width:
        return []
    mean, square = (np.asarray(cv2.blur(v, (width, height))) for v in (part, part * part))
    spread = np.sqrt(np.maximum(square - mean * mean, 0.0))
    middle, out = place[0] + (place[1] + place[2]) / 2, []
    for _ in range(NEAR):
        _, best, _, (x, y) = cv2.minMaxLoc(spread)
        if best <= 0.0:
            break
        moved = place.copy()
        moved[0] += np.array([x + x0, y + y0]) - middle
        out.append(moved)
        cv2.rectangle(spread, (x - 2, y - 2), (x + 2, y + 2), 0.0, -1)
    return out


def _differ(one: Floats, other: Floats) -> bool:
    return bool(
        np.abs(one[0] - other[0]).max() > 2.0
        or abs(one[1, 0] / other[1, 0] - 1) > 0.2
        or abs(one[2, 1] / other[2, 1] - 1) > 0.12
    )


@cache
def _kernels(width: float, height: float) -> tuple[Gray, Gray, tuple[float, float]]:
    """Return weights of the cells that change and of the strip around them, and where the marker's corner lies."""
    side, row = max(2.0, 0.3 * width), height / 12
    w, h = int(np.ceil(width + 2 * side)), int(np.ceil(height + 2 * side))
    left, top = (w - width) / 2, (h - height) / 2
    x, y = np.arange(w, dtype=np.float64) + 0.5, np.arange(h, dtype=np.float64) + 0.5

    def share(at: Floats, first: float, last: float) -> Floats:
        return np.asarray(np.clip(at - first + 0.5, 0, 1) * np.clip(last - at + 0.5, 0, 1))

    inside = np.outer(share(y, top + row, top + height - row), share(x, left, left + width))
    whole = np.outer(share(y, top - 1, top + height + 1), share(x, left - 1, left + width + 1))
    around = 1.0 - whole
    return (
        np.asarray(inside / inside.sum(), np.float32),
        np.asarray(around / around.sum(), np.float32),
        (left - 0.5, top - 0.5),
    )
