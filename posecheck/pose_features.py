"""What the learned estimator sees of a frame: landmarks now and at neutral, in the person's own measure.

Nothing here depends on picture size, on where in the picture the person stands or on how tall they are: lengths are
shares of the trunk's length at neutral, and everything is given beside its neutral, because how MediaPipe errs is to
a large part the person's and the camera's own.
"""

import numpy as np
from numpy.typing import NDArray

from posecheck.skeleton import MIRROR
from posecheck.skeleton import Landmark as L

Floats = NDArray[np.float64]

USED = (
    L.NOSE, L.LEFT_EYE, L.RIGHT_EYE, L.LEFT_EAR, L.RIGHT_EAR, L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_ELBOW,
    L.RIGHT_ELBOW, L.LEFT_WRIST, L.RIGHT_WRIST, L.LEFT_INDEX, L.RIGHT_INDEX, L.LEFT_HIP, L.RIGHT_HIP, L.LEFT_KNEE,
    L.RIGHT_KNEE, L.LEFT_ANKLE, L.RIGHT_ANKLE, L.LEFT_FOOT_INDEX, L.RIGHT_FOOT_INDEX,
)  # fmt: skip
LINES = (
    (L.LEFT_SHOULDER, L.RIGHT_SHOULDER), (L.LEFT_HIP, L.RIGHT_HIP), (L.LEFT_EAR, L.RIGHT_EAR),
    (L.LEFT_ELBOW, L.RIGHT_ELBOW),
)  # fmt: skip
ROLLED = (*LINES, (L.LEFT_KNEE, L.RIGHT_KNEE))
"""Lines that turn about the trunk of somebody who lies."""
WORLD_M = 0.5
"""Brings world landmarks to about the size of trunk lengths."""
FLIP_XY, FLIP_XYZ = np.array([-1.0, 1.0]), np.array([-1.0, 1.0, 1.0])


def mirrored(image_xy: Floats, world_xyz: Floats, visibility: Floats) -> tuple[Floats, Floats, Floats]:
    """Return landmarks (..., 33, 2), (..., 33, 3), (..., 33) of the mirror image; x runs from the picture's edge."""
    return image_xy[..., MIRROR, :] * FLIP_XY, world_xyz[..., MIRROR, :] * FLIP_XYZ, visibility[..., MIRROR]


def _centred(image_xy: Floats, scale_px: float) -> Floats:
    hips = (image_xy[:, L.LEFT_HIP] + image_xy[:, L.RIGHT_HIP]) / 2.0
    return np.asarray((image_xy[:, USED] - hips[:, None]) / scale_px)


def _yaws(world_xyz: Floats) -> Floats:
    """Return how far each of LINES is turned about the camera's vertical (n, 4), radians."""
    lines = np.stack([world_xyz[:, b] - world_xyz[:, a] for a, b in LINES], axis=1)
    return np.asarray(np.arctan2(lines[..., 2], -lines[..., 0]))


def _width(image_xy: Floats, a: L, b: L, scale_px: float) -> Floats:
    return np.asarray(np.linalg.norm(image_xy[:, b] - image_xy[:, a], axis=1) / scale_px)


def trunk_px(image_xy: Floats) -> float:
    """Return the trunk's length in the picture at neutral, (1, 33, 2) in pixels."""
    line = image_xy[0, L.LEFT_SHOULDER] + image_xy[0, L.RIGHT_SHOULDER]
    line = line - image_xy[0, L.LEFT_HIP] - image_xy[0, L.RIGHT_HIP]
    return float(np.linalg.norm(line) / 2.0)


def _own_axes(world_xyz: Floats) -> Floats:
    """Return forward, along the trunk and to the right (3, 3) as rows, of one body (1, 33, 3)."""
    left, right = world_xyz[0, L.LEFT_SHOULDER], world_xyz[0, L.RIGHT_SHOULDER]
    up = left + right - world_xyz[0, L.LEFT_HIP] - world_xyz[0, L.RIGHT_HIP]
    up = up / np.linalg.norm(up)
    across = (right - left) - ((right - left) @ up) * up
    across = across / np.linalg.norm(across)
    return np.stack([np.cross(up, across), up, across])


def _about_the_trunk(world_xyz: Floats, neutral_xyz: Floats) -> list[Floats]:
    """Return what does not depend on where the camera stands: landmarks, and turns about the trunk, in neutral's axes.

    Somebody who lies is seen from anywhere between foot and head, level or from above; who stands is seen upright.
    """
    axes = _own_axes(neutral_xyz)

    def solid(xyz: Floats) -> Floats:
        hips = (xyz[:, L.LEFT_HIP] + xyz[:, L.RIGHT_HIP]) / 2.0
        return np.asarray((xyz[:, USED] - hips[:, None]) @ axes.T / WORLD_M)

    def turns(xyz: Floats) -> Floats:
        lines = np.stack([xyz[:, b] - xyz[:, a] for a, b in ROLLED], axis=1) @ axes.T
        return np.asarray(np.arctan2(lines[..., 0], lines[..., 2]))

    now, still, roll, roll0 = solid(world_xyz), solid(neutral_xyz), turns(world_xyz), turns(neutral_xyz)
    n, change = len(world_xyz), (roll - roll0 + np.pi) % (2.0 * np.pi) - np.pi
    shoulders_to_hips = change[:, :1] - change[:, 1:2]
    return [now.reshape(n, -1), (now - still).reshape(n, -1), change, np.sin(roll), np.cos(roll), shoulders_to_hips]


def features(
    image_xy: Floats,
    world_xyz: Floats,
    visibility: Floats,
    neutral_xy: Floats,
    neutral_xyz: Floats,
    lying: bool = False,
) -> NDArray[np.float32]:
    """Return (n, d) of n frames (n, 33, 2) px, (n, 33, 3) m, (n, 33) and their neutral (1, 33, 2), (1, 33, 3).

    lying: with what only somebody who lies is read by. NaN where nobody is there.
    """
    n, scale = len(image_xy), trunk_px(neutral_xy)
    flat, flat0 = _centred(image_xy, scale), _centred(neutral_xy, scale)
    solid, solid0 = world_xyz[:, USED] / WORLD_M, neutral_xyz[:, USED] / WORLD_M
    yaw, yaw0 = _yaws(world_xyz), _yaws(neutral_xyz)
    widths, widths0 = (
        np.stack([_width(xy, L.LEFT_SHOULDER, L.RIGHT_SHOULDER, scale), _width(xy, L.LEFT_HIP, L.RIGHT_HIP, scale)], 1)
        for xy in (image_xy, neutral_xy)
    )
    hips, hips0 = ((xy[:, L.LEFT_HIP] + xy[:, L.RIGHT_HIP]) / 2.0 for xy in (image_xy, neutral_xy))
    still = [flat0.ravel(), solid0.ravel(), np.sin(yaw0[0]), np.cos(yaw0[0]), widths0[0]]
    parts = [
        flat.reshape(n, -1),
        (flat - flat0).reshape(n, -1),
        solid.reshape(n, -1),
        (solid - solid0).reshape(n, -1),
        visibility[:, USED],
        (yaw - yaw0 + np.pi) % (2.0 * np.pi) - np.pi,
        np.sin(yaw),
        np.cos(yaw),
        widths,
        widths / np.maximum(widths0, 1e-3),
        (hips - hips0) / scale,
        np.broadcast_to(np.concatenate(still), (n, sum(len(part) for part in still))),
    ]
    if lying:
        parts += _about_the_trunk(world_xyz, neutral_xyz)
    return np.concatenate(parts, axis=1).astype(np.float32)
