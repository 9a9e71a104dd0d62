"""Moving limits: neighbours are pushed along, numbers can be typed, and each move can be taken back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from posecheck.app.widgets import profile_shelf
from posecheck.app.widgets.limit_sliders import pushed
from posecheck.core.errors import InputError
from posecheck.stretches.profiles import Limit
from tests.support.pages import Counted, analysed, pressed, pressed_page, words

RANGE = "trunk_inclination"
NAMES = ["target", "caution", "stop"]
whole = some.integers(0, 60).map(float)


@given(some.sampled_from(NAMES), some.sampled_from(["over", "under"]), some.tuples(whole, whole, whole, whole))
def test_limits_keep_their_order_wherever_one_is_moved(
    moved: str, limit: str, numbers: tuple[float, float, float, float]
) -> None:
    low, high = sorted(numbers[:2])
    said: dict[str, Limit] = {"target": (low, high), "caution": numbers[2], "stop": numbers[3]}
    out = pushed(moved, said, limit, (0.0, 60.0), 1.0)
    target, caution, stop = (out[name] for name in NAMES)
    assert isinstance(target, tuple)
    assert isinstance(caution, float)
    assert isinstance(stop, float)
    assert target[0] <= target[1]
    if limit == "over":
        assert 0 <= target[1] <= caution < stop <= 60
    else:
        assert 60 >= target[0] >= caution > stop >= 0


def test_a_limit_stays_where_it_was_put_while_there_is_room() -> None:
    said: dict[str, Limit] = {"target": (5.0, 15.0), "caution": 10.0, "stop": 25.0}
    assert pushed("caution", said, "over", (0.0, 40.0), 1.0) == {"target": (5.0, 10.0), "caution": 10.0, "stop": 25.0}
    said = {"target": (5.0, 15.0), "caution": 30.0, "stop": 25.0}
    assert pushed("caution", said, "over", (0.0, 40.0), 1.0) == {"target": (5.0, 15.0), "caution": 30.0, "stop": 31.0}
    assert pushed("stop", said, "over", (0.0, 40.0), 1.0) == {"target": (5.0, 15.0), "caution": 24.0, "stop": 25.0}


def _slider(app: AppTest, word: str) -> object:
    return next(one for one in app.slider if word in one.label).value


def test_a_caution_below_the_target_moves_the_target_and_can_be_taken_back(estimators: list[Counted]) -> None:
    app = pressed_page(analysed(), "thresholds")
    app = next(one for one in app.slider if "Caution" in one.label).set_value(10.0).run()
    assert not app.exception
    assert "do not fit together" not in words(app)
    assert (_slider(app, "Target"), _slider(app, "Caution"), _slider(app, "Stop")) == ((5.0, 10.0), 10.0, 25.0)
    app = pressed(app, "Undo the last move")
    assert (_slider(app, "Target"), _slider(app, "Caution"), _slider(app, "Stop")) == ((5.0, 15.0), 20.0, 25.0)
    assert not app.session_state["workspace"].limits
    assert next(one for one in app.button if one.label == "Undo the last move").disabled


def test_a_number_can_be_typed_and_a_reset_be_taken_back(estimators: list[Counted]) -> None:
    app = pressed_page(analysed(), "thresholds")
    app = next(one for one in app.number_input if one.label == "Stop as a number").set_value(18.0).run()
    assert not app.exception
    assert (_slider(app, "Target"), _slider(app, "Caution"), _slider(app, "Stop")) == ((5.0, 15.0), 17.0, 18.0)
    app = next(one for one in app.number_input if one.label == "Target from").set_value(16.0).run()
    assert (_slider(app, "Target"), _slider(app, "Caution"), _slider(app, "Stop")) == ((16.0, 16.0), 17.0, 18.0)
    assert app.session_state["workspace"].limits[RANGE]["stop"] == 18.0
    app = pressed(app, "Reset 1 moved range")
    assert _slider(app, "Stop") == 25.0
    app = pressed(app, "Undo the last move")
    assert _slider(app, "Stop") == 18.0


@pytest.mark.parametrize(
    "name",
    [
        "Mrs Miller, shoulder",
        "Dr. O’Neill (knee)",
        "A & B + C",
        "Frau Müller-Lü",
        "Müller jr.",
        "Knee [left], again!",
        "Mu\u0308ller – Knie",
        "Connie",
    ],
)
def test_ordinary_names_are_taken(name: str) -> None:
    path = profile_shelf.file_of(name)
    path.write_text("", encoding="utf-8")
    assert path.parent == profile_shelf.folder()
    assert unicodedata.normalize("NFC", name) in profile_shelf.names()


@pytest.mark.parametrize(
    "name", ["a/b", "..", "a:b", "..\\x", "a|b", "a\x00b", "a\x1b[2J", "a\u202eb", "nul", "Com1.x", "-x"]
)
def test_what_no_file_may_be_called_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        profile_shelf.file_of(name)
