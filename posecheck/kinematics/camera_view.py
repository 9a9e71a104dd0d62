"""From where the camera sees the person: the azimuth if upright; from the side, foot or head end if lying."""

from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.body import Body
from posecheck.kinematics.geometry import UP, cross, dot, orthogonal, unit

ViewName = Literal["front", "oblique", "side", "back", "foot-end", "head-end", "unseen"]

AZIMUTHS: dict[ViewName, tuple[float, float]] = {
    "front": (0.0, 30.0),
    "oblique": (30.0, 65.0),
    "side": (65.0, 115.0),
    "back": (115.0, 180.0),
}
"""Range of the camera's azimuth about an upright person for each view, degrees, regardless of the side."""
_NAMES, _EDGES = np.array(list(AZIMUTHS)), np.array([end for _, end in AZIMUTHS.values()])[:-1]
LYING_DEG = 50.0
"""A person lies if the trunk line is more than this from the vertical. The camera sees the foot or head end of a person
who lies if the trunk line is within this of the viewing direction."""
BACKWARD_DEG = 30.0
"""Who sits, stands or kneels sideways to the camera and looks ahead shows the nose 35 to 150 degrees from the trunk's
direction towards the front, as 111 rendered people do at the start. It lay 98 degrees towards the back of one whose
knees were drawn behind."""


def azimuth(world_xyz: Floats) -> Floats:
    """Return the azimuth of the camera about an upright person.

    Args:
        world_xyz: (n, 33, 3) world landmarks in metres.

    Returns:
        (n,) degrees: 0 in front of the person, positive on the person's left; NaN where nobody was found.
    """
    return azimuth_of(Body.of(world_xyz))


def azimuth_of(body: Body) -> Floats:
    """Return the azimuth of the camera about an upright body, (n,) degrees; see azimuth."""
    right = orthogonal(unit(body.hips + body.shoulders), UP)
    # The person faces horizontally and perpendicular to `right`: away from the camera as far as `right` points along x.
    return np.degrees(np.arctan2(right[:, 2], -right[:, 0]))


def lean_in_image(track: PoseTrack) -> Floats:
    """Return the lean of the trunk line in the picture.

    Returns:
        (n,) degrees from the picture's vertical, positive towards the picture's right; NaN where nobody was found.
    """
    xy = track.image_xy
    line = (xy[:, L.LEFT_SHOULDER] + xy[:, L.RIGHT_SHOULDER] - xy[:, L.LEFT_HIP] - xy[:, L.RIGHT_HIP]) / 2
    return np.degrees(np.arctan2(line[:, 0], -line[:, 1]))


def faces_backward(track: PoseTrack, body: Body) -> Bools:
    """Return whether the face of an upright person seen from the side points to where the back should be (n,).

    No neck turns so far: front and back of the body, or its left and right, are then taken for each other, and what
    bends forward would read as bending back.

    Args:
        track: n frames.
        body: The body in them.
    """
    xy = track.image_xy
    trunk = xy[:, L.LEFT_SHOULDER] + xy[:, L.RIGHT_SHOULDER] - xy[:, L.LEFT_HIP] - xy[:, L.RIGHT_HIP]
    nose = xy[:, L.NOSE] - (xy[:, L.LEFT_EAR] + xy[:, L.RIGHT_EAR]) / 2
    forward = cross(orthogonal(body.trunk, body.hips), body.hips)
    way = np.sign(_across(body.trunk[:, :2], forward[:, :2]))
    angle = way * np.degrees(np.arctan2(_across(trunk, nose), np.add.reduce(trunk * nose, axis=-1)))
    return np.asarray((angle < -BACKWARD_DEG) & (angle > BACKWARD_DEG - 180.0))


def _across(start: Floats, end: Floats) -> Floats:
    """Return the cross product (n,) of directions (n, 2)."""
    return np.asarray(start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0])


def upright_views(azimuth_deg: Floats) -> NDArray[np.str_]:
    """Return from where the camera sees an upright person.

    Args:
        azimuth_deg: (n,) azimuths of the camera.

    Returns:
        (n,) names of AZIMUTHS; "back" for NaN.
    """
    return np.asarray(_NAMES[np.searchsorted(_EDGES, np.abs(azimuth_deg))])


def _lying_view(away: Floats) -> NDArray[np.str_]:
    """Return the view (n,) of a person who lies, from the part of the trunk's direction away from the camera (n,)."""
    end = np.where(away > 0, "foot-end", "head-end")
    return np.where(np.abs(away) > np.cos(np.radians(LYING_DEG)), end, "side")


def lying_views(body: Body) -> NDArray[np.str_]:
    """Return from where the camera sees a person who lies, (n,): "foot-end", "head-end" or "side"."""
    return _lying_view(body.trunk[:, 2])


def view_of(body: Body, lying: bool) -> tuple[float, ViewName]:
    """Return from where the camera sees the person, averaged over all frames.

    Args:
        body: The body in n frames.
        lying: Whether the person lies.

    Returns:
        Mean azimuth in degrees (NaN for a person who lies), and the name of the view.
    """
    if lying:
        trunk = unit(np.nanmean(body.trunk, axis=0))
        return float("nan"), cast(ViewName, str(_lying_view(trunk[2:])[0]))
    angles = np.radians(azimuth_of(body))
    mean = float(np.degrees(np.arctan2(np.nanmean(np.sin(angles)), np.nanmean(np.cos(angles)))))
    return mean, cast(ViewName, str(upright_views(np.array([mean]))[0]))


def lies(body: Body) -> bool:
    """Return whether the trunk line is more than LYING_DEG from the vertical in the median frame."""
    return bool(np.nanmedian(np.abs(dot(body.trunk, UP))) < np.cos(np.radians(LYING_DEG)))
