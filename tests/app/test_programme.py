"""The page of programmes: choose, follow, make, hand on and open one, and what Live and the history get of it."""

import random
import re
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from posecheck.app.streaming import after_set
from posecheck.app.streaming.feed import Feed
from posecheck.app.widgets.programme import editor, following, opening
from posecheck.app.widgets.programme.mending import describe_ways
from posecheck.assessment.analysis import judge
from posecheck.core.i18n import Language, translator
from posecheck.core.pose import PoseTrack
from posecheck.history import open_store
from posecheck.live.kept import KeptSet, put_away
from posecheck.live.sets import Set
from posecheck.programme.code import code_picture, code_text, read_code
from posecheck.programme.library import (
    ProgrammeError,
    all_programmes,
    as_toml,
    file_stem,
    keep_own,
    own_programmes,
    parse_programme,
)
from posecheck.stretches.library import all_stretches, find_stretch
from tests.support import pages
from tests.support.pages import TRUTH, Counted, known, opened, pressed, pressed_page

STRETCH = "standing-extension-hands-behind-head"
PLAN = f"""
name = "Frau Müller, Rücken"
note = "Every evening."
warm_up_min = 2
[[steps]]
stretch = "{STRETCH}"
repetitions = 2
hold_s = 10
note = "Beside a wall."
[steps.limits.trunk_inclination]
caution = 10
stop = 15
reason = "stiff since May"
[[steps]]
stretch = "chair-twist"
repetitions = 3
"""


def words(app: AppTest) -> str:
    """Return what a page says, without the backslashes that keep Markdown away from it."""
    return "\n".join([pages.words(app), *(str(one.value) for one in app.success)]).replace("\\", "")


def hurting(app: AppTest, pain: int, which: int = 0) -> AppTest:
    """Say how much it hurts."""
    group: Any = app.get("button_group")[which]
    group.set_value(pain)
    return app.run()


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def key(app: AppTest, name: str) -> AppTest:
    """Press the button with this key."""
    return app.button(key=name).click().run()


def pasted(app: AppTest, text: str) -> AppTest:
    app.text_area(key="programme-text").set_value(text)
    return pressed(app, "Open it")


def chosen(name: str = "stiff-after-sitting", person: str = "") -> AppTest:
    app = opened("programme")
    return key(known(app, person) if person else app, f"begin-{name}")


def test_three_come_with_the_app_and_each_can_be_begun() -> None:
    app = opened("programme")
    assert not app.exception
    assert [one.value for one in app.subheader] == ["Stiff after sitting", "Gentle morning", "Upper back"]
    assert sorted(opening.ORDER) == sorted(all_programmes())
    app = key(app, "begin-upper-back")
    told = words(app)
    assert "left and right, 3 times each, hold 8 s" in told
    assert "0 days this week" in told
    assert "walking on the spot" in told
    assert [label for label in labels(app) if label == "Next step in Live"] == ["Next step in Live"]


def test_a_step_may_be_left_out_and_taken_back() -> None:
    app = key(chosen(), "programme-skip")
    assert "left out" in words(app)
    app = key(app, "programme-again-0")
    assert "left out" not in words(app)
    for _ in range(4):
        app = key(app, "programme-skip")
    group: Any = app.get("button_group")[-1]
    assert group.proto.label == "And how much does it hurt now?"
    assert "Next step in Live" not in labels(app)
    app = key(app, "programme-finish")
    assert "begin-upper-back" in [button.key for button in app.button]


def test_a_step_that_is_half_done_says_what_is_still_to_come() -> None:
    app = chosen("upper-back")
    held = app.session_state["workspace"].sitting.steps
    held[4].sides.add("left")
    assert "The right side is still to come." in words(app.run())


