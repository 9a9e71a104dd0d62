"""Moved limits and named profiles: what is kept of them, what they do to the judgement, and what is taken along."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posecheck.app.visit.recordings import LoadedRecording
from posecheck.app.visit.workspace import Workspace
from posecheck.app.widgets import downloads, profile_shelf
from posecheck.app.widgets.limit_sliders import capped, limits_of, past_norm
from posecheck.app.widgets.limits import comparing
from posecheck.assessment.analysis import judge
from posecheck.core.errors import InputError, StretchError
from posecheck.core.pose import PoseTrack
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.results.summary_file import Source
from posecheck.safety import Answer, Answers, suited
from posecheck.safety.limits import asked_limits
from posecheck.stretches.library import find_stretch
from posecheck.stretches.profiles import Limit, Profile
from tests.support.pages import Counted, analysed, pressed, pressed_page, words

EXTENSION = "standing-extension-hands-behind-head"


def loaded_by(
    track: PoseTrack, folder: Path, profile: Profile | None = None, answers: Answers | None = None
) -> LoadedRecording:
    """Return a recording judged and written as the app does it."""
    folder.mkdir(parents=True)
    stretch = suited(asked_limits(EXTENSION, None, profile, ()), answers, datetime.now(UTC)).stretch
    analysis = judge(track, stretch)
    changed = () if profile is None else profile.settings(EXTENSION)
    path = None if profile is None else Path(profile.name)
    settings = settings_of(EXTENSION, None, None, path, (), changed, answers)
    write(folder, Done(analysis, "a.mp4", Source(file="a.mp4"), settings))
    return LoadedRecording("a.mp4", None, analysis, folder, profile=profile, answers=answers)


WIDE: dict[str, dict[str, Limit]] = {"trunk_inclination": {"target": (5.0, 15.0), "caution": 50.0, "stop": 60.0}}


def test_past_a_norm_is_wider_only() -> None:
    item = find_stretch("chair-twist").range("trunk_rotation")
    assert past_norm(item, {"caution": 40.0, "stop": 50.0})
    assert not past_norm(item, {"caution": 30.0, "stop": 35.0})
    assert not past_norm(find_stretch("chair-twist").range("pelvis_rotation"), {"stop": 90.0})


def test_a_moved_slider_is_left_to_the_hand_that_moves_it(estimators: list[Counted]) -> None:
    # A slider that the page sets jumps back to where the page knew it, under a key that is pressed again and again.
    app = pressed_page(analysed(), "thresholds")
    stop = next(slider for slider in app.slider if slider.label == "■ Stop")
    stop.set_value(24.0).run()
    stop = next(slider for slider in app.slider if slider.label == "■ Stop")
    assert stop.value == 24.0
    assert not stop.proto.set_value
    caution = next(slider for slider in app.slider if slider.label == "▲ Caution")
    assert not caution.proto.set_value
    stop.set_value(10.0).run()  # pushes its neighbour along: this one is set
    caution = next(slider for slider in app.slider if slider.label == "▲ Caution")
    assert caution.value == 9.0
    assert caution.proto.set_value


def test_a_profile_is_saved_used_and_only_what_differs(estimators: list[Counted]) -> None:
    app = pressed_page(analysed(), "thresholds")
    stop = next(slider for slider in app.slider if slider.label == "■ Stop")
    stop.set_value(24.0).run()
    next(field for field in app.text_input if field.label == "Name").set_value("Mrs Miller")
    app = pressed(app, "Save the moved limits")
    assert not app.exception
    path = profile_shelf.folder() / "Mrs Miller.toml"
    assert Profile.load(path).changes == {EXTENSION: {"trunk_inclination": {"stop": 24.0}}}
    app = pressed(pressed_page(app, "thresholds"), "Use it here")
    assert app.session_state["workspace"].limits["trunk_inclination"]["stop"] == 24.0
    assert "It changes 1 range" in words(app).replace("\\", "")


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "x" * 80, "a\x00b", "con\n"])
def test_a_profile_is_never_a_path(name: str) -> None:
    with pytest.raises(InputError, match="expected letters"):
        profile_shelf.file_of(name if name != "con\n" else "con;rm")


def test_a_profile_that_no_longer_fits_says_so() -> None:
    old = Profile({"chair-twist": {"gone": {"stop": 3.0}}, "no-such": {}, "butterfly": {}}, "old.toml")
    said = "\n".join(profile_shelf.problems(old))
    assert "there is no 'gone'" in said
    assert "no-such" in said
    assert "butterfly" not in said


def test_a_reason_is_kept_with_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    profile = Profile({"chair-twist": {"trunk_rotation": {"stop": 50.0, "target": (10.0, 30.5)}}}, "p.toml",
                      {"chair-twist": {"trunk_rotation": 'agreed "so"\nyesterday'}})  # fmt: skip
    path.write_text(profile.as_toml(), encoding="utf-8")
    assert Profile.load(path) == profile
    path.write_text("[chair-twist.trunk_rotation]\nstop = 1\nreason = 3\n", encoding="utf-8")
    with pytest.raises(StretchError, match="reason: expected text"):
        Profile.load(path)


def test_files_of_moved_limits_are_judged_by_them_and_say_so(track: PoseTrack, tmp_path: Path) -> None:
    loaded = loaded_by(track, tmp_path / "visit" / "held")
    before = sorted(path.name for path in loaded.folder.iterdir())
    out = downloads.moved(loaded.folder, EXTENSION, WIDE, {"trunk_inclination": "agreed on 3 May"})
    summary = json.loads(downloads.made(out, "summary.json", "en"))
    assert summary["verdict"] != loaded.analysis.summary.verdict == "stop"
    assert "trunk_inclination.stop=60" in summary["settings"]["set"]
    assert b"arched back too far" not in downloads.made(out, "events.csv", "en").lower()
    page = downloads.made(out, "report.html", "en").decode()
    assert "changed for this person" in page
    assert "Reason: agreed on 3 May. The stretch itself: Target 5 to 15°, Caution 20°, Stop 25° (published norm" in page
    assert "1 changed by hand" in page
    assert "annotated.mp4" not in {path.name for path in out.iterdir()}
    assert sorted(path.name for path in loaded.folder.iterdir()) == before
    assert "changed for this person" not in downloads.made(loaded.folder, "report.html", "en").decode()


def test_limits_that_do_not_fit_leave_no_files(track: PoseTrack, tmp_path: Path) -> None:
    loaded = loaded_by(track, tmp_path / "visit" / "held")
    with pytest.raises(StretchError):
        downloads.moved(loaded.folder, EXTENSION, {"trunk_inclination": {"caution": 40.0, "stop": 30.0}}, {})
    assert [path.name for path in (tmp_path / "visit").iterdir()] == ["held"]


def test_moved_limits_offer_their_files_and_are_named_on_the_result(estimators: list[Counted]) -> None:
    app = pressed_page(analysed(), "thresholds")
    assert not app.get("download_button")
    next(slider for slider in app.slider if slider.label.endswith("Stop")).set_value(24.0).run()
    assert len(app.get("download_button")) == 2
    assert "Limits have been moved" in words(pressed_page(app, "analyse"))


def test_what_a_profile_held_already_is_saved_with_what_was_moved(track: PoseTrack, tmp_path: Path) -> None:
    first = Profile({EXTENSION: {"trunk_inclination": {"stop": 24.0}}}, "p", {EXTENSION: {"trunk_inclination": "so"}})
    loaded = loaded_by(track, tmp_path / "held", first)
    space = Workspace()
    other = next(item for item in loaded.analysis.stretch.ranges if item.key != "trunk_inclination" and item.stop)
    assert other.stop is not None
    space.limits = {other.key: {**limits_of(other), "stop": other.stop - 1}}
    found = profile_shelf.differing(loaded, space)
    assert found.changes[EXTENSION] == {"trunk_inclination": {"stop": 24.0}, other.key: {"stop": other.stop - 1}}
    assert found.reasons[EXTENSION] == {"trunk_inclination": "so"}


def test_a_profile_in_use_gives_way_to_another(track: PoseTrack, tmp_path: Path) -> None:
    first = Profile({EXTENSION: {"trunk_inclination": {"stop": 24.0}}}, "first")
    loaded, space = loaded_by(track, tmp_path / "held", first), Workspace()
    profile_shelf.use(Profile({EXTENSION: {}}, "second"), loaded, space)
    assert space.limits["trunk_inclination"]["stop"] == find_stretch(EXTENSION).range("trunk_inclination").stop


def test_no_profile_and_no_slider_goes_past_the_answers(track: PoseTrack, tmp_path: Path) -> None:
    answers = Answers.of([Answer("gave_birth", "yes", datetime.now(UTC))])
    loaded = loaded_by(track, tmp_path / "held", answers=answers)
    wide = Profile({EXTENSION: WIDE}, "wide").over(loaded.analysis.stretch)
    held = capped(wide, loaded).range("trunk_inclination")
    assert held.stop == loaded.analysis.stretch.range("trunk_inclination").stop
    assert capped(wide, replace(loaded, answers=None)).range("trunk_inclination").stop == 60.0


def test_a_norm_passed_without_a_reason_is_named(track: PoseTrack, tmp_path: Path) -> None:
    loaded = loaded_by(track, tmp_path / "held")
    bare = Profile({EXTENSION: WIDE}, "p")
    assert len(comparing.unreasoned(bare, loaded)) == 1
    assert comparing.unreasoned(replace(bare, reasons={EXTENSION: {"trunk_inclination": "agreed"}}), loaded) == []
