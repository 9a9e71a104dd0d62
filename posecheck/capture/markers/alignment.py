"""A printed sheet found in a picture to a fraction of a pixel: how it lies in space, and how far it bends.

The sheet is laid over the picture as a band bent about its upright, and pose, bend and brightness are moved until the
printed motif and the picture agree (Gauss-Newton on every printed point, outliers such as an arm in front weighed
down). A body is round: a turn then shows in where things are, to first order, while on a flat sheet it would only show
in how much narrower it looks, and two mirrored answers would look alike.

Axes of the camera: x right, y down, z away, metres. Of a sheet: x to its right, y down, z into the body.
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
"""Distance of the sampled points from each other, and of the outermost from the edge, beyond which cloth begins."""
STEPS = 12
BLUR_PX = 0.65
"""How far a point spreads in a picture of a webcam: its pixel, its lens, its compression (standard deviation)."""
MOTIF_PX_PER_M = 500
HALF_M = 0.13
"""Half the breadth over which a sheet's mean bend is taken."""
BENT = np.array([4.0, 0.0, 100.0])
BENT_SD = np.array([1.8, 8.0, 100.0])
"""How a body bends a sheet: its direction (radians) at x metres from the middle is a sum of these times x, x^2 and
x^3 - HALF_M^2 x. The first is one over the radius of the body's front. And how much that differs between people."""
HOLLOW = -0.7
"""A sheet bent inwards is the mirrored answer, which a picture hardly tells from the true one: bodies are round."""
SMALLEST_PX = 1.2
"""Fewer picture points than this to a printed module tell nothing."""
KEPT = 0.1
"""How much of what differs between people a sheet may change from picture to picture."""
BEND = slice(6, 6 + len(BENT))
NEAREST_M = 0.2
GRAZING = 0.15
"""Cosine of the flattest angle at which a point of the sheet is still looked at."""
LEAST = 0.4
DOUBT, OUTLIER = 0.06, 1.0
"""To compare answers: difference of a point from the motif that counts as one (share of the contrast), and what a point
is charged that is not believed."""
FAINTEST = 8.0
"""Least difference of brightness (of 255) between paper and ink."""
_NODES, _WEIGHTS = (part / 2.0 for part in np.polynomial.legendre.leggauss(5))
_NODES = _NODES + 0.5


@dataclass(frozen=True, slots=True)
class Lens:
    """A camera without distortion: focal length in pixels and the picture's middle."""

    focal_px: float
    centre_xy: tuple[float, float]

    @property
    def matrix(self) -> Floats:
        """Return the camera matrix (3, 3)."""
        return np.array([[self.focal_px, 0, self.centre_xy[0]], [0, self.focal_px, self.centre_xy[1]], [0, 0, 1.0]])


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """What is known of a sheet's shape: mean (3,) and covariance (3, 3) of how it bends, see BENT."""

    mean: Floats
    covariance: Floats

    @classmethod
    def unknown(cls) -> "Bend":
        """Return what is known before anything was seen."""
        return cls(BENT.copy(), np.diag(BENT_SD**2))

    def looser(self) -> "Bend":
        """Return what of it still holds in the next picture."""
        return replace(self, covariance=self.covariance + np.diag((KEPT * BENT_SD) ** 2))

    def forgotten(self) -> "Bend":
        """Return what of it still holds after the sheet was out of sight: it may have been fastened anew."""
        return replace(self, covariance=self.covariance + np.diag((0.5 * BENT_SD) ** 2))


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A sheet in space: turn (3, 3) and place (3,) of its middle in the camera's axes, and its bend.

    turn_sd_deg: uncertainty of its turn about its own upright. likeness -1..1: how well picture and motif agree.
    share 0..1: how much of the sheet is
    seen. cost: what remains between picture and motif, to compare two answers by.
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
    """Return sampled points (m, 2) of a sheet in metres from its middle."""
    width, height = BOARDS[name].size_m
    x = np.arange(-width / 2 + EDGE_M, width / 2 - EDGE_M + 1e-9, PITCH_M)
    y = np.arange(-height / 2 + EDGE_M, height / 2 - EDGE_M + 1e-9, PITCH_M)
    points = np.stack(np.meshgrid(x - x.mean(), y - y.mean()), axis=-1).reshape(-1, 2)
    points.setflags(write=False)
    return points


def _ways(x: Floats) -> tuple[Floats, Floats, Floats]:
    """Return what each part of the bend is multiplied by at x metres."""
    return x, x**2, x**3 - HALF_M**2 * x


