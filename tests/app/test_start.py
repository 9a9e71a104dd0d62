"""The start page: three ways in, and an example that is finished without the pose model."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from posecheck.app.base import pose_model
from posecheck.app.pages import start
from posecheck.app.visit import demo
from posecheck.core.i18n import LANGUAGES
from posecheck.results.summary_file import SummaryFile
from tests.support.pages import WAIT_S, opened, pressed, pressed_page, words

ROOT = Path(__file__).parents[2]
TITLES = {"live": "Check your form live", "analyse": "Analyse a recording", "desk": "For physiotherapists"}


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nothing that could find a pose."""

    def refused(progress: object = None) -> None:
        raise AssertionError("the model was asked for")

    monkeypatch.setattr(pose_model, "new_estimator", refused)
    monkeypatch.setattr(pose_model, "ready", lambda progress=None: None)


@pytest.mark.parametrize("door", start.DOORS, ids=lambda one: one.page)
def test_each_door_leads_to_its_page(door: start.Door) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=WAIT_S).run()
    app = app.button(key=f"door-{door.page}").click().run()
    assert not app.exception
    assert app.title[0].value == TITLES[door.page]


def test_the_finished_example_opens_without_a_model_in_one_click() -> None:
    app = pressed(opened("start"), "Look at a finished example")
    assert not app.exception
    said = words(pressed_page(app, "analyse"))
    assert "■ Stop" in said
    assert "turned too far" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_is_what_the_landmarks_come_to_now(language: str, tmp_path: Path) -> None:
    known = next(one for one in LANGUAGES if one == language)
    loaded = demo.loaded(tmp_path, known)
    before, now = SummaryFile.load(demo.FOLDER), SummaryFile.load(tmp_path)
    assert (now.verdict, now.headlines) == (before.verdict, before.headlines), "run: python -m research.demo"
    for held, judged in zip(before.events, loaded.analysis.events, strict=True):
        assert (held.kind, held.level) == (judged.kind, judged.level)
        assert held.event().worst == pytest.approx(judged.worst, abs=0.5, nan_ok=True), "run: python -m research.demo"
    assert (tmp_path / "annotated.mp4").read_bytes() == demo.film(known).read_bytes()
    for picture in (demo.moving(known), demo.still(known)):
        assert picture.is_file()


def test_the_moving_picture_stops_by_itself_and_stands_still_where_that_is_wanted() -> None:
    from PIL import Image

    with Image.open(demo.moving("en")) as picture:
        assert picture.info["loop"] == 1
        total = 0
        for i in range(picture.n_frames):  # type: ignore[attr-defined]
            picture.seek(i)
            picture.load()
            total += picture.info["duration"]
    assert total <= 5000
    assert "prefers-reduced-motion" in start._moving("en")
