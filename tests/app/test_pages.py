"""The pages around a recording: languages, visits, profiles, library, safety, history, stretches of one's own."""

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from posecheck.app.base import problems, theme
from posecheck.app.pages import safety, stretches, thresholds
from posecheck.app.visit import uploads
from posecheck.app.visit.sources import FIRST
from posecheck.app.widgets import body_figure, downloads
from posecheck.assessment import comparison
from posecheck.assessment.analysis import judge
from posecheck.assessment.proposal import as_toml, identity, norm_of, proposals, scaffold
from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import InputError, StretchError
from posecheck.core.i18n import ENGLISH, Language, translator
from posecheck.core.pose import PoseTrack
from posecheck.history import open_store
from posecheck.stretches.checks import checks_of
from posecheck.stretches.library import all_stretches, find_stretch, own_folder, own_stretches, parse_stretch
from posecheck.stretches.profiles import Profile
from tests.support.pages import (
    SAMPLE,
    WAIT_S,
    Counted,
    analysed,
    known,
    opened,
    pressed,
    pressed_page,
    words,
)

EXTENSION = "standing-extension-hands-behind-head"


def in_german(page: str, space: Any = None) -> AppTest:
    app = AppTest.from_string(f"from posecheck.app.pages import {page}\n{page}.page()", default_timeout=WAIT_S)
    app.session_state["language"] = "de"
    if space is not None:
        app.session_state["workspace"] = space
    return app.run()


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("analyse", "Eine Aufnahme auswerten"),
        ("thresholds", "Die Grenzen anpassen"),
        ("stretches", "Übungen"),
        ("own_stretch", "Eine eigene Übung"),
        ("safety", "Sicherheit"),
        ("history", "Verlauf"),
    ],
)
def test_each_page_speaks_german(page: str, title: str) -> None:
    app = in_german(page)
    assert not app.exception
    assert app.title[0].value == title


def test_a_result_speaks_german(estimators: list[Counted]) -> None:
    app = in_german("analyse", analysed().session_state["workspace"])
    assert not app.exception
    assert "■ Stopp" in words(app)
    assert "Stop limit" not in words(app)


def test_the_address_finds_the_analysis_again_and_nobody_elses(estimators: list[Counted]) -> None:
    first = analysed().session_state["workspace"]
    again = AppTest.from_string("from posecheck.app.pages import analyse\nanalyse.page()", default_timeout=WAIT_S)
    again.query_params["visit"] = first.name
    again.run()
    assert again.session_state["workspace"] is first
    assert "■ Stop" in words(again)
    stranger = opened("analyse")
    assert stranger.session_state["workspace"] is not first
    assert "■ Stop" not in words(stranger)
    assert len(first.name) >= 30


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.mp4", "passwd.mp4"),
        ("C:\\clips\\a.mp4", "a.mp4"),
        ("a\nb\x1b.mp4", "a_b_.mp4"),
        ("...", "recording"),
        ("x" * 500 + ".mp4", "x" * uploads.NAME_CHARS),
    ],
)
def test_a_hostile_name_is_only_a_name(given: str, shown: str) -> None:
    assert uploads.clean_name(given) == shown


def test_an_event_leads_to_its_moment(estimators: list[Counted]) -> None:
    app = analysed()
    button = next(one for one in app.button if one.key and str(one.key).startswith("event-"))
    app = button.click().run()
    time_s, count = app.session_state["seek"]
    assert count == 1
    assert 0 < time_s < 11


def test_everything_can_be_taken_along(estimators: list[Counted]) -> None:
    loaded = analysed().session_state["workspace"].loaded
    with zipfile.ZipFile(BytesIO(downloads.everything(loaded.folder, "en"))) as archive:
        names = {name.removeprefix("posecheck/") for name in archive.namelist()}
        assert names == set(downloads.MADE)
        assert b"<html" in archive.read("posecheck/report.html")
        assert str(loaded.folder).encode() not in archive.read("posecheck/report.html")
        assert json.loads(archive.read("posecheck/summary.json"))["source"]["file"] == SAMPLE.name


def test_repetitions_that_changed_are_told(track: PoseTrack) -> None:
    stretch = find_stretch(EXTENSION)
    wide = Profile.from_settings(["trunk_inclination.stop=60", "trunk_inclination.caution=50"]).over(stretch)
    before, after = judge(track, stretch), judge(track, wide)
    found = comparison.of_repetitions(before.repetitions, after.repetitions)
    assert [(a.stopped, b.stopped) for a, b in found.changed] == [(True, False)]
    assert comparison.of_repetitions(before.repetitions, before.repetitions) == comparison.Changes((), (), ())


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK])
def test_every_range_is_drawn_on_a_body(colours: theme.Colours) -> None:
    import xml.etree.ElementTree as ET

    for stretch in all_stretches().values():
        for check in checks_of(stretch):
            text = body_figure.svg(check, colours, (-20.0, 34.0, float("nan")))
            assert "nan" not in text
            ET.fromstring(text)
            for name, value in (("Caution", check.range.caution), ("Stop", check.range.stop)):
                assert (value is None) or name in text, f"{stretch.id}: {check.range.key}"


