"""Whether somebody is in the posture in which a stretch is done: nothing is judged of who stands in a lying stretch."""

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.kinematics.geometry import UP, dot, unit
from posecheck.kinematics.observation import Observation
from posecheck.stretches.stretch import Stretch

UPRIGHT_DEG = 35.0
"""Who holds trunk and thighs so near to the vertical stands. A press-up from lying raises the trunk alone."""
LEVEL_DEG = 20.0
"""A trunk so near to level lies; upright stretches end well above it."""
SQUAT_DEG = 60.0
"""Who bends both knees so far no longer stands. Rendered people who stand read at most 35 degrees."""


def in_other_posture(seen: Observation, stretch: Stretch) -> Bools:
    """Return in which frames somebody is plainly in another posture than the stretch's.

    Args:
        seen: n frames.
        stretch: Says whether it is done lying, standing or otherwise.

    Returns:
        (n,) whether somebody stands in a lying stretch, lies or is upside down in an upright one, or bends both knees
        far in one that is done standing; False where nobody is seen.
        done standing; False where nobody is seen.
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
    """Return how near the thighs are to hanging down from the hips (n,): the cosine of their angle to that."""
    xyz = seen.track.world_xyz
    return np.asarray(
        -dot(unit(xyz[:, L.LEFT_KNEE] + xyz[:, L.RIGHT_KNEE] - xyz[:, L.LEFT_HIP] - xyz[:, L.RIGHT_HIP]), UP)
    )


def _both_knees_bent(seen: Observation) -> Floats:
    """Return the lesser flexion of the two knees (n,), degrees."""
    xyz = seen.track.world_xyz
    bent = []
    for hip, knee, ankle in (
        (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE),
        (L.RIGHT_HIP, L.RIGHT_KNEE, L.RIGHT_ANKLE),
    ):
        thigh, shank = unit(xyz[:, knee] - xyz[:, hip]), unit(xyz[:, ankle] - xyz[:, knee])
        bent.append(np.degrees(np.arccos(np.clip(dot(thigh, shank), -1.0, 1.0))))
    return np.minimum(*bent)
