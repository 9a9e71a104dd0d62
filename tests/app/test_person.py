"""The bar on every page: who it is, their age, their answers, and the limits in use."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from posecheck.app.base.labels import plain
from posecheck.app.base.privacy import data_folder
from posecheck.app.widgets import profile_shelf
from posecheck.history import open_store
from posecheck.stretches.profiles import Profile
from tests.support.pages import (
    WAIT_S,
    Counted,
    analysed,
    chosen_sample,
    opened,
    pressed,
    pressed_page,
    words,
)

ROOT = Path(__file__).parents[2]
BAR = "from posecheck.app.widgets.person import bar\nbar.show()"


def shown(app: AppTest | None = None) -> AppTest:
    """Show the bar, for the visitor of another page where one is given."""
    bar = AppTest.from_string(BAR, default_timeout=WAIT_S)
    if app is not None:
        bar.session_state["workspace"] = app.session_state["workspace"]
    return bar.run()


def named(app: AppTest, name: str) -> AppTest:
    """Type a new name into the bar, which an AppTest cannot."""
    typed = AppTest.from_string(f"from posecheck.app.visit import person\nperson.use({name!r})\n{BAR}")
    typed.session_state["workspace"] = app.session_state["workspace"]
    return typed.run(timeout=WAIT_S)


def labelled(app: AppTest, kind: str, label: str) -> Any:
    return next(one for one in app.get(kind) if getattr(one, "label", "") == label)


def test_a_fresh_browser_is_nobody_and_looking_keeps_nothing(tmp_path: Path) -> None:
    app = shown()
    assert not app.exception
    assert app.session_state["workspace"].person == ""
    assert labelled(app, "selectbox", "Person").value == ""
    assert not (tmp_path / "data" / "history.db").exists()


def test_the_bar_is_on_the_pages_of_the_app(camera: list[Any], estimators: list[Counted]) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=WAIT_S).run()
    assert labelled(app, "selectbox", "Person")
    for door in ("live", "analyse", "desk"):
        other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=WAIT_S).run()
        other = other.button(key=f"door-{door}").click().run()
        assert not other.exception
        assert labelled(other, "selectbox", "Person")


def test_who_and_age_hold_on_every_page_and_after_a_reload(estimators: list[Counted]) -> None:
    app = shown()
    labelled(app, "number_input", "Age (optional)").set_value(67)
    app = app.run()
    app = named(app, "Änne")
    assert not app.exception
    with open_store() as store:
        # What was answered while nobody was chosen goes along to a new person.
        assert [row["answer"] for row in store.answers("Änne")] == ["67"]
    again = AppTest.from_string(BAR, default_timeout=WAIT_S)
    again.query_params["visit"] = app.session_state["workspace"].name
    again.run()
    assert labelled(again, "selectbox", "Person").value == "Änne"
    assert labelled(again, "number_input", "Age (optional)").value == 67
    page = analysed_by(app)
    assert page.session_state["workspace"].loaded.age == 67
    assert "limits for age 67" in words(page)


def analysed_by(app: AppTest) -> AppTest:
    return pressed(chosen_sample(pressed_page(app, "analyse")), "Analyse")


def test_answers_of_a_visit_do_not_become_those_of_somebody_known() -> None:
    with open_store() as store:
        store.answer("osteoporosis", "yes", "Anna")
    app = opened("safety")
    for radio in app.radio:
        radio.set_value("no")
    app = pressed(app, "Keep my answers")
    app = next(one for one in app.button if one.key == "felt-dizziness").click().run()
    app = pressed(app, "Keep that I felt this")
    app = labelled(shown(app), "selectbox", "Person").set_value("Anna").run()
    with open_store() as store:
        assert {row["question"]: row["answer"] for row in store.answers("Anna")} == {"osteoporosis": "yes"}
        assert [lock.reason for lock in store.locks("Anna")] == ["dizziness"]  # what was felt is not lost
    assert app.session_state["workspace"].answers == []


def test_shared_places_know_no_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSECHECK_SHARED", "1")
    app = shown()
    assert not app.exception
    assert not any(getattr(one, "label", "") == "Person" for one in app.selectbox)


def test_a_saved_profile_holds_in_analyse_and_live(estimators: list[Counted], camera: list[Any]) -> None:
    app = shown()
    profile = Profile({"chair-twist": {"trunk_rotation": {"caution": 20.0, "stop": 25.0}}}, "Miller")
    path = profile_shelf_folder() / "Mrs Miller, shoulder.toml"
    path.write_text(profile.as_toml(), encoding="utf-8")
    app = shown(app)
    app = labelled(app, "selectbox", "Limits").set_value("Mrs Miller, shoulder").run()
    assert app.session_state["workspace"].profile == "Mrs Miller, shoulder"
    live = pressed(pressed_page(app, "live"), "None of these")
    assert not live.exception
    assert plain("Mrs Miller, shoulder") in words(live)
    wish = live.session_state["feed"].wish
    assert (wish.stretch.range("trunk_rotation").caution, wish.stretch.range("trunk_rotation").stop) == (20, 25)
    assert wish.profile.settings("chair-twist")
    page = pressed_page(app, "analyse")
    assert plain("Mrs Miller, shoulder") in words(page)


def profile_shelf_folder() -> Path:
    path = data_folder() / "profiles"
    path.mkdir(parents=True, exist_ok=True)
    assert profile_shelf.NAME.match("Mrs Miller, shoulder")
    return path


def test_a_history_without_a_person_asks_whose_it_is(estimators: list[Counted]) -> None:
    app = pressed_page(analysed(), "history")
    assert "Whose history is it?" in words(app)
    assert not any(button.label.startswith("Keep this session") for button in app.button)
    app = pressed_page(named(app, " Bo\n"), "history")
    assert app.session_state["workspace"].person == "Bo"
    assert any(button.label.startswith("Keep this session") for button in app.button)
