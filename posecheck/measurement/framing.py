"""Where the person is in the picture, and how to get everything that a stretch needs into it: step back, move, turn.

Every instruction says which way to go from the person's present place. Directions are the person's own; x increases to
the picture's right.
"""

from collections.abc import Collection
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools
from posecheck.core.landmarks import MIN_VISIBILITY
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.angles import ANGLES
from posecheck.kinematics.camera_view import AZIMUTHS, upright_views
from posecheck.kinematics.neutral import Neutral
from posecheck.kinematics.observation import Observation
from posecheck.kinematics.uncertainty import judgeable
from posecheck.stretches.stretch import Stretch

EDGE = 0.02
"""A landmark that is not visible and this near to an edge, as a share of the picture, counts as beyond it."""
FULL = 0.95
"""A person wider than this share of the picture does not fit into it by moving sideways."""
HEAD = (L.NOSE, L.LEFT_EAR, L.RIGHT_EAR)
BODY = (
    (L.LEFT_SHOULDER, L.RIGHT_SHOULDER),
    (L.LEFT_HIP, L.RIGHT_HIP),
    (L.LEFT_KNEE, L.RIGHT_KNEE),
    (L.LEFT_ANKLE, L.RIGHT_ANKLE),
)
"""Landmarks that must be in the picture besides the head; the last, the feet, only if the person stands or kneels."""
FEET = frozenset({*range(L.LEFT_ANKLE, len(L))})
ROLL_DEG = 8.0
"""If the line from ankles to shoulders of a person who stands is tilted further, the camera is tilted. On rendered
people with level cameras it stays within 3.5 degrees, and it shows a camera tilt of 14 degrees to within 3."""
BENT_DEG, LIFTED, ASIDE = 6.0, 0.06, 0.22
"""A tilt is the camera's only up to this difference between trunk and legs, this height of one ankle above the other
(in heights to the shoulders), and this distance from the picture's middle (in its widths)."""
HIGH_DEG, LOW_DEG = 22.0, -21.0
"""Pitch of that line towards the camera in the world landmarks. It shows about 0.6 of the camera's pitch, with a spread
of 4: cameras 30 degrees up or more give 21 to 42, those up to 15 at most 14. Low cameras are mostly not recognised."""
MARGIN_DEG = 8.0
"""A requested turn ends this far inside the view, so that small movements do not leave it again."""


def beyond_edges(track: PoseTrack, seen: Bools) -> Bools:
    """Return which landmarks are beyond an edge of the picture.

    Args:
        track: n frames.
        seen: (n, 33) whether each landmark is visible; a visible one is never beyond an edge.

    Returns:
        (n, 33, 4) whether it is beyond the left, right, upper and lower edge.
    """
    share = track.image_xy / track.size_wh[:, None, :]
    out = np.concatenate([share < EDGE, share > 1.0 - EDGE], axis=-1)[..., [0, 2, 1, 3]]
    return np.asarray(out & ~seen[..., None])


def why_unseen(track: PoseTrack, out: Bools, row: int, neutral: Neutral) -> NDArray[np.uint8]:
    """Return why the landmarks that an angle needs are not all visible.

    Args:
        track: n frames.
        out: (n, 33, 4) from beyond_edges.
        row: Row of ANGLES.
        neutral: The person's neutral, from which the direction to move follows.

    Returns:
        (n,) UnjudgedReason; it is meaningful only in frames in which a needed landmark is not visible.
    """
    return _why(track, out, list(ANGLES[row].needs), neutral)


def whole_body(frame: PoseTrack, seen: Bools, stretch: Stretch, neutral: Neutral) -> UnjudgedReason:
    """Return why a person is not completely in the picture.

    A landmark of the far side that is hidden by the person's own body only has to lie inside the picture.

    Args:
        frame: One frame.
        seen: (1, 33) whether each landmark is visible.
        stretch: The stretch to be done; the feet count only if it is done standing or kneeling.
        neutral: The person's posture, from which the direction to move follows.

    Returns:
        The reason, JUDGED if the person is completely in the picture.
    """
    share = frame.image_xy / frame.size_wh[:, None, :]
    seen = seen & ((share > 0.0) & (share < 1.0)).all(axis=-1)
    out = beyond_edges(frame, seen)
    pairs = BODY if stretch.position in ("standing", "kneeling") else BODY[:-1]
    gone: list[int] = [mark for pair in pairs for mark in pair if out[0, mark].any() or not seen[0, list(pair)].any()]
    gone += [] if seen[0, list(HEAD)].any() and not out[0, L.NOSE].any() else [L.NOSE]
    if not gone:
        return UnjudgedReason.JUDGED
    return UnjudgedReason(int(_why(frame, out, gone, neutral)[0]))


