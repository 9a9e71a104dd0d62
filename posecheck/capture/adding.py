"""An estimator that adds to the poses of another one, in the second of its two steps."""

from typing import Self

from posecheck.core.frame import Frame
from posecheck.core.pose import Pose, PoseEstimator, stages


class AddingEstimator:
    """A PoseEstimator that wraps another one; a subclass adds in complete what else the picture shows."""

    def __init__(self, estimator: PoseEstimator) -> None:
        """Wrap an estimator; close also closes it."""
        self._estimator = estimator
        self._find, self._complete = stages(estimator)

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the subject's pose with what is added, or None when the subject is not found."""
        return self.complete(frame, self.find(frame))

    def find(self, frame: Frame) -> Pose | None:
        """Return the subject's pose without it; call complete for each frame afterwards."""
        return self._find(frame)

    def complete(self, frame: Frame, pose: Pose | None) -> Pose | None:
        """Return the pose with everything that the wrapped estimator adds; frames come in the same order as to find.

        Args:
            frame: The picture.
            pose: What find returned for it.
        """
        return self._complete(frame, pose)

    def close(self) -> None:
        """Free the model; harmless when repeated."""
        self._estimator.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
