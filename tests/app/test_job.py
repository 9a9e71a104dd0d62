"""An analysis that goes on by itself: found again by a reload, waiting, cancelled, and what goes wrong is said."""

import gc
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest

from posecheck.app.base import pose_model
from posecheck.app.base.collection import settle
from posecheck.app.visit import line as lines
from posecheck.app.visit import stopping
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose, PoseEstimator, PoseTrack
from tests.support.pages import SAMPLE, WAIT_S, Counted, chosen_sample, opened, pressed, words


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


def test_those_who_look_on_do_not_slow_it_down(gated: Gated) -> None:
    gc.unfreeze()
    settle.cache_clear()
    try:
        begun(chosen_sample(opened("analyse")))
        assert gated.reached.wait(WAIT_S)
        assert gc.get_freeze_count() > 10_000  # what Streamlit's collections leave alone
    finally:
        gated.gate.set()


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


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> lines.Line:
    line = lines.Line(1, 2)
    monkeypatch.setattr("posecheck.app.widgets.analysis_progress.line", lambda: line)
    return line


def shown(app: AppTest) -> str:
    """Return the text of the progress that a page shows."""
    return str(cast(Any, app.get("progress")[0]).proto.text)


def test_those_who_wait_see_their_place_and_can_leave(gated: Gated, one_at_a_time: lines.Line) -> None:
    first, second, third = (begun(chosen_sample(opened("analyse"))) for _ in range(3))
    assert gated.reached.wait(WAIT_S)
    jobs = [app.session_state["workspace"].job for app in (first, second, third)]
    until(lambda: "yours is next" in jobs[1].text and "1 before you" in jobs[2].text)
    assert "1 before you" in shown(third.run())
    assert f"{SAMPLE.name} waits in line" in words(third).replace("\\", "")
    assert "Analysing" not in words(third)
    next(button for button in second.button if button.label == "Cancel").click().run()
    jobs[1].wait(WAIT_S)
    assert files(second) == []
    until(lambda: "yours is next" in jobs[2].text)
    gated.gate.set()
    for job, app in ((jobs[0], first), (jobs[2], third)):
        job.wait(WAIT_S)
        assert "■ Stop" in words(app.run())


def test_who_has_too_many_in_line_is_told_so_and_nothing_is_left(
    gated: Gated, one_at_a_time: lines.Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posecheck.app.widgets.analysis_progress.visitor", lambda: "192.0.2.7")
    held = [begun(chosen_sample(opened("analyse"))) for _ in range(2)]
    app = opened("analyse")
    app.radio(key="way").set_value("own").run()
    cast(Any, app.get("file_uploader")[0]).upload("mine.mp4", SAMPLE.read_bytes(), "video/mp4")
    app = begun(app.run())
    assert not app.exception
    assert ["2 recordings from your connection" in one.value for one in app.warning] == [True]
    assert app.session_state["workspace"].job is None
    assert files(app) == []
    gated.gate.set()
    for one in held:
        one.session_state["workspace"].job.wait(WAIT_S)
    assert pressed(app, "Analyse").session_state["workspace"].loaded is not None


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true that another thread makes so."""
    for _ in range(WAIT_S * 20):
        if true():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it never came")


def test_a_server_that_stops_ends_analyses_quietly_and_leaves_nothing(
    gated: Gated, one_at_a_time: lines.Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(stopping, "_begun", threading.Event())
    held = [begun(chosen_sample(opened("analyse"))) for _ in range(2)]  # one at work, one waiting
    assert gated.reached.wait(WAIT_S)
    jobs = [app.session_state["workspace"].job for app in held]
    threading.Timer(0.1, gated.gate.set).start()
    stopping.stop_all()
    assert [job.done for job in jobs] == [True, True]
    assert [files(app) for app in held] == [[], []]
    assert gated.closed == 1
    assert [one for one in caplog.records if one.name.startswith("posecheck")] == []
    late = begun(chosen_sample(opened("analyse")))
    job = late.session_state["workspace"].job
    if job is not None:
        job.wait(WAIT_S)
        assert job.loaded is None


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
