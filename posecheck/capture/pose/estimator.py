"""The pose estimator that posecheck uses: MediaPipe for the person, with the body code and what the person wears."""

from pathlib import Path

from posecheck.capture.markers.estimator import TagEstimator
from posecheck.core.pose import PoseEstimator


def new_estimator(
    model: Path, *, tags: bool = True, phone: bool = True, back: bool = False, code: bool = True
) -> PoseEstimator:
    """Create an estimator for one recording or one camera.

    Args:
        model: The pose model's file.
        tags: Whether to look for printed tags on chest and belt, and for a phone, too.
        phone: Whether that holds for the phone.
        back: Whether a phone is also followed backwards, in a recording; see TagEstimator.completed.
        code: Whether to compute the body code, where the model is one whose inner layers are known.
    """
    from posecheck.capture.pose.coding.estimator import CodedEstimator
    from posecheck.capture.pose.coding.inner_map import InnerMap
    from posecheck.capture.pose.mediapipe import MediaPipeEstimator  # takes 2 s

    estimator: PoseEstimator = MediaPipeEstimator(model)
    inner = InnerMap.of_model(model) if code else None
    if inner is not None:
        estimator = CodedEstimator(estimator, inner)
    return TagEstimator(estimator, phone=phone, back=back) if tags else estimator
