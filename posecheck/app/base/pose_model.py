"""The one place where the app gets its pose model from, so that tests can replace it with recorded landmarks."""

import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

from posecheck.capture.pose import estimator
from posecheck.capture.pose.model_file import ensure, find
from posecheck.capture.pose.worker import PoseEngine
from posecheck.core.errors import ModelError
from posecheck.core.outside.download import Progress
from posecheck.core.pose import PoseEstimator
from posecheck.live.coach import Engine

SPARE_S = 60.0
"""Seconds that an engine started ahead waits for a camera."""


def new_estimator(progress: Progress | None = None) -> PoseEstimator:
    """Return a new estimator for one recording; fetch the model first if it is not on this machine yet."""
    return estimator.new_estimator(ensure("full", None, progress), back=True)


class Spare:
    """Hold at most one engine that is started ahead, so that a camera does not wait for the model to load.

    It is closed when nobody has wanted or taken it for SPARE_S seconds; every method may be called from any thread.
    """

    def __init__(self, start: Callable[[], Engine]) -> None:
        """Hold none; `start` is called for each engine."""
        self._start = start
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._end: threading.Timer | None = None

    def prepare(self) -> None:
        """Start one, unless there is one."""
        with self._lock:
            self._keep_on()
            if self._engine is None:
                self._engine = self._start()

    def take(self) -> Engine:
        """Return the one that was started ahead, else a new one."""
        with self._lock:
            if self._end is not None:
                self._end.cancel()
            engine, self._engine = self._engine, None
        return self._start() if engine is None else engine

    def drop(self) -> None:
        """Close the one that nobody has taken."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    def _keep_on(self) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end = threading.Timer(SPARE_S, self.drop)
        self._end.daemon = True
        self._end.start()


def _started() -> Engine:
    return PoseEngine(ensure("full", None, None))


_spare = Spare(_started)


def prepare() -> None:
    """Let an engine load meanwhile, for whoever starts the camera next."""
    _spare.prepare()


def new_engine() -> Engine:
    """Return an engine in its own process for one viewer, at once; its `state` says when it is ready."""
    return _spare.take()


def lighter() -> bool:
    """Return whether the lighter model is on this machine; it is used where somebody allows it, and not fetched."""
    return _lighter() is not None


@cache
def _lighter() -> Path | None:
    try:
        return find("lite")
    except ModelError:
        return None


def new_lighter_engine() -> Engine:
    """Return an engine with the lighter model; ModelError where it is not on this machine."""
    return PoseEngine(ensure("lite", _lighter(), None))


def ready(progress: Progress | None = None) -> None:
    """Fetch the model if it is not on this machine yet, so that new_engine does not have to wait for it."""
    if find("full") is None:
        ensure("full", None, progress)
