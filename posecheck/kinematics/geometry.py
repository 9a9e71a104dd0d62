"""Angles between directions in space: pure numpy, the last axis is x, y, z; NaN in the input gives NaN in the result.

Axes are those of MediaPipe's world landmarks, a right-handed frame: x to the picture's right, y down, z away from
the camera. Angles are in degrees. Directions need not have length one unless a function says so.
"""

import numpy as np

from posecheck.core.arrays import Floats

UP: Floats = np.array([0.0, -1.0, 0.0])
"""Direction against gravity, if the camera is held level."""


def unit(vector: Floats) -> Floats:
    """Scale (..., 3) vectors to length one; a vector of length zero becomes NaN."""
    size = np.sqrt(np.vecdot(vector, vector))[..., None]
    size[size <= 1e-9] = np.nan
    return np.asarray(vector / size)


def length(vector: Floats) -> Floats:
    """Return the length (...,) of (..., 3) vectors; several times as fast as numpy's norm for few vectors."""
    return np.asarray(np.sqrt(np.vecdot(vector, vector)))


def norm(values: Floats) -> Floats:
    """Return the length along the last axis, as numpy's norm does in twice the time for a few values."""
    return np.asarray(np.sqrt(np.add.reduce(values * values, axis=-1)))


def mean_of(values: Floats, axis: int) -> Floats:
    """Return the mean along an axis, as numpy's mean does in several times the time for a few values."""
    return np.asarray(np.add.reduce(values, axis=axis) / values.shape[axis])


def cross(a: Floats, b: Floats) -> Floats:
    """Return the vector product; several times as fast as numpy's for few vectors.

    Args:
        a: (..., 3) vectors.
        b: (..., 3) vectors.

    Returns:
        (..., 3) a x b.
    """
    # x, y, z, x, y of each: a product is then one of arrays that are shifted by one and by two.
    a, b = (np.concatenate([v, v[..., :2]], axis=-1) for v in (a, b))
    return np.asarray(a[..., 1:4] * b[..., 2:5] - a[..., 2:5] * b[..., 1:4])


def dot(a: Floats, b: Floats) -> Floats:
    """Return the scalar product.

    Args:
        a: (..., 3) vectors.
        b: (..., 3) vectors.

    Returns:
        (...,) a . b.
    """
    return np.asarray(np.vecdot(a, b))


def orthogonal(vector: Floats, to: Floats) -> Floats:
    """Return the direction of the part of a vector that is perpendicular to another.

    Args:
        vector: (..., 3).
        to: (..., 3) unit vectors.

    Returns:
        (..., 3) unit vectors; NaN where the two are parallel.
    """
    return unit(vector - dot(vector, to)[..., None] * to)


def bend(a: Floats, corner: Floats, b: Floats) -> Floats:
    """Return how far a joint is bent.

    Args:
        a: (..., 3) end of the upper segment.
        corner: (..., 3) the joint.
        b: (..., 3) end of the lower segment.

    Returns:
        (...,) degrees: 0 when the segments lie in a straight line, 180 when they are folded on each other.
    """
    upper, lower = unit(corner - a), unit(b - corner)
    across = length(cross(upper, lower))
    return np.asarray(np.degrees(np.arctan2(across, dot(upper, lower))))


def axial_rotation(line: Floats, reference: Floats, up: Floats) -> Floats:
    """Return the axial rotation of a line against another: the first angle of the Cardan sequence Y-X-Z.

    Source: Baker 2001, rotation-obliquity-tilt, doi 10.1016/S0966-6362(00)00083-7.

    Args:
        line: (..., 3) direction towards the person's right, such as the shoulder line.
        reference: (..., 3) the same of the line it is compared with, such as the hip line.
        up: (..., 3) unit vectors of the body's long axis.

    Returns:
        (...,) degrees, positive to the person's left.
    """
    right = unit(reference)
    forward = cross(orthogonal(up, right), right)
    return np.degrees(np.arctan2(dot(line, forward), dot(line, right)))


def lateral_tilt(line: Floats, reference: Floats, up: Floats) -> Floats:
    """Return the lateral tilt of a line against another: the second angle of the Cardan sequence Y-X-Z.

    Args:
        line: (..., 3) direction towards the person's right, such as the shoulder line.
        reference: (..., 3) the same of the line it is compared with, such as the hip line.
        up: (..., 3) unit vectors of the body's long axis.

    Returns:
        (...,) degrees, positive when the right end of the line is lower.
    """
    high = orthogonal(up, unit(reference))
    return np.degrees(np.arcsin(np.clip(-dot(unit(line), high), -1.0, 1.0)))


def elevation(vector: Floats, up: Floats) -> Floats:
    """Return how far a direction points above the plane perpendicular to `up`.

    Args:
        vector: (..., 3) directions.
        up: (..., 3) unit vectors.

    Returns:
        (...,) degrees from -90 to 90.
    """
    return np.degrees(np.arcsin(np.clip(dot(unit(vector), up), -1.0, 1.0)))


def planar_angle(along: Floats, zero: Floats) -> Floats:
    """Return the angle of a limb in a plane, in a range in which an arm raised past overhead does not change sign.

    Args:
        along: (...,) the limb's part along the direction that means 90 degrees.
        zero: (...,) the limb's part along the direction that means 0 degrees.

    Returns:
        (...,) degrees from -90 to 270.
    """
    angle = np.degrees(np.arctan2(along, zero))
    return np.where(angle < -90.0, angle + 360.0, angle)


def yaw(line: Floats, up: Floats = UP) -> Floats:
    """Return the direction of a line about the vertical.

    Args:
        line: (..., 3) direction, such as the hip line towards the person's right.
        up: (..., 3) unit vectors of the vertical.

    Returns:
        (...,) degrees from -180 to 180, increasing as the person turns left. 0 is a line along the picture's x axis;
        for a line towards the person's right that is a person seen from behind.
    """
    level = line - dot(line, up)[..., None] * up
    # A person seen from behind who turns left moves their right side from +x towards +z, away from the camera.
    return np.degrees(np.arctan2(level[..., 2], level[..., 0]))


def wrapped(angle: Floats) -> Floats:
    """Bring angles in degrees into -180..180."""
    return (angle + 180.0) % 360.0 - 180.0
