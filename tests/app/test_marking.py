"""A recording without a neutral: its curve is drawn, the moment can be marked, and the mark is kept or taken back."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from posecheck.app.base import labels, pose_model, theme
from posecheck.app.base.problems import describe_error
from posecheck.app.visit.recordings import LoadedRecording
from posecheck.app.visit.sources import folder
from posecheck.app.widgets import curve, downloads, result_view
from posecheck.app.widgets.marking import preview
from posecheck.core.errors import InputError
from posecheck.core.i18n import translator
from posecheck.core.pose import PoseEstimator, PoseTrack
from posecheck.measurement.readings import uncounted
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import Changes
from posecheck.stretches.checks import pick
from tests.support.clip_makers import write_clip
from tests.support.pages import Counted, analysed, known, opened, pressed, pressed_page, true_track, words

TRUTH = folder() / "chair-twist-over-rotation.truth.json"
BEGUN_S = 2.4
"""The recording is cut off here: the person has just begun to turn, and does not come back to rest within 4 s."""

pytestmark = pytest.mark.skipif(not TRUTH.is_file(), reason="sample clips are not here")


@pytest.fixture(scope="module")
def cut() -> PoseTrack:
    """Return landmarks in which no neutral is found, though the first moment is nearly one."""
    whole = true_track(TRUTH)
    part = whole.slice(round(BEGUN_S * 25), round((BEGUN_S + 4) * 25))
    return replace(part, time_s=part.time_s - part.time_s[0])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, cut: PoseTrack) -> Iterator[list[Counted]]:
    """Put the cut recording's landmarks in place of the model, and return the estimators that were asked for."""
    made: list[Counted] = []

    def new(progress: object = None) -> PoseEstimator:
        made.append(Counted(cut))
        return made[-1]

    monkeypatch.setattr(pose_model, "new_estimator", new)
    monkeypatch.setattr(pose_model, "ready", lambda progress=None: None)
    yield made
    assert len(made) == 1  # whatever is marked, no pose is estimated again


@pytest.fixture
def app(tmp_path: Path, asked: list[Counted], cut: PoseTrack) -> AppTest:
    """Return the page with the cut recording analysed as a chair twist."""
    width, height = (int(edge) for edge in cut.size_wh[0])
    grey = np.full((height, width, 3), 120, np.uint8)
    film = write_clip(tmp_path / "turn.mp4", [grey] * len(cut), [float(time_s) for time_s in cut.time_s])
    page = opened("analyse")
    page.radio(key="way").set_value("own").run()
    page.selectbox(key="stretch").set_value("chair-twist").run()
    cast(Any, page.get("file_uploader")[0]).upload("turn.mp4", film.read_bytes(), "video/mp4")
    page = pressed(page.run(), "Analyse")
    assert not page.exception
    return page


def loaded_of(app: AppTest) -> LoadedRecording:
    return cast(LoadedRecording, app.session_state["workspace"].loaded)


def summary_of(app: AppTest) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads((loaded_of(app).folder / "summary.json").read_text(encoding="utf-8")))


def spec_of(app: AppTest) -> str:
    """Return the specification of the chart that the page shows."""
    return str(cast(Any, app.get("vega_lite_chart")[0]).proto.spec)


def slid(app: AppTest, time_s: float) -> AppTest:
    return next(slider for slider in app.slider if slider.label == "Moment, seconds").set_value(time_s).run()


def test_the_curve_is_drawn_and_a_mark_is_offered(app: AppTest) -> None:
    said = words(app)
    assert "? Cannot judge" in said
    assert "Mark below a moment before it" in said
    assert "Mark the moment you sat straight" in [header.value for header in app.subheader]
    spec = spec_of(app)
    assert "not counted from a start position" in spec
    assert "Stop 45" not in spec  # a limit would mean nothing here
    assert '"strokeDash": [5, 3]' in spec
    analysis = loaded_of(app).analysis
    main = labels.primary_check(analysis.session.checks, analysis.stretch)
    value = pick(analysis.session.checks[main], uncounted(analysis.track, analysis.stretch))
    drawn = curve.chart(analysis, main, theme.LIGHT, uncounted=value, moment_s=1.0).to_dict()
    line, moment = (drawn["datasets"][drawn["layer"][i]["data"]["name"]] for i in (0, -1))
    values = [row["value"] for row in line]
    assert max(values) - min(values) > 20
    assert moment == [{"t": 1.0}]
    assert "It is not counted from a start position" in said


def test_one_reason_with_one_remedy_is_shown_and_the_others_are_folded(app: AppTest) -> None:
    headers = [header.value for header in app.subheader]
    assert "What could not be judged" not in headers
    assert "What happened, and what to change" not in headers
    assert "All that could not be judged, and why" in [expander.label for expander in app.expander]
    assert "No limit was passed" not in words(app)


