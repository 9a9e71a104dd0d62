"""A visitor's recording that shows them as a mirror does is turned back before it is read and drawn."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from posecheck.app.base import pose_model
from posecheck.app.visit.analysis_run import analyse
from posecheck.app.visit.recordings import AnalysisRequest
from posecheck.capture.pose.landmark_file import RecordedEstimator
from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Frame, Rgb
from posecheck.core.i18n import translator
from posecheck.core.pose import Pose
from tests.support.clip_makers import colours, quarters, write_clip
from tests.support.pages import SAMPLE, Counted, opened, pressed
from tests.support.people import track_of, twist

LABEL = "The recording is mirrored (selfie camera)"


class Looking(RecordedEstimator):
    """Give a constructed person's poses and remember the first picture."""

    first: Rgb | None = None

    def estimate(self, frame: Frame) -> Pose | None:
        self.first = frame.rgb if self.first is None else self.first
        return super().estimate(frame)


@pytest.mark.parametrize(("mirrored", "seen"), [(False, "RGBW"), (True, "GRWB")])
def test_reader_film_and_summary_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mirrored: bool, seen: str
) -> None:
    size = (800, 800)
    path = write_clip(tmp_path / "selfie.mp4", [quarters(size)] * 60, [i / 30 for i in range(60)])
    looking = Looking(track_of(twist(30.0)))
    monkeypatch.setattr(pose_model, "new_estimator", lambda *_: looking)
    request = AnalysisRequest(path, "mine.mp4", "chair-twist", None, mirrored=mirrored)
    (tmp_path / "out").mkdir()
    loaded = analyse(request, tmp_path / "out", lambda *_: None)
    assert looking.first is not None
    assert colours(looking.first) == seen
    with VideoReader(loaded.folder / "annotated.mp4") as film:
        drawn = next(iter(film)).rgb
    assert colours(drawn[: size[1], : size[0]]) == seen
    source = json.loads((loaded.folder / "summary.json").read_text(encoding="utf-8"))["source"]
    assert source.get("mirrored", False) is mirrored


@pytest.mark.parametrize("ticked", [False, True])
def test_the_tick_under_the_upload_is_passed_on_and_gone_for_the_next(estimators: list[Counted], ticked: bool) -> None:
    app = opened("analyse")
    assert not app.checkbox  # sample clips are as they should be
    app.radio(key="way").set_value("own").run()
    app.selectbox(key="stretch").set_value("standing-extension-hands-behind-head").run()
    assert app.checkbox(key="mirrored").label == LABEL
    if ticked:
        app.checkbox(key="mirrored").check().run()
    cast(Any, app.get("file_uploader")[0]).upload("mine.mp4", SAMPLE.read_bytes(), "video/mp4")
    app = pressed(app.run(), "Analyse")
    assert not app.exception
    folder = app.session_state["workspace"].loaded.folder
    source = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["source"]
    assert source.get("mirrored", False) is ticked
    app.radio(key="way").set_value("own").run()
    assert not app.checkbox(key="mirrored").value


def test_the_tick_speaks_german() -> None:
    assert "spiegelverkehrt" in translator("de").gettext(LABEL).lower()
