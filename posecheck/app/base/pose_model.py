"""The one place where the app gets its pose model from, so that tests can replace it with recorded landmarks."""

from posecheck.capture.pose import estimator
from posecheck.capture.pose.model_file import ensure, find
from posecheck.capture.pose.worker import PoseEngine
from posecheck.core.outside.download import Progress
from posecheck.core.pose import PoseEstimator
from posecheck.live.coach import Engine


def new_estimator(progress: Progress | None = None) -> PoseEstimator:
    """Return a new estimator for one recording; fetch the model first if it is not on this machine yet."""
    return estimator.new_estimator(ensure("full", None, progress))


def new_engine() -> Engine:
    """Start an engine in its own process for one viewer and return it at once; its `state` says when it is ready."""
    return PoseEngine(ensure("full", None, None))


def ready(progress: Progress | None = None) -> None:
    """Fetch the model if it is not on this machine yet, so that new_engine does not have to wait for it."""
    if find("full") is None:
        ensure("full", None, progress)
