"""Angles and distances of arms and legs from a body's landmarks: (n,) each, degrees or ratios; those of the left side.

The right side's are the left's of the body seen in a mirror.
"""

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.kinematics.body import Body
from posecheck.kinematics.geometry import UP, bend, cross, dot, length, orthogonal, unit
from posecheck.kinematics.geometry import planar_angle as planar

MIN_IN_PLANE = 0.35
"""Smallest share of an arm that must lie in a plane for its angle in that plane to mean anything."""

HEIGHT_PER_SEGMENTS = 1 / 0.78
"""Body height over trunk line + thigh + shank: Drillis & Contini's segment lengths, acromion to ankle 0.78 H."""


def elbow_flexion(b: Body) -> Floats:
    """Return the bend of the left elbow."""
    return bend(b.at(L.LEFT_SHOULDER), b.at(L.LEFT_ELBOW), b.at(L.LEFT_WRIST))


def knee_flexion(b: Body) -> Floats:
    """Return the bend of the left knee."""
    return bend(b.at(L.LEFT_HIP), b.at(L.LEFT_KNEE), b.at(L.LEFT_ANKLE))


def _in_plane(along: Floats, zero: Floats) -> Floats:
    """Return the angle of a unit limb in a plane, NaN where hardly any of the limb lies in it."""
    return np.where(np.hypot(along, zero) > MIN_IN_PLANE, planar(along, zero), np.nan)


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