def test_pain_and_steps_are_kept_for_the_person_and_for_nobody_else() -> None:
    app = chosen(person="Änne")
    app = hurting(app, 4)
    app = key(app, "programme-skip")
    with open_store() as store:
        (kept,) = store.programmes("Änne")
    assert (kept.name, kept.pain_before, [row["state"] for row in kept.steps]) == (
        "Stiff after sitting",
        4,
        ["skipped", "open", "open", "open"],
    )
    app = key(app, "programme-skip")
    with open_store() as store:
        assert len(store.programmes("Änne")) == 1, "the same time is not kept twice"
    # Somebody else at the same machine does not go on with it.
    other = pressed_page(known(app, "Bo"), "programme")
    assert "begin-upper-back" in [button.key for button in other.button]
    with open_store() as store:
        assert store.programmes("Bo") == []


def test_without_a_person_nothing_is_written_but_the_day_counts() -> None:
    app = chosen("gentle-morning")
    app.session_state["workspace"].sitting.steps[0].state = "done"
    app = key(app.run(), "programme-leave")
    assert not (Path(str(app.session_state["workspace"].folder)) / "history.db").exists()
    with pytest.MonkeyPatch.context():
        app = key(app, "begin-gentle-morning")
    told = words(app)
    assert "1 day this week" in told
    assert "enough for today" in told, "once a day is what this programme allows"
    assert "Next step in Live" not in labels(app)


def test_at_the_last_time_that_is_safe_the_page_says_that_it_is_enough() -> None:
    app = chosen("gentle-morning")
    for taken in app.session_state["workspace"].sitting.steps:
        taken.state = "done"
    told = words(app.run())
    assert "4 of 4 steps done" in told
    assert "enough for today" in told


def test_a_stretch_is_enough_for_today_whatever_programme_it_was_in() -> None:
    app = chosen(person="me")
    rows = [{"stretch": "shoulder-rolls", "sides": "both", "state": "done", "sets": 3, "repetitions": 9}]
    done = Followed("another", datetime.now().astimezone(), rows)
    with open_store() as store:
        store.keep_programme(done, "me")
    told = words(app.run())
    assert "Of this stretch it is enough for today." in told


def test_the_history_shows_what_was_done_and_the_pain() -> None:
    now = datetime.now().astimezone()
    rows: list[dict[str, object]] = [
        {"stretch": "butterfly", "state": state, "sets": 1} for state in ("done", "done", "skipped", "open")
    ]
    with open_store() as store:
        store.keep_programme(Followed("Upper back", now - timedelta(days=400), rows[3:]), "me")
        store.keep_programme(Followed("Upper back", now, rows), "me")
    app = known(opened("history"), "me").run()
    assert not app.exception
    assert "1 day this week" in words(app)
    (table,) = [one.value for one in app.table]
    assert [str(value).replace("\\", "") for value in table["Steps done"]] == ["2 of 4, 1 left out", "0 of 1"]
    assert [str(value).replace("\\", "") for value in table["Pain before and after, 0 to 10"]] == ["– → –"] * 2


class Followed:
    """A programme that was followed earlier."""

    def __init__(self, name: str, began: datetime, rows: list[dict[str, object]]) -> None:
        self.name, self.began, self._rows = name, began, rows
        self.pain_before = self.pain_after = None

    def rows(self) -> list[dict[str, object]]:
        return self._rows


@pytest.mark.parametrize(("before", "after", "warned"), [(2, 4, True), (3, 4, False), (None, 9, False)])
def test_pain_that_grew_is_met_with_a_pause(before: int | None, after: int, warned: bool) -> None:
    app = chosen()
    app = app if before is None else hurting(app, before)
    for taken in app.session_state["workspace"].sitting.steps:
        taken.state = "done"
    assert ("It hurts more than before" in words(hurting(app.run(), after, 1))) == warned


def test_much_pain_sends_to_a_professional_first() -> None:
    assert "Ask a doctor or a physiotherapist before you go on" in words(hurting(chosen(), 8))


def test_what_the_answers_rule_out_says_why() -> None:
    app = opened("programme")
    with open_store() as store:
        store.answer("osteoporosis", "yes", "me")
    keep_own(parse_programme(PLAN, "x"))
    app = known(app, "me").run()
    app = key(app, "begin-own-frau-muller-rucken")
    assert "Look at it in Live" in labels(app)