def test_the_library_shows_all_and_why_some_are_blocked() -> None:
    app = opened("stretches")
    assert len([one for one in app.button if str(one.key).startswith("open-")]) == 26
    app = next(one for one in app.button if one.key == "open-bear-hug").click().run()
    assert not app.exception
    stretch = all_stretches()["bear-hug"]
    said = words(app).replace("\\", "")
    assert stretch.reason in said
    assert all(step in said for step in stretch.steps)
    assert all(source in said for source in stretch.sources)
    app = pressed(app, "Safer")
    assert app.session_state[stretches.OPEN] == stretch.alternative


def test_the_library_can_be_narrowed() -> None:
    app = opened("stretches")
    app = app.selectbox(key="library-advice").set_value("block").run()
    shown = [str(one.key).removeprefix("open-") for one in app.button if str(one.key).startswith("open-")]
    assert {all_stretches()[name].advice for name in shown} == {"block"}


def standing(app: AppTest) -> set[str]:
    """Return how the stretches stand on the safety page."""
    titles = {title for title in safety.STATE_TITLES.values() if f"#### {title}".lower() in words(app).lower()}
    assert titles
    return titles


def test_answers_are_kept_and_rule_stretches_out() -> None:
    app = known(opened("safety")).run()
    for radio in app.radio:
        radio.set_value("yes" if radio.key == "question-osteoporosis" else "no")
    app = pressed(app, "Keep my answers")
    assert not app.exception
    before, ruled_out = words(app).split("#### ■ Not now")
    assert "Chair twist, arms crossed" in ruled_out
    assert "Chair twist, arms crossed" not in before
    assert "With osteoporosis, turning and bending should be agreed" in ruled_out
    with open_store() as store:
        assert {row["question"]: row["answer"] for row in store.answers()}["osteoporosis"] == "yes"


def test_something_felt_locks() -> None:
    app = opened("safety")
    app = next(one for one in app.button if one.key == "felt-dizziness").click().run()
    assert "Sit or lie down" in words(app)
    app = pressed(app, "Keep that I felt this")
    assert not app.exception
    assert standing(app) == {"■ not now"}


def test_shared_places_keep_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("POSECHECK_SHARED", "1")
    app = opened("safety")
    app = next(one for one in app.button if one.key == "felt-dizziness").click().run()
    app = pressed(app, "Keep that I felt this")
    assert standing(app) == {"■ not now"}
    assert not (tmp_path / "data").exists()
    assert "only where posecheck runs on your own machine" in words(opened("history"))
    assert "only where posecheck runs on your own machine" in words(opened("own_stretch"))
    assert standing(opened("safety")) != {"■ not now"}  # another visitor


def test_a_session_is_kept_compared_and_deleted(estimators: list[Counted]) -> None:
    app = pressed(pressed_page(known(analysed()), "history"), "Keep this session")
    assert not app.exception
    assert "Kept: " in "".join(str(one.value) for one in app.success)
    assert "nothing to compare yet" in words(app).replace("\\", "")
    with open_store() as store:
        assert [one.stretch for one in store.sessions()] == [EXTENSION]
    app.checkbox(key="delete-sure").check().run()
    app = pressed(app, "Delete now")
    assert not app.exception
    with open_store() as store:
        assert store.people() == []


def test_past_sessions_are_told_in_the_readers_language(estimators: list[Counted]) -> None:
    app = pressed(pressed_page(known(analysed()), "history"), "Keep this session")
    assert "arched back too far" in str(app.table[0].value)
    german = str(in_german("history", app.session_state["workspace"]).table[0].value)
    assert "Stoppgrenze" in german
    assert "Past the" not in german
    with open_store() as store:
        assert set(store.sessions()[0].headlines or ()) == {"en", "de"}


def test_a_stretch_of_ones_own_is_proposed_saved_and_found(estimators: list[Counted]) -> None:
    app = opened("own_stretch")
    app.selectbox(key="own-sample").set_value(SAMPLE.stem).run()
    app = pressed(app, "Measure it")
    assert not app.exception
    fields = {field.label: field for field in app.text_input}
    fields["Name"].set_value("Rückbeuge für Oma")
    fields["In one sentence"].set_value("Back a little.")
    app.text_area[0].set_value("Stand.\nLean back.")
    app = pressed(app, "Check and save")
    assert not app.exception
    assert not app.error
    held, refused = own_stretches()
    assert refused == []
    stretch = held["own-rueckbeuge-fuer-oma"]
    assert find_stretch(stretch.id) == stretch
    assert stretch.steps == ("Stand.", "Lean back.")
    assert stretch.name in str(opened("analyse").selectbox(key=f"stretch-{FIRST}").options)


