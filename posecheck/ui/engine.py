"""The seam to the pose model: everything in the app that needs an estimator asks here, tests put a recorded one."""

from posecheck.model_file import Progress, ensure, find
from posecheck.pose import PoseEstimator


def new_estimator(progress: Progress | None = None) -> PoseEstimator:
    """Return an estimator of its own for one source of frames; fetches the model when it is not here yet."""
    model = ensure("full", None, progress)
    from posecheck.mediapipe_pose import MediaPipeEstimator  # takes 2 s

    return MediaPipeEstimator(model)


def ready(progress: Progress | None = None) -> None:
    """Do the slow part of new_estimator beforehand: the model is here and MediaPipe is loaded."""
    if find("full") is None:
        ensure("full", None, progress)
    import posecheck.mediapipe_pose  # noqa: F401
