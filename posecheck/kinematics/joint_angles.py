"""Angles and distances of trunk, head, arms and legs from a body's landmarks: (n,) each, degrees or ratios.

Signs are those of angles.py. Of a pair the left side is computed; the right side is the left one of the mirrored body.
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
"""Smallest share of an arm that must lie in a plane for its angle in that plane to mean anything."""

HEIGHT_PER_SEGMENTS = 1 / 0.78
"""Body height over trunk line + thigh + shank: Drillis & Contini's segment lengths, acromion to ankle 0.78 H."""


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


def elbow_flexion(b: Body) -> Floats:
    """Return the bend of the left elbow."""
    return bend(b.at(L.LEFT_SHOULDER), b.at(L.LEFT_ELBOW), b.at(L.LEFT_WRIST))


def knee_flexion(b: Body) -> Floats:
    """Return the bend of the left knee."""
    return bend(b.at(L.LEFT_HIP), b.at(L.LEFT_KNEE), b.at(L.LEFT_ANKLE))


def _in_plane(along: Floats, zero: Floats) -> Floats:
    """Return the angle of a unit limb in a plane, NaN where hardly any of the limb lies in it."""
    return np.where(np.hypot(along, zero) > MIN_IN_PLANE, planar_angle(along, zero), np.nan)


def _upper_arm(b: Body) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the left upper arm and the thorax's forward, up and left directions, (n, 3) each."""
    high = orthogonal(b.trunk, b.shoulders)
    return unit(b.between(L.LEFT_SHOULDER, L.LEFT_ELBOW)), cross(high, b.shoulders), high, -b.shoulders


def shoulder_flexion(b: Body) -> Floats:
    """Return how far the left upper arm is raised forward."""
    arm, forward, high, _ = _upper_arm(b)
    return _in_plane(dot(arm, forward), -dot(arm, high))


def shoulder_abduction(b: Body) -> Floats:
    """Return how far the left upper arm is raised sideways."""
    arm, _, high, outward = _upper_arm(b)
    return _in_plane(dot(arm, outward), -dot(arm, high))


def arm_elevation(b: Body) -> Floats:
    """Return how far the left hand is raised from hanging along the trunk, whichever way: 0 hanging, 180 overhead."""
    arm = unit(b.between(L.LEFT_SHOULDER, L.LEFT_WRIST))
    return np.degrees(np.arctan2(length(cross(arm, b.trunk)), -dot(arm, b.trunk)))


def hip_flexion(b: Body) -> Floats:
    """Thigh against the trunk line in the pelvis's sagittal plane; below zero behind it (extension)."""
    thigh = unit(b.between(L.LEFT_HIP, L.LEFT_KNEE))
    high = orthogonal(b.trunk, b.hips)
    return _in_plane(dot(thigh, cross(high, b.hips)), -dot(thigh, high))


def shoulder_rise(b: Body) -> Floats:
    """Height of the shoulder below the ears along the trunk line, so that lifting both shoulders shows."""
    hips = (b.at(L.LEFT_HIP) + b.at(L.RIGHT_HIP)) / 2
    ears = (b.at(L.LEFT_EAR) + b.at(L.RIGHT_EAR)) / 2
    along = unit(ears - hips)
    return np.asarray(dot(b.at(L.LEFT_SHOULDER) - ears, along) / length(ears - hips))


def stance_width(b: Body) -> Floats:
    """Distance of the ankles over the floor, so that a lifted foot is not a wide stance."""
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
    """Return the distance of the left hand to the right knee in trunk lengths."""
    return b.distance(L.LEFT_WRIST, L.RIGHT_KNEE) / b.trunk_m


def hand_to_shoulder(b: Body) -> Floats:
    """Return the distance of the left hand to its shoulder in trunk lengths."""
    return b.distance(L.LEFT_WRIST, L.LEFT_SHOULDER) / b.trunk_m


def heel_to_buttock(b: Body) -> Floats:
    """Return the distance of the left heel to its hip joint in thigh lengths."""
    return b.distance(L.LEFT_HEEL, L.LEFT_HIP) / b.distance(L.LEFT_HIP, L.LEFT_KNEE)


def knee_past_toes(b: Body) -> Floats:
    """Return how far the left knee is ahead of the toes, as a share of body height."""
    foot = b.between(L.LEFT_HEEL, L.LEFT_FOOT_INDEX)
    along = unit(foot - dot(foot, UP)[..., None] * UP)
    height = b.trunk_m + b.distance(L.LEFT_HIP, L.LEFT_KNEE) + b.distance(L.LEFT_KNEE, L.LEFT_ANKLE)
    return dot(b.between(L.LEFT_FOOT_INDEX, L.LEFT_KNEE), along) / (height * HEIGHT_PER_SEGMENTS)
