"""An analysis that goes on by itself: found again by a reload, cancelled, given up, and what goes wrong is said."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest

from posecheck.app.base import pose_model
from posecheck.app.visit import analysis_job, workspace
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose, PoseEstimator, PoseTrack
from tests.support.pages import SAMPLE, WAIT_S, Counted, chosen_sample, opened, words


class Gated(Counted):
    """An estimator that waits at its first frame until it is let through."""

    def __init__(self, track: PoseTrack) -> None:
        super().__init__(track)
        self.reached, self.gate = threading.Event(), threading.Event()

    def estimate(self, frame: Frame) -> Pose | None:
        self.reached.set()
        assert self.gate.wait(WAIT_S)
        return super().estimate(frame)


@pytest.fixture
def gated(monkeypatch: pytest.MonkeyPatch, track: PoseTrack) -> Gated:
    made = Gated(track)

    def new(progress: object = None) -> PoseEstimator:
        return made

    monkeypatch.setattr(pose_model, "new_estimator", new)
    return made


def begun(app: AppTest) -> AppTest:
    return next(button for button in app.button if button.label == "Analyse").click().run()


def pages_of(visit: str, page: str = "analyse") -> AppTest:
    """Open a page by the address of a visit, as a reload does."""
    app = AppTest.from_string(f"from posecheck.app.pages import {page}\n{page}.page()", default_timeout=WAIT_S)
    app.query_params["visit"] = visit
    return app.run()


def files(app: AppTest) -> list[Path]:
    return [path for path in app.session_state["workspace"].folder.rglob("*") if path.is_file()]


def test_a_reload_meanwhile_finds_the_analysis(gated: Gated) -> None:
    app = begun(chosen_sample(opened("analyse")))
    assert not app.exception
    assert gated.reached.wait(WAIT_S)
    assert f"Analysing {SAMPLE.name}" in words(app).replace("\\", "")
    space = app.session_state["workspace"]
    again = pages_of(space.name)
    assert f"Analysing {SAMPLE.name}" in words(again).replace("\\", "")
    assert any(button.label == "Cancel" for button in again.button)
    running = space.job
    gated.gate.set()
    running.wait(WAIT_S)
    assert "■ Stop" in words(again.run())
    assert "■ Stop" in words(pages_of(space.name))
    assert gated.closed == 1


@pytest.mark.parametrize("page", ["thresholds", "own_stretch"])
def test_other_pages_show_it_too_and_take_its_result(gated: Gated, page: str) -> None:
    app = begun(chosen_sample(opened("analyse")))
    space = app.session_state["workspace"]
    other = pages_of(space.name, page)
    assert f"Analysing {SAMPLE.name}" in words(other).replace("\\", "")
    gated.gate.set()
    space.job.wait(WAIT_S)
    other = other.run()
    assert not other.exception
    assert space.loaded is not None
    assert SAMPLE.name in words(other).replace("\\", "")


def test_cancelled_it_leaves_nothing_and_what_was_chosen_is_still_there(gated: Gated) -> None:
    app = opened("analyse")
    app.radio(key="way").set_value("own").run()
    app.selectbox(key="stretch").set_value("lunge").run()
    cast(Any, app.get("file_uploader")[0]).upload("mine.mp4", SAMPLE.read_bytes(), "video/mp4")
    app = begun(app.run())
    running = app.session_state["workspace"].job
    assert gated.reached.wait(WAIT_S)
    assert files(app)  # the upload
    app = next(button for button in app.button if button.label == "Cancel").click().run()
    gated.gate.set()
    running.wait(WAIT_S)
    assert files(app) == []
    app = app.run()
    assert not app.exception
    assert not app.error
    assert app.session_state["workspace"].loaded is None
    assert app.selectbox(key="stretch").value == "lunge"
    assert gated.closed == 1


def test_one_that_nobody_looks_at_is_given_up(gated: Gated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis_job, "ALONE_S", 0.0)
    app = begun(chosen_sample(opened("analyse")))
    gated.gate.set()
    running = app.session_state["workspace"].job
    if running is not None:
        running.wait(WAIT_S)
        app = app.run()
    assert app.session_state["workspace"].loaded is None
    assert ["given up" in error.value for error in app.error] == [True]
    assert files(app) == []


def test_a_fault_of_ours_is_said(gated: Gated, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(frame: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(gated, "estimate", broken)
    app = begun(chosen_sample(opened("analyse")))
    running = app.session_state["workspace"].job
    if running is not None:
        running.wait(WAIT_S)
        app = app.run()
    assert ["should not have" in error.value for error in app.error] == [True]
    assert not app.run().error


def test_what_a_killed_app_left_behind_goes_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code = "import os, sys; from posecheck.core.files import ScratchFolder; print(ScratchFolder(sys.argv[1]).path); "
    code += "sys.stdout.flush(); os._exit(9)"
    command = [sys.executable, "-c", code, workspace.FOLDER]
    told = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    left = Path(told.stdout.strip())
    assert left.is_dir()
    mine = workspace.Workspace()
    (tmp_path / "other-1-x").mkdir()
    workspace.visits.clear()
    workspace.visits()
    assert not left.exists()
    assert mine.folder.is_dir()
    assert {path.name for path in tmp_path.iterdir()} == {mine.folder.name, f"{mine.folder.name}.lock", "other-1-x"}
