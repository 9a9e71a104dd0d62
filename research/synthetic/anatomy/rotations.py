"""Rotation matrices in the body axes used everywhere in this package.

Axes: X forward, Y up, Z to the person's right (right-handed). Angles are degrees. A positive turn about Y is a
turn to the person's left, about X a bend to the right, about Z a bend backward (extension).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def about_x(deg: float) -> Array:
    """Return the (3, 3) rotation about X; positive bends to the person's right."""
    c, s = np.cos(np.radians(deg)), np.sin(np.radians(deg))
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def about_y(deg: float) -> Array:
    """Return the (3, 3) rotation about Y; positive turns to the person's left."""
    c, s = np.cos(np.radians(deg)), np.sin(np.radians(deg))
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def about_z(deg: float) -> Array:
    """Return the (3, 3) rotation about Z; positive bends backward."""
    c, s = np.cos(np.radians(deg)), np.sin(np.radians(deg))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def about(axis: Array, deg: float) -> Array:
    """Return the (3, 3) rotation about an axis by the right-hand rule.

    Args:
        axis: Unit axis (3,).
        deg: The angle.
    """
    x, y, z = axis
    k = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    r = np.radians(deg)
    out: Array = np.eye(3) + np.sin(r) * k + (1.0 - np.cos(r)) * (k @ k)
    return out


def trunk(rotation_deg: float, lateral_deg: float, flexion_deg: float) -> Array:
    """Return the (3, 3) rotation of the trunk angles, in the Cardan order Y-X-Z.

    Args:
        rotation_deg: Axial rotation, positive to the left.
        lateral_deg: Side bend, positive to the right.
        flexion_deg: Flexion, positive forward.
    """
    out: Array = about_y(rotation_deg) @ about_x(lateral_deg) @ about_z(-flexion_deg)
    return out


def cardan_yxz(matrix: Array) -> tuple[float, float, float]:
    """Split a (3, 3) rotation into (rotation + left, side bend + right, flexion + forward), degrees."""
    rotation = np.degrees(np.arctan2(matrix[0, 2], matrix[2, 2]))
    lateral = np.degrees(np.arcsin(np.clip(-matrix[1, 2], -1.0, 1.0)))
    flexion = -np.degrees(np.arctan2(matrix[1, 0], matrix[1, 1]))
    return float(rotation), float(lateral), float(flexion)


def unit(vector: NDArray[np.floating]) -> Array:
    """Return vectors (..., 3) scaled to length one; a zero vector stays zero."""
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    out: Array = np.asarray(vector / np.maximum(length, 1e-12))
    return out


def frame(along: Array, normal: Array) -> Array:
    """Return a (3, 3) frame whose columns are unit axes.

    Args:
        along: Direction (3,) of the first axis.
        normal: Direction (3,) that the second axis is near; the third is their cross product.
    """
    first = unit(along)
    second = unit(normal - first * float(normal @ first))
    return np.stack([first, second, np.cross(first, second)], axis=1)


def twist_part(matrix: Array, axis: Array) -> float:
    """Return the angle in degrees by which a rotation turns about an axis (swing-twist decomposition).

    Args:
        matrix: The rotation (3, 3).
        axis: Unit axis (3,).
    """
    w = np.sqrt(max(0.0, 1.0 + float(np.trace(matrix)))) / 2.0
    v = np.array([matrix[2, 1] - matrix[1, 2], matrix[0, 2] - matrix[2, 0], matrix[1, 0] - matrix[0, 1]])
    if w < 1e-6:
        return 0.0
    return float(np.degrees(2.0 * np.arctan2(float(v @ axis) / (4.0 * w), w)))
