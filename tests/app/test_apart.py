"""Thresholds with left and right apart, and a profile that is used in Live and in Analyse at once."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from posecheck.app.visit.recordings import LoadedRecording
from posecheck.app.widgets import downloads, profile_shelf
from posecheck.app.widgets.limits import comparing
from posecheck.assessment.analysis import judge
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.results.summary_file import Source
from posecheck.stretches.library import find_stretch
from posecheck.stretches.profiles import Profile
from tests.support.pages import Counted, analysed, known, opened, pressed, pressed_page, words
from tests.support.people import track_of, twist

TWIST = "chair-twist"
LEFT, RIGHT = "trunk_rotation_left", "trunk_rotation_right"


def loaded_twist(folder: Path, profile: Profile | None = None) -> LoadedRecording:
    """Return a turn to the left and one to the right, judged and written as the app does it."""
    folder.mkdir(parents=True)
    stretch = find_stretch(TWIST) if profile is None else profile.over(find_stretch(TWIST))
    analysis = judge(track_of(twist(28.0, hold_s=4.0) + twist(-28.0, hold_s=4.0)), stretch)
    changed = () if profile is None else profile.settings(TWIST)
    settings = settings_of(TWIST, None, None, None if profile is None else Path(profile.name), (), changed)
    write(folder, Done(analysis, "a.mp4", Source(file="a.mp4"), settings))
    return LoadedRecording("a.mp4", None, analysis, folder, profile=profile)


@pytest.fixture
def page(tmp_path: Path, plain_geometry: None) -> AppTest:
    """Show the page of thresholds for that recording."""
    app = opened("thresholds")
    app.session_state["workspace"].load(loaded_twist(tmp_path / "visit" / "held"))
    return app.run()


def _stop(app: AppTest) -> Any:
    return next(one for one in app.slider if "Stop" in one.label)


def _apart(app: AppTest, wanted: bool = True) -> AppTest:
    return next(one for one in app.toggle if one.label == "Left and right apart").set_value(wanted).run()


def test_left_and_right_are_moved_apart_and_judged_apart(page: AppTest) -> None:
    app = _apart(page)
    assert not app.exception
    box = app.selectbox[0]
    assert {"Trunk rotation to the left", "Trunk rotation to the right"} <= set(box.options)
    app = _stop(app).set_value(22.0).run()
    assert not app.exception
    space = app.session_state["workspace"]
    assert set(space.limits) == {LEFT}
    said = words(app).replace("\\", "")
    assert "New: turned too far" in said
    assert said.count("turned too far at") == 1  # to the left only, although both turns went as far
    app = pressed(app, "Undo the last move")
    assert not app.session_state["workspace"].limits
    app = pressed(app, "Undo the last move")
    assert "Trunk rotation" in app.selectbox[0].options


def test_what_was_moved_together_stays_where_it_is_when_set_apart(page: AppTest) -> None:
    app = _apart(_stop(page).set_value(22.0).run())
    limits = app.session_state["workspace"].limits
    assert (limits[LEFT]["stop"], limits[RIGHT]["stop"]) == (22.0, 22.0)
    app = _apart(app, False)
    assert not app.exception
    assert not app.session_state["workspace"].limits


def test_a_profile_with_a_side_is_saved_used_and_compared(page: AppTest) -> None:
    app = _stop(_apart(page)).set_value(22.0).run()
    next(field for field in app.text_input if field.label == "Name").set_value("Mrs Miller, shoulder")
    app = pressed(app, "Save the moved limits")
    assert not app.exception
    profile = profile_shelf.load("Mrs Miller, shoulder")
    assert set(profile.changes[TWIST]) == {LEFT}
    assert profile.over(find_stretch(TWIST)).range(RIGHT).stop == find_stretch(TWIST).range("trunk_rotation").stop
    app = pressed(pressed(app, "Reset 1 moved range"), "Use it here")
    assert not app.exception
    assert app.session_state["workspace"].limits[LEFT]["stop"] == 22.0
    assert comparing.unreasoned(profile, app.session_state["workspace"].loaded) == []


def test_a_recording_judged_by_a_profile_with_a_side_opens_too(tmp_path: Path, plain_geometry: None) -> None:
    profile = Profile.from_settings([f"{LEFT}.stop=22", f"{LEFT}.caution=18"])
    named = Profile({TWIST: profile.changes["*"]}, "p.toml", {TWIST: {LEFT: "sore since 3 May"}})
    loaded = loaded_twist(tmp_path / "visit" / "held", named)
    app = opened("thresholds")
    app.session_state["workspace"].load(loaded)
    app = app.run()
    assert not app.exception
    assert "Trunk rotation to the left" in app.selectbox[0].options
    assert not app.toggle  # the profile has them apart
    report = downloads.made(loaded.folder, "report.html", "en").decode()
    assert "Reason: sore since 3 May. The stretch itself:" in report
    assert report.count("changed for this person") == 1  # the right side is as the stretch sets it
    assert "<td>Trunk rotation, to the left</td>" in report
    assert "<td>Trunk rotation, to the right</td>" in report


@pytest.mark.parametrize(("label", "page_name"), [("Live", "live"), ("Analyse", "analyse")])
def test_moved_limits_are_saved_and_used_at_once(
    estimators: list[Counted], camera: list[Any], label: str, page_name: str
) -> None:
    app = pressed_page(known(analysed(), "Mrs Miller, shoulder"), "thresholds")
    next(slider for slider in app.slider if slider.label == "■ Stop").set_value(24.0).run()
    name = next(field for field in app.text_input if field.label == "Name")
    assert name.value == "Mrs Miller, shoulder"  # who it is for is known
    app = pressed(app, f"Save and use in {label}")
    assert not app.exception
    assert app.session_state["workspace"].profile == "Mrs Miller, shoulder"
    other = pressed_page(app, page_name)
    assert not other.exception
    app = pressed_page(app, "thresholds")
    app.session_state["workspace"].profile = ""
    app = pressed(app.run(), f"Use in {label}")
    assert app.session_state["workspace"].profile == "Mrs Miller, shoulder"
