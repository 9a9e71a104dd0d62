"""The questions before the camera: the gravest on one screen, the rest one by one, and what an agreement opens."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from posecheck.history import open_store
from posecheck.safety import Answer, HealthRecord, Sort, decide, first_questions, practice, questions_due, screening
from posecheck.safety.answers import Answers
from posecheck.stretches.library import all_stretches
from tests.support.pages import WAIT_S, Counted, known, opened, pressed, words

NOW = datetime.now().astimezone()
COACHED = [one for one in all_stretches().values() if one.advice != "block"]
FIRST = "Before you start: does any of this hold for you?"


@pytest.fixture
def live(estimators: list[Counted], camera: list[Any]) -> AppTest:
    """Return the live page of a first visitor, with a camera that never starts."""
    return opened("live")


def asked(app: AppTest) -> str:
    """Return the question that is asked now."""
    return next((one.value for one in app.subheader if "?" in one.value), "")


@pytest.mark.parametrize("stretch", COACHED, ids=lambda one: one.id)
def test_three_or_four_come_first_and_the_emergency_before_all(stretch: Any) -> None:
    first = first_questions(screening(), practice(), stretch, HealthRecord(), NOW)
    assert 3 <= len(first) <= 4
    assert [one.id for one in first[:2]] == ["emergency_signs", "red_flags"]
    # A yes to any of them changes what may be done, and all of them are among the questions that are due anyway.
    for question in first:
        answers = Answers.of([Answer(question.id, "yes", NOW)])
        assert decide(screening(), practice(), stretch, HealthRecord(answers), NOW).state == "blocked", question.id
    assert {one.id for one in first} <= {one.id for one in questions_due(screening(), practice(), HealthRecord(), NOW)}
    answers = Answers.of([Answer(one.id, "no", NOW) for one in first])
    assert not first_questions(screening(), practice(), stretch, HealthRecord(answers), NOW)
    later = NOW + timedelta(days=screening().ask_again_days)
    assert first_questions(screening(), practice(), stretch, HealthRecord(answers), later)


def test_one_click_answers_them_and_the_camera_is_there(live: AppTest, camera: list[Any]) -> None:
    assert asked(live) == FIRST
    assert not camera
    app = pressed(live, "None of these")
    assert not app.exception
    assert camera
    assert asked(app) == ""
    assert [one.value for one in app.session_state["workspace"].answers] == ["no"] * 4


def test_the_safety_page_lets_be_done_what_the_live_page_lets_be_done(live: AppTest, camera: list[Any]) -> None:
    answered = pressed(live, "None of these").session_state["workspace"]
    assert camera
    app = AppTest.from_string("from posecheck.app.pages import safety\nsafety.page()", default_timeout=WAIT_S)
    app.session_state["workspace"] = answered
    app = pressed(app.run(), "I have warmed up")
    assert not app.exception
    may = words(app).split("#### ● May be done")[1].split("####")[0]
    assert "Chair twist, arms crossed" in may
    assert "come first" not in may


def test_what_is_ticked_counts_and_can_be_changed(live: AppTest, camera: list[Any]) -> None:
    app = live.checkbox(key="first-osteoporosis").check().run()
    assert not any(button.label == "None of these" for button in app.button)
    app = pressed(app, "Keep my answers")
    assert not camera
    assert "should be agreed with a professional" in words(app)
    assert "come first" not in words(app), "another question is asked here"
    assert any(button.label.startswith("Take the safer one") for button in app.button)
    app = pressed(app, "Change my answer")
    assert "osteoporosis" in asked(app)
    app = pressed(app, "No")
    assert camera
    assert "should be agreed" not in words(app)


def test_nothing_contradicts_an_agreement(live: AppTest, camera: list[Any]) -> None:
    app = live.checkbox(key="first-osteoporosis").check().run()
    app = pressed(pressed(app, "Keep my answers"), "Yes, it is agreed")
    assert not app.exception
    assert camera
    said = words(app)
    assert re.search(r"Agreed with a professional on \d{4}.?-\d\d.?-\d\d", said)
    assert "stop 20" in said
    for against in ("should be agreed", "have it looked at first", "not allowed for", "ask your doctor"):
        assert against not in said


@pytest.mark.parametrize("question", [one.id for one in screening().questions if one.id != screening().clearance])
def test_an_agreement_is_said_for_every_answer_that_asks_for_one(question: str) -> None:
    answers = Answers.of([Answer(question, "yes", NOW), Answer(screening().clearance, "yes", NOW)])
    alone = Answers.of([Answer(question, "yes", NOW)])
    for stretch in COACHED:
        before = decide(screening(), practice(), stretch, HealthRecord(alone), NOW)
        after = decide(screening(), practice(), stretch, HealthRecord(answers), NOW)
        if before.of(Sort.PROFESSIONAL) and not before.of(Sort.BLOCK, Sort.EMERGENCY):
            assert after.state != "blocked"
            assert "Agreed with a professional" in " ".join(one.why for one in after.findings)
            assert not {one.why for one in before.of(Sort.PROFESSIONAL)} & {one.why for one in after.findings}


def test_the_rest_is_asked_one_a_screen_kept_and_leads_back(live: AppTest, camera: list[Any]) -> None:
    known(live, "Anna").run()
    app = pressed(pressed(live, "None of these"), "Answer them now")
    seen = []
    while question := asked(app):
        seen.append(question)
        assert len(seen) < 30
        with open_store() as store:
            before = len({row["question"] for row in store.answers("Anna")})
        app = pressed(app, "No")
        with open_store() as store:
            assert len({row["question"] for row in store.answers("Anna")}) == before + 1
    assert len(seen) == len(set(seen)) > 10
    assert not app.exception
    assert "not asked about in full" not in words(app)
    assert not questions_due(screening(), practice(), _record("Anna"), NOW)


def _record(name: str) -> HealthRecord:
    from posecheck.history.health import state_of

    with open_store() as store:
        return state_of(store, name, screening(), practice())


def test_one_goes_back_or_leaves_for_the_camera(live: AppTest, camera: list[Any]) -> None:
    app = pressed(pressed(live, "None of these"), "Answer them now")
    first = asked(app)
    app = pressed(app, "No")
    assert asked(app) != first
    app = pressed(app, "Back")
    assert asked(app) == first
    app = pressed(app, "Unsure")  # counts as yes
    assert app.session_state["workspace"].answers[-1].value == "unsure"
    calls = len(camera)
    app = pressed(app, "Later, to the camera") if asked(app) else app
    assert asked(app) == ""
    assert len(camera) >= calls
