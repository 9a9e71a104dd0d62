"""The pose estimator that posecheck uses: MediaPipe for the person, together with the reader of printed tags."""

from pathlib import Path

from posecheck.capture.markers.estimator import TagEstimator
from posecheck.core.pose import PoseEstimator


def new_estimator(model: Path, *, tags: bool = True, phone: bool = True, back: bool = False) -> PoseEstimator:
    """Create an estimator for one recording or one camera.

    Args:
        model: The pose model's file.
        tags: Whether to look for printed tags on chest and belt, and for a phone, too.
        phone: Whether that holds for the phone.
        back: Whether a phone is also followed backwards, in a recording; see TagEstimator.completed.
    """
    from posecheck.capture.pose.mediapipe import MediaPipeEstimator  # takes 2 s

    estimator = MediaPipeEstimator(model)
    return TagEstimator(estimator, phone=phone, back=back) if tags else estimator
