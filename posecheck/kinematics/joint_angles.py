"""Joint angles and distances of trunk, head, arms and legs from a body's world landmarks.

Each function takes a body of n frames and returns (n,) degrees or ratios, NaN where nobody was found. Signs are those
of angles.py. Of a paired angle only the left is computed; the right is the left one of the mirrored body.
"""

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.kinematics.body import Body
from posecheck.kinematics.geometry import (
    UP,
    axial_rotation,
    bend,
    cross,
    dot,
    elevation,
    lateral_tilt,
    length,
    orthogonal,
    planar_angle,
    unit,
    yaw,
)

MIN_IN_PLANE = 0.35
"""Smallest share of a limb's length in a plane at which its angle in that plane is defined well enough."""

HEIGHT_PER_SEGMENTS = 1 / 0.78
"""Body height divided by trunk line + thigh + shank. Source: segment lengths of Drillis & Contini, acromion to ankle
0.78 of body height."""


def trunk_rotation(b: Body) -> Floats:
    """Return the axial rotation of the shoulder line against the hip line, degrees, positive to the left."""
    return axial_rotation(b.shoulders, b.hips, b.up)


def trunk_lateral(b: Body) -> Floats:
    """Return the lateral flexion: the shoulder line's tilt against the hip line, degrees, positive to the right."""
    return lateral_tilt(b.shoulders, b.hips, b.up)


def trunk_flexion(b: Body) -> Floats:
    """Return the trunk line's flexion in the sagittal plane of the pelvis, degrees; the plane turns with the pelvis."""
    high = orthogonal(UP, b.hips)
    return np.degrees(np.arctan2(dot(b.trunk, cross(high, b.hips)), dot(b.trunk, high)))


def trunk_inclination(b: Body) -> Floats:
    """Return the lean of the trunk line from the vertical towards where the body faces, degrees, positive forward."""
    facing = unit(cross(UP, orthogonal(unit(b.hips + b.shoulders), UP)))
    return np.degrees(np.arctan2(dot(b.trunk, facing), dot(b.trunk, UP)))


def pelvis_rotation(b: Body) -> Floats:
    """Return the direction of the hip line about the vertical, degrees, growing to the left; see geometry.yaw."""
    return yaw(b.hips)


def shoulder_rotation(b: Body) -> Floats:
    """Return the direction of the shoulder line about the vertical, degrees, growing to the left; see geometry.yaw."""
    return yaw(b.shoulders)


def lying_roll(b: Body) -> Floats:
    """Return the axial rotation of the shoulder line against the hip line about the trunk, degrees, positive left."""
    return axial_rotation(b.shoulders, b.hips, b.trunk)


def _head(b: Body) -> tuple[Floats, Floats]:
    """Return unit vectors from the left to the right ear, and from the middle of the ears to the nose, (n, 3) each."""
    ears = (b.at(L.LEFT_EAR) + b.at(L.RIGHT_EAR)) / 2
    return unit(b.between(L.LEFT_EAR, L.RIGHT_EAR)), unit(b.at(L.NOSE) - ears)


def neck_rotation(b: Body) -> Floats:
    """Return the axial rotation of the ear line against the shoulder line, degrees, positive to the left."""
    ear_line, _ = _head(b)
    return axial_rotation(ear_line, b.shoulders, b.trunk)


def neck_flexion(b: Body) -> Floats:
    """Return the pitch of the face against the trunk line, degrees, positive downwards (flexion)."""
    _, face = _head(b)
    return -elevation(face, b.trunk)


def hips_above_shoulders(b: Body) -> Floats:
    """Return how far the hips are above the shoulders, in trunk lengths: -1 upright, 0 with the trunk level."""
    return -dot(b.trunk, UP)


def elbow_flexion(b: Body) -> Floats:
    """Return the flexion of the left elbow, degrees, 0 when straight."""
    return bend(b.at(L.LEFT_SHOULDER), b.at(L.LEFT_ELBOW), b.at(L.LEFT_WRIST))


def knee_flexion(b: Body) -> Floats:
    """Return the flexion of the left knee, degrees, 0 when straight."""
    return bend(b.at(L.LEFT_HIP), b.at(L.LEFT_KNEE), b.at(L.LEFT_ANKLE))


def _in_plane(along: Floats, zero: Floats) -> Floats:
    """Return the angle of a unit limb in a plane; NaN where the limb is nearly perpendicular to the plane."""
    return np.where(np.hypot(along, zero) > MIN_IN_PLANE, planar_angle(along, zero), np.nan)


