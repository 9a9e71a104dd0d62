"""Whether a person is in the posture of the stretch; nobody is judged who, for example, stands in a lying stretch."""

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.landmarks import both_of
from posecheck.kinematics.camera_view import LYING_DEG
from posecheck.kinematics.geometry import UP, cross, dot, unit
from posecheck.kinematics.observation import Observation
from posecheck.stretches.stretch import Stretch

UPRIGHT_DEG = 35.0
"""A person whose trunk and thighs are this near to the vertical stands; a press-up from prone raises only the trunk."""
LEVEL_DEG = 20.0
"""A person whose trunk is less than this above level lies; upright stretches end well above it."""
SHANKS_DEG, SHANKS_SHARE = 75.0, 0.5
"""In the picture, shanks that are steeper than this, and longer than this share of trunk or thighs, do not lie on the
floor. Rendered people who kneel sideways to the camera read at most 65 degrees; from the front shanks look short."""
ERECT_DEG = 15.0
"""Whoever lies never raises the trunk so near to the vertical; in a picture stored sideways it always is."""
ON_END, FACING_SIDE = 0.75, 0.3
"""Vertical parts of the directions of trunk and chest, above and below which nobody lies: the trunk on its end, the
chest to the side. Rendered people who arch or rock far read 0.93 and 0.36, 0.88 and 0.47; in a picture stored sideways
they read 0.93 and 0.30 at most of the time."""
CHEST_UP, NOSE_UP = 0.3, 0.2
"""Vertical part of the directions in which chest and nose point, above which they clearly point up. Rendered
people on the back read at least 0.34 for the chest, on the front at most -0.46."""
SQUAT_DEG = 60.0
"""A person who bends both knees further no longer stands; rendered people who stand read at most 35 degrees."""


def in_other_posture(seen: Observation, stretch: Stretch) -> Bools:
    """Return in which frames the person is clearly in another posture than that of the stretch.

    Args:
        seen: n frames.
        stretch: The stretch, with its position.

    Returns:
        (n,) whether the person stands in a lying stretch or lies on the other side of the body; lies or is upside down
        in a standing or seated one; bends both knees far in a standing one that is not about the knees; or has the
        shanks upright in a kneeling one. A picture that is stored sideways or upside down mostly shows one of these.
        False where nobody is seen.
    """
    with np.errstate(invalid="ignore"):
        upright = dot(seen.body.trunk, UP)
        if stretch.lying:
            standing = np.minimum(upright, thighs_down(seen)) > np.cos(np.radians(UPRIGHT_DEG))
            erect = np.abs(upright) > np.cos(np.radians(ERECT_DEG))
            return np.asarray(standing | erect | _on_end(seen) | _on_the_other_side(seen, stretch.position))
        if stretch.position == "kneeling":
            return _shanks_upright(seen)
        out = upright < np.sin(np.radians(LEVEL_DEG))
        if stretch.position == "standing" and "knee" not in stretch.followed[0]:
            out |= both_knees_bent(seen) > SQUAT_DEG
    return np.asarray(out)


def thighs_down(seen: Observation) -> Floats:
    """Return the cosine of the angle between the thighs and straight down from the hips (n,)."""
    xyz = seen.track.world_xyz
    return np.asarray(
        -dot(unit(xyz[:, L.LEFT_KNEE] + xyz[:, L.RIGHT_KNEE] - xyz[:, L.LEFT_HIP] - xyz[:, L.RIGHT_HIP]), UP)
    )


def on_end_or_standing(seen: Observation) -> Bools:
    """Return whether the trunk is too steep for a person who lies at rest (n,), the head up or down."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(dot(seen.body.trunk, UP)) > np.cos(np.radians(LYING_DEG)))


def _on_end(seen: Observation) -> Bools:
    """Return whether the trunk is on its end and the chest points to the side (n,)."""
    chest = dot(unit(cross(seen.body.trunk, seen.body.shoulders)), UP)
    return np.asarray((np.abs(dot(seen.body.trunk, UP)) > ON_END) & (np.abs(chest) < FACING_SIDE))


def _on_the_other_side(seen: Observation, position: str) -> Bools:
    """Return whether a person lies on the front instead of the back, or the reverse (n,).

    The face must not say otherwise, because left and right of a body seen from the side are easily taken for each
    other, and the chest then seems to point the other way.
    """
    body, xyz = seen.body, seen.track.world_xyz
    chest = dot(unit(cross(body.trunk, body.shoulders)), UP)
    nose = dot(unit(xyz[:, L.NOSE] - (xyz[:, L.LEFT_EAR] + xyz[:, L.RIGHT_EAR]) / 2), UP)
    way = 1.0 if position == "supine" else -1.0
    return np.asarray((way * chest < -CHEST_UP) & (way * nose < NOSE_UP))


def _shanks_upright(seen: Observation) -> Bools:
    """Return whether the shanks are seen upright in the picture (n,)."""
    xy = seen.track.image_xy
    shoulders, hips, knees, ankles = (
        (xy[:, left] + xy[:, right]) / 2
        for left, right in (
            (L.LEFT_SHOULDER, L.RIGHT_SHOULDER),
            (L.LEFT_HIP, L.RIGHT_HIP),
            (L.LEFT_KNEE, L.RIGHT_KNEE),
            (L.LEFT_ANKLE, L.RIGHT_ANKLE),
        )
    )
    shank = np.abs(ankles - knees)
    whole = np.maximum(np.linalg.norm(shoulders - hips, axis=1), np.linalg.norm(hips - knees, axis=1))
    steep = shank[:, 1] > np.tan(np.radians(SHANKS_DEG)) * shank[:, 0]
    return np.asarray(steep & (shank[:, 1] > SHANKS_SHARE * whole))


def both_knees_bent(seen: Observation) -> Floats:
    """Return the smaller flexion of the two knees (n,), degrees."""
    hips, knees, ankles = (both_of(seen.track.world_xyz, mark) for mark in (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE))
    straight = dot(unit(knees - hips), unit(ankles - knees))
    bent = np.degrees(np.arccos(np.minimum(np.maximum(straight, -1.0), 1.0)))
    return np.minimum(bent[:, 0], bent[:, 1])
