"""One hand held up: how a person two metres from the camera starts, pauses and ends without touching anything.

Held for TOGGLE_S it starts, pauses or goes on; kept up until END_S it ends the set. Both hands up are part of a stretch
and no such signal, nor is a hand behind the head: the arm has to stand clear above it while the other hangs. Before a
set, and after it, both hands up fill the window with the picture (BothHands).
"""

from dataclasses import dataclass

import numpy as np

from posecheck.core.landmarks import MIN_VISIBILITY
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import Pose

TOGGLE_S, END_S = 1.2, 3.6
CLEAR = 0.3
"""How far above the nose the wrist must be, in lengths of the trunk as it shows in the picture."""
BOTH_S = 1.2
"""How long both hands have to be up."""
DROPPED_S = 0.3
"""A hand not seen for less is still up."""
ARMS = tuple(
    tuple(int(mark) for mark in arm)
    for arm in (
        (L.LEFT_WRIST, L.LEFT_ELBOW, L.LEFT_SHOULDER, L.RIGHT_WRIST, L.RIGHT_SHOULDER),
        (L.RIGHT_WRIST, L.RIGHT_ELBOW, L.RIGHT_SHOULDER, L.LEFT_WRIST, L.LEFT_SHOULDER),
    )
)
SHOULDERS, HIPS = [int(L.LEFT_SHOULDER), int(L.RIGHT_SHOULDER)], [int(L.LEFT_HIP), int(L.RIGHT_HIP)]
WRISTS = [int(L.LEFT_WRIST), int(L.RIGHT_WRIST)]
_NOSE = int(L.NOSE)


def is_hand_raised(pose: Pose | None) -> bool:
    """Tell whether exactly one hand is held up."""
    if pose is None:
        return False
    # Every frame is asked, and plain numbers are compared faster than arrays of one.
    y: list[float] = pose.image_xy[:, 1].tolist()
    for wrist, elbow, shoulder, other, other_shoulder in ARMS:
        if not (y[wrist] < y[elbow] < y[shoulder] and y[wrist] < y[_NOSE] and y[other] > y[other_shoulder]):
            continue
        trunk = float(np.linalg.norm(pose.image_xy[SHOULDERS].mean(axis=0) - pose.image_xy[HIPS].mean(axis=0)))
        if y[wrist] < y[_NOSE] - CLEAR * trunk and bool((pose.visibility[[wrist, elbow]] >= MIN_VISIBILITY).all()):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Signal:
    """Say how long the hand has been up (0 where it is not), and what it has just come to: toggle, end or nothing."""

    held_s: float = 0.0
    means: str = ""


class HandSignal:
    """Follow the hand from frame to frame."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._seen_s = 0.0
        self._told = 0

    def update(self, pose: Pose | None, time_s: float) -> Signal:
        """Take one frame; each meaning is told once for each time the hand goes up."""
        if is_hand_raised(pose):
            self._since_s = time_s if self._since_s is None else self._since_s
            self._seen_s = time_s
        elif self._since_s is not None and time_s - self._seen_s > DROPPED_S:
            self._since_s, self._told = None, 0
        if self._since_s is None:
            return Signal()
        held = time_s - self._since_s
        for number, (after_s, means) in enumerate(((TOGGLE_S, "toggle"), (END_S, "end")), 1):
            if held >= after_s and self._told < number:
                self._told = number
                return Signal(held, means)
        return Signal(held)


def are_both_hands_raised(pose: Pose | None) -> bool:
    """Tell whether both hands are held clear above the head, and the body is seen."""
    if pose is None:
        return False
    seen = [_NOSE, *SHOULDERS, *HIPS, *WRISTS]
    if not bool((pose.visibility[seen] >= MIN_VISIBILITY).all()):
        return False
    trunk = float(np.linalg.norm(pose.image_xy[SHOULDERS].mean(axis=0) - pose.image_xy[HIPS].mean(axis=0)))
    return bool((pose.image_xy[WRISTS, 1] < pose.image_xy[_NOSE, 1] - CLEAR * trunk).all())


class BothHands:
    """Follow both hands from frame to frame."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._seen_s = 0.0
        self._told = False

    def update(self, pose: Pose | None, time_s: float) -> bool:
        """Take one frame, and return whether both hands have now been up for BOTH_S; once for each time they go up.

        Args:
            pose: The person; None where nobody is seen, or where hands up mean something else.
            time_s: When the frame was taken.
        """
        if are_both_hands_raised(pose):
            self._since_s = time_s if self._since_s is None else self._since_s
            self._seen_s = time_s
        elif self._since_s is not None and time_s - self._seen_s > DROPPED_S:
            self._since_s, self._told = None, False
        if self._since_s is None or self._told or time_s - self._since_s < BOTH_S:
            return False
        self._told = True
        return True