def _why(track: PoseTrack, out: Bools, needs: list[int], neutral: Neutral) -> NDArray[np.uint8]:
    left, right, above, below = (np.asarray(out[:, needs, edge].any(axis=1)) for edge in range(4))
    legs = np.asarray(out[:, [mark for mark in needs if mark not in FEET], 3].any(axis=1))
    with np.errstate(invalid="ignore"):
        wide = np.ptp(track.image_xy[..., 0], axis=1) > FULL * track.size_wh[:, 0]
    aside = left | right
    reason = np.full(len(track), UnjudgedReason.HIDDEN, np.uint8)
    reason[left] = _move(1.0, neutral)
    reason[right] = _move(-1.0, neutral)
    reason[above] = UnjudgedReason.HEAD_OUT
    reason[below] = np.where(legs[below], UnjudgedReason.LEGS_OUT, UnjudgedReason.FEET_OUT)
    reason[(left & right) | (above & below) | (aside & wide)] = UnjudgedReason.TOO_CLOSE
    return reason


def _move(way: float, neutral: Neutral) -> UnjudgedReason:
    """Return which way the person must go to move to the picture's right (1) or left (-1)."""
    if neutral.lying or np.isnan(neutral.azimuth_deg):
        return UnjudgedReason.TOO_CLOSE
    azimuth = np.radians(neutral.azimuth_deg)
    to_left, forward = way * np.cos(azimuth), -way * np.sin(azimuth)
    if abs(to_left) >= abs(forward):
        return UnjudgedReason.MOVE_LEFT if to_left > 0 else UnjudgedReason.MOVE_RIGHT
    return UnjudgedReason.MOVE_FORWARD if forward > 0 else UnjudgedReason.MOVE_BACK


def level(neutral: Neutral, stretch: Stretch) -> UnjudgedReason:
    """Return whether the camera is tilted or looks up or down.

    The shoulders of a person who stands are above the ankles. The picture therefore shows a tilted camera, and the
    world landmarks show roughly whether it looks up or down. This cannot be known of people who sit or lie, did not
    stand still, stand on one foot, lean, or are at the picture's edge, where a camera that looks down shows them
    tilted.

    Args:
        neutral: The person's neutral.
        stretch: The stretch to be done.

    Returns:
        NOT_LEVEL, TOO_HIGH or TOO_LOW, or JUDGED if nothing wrong is known.
    """
    if stretch.position != "standing" or neutral.lying or not neutral.sure:
        return UnjudgedReason.JUDGED
    pose = neutral.pose
    ends = [[L.LEFT_SHOULDER, L.RIGHT_SHOULDER], [L.LEFT_ANKLE, L.RIGHT_ANKLE]]
    if (pose.visibility[0, ends] < MIN_VISIBILITY).any(axis=1).any():
        return UnjudgedReason.JUDGED
    top, bottom = (pose.image_xy[0, pair].mean(axis=0) for pair in ends)
    roll = np.degrees(np.arctan2(top[0] - bottom[0], bottom[1] - top[1]))
    if abs(roll) > ROLL_DEG:
        return UnjudgedReason.NOT_LEVEL if _stands_straight(pose, float(roll)) else UnjudgedReason.JUDGED
    head, feet = (pose.world_xyz[0, pair].mean(axis=0) for pair in ends)
    towards = np.degrees(np.arctan2(feet[2] - head[2], feet[1] - head[1]))
    if towards > HIGH_DEG:
        return UnjudgedReason.TOO_HIGH
    return UnjudgedReason.TOO_LOW if towards < LOW_DEG else UnjudgedReason.JUDGED