def test_a_programme_is_opened_by_the_text_of_its_code_and_kept() -> None:
    programme = parse_programme(PLAN, "x")
    app = pasted(opened("programme"), code_text(programme))
    assert not app.exception
    assert app.subheader[0].value.replace("\\", "") == "Frau Müller, Rücken"
    told = words(app)
    assert "Caution 10°, Stop 15° (stiff since May)" in told
    assert own_programmes()[0] == {"frau-muller-rucken": programme}
    app = key(app, "programme-leave")
    assert "Yours" in [one.value for one in app.subheader]
    app = key(app, "delete-frau-muller-rucken")
    assert own_programmes() == ({}, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("POSECHECK1:AAAA", "expected the whole text of a programme"),
        ("hello", "expected TOML"),
        (PLAN.replace("repetitions = 3", "repetitions = 30"), "expected at most 4 for chair"),
        ("", "Choose a file, or paste the text of the code"),
    ],
)
def test_what_is_none_is_refused_in_words(text: str, said: str) -> None:
    app = pasted(opened("programme"), text)
    assert not app.exception
    assert said in words(app)
    assert own_programmes() == ({}, [])


def test_a_wrong_file_among_ones_own_is_named_and_the_others_are_shown(tmp_path: Path) -> None:
    path = keep_own(parse_programme(PLAN, "x"))
    (path.parent / "broken.toml").write_text("name = 3", encoding="utf-8")
    app = opened("programme")
    assert "broken.toml: name" in words(app)
    assert f"begin-own-{path.stem}" in [button.key for button in app.button]


def test_a_picture_of_a_code_is_read_within_bounds() -> None:
    programme = all_programmes()["upper-back"]

    def read(picture: np.ndarray[Any, Any], name: str = "code.png") -> Any:
        return opening._of_upload(name, cv2.imencode(".png", picture)[1].tobytes())

    plain = code_picture(code_text(programme))
    assert read(plain) == programme
    photo = cv2.warpAffine(plain, cv2.getRotationMatrix2D((260, 260), 12, 0.8), (520, 520), borderValue=(90, 90, 90))
    assert read(photo, "photo.JPG") == programme
    said = r"code\.png: expected a picture of at most 8000 by 8000 pixels with a whole QR code in it, found none"
    whole = cv2.imencode(".png", plain)[1].tobytes()
    vast = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + whole[24:29]
    vast = whole[:12] + vast + zlib.crc32(vast).to_bytes(4, "big") + whole[33:]
    for data in (cv2.imencode(".png", plain[:200])[1].tobytes(), b"no picture", whole[:300], b"", vast):
        with pytest.raises(ProgrammeError, match=said):
            opening._of_upload("code.png", data)
    with pytest.raises(ProgrammeError, match="at most 128 kB, got 200 kB"):
        opening._of_upload("plan.toml", b"#" * (200 << 10))
    with pytest.raises(ProgrammeError, match="expected a readable TOML file"):
        opening._of_upload("plan.toml", b"\xff")
    assert opening._of_upload("plan.toml", as_toml(programme).encode()) == programme


def test_on_a_shared_machine_no_picture_is_read_and_nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSECHECK_SHARED", "1")
    app = pasted(opened("programme"), code_text(all_programmes()["upper-back"]))
    assert not app.exception
    assert own_programmes() == ({}, [])
    with pytest.raises(ProgrammeError, match="expected a readable TOML file"):
        opening._of_upload("code.png", cv2.imencode(".png", code_picture("x"))[1].tobytes())


