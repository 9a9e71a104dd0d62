"""How the people in one picture lie to one another: the same one found twice, overlapping, hiding, touching.

Stretches by somebody else are not coached, so it is told when another person touches the subject. Only the picture is
used, so two people who merely overlap in it can look as if they touch. That errs on the safe side: coaching pauses and
says why. Someone well behind or in front looks smaller or larger and does not count.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import Pose

SMALLEST = 0.15
"""Smallest person, as a share of the picture's shorter edge; smaller ones are too far away, or furniture."""
REACH = 0.6
"""Largest distance, in body sizes, between two places of one person."""
GROWTH = 1.6
"""Largest factor by which a person may look larger or smaller than when last seen."""
HIDING = 0.75
"""Least size of a person in front of the subject, in sizes of the subject; a smaller one hides less."""
APPROACHING = 2.0
"""Distance, in body sizes, at which somebody nearer to the camera may soon hide the subject."""
SAME = 0.25
"""Two detections whose landmarks are nearer than this on average, in body sizes, are the same person."""
CLOSE = 0.7
"""Two people whose middles are nearer than this, in sizes of the larger one, overlap."""
COVERED = 6
"""Number of landmarks below the head behind somebody else from which on a person counts as hidden."""
HAND_REACH = 0.25
"""How near a hand must be to the other's trunk, arms or thighs, in trunk lengths: half the width of a body."""
HUG = 0.5
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
_CORE = [getattr(L, f"{side}_{part}") for side in ("LEFT", "RIGHT") for part in ("SHOULDER", "HIP", "KNEE")]
TORSO = [L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP]


# A frame asks for them a dozen times, of the same few detections; a server's process judges many people in turns.
@lru_cache(maxsize=512)
def middle(pose: Pose) -> Floats:
    """Return the middle of the torso (2,) in pixels, not to be changed."""
    return np.asarray(pose.image_xy[TORSO].mean(axis=0))


@lru_cache(maxsize=512)
def size(pose: Pose) -> float:
    """Return a person's size in the picture, pixels: half the diagonal of the box around all landmarks.

    It hardly changes when the person turns.
    """
    extent = pose.image_xy.max(axis=0) - pose.image_xy.min(axis=0)
    return float(max(np.hypot(*extent) / 2, 1.0))


def same(a: Pose, b: Pose) -> bool:
    """Return whether two detections in one frame are the same person found twice.

    Args:
        a: The one detection.
        b: The other detection.
    """
    return bool(np.linalg.norm(a.image_xy - b.image_xy, axis=1).mean() < SAME * size(b))


def same_place(a: Pose, b: Pose) -> bool:
    """Return whether two detections in one frame have so similar places and sizes that they may be one person.

    Args:
        a: The one detection.
        b: The other detection.
    """
    return bool(np.linalg.norm(middle(a) - middle(b)) < REACH * size(b) and 1 / GROWTH < size(a) / size(b) < GROWTH)


def overlapping(a: Pose, b: Pose) -> bool:
    """Return whether two people are so close that landmarks may switch from one to the other.

    Args:
        a: The one person.
        b: The other person.
    """
    return bool(np.linalg.norm(middle(a) - middle(b)) < CLOSE * max(size(a), size(b)))


def hides(other: Pose, subject: Pose) -> bool:
    """Return whether another person covers a part of the subject, whose landmarks are then a mixture of both.

    Args:
        other: The other person.
        subject: The subject.
    """
    core = other.image_xy[_CORE]
    left, right = float(core[:, 0].min()), float(core[:, 0].max())
    body = subject.image_xy[L.LEFT_SHOULDER :]
    covered = (body[:, 0] > left) & (body[:, 0] < right) & (body[:, 1] > other.image_xy[:, 1].min())
    return _is_nearer(other, subject) and int(covered.sum()) >= COVERED


def _is_nearer(other: Pose, subject: Pose) -> bool:
    """Return whether another person stands nearer to the camera, and is large enough to hide the subject."""
    lower = float(other.image_xy[:, 1].max()) > float(subject.image_xy[:, 1].max())
    return lower and size(other) > HIDING * size(subject)


def approaches(other: Pose, subject: Pose) -> bool:
    """Return whether another person, nearer to the camera, may soon stand in front of the subject.

    Args:
        other: The other person.
        subject: The subject.
    """
    apart = float(np.linalg.norm(middle(other) - middle(subject)))
    return _is_nearer(other, subject) and apart < APPROACHING * size(subject)


def distinct(poses: Sequence[Pose]) -> list[Pose]:
    """Return the detections without those that are too small; of a person found twice the first is kept."""
    kept: list[Pose] = []
    for pose in poses:
        if size(pose) >= SMALLEST * min(pose.size_wh) and not any(same(pose, other) for other in kept):
            kept.append(pose)
    return kept


def prominence(pose: Pose) -> float:
    """Return a score of how likely the camera was set up for this person: large, central and visible."""
    width, height = pose.size_wh
    offset = (middle(pose) - np.array([width / 2, height / 2])) / np.array([width / 2, height / 2])
    visible = float(pose.visibility[TORSO].mean())
    return size(pose) * max(1.0 - 0.6 * float(np.hypot(*offset)), 0.1) * visible


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
    if np.linalg.norm(middle_a - middle_b) <= HUG * longer:
        return True
    return _reaches(a, b, HAND_REACH * shorter) or _reaches(b, a, HAND_REACH * shorter)