def _stands_straight(pose: PoseTrack, roll_deg: float) -> bool:
    """Return whether a body that looks tilted is straight, on both feet and near the picture's middle."""
    xy = pose.image_xy[0]
    hips, shoulders = ((xy[a] + xy[b]) / 2 for a, b in ((L.LEFT_HIP, L.RIGHT_HIP), (L.LEFT_SHOULDER, L.RIGHT_SHOULDER)))
    ankles = xy[[L.LEFT_ANKLE, L.RIGHT_ANKLE]]
    height = float(np.linalg.norm(shoulders - ankles.mean(axis=0)))
    trunk = np.degrees(np.arctan2(shoulders[0] - hips[0], hips[1] - shoulders[1]))
    aside = abs(float(hips[0]) / float(pose.size_wh[0, 0]) - 0.5)
    return bool(
        abs(trunk - roll_deg) <= BENT_DEG
        and abs(float(ankles[0, 1] - ankles[1, 1]))
        <= LIFTED * height + abs(np.sin(np.radians(roll_deg))) * height * 0.3
        and aside <= ASIDE
    )


def view_names(seen: Observation, lying: bool) -> NDArray[np.str_]:
    """Return the name of the view in each frame.

    Args:
        seen: n frames.
        lying: Whether the stretch is done lying.

    Returns:
        (n,) names as Neutral.view has them; meaningless where nobody was found.
    """
    return seen.lying_views if lying else upright_views(np.nan_to_num(seen.azimuth_deg))


class Turn(Enum):
    """Name a turn on the spot: the view to reach, the way to turn, and the side on which the camera is.

    A value is (view, whether the person turns to their left, whether the camera is on their left before the turn).
    """

    LEFT_TO_FRONT = ("front", True, True)
    RIGHT_TO_FRONT = ("front", False, False)
    LEFT_TO_OBLIQUE_LEFT = ("oblique", True, True)
    RIGHT_TO_OBLIQUE_RIGHT = ("oblique", False, False)
    RIGHT_TO_OBLIQUE_LEFT = ("oblique", False, True)
    LEFT_TO_OBLIQUE_RIGHT = ("oblique", True, False)
    RIGHT_TO_SIDE_LEFT = ("side", False, True)
    LEFT_TO_SIDE_RIGHT = ("side", True, False)
    LEFT_TO_SIDE_LEFT = ("side", True, True)
    RIGHT_TO_SIDE_RIGHT = ("side", False, False)
    RIGHT_TO_BACK = ("back", False, True)
    LEFT_TO_BACK = ("back", True, False)

    @property
    def to_left(self) -> bool:
        """Return whether the person turns to their own left."""
        return self.value[1]


def find_turn(neutral: Neutral, stretch: Stretch) -> Turn | None:
    """Find the turn after which the camera shows the stretch's main angle.

    Args:
        neutral: The person's posture, with the camera's present azimuth.
        stretch: The stretch to be judged.

    Returns:
        The turn, or None if turning does not help.
    """
    rows = list(stretch.primary_rows)
    shown = [view for view in stretch.camera.views if judgeable(view)[rows].all()]
    return turn_towards(neutral, stretch, shown or stretch.camera.views)


def turn_towards(neutral: Neutral, stretch: Stretch, views: Collection[str]) -> Turn | None:
    """Find the smallest turn to a view that the stretch is judged from; the camera stays where it is.

    Args:
        neutral: The person's posture, with the camera's present azimuth.
        stretch: The stretch to be judged.
        views: The views that show the stretch's main angle.

    Returns:
        The turn, or None if turning does not help.
    """
    aims = [view for view in stretch.camera.views if view in AZIMUTHS and view in views]
    if (
        neutral.lying
        or stretch.lying
        or neutral.view in stretch.camera.views
        or np.isnan(neutral.azimuth_deg)
        or not aims
    ):
        return None
    now = abs(neutral.azimuth_deg)
    edges = {view: (AZIMUTHS[view][0] + MARGIN_DEG, AZIMUTHS[view][1] - MARGIN_DEG) for view in aims}
    goal = {view: float(np.clip(now, *edges[view])) for view in aims}
    view = min(aims, key=lambda name: abs(goal[name] - now))
    # Turning to the left moves a camera that is on the person's left towards their front.
    on_left = neutral.azimuth_deg >= 0
    return Turn((view, (goal[view] < now) == on_left, on_left))
