"""True angles of a posed body, from its joints and from its bones.

Axes of the body: X forward, Y up, Z to the person's right. Angles are degrees: trunk rotation + left, side bend +
right,
flexion and inclination + forward. Trunk angles are those of the shoulder line against the hip line in the Cardan order
Y-X-Z (rotation, obliquity, tilt). The pelvis' up axis is that of its bone, set so that the rest pose has no trunk
flexion. `trunk_flexion_from_vertical` uses the vertical instead, in the sagittal plane of the pelvis. Inclination is
the
trunk line against the vertical, towards where hip and shoulder line together face. Shoulder tilt is the shoulder line
against the floor, positive with the right end lower. Hip flexion is the thigh against the trunk line, in the sagittal
plane of the pelvis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.pose import pelvis_axes
from research.synthetic.anatomy.rig import Skeleton
from research.synthetic.anatomy.rotations import Array, cardan_yxz, unit

L_SHOULDER, R_SHOULDER, L_HIP, R_HIP = 11, 12, 23, 24
UP = np.array([0.0, 1.0, 0.0])
LYING_DEG = 60.0

ANGLES = (
    "trunk_rotation", "trunk_lateral_flexion", "trunk_flexion", "trunk_flexion_from_vertical", "trunk_inclination",
    "pelvis_rotation", "shoulder_rotation", "shoulder_tilt", "neck_rotation", "neck_flexion",
    "left_elbow_flexion", "right_elbow_flexion", "left_shoulder_flexion", "right_shoulder_flexion",
    "left_shoulder_abduction", "right_shoulder_abduction", "left_hip_flexion", "right_hip_flexion",
    "left_knee_flexion", "right_knee_flexion",
)  # fmt: skip


@dataclass(frozen=True)
class BoneTruth:
    """What the bones show in one frame.

    Attributes:
        pelvis_up: The pelvis' up axis (3,).
        trunk: Thorax against pelvis: rotation, side bend and flexion, degrees.
        neck: Head against thorax: rotation, side bend and flexion, degrees.
    """

    pelvis_up: Array
    trunk: tuple[float, float, float]
    neck: tuple[float, float, float]


def bone_truth(skeleton: Skeleton) -> BoneTruth:
    """Return the angles of thorax against pelvis and of head against thorax, measured at the bones."""
    axes = pelvis_axes(skeleton.body)
    pelvis, thorax, head = (skeleton.rotation(b) for b in ("root", "spine01", "head"))
    trunk = cardan_yxz((pelvis @ axes).T @ thorax @ axes)
    return BoneTruth((pelvis @ axes)[:, 1], trunk, cardan_yxz(thorax.T @ head))


def _dot(a: Array, b: Array) -> Array:
    out: Array = (a * b).sum(axis=-1)
    return out


def _bend(a: Array, b: Array, c: Array) -> Array:
    """Return 180 minus the angle at b, degrees."""
    cosine = _dot(unit(a - b), unit(c - b))
    out: Array = 180.0 - np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return out


def _yaw(line: Array) -> Array:
    out: Array = np.degrees(np.arctan2(line[:, 0], line[:, 2]))
    return out


def _since(yaw: Array, neutral: NDArray[np.bool_]) -> Array:
    r = np.radians(yaw)
    zero = np.degrees(np.arctan2(np.sin(r[neutral]).mean(), np.cos(r[neutral]).mean()))
    out: Array = (yaw - zero + 180.0) % 360.0 - 180.0
    return out


def _limbs(p: Array, u: Array, z_t: Array, z_p: Array) -> dict[str, Array]:
    out: dict[str, Array] = {}
    y_t = unit(u - z_t * _dot(u, z_t)[:, None])
    x_t = np.cross(y_t, z_t)
    y_h = unit(u - z_p * _dot(u, z_p)[:, None])
    x_h = np.cross(y_h, z_p)
    for side, sign, k in (("left", -1.0, 0), ("right", 1.0, 1)):
        shoulder, elbow, wrist, hip, knee, ankle = (p[:, i + k] for i in (11, 13, 15, 23, 25, 27))
        arm, thigh = unit(elbow - shoulder), unit(knee - hip)
        ahead, outward, down = _dot(arm, x_t), sign * _dot(arm, z_t), -_dot(arm, y_t)
        out[f"{side}_elbow_flexion"] = _bend(shoulder, elbow, wrist)
        for name, part in (("flexion", ahead), ("abduction", outward)):
            angle = (np.degrees(np.arctan2(part, down)) + 90.0) % 360.0 - 90.0
            out[f"{side}_shoulder_{name}"] = np.where(np.hypot(part, down) > 0.3, angle, np.nan)
        flexion = (np.degrees(np.arctan2(_dot(thigh, x_h), -_dot(thigh, y_h))) + 90.0) % 360.0 - 90.0
        out[f"{side}_hip_flexion"] = flexion
        out[f"{side}_knee_flexion"] = _bend(hip, knee, ankle)
    return out


def angles(joints: Array, bones: list[BoneTruth], neutral: NDArray[np.bool_]) -> dict[str, Array]:
    """Return every angle (t,) in degrees.

    Args:
        joints: Landmarks (t, 33, 3), world, metres.
        bones: What the bones show in each frame, for the pelvis' up axis and the head.
        neutral: The frames (t,) from which pelvis and shoulder rotation count.

    Returns:
        By name; NaN where an angle has no meaning: yaw of a lying person, shoulder angles of an arm that points along
        their axis.
    """
    p = joints
    z_t, z_p = unit(p[:, R_SHOULDER] - p[:, L_SHOULDER]), unit(p[:, R_HIP] - p[:, L_HIP])
    u = unit(p[:, L_SHOULDER] + p[:, R_SHOULDER] - p[:, L_HIP] - p[:, R_HIP])
    up = np.array([b.pelvis_up for b in bones])
    y_p = unit(up - z_p * _dot(up, z_p)[:, None])
    x_p = np.cross(y_p, z_p)
    vertical = np.broadcast_to(UP, z_p.shape)
    level = unit(np.cross(vertical, z_p + z_t))
    high = unit(vertical - z_p * (z_p @ UP)[:, None])
    inclination = np.degrees(np.arctan2(_dot(u, level), u @ UP))
    out = {
        "trunk_rotation": np.degrees(np.arctan2(_dot(z_t, x_p), _dot(z_t, z_p))),
        "trunk_lateral_flexion": np.degrees(np.arcsin(np.clip(-_dot(z_t, y_p), -1.0, 1.0))),
        "trunk_flexion": np.degrees(np.arctan2(_dot(u, x_p), _dot(u, y_p))),
        "trunk_flexion_from_vertical": np.degrees(np.arctan2(_dot(u, np.cross(high, z_p)), _dot(u, high))),
        "trunk_inclination": inclination,
        "pelvis_rotation": _since(_yaw(z_p), neutral),
        "shoulder_rotation": _since(_yaw(z_t), neutral),
        "shoulder_tilt": np.degrees(np.arcsin(np.clip(-z_t @ UP, -1.0, 1.0))),
        "neck_rotation": np.array([b.neck[0] for b in bones]),
        "neck_flexion": np.array([b.neck[2] for b in bones]),
    }
    lying = np.abs(inclination[neutral]).mean() > LYING_DEG
    if lying:
        out["pelvis_rotation"], out["shoulder_rotation"] = np.full(len(p), np.nan), np.full(len(p), np.nan)
    out |= _limbs(p, u, z_t, z_p)
    return {name: out[name] for name in ANGLES}
