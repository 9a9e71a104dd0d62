"""The input of the regressor: landmarks of a frame and of the person's neutral, in units of the person's trunk.

Nothing here depends on the size of the picture, on the person's place in it or on their height: picture lengths are
shares of the trunk's length at neutral. Every quantity is given together with its value at neutral, because a large
part of MediaPipe's error is specific to the person and the camera.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import MIRROR
from posecheck.core.landmarks import Landmark as L
from posecheck.kinematics.geometry import norm

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
"""Lines whose rotation about the trunk describes a person who lies."""
_LINES, _ROLLED = np.array(LINES, np.intp), np.array(ROLLED, np.intp)
WORLD_M = 0.5
"""World landmarks are divided by this, so that they have about the same size as lengths in trunk lengths."""
FLIP_XY, FLIP_XYZ = np.array([-1.0, 1.0]), np.array([-1.0, 1.0, 1.0])


def mirrored(image_xy: Floats, world_xyz: Floats, visibility: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the landmarks of the person's mirror image, with left and right exchanged.

    Args:
        image_xy: (..., 33, 2) pixels, x right, y down.
        world_xyz: (..., 33, 3) world landmarks in metres.
        visibility: (..., 33) from 0 to 1.

    Returns:
        The same three arrays, mirrored. x only changes its sign, so picture positions are negative: use differences.
    """
    return image_xy[..., MIRROR, :] * FLIP_XY, world_xyz[..., MIRROR, :] * FLIP_XYZ, visibility[..., MIRROR]


def beside_mirrored(image_xy: Floats, world_xyz: Floats, visibility: Floats) -> tuple[Floats, Floats, Floats]:
    """Return landmarks together with those of the mirror image: the same arrays with another axis (2, ...) in front.

    Args:
        image_xy: (..., 33, 2) pixels, x right, y down.
        world_xyz: (..., 33, 3) world landmarks in metres.
        visibility: (..., 33) from 0 to 1.
    """
    seen = (image_xy, world_xyz, visibility)
    both = [np.empty((2, *part.shape)) for part in seen]
    for held, part, other in zip(both, seen, mirrored(*seen), strict=True):
        held[0], held[1] = part, other
    return both[0], both[1], both[2]


def _centred(image_xy: Floats, scale_px: Floats) -> Floats:
    hips = (image_xy[..., L.LEFT_HIP, :] + image_xy[..., L.RIGHT_HIP, :]) / 2.0
    return np.asarray((image_xy[..., USED, :] - hips[..., None, :]) / scale_px[..., None, None])


def _between(xyz: Floats, lines: NDArray[np.intp]) -> Floats:
    """Return the vectors (..., k, d) along k lines, each given by its two landmarks (k, 2)."""
    return np.asarray(xyz[..., lines[:, 1], :] - xyz[..., lines[:, 0], :])


def _yaws(world_xyz: Floats) -> Floats:
    """Return the rotation of each of LINES about the camera's vertical (..., 4), radians; 0 facing the camera."""
    lines = _between(world_xyz, _LINES)
    return np.asarray(np.arctan2(lines[..., 2], -lines[..., 0]))


def _widths(image_xy: Floats, scale_px: Floats) -> Floats:
    """Return the widths of shoulders and hips in the picture (..., 2), in trunk lengths at neutral."""
    return np.asarray(norm(_between(image_xy, _LINES[:2])) / scale_px[..., None])


def _hips(image_xy: Floats) -> Floats:
    return np.asarray((image_xy[..., L.LEFT_HIP, :] + image_xy[..., L.RIGHT_HIP, :]) / 2.0)


def _trunk_px(image_xy: Floats) -> Floats:
    """Return the trunk's length in the picture (...,), pixels, from landmarks (..., 33, 2)."""
    line = image_xy[..., L.LEFT_SHOULDER, :] + image_xy[..., L.RIGHT_SHOULDER, :]
    line = line - image_xy[..., L.LEFT_HIP, :] - image_xy[..., L.RIGHT_HIP, :]
    return np.asarray(norm(line) / 2.0)