def _upper_arm(b: Body) -> tuple[Floats, Floats, Floats, Floats]:
    """Return unit vectors of the left upper arm and of the thorax's forward, up and left directions, (n, 3) each."""
    high = orthogonal(b.trunk, b.shoulders)
    return unit(b.between(L.LEFT_SHOULDER, L.LEFT_ELBOW)), cross(high, b.shoulders), high, -b.shoulders


def shoulder_flexion(b: Body) -> Floats:
    """Return how far the left upper arm is raised forward, degrees from -90 to 270, NaN if it points sideways."""
    arm, forward, high, _ = _upper_arm(b)
    return _in_plane(dot(arm, forward), -dot(arm, high))


def shoulder_abduction(b: Body) -> Floats:
    """Return how far the left upper arm is raised sideways, degrees from -90 to 270, NaN if it points forward."""
    arm, _, high, outward = _upper_arm(b)
    return _in_plane(dot(arm, outward), -dot(arm, high))


def arm_elevation(b: Body) -> Floats:
    """Return how far the left arm is raised in any direction, degrees: 0 hanging along the trunk, 180 overhead."""
    arm = unit(b.between(L.LEFT_SHOULDER, L.LEFT_WRIST))
    return np.degrees(np.arctan2(length(cross(arm, b.trunk)), -dot(arm, b.trunk)))


def hip_flexion(b: Body) -> Floats:
    """Return the left thigh's flexion against the trunk line in the pelvis's sagittal plane, degrees.

    Extension is negative; NaN where the thigh is nearly perpendicular to that plane.
    """
    thigh = unit(b.between(L.LEFT_HIP, L.LEFT_KNEE))
    high = orthogonal(b.trunk, b.hips)
    return _in_plane(dot(thigh, cross(high, b.hips)), -dot(thigh, high))


def shoulder_rise(b: Body) -> Floats:
    """Return the height of the left shoulder against the ears, as a share of the distance from hips to ears.

    It is negative below the ears. The ears are the reference so that lifting both shoulders is measured too.
    """
    hips = (b.at(L.LEFT_HIP) + b.at(L.RIGHT_HIP)) / 2
    ears = (b.at(L.LEFT_EAR) + b.at(L.RIGHT_EAR)) / 2
    along = unit(ears - hips)
    return np.asarray(dot(b.at(L.LEFT_SHOULDER) - ears, along) / length(ears - hips))


def stance_width(b: Body) -> Floats:
    """Return the horizontal distance of the ankles in shoulder widths; a lifted foot does not make a stance wide."""
    apart = b.between(L.LEFT_ANKLE, L.RIGHT_ANKLE)
    level = length(apart - dot(apart, UP)[..., None] * UP)
    return np.asarray(level / b.distance(L.LEFT_SHOULDER, L.RIGHT_SHOULDER))


def elbow_gap(b: Body) -> Floats:
    """Return the distance of the elbows in shoulder widths."""
    return b.distance(L.LEFT_ELBOW, L.RIGHT_ELBOW) / b.distance(L.LEFT_SHOULDER, L.RIGHT_SHOULDER)


def knee_gap(b: Body) -> Floats:
    """Return the distance of the knees in shoulder widths."""
    return b.distance(L.LEFT_KNEE, L.RIGHT_KNEE) / b.distance(L.LEFT_SHOULDER, L.RIGHT_SHOULDER)


def hand_to_knee(b: Body) -> Floats:
    """Return the distance from the left wrist to the right knee in trunk lengths."""
    return b.distance(L.LEFT_WRIST, L.RIGHT_KNEE) / b.trunk_m


def hand_to_shoulder(b: Body) -> Floats:
    """Return the distance from the left wrist to the left shoulder in trunk lengths."""
    return b.distance(L.LEFT_WRIST, L.LEFT_SHOULDER) / b.trunk_m


def heel_to_buttock(b: Body) -> Floats:
    """Return the distance from the left heel to the left hip in thigh lengths."""
    return b.distance(L.LEFT_HEEL, L.LEFT_HIP) / b.distance(L.LEFT_HIP, L.LEFT_KNEE)


def knee_past_toes(b: Body) -> Floats:
    """Return how far the left knee is in front of the toes, along the foot, as a share of body height."""
    foot = b.between(L.LEFT_HEEL, L.LEFT_FOOT_INDEX)
    along = unit(foot - dot(foot, UP)[..., None] * UP)
    height = b.trunk_m + b.distance(L.LEFT_HIP, L.LEFT_KNEE) + b.distance(L.LEFT_KNEE, L.LEFT_ANKLE)
    return dot(b.between(L.LEFT_FOOT_INDEX, L.LEFT_KNEE), along) / (height * HEIGHT_PER_SEGMENTS)
