"""Fit of a phone's marker to a picture, and the most likely message in it.

At three metres a cell is little more than a pixel wide, so no cell can be read by itself. Instead the whole marker is
laid over the picture: for a place and shape (an affine map), the picture is the sum of its blurred cells. First the
cells are free to be any grey, and place and shape are moved until the sum fits; then the one of the 65536 possible
markers that explains the picture best is taken, moved once more, and believed only if it explains nearly all of the
picture's contrast, and no other marker comes near.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.markers.phone.code import COLUMNS, ROWS, all_grids, likeliest
from posecheck.core.arrays import Floats

Gray = NDArray[np.float32]

FREE, HELD = 3, 2
"""How often place and shape are moved with free cells, and then with those of the most likely marker."""
LOOSE = 0.02
"""Pull of free cells towards grey, so that cells that cannot be told apart do not run off."""
TRIED = 8
"""Markers that are compared pixel by pixel, the most likely by their free cells."""
MARGIN = (0.03, 0.03)
"""Black around the marker that is compared too, as a share of its width and height."""
RIM = (0.09, 0.10)
"""Width of the black around the marker, screen and case together, as a share of its width and height."""
BEYOND = 1.6
"""How far beyond it the brightness of what is behind the phone is taken, in standard deviations of the blur."""
LEAST_PIXELS = 60
"""Fewer pixels of a marker say nothing; there are none where it has moved out of the picture."""
LEAST_CONTRAST = 16.0
"""Least difference of dark and bright parts, of 255."""
GAMMA = 1.6
"""Turns brightness in a picture towards light, in which blurred cells add up."""
BRIGHTER = (1.0, 1.7, 3.0)
"""How much brighter than the brightest that a picture can show the screen may be: its white cells then spread."""
EXPLAINED = 0.65
"""Least share of the picture's contrast that a marker must explain to be believed."""
DOUBT = 0.3
"""What is left unexplained must be less than this share of what the next best marker leaves."""
STEP_PX = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold a marker in a picture.

    Attributes:
        number: Number of the most likely message.
        explained: Share of the contrast that it explains, up to 1.
        rival: The same of the next best marker.
        place: (3, 2) pixels: upper left corner of the marker, and the vectors to its upper right and lower left
            corner; the centre of the first pixel is (0, 0).
        bright: How much brighter it is than a picture can show, one of BRIGHTER.
    """

    number: int
    explained: float
    rival: float
    place: Floats
    bright: float = 1.0

    @property
    def sure(self) -> bool:
        """Return whether the marker is believed."""
        return self.explained >= EXPLAINED and 1.0 - self.explained <= DOUBT * (1.0 - self.rival)


def _below(x: Floats) -> Floats:
    """Return the share of a normal distribution below x (tanh approximation, within 0.0005)."""
    # Multiplied out and in single precision, because a power and a double tanh took a quarter of each fit.
    z = np.asarray(x * (0.79788456 + 0.035677408 * (x * x)), np.float32)
    return np.asarray(0.5 + 0.5 * np.tanh(z), np.float64)


def _density(x: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * x * x) / 2.50662827)


class _Laid:
    """The pixels around a marker's place, and how much each column and row of cells adds to each of them."""

    def __init__(self, image: Gray, place: Floats, blur_px: float) -> None:
        ends = np.array([place[0], place[0] + place[1], place[0] + place[2], place.sum(axis=0)])
        height, width = image.shape
        x0, y0 = np.maximum(np.floor(ends.min(axis=0)).astype(int) - 3, 0)
        x1, y1 = np.minimum(np.ceil(ends.max(axis=0)).astype(int) + 4, (width, height))
        inverse = np.linalg.inv(place[1:].T)
        x, y = np.meshgrid(np.arange(x0, x1), np.arange(y0, y1))
        u, v = inverse @ np.stack([x.ravel() - place[0, 0], y.ravel() - place[0, 1]])
        inside = (np.abs(u - 0.5) < 0.5 + MARGIN[0]) & (np.abs(v - 0.5) < 0.5 + MARGIN[1])
        self.value = image[y0:y1, x0:x1].ravel()[inside].astype(np.float64)
        self.u, self.v, self.inverse = u[inside], v[inside], inverse
        if len(self.value) < LEAST_PIXELS:
            return
        spread = blur_px * np.sqrt((inverse**2).sum(axis=1))
        self.across, self.across_slope = self._shares(self.u, COLUMNS, float(spread[0]))
        self.down, self.down_slope = self._shares(self.v, ROWS + 2, float(spread[1]))
        self.others = self._behind(image, place, spread)

    def _behind(self, image: Gray, place: Floats, spread: Floats) -> Floats:
        """Return what else may add to each pixel (n, 7): an even or sloping reflection, and what lies beyond each edge.

        The black rim is so narrow that a bright shirt beside it shines into the marker's outer cells.
        """
        far_u, far_v = RIM[0] + BEYOND * spread[0], RIM[1] + BEYOND * spread[1]
        n = len(self.u)
        # The left, right, upper and lower edge.
        u, v, past = (np.empty((4, n)) for _ in range(3))
        u[0], u[1], u[2:] = -far_u, 1 + far_u, self.u
        v[:2], v[2], v[3] = self.v, -far_v, 1 + far_v
        past[0], past[1] = (-RIM[0] - self.u) / spread[0], (self.u - 1 - RIM[0]) / spread[0]
        past[2], past[3] = (-RIM[1] - self.v) / spread[1], (self.v - 1 - RIM[1]) / spread[1]
        x, y = (np.asarray(place[0, i] + u * place[1, i] + v * place[2, i], np.float32) for i in (0, 1))
        there = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        out = np.empty((n, 7))
        out[:, 0], out[:, 1], out[:, 2] = 1.0, self.u - 0.5, self.v - 0.5
        out[:, 3:] = (np.asarray(there, np.float64) * _below(past) / 128.0).T
        return out

    @staticmethod
    def _shares(at: Floats, count: int, spread: float) -> tuple[Floats, Floats]:
        z = (at[:, None] - np.arange(count + 1) / count) / spread
        share, slope = _below(z), _density(z) / spread
        return share[:, :-1] - share[:, 1:], slope[:, :-1] - slope[:, 1:]

    def cells(self) -> Floats:
        """Return how much each cell adds to each pixel (n, 48)."""
        return np.asarray((self.down[:, :, None] * self.across[:, None, :]).reshape(len(self.value), -1))

    def step(self, cells: Floats, contrast: float, bright: float = 1.0) -> Floats:
        """Return by how much place and shape (3, 2) should be moved for given cells (48,), 0 black to 1 white."""
        grid = cells.reshape(ROWS + 2, COLUMNS)
        by_row, by_row_slope = self.down @ grid, self.down_slope @ grid
        lit = bright * (by_row * self.across).sum(axis=1)
        shown = np.concatenate([np.minimum(lit, 1.0)[:, None], self.others], axis=1)
        rises = bright * ((lit < 1.0) | (bright == 1.0))
        in_u = rises * (by_row * self.across_slope).sum(axis=1)
        in_v = rises * (by_row_slope * self.across).sum(axis=1)
        level = np.linalg.solve(shown.T @ shown + 1e-3 * np.eye(shown.shape[1]), shown.T @ self.value)
        gain = max(float(level[0]), 0.3 * contrast)
        moved = -gain * (in_u[:, None] * self.inverse[0] + in_v[:, None] * self.inverse[1])
        slopes = np.concatenate([moved, moved * self.u[:, None], moved * self.v[:, None], shown], axis=1)
        normal = slopes.T @ slopes
        normal[range(6), range(6)] = 1.01 * normal[range(6), range(6)] + 1.0
        rest = range(6, normal.shape[0])
        normal[rest, rest] += 1e-3
        step = np.linalg.solve(normal, slopes.T @ (self.value - shown @ level))[:6]
        return np.clip(step, -STEP_PX, STEP_PX).reshape(3, 2)