def _own_axes(world_xyz: Floats) -> Floats:
    """Return each body's axes as rows (..., 3, 3): forward, along the trunk, to the right; bodies (..., 33, 3)."""
    left, right = world_xyz[..., L.LEFT_SHOULDER, :], world_xyz[..., L.RIGHT_SHOULDER, :]
    up = left + right - world_xyz[..., L.LEFT_HIP, :] - world_xyz[..., L.RIGHT_HIP, :]
    up = up / np.linalg.norm(up, axis=-1, keepdims=True)
    across = (right - left) - np.vecdot(right - left, up)[..., None] * up
    across = across / np.linalg.norm(across, axis=-1, keepdims=True)
    return np.stack([np.cross(up, across), up, across], axis=-2)


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """Hold what features_beside needs of the neutral of each of m bodies.

    Attributes:
        scale: (m, 1) length of the trunk in the picture, pixels; the unit of all picture lengths.
        flat: (m, 1, 21, 2) picture landmarks from the middle of the hips, in trunk lengths.
        solid: (m, 1, 21, 3) world landmarks in units of WORLD_M.
        yaw: (m, 1, 4) rotation of each of LINES about the camera's vertical, radians.
        widths: (m, 1, 2) widths of shoulders and hips in the picture, in trunk lengths.
        hips: (m, 1, 2) middle of the hips in the picture, pixels.
        told: (m, 1, ...) the neutral's own features, which are the same in every frame.
        axes: (m, 1, 3, 3) the body's axes at neutral; None for an upright person.
        about: Landmarks and line rotations in these axes; None for an upright person.
    """

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
        """Compute what the neutrals give to every frame.

        Args:
            image_xy: (m, 1, 33, 2) pixels.
            world_xyz: (m, 1, 33, 3) world landmarks in metres.
            lying: Whether to add the quantities that only the regressor for people who lie uses.
        """
        scale = _trunk_px(image_xy)
        flat, solid = _centred(image_xy, scale), world_xyz[..., USED, :] / WORLD_M
        yaw, widths = _yaws(world_xyz), _widths(image_xy, scale)
        flats = (part.reshape(*part.shape[:2], -1) for part in (flat, solid))
        told = np.concatenate([*flats, np.sin(yaw), np.cos(yaw), widths], axis=-1)
        axes = _own_axes(world_xyz) if lying else None
        about = None if axes is None else _about_the_trunk(world_xyz, axes)
        return cls(scale, flat, solid, yaw, widths, _hips(image_xy), told, axes, about)


def _about_the_trunk(xyz: Floats, axes: Floats) -> tuple[Floats, Floats]:
    """Return landmarks (m, n, 21, 3) and rotations of ROLLED about the trunk (m, n, 5), radians, in the neutral's axes.

    These do not depend on the camera's position. A person who lies needs that, because the camera may be anywhere
    between foot and head end, level or above; a person who stands is always seen upright.
    """
    hips, turned = (xyz[..., L.LEFT_HIP, :] + xyz[..., L.RIGHT_HIP, :]) / 2.0, np.swapaxes(axes, -1, -2)
    lines = _between(xyz, _ROLLED) @ turned
    solid = (xyz[..., USED, :] - hips[..., None, :]) @ turned / WORLD_M
    return np.asarray(solid), np.asarray(np.arctan2(lines[..., 0], lines[..., 2]))


def features_beside(still: Still, image_xy: Floats, world_xyz: Floats, visibility: Floats) -> NDArray[np.float32]:
    """Return the regressor's input for n frames of m bodies.

    Args:
        still: What the m neutrals give to every frame.
        image_xy: (m, n, 33, 2) pixels.
        world_xyz: (m, n, 33, 3) world landmarks in metres.
        visibility: (m, n, 33) from 0 to 1.

    Returns:
        (m, n, d), where d is the number of inputs; NaN where nobody was found.
    """
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
        still.told if shape[1] == 1 else np.broadcast_to(still.told, (*shape, still.told.shape[-1])),
    ]
    if still.axes is not None and still.about is not None:
        now, roll = _about_the_trunk(world_xyz, still.axes)
        change = _turned(roll - still.about[1])
        moved = now - still.about[0]
        parts += [now.reshape(*shape, -1), moved.reshape(*shape, -1), change, np.sin(roll), np.cos(roll)]
        parts.append(change[..., :1] - change[..., 1:2])
    return np.concatenate(parts, axis=-1, dtype=np.float32)


def _turned(radians: Floats) -> Floats:
    """Bring angles in radians into -pi..pi."""
    return (radians + np.pi) % (2.0 * np.pi) - np.pi


def features(
    image_xy: Floats,
    world_xyz: Floats,
    visibility: Floats,
    neutral_xy: Floats,
    neutral_xyz: Floats,
    lying: bool = False,
) -> NDArray[np.float32]:
    """Return the regressor's input for n frames of one person.

    Args:
        image_xy: (n, 33, 2) pixels.
        world_xyz: (n, 33, 3) world landmarks in metres.
        visibility: (n, 33) from 0 to 1.
        neutral_xy: (1, 33, 2) pixels, mean landmarks of the neutral.
        neutral_xyz: (1, 33, 3) metres, mean world landmarks of the neutral.
        lying: Whether to add the quantities that only the regressor for people who lie uses.

    Returns:
        (n, d), where d is the number of inputs; NaN where nobody was found.
    """
    still = Still.of(neutral_xy[None], neutral_xyz[None], lying)
    return np.asarray(features_beside(still, image_xy[None], world_xyz[None], visibility[None])[0], np.float32)