def test_a_physiotherapist_makes_one_and_hands_it_on() -> None:
    app = key(opened("programme"), "programme-new")
    told = words(app)
    assert "Before it can be kept or handed on:\n\n- Give the programme a name." in told
    name = next(one for one in app.text_input if one.label == "Name")
    app = name.set_value("Mrs Miller, shoulder").run()
    app.selectbox(key="draft-add").set_value("chair-twist").run()
    app = key(app, "draft-add-button")
    assert "It keeps every safety rule" in words(app)
    held = next(one for one in app.number_input if one.label == "Hold, seconds")
    assert (held.min, held.max) == (1.0, 10.0), "no more than the stretch's own file"
    app = held.set_value(8.0).run()
    number = app.session_state["programme-draft"]["steps"][1]["id"]
    app = app.checkbox(key=f"draft-own-{number}").check().run()
    stop = app.number_input(key=f"draft-stop-{number}")
    assert stop.value == 45.0
    app = stop.set_value(50.0).run()
    assert "Step 2, Chair twist, arms crossed: A limit lies past the published norm: write why it may." in words(app)
    app = app.text_input(key=f"draft-reason-{number}").set_value("dancer").run()
    app = app.button(key=f"draft-move-1-{number}").click().run()
    app = key(app, "draft-keep")
    assert not app.exception
    made = own_programmes()[0]["mrs-miller-shoulder"]
    assert [step.stretch for step in made.steps] == ["chair-twist", "shoulder-rolls"]
    assert (made.steps[0].hold_s, made.steps[0].limits["trunk_rotation"].stop) == (8.0, 50.0)
    shown = next(one.value for one in app.code)
    assert read_code(shown, "code") == made
    app = key(app, f"draft-remove-{number}")
    assert [step["stretch"] for step in app.session_state["programme-draft"]["steps"]] == ["shoulder-rolls"]
    app = key(app, "draft-close")
    assert "programme-draft" not in app.session_state


def test_one_side_needs_its_reason_in_the_editor_too() -> None:
    app = key(opened("programme"), "programme-new")
    next(one for one in app.text_input if one.label == "Name").set_value("x").run()
    app.selectbox(key="draft-add").set_value("chair-twist").run()
    app = key(app, "draft-add-button")
    number = app.session_state["programme-draft"]["steps"][1]["id"]
    app = app.selectbox(key=f"draft-sides-{number}").set_value("left").run()
    assert "One side is done more often than the other" in words(app)
    app = app.text_input(key=f"draft-because-{number}").set_value("operated").run()
    assert "It keeps every safety rule" in words(app)


def test_what_is_too_long_for_a_code_is_said_in_words() -> None:
    letters = random.Random(1)
    notes = ["".join(letters.choices("abcdefghijklmnopqrstuvwxyz ", k=400)).strip() for _ in range(4)]
    names = ["butterfly", "rounded-back", "lunge", "childs-pose"]
    steps = "".join(
        f'[[steps]]\nstretch = "{one}"\nrepetitions = 2\nnote = "{note}"\n'
        for one, note in zip(names, notes, strict=True)
    )
    app = pasted(
        opened("programme"), f'name = "long"\n{steps}'.replace('"lunge"\nrepetitions = 2', '"lunge"\nrepetitions = 3')
    )
    assert not app.exception
    assert "too long for a QR code that a phone reads well" in words(app)


def set_of(name: str, track: PoseTrack, after_s: float = 1.0) -> KeptSet:
    began = datetime.now().astimezone() + timedelta(seconds=after_s)
    return put_away(Set(judge(track, find_stretch(name).for_age(None)), began, "asked"))


@pytest.fixture
def live(estimators: list[Counted], camera: list[Any], track: PoseTrack) -> Callable[[AppTest, list[KeptSet]], AppTest]:
    """Give the live page of the same visitor, with the step that the programme's page began and finished sets."""
    if not TRUTH.is_file():
        pytest.skip("sample clips are not here")

    def shown(app: AppTest, sets: list[KeptSet]) -> AppTest:
        page = AppTest.from_string("from posecheck.app.pages import live\nlive.page()", default_timeout=60)
        for name in ("workspace", following.ACTIVE, "wanted-stretch", "stretch", "feed", after_set.KEPT):
            if name in app.session_state:
                page.session_state[name] = app.session_state[name]
        page.session_state["live-unasked"] = True
        if "feed" not in page.session_state:
            page.session_state["feed"] = Feed()
        page.session_state["feed"].add(sets)
        return page.run()

    return shown