def test_a_mark_is_judged_by_as_the_command_line_does(app: AppTest) -> None:
    before = loaded_of(app)
    by_hand = rejudge(before.folder, Changes(neutral="0-0.25")).analysis
    app = pressed(slid(app, 0.0), "Count from this moment")
    assert not app.exception
    said = words(app)
    assert "■ Stop" in said
    assert "counted from the moment you marked (0.0\u00a0s)" in said
    assert loaded_of(app).analysis.summary == by_hand.summary
    assert not before.folder.exists()
    held = summary_of(app)
    assert held["settings"]["neutral"] == "0.00-0.25"
    assert held["neutral"]["origin"] == "named"
    archive = zipfile.ZipFile(
        io.BytesIO(downloads.everything(loaded_of(app).folder, "en", ["summary.json", "report.html"]))
    )
    assert '"0.00-0.25"' in archive.read("posecheck/summary.json").decode()
    assert "the moment you marked, 0.0–0.2 s" in archive.read("posecheck/report.html").decode()


def test_a_mark_goes_into_the_history_and_keeps_moved_limits(app: AppTest) -> None:
    app.session_state["workspace"].limits = {"trunk_rotation": {"caution": 30.0, "stop": 35.0}}
    app = pressed(slid(app, 0.0), "Count from this moment")
    assert app.session_state["workspace"].limits == {"trunk_rotation": {"caution": 30.0, "stop": 35.0}}
    other = pressed(pressed_page(known(app), "history"), "Keep this session")
    assert not other.exception
    assert "Kept: " in "\n".join(str(item.value) for item in other.success)


def test_a_mark_in_the_stretch_is_refused_in_words(app: AppTest) -> None:
    before = loaded_of(app)
    app = pressed(slid(app, 3.0), "Count from this moment")
    assert not app.exception
    assert ["you are already in the stretch" in error.value for error in app.error] == [True]
    assert "--neutral" not in words(app)
    assert loaded_of(app) is before  # the result of before stays
    assert before.folder.is_dir()


def test_a_mark_is_taken_back(app: AppTest) -> None:
    first = loaded_of(app).analysis
    app = pressed(slid(app, 0.0), "Count from this moment")
    again = pressed(app, "Take the mark back")
    assert not again.exception
    assert "? Cannot judge" in words(again)
    assert loaded_of(again).analysis.summary == first.summary
    assert loaded_of(again).marked_s is None
    assert summary_of(again)["settings"]["neutral"] is None


def test_a_click_on_the_curve_chooses_the_moment(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = loaded_of(app)
    state: dict[str, Any] = {"chart": {"selection": {"moment": [{"t": 1.32}]}}}
    monkeypatch.setattr(st, "session_state", state)
    result_view._clicked("chart", loaded)
    assert state[f"mark-{loaded.number}"] == 1.3


def test_the_picture_of_the_moment_is_shown(app: AppTest) -> None:
    early, late = (preview.picture(loaded_of(app), time_s) for time_s in (0.0, 3.0))
    assert early is not None
    assert late is not None
    assert early != late
    shown = cv2.imdecode(np.frombuffer(early, np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown.shape[:2] == (480, 640)  # without the words above and below
    assert app.get("imgs") or app.get("image")


def test_where_a_neutral_was_found_the_mark_is_folded_away(estimators: list[Counted]) -> None:
    app = analysed()
    assert "Wrong start position? Mark the right moment" in [expander.label for expander in app.expander]
    assert "Mark the moment you stood straight" not in [header.value for header in app.subheader]
    app = pressed(slid(app, 1.0), "Count from this moment")
    assert "counted from the moment you marked (1.0\u00a0s)" in words(app)


@pytest.mark.parametrize("code", ["nobody_at_neutral", "neutral_lying", "neutral_upright", "neutral_in_stretch"])
def test_a_refusal_says_what_to_choose_in_both_languages(code: str) -> None:
    error = InputError(code, "{setting}: no", setting="neutral")
    english, german = (describe_error(error, translator(language)) for language in ("en", "de"))
    assert english.startswith("At the moment you marked")
    assert german.startswith("In dem markierten Moment")


def test_another_stretch_is_asked_about_and_judged_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    track = true_track(folder() / "childs-pose.truth.json")
    monkeypatch.setattr(pose_model, "new_estimator", lambda *_: Counted(track))
    monkeypatch.setattr(pose_model, "ready", lambda progress=None: None)
    page = opened("analyse")
    page.radio(key="way").set_value("own").run()
    page.selectbox(key="stretch").set_value("standing-twist").run()
    film = folder() / "childs-pose.mp4"
    cast(Any, page.get("file_uploader")[0]).upload("mine.mp4", film.read_bytes(), "video/mp4")
    page = pressed(page.run(), "Analyse")
    assert not page.exception
    said = words(page)
    assert "This does not look like “Standing twist”: did you mean “Child&#x27;s pose”?" in said
    assert said.count("did you mean") == 1
    assert "not counted from a start position" in spec_of(page)  # the curve is drawn though nothing was judged
    page = pressed(page, "Judge it as: Child")
    assert not page.exception
    assert "did you mean" not in words(page)
    assert loaded_of(page).analysis.stretch.id == "childs-pose"
    assert loaded_of(page).analysis.summary.verdict == "clear"
    assert summary_of(page)["settings"]["stretch"] == "childs-pose"
