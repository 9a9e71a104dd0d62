"""Whether the camera has moved: the position of the static background in the picture, frame by frame.

Corners of the background, outside the person's bounding box, are followed from a key frame on in a small grey picture.
The movement that most of them share is a similarity (shift, rotation and zoom) relative to the first frame; other
people who walk about are a minority. A blank wall, or a person who fills the picture, leaves no corners to follow: the
result is then NaN, which does not mean that the camera is still.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.frame import Rgb
from posecheck.core.pose import N_BACKGROUND, Pose

EDGE_PX = 192
"""Longer edge of the small picture: corners are followed to about a tenth of its pixel, 0.05 % of the picture."""
MARGIN = 0.12
"""Margin around the landmarks that is left out too, as a share of their extent, because of hair, hands and shadow."""
CELLS, IN_CELL, FEWEST = (5, 4), 5, 8
"""Columns and rows in which corners are searched, most corners in each cell, and least number of corners in all."""
SPREAD = 0.1
"""Least spread of the corners over the picture, as a share of its width: corners in one spot do not show a rotation."""
INLIER_PX = 1.2
AGREEING = 0.5
"""Least share of the visible corners that must move in the same way."""
PATCH, LIKE, ALIKE = 4, 0.85, 0.25
"""Half the side of the patch around a corner in pixels, the correlation at which it counts as unchanged, and the least
share of patches that must be unchanged."""
NEAR, FLAT = 3, 3.0
"""Distance in pixels at which the picture must differ from a patch, and least standard deviation of a patch's grey
values, below which it is noise."""
LOST_S = 0.5
"""If no common movement explains the visible corners for this long, the camera shows another scene."""
ELSEWHERE = 1.0
"""Shift, in widths of the picture, that is reported for another scene."""
STEP_S = 0.1
"""Time between two looks at a still background; a knocked camera is noticed at most this much later."""
STILL = 0.002
"""Change from one look to the next below which the background is still; otherwise it is followed in each picture."""
FAR = 0.1
"""Beyond this displacement too many corners leave the picture, and a new key frame is taken."""

_CORNER_SIGNS: Floats = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def displacement(background: Floats, since: Floats, aspect: float) -> Floats:
    """Return how far the corners of the picture have moved on average.

    Args:
        background: (n, 4) position of the background in n frames, see Pose.
        since: (4,) position to compare with.
        aspect: Height of the picture divided by its width.

    Returns:
        (n,) shares of the picture's width; NaN where a position is not known.
    """
    corners = _CORNER_SIGNS * np.array([0.5, 0.5 * aspect])
    z = corners[:, 0] + 1j * corners[:, 1]
    now, then = (_placed(np.atleast_2d(part), z) for part in (background, since))
    return np.asarray(np.abs(now - then).mean(axis=1))


def _placed(background: Floats, z: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return where the four corners of the first picture lie (n, 4), as complex numbers in widths of the picture."""
    a = background[:, 3] * np.exp(1j * np.radians(background[:, 2]))
    return np.asarray(a[:, None] * z[None] + (background[:, 0] + 1j * background[:, 1])[:, None])


