"""Plain solids for furniture: boxes, cylinders and ellipsoids in small triangles, so that sorting by depth works."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.rotations import Array


@dataclass(frozen=True)
class Mesh:
    """A coloured surface.

    Attributes:
        vertices: Vertices (v, 3), metres.
        triangles: Vertex indices (t, 3), in the order that shows the outside.
        colour: Display RGB 0..1 of each vertex (v, 3).
    """

    vertices: Array
    triangles: NDArray[np.int64]
    colour: Array

    def placed(self, rotation: Array, offset: Array) -> Mesh:
        """Return the mesh rotated, then shifted.

        Args:
            rotation: Rotation (3, 3).
            offset: Shift (3,), metres.
        """
        return Mesh(self.vertices @ rotation.T + offset, self.triangles, self.colour)


def joined(meshes: list[Mesh]) -> Mesh:
    """Return one mesh made of several."""
    starts = np.cumsum([0] + [len(m.vertices) for m in meshes[:-1]])
    return Mesh(
        np.concatenate([m.vertices for m in meshes]),
        np.concatenate([m.triangles + s for m, s in zip(meshes, starts, strict=True)]),
        np.concatenate([m.colour for m in meshes]),
    )


def _sheet(origin: Array, along: Array, across: Array, step_m: float) -> tuple[Array, NDArray[np.int64]]:
    n = max(1, int(np.ceil(np.linalg.norm(along) / step_m)))
    m = max(1, int(np.ceil(np.linalg.norm(across) / step_m)))
    u, v = np.linspace(0, 1, n + 1), np.linspace(0, 1, m + 1)
    points = origin + u[:, None, None] * along + v[None, :, None] * across
    a = (np.arange(n)[:, None] * (m + 1) + np.arange(m)[None, :]).ravel()
    quads = np.stack([a, a + m + 1, a + m + 2, a + 1], axis=1)
    return points.reshape(-1, 3), np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def box(low: tuple[float, float, float], high: tuple[float, float, float], rgb: Array, step_m: float = 0.06) -> Mesh:
    """Return a box whose six sides are tiled.

    Args:
        low: The corner with the smallest coordinates, metres.
        high: The corner with the largest coordinates, metres.
        rgb: Display RGB 0..1 (3,).
        step_m: The largest side of a tile.
    """
    a, b = np.array(low), np.array(high)
    d = b - a
    x, y, z = np.diag(d)
    sides = [(a, y, x), (a + z, x, y), (a, z, y), (a + x, y, z), (a, x, z), (a + y, z, x)]
    parts = []
    for origin, along, across in sides:
        points, triangles = _sheet(origin, along, across, step_m)
        parts.append(Mesh(points, triangles, np.broadcast_to(rgb, points.shape).copy()))
    return joined(parts)


def cylinder(radius_m: float, length_m: float, rgb: Array, end_rgb: Array | None = None, around: int = 28) -> Mesh:
    """Return a cylinder along Z, centred at the origin.

    Args:
        radius_m: Its radius.
        length_m: Its length.
        rgb: Display RGB 0..1 (3,) of the side.
        end_rgb: Display RGB of the ends; None for that of the side.
        around: The number of corners around it.
    """
    t = np.linspace(0, 2 * np.pi, around, endpoint=False)
    ring = np.stack([np.cos(t), np.sin(t)], axis=1) * radius_m
    steps = max(2, int(length_m / 0.05))
    z = np.linspace(-length_m / 2, length_m / 2, steps + 1)
    side = np.concatenate([np.column_stack([ring, np.full(around, v)]) for v in z])
    i = np.arange(around)
    j = (i + 1) % around
    triangles = []
    for k in range(steps):
        p, q = k * around, (k + 1) * around
        triangles += [np.stack([p + i, p + j, q + j], axis=1), np.stack([p + i, q + j, q + i], axis=1)]
    parts = [Mesh(side, np.concatenate(triangles), np.broadcast_to(rgb, side.shape).copy())]
    for end in (-1.0, 1.0):
        cap = np.column_stack([np.concatenate([[[0.0, 0.0]], ring]), np.full(around + 1, end * length_m / 2)])
        fan = np.stack([np.zeros(around, int), 1 + i, 1 + j], axis=1)
        colour = rgb if end_rgb is None else end_rgb
        parts.append(Mesh(cap, fan if end > 0 else fan[:, ::-1], np.broadcast_to(colour, cap.shape).copy()))
    return joined(parts)


def sphere(radii: tuple[float, float, float], rgb: Array, rings: int = 10, around: int = 16) -> Mesh:
    """Return an ellipsoid at the origin with its poles along Y.

    Args:
        radii: Its radii along X, Y and Z, metres.
        rgb: Display RGB 0..1 (3,).
        rings: The number of rings of triangles.
        around: The number of corners around it.
    """
    p = np.linspace(0, np.pi, rings + 1)
    t = np.linspace(0, 2 * np.pi, around, endpoint=False)
    xyz = np.stack(
        [
            np.outer(np.sin(p), np.cos(t)),
            np.outer(np.cos(p), np.ones(around)),
            -np.outer(np.sin(p), np.sin(t)),
        ],
        axis=-1,
    )
    points = xyz.reshape(-1, 3) * np.array(radii)
    i = np.arange(around)
    j = (i + 1) % around
    triangles = []
    for k in range(rings):
        a, b = k * around, (k + 1) * around
        triangles += [np.stack([a + i, b + i, b + j], axis=1), np.stack([a + i, b + j, a + j], axis=1)]
    return Mesh(points, np.concatenate(triangles), np.broadcast_to(rgb, points.shape).copy())
