"""The renderer: a painter's algorithm finds what is seen where, then all those pixels are shaded at once.

Triangles are sorted by depth and filled with their number. Light and colour are computed afterwards for each visible
pixel, so textures are sharp and hidden surfaces cost no time. Everything is drawn at twice the size and averaged.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.rotations import Array, unit
from research.synthetic.raster.camera import Camera

Float = NDArray[np.float32]
SUPER = 2
SHIFT = 4
NEAR_M = 0.15


@dataclass(frozen=True)
class Light:
    """The light of a room, in linear RGB.

    Attributes:
        direction: Direction (3,) towards the main light.
        key: Colour of the main light.
        sky: Colour of the light from above.
        floor: Colour of the light from below.
    """

    direction: tuple[float, float, float]
    key: tuple[float, float, float]
    sky: tuple[float, float, float]
    floor: tuple[float, float, float]


@dataclass(frozen=True)
class Fragments:
    """Visible pixels of a mesh inside a box of the doubled picture.

    Attributes:
        box: x0, y0, x1, y1 of the box, pixels.
        rows: Row of each pixel (n,), from the box's corner.
        cols: Column of each pixel (n,), from the box's corner.
        triangle: The triangle seen in each pixel (n,).
        weights: Where in the triangle, as weights of its corners (n, 3).
        depth: Distance along the view axis (n,), metres.
    """

    box: tuple[int, int, int, int]
    rows: NDArray[np.intp]
    cols: NDArray[np.intp]
    triangle: NDArray[np.int32]
    weights: Float
    depth: Float

    def keep(self, mask: NDArray[np.bool_]) -> Fragments:
        """Return only the masked pixels (n,)."""
        return Fragments(
            self.box,
            self.rows[mask],
            self.cols[mask],
            self.triangle[mask],
            self.weights[mask],
            self.depth[mask],
        )

    def blend(self, triangles: NDArray[np.int64], values: Float) -> Float:
        """Return vertex values interpolated to the pixels (n, k).

        Args:
            triangles: Vertex indices (t, 3) of the mesh.
            values: Values of its vertices (v, k).
        """
        corner = triangles[self.triangle]
        w = self.weights
        out: Float = (
            values[corner[:, 0]] * w[:, :1] + values[corner[:, 1]] * w[:, 1:2] + values[corner[:, 2]] * w[:, 2:]
        )
        return out


@dataclass(frozen=True)
class Canvas:
    """Part of the doubled picture while it is painted.

    Attributes:
        rgb: Display RGB 0..255 (h, w, 3).
        depth: Distance along the view axis (h, w), metres.
        x0: Column of its left edge in the doubled picture.
        y0: Row of its upper edge in the doubled picture.
    """

    rgb: Float
    depth: Float
    x0: int = 0
    y0: int = 0

    def front(self, seen: Fragments) -> Fragments:
        """Return the fragments on the canvas that are nearer than what is painted there."""
        rows, cols = self._at(seen)
        h, w = self.depth.shape
        seen = seen.keep((rows >= 0) & (rows < h) & (cols >= 0) & (cols < w))
        rows, cols = self._at(seen)
        return seen.keep(seen.depth < self.depth[rows, cols])

    def put(self, seen: Fragments, colour: Float) -> None:
        """Paint fragments, in place.

        Args:
            seen: The fragments; all must be on the canvas.
            colour: Their display RGB (n, 3).
        """
        rows, cols = self._at(seen)
        self.rgb[rows, cols] = colour
        self.depth[rows, cols] = seen.depth

    def _at(self, seen: Fragments) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        return seen.rows + (seen.box[1] - self.y0), seen.cols + (seen.box[0] - self.x0)


def vertex_normals(vertices: Array, triangles: NDArray[np.int64]) -> Float:
    """Return unit normals (v, 3), each the area-weighted mean of its triangles.

    Args:
        vertices: Vertices (v, 3).
        triangles: Vertex indices (t, 3).
    """
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    face = np.cross(b - a, c - a)
    total = np.empty_like(vertices)
    corner = triangles.ravel(order="F")
    for axis in range(3):
        total[:, axis] = np.bincount(corner, np.tile(face[:, axis], 3), minlength=len(vertices))
    return unit(total).astype(np.float32)


def rasterise(camera: Camera, vertices: Array, triangles: NDArray[np.int64], cull: bool = True) -> Fragments | None:
    """Find which triangle is seen in each pixel.

    Args:
        camera: The camera.
        vertices: Vertices (v, 3), world, metres.
        triangles: Vertex indices (t, 3).
        cull: Whether triangles seen from behind are left out.

    Returns:
        The visible pixels; None if there are none.
    """
    w, h = camera.size_wh[0] * SUPER, camera.size_wh[1] * SUPER
    seen = camera.view(vertices)
    z = seen[:, 2]
    xy = np.array([w, h]) / 2.0 + SUPER * camera.focal_px * seen[:, :2] / np.maximum(z, NEAR_M)[:, None]
    corners = xy[triangles]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    low, high = np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)
    za, zb, zc = (z[triangles[:, i]] for i in range(3))
    inside = (high[:, 0] > 0) & (low[:, 0] < w) & (high[:, 1] > 0) & (low[:, 1] < h)
    use = inside & (np.minimum(np.minimum(za, zb), zc) > NEAR_M) & ((area < 0) if cull else (np.abs(area) > 1e-9))
    number = np.flatnonzero(use)
    if not number.size:
        return None
    number = number[np.argsort(-(za + zb + zc)[number], kind="stable")]
    x0, y0 = np.maximum(np.floor(low[number].min(axis=0)).astype(int) // SUPER * SUPER - 2 * SUPER, 0)
    x1, y1 = np.minimum((np.ceil(high[number].max(axis=0)).astype(int) // SUPER + 3) * SUPER, [w, h])
    canvas = np.full((y1 - y0, x1 - x0), -1, np.int32)
    local = corners[number] - np.array([x0, y0])
    points = np.rint((local - 0.5) * (1 << SHIFT)).astype(np.int32)
    fill = cv2.fillConvexPoly
    for i, polygon in zip(number.tolist(), points, strict=True):
        fill(canvas, polygon, i, cv2.LINE_8, SHIFT)
    rows, cols = np.nonzero(canvas >= 0)
    triangle = canvas[rows, cols]
    pa, pb, pc = a[triangle], b[triangle], c[triangle]
    px, py = cols + (0.5 + x0), rows + (0.5 + y0)
    wb = ((px - pa[:, 0]) * (pc[:, 1] - pa[:, 1]) - (py - pa[:, 1]) * (pc[:, 0] - pa[:, 0])) / area[triangle]
    wc = ((pb[:, 0] - pa[:, 0]) * (py - pa[:, 1]) - (pb[:, 1] - pa[:, 1]) * (px - pa[:, 0])) / area[triangle]
    weights = np.clip(np.stack([1.0 - wb - wc, wb, wc], axis=1), 0.0, 1.0)
    weights = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    depth = (z[triangles[triangle]] * weights).sum(axis=1).astype(np.float32)
    return Fragments((int(x0), int(y0), int(x1), int(y1)), rows, cols, triangle, weights, depth)


def creases(fragments: Fragments) -> Float:
    """Return a brightness per pixel (n,), up to 1; lower where the surface is behind its neighbours, as in folds."""
    x0, y0, x1, y1 = fragments.box
    field = np.zeros((y1 - y0, x1 - x0), np.float32)
    cover = np.zeros_like(field)
    field[fragments.rows, fragments.cols] = fragments.depth
    cover[fragments.rows, fragments.cols] = 1.0
    small = (max(1, field.shape[1] // 4), max(1, field.shape[0] // 4))
    size = (field.shape[1], field.shape[0])

    def soft(image: Float) -> Float:
        out = cv2.GaussianBlur(cv2.resize(image, small, interpolation=cv2.INTER_AREA), (0, 0), 4.0)
        return np.asarray(cv2.resize(out, size, interpolation=cv2.INTER_LINEAR), np.float32)

    mean = soft(field)[fragments.rows, fragments.cols] / np.maximum(soft(cover)[fragments.rows, fragments.cols], 1e-3)
    behind = np.clip(fragments.depth - mean, 0.0, 0.12)
    out: Float = (1.0 - 3.6 * behind).astype(np.float32)
    return out


def lit(normals: Float, albedo: Float, light: Light, gloss: Float, view: Float) -> Float:
    """Return the light (n, 3) that surfaces reflect to the camera, linear RGB.

    Args:
        normals: Unit normals (n, 3).
        albedo: Linear RGB (n, 3).
        light: The light of the room.
        gloss: How glossy they are (n,).
        view: Unit direction to the lens (n, 3).
    """
    way = unit(np.array(light.direction)).astype(np.float32)
    facing = normals @ way
    wrapped = np.clip((facing + 0.25) / 1.25, 0.0, 1.0)
    up = (0.5 + 0.5 * normals[:, 1])[:, None]
    glow = np.array(light.sky, np.float32) * up + np.array(light.floor, np.float32) * (1.0 - up)
    half = unit(view + way).astype(np.float32)
    shine = np.clip((normals * half).sum(axis=1), 0.0, 1.0) ** 24 * gloss
    key = np.array(light.key, np.float32)
    out: Float = albedo * (glow + wrapped[:, None] * key) + shine[:, None] * key
    return out


def linear(rgb: Float | Array) -> Float:
    """Return display RGB 0..1 as linear light (gamma 2, so that the inverse is a square root)."""
    out: Float = np.square(np.asarray(rgb, np.float32))
    return out


def display(light_rgb: Float) -> Float:
    """Return linear light as display RGB 0..255 (float), with highlights compressed."""
    soft = np.where(light_rgb > 0.8, 0.8 + 0.2 * np.tanh((light_rgb - 0.8) / 0.35), light_rgb)
    out: Float = (255.0 * np.sqrt(np.clip(soft, 0.0, 1.0))).astype(np.float32)
    return out