def _free(laid: _Laid, cells: Floats, low: float, contrast: float) -> Floats:
    """Return the greys of the cells (48,), 0 black to 1 white, that explain the picture best."""
    every = np.concatenate([cells, laid.others[:, 1:]], axis=1)
    normal = every.T @ every + LOOSE * np.eye(every.shape[1])
    pulled = every.T @ ((laid.value - low) / contrast)
    pulled[: cells.shape[1]] += 0.5 * LOOSE
    return np.asarray(np.linalg.solve(normal, pulled)[: cells.shape[1]])


def _levels(laid: _Laid) -> tuple[float, float]:
    """Return the brightness of dark parts, and by how much bright ones exceed it: the 8th and the 92nd percentile."""
    if not len(laid.value):
        return 0.0, 0.0
    value = np.sort(laid.value)
    low, high = np.interp((0.08 * (len(value) - 1), 0.92 * (len(value) - 1)), np.arange(len(value)), value)
    return float(low), float(high - low)


def _decoded(laid: _Laid, cells: Floats, free: Floats, place: Floats, belt: bool) -> Seen:
    """Return the most likely marker: the best of those that the free cells (48,) point to, compared by pixels."""
    soft = np.clip(2.0 * free - 1.0, -1.5, 1.5)[COLUMNS:-COLUMNS].astype(np.float32)
    numbers = likeliest(soft, TRIED, belt=belt)
    lit = cells @ all_grids()[numbers].T.astype(np.float64)
    base = np.linalg.qr(laid.others)[0]
    value = laid.value - base @ (base.T @ laid.value)
    whole = max(float(value @ value), 1e-9)
    best: Seen | None = None
    for bright in BRIGHTER:
        shown = np.minimum(bright * lit, 1.0)
        shown -= base @ (base.T @ shown)
        gain = (shown * value[:, None]).sum(axis=0) / np.maximum((shown**2).sum(axis=0), 1e-9)
        left = ((value[:, None] - np.maximum(gain, 0.0) * shown) ** 2).sum(axis=0)
        explained = 1.0 - left / whole
        first, second = np.argsort(-explained)[:2]
        if best is None or explained[first] > best.explained:
            best = Seen(int(numbers[first]), float(explained[first]), float(explained[second]), place, bright)
    assert best is not None
    return best


