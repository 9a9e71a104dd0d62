"""Angles of trunk, pelvis and head from a body's landmarks: (n,) each, degrees or ratios; signs as in angles.py."""

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.kinematics.body import Body
from posecheck.kinematics.geometry import UP, axial_rotation, cross, dot, elevation, lateral_tilt, orthogonal, unit, yaw


def trunk_rotation(b: Body) -> Floats:
    """Return the shoulder line's turn against the hip line, to the left."""
    return axial_rotation(b.shoulders, b.hips, b.up)


def trunk_lateral(b: Body) -> Floats:
    """Return the shoulder line's tilt against the hip line, right end lower."""
    return lateral_tilt(b.shoulders, b.hips, b.up)


def trunk_flexion(b: Body) -> Floats:
    """Return the trunk line's forward bend in the pelvis's own sagittal plane, which follows it when it turns."""
    up = np.broadcast_to(UP, b.trunk.shape)
    high = orthogonal(up, b.hips)
    return np.degrees(np.arctan2(dot(b.trunk, cross(high, b.hips)), dot(b.trunk, high)))


def trunk_inclination(b: Body) -> Floats:
    """Lean of the trunk line from the vertical towards where the body faces."""
    up = np.broadcast_to(UP, b.trunk.shape)
    facing = unit(cross(up, orthogonal(unit(b.hips + b.shoulders), up)))
    return np.degrees(np.arctan2(dot(b.trunk, facing), dot(b.trunk, up)))


def pelvis_rotation(b: Body) -> Floats:
    """Return where the hip line points round the vertical."""
    return yaw(b.hips)


def shoulder_rotation(b: Body) -> Floats:
    """Return where the shoulder line points round the vertical."""
    return yaw(b.shoulders)


def lying_roll(b: Body) -> Floats:
    """Return the shoulder line's turn against the hip line about the trunk, to the left."""
    return axial_rotation(b.shoulders, b.hips, b.trunk)


def _head(b: Body) -> tuple[Floats, Floats]:
    """Return the line from left to right ear and the direction of the face, (n, 3) each."""
    ears = (b.at(L.LEFT_EAR) + b.at(L.RIGHT_EAR)) / 2
    return unit(b.between(L.LEFT_EAR, L.RIGHT_EAR)), unit(b.at(L.NOSE) - ears)


def neck_rotation(b: Body) -> Floats:
    """Return the ear line's turn against the shoulder line, to the left."""
    ear_line, _ = _head(b)
    return axial_rotation(ear_line, b.shoulders, b.trunk)


def neck_flexion(b: Body) -> Floats:
    """Pitch of the face against the trunk line, downwards positive."""
    _, face = _head(b)
    return -elevation(face, b.trunk)


def hips_above_shoulders(b: Body) -> Floats:
    """Return how much higher the hips are than the shoulders, in trunk lengths."""
    return -dot(b.trunk, UP)
