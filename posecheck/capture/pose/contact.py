"""Whether another person touches the subject: nobody is to be stretched by somebody else.

Told from the picture alone, so two people who only cover each other there can look like two who touch. That errs on the
safe side: coaching waits, and says why. Who stands well behind or in front looks smaller or larger, and does not count.
"""

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import Pose

REACH = 0.25
"""How near a hand must be to the other's trunk or arms, in trunk lengths: half the width of a body."""
CLOSE = 0.5
"""How near the middles of two trunks must be, in trunk lengths, to be a hug or a lift."""
NEARER = 1.5
"""How many times longer one trunk may look than the other's for the two to stand equally far from the camera."""
SEEN = 0.5
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
    # Somebody who bends towards the camera has no length left in the picture: the width of the shoulders is a floor.
    width = float(np.linalg.norm(xy[L.LEFT_SHOULDER] - xy[L.RIGHT_SHOULDER]))
    return (shoulders + hips) / 2, max(float(np.linalg.norm(shoulders - hips)), width, 1.0)


def _distance(point: Floats, start: Floats, end: Floats) -> float:
    """Return the pixels between a point and a line from start to end, (2,) each."""
    along = end - start
    share = np.clip((point - start) @ along / max(float(along @ along), 1e-9), 0.0, 1.0)
    return float(np.linalg.norm(point - start - share * along))


def _reaches(one: Pose, other: Pose, near: float) -> bool:
    """Return whether a hand of one is within so many pixels of the other's body."""
    hands = [one.image_xy[hand] for hand in HANDS if one.visibility[hand] >= SEEN]
    parts = [(a, b) for a, b in PARTS if min(other.visibility[a], other.visibility[b]) >= SEEN]
    return any(_distance(hand, other.image_xy[a], other.image_xy[b]) <= near for hand in hands for a, b in parts)


def touching(a: Pose, b: Pose) -> bool:
    """Tell whether two people in one frame touch, or cannot be told from two who do."""
    (middle_a, length_a), (middle_b, length_b) = _trunk(a), _trunk(b)
    shorter, longer = sorted((length_a, length_b))
    if longer > NEARER * shorter:
        return False
    if np.linalg.norm(middle_a - middle_b) <= CLOSE * longer:
        return True
    return _reaches(a, b, REACH * shorter) or _reaches(b, a, REACH * shorter)