def test_a_proposal_does_not_pass_a_norm(track: PoseTrack) -> None:
    found = proposals(judge(track, scaffold("standing")))
    back = next(one for one in found if one.item.key == "trunk_inclination_back")
    norm = norm_of("trunk_inclination", "negative")
    assert back.reached > 30
    assert norm is not None
    assert back.item.stop is not None
    assert norm.stop is not None
    assert back.item.stop <= norm.stop
    assert "not past the published norm" in back.item.source


def test_a_stretch_of_ones_own_that_is_wrong_is_named_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    own_folder().mkdir(parents=True)
    (own_folder() / "own-bad.toml").write_text("id = 3\n<script>", encoding="utf-8")
    held, refused = own_stretches()
    assert held == {}
    assert "own-bad.toml" in refused[0]
    app = opened("own_stretch")
    assert not app.exception
    assert "own-bad" in app.warning[0].value.replace("\\", "")


def test_a_stretch_of_ones_own_whose_safer_one_is_not_here_breaks_no_page() -> None:
    own_folder().mkdir(parents=True)
    table = as_toml(all_stretches()["bear-hug"])
    for name, safer in (("own-a", "own-b"), ("own-b", "own-c"), ("own-d", "lunge"), ("own-e", "own-e")):
        text = re.sub("^id = .*$", f'id = "{name}"', table, flags=re.MULTILINE)
        text = re.sub("^alternative = .*$", f'alternative = "{safer}"', text, flags=re.MULTILINE)
        (own_folder() / f"{name}.toml").write_text(text, encoding="utf-8")
    held, refused = own_stretches()
    assert list(held) == ["own-d"]
    assert sorted(one.partition(".")[0] for one in refused) == ["own-a", "own-b", "own-e"]
    assert not opened("safety").exception


def test_a_safer_stretch_is_no_path() -> None:
    text = re.sub("^alternative = .*$", 'alternative = "/tmp/x.toml"', as_toml(all_stretches()["bear-hug"]), flags=re.M)
    with pytest.raises(StretchError, match=r"expected the id of a safer stretch, got '/tmp/x\.toml'"):
        parse_stretch(text, "x.toml")


def test_every_stretch_survives_being_written() -> None:
    for stretch in all_stretches().values():
        assert parse_stretch(as_toml(stretch), "x.toml") == stretch


def test_ids_of_ones_own_are_new() -> None:
    assert identity("Über-Kopf!", ()) == "own-ueber-kopf"
    assert identity("x", ("own-x",)) == "own-x-2"
    assert identity("", ()) == "own-stretch"


def test_a_recording_that_is_too_long_is_refused(
    estimators: list[Counted],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from posecheck.app.visit import analysis_run

    monkeypatch.setattr(analysis_run, "LONGEST_MIN", 0.1)
    app = analysed()
    assert "at most 0.1 minutes" in app.error[0].value.replace("\\", "")


def test_a_recording_that_is_no_video_is_described_in_german(tmp_path: Path) -> None:
    path = tmp_path / "uploaded-recording"
    path.touch()
    with pytest.raises(InputError) as found:
        VideoReader(path)
    named = problems.map_texts(found.value, lambda text: text.replace(str(path), "urlaub.mp4"))
    assert isinstance(named, InputError)
    assert problems.describe_error(named, ENGLISH) == "urlaub.mp4: expected a video, found an empty file"
    said = problems.describe_error(named, translator("de"))
    assert said == "urlaub.mp4: Erwartet wurde ein Video, gefunden wurde eine leere Datei"


@pytest.mark.parametrize("code", problems.PAGE_TEXTS)
def test_problems_have_a_shorter_german_text(code: str) -> None:
    long = InputError(code, "{file}: long, {least}, {detail}", file="a.mp4", least="0.5", detail=" (so)")
    assert problems.describe_error(long, ENGLISH) == "a.mp4: long, 0.5,  (so)"
    said = problems.describe_error(long, translator("de"))
    assert said.startswith("a.mp4: Erwartet wurde")
    assert "(so)" not in said
    assert "long" not in said


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        ("en", "Twist: stop: expected more than caution (40), got 30"),
        ("de", "Twist: Stopp muss über Vorsicht (40) liegen und ist 30"),
    ],
)
def test_limits_that_do_not_fit_together_are_named(
    monkeypatch: pytest.MonkeyPatch, spoken: Language, expected: str
) -> None:
    monkeypatch.setattr(thresholds, "language", lambda: spoken)
    monkeypatch.setattr(thresholds, "_", translator(spoken).gettext)
    limits = Profile.from_settings(["trunk_rotation.caution=40", "trunk_rotation.stop=30"])
    with pytest.raises(StretchError) as found:
        limits.over(find_stretch("chair-twist"))
    assert thresholds.describe_problem(found.value.problems[0], {"trunk_rotation": "Twist"}) == expected


def test_a_repetition_past_a_stop_is_shown_as_not_counted(estimators: list[Counted]) -> None:
    app = analysed()
    assert "1 repetition, 1 of them past a stop and not counted." in words(app)
    assert any("not counted" in str(one.value.to_dict()) for one in app.table)