def _direction(x: Floats, shape: Floats) -> Floats:
    """Return how far a bent sheet has turned (radians) at x metres along it."""
    return np.asarray(sum(size * way for size, way in zip(shape, _ways(x), strict=True)))


def surface(points: Floats, shape: Floats) -> tuple[Floats, Floats]:
    """Return points (m, 3) of a bent sheet, and how they move with each shape parameter (m, 3, 3).

    points (m, 2) on the flat sheet. The integrals of sine and cosine of its direction are taken by Gauss-Legendre.
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
    """Return the normals (m, 3) of a bent sheet, into the body."""
    angle = _direction(points[:, 0], shape)
    return np.stack([-np.sin(angle), np.zeros_like(angle), np.cos(angle)], axis=1)


def _sampled(image: Gray, x: Floats, y: Floats) -> Floats:
    """Return the picture at points (m,) given in pixels from its corner, between pixel centres linearly."""
    at = cv2.remap(
        image,
        np.asarray(x - 0.5, np.float32)[None],
        np.asarray(y - 0.5, np.float32)[None],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(at, np.float64).ravel()


def _printed(name: str, spread_m: tuple[float, float]) -> Floats:
    """Return the motif at the sampled points (m,), 0 black to 1 white, as softened as the picture is."""
    ink = np.asarray(motif(name, MOTIF_PX_PER_M), np.float32) / 255.0
    sx, sy = (max(s * MOTIF_PX_PER_M, 0.3) for s in spread_m)
    soft = np.asarray(cv2.GaussianBlur(ink, (0, 0), sigmaX=sx, sigmaY=sy, borderType=cv2.BORDER_REPLICATE), np.float32)
    points = grid(name)
    h, w = ink.shape
    return _sampled(soft, points[:, 0] * MOTIF_PX_PER_M + w / 2, points[:, 1] * MOTIF_PX_PER_M + h / 2)


def project(lens: Lens, turn: Floats, place: Floats, body: Floats) -> tuple[Floats, Floats]:
    """Return pixels (m, 2) of a sheet's points (m, 3), and the points in the camera's axes."""
    seen = body @ turn.T + place
    return lens.focal_px * seen[:, :2] / seen[:, 2:] + np.array(lens.centre_xy), seen


def align(image: Gray, lens: Lens, name: str, start: Placed) -> Placed | None:
    """Move a sheet from where it is thought to lie until motif and picture agree; None when they cannot.

    image (h, w): brightness. The bend known so far is the prior of this picture's, and comes back narrowed.
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
    """A part of a picture (3, h, w): brightness and its slopes; and its corner in the picture."""

    planes: Gray
    x0: int
    y0: int

    @classmethod
    def around(cls, image: Gray, xy: Floats) -> "_Field | None":
        """Cut out what lies around points (m, 2) in pixels."""
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
        """Return (m,) which points lie inside."""
        h, w, _ = self.planes.shape
        x, y = xy[:, 0] - self.x0, xy[:, 1] - self.y0
        return np.asarray((x > 1.0) & (y > 1.0) & (x < w - 1.0) & (y < h - 1.0))

    def at(self, xy: Floats) -> Floats:
        """Return brightness and slopes (3, m) at points (m, 2), between pixel centres linearly."""
        x = np.asarray(xy[:, 0] - self.x0 - 0.5, np.float32)[None]
        y = np.asarray(xy[:, 1] - self.y0 - 0.5, np.float32)[None]
        return np.asarray(cv2.remap(self.planes, x, y, cv2.INTER_LINEAR)[0], np.float64).T


SHARED = 25.0
"""How many sampled points say one thing together: they lie closer than the picture's points, whose errors (folds,
light) go together too. Calibrated so that the stated errors hold."""


def _likeness(value: Floats, model: Floats, weight: Floats) -> float:
    a = value - np.average(value, weights=weight)
    b = model - np.average(model, weights=weight)
    down = np.sqrt(np.average(a * a, weights=weight) * np.average(b * b, weights=weight))
    return float(np.average(a * b, weights=weight) / max(down, 1e-9))


def moved(start: Placed, turn: Floats, place: Floats, bend: Bend, first: Floats | None = None) -> Placed:
    """Return a sheet somewhere else, with what is known of its bend; first: the bend to begin with, if another."""
    return replace(start, turn=turn, place=place, bend=bend, first=first)


def bent(first: float) -> Floats:
    """Return the shape of a sheet bent evenly, one over a radius in metres."""
    return np.array([first, *BENT[1:]])