def fit(
    image: Gray, place: Floats, blur_px: float, hurried: float = 0.0, loose: int = FREE, *, belt: bool = False
) -> Seen | None:
    """Fit a marker to a picture, beginning near a place.

    Args:
        image: (h, w) brightness, 0 to 255.
        place: (3, 2) about where it lies, see Seen; each corner within about a cell.
        blur_px: Blur of a point in the picture, standard deviation in pixels.
        hurried: Give up if the free cells explain less than this share of the contrast.
        loose: How often place and shape are moved with free cells; less is enough where they are nearly known.
        belt: Whether the marker is one of the second phone.

    Returns:
        The most likely marker, sure or not; None where nothing there has a marker's shape and contrast.
    """
    bars = np.zeros(COLUMNS * (ROWS + 2), bool)
    bars[:COLUMNS] = bars[-COLUMNS:] = True
    image = np.asarray(255.0 * (image / 255.0) ** GAMMA, np.float32)
    start = place
    free: Floats | None = None
    for turn in range(loose + HELD + 1):
        laid = _Laid(image, place, blur_px)
        low, contrast = _levels(laid)
        if contrast < LEAST_CONTRAST or len(laid.value) < LEAST_PIXELS:
            return None
        cells = laid.cells()
        if turn < loose:
            free = _free(laid, cells, low, contrast)
            place = place + laid.step(np.where(bars, 1.0, np.clip(free, 0.0, 1.0)), contrast)
            if not _plausible(place, start):
                return None
            continue
        if turn == loose:
            free = _free(laid, cells, low, contrast)
            if hurried and _explained(laid, cells, np.where(bars, 1.0, np.clip(free, 0.0, 1.0))) < hurried:
                return None
            seen = _decoded(laid, cells, free, place, belt)
        if turn < loose + HELD:
            place = place + laid.step(all_grids()[seen.number].astype(np.float64), contrast, seen.bright)
            if not _plausible(place, start):
                return None
            continue
        free = _free(laid, cells, low, contrast)
        seen = _decoded(laid, cells, free, place, belt)
    return seen


def _explained(laid: _Laid, cells: Floats, grey: Floats) -> float:
    """Return the share of the contrast that cells (48,) of any grey explain."""
    base = np.linalg.qr(laid.others)[0]
    shown, value = (part - base @ (base.T @ part) for part in (cells @ grey, laid.value))
    both = float(shown @ value)
    return both * abs(both) / max(float(shown @ shown) * float(value @ value), 1e-9)


def _plausible(place: Floats, start: Floats) -> bool:
    """Return whether a place is still near where it began, and no mirror image or sliver."""
    area = place[1, 0] * place[2, 1] - place[1, 1] * place[2, 0]
    before = start[1, 0] * start[2, 1] - start[1, 1] * start[2, 0]
    return bool(0.4 * before < area < 2.5 * before and np.abs(place[0] - start[0]).max() < 6.0)
