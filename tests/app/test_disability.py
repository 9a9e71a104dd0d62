"""The score of the RMDQ-24 on the pages: entered from paper, compared with the first, put right, for a person only."""

from datetime import date, timedelta

from streamlit.testing.v1 import AppTest

from posecheck.app.visit import person
from posecheck.history import Score, open_store
from tests.support import pages
from tests.support.pages import known, opened

FIRST = date(2026, 5, 4)


def _scores(*points: int, name: str = "Anna") -> None:
    with open_store() as store:
        for i, n in enumerate(points):
            store.keep_score(Score(FIRST + timedelta(days=30 * i), n), name)


def _words(app: AppTest) -> str:
    return pages.words(app).replace("\\", "")


def _button(app: AppTest, key: str) -> AppTest:
    return next(one for one in app.button if one.key == key).click().run()


def test_a_score_is_entered_put_right_and_taken_back() -> None:
    app = known(opened("history"), "Anna").run()
    assert "RMDQ-24:" not in _words(app)
    app = app.number_input(key="rmdq-points-history").set_value(14).run()
    app = _button(app, "rmdq-history")
    assert not app.exception
    today = person.now().date()
    assert f"RMDQ-24: 14 of 24 on {today}. Nothing to compare yet: one score." in _words(app)
    app = app.number_input(key="rmdq-points-history").set_value(13).run()
    app = _button(app, "rmdq-history")
    with open_store() as store:
        assert store.scores("Anna") == [Score(today, 13)]
    app = app.selectbox(key="rmdq-gone-history-1").select_index(0).run()
    app = _button(app, "rmdq-drop-history")
    with open_store() as store:
        assert store.scores("Anna") == []
    assert "RMDQ-24:" not in _words(app)


def test_the_history_and_the_desk_say_what_changed() -> None:
    _scores(14, 12, 9)
    said = (
        "RMDQ-24: 9 of 24 on 2026-07-03. Since the first score, 14: less hindered, by as much as is thought important."
    )
    app = known(opened("history"), "Anna").run()
    assert not app.exception
    assert said in _words(app)
    assert "less than 5 points from the first score" in _words(app)
    desk = opened("desk")
    assert not desk.exception
    assert said in _words(desk)


def test_without_a_person_there_is_nothing_to_enter() -> None:
    app = opened("history")
    assert "rmdq-points-history" not in [one.key for one in app.number_input]


def test_a_programme_that_is_over_takes_one_where_somebody_is_known() -> None:
    for who in ("Anna", ""):
        app = known(opened("programme"), who)
        app = _button(app, "begin-upper-back")
        for taken in app.session_state["workspace"].sitting.steps:
            taken.state = "skipped"
        app = app.run()
        assert not app.exception
        assert ("rmdq-points-programme" in [one.key for one in app.number_input]) is bool(who)
