"""The library: search, what is forbidden apart from the rest, and the way to the camera."""

from posecheck.app.pages import stretches
from posecheck.app.widgets import stretch_choice
from posecheck.stretches.library import all_stretches
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


def test_a_stretch_leads_to_the_camera() -> None:
    app = opened("stretches")
    app.session_state[stretches.OPEN] = "lunge"
    app = pressed(app.run(), "Do it live")
    assert not app.exception
    assert app.session_state[stretch_choice.CHOSEN_ELSEWHERE] == "lunge"