class Background:
    """Follow the background through frames in order of time."""

    def __init__(self) -> None:
        self._key: NDArray[np.uint8] | None = None
        self._corners: NDArray[np.float32] = np.empty((0, 1, 2), np.float32)
        # Similarities p -> a p + b of points as complex numbers, from the picture's middle, in widths of the picture.
        self._keyed = (1.0 + 0.0j, 0.0 + 0.0j)
        self._last = (1.0 + 0.0j, 0.0 + 0.0j)
        self._lost_s: float | None = None
        self._tried_s = -np.inf
        self._still: Floats | None = None
        self._looked_s = -np.inf
        self._size = (0, 0)

    def update(self, rgb: Rgb, pose: Pose | None, time_s: float) -> Floats:
        """Locate the background in the next frame.

        Between two looks at a still background the result is that of the last look.

        Args:
            rgb: (h, w, 3) picture.
            pose: The person in it, whose surroundings are left out; None if nobody was found.
            time_s: Its time in seconds.

        Returns:
            (4,) shift x, y in shares of the picture's width, rotation in degrees clockwise, and zoom, since the first
            frame; NaN where they are not known.
        """
        size = rgb.shape[:2]
        if self._still is not None and size == self._size and time_s - self._looked_s < STEP_S - 1e-6:
            return self._still.copy()
        self._looked_s, self._size = time_s, (size[0], size[1])
        last = self._last
        told = self._look(rgb, pose, time_s)
        moved = abs(self._last[1] - last[1]) + abs(self._last[0] - last[0])
        self._still = told if np.isfinite(told[0]) and moved < STILL else None
        return told.copy()

    def _look(self, rgb: Rgb, pose: Pose | None, time_s: float) -> Floats:
        small = _small(rgb)
        free = _free(small.shape, pose)
        if self._key is None or self._key.shape != small.shape:
            return self._begin(small, free)
        step, enough = self._step(small, free)
        if step is None:
            return self._not_found(small, free, time_s, enough)
        self._lost_s = None
        self._last = step
        a, b = _after(step, self._keyed)
        moved = abs(step[1]) + 0.6 * abs(step[0] - 1.0)
        if moved > FAR:
            self._keyed = (a, b)
            self._set_key(small, free)
        return _told(a, b)

    def _begin(self, small: NDArray[np.uint8], free: NDArray[np.uint8]) -> Floats:
        """Take the first key frame; if the picture's size has changed, go on from the last known position."""
        if self._key is not None:
            self._keyed = _after(self._last, self._keyed)
        self._set_key(small, free)
        return _told(*self._keyed) if len(self._corners) else np.full(N_BACKGROUND, np.nan)

    def _set_key(self, small: NDArray[np.uint8], free: NDArray[np.uint8]) -> None:
        self._key, self._last = small, (1.0 + 0.0j, 0.0 + 0.0j)
        found = _corners_of(small, free)
        enough = len(found) >= FEWEST and _wide(found, small.shape[1])
        self._corners = found.reshape(-1, 1, 2) if enough else np.empty((0, 1, 2), np.float32)

    def _step(self, small: NDArray[np.uint8], free: NDArray[np.uint8]) -> tuple[tuple[complex, complex] | None, bool]:
        """Return the similarity from the key frame to this one, and whether enough corners are visible for it."""
        if not len(self._corners) or self._key is None:
            return None, False
        guess = self._moved(self._corners.reshape(-1, 2).astype(np.float64), small.shape)
        seen = _inside(guess, free)
        if int(seen.sum()) < FEWEST or not _wide(guess[seen], small.shape[1]):
            return None, False
        start = self._corners[seen]
        to, ok, _ = cv2.calcOpticalFlowPyrLK(
            self._key, small, start, guess[seen].reshape(-1, 1, 2).astype(np.float32),
            winSize=(15, 15), maxLevel=3, flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        )  # fmt: skip
        a, b = start.reshape(-1, 2), np.asarray(to, np.float32).reshape(-1, 2)
        kept = (ok.ravel() == 1) & _inside(b, free)
        step = self._agreed(a[kept], b[kept], len(start), small.shape)
        if step is None and _alike(self._key, small, a, guess[seen]):
            # When somebody passes in front of stripes, corners slip along them although the background is still.
            step = self._last
        return step, True

    def _agreed(
        self, a: NDArray[np.float32], b: NDArray[np.float32], of: int, shape: tuple[int, ...]
    ) -> tuple[complex, complex] | None:
        """Return the similarity that moves most corners from a to b (n, 2), or None when too few agree."""
        if len(a) < FEWEST:
            return None
        matrix, inliers = cv2.estimateAffinePartial2D(
            a, b, method=cv2.RANSAC, ransacReprojThreshold=INLIER_PX, maxIters=500
        )
        agreeing = 0 if inliers is None else int(inliers.sum())
        if matrix is None or agreeing < max(FEWEST - 2, AGREEING * of):
            return None
        return _complex(np.asarray(matrix, np.float64), shape)

    def _moved(self, points: Floats, shape: tuple[int, ...]) -> Floats:
        """Return where corners of the key frame are expected, from their movement up to the last frame."""
        h, w = shape[:2]
        a, b = self._last
        z = ((points[:, 0] - w / 2) + 1j * (points[:, 1] - h / 2)) / w
        moved = (a * z + b) * w
        return np.stack([moved.real + w / 2, moved.imag + h / 2], axis=1)

    def _not_found(self, small: NDArray[np.uint8], free: NDArray[np.uint8], time_s: float, enough: bool) -> Floats:
        """Return NaN; take a new key frame when there are no corners or the camera shows another scene."""
        unknown = np.full(N_BACKGROUND, np.nan)
        if not len(self._corners):
            if time_s - self._tried_s >= LOST_S:
                self._tried_s = time_s
                self._set_key(small, free)
            return unknown
        if not enough:
            return unknown
        self._lost_s = time_s if self._lost_s is None else self._lost_s
        if time_s - self._lost_s >= LOST_S:
            a, b = _after(self._last, self._keyed)
            self._keyed, self._lost_s = (a, b + ELSEWHERE), None
            self._set_key(small, free)
        return unknown


