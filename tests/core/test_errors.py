"""An error carries a code and values; its text is made where it is shown."""

import pickle

import pytest

from posecheck.core.errors import InputError, PosecheckError, Problem, Setting, StretchError
from posecheck.core.i18n import ENGLISH

EMPTY = InputError("empty_video", "{file}: expected a video, found an empty file", file="upload-1.mp4")


def test_an_error_says_in_english_what_is_wrong() -> None:
    assert str(EMPTY) == "upload-1.mp4: expected a video, found an empty file"
    assert (EMPTY.code, dict(EMPTY.params)) == ("empty_video", {"file": "upload-1.mp4"})
    assert EMPTY.told(ENGLISH) == str(EMPTY)


class Shouting:
    def gettext(self, text: str, /) -> str:
        return text.replace("expected", "EXPECTED")


def test_the_template_is_translated_and_the_values_are_not() -> None:
    error = InputError(
        "span", "{setting}: expected FROM-TO, got {found!r}", setting=Setting("neutral"), found="expected"
    )
    assert error.told(Shouting(), lambda setting: f"--{setting}") == "--neutral: EXPECTED FROM-TO, got 'expected'"
    assert str(error) == "neutral: expected FROM-TO, got 'expected'"


def test_a_value_can_be_replaced_by_the_name_the_reader_knows() -> None:
    renamed = EMPTY.with_value("upload-1.mp4", "me.mp4")
    assert type(renamed) is InputError
    assert str(renamed) == "me.mp4: expected a video, found an empty file"


def test_several_problems_are_told_at_once() -> None:
    error = StretchError.gathered([Problem("a", "first"), Problem("b", "second {n}", {"n": 2})])
    assert str(error) == "first\nsecond 2"
    assert error.code == "a"


@pytest.mark.parametrize("error", [EMPTY, StretchError.gathered([Problem("a", "one"), Problem("b", "{x}", {"x": 1})])])
def test_an_error_comes_back_from_another_process(error: PosecheckError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert again.problems == error.problems
    assert str(again) == str(error)


def test_braces_in_a_text_without_values_stay() -> None:
    assert str(PosecheckError("expected {side}")) == "expected {side}"


def test_a_place_stands_before_the_text_and_can_be_renamed() -> None:
    error = InputError("age", "age: got {got}", got="'x'").within("row 2").within("upload-1.csv")
    assert str(error) == "upload-1.csv: row 2: age: got 'x'"
    assert str(error.with_value("upload-1.csv", "mine.csv")) == "mine.csv: row 2: age: got 'x'"
    assert str(InputError("upload-1.csv: wrong").with_value("upload-1.csv", "mine.csv")) == "mine.csv: wrong"
