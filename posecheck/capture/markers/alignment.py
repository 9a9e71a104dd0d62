"""Fit of a printed sheet to a picture, to a fraction of a pixel: its place, orientation and bend.

The sheet is modelled as a band bent about its vertical axis. Place, orientation, bend and brightness are changed until
the printed motif and the picture agree (Gauss-Newton over all sampled points; outliers get little weight). Because the
body is round, a rotation moves points in the picture; a flat sheet would only look narrower, whichever way it turns.

Axes of the camera: x right, y down, z away, metres. Axes of a sheet: x to its right, y down, z into the body.
"""

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.markers.sheet import BOARDS, motif
from posecheck.core.arrays import Floats

Gray = NDArray[np.float32]

PITCH_M = 0.006
EDGE_M = 0.004
"""Distance of the sampled points from each other, and of the outermost from the sheet's edge, in metres."""
STEPS = 12
BLUR_PX = 0.65
"""Blur of a point in a webcam's picture by pixels, lens and compression (standard deviation)."""
MOTIF_PX_PER_M = 500
HALF_M = 0.13
"""Half the width over which the mean bend of a sheet is taken, metres."""
BENT = np.array([4.0, 0.0, 100.0])
BENT_SD = np.array([1.8, 8.0, 100.0])
"""How a body bends a sheet, and the standard deviation between people. The sheet's direction (radians) at x metres from
its middle is the sum of these times x, x^2 and x^3 - HALF_M^2 x. The first is 1 / radius of the body's front."""
HOLLOW = -0.7
"""A fit bent inwards further than this is refused as the mirrored solution, because bodies are round."""
SMALLEST_PX = 1.2
"""With fewer pixels per printed module the sheet cannot be fitted."""
KEPT = 0.1
"""How much a sheet's bend may change from picture to picture, as a share of BENT_SD."""
BEND = slice(6, 6 + len(BENT))
NEAREST_M = 0.2
GRAZING = 0.15
"""Least cosine between viewing direction and normal at which a point of the sheet is used."""
LEAST = 0.4
DOUBT, OUTLIER = 0.06, 1.0
"""For comparing solutions: difference (share of the contrast) that costs 1, and cost of a hidden or outlying point."""
FAINTEST = 8.0
"""Least difference in brightness (0 to 255) between paper and ink."""
_NODES, _WEIGHTS = (part / 2.0 for part in np.polynomial.legendre.leggauss(5))
_NODES = _NODES + 0.5


@dataclass(frozen=True, slots=True)
class Lens:
    """Describe a camera without distortion by its focal length and the picture's middle, both in pixels."""

    focal_px: float
    centre_xy: tuple[float, float]

    @property
    def matrix(self) -> Floats:
        """Return the camera matrix (3, 3)."""
        return np.array([[self.focal_px, 0, self.centre_xy[0]], [0, self.focal_px, self.centre_xy[1]], [0, 0, 1.0]])


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """Hold what is known of a sheet's bend: mean (3,) and covariance (3, 3) of its coefficients, see BENT."""

    mean: Floats
    covariance: Floats

    @classmethod
    def unknown(cls) -> "Bend":
        """Return the bend that is assumed before a sheet is seen."""
        return cls(BENT.copy(), np.diag(BENT_SD**2))

    def looser(self) -> "Bend":
        """Return the bend with a slightly larger covariance, for the next picture."""
        return replace(self, covariance=self.covariance + np.diag((KEPT * BENT_SD) ** 2))

    def forgotten(self) -> "Bend":
        """Return the bend with a larger covariance, for a sheet that was out of sight and may have been refastened."""
        return replace(self, covariance=self.covariance + np.diag((0.5 * BENT_SD) ** 2))


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Hold where a sheet lies in space.

    Attributes:
        turn: (3, 3) rotation matrix from the sheet's axes to the camera's.
        place: (3,) middle of the sheet in the camera's axes, metres.
        bend: Its bend.
        turn_sd_deg: Standard error of the rotation about the sheet's own vertical, for a known bend, degrees.
        likeness: Correlation of picture and motif, -1 to 1.
        share: Visible share of the sheet, 0 to 1.
        cost: Remaining difference between picture and motif, to compare solutions by.
        first: (3,) bend from which a fit starts, None for the mean of `bend`.
        by_bend: (3, 3) change of the rotation vector with each coefficient of the bend; None before a fit.
    """

    turn: Floats
    place: Floats
    bend: Bend
    turn_sd_deg: float = float("nan")
    likeness: float = 0.0
    share: float = 0.0
    cost: float = float("inf")
    first: Floats | None = None
    by_bend: Floats | None = None


@cache
def grid(name: str) -> Floats:
    """Return the sampled points (m, 2) of a sheet, in metres from its middle, x right, y down; read-only."""
    width, height = BOARDS[name].size_m
    x = np.arange(-width / 2 + EDGE_M, width / 2 - EDGE_M + 1e-9, PITCH_M)
    y = np.arange(-height / 2 + EDGE_M, height / 2 - EDGE_M + 1e-9, PITCH_M)
    points = np.stack(np.meshgrid(x - x.mean(), y - y.mean()), axis=-1).reshape(-1, 2)
    points.setflags(write=False)
    return points


def _ways(x: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the factor of each coefficient of the bend at x metres from the middle."""
    return x, x**2, x**3 - HALF_M**2 * x


