"""The pose estimator that the product uses: MediaPipe for the person, with printed tags read beside it."""

from pathlib import Path

from posecheck.capture.markers.reader import TagEstimator
from posecheck.core.pose import PoseEstimator


def new_estimator(model: Path, *, tags: bool = True) -> PoseEstimator:
    """Return an estimator of its own for one recording or one camera.

    Args:
        model: The pose model's file.
        tags: Look for printed tags on chest and belt too.
    """
    from posecheck.capture.pose.mediapipe import MediaPipeEstimator  # takes 2 s

    estimator = MediaPipeEstimator(model)
    return TagEstimator(estimator) if tags else estimator
