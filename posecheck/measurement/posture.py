"""Whether a person is in the posture of the stretch; nobody is judged who, for example, stands in a lying stretch."""

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.kinematics.geometry import UP, dot, unit
from posecheck.kinematics.observation import Observation
from posecheck.stretches.stretch import Stretch

UPRIGHT_DEG = 35.0
"""A person whose trunk and thighs are this near to the vertical stands; a press-up from prone raises only the trunk."""
LEVEL_DEG = 20.0
"""A person whose trunk is less than this above level lies; upright stretches end well above it."""
SQUAT_DEG = 60.0
"""A person who bends both knees further no longer stands; rendered people who stand read at most 35 degrees."""


def in_other_posture(seen: Observation, stretch: Stretch) -> Bools:
    """Return in which frames the person is clearly in another posture than that of the stretch.

    Args:
        seen: n frames.
        stretch: The stretch, with its position.

    Returns:
        (n,) whether the person stands in a lying stretch, lies or is upside down in a standing or seated one, or bends
        both knees far in a standing one that is not about the knees; False where nobody is seen.
    """
    with np.errstate(invalid="ignore"):
        upright = dot(seen.body.trunk, UP)
        if stretch.lying:
            return np.asarray(np.minimum(upright, _thighs_down(seen)) > np.cos(np.radians(UPRIGHT_DEG)))
        if stretch.position not in ("standing", "seated", "floor-seated"):
            return np.zeros(len(seen), bool)
        out = upright < np.sin(np.radians(LEVEL_DEG))
        if stretch.position == "standing" and "knee" not in stretch.followed[0]:
            out |= _both_knees_bent(seen) > SQUAT_DEG
    return np.asarray(out)


def _thighs_down(seen: Observation) -> Floats:
    """Return the cosine of the angle between the thighs and straight down from the hips (n,)."""
    xyz = seen.track.world_xyz
    return np.asarray(
        -dot(unit(xyz[:, L.LEFT_KNEE] + xyz[:, L.RIGHT_KNEE] - xyz[:, L.LEFT_HIP] - xyz[:, L.RIGHT_HIP]), UP)
    )


def _both_knees_bent(seen: Observation) -> Floats:
    """Return the smaller flexion of the two knees (n,), degrees."""
    xyz = seen.track.world_xyz
    bent = []
    for hip, knee, ankle in (
        (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE),
        (L.RIGHT_HIP, L.RIGHT_KNEE, L.RIGHT_ANKLE),
    ):
        thigh, shank = unit(xyz[:, knee] - xyz[:, hip]), unit(xyz[:, ankle] - xyz[:, knee])
        bent.append(np.degrees(np.arccos(np.clip(dot(thigh, shank), -1.0, 1.0))))
    return np.minimum(*bent)
