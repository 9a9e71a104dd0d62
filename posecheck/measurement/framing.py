"""How the person lies in the picture, and what brings all that a stretch needs into it: step back, move, turn.

Every instruction says which way to go from where the person is now. Directions are the person's own; x grows to the
picture's right.
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
from posecheck.kinematics.angles import ANGLES, rows_of
from posecheck.kinematics.camera_view import FRONT_DEG, OBLIQUE_DEG, SIDE_DEG
from posecheck.kinematics.neutral import Neutral
from posecheck.kinematics.observation import Observation
from posecheck.kinematics.uncertainty import judgeable
from posecheck.stretches.stretch import Stretch

EDGE = 0.02
"""A landmark that is not seen and lies so near an edge, as a share of the picture, is taken to be beyond it."""
FULL = 0.95
"""Someone wider than this share of the picture cannot be brought into it by moving sideways."""
HEAD = (L.NOSE, L.LEFT_EAR, L.RIGHT_EAR)
BODY = (
    (L.LEFT_SHOULDER, L.RIGHT_SHOULDER),
    (L.LEFT_HIP, L.RIGHT_HIP),
    (L.LEFT_KNEE, L.RIGHT_KNEE),
    (L.LEFT_ANKLE, L.RIGHT_ANKLE),
)
"""What of a person is wholly in the picture; the last, the feet, only of those who stand or kneel."""
FEET = frozenset({*range(L.LEFT_ANKLE, len(L))})
AZIMUTHS = {
    "front": (0.0, FRONT_DEG),
    "oblique": (FRONT_DEG, OBLIQUE_DEG),
    "side": (OBLIQUE_DEG, SIDE_DEG),
    "back": (SIDE_DEG, 180.0),
}
"""Between which angles round an upright person the camera has each view."""
ROLL_DEG = 8.0
"""Beyond this the line from ankles to shoulders of someone standing is the picture's tilt, not theirs: on rendered
people with level cameras it lies within 3.5 degrees, and it follows a tilt of 14 to within 3."""
BENT_DEG, LIFTED, ASIDE = 6.0, 0.06, 0.22
"""How far trunk and legs may differ, one ankle be above the other (in heights to the shoulders), and the person be from
the picture's middle (in its widths), for a slant to be the camera's."""
HIGH_DEG, LOW_DEG = 22.0, -21.0
"""Pitch of that line in the model's metres, towards the camera, which shows about 0.6 of the camera's own with a spread
of 4: cameras 30 degrees up or more read 21 to 42, those up to 15 at most 14. Below is less sure, and mostly missed."""
MARGIN_DEG = 8.0
"""How far inside a view the turn that is asked for ends, so that it is not asked for again."""


def beyond_edges(track: PoseTrack, seen: Bools) -> Bools:
    """Return (n, 33, 4): which landmarks lie beyond the picture's left, right, upper and lower edge.

    seen (n, 33): what is seen is not.
    """
    share = track.image_xy / track.size_wh[:, None, :]
    out = np.concatenate([share < EDGE, share > 1.0 - EDGE], axis=-1)[..., [0, 2, 1, 3]]
    return np.asarray(out & ~seen[..., None])


def why_unseen(track: PoseTrack, out: Bools, row: int, neutral: Neutral) -> NDArray[np.uint8]:
    """Return why the landmarks that an angle needs are not all seen (n,), for frames in which they are not.

    out (n, 33, 4): which landmarks are beyond_edges.
    """
    return _why(track, out, list(ANGLES[row].needs), neutral)


def whole_body(frame: PoseTrack, seen: Bools, stretch: Stretch, neutral: Neutral) -> UnjudgedReason:
    """Return what keeps somebody in one frame from being wholly in the picture, JUDGED for nothing.

    seen (1, 33): which landmarks are. Of the far side, hidden behind one's own body, only the place counts.
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
    """Return which way the person has to go to get towards the picture's right (1) or left (-1)."""
    if neutral.lying or np.isnan(neutral.azimuth_deg):
        return UnjudgedReason.TOO_CLOSE
    azimuth = np.radians(neutral.azimuth_deg)
    to_left, forward = way * np.cos(azimuth), -way * np.sin(azimuth)
    if abs(to_left) >= abs(forward):
        return UnjudgedReason.MOVE_LEFT if to_left > 0 else UnjudgedReason.MOVE_RIGHT
    return UnjudgedReason.MOVE_FORWARD if forward > 0 else UnjudgedReason.MOVE_BACK


def level(neutral: Neutral, stretch: Stretch) -> UnjudgedReason:
    """Return what is wrong with how the camera is held, JUDGED when nothing is known to be.

    Someone who stands has ankles and shoulders above each other: the picture shows whether it is turned, the model's
    metres, roughly, whether the camera looks up or down. Of somebody seated or lying neither can be known, nor of
    somebody who was not standing still, stands on one foot, leans, or is at the picture's edge, where a camera that
    looks down shows upright people aslant.
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
    """Return whether a body that looks turned by an angle is straight in itself, on both feet, and in the middle."""
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
    """Return from where the camera sees the person in each frame (n,), by the name of the view, as at neutral."""
    if lying:
        return seen.lying_views
    edges = np.array([AZIMUTHS[view][1] for view in ("front", "oblique", "side")])
    names = np.array(list(AZIMUTHS))
    return np.asarray(names[np.searchsorted(edges, np.abs(np.nan_to_num(seen.azimuth_deg)))])


class Turn(Enum):
    """Say how to turn on the spot: to a view of the camera, which way, and on which side the camera then stands.

    A value is (view, the person turns to their left, the camera stands on their left before the turn).
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
        neutral: Where the camera stands now.
        stretch: The stretch to be judged.

    Returns:
        The turn, or None where turning does not help.
    """
    rows = list(rows_of(stretch.primary))
    shown = [view for view in stretch.camera.views if judgeable(view)[rows].all()]
    return turn_towards(neutral, stretch, shown or stretch.camera.views)


def turn_towards(neutral: Neutral, stretch: Stretch, views: Collection[str]) -> Turn | None:
    """Find the smallest turn to a view that the stretch is judged from; the camera stays where it is.

    Args:
        neutral: Where the camera stands now.
        stretch: The stretch to be judged.
        views: The views that show the stretch's main angle.

    Returns:
        The turn, or None where turning does not help.
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
    # Who turns to their left brings a camera on their left towards their front.
    on_left = neutral.azimuth_deg >= 0
    return Turn((view, (goal[view] < now) == on_left, on_left))
