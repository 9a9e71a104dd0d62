"""Rolls of the camera that only the body shows, where no background is known.

Nobody who is upright moves head, trunk and feet alike within a fifth of a second: whoever leans, turns or steps keeps a
foot where it is. If all of the body rolls as one rigid piece, the feet with it, the camera has rolled. Slower movements
are not noticed, because people do sway as a whole.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import MIN_VISIBILITY
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.measurement.plausibility import PICTURE_JUMP, SIZE_JUMP

WINDOW_S = 0.2
LEAST = 0.01
"""Least mean movement of the landmarks, in widths of the picture: five times what they jitter by at most."""
OFF = 0.25
"""Largest part of it that is no rigid movement: landmarks of a body that jitter by a fifth of LEAST leave that."""
LEAST_ROLL_DEG = 1.5
"""Least roll: a picture that only shifts looks like somebody who rolls along on a chair."""
FEET = 0.5
"""Least movement of the feet, as a share of the mean one. Someone who sways about the ankles does not move them."""
MARKS = (
    L.NOSE, L.LEFT_EAR, L.RIGHT_EAR, L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_ELBOW, L.RIGHT_ELBOW, L.LEFT_HIP,
    L.RIGHT_HIP, L.LEFT_KNEE, L.RIGHT_KNEE, L.LEFT_ANKLE, L.RIGHT_ANKLE,
)  # fmt: skip
_ROWS = np.array(MARKS, np.intp)
_PARTS = tuple(
    np.array([MARKS.index(mark) for mark in part])
    for part in (
        (L.NOSE, L.LEFT_EAR, L.RIGHT_EAR), (L.LEFT_SHOULDER, L.RIGHT_SHOULDER), (L.LEFT_HIP, L.RIGHT_HIP),
        (L.LEFT_KNEE, L.RIGHT_KNEE), (L.LEFT_ANKLE, L.RIGHT_ANKLE),
    )
)  # fmt: skip
"""Of each of these parts a landmark must be seen; the last are the feet."""


class RigidSteps:
    """Follow rigid rolls of the whole body, frame by frame; one or many frames at once give the same result."""

    def __init__(self) -> None:
        self._a, self._b = 1.0 + 0.0j, 0.0j
        self._recent: deque[tuple[float, NDArray[np.complex128], NDArray[np.bool_]]] = deque()
        self._subject: int | None = None

    def update(self, track: PoseTrack) -> Floats:
        """Return where the background must lie in the next n frames (n, 4), see Pose, as far as the body shows it."""
        size = track.size_wh.astype(np.float64)
        xy = (track.image_xy[:, _ROWS] - size[:, None] / 2.0) / size[:, None, :1]
        places = np.ascontiguousarray(xy).view(np.complex128)[..., 0]
        seen = track.visibility[:, _ROWS] >= MIN_VISIBILITY
        out = np.empty((len(track), 4))
        for i, (time_s, found) in enumerate(zip(track.time_s.tolist(), track.found.tolist(), strict=True)):
            if found:
                self._take(time_s, places[i], seen[i], int(track.subject[i]))
            out[i] = self._b.real, self._b.imag, np.degrees(np.angle(self._a)), abs(self._a)
        return out

    def _take(self, time_s: float, place: NDArray[np.complex128], seen: NDArray[np.bool_], subject: int) -> None:
        recent = self._recent
        if subject != self._subject:
            recent.clear()
            self._subject = subject
        while recent and time_s - recent[0][0] > WINDOW_S + 1e-6:
            recent.popleft()
        # The newest frame has the least of the person's own movement in it, the oldest most of the camera's.
        for _, before, then in (recent[-1], recent[0]) if recent else ():
            step = _rigid(before, place, then & seen)
            if step is not None:
                a, b = step
                self._a, self._b = a * self._a, a * self._b + b
                self._recent = deque((when, a * was + b, known) for when, was, known in recent)
                break
        self._recent.append((time_s, place, seen))


def _rigid(
    before: NDArray[np.complex128], now: NDArray[np.complex128], seen: NDArray[np.bool_]
) -> tuple[complex, complex] | None:
    """Return the similarity p -> a p + b by which a whole body rolled, or None if it did not."""
    moved = np.abs(now - before)
    far = float(np.sqrt((moved[seen] ** 2).mean())) if seen.any() else 0.0
    size = max(float(np.ptp(before[seen].real)), float(np.ptp(before[seen].imag))) if seen.any() else 0.0
    # Beyond these jumps landmarks have slipped to something else, which plausibility.py tells.
    if not LEAST <= far <= PICTURE_JUMP[0] * size or not all(seen[part].any() for part in _PARTS):
        return None
    feet = _PARTS[-1]
    if moved[feet][seen[feet]].min() < FEET * far:
        return None
    was, is_now = before[seen], now[seen]
    middle, here = was.mean(), is_now.mean()
    spread = was - middle
    a = complex((spread.conj() * (is_now - here)).sum() / (np.abs(spread) ** 2).sum())
    off = float(np.sqrt((np.abs(is_now - here - a * spread) ** 2).mean()))
    if off > OFF * far or abs(np.degrees(np.angle(a))) < LEAST_ROLL_DEG or abs(np.log(abs(a))) > SIZE_JUMP[0]:
        return None
    return a, complex(here - a * middle)
