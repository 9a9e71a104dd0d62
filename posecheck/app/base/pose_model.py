"""The seam to the pose model: everything in the app that needs one asks here, tests put a recorded one."""

from posecheck.capture.pose import estimator
from posecheck.capture.pose.model_file import Progress, ensure, find
from posecheck.capture.pose.worker import PoseEngine
from posecheck.core.pose import PoseEstimator
from posecheck.live.coach import Engine


def new_estimator(progress: Progress | None = None) -> PoseEstimator:
    """Return an estimator of its own for one recording; fetches the model when it is not here yet."""
    return estimator.new_estimator(ensure("full", None, progress))


def new_engine() -> Engine:
    """Return an engine in a process of its own for one viewer, at once; it says itself when it is ready."""
    return PoseEngine(ensure("full", None, None))


def ready(progress: Progress | None = None) -> None:
    """Do the slow part of new_engine beforehand: the model is here."""
    if find("full") is None:
        ensure("full", None, progress)
