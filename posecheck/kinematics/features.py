"""What the learned estimator sees of a frame: landmarks now and at neutral, in the person's own measure.

Nothing here depends on picture size, on where in the picture the person stands or on how tall they are: lengths are
shares of the trunk's length at neutral, and everything is given beside its neutral, because how MediaPipe errs is to
a large part the person's and the camera's own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import MIRROR
from posecheck.core.landmarks import Landmark as L

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
_LINES, _ROLLED = np.array(LINES, np.intp), np.array(ROLLED, np.intp)
WORLD_M = 0.5
"""Brings world landmarks to about the size of trunk lengths."""
FLIP_XY, FLIP_XYZ = np.array([-1.0, 1.0]), np.array([-1.0, 1.0, 1.0])


def mirrored(image_xy: Floats, world_xyz: Floats, visibility: Floats) -> tuple[Floats, Floats, Floats]:
    """Return landmarks (..., 33, 2), (..., 33, 3), (..., 33) of the mirror image; x runs from the picture's edge."""
    return image_xy[..., MIRROR, :] * FLIP_XY, world_xyz[..., MIRROR, :] * FLIP_XYZ, visibility[..., MIRROR]


def _centred(image_xy: Floats, scale_px: Floats) -> Floats:
    hips = (image_xy[..., L.LEFT_HIP, :] + image_xy[..., L.RIGHT_HIP, :]) / 2.0
    return np.asarray((image_xy[..., USED, :] - hips[..., None, :]) / scale_px[..., None, None])


def _between(xyz: Floats, lines: NDArray[np.intp]) -> Floats:
    """Return (..., k, d) from one end to the other of k lines (k, 2)."""
    return np.asarray(xyz[..., lines[:, 1], :] - xyz[..., lines[:, 0], :])


def _yaws(world_xyz: Floats) -> Floats:
    """Return how far each of LINES is turned about the camera's vertical (..., 4), radians."""
    lines = _between(world_xyz, _LINES)
    return np.asarray(np.arctan2(lines[..., 2], -lines[..., 0]))


def _widths(image_xy: Floats, scale_px: Floats) -> Floats:
    """Return how wide shoulders and hips look (..., 2)."""
    return np.asarray(np.linalg.norm(_between(image_xy, _LINES[:2]), axis=-1) / scale_px[..., None])


def _hips(image_xy: Floats) -> Floats:
    return np.asarray((image_xy[..., L.LEFT_HIP, :] + image_xy[..., L.RIGHT_HIP, :]) / 2.0)


def _trunk_px(image_xy: Floats) -> Floats:
    """Return the trunk's length in the picture (...,) of (..., 33, 2) in pixels."""
    line = image_xy[..., L.LEFT_SHOULDER, :] + image_xy[..., L.RIGHT_SHOULDER, :]
    line = line - image_xy[..., L.LEFT_HIP, :] - image_xy[..., L.RIGHT_HIP, :]
    return np.asarray(np.linalg.norm(line, axis=-1) / 2.0)


def _own_axes(world_xyz: Floats) -> Floats:
    """Return forward, along the trunk and to the right (..., 3, 3) as rows, of bodies (..., 33, 3)."""
    left, right = world_xyz[..., L.LEFT_SHOULDER, :], world_xyz[..., L.RIGHT_SHOULDER, :]
    up = left + right - world_xyz[..., L.LEFT_HIP, :] - world_xyz[..., L.RIGHT_HIP, :]
    up = up / np.linalg.norm(up, axis=-1, keepdims=True)
    across = (right - left) - np.vecdot(right - left, up)[..., None] * up
    across = across / np.linalg.norm(across, axis=-1, keepdims=True)
    return np.stack([np.cross(up, across), up, across], axis=-2)


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """Hold what the neutral of each of m bodies gives to every frame, shapes (m, 1, ...); see features."""

    scale: Floats
    flat: Floats
    solid: Floats
    yaw: Floats
    widths: Floats
    hips: Floats
    told: Floats
    axes: Floats | None
    about: tuple[Floats, Floats] | None

    @classmethod
    def of(cls, image_xy: Floats, world_xyz: Floats, lying: bool) -> "Still":
        """image_xy (m, 1, 33, 2), world_xyz (m, 1, 33, 3). lying: with what only somebody who lies is read by."""
        scale = _trunk_px(image_xy)
        flat, solid = _centred(image_xy, scale), world_xyz[..., USED, :] / WORLD_M
        yaw, widths = _yaws(world_xyz), _widths(image_xy, scale)
        flats = (part.reshape(*part.shape[:2], -1) for part in (flat, solid))
        told = np.concatenate([*flats, np.sin(yaw), np.cos(yaw), widths], axis=-1)
        axes = _own_axes(world_xyz) if lying else None
        about = None if axes is None else _about_the_trunk(world_xyz, axes)
        return cls(scale, flat, solid, yaw, widths, _hips(image_xy), told, axes, about)


def _about_the_trunk(xyz: Floats, axes: Floats) -> tuple[Floats, Floats]:
    """Return landmarks (m, n, 21, 3) and turns about the trunk (m, n, 5), radians, in the axes of neutral (m, 1, 3, 3).

    That does not depend on where the camera stands: somebody who lies is seen from anywhere between foot and head,
    level or from above; who stands is seen upright.
    """
    hips, turned = (xyz[..., L.LEFT_HIP, :] + xyz[..., L.RIGHT_HIP, :]) / 2.0, np.swapaxes(axes, -1, -2)
    lines = _between(xyz, _ROLLED) @ turned
    solid = (xyz[..., USED, :] - hips[..., None, :]) @ turned / WORLD_M
    return np.asarray(solid), np.asarray(np.arctan2(lines[..., 0], lines[..., 2]))


def features_beside(still: Still, image_xy: Floats, world_xyz: Floats, visibility: Floats) -> NDArray[np.float32]:
    """Return (m, n, d) of n frames (m, n, 33, 2) px, (m, n, 33, 3) m, (m, n, 33) of m bodies; NaN where nobody is."""
    shape = image_xy.shape[:2]
    flat, solid = _centred(image_xy, still.scale), world_xyz[..., USED, :] / WORLD_M
    yaw, widths = _yaws(world_xyz), _widths(image_xy, still.scale)
    parts = [
        flat.reshape(*shape, -1),
        (flat - still.flat).reshape(*shape, -1),
        solid.reshape(*shape, -1),
        (solid - still.solid).reshape(*shape, -1),
        visibility[..., USED],
        _turned(yaw - still.yaw),
        np.sin(yaw),
        np.cos(yaw),
        widths,
        widths / np.maximum(still.widths, 1e-3),
        (_hips(image_xy) - still.hips) / still.scale[..., None],
        np.broadcast_to(still.told, (*shape, still.told.shape[-1])),
    ]
    if still.axes is not None and still.about is not None:
        now, roll = _about_the_trunk(world_xyz, still.axes)
        change = _turned(roll - still.about[1])
        moved = now - still.about[0]
        parts += [now.reshape(*shape, -1), moved.reshape(*shape, -1), change, np.sin(roll), np.cos(roll)]
        parts.append(change[..., :1] - change[..., 1:2])
    return np.asarray(np.concatenate(parts, axis=-1), np.float32)


def _turned(radians: Floats) -> Floats:
    """Bring angles into -pi..pi."""
    return (radians + np.pi) % (2.0 * np.pi) - np.pi


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
    still = Still.of(neutral_xy[None], neutral_xyz[None], lying)
    return np.asarray(features_beside(still, image_xy[None], world_xyz[None], visibility[None])[0], np.float32)
