"""The estimator that adds the body code to the pose."""

from collections.abc import Hashable
from dataclasses import replace

import numpy as np

from posecheck.capture.adding import AddingEstimator
from posecheck.capture.pose.coding.encoder import load
from posecheck.capture.pose.coding.inner_map import InnerMap, crop
from posecheck.core.frame import Frame
from posecheck.core.pose import CODE, Pose, PoseEstimator, visible

MOST_PER_S = 6.3
"""How often a code is brought up to date, a second: by turns that of the picture and that of its mirror image, which
takes 4.5 ms of one core, or 1 ms a frame at 25 or 30 frames a second. Clothes and outline matter for a held turn; while
somebody turns, the landmarks of each frame say how far. On development takes of 12 frames a second a code for each,
every second, third and fourth frame gave mean errors of a twist of 5.7, 5.7, 5.8 and 5.8 degrees."""


class Pace:
    """Say when which part of a code is computed anew."""

    def __init__(self) -> None:
        self._of: Hashable = None
        self._time_s = 0.0
        self._mirrored = False

    def due(self, of: Hashable, time_s: float) -> tuple[bool, ...]:
        """Return what to compute now: False for the picture, True for its mirror image.

        Args:
            of: Whose code it is and where; both are computed when this changes. None if nobody is seen.
            time_s: The time of the frame in seconds.
        """
        if of is None or of != self._of:
            self._of, self._time_s = of, time_s
            return () if of is None else (False, True)
        if 0.0 <= time_s - self._time_s < 1.0 / MOST_PER_S:
            return ()
        self._time_s, self._mirrored = time_s, not self._mirrored
        return (self._mirrored,)


class CodedEstimator(AddingEstimator):
    """A PoseEstimator that also computes the subject's body code, from the picture."""

    def __init__(self, estimator: PoseEstimator, inner: InnerMap) -> None:
        """Wrap an estimator.

        Args:
            estimator: Finds the pose; close also closes it.
            inner: Gives the inner feature map.
        """
        super().__init__(estimator)
        self._inner, self._encoder = inner, load()
        self._pace = Pace()
        self._code = np.zeros((2, CODE), np.int8)

    def complete(self, frame: Frame, pose: Pose | None) -> Pose | None:
        """Add the code to a pose; frames must come in the same order as to find.

        Args:
            frame: The picture.
            pose: What find returned for it.
        """
        pose = super().complete(frame, pose)
        seen = visible(pose)
        due = self._pace.due(None if seen is None else (frame.shot, seen.subject), frame.time_s)
        if seen is None:
            return pose
        if due:
            square = crop(frame.rgb, seen.image_xy)
            self._code = self._code.copy()
            for mirrored in due:
                self._code[int(mirrored)] = self._encoder.encode(self._inner.of(square, mirrored))
        return replace(seen, code=self._code)
