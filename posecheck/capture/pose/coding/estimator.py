"""The estimator that adds the body code to the pose."""

from dataclasses import replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from posecheck.capture.pose.coding.encoder import load
from posecheck.capture.pose.coding.inner_map import InnerMap, crop
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose, PoseEstimator, stages, visible

MOST_PER_S = 10.5
"""Codes are computed no more often; frames between two of them have the one before. A code takes 9 ms of one core, so
at 15 or more frames a second this costs less than 5 ms a frame. On development takes of 12 frames a second a code for
every second frame gave the errors that one for each frame gave (5.7 instead of 5.8 degrees of twist)."""


def is_due(since_s: float) -> bool:
    """Return whether a code is computed anew so many seconds after the last one."""
    return not 0.0 <= since_s < 1.0 / MOST_PER_S


class CodedEstimator:
    """A PoseEstimator that also computes the subject's body code, from the picture."""

    def __init__(self, estimator: PoseEstimator, inner: InnerMap) -> None:
        """Wrap an estimator.

        Args:
            estimator: Finds the pose; close also closes it.
            inner: Gives the inner feature map.
        """
        self._estimator = estimator
        self._find, self._complete = stages(estimator)
        self._inner, self._encoder = inner, load()
        self._of: tuple[int, int] | None = None
        self._time_s = 0.0
        self._code: NDArray[np.int8] = np.zeros(0, np.int8)

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the subject's pose with its code, or None when the subject is not found."""
        return self.complete(frame, self.find(frame))

    def find(self, frame: Frame) -> Pose | None:
        """Return the subject's pose without it; call complete for each frame afterwards."""
        return self._find(frame)

    def complete(self, frame: Frame, pose: Pose | None) -> Pose | None:
        """Add the code to a pose; frames must come in the same order as to find.

        Args:
            frame: The picture.
            pose: What find returned for it.
        """
        pose = self._complete(frame, pose)
        if pose is None or visible(pose) is None:
            self._of = None
            return pose
        of = (frame.shot, pose.subject)
        if of != self._of or is_due(frame.time_s - self._time_s):
            self._code = self._encoder.encode(self._inner.of(crop(frame.rgb, pose.image_xy)))
            self._of, self._time_s = of, frame.time_s
        return replace(pose, code=self._code)

    def close(self) -> None:
        """Free the model; harmless when repeated."""
        self._estimator.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
