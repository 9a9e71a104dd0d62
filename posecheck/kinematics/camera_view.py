"""From where the camera sees the person: its azimuth round somebody upright, the end or side of somebody who lies."""

from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.body import Body
from posecheck.kinematics.geometry import UP, dot, orthogonal, unit

ViewName = Literal["front", "oblique", "side", "back", "foot-end", "head-end"]

FRONT_DEG, OBLIQUE_DEG, SIDE_DEG = 30.0, 65.0, 115.0
"""Widest azimuth that still counts as front, oblique and side; beyond the last the camera sees the back."""
LYING_DEG = 50.0
"""Somebody lies whose trunk line is farther than this from the vertical; an end of them is seen within this of it."""


def azimuth(world_xyz: Floats) -> Floats:
    """Return where the camera stands round an upright person.

    Args:
        world_xyz: (n, 33, 3) metres.

    Returns:
        (n,) degrees: 0 in front, positive on the person's left.
    """
    return azimuth_of(Body.of(world_xyz))


def azimuth_of(body: Body) -> Floats:
    """Return where the camera stands round an upright body (n,), degrees; see azimuth."""
    right = orthogonal(unit(body.hips + body.shoulders), UP)
    # The person faces at right angles to that and level: away from the camera by as much as `right` points along x.
    return np.degrees(np.arctan2(right[:, 2], -right[:, 0]))


def lean_in_image(track: PoseTrack) -> Floats:
    """Return the lean of the trunk line in the picture (n,): degrees from upright, to the right positive."""
    xy = track.image_xy
    line = (xy[:, L.LEFT_SHOULDER] + xy[:, L.RIGHT_SHOULDER] - xy[:, L.LEFT_HIP] - xy[:, L.RIGHT_HIP]) / 2
    return np.degrees(np.arctan2(line[:, 0], -line[:, 1]))


def _lying_view(away: Floats) -> NDArray[np.str_]:
    """Return the view (n,) of somebody who lies, by the part of the trunk's direction that points away (n,)."""
    end = np.where(away > 0, "foot-end", "head-end")
    return np.where(np.abs(away) > np.cos(np.radians(LYING_DEG)), end, "side")


def lying_views(body: Body) -> NDArray[np.str_]:
    """Return which end or side of somebody who lies the camera sees (n,)."""
    return _lying_view(body.trunk[:, 2])


def view_of(body: Body, lying: bool) -> tuple[float, ViewName]:
    """Return the camera's mean azimuth in degrees over all frames, NaN for somebody who lies, and the view's name."""
    if lying:
        trunk = unit(np.nanmean(body.trunk, axis=0))
        return float("nan"), cast(ViewName, str(_lying_view(trunk[2:])[0]))
    angles = np.radians(azimuth_of(body))
    mean = float(np.degrees(np.arctan2(np.nanmean(np.sin(angles)), np.nanmean(np.cos(angles)))))
    size = abs(mean)
    if size <= FRONT_DEG:
        return mean, "front"
    if size <= OBLIQUE_DEG:
        return mean, "oblique"
    return mean, "side" if size <= SIDE_DEG else "back"


def lies(body: Body) -> bool:
    """Return whether the trunk line is nearer to level than to upright, in the median frame."""
    return bool(np.nanmedian(np.abs(dot(body.trunk, UP))) < np.cos(np.radians(LYING_DEG)))
