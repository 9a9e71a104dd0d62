"""Errors that are meant for the user, as one line and an exit code: what every command of the command line shares.

Libraries name settings (`Setting("neutral")`) and hints (`force`); only here they become options and commands.
"""

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import typer

from posecheck.core.errors import NotCoachedError, PosecheckError, Problem, Setting

P = ParamSpec("P")
R = TypeVar("R")

PASSED, BAD_INPUT, NOT_COACHED, INTERRUPTED = 1, 2, 3, 130

HINTS = {
    "force": "{text}; add --force to replace them",
    "force_file": "{text}; add --force to replace it",
    "force_cap": "{text}; add --force to put the cap into it",
    "print_tags": "{text}; print them with posecheck tags, and see docs/tags.md",
    "stretch_column": "{text}; add the column, or --stretch",
    "questions_file": "{text}; see `posecheck safety questions`",
    "history_list": "{text}; see `posecheck history list`",
    "install_cluster": "{text}; run `pip install 'posecheck-stretch[cluster]'`",
    "fetch_model": "{text}; delete it and run `posecheck model fetch`",
    "open_app": "{text}; `posecheck app` serves the same in a browser",
    "flip": "{text}; the reference counts the other way: add ,flip to --angle",
    "offset": "{text}; give --offset, or a longer --search",
    "markers": "{text}; name them with --marker, or the columns of a model's angles with --angle",
    "columns": "{text}; name the columns with --angle, e.g. --angle trunk_rotation=COLUMN",
    "safer": "{stem} (--stretch {id}).",
}
"""What can be done about a problem, by its hint; the problem's values may fill the braces."""


QUESTIONS = "`posecheck safety`"
"""Where the health questions are answered."""
SAFER = "{name} (--stretch {id})"
"""How a safer stretch is named."""


def option_name(setting: Setting) -> str:
    """Return the option that sets a setting: `--model-file` for `model_file`."""
    return f"--{setting.replace('_', '-')}"


def describe_error(error: PosecheckError) -> str:
    """Return what is wrong, a line for each problem, in the words of the command line."""
    return "\n".join(map(_describe_problem, error.problems))


def _describe_problem(problem: Problem) -> str:
    if problem.code == "ruled_out":
        # Imported here, since most commands end without it and help has to be quick.
        from posecheck.feedback.safety_notes import describe_ruled_out

        return describe_ruled_out(problem, safer=SAFER) or problem.told()
    text = problem.told(name=option_name)
    hint = HINTS.get(problem.hint)
    return text if hint is None else hint.format(**{**problem.params, "text": text, "stem": text.removesuffix(".")})


def reports_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn an error meant for the user into one line and an exit code."""

    @functools.wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except PosecheckError as error:
            print(f"posecheck: {describe_error(error)}", file=sys.stderr)
            raise typer.Exit(NOT_COACHED if isinstance(error, NotCoachedError) else BAD_INPUT) from None
        except KeyboardInterrupt:
            print("posecheck: interrupted; nothing was written", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None

    return wrapper