def _direction(x: Floats, shape: Floats) -> Floats:
    """Return the direction of a bent sheet (radians) at x metres from the middle."""
    return np.asarray(sum(size * way for size, way in zip(shape, _ways(x), strict=True)))


def surface(points: Floats, shape: Floats) -> tuple[Floats, Floats]:
    """Return where points of a sheet lie when it is bent, by Gauss-Legendre integration of its direction.

    Args:
        points: (m, 2) metres on the flat sheet, from its middle.
        shape: (3,) coefficients of the bend, see BENT.

    Returns:
        The points (m, 3) in the sheet's axes, metres, and their derivatives (m, 3, 3) by each coefficient.
    """
    every, back = np.unique(points[:, 0], return_inverse=True)
    at = every[:, None] * _NODES
    part = every[:, None] * _WEIGHTS
    angle = _direction(at, shape)
    sine, cosine = np.sin(angle) * part, np.cos(angle) * part
    out = np.stack([cosine.sum(1)[back], points[:, 1], sine.sum(1)[back]], axis=1)
    slopes = np.zeros((len(points), 3, len(BENT)))
    for i, way in enumerate(_ways(at)):
        slopes[:, 0, i] = -(sine * way).sum(1)[back]
        slopes[:, 2, i] = (cosine * way).sum(1)[back]
    return out, slopes


def _normals(points: Floats, shape: Floats) -> Floats:
    """Return the normals (m, 3) of a bent sheet, pointing into the body."""
    angle = _direction(points[:, 0], shape)
    return np.stack([-np.sin(angle), np.zeros_like(angle), np.cos(angle)], axis=1)


