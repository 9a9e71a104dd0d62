"""The 33 landmarks in MediaPipe's order, as points carried by bones or as vertices of the mesh."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.body import HEAD, SHELL, Body, load_template
from research.synthetic.anatomy.rig import Skeleton
from research.synthetic.anatomy.rotations import Array

NAMES = [
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
]

BONE_POINTS = {
    "shoulder": ("upperarm01", "upperarm01"), "elbow": ("lowerarm01", "lowerarm01"), "wrist": ("wrist", "wrist"),
    "pinky": ("wrist", "pinky"), "index": ("wrist", "index"), "thumb": ("wrist", "thumb"),
    "hip": ("upperleg01", "upperleg01"), "knee": ("lowerleg01", "lowerleg01"), "ankle": ("foot", "foot"),
}  # fmt: skip

FACE_XYZ = {
    "eye_inner": (0.116, 0.731, 0.0155), "eye_outer": (0.108, 0.732, 0.0445), "ear": (0.028, 0.722, 0.074),
    "mouth": (0.118, 0.664, 0.024),
}  # fmt: skip


@cache
def _vertices() -> dict[str, int]:
    """Find the mesh vertices that stand for face, heel and toe landmarks (left side, mirrored for the right)."""
    t = load_template()
    p = t.paint_xyz
    head, shell = t.parts == HEAD, t.parts == SHELL
    out: dict[str, int] = {}

    def nearest(point: Array, mask: NDArray[np.bool_]) -> int:
        distance = np.linalg.norm(p - point, axis=1) + 10.0 * (1.0 - mask)
        return int(distance.argmin())

    nose = np.where(head & (np.abs(p[:, 2]) < 0.004) & (p[:, 1] > 0.66) & (p[:, 1] < 0.73), p[:, 0], -1.0)
    out["nose"] = int(nose.argmax())
    for side, sign in (("left", -1.0), ("right", 1.0)):
        for name, (x, y, z) in FACE_XYZ.items():
            out[f"{side}_{name}"] = nearest(np.array([x, y, sign * z]), head)
        foot = shell & (p[:, 1] < -0.74) & (p[:, 2] * sign > 0)
        low = foot & (p[:, 1] < -0.775)
        heel = np.where(low, -p[:, 0], -9.0)
        out[f"{side}_heel"] = int(heel.argmax())
        toe = p[np.where(foot, p[:, 0], -9.0).argmax()]
        out[f"{side}_foot_index"] = nearest(np.array([toe[0] - 0.02, -0.795, toe[2] + sign * 0.0]), foot)
    return out


def landmarks(skeleton: Skeleton, mesh: Array) -> Array:
    """Return the landmarks (33, 3) in the world, metres.

    Args:
        skeleton: The posed body.
        mesh: Its posed vertices (n, 3) without clothes; only those of `needed_vertices` are read.
    """
    body: Body = skeleton.body
    vertex = _vertices()
    out = np.empty((33, 3))
    for i, name in enumerate(NAMES):
        side, _, rest = name.partition("_")
        if name in vertex:
            out[i] = mesh[vertex[name]]
        elif name.startswith("mouth"):
            out[i] = mesh[vertex[f"{name.split('_')[1]}_mouth"]]
        elif rest == "eye":
            out[i] = skeleton.attached("head", body.points[f"eye.{side[0].upper()}"])
        else:
            bone, point = BONE_POINTS[rest]
            letter = side[0].upper()
            out[i] = skeleton.attached(f"{bone}.{letter}", body.points[f"{point}.{letter}"])
    return out


def needed_vertices() -> list[int]:
    """Return the vertices that `landmarks` reads, so that only these need posing."""
    return sorted(set(_vertices().values()))