def _small(rgb: Rgb) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    scale = min(EDGE_PX / max(height, width), 1.0)
    size = (max(round(width * scale), 16), max(round(height * scale), 16))
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    # Averaging whole pixels first is many times faster than averaging fractions of pixels.
    whole = max(1, int(1 / scale)) if min(height, width) * scale >= 16 else 1
    if whole > 1:
        grey = cv2.resize(
            grey[: height // whole * whole, : width // whole * whole],
            (width // whole, height // whole),
            interpolation=cv2.INTER_AREA,
        )
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _free(shape: tuple[int, ...], pose: Pose | None) -> NDArray[np.uint8]:
    """Return a mask (h, w) that is 255 on the background, outside the person's bounding box, and else 0."""
    free = np.full(shape[:2], 255, np.uint8)
    free[[0, 1, -2, -1]] = free[:, [0, 1, -2, -1]] = 0
    if pose is None or not pose.found:
        return free
    scale = shape[1] / pose.size_wh[0]
    low, high = pose.image_xy.min(axis=0) * scale, pose.image_xy.max(axis=0) * scale
    margin = MARGIN * float(np.max(high - low))
    (left, top), (right, bottom) = (np.maximum(low - margin, 0).astype(int), np.maximum(high + margin, 0).astype(int))
    free[top : bottom + 1, left : right + 1] = 0
    return free


def _corners_of(small: NDArray[np.uint8], free: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return corners (n, 2) from all parts of the picture, so that no single object has the majority of them."""
    height, width = small.shape
    out = [np.empty((0, 2), np.float32)]
    for rows in np.array_split(np.arange(height), CELLS[1]):
        for columns in np.array_split(np.arange(width), CELLS[0]):
            cell = np.zeros_like(free)
            cell[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = 255
            found = cv2.goodFeaturesToTrack(small, IN_CELL, 0.05, 4, mask=cell & free, blockSize=5)
            # It is None when there is no corner, which OpenCV's type stubs do not say.
            if found is not None:
                out.append(np.asarray(found, np.float32).reshape(-1, 2))
    points = np.concatenate(out)
    return points[[_marked(small, x, y) for x, y in np.round(points).astype(int).tolist()]]


def _marked(small: NDArray[np.uint8], x: int, y: int) -> bool:
    """Return whether the patch at a point differs from its surroundings; along a straight edge a shift is invisible."""
    height, width = small.shape
    reach = PATCH + NEAR
    if not (reach <= x < width - reach and reach <= y < height - reach):
        return False
    patch = small[y - PATCH : y + PATCH + 1, x - PATCH : x + PATCH + 1]
    if float(patch.std()) < FLAT:
        return False
    around = small[y - reach : y + reach + 1, x - reach : x + reach + 1]
    like = np.asarray(cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED))
    like[1:-1, 1:-1] = -1.0
    return bool(np.nanmax(like) < LIKE)


def _inside(points: Floats | NDArray[np.float32], free: NDArray[np.uint8]) -> NDArray[np.bool_]:
    at = np.round(points).astype(int)
    height, width = free.shape
    inside = (at[:, 0] >= 0) & (at[:, 0] < width) & (at[:, 1] >= 0) & (at[:, 1] < height)
    return np.asarray(inside & (free[at[:, 1].clip(0, height - 1), at[:, 0].clip(0, width - 1)] > 0))


def _alike(key: NDArray[np.uint8], small: NDArray[np.uint8], a: NDArray[np.float32], b: Floats) -> bool:
    """Return whether enough of the key frame's patches at a (n, 2) are unchanged at b in this frame."""
    height, width = small.shape
    found = []
    for (x0, y0), (x1, y1) in zip(np.round(a).astype(int).tolist(), np.round(b).astype(int).tolist(), strict=True):
        if min(x0, y0, x1, y1) < PATCH or max(x0, x1) >= width - PATCH or max(y0, y1) >= height - PATCH:
            continue
        was, now = (
            part[y - PATCH : y + PATCH + 1, x - PATCH : x + PATCH + 1].astype(np.float64)
            for part, x, y in ((key, x0, y0), (small, x1, y1))
        )
        was, now = was - was.mean(), now - now.mean()
        size = float(np.sqrt((was**2).sum() * (now**2).sum()))
        if size > 0 and float((was * now).sum()) / size >= LIKE:
            found.append((x1, y1))
    return len(found) >= max(FEWEST, ALIKE * len(a)) and _wide(np.array(found, np.float64), width)


def _wide(points: Floats | NDArray[np.float32], width: int) -> bool:
    return bool(np.hypot(*points.std(axis=0)) >= SPREAD * width)


def _complex(matrix: Floats, shape: tuple[int, ...]) -> tuple[complex, complex]:
    """Return a similarity of pixels as one of complex numbers, from the picture's middle, in widths of the picture."""
    h, w = shape[:2]
    a = complex(matrix[0, 0], matrix[1, 0])
    middle = complex(w / 2, h / 2)
    return a, (a * middle + complex(matrix[0, 2], matrix[1, 2]) - middle) / w


def _after(second: tuple[complex, complex], first: tuple[complex, complex]) -> tuple[complex, complex]:
    return second[0] * first[0], second[0] * first[1] + second[1]


def _told(a: complex, b: complex) -> Floats:
    return np.array([b.real, b.imag, float(np.degrees(np.angle(a))), abs(a)])
