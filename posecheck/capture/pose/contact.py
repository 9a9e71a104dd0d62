"""Whether another person touches the subject, because stretches by somebody else are not coached.

Only the picture is used, so two people who merely overlap in it can look as if they touch. That errs on the safe side:
coaching pauses and says why. Someone well behind or in front looks smaller or larger and does not count.
"""

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import Pose

REACH = 0.25
"""How near a hand must be to the other's trunk, arms or thighs, in trunk lengths: half the width of a body."""
CLOSE = 0.5
"""How near the middles of two trunks must be, in trunk lengths, to count as touching, as in a hug or a lift."""
NEARER = 1.5
"""Up to this ratio of trunk lengths two people count as equally far from the camera."""
SEEN = 0.5
"""Least visibility of a landmark that is used."""
HANDS = (L.LEFT_WRIST, L.RIGHT_WRIST, L.LEFT_INDEX, L.RIGHT_INDEX)
PARTS = (
    (L.LEFT_SHOULDER, L.RIGHT_SHOULDER),
    (L.LEFT_HIP, L.RIGHT_HIP),
    (L.LEFT_SHOULDER, L.LEFT_HIP),
    (L.RIGHT_SHOULDER, L.RIGHT_HIP),
    (L.LEFT_SHOULDER, L.RIGHT_HIP),
    (L.RIGHT_SHOULDER, L.LEFT_HIP),
    (L.LEFT_SHOULDER, L.LEFT_ELBOW),
    (L.RIGHT_SHOULDER, L.RIGHT_ELBOW),
    (L.LEFT_ELBOW, L.LEFT_WRIST),
    (L.RIGHT_ELBOW, L.RIGHT_WRIST),
    (L.LEFT_HIP, L.LEFT_KNEE),
    (L.RIGHT_HIP, L.RIGHT_KNEE),
)


def _trunk(pose: Pose) -> tuple[Floats, float]:
    """Return the trunk's middle (2,) and its length in pixels."""
    xy = pose.image_xy
    shoulders = (xy[L.LEFT_SHOULDER] + xy[L.RIGHT_SHOULDER]) / 2
    hips = (xy[L.LEFT_HIP] + xy[L.RIGHT_HIP]) / 2
    # The trunk of a person who bends towards the camera looks short, so the shoulder width is the least length.
    width = float(np.linalg.norm(xy[L.LEFT_SHOULDER] - xy[L.RIGHT_SHOULDER]))
    return (shoulders + hips) / 2, max(float(np.linalg.norm(shoulders - hips)), width, 1.0)


def _distance(point: Floats, start: Floats, end: Floats) -> float:
    """Return the distance in pixels between a point and the line segment from start to end, (2,) each."""
    along = end - start
    share = np.clip((point - start) @ along / max(float(along @ along), 1e-9), 0.0, 1.0)
    return float(np.linalg.norm(point - start - share * along))


def _reaches(one: Pose, other: Pose, near: float) -> bool:
    """Return whether a hand of one person is within `near` pixels of the other's body."""
    hands = [one.image_xy[hand] for hand in HANDS if one.visibility[hand] >= SEEN]
    parts = [(a, b) for a, b in PARTS if min(other.visibility[a], other.visibility[b]) >= SEEN]
    return any(_distance(hand, other.image_xy[a], other.image_xy[b]) <= near for hand in hands for a, b in parts)


def touching(a: Pose, b: Pose) -> bool:
    """Return whether two people in one frame touch, or look as if they did.

    Args:
        a: The one person.
        b: The other person.
    """
    (middle_a, length_a), (middle_b, length_b) = _trunk(a), _trunk(b)
    shorter, longer = sorted((length_a, length_b))
    if longer > NEARER * shorter:
        return False
    if np.linalg.norm(middle_a - middle_b) <= CLOSE * longer:
        return True
    return _reaches(a, b, REACH * shorter) or _reaches(b, a, REACH * shorter)
