"""Leaps: where the recording of a still camera was cut from one moment to another.

Such a cut changes little of the picture, only where the person is. It is told by time: movement takes several frames,
and a leap only one. Lights and captions change at once too, but more than the person.
"""

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.frame import Rgb
from posecheck.core.landmarks import Landmark
from posecheck.core.pose import PoseTrack

SMALL_WH = (64, 48)
"""Size of the small picture in which leaps are looked for, pixels."""
CHANGED, SHARE = 20.0, 0.008
"""A pixel of it has changed if it differs by this much, of 255; the least share of pixels that change in a leap."""
TIMES, FLOOR = 3.5, 0.002
"""How many times as many pixels change in a leap as in any step before or after it, and the fewest that are reckoned
with there. In the real clips that were tried it was at most 1.8 times without a cut."""
STEPS_BEFORE, STEPS_AFTER = 4, 3
"""Number of steps before and after that a leap is compared with."""
STEP_S = 0.12
"""Longest step; in a longer one people change their posture."""
FROZEN = 0.01
"""A smaller average change, of 255, is that of a recording that repeats a picture; when it goes on, that is no cut."""

SHOULDERS, HIPS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
JOINTS = [
    Landmark.NOSE,
    *range(Landmark.LEFT_SHOULDER, Landmark.RIGHT_WRIST + 1),
    *range(Landmark.LEFT_HIP, Landmark.RIGHT_ANKLE + 1),
]
AMONG, FAR, FASTER = 0.75, 0.08, 2.5
"""The person has leapt if a quarter of the joints moved this share of the trunk's length in one frame, this many times
as far as in any of the frames before and after."""
BEFORE, SMOOTHED, AFTER = 5, 7, 5
"""Frames before a leap, frames over which MediaPipe smooths it, and frames after those, which are compared."""
INSIDE, MARGIN = 0.7, 0.25
"""Least share of the change that lies where the person was or is, with a margin in trunk lengths around their
landmarks; a light and a caption change more than that."""


class LeapFinder:
    """Find where the picture changes at once, much more than before and after.

    Attributes:
        sure: The frames in which it does, with where (h, w).
    """

    def __init__(self) -> None:
        self.sure: dict[int, Bools] = {}
        self._last: tuple[NDArray[np.uint8], float] | None = None
        self._before: deque[float] = deque(maxlen=STEPS_BEFORE)
        self._frozen = False
        self._asked: tuple[int, float, Bools] | None = None
        self._after = 0

    def update(self, rgb: Rgb, index: int, time_s: float) -> None:
        """Take the next picture (h, w, 3)."""
        # Green alone shows what moves, and takes a third of the time.
        small = reduced(rgb[..., 1], SMALL_WH)
        if self._last is None:
            self._last = small, time_s
            return
        before, last_s = self._last
        changed, frozen = _changes(before, small)
        share = max(np.count_nonzero(changed) / changed.size, FLOOR)
        if self._asked is not None:
            self._after += 1
            if share * TIMES > self._asked[1]:
                self._asked = None
            elif self._after == STEPS_AFTER:
                self.sure[self._asked[0]] = self._asked[2]
                self._asked = None
        alone = len(self._before) == STEPS_BEFORE and share >= max(SHARE, TIMES * max(self._before))
        if alone and not self._frozen and time_s - last_s <= STEP_S:
            self._asked, self._after = (index, share, changed), 0
        self._before.append(share)
        self._frozen = frozen
        self._last = small, time_s


def reduced(rgb: Rgb, size_wh: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a small picture of a size, (h, w, 3), or (h, w) of one colour."""
    step = max(1, min(rgb.shape[0] // (size_wh[1] * 4), rgb.shape[1] // (size_wh[0] * 4)))
    return np.asarray(cv2.resize(rgb[::step, ::step], size_wh, interpolation=cv2.INTER_AREA), np.uint8)


def _changes(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> tuple[Bools, bool]:
    """Return where a small picture has changed, whatever the light does, and whether it is the same one again."""
    difference = cv2.absdiff(after, before)
    changed = np.asarray(difference > CHANGED)
    if changed.any():
        # Few pixels change between two frames, and only those are worth a closer look.
        gain = _gain(before, after)
        changed[changed] = np.abs(after[changed] - gain * before[changed]) > CHANGED
    return changed, cv2.mean(difference)[0] < FROZEN


def _gain(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> float:
    """Return how much brighter a small picture is than the one before."""
    return float(np.clip(after.mean() / max(float(before.mean()), 1.0), 0.5, 2.0))


def apart(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> Floats:
    """Return how far the pixels of two small pictures are apart, whatever the light does."""
    return np.asarray(np.minimum(cv2.absdiff(after, before), np.abs(after - _gain(before, after) * before)))


def is_leap(track: PoseTrack, index: int, changed: Bools) -> bool:
    """Return whether it is the subject who has changed, and more than a movement can.

    Args:
        track: The landmarks of the recording.
        index: The first frame after the change.
        changed: Where the picture has changed, as a small picture (h, w).
    """
    near = np.arange(max(0, index - BEFORE), min(len(track), index + SMOOTHED + AFTER))
    near = near[track.found[near] & (track.shot[near] == track.shot[index])]
    leap = int(np.searchsorted(near, index))
    if not 0 < leap < len(near):
        return False
    xy = track.image_xy[near]
    size = float(np.median(np.linalg.norm(xy[:, SHOULDERS].mean(axis=1) - xy[:, HIPS].mean(axis=1), axis=-1)))
    steps = np.quantile(np.linalg.norm(np.diff(xy[:, JOINTS], axis=0), axis=-1), AMONG, axis=1)
    others = np.concatenate([steps[: leap - 1], steps[leap - 1 + SMOOTHED :]])
    if steps[leap - 1] < max(FAR * size, FASTER * float(others.max(initial=0.0))):
        return False
    scale = np.array(changed.shape[::-1]) / track.size_wh[index]
    body = np.zeros(changed.shape, np.uint8)
    for person in (xy[leap - 1], xy[min(leap + SMOOTHED, len(near)) - 1]):
        cv2.fillConvexPoly(body, cv2.convexHull(np.round(person * scale).astype(np.int32)), 1)
    margin = 2 * max(1, round(MARGIN * size * float(scale.mean()))) + 1
    around = cv2.dilate(body, np.ones((margin, margin), np.uint8)) > 0
    return bool((changed & around).sum() >= INSIDE * changed.sum())
