"""Angles between directions in space: pure numpy, the last axis is x, y, z, NaN in gives NaN out.

Axes are those of MediaPipe's world landmarks, a right-handed frame: x to the image's right, y down, z away
from the camera. Results are degrees. Directions need not have length one.
"""

import numpy as np

from posecheck.core.arrays import Floats

UP: Floats = np.array([0.0, -1.0, 0.0])
"""Against gravity, for a camera held level."""


def unit(vector: Floats) -> Floats:
    """Scale (..., 3) vectors to length one; a vector without length becomes NaN."""
    size = np.sqrt(np.vecdot(vector, vector))[..., None]
    size[size <= 1e-9] = np.nan
    return np.asarray(vector / size)


def length(vector: Floats) -> Floats:
    """Return the length (...,) of (..., 3) vectors; for few vectors several times as fast as numpy's norm."""
    return np.asarray(np.sqrt(np.vecdot(vector, vector)))


def cross(a: Floats, b: Floats) -> Floats:
    """Return the vector product (..., 3) of (..., 3) vectors; for few vectors several times as fast as numpy's."""
    out = np.empty(np.broadcast(a, b).shape)
    (ax, ay, az), (bx, by, bz) = ((v[..., 0], v[..., 1], v[..., 2]) for v in (a, b))
    out[..., 0] = ay * bz - az * by
    out[..., 1] = az * bx - ax * bz
    out[..., 2] = ax * by - ay * bx
    return out


def dot(a: Floats, b: Floats) -> Floats:
    """Return the scalar product (...,) of (..., 3) vectors."""
    return np.asarray(np.vecdot(a, b))


def orthogonal(vector: Floats, to: Floats) -> Floats:
    """Return the unit part (..., 3) of vector at right angles to the unit vector `to`."""
    return unit(vector - dot(vector, to)[..., None] * to)


def bend(a: Floats, corner: Floats, b: Floats) -> Floats:
    """Return how far a joint is bent (...,): 0 when a, corner and b lie in a straight line, 180 when folded."""
    upper, lower = unit(corner - a), unit(b - corner)
    across = length(cross(upper, lower))
    return np.asarray(np.degrees(np.arctan2(across, dot(upper, lower))))


def axial_rotation(line: Floats, reference: Floats, up: Floats) -> Floats:
    """Return the first angle of the Cardan sequence Y-X-Z (...,), positive to the person's left.

    line, reference (..., 3) point to the person's right (shoulder line, hip line); up (..., 3) is the body's
    long axis. Source: Baker 2001, rotation-obliquity-tilt, doi 10.1016/S0966-6362(00)00083-7.
    """
    right = unit(reference)
    forward = cross(orthogonal(up, right), right)
    return np.degrees(np.arctan2(dot(line, forward), dot(line, right)))


def lateral_tilt(line: Floats, reference: Floats, up: Floats) -> Floats:
    """Return the second angle of the Cardan sequence Y-X-Z (...,), positive when the right end is lower."""
    high = orthogonal(up, unit(reference))
    return np.degrees(np.arcsin(np.clip(-dot(unit(line), high), -1.0, 1.0)))


def elevation(vector: Floats, up: Floats) -> Floats:
    """Return how far a direction points above the plane at right angles to up (...,), -90..90."""
    return np.degrees(np.arcsin(np.clip(dot(unit(vector), up), -1.0, 1.0)))


def planar_angle(along: Floats, zero: Floats) -> Floats:
    """Return atan2(along, zero) (...,) in -90..270, so that an arm raised past overhead does not flip sign."""
    angle = np.degrees(np.arctan2(along, zero))
    return np.where(angle < -90.0, angle + 360.0, angle)


def yaw(line: Floats, up: Floats = UP) -> Floats:
    """Return where a line points round the vertical (...,), -180..180, growing as the person turns left.

    0 for a line along the image's x axis: for a line to the person's right, someone seen from behind.
    """
    level = line - dot(line, up)[..., None] * up
    # Seen from above (y is down), turning left takes a right-pointing line from +x towards +z, away.
    return np.degrees(np.arctan2(level[..., 2], level[..., 0]))


def wrapped(angle: Floats) -> Floats:
    """Bring degrees into -180..180."""
    return (angle + 180.0) % 360.0 - 180.0