def _sampled(image: Gray, x: Floats, y: Floats) -> Floats:
    """Return the picture's brightness (m,) at points in pixels from its corner, by linear interpolation."""
    at = cv2.remap(
        image,
        np.asarray(x - 0.5, np.float32)[None],
        np.asarray(y - 0.5, np.float32)[None],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(at, np.float64).ravel()


def _printed(name: str, spread_m: tuple[float, float]) -> Floats:
    """Return the motif at the sampled points (m,), 0 black to 1 white, as blurred as the picture is."""
    ink = np.asarray(motif(name, MOTIF_PX_PER_M), np.float32) / 255.0
    sx, sy = (max(s * MOTIF_PX_PER_M, 0.3) for s in spread_m)
    soft = np.asarray(cv2.GaussianBlur(ink, (0, 0), sigmaX=sx, sigmaY=sy, borderType=cv2.BORDER_REPLICATE), np.float32)
    points = grid(name)
    h, w = ink.shape
    return _sampled(soft, points[:, 0] * MOTIF_PX_PER_M + w / 2, points[:, 1] * MOTIF_PX_PER_M + h / 2)


def project(lens: Lens, turn: Floats, place: Floats, body: Floats) -> tuple[Floats, Floats]:
    """Project points of a sheet into the picture.

    Args:
        lens: The camera's lens.
        turn: (3, 3) rotation from the sheet's axes to the camera's.
        place: (3,) middle of the sheet in the camera's axes, metres.
        body: (m, 3) points in the sheet's axes, metres.

    Returns:
        Pixels (m, 2), x right, y down, and the points (m, 3) in the camera's axes, metres.
    """
    seen = body @ turn.T + place
    return lens.focal_px * seen[:, :2] / seen[:, 2:] + np.array(lens.centre_xy), seen


def align(image: Gray, lens: Lens, name: str, start: Placed) -> Placed | None:
    """Fit a sheet to a picture, starting from where it is expected.

    Args:
        image: (h, w) brightness, 0 to 255.
        lens: The camera's lens.
        name: A key of BOARDS.
        start: The expected place; its bend is the prior of the fit.

    Returns:
        The fitted sheet, its bend with a smaller covariance; None when less than LEAST of it is visible, or not well.
    """
    points = grid(name)
    field = _Field.around(image, project(lens, start.turn, start.place, surface(points, start.bend.mean)[0])[0])
    if field is None:
        return None
    turn, place = start.turn, start.place
    bend = (start.bend.mean if start.first is None else start.first).copy()
    information = np.linalg.inv(start.bend.covariance) * SHARED
    outer: Floats = np.ones(len(points))
    for step in range(STEPS):
        body, slopes = surface(points, bend)
        xy, seen = project(lens, turn, place, body)
        if seen[:, 2].min() < NEAREST_M:
            return None
        facing = (seen * (_normals(points, bend) @ turn.T)).sum(1) / np.linalg.norm(seen, axis=1)
        inside = np.flatnonzero(field.holds(xy) & (facing > GRAZING))
        if len(inside) < LEAST * len(points):
            return None
        if step % 3 == 0:
            metre = float(np.median(seen[:, 2])) / lens.focal_px
            if BOARDS[name].module_m / metre < SMALLEST_PX:
                return None
            along = BLUR_PX * metre
            printed = _printed(name, (along / max(float(np.median(facing[inside])), 0.25), along))
        value, slope_x, slope_y = field.at(xy[inside])
        ink, (u, v) = printed[inside], points[inside].T / 0.1
        light = np.stack([ink, ink * u, np.ones_like(u), u, v], axis=1)
        weight = facing[inside] * outer[inside]
        held = light * weight[:, None]
        fit = np.linalg.solve(held.T @ light + 1e-6 * np.eye(5), held.T @ value)
        if fit[0] <= FAINTEST:
            return None
        residual = value - light @ fit
        spread = 1.4826 * float(np.median(np.abs(residual))) + 1.0
        huber = np.minimum(1.0, 1.5 * spread / (np.abs(residual) + 1e-9)) * (np.abs(residual) < 0.6 * fit[0])
        outer = np.zeros(len(points))
        outer[inside] = huber
        depth = seen[inside, 2]
        move_x, move_y = slope_x * lens.focal_px / depth, slope_y * lens.focal_px / depth
        toward = -(move_x * seen[inside, 0] + move_y * seen[inside, 1]) / depth
        to_image = np.stack([move_x, move_y, toward], axis=1)
        by_turn = np.cross(seen[inside] - place, to_image)
        by_shape = np.einsum("mj,mjk->mk", to_image @ turn, slopes[inside])
        jacobian = np.concatenate([-by_turn, -to_image, -by_shape, light], axis=1)
        full = facing[inside] * huber / spread**2
        normal = jacobian.T @ (jacobian * full[:, None])
        right = jacobian.T @ (residual * full)
        normal[BEND, BEND] += information
        right[BEND] += information @ (start.bend.mean - bend)
        move = np.linalg.solve(normal, right)
        size = float(np.linalg.norm(move[:3]))
        move *= min(1.0, 0.15 / max(size, 1e-9))
        turn = np.asarray(cv2.Rodrigues(move[:3])[0]) @ turn
        place = place + move[3:6]
        bend = bend + move[BEND]
        if step > 2 and size < 5e-4 and np.linalg.norm(move[3:6]) < 5e-4:
            break
    covariance = np.linalg.inv(normal) * SHARED
    free = np.r_[0 : BEND.start, BEND.stop : len(normal)]
    upright = turn[:, 1]
    by_bend = -np.linalg.solve(normal[np.ix_(free, free)], normal[free, BEND])[:3]
    given = np.linalg.inv(normal[np.ix_(free, free)])[:3, :3] * SHARED
    sd = float(np.degrees(np.sqrt(upright @ given @ upright)))
    kept = facing[inside] * huber
    off = bend - start.bend.mean
    if bend[0] < HOLLOW:
        return None
    misfit = (facing[inside] * (huber * (residual / (DOUBT * fit[0])) ** 2 + (1.0 - huber) * OUTLIER)).sum()
    hidden = 1.0 - len(inside) / len(points)
    cost = float(misfit / facing[inside].sum() + hidden * OUTLIER + off @ information @ off / SHARED / len(points))
    return Placed(
        turn, place, Bend(bend, covariance[BEND, BEND]), sd, _likeness(value, light @ fit, kept),
        float(kept.sum() / facing.clip(0).sum()), cost, by_bend=by_bend,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Field:
    """Hold a part of a picture (h, w, 3), brightness and its gradients, and where its corner lies in the picture."""

    planes: Gray
    x0: int
    y0: int

    @classmethod
    def around(cls, image: Gray, xy: Floats) -> "_Field | None":
        """Cut out the part around points (m, 2) in pixels; None where it is too small."""
        height, width = image.shape
        room = max(8.0, 0.3 * float(np.ptp(xy[:, 0])))
        x0, y0 = np.maximum(np.floor(xy.min(0) - room), 0).astype(int)
        x1, y1 = np.minimum(np.ceil(xy.max(0) + room), (width, height)).astype(int)
        if x1 - x0 < 12 or y1 - y0 < 8:
            return None
        part = np.ascontiguousarray(image[y0:y1, x0:x1])
        slopes = [cv2.Sobel(part, cv2.CV_32F, dx, dy, ksize=3, scale=0.125) for dx, dy in ((1, 0), (0, 1))]
        return cls(np.stack([part, *slopes], axis=-1), int(x0), int(y0))

    def holds(self, xy: Floats) -> NDArray[np.bool_]:
        """Return whether each point (m, 2) lies inside the part (m,)."""
        h, w, _ = self.planes.shape
        x, y = xy[:, 0] - self.x0, xy[:, 1] - self.y0
        return np.asarray((x > 1.0) & (y > 1.0) & (x < w - 1.0) & (y < h - 1.0))

    def at(self, xy: Floats) -> Floats:
        """Return brightness and gradients (3, m) at points (m, 2), by linear interpolation."""
        x = np.asarray(xy[:, 0] - self.x0 - 0.5, np.float32)[None]
        y = np.asarray(xy[:, 1] - self.y0 - 0.5, np.float32)[None]
        return np.asarray(cv2.remap(self.planes, x, y, cv2.INTER_LINEAR)[0], np.float64).T


SHARED = 25.0
"""Sampled points that count as one measurement, since neighbours share errors; calibrated for true stated errors."""


def _likeness(value: Floats, model: Floats, weight: Floats) -> float:
    a = value - np.average(value, weights=weight)
    b = model - np.average(model, weights=weight)
    down = np.sqrt(np.average(a * a, weights=weight) * np.average(b * b, weights=weight))
    return float(np.average(a * b, weights=weight) / max(down, 1e-9))


def moved(start: Placed, turn: Floats, place: Floats, bend: Bend, first: Floats | None = None) -> Placed:
    """Return a sheet at another place, as the start of a fit.

    Args:
        start: The sheet.
        turn: (3, 3) its new rotation matrix.
        place: (3,) its new middle in the camera's axes, metres.
        bend: What is known of its bend.
        first: (3,) bend from which the fit starts, None for the mean of `bend`.
    """
    return replace(start, turn=turn, place=place, bend=bend, first=first)


def bent(first: float) -> Floats:
    """Return the coefficients (3,) of a sheet whose first one, 1 / radius in metres, is given; see BENT."""
    return np.array([first, *BENT[1:]])