def test_live_has_stretch_repetitions_hold_and_limits_of_the_step(live: Callable[..., AppTest]) -> None:
    app = key(pasted(known(opened("programme"), "me"), PLAN), "programme-next")
    page = live(app, [])
    assert not page.exception
    assert page.selectbox(key="stretch").value == STRETCH
    told = words(page)
    assert "Step 1 of 2" in told
    assert "2 times, hold 10 s" in told
    assert "Beside a wall" in told
    wish = page.session_state["feed"].wish
    assert wish.stretch.range("trunk_inclination").stop == 15
    assert wish.stretch.hold.seconds == (10, 10)
    assert wish.stretch.dose.repetitions == (2, 2)
    assert wish.profile.changes[STRETCH]["trunk_inclination"]["stop"] == 15
    page = page.selectbox(key="stretch").set_value("butterfly").run()
    assert "Step 1 of 2" not in words(page), "another stretch is no step of it"
    assert page.session_state["feed"].wish.profile is None


def test_a_set_marks_the_step_done_is_kept_once_and_leads_on(live: Callable[..., AppTest], track: PoseTrack) -> None:
    app = key(pasted(known(opened("programme"), "me"), PLAN), "programme-next")
    done = set_of(STRETCH, track)
    earlier = set_of(STRETCH, track, after_s=-60)
    page = live(app, [earlier, set_of("butterfly", track)])
    assert "Step 1 of 2" in words(page)
    assert page.session_state["workspace"].sitting.done == 0, "what was before the step, or another stretch"
    page = live(page, [done])
    assert not page.exception
    assert page.session_state["workspace"].sitting.done == 1
    assert "Next step: Chair twist" in " ".join(labels(page)).replace("\\", "")
    assert "Kept in the history" in labels(page)
    page = page.run()
    with open_store() as store:
        assert [one.stretch for one in store.sessions("me")] == [STRETCH]
        (kept,) = store.programmes("me")
        assert [row["state"] for row in kept.steps] == ["done", "open"]
    page = key(page, "programme-onward")
    assert page.selectbox(key="stretch").value == "chair-twist"
    assert "Step 2 of 2" in words(page)
    back = pressed_page(page, "programme")
    assert ":material/check_circle: **1" in words(back)


def test_a_session_of_the_programme_does_not_pause_the_next_one_of_it(
    live: Callable[..., AppTest], track: PoseTrack
) -> None:
    app = key(pasted(known(opened("programme"), "me"), PLAN), "programme-next")
    page = live(app, [set_of(STRETCH, track)])
    back = pressed_page(page, "programme")
    assert "Next step in Live" in labels(back)


def test_names_of_files_are_plain() -> None:
    names = {"Frau Müller, Rücken": "frau-muller-rucken", "../../etc": "etc", "Straße 3": "strasse-3"}
    for name, stem in names.items():
        assert file_stem(parse_programme(PLAN.replace("Frau Müller, Rücken", name), "x")) == stem
    cyrillic = file_stem(parse_programme(PLAN.replace("Frau Müller, Rücken", "Спина"), "x"))
    assert cyrillic.startswith("programme-")


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_to_mend_is_said_without_the_words_of_a_file(language: Language) -> None:
    step = {"stretch": "chair-twist", "repetitions": 2, "hold_s": 5.0, "sets": 1, "pause_s": 15.0, "note": ""}
    past = {"trunk_rotation": {"caution": 50.0, "stop": 45.0, "reason": ""}}
    drafts: list[dict[str, Any]] = [
        {"name": ""},
        {"steps": []},
        {"per_day": 5},
        {"steps": [{**step, "sides": "left"}]},
        {"steps": [{**step, "limits": past}]},
        {"note": "a\u202eb"},
        {"steps": [{**step, "note": "a\u202eb"}]},
    ]
    for draft in drafts:
        made = {"name": "x", "note": "", "warm_up_min": 2.0, "per_day": 1, "steps": [step], **draft}
        with pytest.raises(ProgrammeError) as caught:
            editor._checked(made)
        for line in describe_ways(caught.value, made["steps"], all_stretches(), translator(language)):
            assert not re.search(r"expected|erwartet|steps|per_day|_|chair-twist|[{}]", line), line
            assert line[0].isupper()
