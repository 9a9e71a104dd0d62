"""The physiotherapist's desk: several people on one screen, their trend and how often they practise."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from posecheck.app.widgets.person import caseload
from posecheck.history import Score, open_store
from tests.support.histories import summary
from tests.support.pages import WAIT_S, Counted, analysed, known, opened, pressed, pressed_page, words

NOW = datetime.now(UTC)


def _kept(name: str, *sessions: tuple[int, float]) -> None:
    """Keep sessions of a person: how many days ago each was, and how far they turned to the left."""
    with open_store() as store:
        for days, left in sessions:
            store.add(summary(left=left), name, NOW - timedelta(days=days))


def _said(app: AppTest) -> str:
    return words(app).replace("\\", "")


def test_several_people_stand_on_one_screen_those_seen_last_first() -> None:
    _kept("Anna", (20, 30.0), (2, 50.0))
    _kept("Mrs Miller, shoulder", (9, 30.0), (1, 32.0))
    with open_store() as store:
        store.answer("osteoporosis", "no", "Bo")
    app = opened("desk")
    assert not app.exception
    said = _said(app)
    assert said.index("Mrs Miller, shoulder") < said.index("Anna") < said.index("Bo")
    assert "Since the first session: more by more than the error." in said
    assert "Since the first session: no change beyond what the measurement can tell." in said
    assert "Trunk rotation, to the left: 50° ± 4°" in said
    assert "■ Stop · " in said
    assert "2 sessions, the last on" in said
    assert "No session yet." in said


def test_of_one_session_it_is_said_once_that_nothing_can_be_compared_and_of_none_nothing() -> None:
    _kept("O'Brien <b>x</b> `$1`", (2, 30.0))
    app = opened("history")
    app.session_state["workspace"].person = "O'Brien <b>x</b> `$1`"
    app = app.run()
    told = [str(one.value) for one in app.markdown if "nothing to compare yet" in str(one.value)]
    assert [text.count("nothing to compare yet") for text in told] == [1, 1]
    assert str(app.table[0].value["When"].iloc[0]).count("\N{NON-BREAKING HYPHEN}") == 2, "a day stays in one piece"
    with open_store() as store:
        store.delete_person("O'Brien <b>x</b> `$1`")
        store.keep_score(Score(NOW.date(), 3), "only a score: Ö")
    said = _said(opened("desk"))
    assert "RMDQ-24: 3 of 24" in said
    assert "could be followed" not in said


def test_opening_a_person_takes_them_into_the_bar() -> None:
    _kept("Anna", (2, 30.0))
    _kept("Bo", (3, 30.0))
    app = opened("desk")
    app = next(one for one in app.button if one.key == "open-person-1").click().run()
    assert not app.exception
    assert app.session_state["workspace"].person == "Bo"


def test_adherence_is_sessions_a_week_of_the_last_four() -> None:
    times = [NOW - timedelta(days=days) for days in (0, 1, 8, 27, 29)]
    assert caseload.by_week(times, NOW) == (1, 0, 1, 2)
    assert caseload.a_week(times, NOW) == 1.0
    assert caseload.a_week(times[:2], NOW) == 2.0  # somebody who began yesterday is not called lazy


def test_one_session_has_nothing_to_compare_with() -> None:
    _kept("Anna", (2, 30.0))
    said = _said(opened("desk"))
    assert "Nothing to compare yet" in said
    assert "Sessions a week: 1" in said
    assert "In the last four weeks: 0, 0, 0, 1" in said


def test_a_name_can_be_looked_for_among_many() -> None:
    for number in range(caseload.SEARCHED):
        _kept(f"Person {number}", (number, 30.0))
    app = opened("desk")
    app = app.text_input(key="desk-search").set_value("person 3").run()
    assert "Person 3" in _said(app)
    assert "Person 4" not in _said(app)


def test_a_desk_without_people_says_how_to_begin_and_keeps_nothing(tmp_path: Any) -> None:
    app = opened("desk")
    assert not app.exception
    assert "Nobody is kept yet" in _said(app)
    assert not (tmp_path / "data" / "history.db").exists()


def test_a_shared_server_shows_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    _kept("Anna", (2, 30.0))
    monkeypatch.setenv("POSECHECK_SHARED", "1")
    app = opened("desk")
    assert not app.exception
    assert "Anna" not in _said(app)


def test_the_desk_speaks_german() -> None:
    _kept("Anna", (20, 30.0), (2, 50.0))
    app = AppTest.from_string("from posecheck.app.pages import desk\ndesk.page()", default_timeout=WAIT_S)
    app.session_state["language"] = "de"
    said = _said(app.run())
    assert not app.exception
    for english in ("session", "Sessions", "since", "the last", "week", "Smallest"):
        assert english not in said, english
    assert "2 Sitzungen" in said


def test_the_report_is_named_by_person_stretch_and_day_and_shows_their_past(estimators: list[Counted]) -> None:
    app = known(analysed(), "Mrs Miller, shoulder")
    app = pressed(pressed_page(app, "history"), "Keep this session")
    loaded = app.session_state["workspace"].loaded
    script = (
        "import streamlit as st\n"
        "from posecheck.app.visit.workspace import mine\n"
        "from posecheck.app.widgets import downloads\n"
        "loaded = mine().loaded\n"
        "st.text(downloads.report_name(loaded))\n"
        "st.text(downloads.made(loaded.folder, 'report.html', 'en', 'Mrs Miller, shoulder').decode())\n"
        "st.text(downloads.made(loaded.folder, 'report.html', 'en', 'Somebody new').decode())\n"
    )
    other = AppTest.from_string(script, default_timeout=WAIT_S)
    other.session_state["workspace"] = app.session_state["workspace"]
    name, page, stranger = (one.value for one in other.run().text)
    today = datetime.now().astimezone().date()
    assert name == f"Mrs Miller, shoulder - {loaded.analysis.stretch.name} - {today:%Y-%m-%d}.html"
    assert "Over the sessions of Mrs Miller, shoulder" in page
    assert "Somebody new" in stranger
    assert "Mrs Miller" not in stranger
