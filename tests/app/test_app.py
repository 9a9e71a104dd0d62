"""The pages without a browser: Streamlit's AppTest, the model replaced by landmarks known beforehand."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from posecheck.app import server
from posecheck.app.base import labels, pose_model, theme
from posecheck.app.visit.analysis_run import analyse
from posecheck.app.visit.recordings import AnalysisRequest
from posecheck.app.visit.sources import FIRST, all_samples, guess
from posecheck.app.widgets import curve, downloads
from posecheck.assessment.analysis import judge
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.errors import InputError, ModelError, PosecheckError
from posecheck.core.pose import PoseEstimator, PoseTrack
from posecheck.stretches.library import all_stretches, find_stretch
from tests.support.pages import (
    SAMPLE,
    TRUTH,
    WAIT_S,
    Counted,
    analysed,
    opened,
    pressed,
    pressed_page,
    true_track,
    words,
)

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not TRUTH.is_file(), reason="sample clips are not here")


def test_the_entry_shows_the_first_page_and_the_notice() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=WAIT_S).run()
    assert not app.exception
    assert app.title[0].value == "Stretch your back, not too far"
    assert "not medical advice" in words(app)


PAGES = ["start", "desk", "analyse", "thresholds", "live", "stretches", "own_stretch", "safety", "history", "programme"]


@pytest.mark.parametrize("page", PAGES)
def test_each_page_loads(page: str, estimators: list[Counted], camera: list[Any]) -> None:
    app = opened(page)
    assert not app.exception
    assert app.title


def test_a_recording_is_analysed_to_a_verdict(estimators: list[Counted]) -> None:
    app = analysed()
    assert not app.exception
    said = words(app)
    assert "■ Stop" in said
    assert "arched back too far" in said
    assert "Come back up a little" in said
    assert any(button.label.endswith("\u00a0s") for button in app.button)  # each event leads to its moment
    assert len(app.get("download_button")) == len(downloads.MADE) + 1
    assert [estimator.closed for estimator in estimators] == [1]


def test_an_upload_is_kept_under_our_name_and_removed(estimators: list[Counted]) -> None:
    app = opened("analyse")
    app.radio(key="way").set_value("own").run()
    app.selectbox(key="stretch").set_value("standing-extension-hands-behind-head").run()
    cast(Any, app.get("file_uploader")[0]).upload("../../.. <b>x</b>.mp4", SAMPLE.read_bytes(), "video/mp4")
    app = pressed(app.run(), "Analyse")
    assert not app.exception
    loaded = app.session_state["workspace"].loaded
    assert "/" not in loaded.name
    assert "<b>" not in words(app)
    held = {path.name for path in app.session_state["workspace"].folder.rglob("*") if path.is_file()}
    assert held == {
        "angles.csv",
        "events.csv",
        "repetitions.csv",
        "cues.csv",
        "summary.json",
        "landmarks.npz",
        "annotated.mp4",
    }


def test_what_is_no_video_is_said_in_one_message(estimators: list[Counted]) -> None:
    app = opened("analyse")
    app.radio(key="way").set_value("own").run()
    cast(Any, app.get("file_uploader")[0]).upload("holiday.mp4", b"not a film", "video/mp4")
    app = pressed(app.run(), "Analyse")
    assert not app.exception
    assert [error.value for error in app.error] == [
        labels.plain("holiday.mp4: expected a video, found a file in no format that can be read")
    ]
    assert not list(app.session_state["workspace"].folder.iterdir())


def test_a_missing_model_is_said_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(progress: object = None) -> PoseEstimator:
        raise ModelError("model full: nowhere to be had")

    monkeypatch.setattr(pose_model, "new_estimator", missing)
    app = analysed()
    assert not app.exception
    assert ["nowhere to be had" in error.value for error in app.error] == [True]


def test_a_blocked_stretch_shows_why_and_leads_to_the_safer_one(estimators: list[Counted], camera: list[Any]) -> None:
    blocked = next(stretch for stretch in all_stretches().values() if stretch.advice == "block")
    app = opened("live")
    app.selectbox(key="stretch").set_value(blocked.id).run()
    assert labels.plain(blocked.reason) in app.error[0].value
    assert not any(button.label == "Analyse" for button in app.button)
    calls = len(camera)
    app = pressed(app, "Take the safer one")
    assert app.selectbox(key="stretch").value == blocked.alternative
    app = pressed(app, "Begin without answering")
    assert len(camera) > calls


def test_a_first_visitor_is_asked_before_the_camera_is_on(estimators: list[Counted], camera: list[Any]) -> None:
    app = opened("live")
    assert "Before you start: does any of this hold for you?" in [header.value for header in app.subheader]
    assert not camera
    app = pressed(app, "Begin without answering")
    assert not app.exception
    assert camera
    assert "not asked about in full" in words(app)


def test_a_moved_limit_changes_the_verdict_and_says_what_changed(estimators: list[Counted]) -> None:
    app = analysed()
    app = pressed_page(app, "thresholds")
    stop = next(slider for slider in app.slider if slider.label == "■ Stop")
    app = stop.set_value(stop.max).run()
    assert not app.exception
    assert "Was" not in words(app)  # past a norm nothing moves before a reason stands there
    app = next(field for field in app.text_input if field.label == "Reason").set_value("agreed").run()
    said = words(app)
    assert "Was ■ Stop" in said
    assert "Changed: arched back too far" in said.replace("\\", "")
    assert len(estimators) == 1  # no model is asked again
    app = pressed(app, "Reset 1 moved range")
    assert "Was" not in words(app)


def test_limits_that_do_not_fit_are_said_in_words(estimators: list[Counted]) -> None:
    app = analysed()
    app.session_state["workspace"].limits = {
        "trunk_inclination": {"target": (5.0, 15.0), "caution": 24.0, "stop": 20.0}
    }
    app = pressed_page(app, "thresholds")
    app = next(field for field in app.text_input if field.label == "Reason").set_value("agreed").run()
    assert not app.exception
    assert "do not fit together" in words(app)
    assert "expected more than caution" in words(app)


def test_thresholds_without_a_recording_offers_a_sample() -> None:
    app = opened("thresholds")
    assert "No recording is loaded" in app.info[0].value
    assert any(button.label == "Load this sample" for button in app.button)


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK])
def test_every_check_of_every_stretch_can_be_drawn(colours: theme.Colours, track: PoseTrack) -> None:
    for stretch in all_stretches().values():
        analysis = judge(track, stretch)
        for i in range(len(analysis.session.checks)):
            assert curve.chart(analysis, i, colours).to_dict()["layer"]


def test_a_magnitude_has_its_bands_on_both_sides(track: PoseTrack) -> None:
    analysis = judge(track, find_stretch("chair-twist"))
    main = labels.primary_check(analysis.session.checks, analysis.stretch)
    drawn = json.dumps(curve.chart(analysis, main, theme.LIGHT).to_dict())
    assert drawn.count('"text": "Stop 45') == 2
    assert drawn.count('"text": "Caution 40') == 2


def test_labels_of_a_stretch_differ() -> None:
    for stretch in all_stretches().values():
        checks = judge(true_track().slice(0, 5), stretch).session.checks
        names = labels.check_labels(checks)
        assert len(set(names)) == len(names), stretch.id


def test_samples_are_guessed_by_the_longest_name() -> None:
    assert guess("chair-twist-sideways-good") == "chair-twist-sideways"
    assert guess("chair-twist") == "chair-twist"
    assert guess("holiday") is None
    assert all_samples()[0].path.stem == FIRST
    assert all(sample.stretch for sample in all_samples())


def test_the_command_serves_on_this_machine_only_and_reports_nothing() -> None:
    command = server.command(8501)
    assert "--server.address=localhost" in command
    assert "--browser.gatherUsageStats=false" in command
    assert server.script().name == "app.py"
    assert not [part for part in command if "ssl" in part or "allowedHosts" in part]


def test_a_taken_port_is_said(taken_port: int) -> None:
    with pytest.raises(PosecheckError, match="in use"):
        server.run(taken_port)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("localhost", 0))
        holder.listen()
        yield int(holder.getsockname()[1])


def test_too_short_a_recording_is_refused(tmp_path: Path, estimators: list[Counted]) -> None:
    film = tmp_path / "blink"
    with VideoWriter(film, (64, 48), 25) as writer:
        for i in range(5):
            writer.write(np.zeros((48, 64, 3), np.uint8), i / 25)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(InputError, match=r"my film: expected at least 0\.5 s"):
        analyse(AnalysisRequest(film, "my film", "chair-twist", None), out, lambda share, text: None)
    assert not out.exists()
