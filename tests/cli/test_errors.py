"""Errors on the terminal: settings become options, hints become advice, one line for each problem."""

import string

import pytest
import typer

from posecheck.cli import errors
from posecheck.cli.errors import HINTS, describe_error, option_name, reports_errors
from posecheck.core.errors import InputError, NotCoachedError, OutputError, PosecheckError, Problem, Setting
from posecheck.stretches.library import all_stretches, coached


def test_a_setting_is_shown_as_its_option() -> None:
    assert option_name(Setting("model_file")) == "--model-file"
    error = InputError("span_format", "{setting}: expected FROM-TO, got {got}", setting=Setting("neutral"), got="'2'")
    assert describe_error(error) == "--neutral: expected FROM-TO, got '2'"
    assert describe_error(error.within("row 2").within("a.csv")) == "a.csv: row 2: --neutral: expected FROM-TO, got '2'"


def test_a_hint_is_added_to_its_own_problem() -> None:
    problems = [Problem("exists", "{file}: found one", {"file": "a"}, "force_file"), Problem("other", "b: wrong")]
    assert describe_error(OutputError.gathered(problems)).splitlines() == [
        "a: found one; add --force to replace it",
        "b: wrong",
    ]


def test_a_stretch_that_is_not_coached_names_the_option_for_a_safer_one() -> None:
    blocked = next(one for one in all_stretches().values() if one.advice == "block")
    with pytest.raises(NotCoachedError) as found:
        coached(blocked)
    safer = found.value.params["id"]
    assert describe_error(found.value).endswith(f" (--stretch {safer}).")
    assert "--" not in str(found.value)


def test_every_hint_can_be_filled() -> None:
    values = {"id": "x"}
    for hint, template in HINTS.items():
        names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
        assert names <= {"text", "stem", *values}, hint
        assert "{" not in describe_error(PosecheckError("code", "{id}", hint=hint, **values))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("a", "text"), errors.BAD_INPUT),
        (NotCoachedError("a", "text"), errors.NOT_COACHED),
        (KeyboardInterrupt(), errors.INTERRUPTED),
    ],
)
def test_each_error_has_its_exit_code(error: BaseException, code: int) -> None:
    @reports_errors
    def command() -> None:
        raise error

    with pytest.raises(typer.Exit) as left:
        command()
    assert left.value.exit_code == code
