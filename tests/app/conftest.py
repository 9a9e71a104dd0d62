"""Fixtures of the page tests: data folders of their own, recorded estimators, a camera that never starts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.context import ContextProxy

from posecheck.app.base import pose_model
from posecheck.app.streaming import webcam
from posecheck.app.streaming.inpage import routes
from posecheck.core.pose import PoseEstimator, PoseTrack
from tests.support.pages import TRUTH, Counted, true_track


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep profiles, stretches and history of a test away from everybody else's, and tests of a server from pages'."""
    monkeypatch.setenv("POSECHECK_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("POSECHECK_DB", raising=False)
    monkeypatch.delenv("POSECHECK_SHARED", raising=False)
    # Pages run by AppTest have a stand-in for the browser's connection, whose address is nobody's.
    monkeypatch.setattr(ContextProxy, "ip_address", None)
    # They are served by nobody, so that a browser could find no pose for them.
    monkeypatch.setattr(routes, "_attached", False)


@pytest.fixture(scope="module")
def track() -> PoseTrack:
    if not TRUTH.is_file():
        pytest.skip("sample clips are not here")
    return true_track()


@pytest.fixture
def estimators(monkeypatch: pytest.MonkeyPatch, track: PoseTrack) -> Iterator[list[Counted]]:
    """Put recorded estimators in place of the model and return those that were made."""
    made: list[Counted] = []

    def new(progress: object = None) -> PoseEstimator:
        made.append(Counted(track))
        return made[-1]

    monkeypatch.setattr(pose_model, "new_estimator", new)
    monkeypatch.setattr(pose_model, "ready", lambda progress=None: None)
    monkeypatch.setattr(pose_model, "prepare", lambda: None)
    yield made
    assert all(estimator.closed for estimator in made)


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Put a camera that never starts in place of the browser's."""
    asked: list[Any] = []

    def stream(*args: object) -> bool:
        asked.append(args)
        return False

    monkeypatch.setattr(webcam, "stream", stream)
    return asked
