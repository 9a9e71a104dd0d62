"""The library: search, what is forbidden apart from the rest, and the way to the camera."""

from typing import get_args

from posecheck.app.base.labels import GOALS
from posecheck.app.pages import stretches
from posecheck.app.widgets import stretch_choice
from posecheck.stretches.library import all_stretches
from posecheck.stretches.stretch import Goal
from tests.support.pages import opened, pressed


def test_forbidden_stretches_stand_apart_and_a_search_narrows_all() -> None:
    app = opened("stretches")
    order = [str(one.key).removeprefix("open-") for one in app.button if str(one.key).startswith("open-")]
    blocked = [all_stretches()[name].advice == "block" for name in order]
    assert blocked == sorted(blocked)
    assert sum(blocked) == 6
    assert any("Better not" in one.value for one in app.subheader)
    app = app.text_input(key="library-search").set_value("Chair TWIST").run()
    found = {str(one.key).removeprefix("open-") for one in app.button if str(one.key).startswith("open-")}
    assert {"chair-twist", "chair-twist-sideways"} <= found
    assert "lunge" not in found
    assert not any("Better not" in one.value for one in app.subheader)


def test_a_goal_narrows_the_list_and_is_found_by_the_search() -> None:
    app = opened("stretches")
    app = app.selectbox(key="library-goal").set_value("hips").run()
    assert [one.key for one in app.button if str(one.key).startswith("open-")] == ["open-lunge"]
    app = app.selectbox(key="library-goal").set_value(stretches.ALL).run()
    app = app.text_input(key="library-search").set_value("long sitting").run()
    found = {str(one.key).removeprefix("open-") for one in app.button if str(one.key).startswith("open-")}
    assert found == {name for name, one in all_stretches().items() if "after-sitting" in one.goals}


def test_every_stretch_that_is_coached_has_a_goal_with_words_and_no_other_has_one() -> None:
    for stretch in all_stretches().values():
        assert bool(stretch.goals) == (stretch.advice != "block"), stretch.id
    assert set(GOALS) == set(get_args(Goal))


def test_a_stretch_leads_to_the_camera() -> None:
    app = opened("stretches")
    app.session_state[stretches.OPEN] = "lunge"
    app = pressed(app.run(), "Do it live")
    assert not app.exception
    assert app.session_state[stretch_choice.CHOSEN_ELSEWHERE] == "lunge"
