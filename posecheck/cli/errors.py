"""Errors that are meant for the user, as one line and an exit code: what every command of the command line shares.

Libraries name settings (`Setting("neutral")`) and hints (`force`); only here they become options and commands.
"""

import contextlib
import functools
import os
import shutil
import sys
import tempfile
import textwrap
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import typer
from typer.exceptions import TyperException

from posecheck.core import __version__
from posecheck.core.errors import VALUE_CHARS, NotCoachedError, PosecheckError, Problem, Setting, printable
from posecheck.core.files import write_whole
from posecheck.core.i18n import ENGLISH, LANGUAGES, N_, Translator, translator
from posecheck.core.paths import user_data

P = ParamSpec("P")
R = TypeVar("R")

PASSED, BAD_INPUT, NOT_COACHED, UNEXPECTED, INTERRUPTED = 1, 2, 3, 4, 130
SAID_CHARS, REPORT_CHARS = 100_000, 100_000
"""Most characters of one message on the terminal, and of a report about a mistake of the program."""

HINTS = {
    "force": N_("{text}; add --force to replace them"),
    "force_file": N_("{text}; add --force to replace it"),
    "force_cap": N_("{text}; add --force to put the cap into it"),
    "print_tags": N_("{text}; print them with posecheck tags, and see docs/tags.md"),
    "stretch_column": N_("{text}; add the column, or --stretch"),
    "questions_file": N_("{text}; see `posecheck safety questions`"),
    "history_list": N_("{text}; see `posecheck history list`"),
    "install_cluster": N_("{text}; run `pip install 'posecheck-stretch[cluster]'`"),
    "fetch_model": N_("{text}; delete it and run `posecheck model fetch`"),
    "open_app": N_("{text}; `posecheck app` serves the same in a browser"),
    "flip": N_("{text}; the reference counts the other way: add ,flip to --angle"),
    "offset": N_("{text}; give --offset, or a longer --search"),
    "markers": N_("{text}; name them with --marker, or the columns of a model's angles with --angle"),
    "columns": N_("{text}; name the columns with --angle, e.g. --angle trunk_rotation=COLUMN"),
    "safer": N_("{stem} (--stretch {id})."),
}
"""What can be done about a problem, by its hint; the problem's values may fill the braces."""


LANGUAGE_VARIABLE = "POSECHECK_LANGUAGE"
"""Variable of the environment that chooses the language of every command."""
QUESTIONS = "`posecheck safety`"
"""Where the health questions are answered."""
SAFER = "{name} (--stretch {id})"
"""How a safer stretch is named."""


def option_name(setting: Setting) -> str:
    """Return the option that sets a setting: `--model-file` for `model_file`."""
    return f"--{setting.replace('_', '-')}"


def describe_error(error: PosecheckError, texts: Translator = ENGLISH) -> str:
    """Return what is wrong, a line for each problem, in the words of the command line.

    Args:
        error: The error.
        texts: The person's language.
    """
    return "\n".join(_describe_problem(problem, texts) for problem in error.problems)


def _describe_problem(problem: Problem, texts: Translator) -> str:
    if problem.code == "ruled_out":
        # Imported here, since most commands end without it and help has to be quick.
        from posecheck.feedback.safety_notes import describe_ruled_out

        return describe_ruled_out(problem, texts, SAFER) or problem.told(texts)
    text = problem.told(texts, option_name)
    hint = HINTS.get(problem.hint)
    return (
        text
        if hint is None
        else texts.gettext(hint).format(**{**problem.params, "text": text, "stem": text.removesuffix(".")})
    )


def say(text: object, *, error: bool = False, end: str = "\n") -> None:
    """Print a text in which names from outside cannot steer the terminal; see core.errors.printable.

    Args:
        text: The text, or a path.
        error: Print it as an error rather than as a result.
        end: What follows it.
    """
    plain = printable(str(text), SAID_CHARS, keep="\n")
    print(plain, end=end, file=sys.stderr if error else sys.stdout)


def tell(text: str, indent: int = 0) -> None:
    """Print a line, on a terminal wrapped between words; into a file or another program it stays whole.

    Args:
        text: The line.
        indent: Spaces before each further line.
    """
    plain = printable(text, SAID_CHARS)
    shown = sys.stdout.isatty() or "COLUMNS" in os.environ
    if shown and (width := shutil.get_terminal_size().columns) > indent:
        # Ids and options hold hyphens, and are copied from here.
        plain = textwrap.fill(plain, width, subsequent_indent=" " * indent, break_on_hyphens=False)
    print(plain)


def unexpected(error: BaseException) -> None:
    """Say in one line that the program made a mistake, and write what is needed to find it into a file.

    The file holds the error with its place in the code and the versions; nothing is sent anywhere.
    """
    told = "".join(traceback.format_exception(error))[-REPORT_CHARS:]
    head = f"posecheck {__version__}, Python {sys.version.split()[0]}, {sys.platform}, {datetime.now():%Y-%m-%d %H:%M}"
    report = f"{head}\n\n{told}".encode("utf-8", "backslashreplace")
    what = printable(f"{type(error).__name__}: {' '.join(str(error).split())}", VALUE_CHARS)
    where = "which could not be written to a file"
    for folder in (user_data() / "reports", Path(tempfile.gettempdir())):
        path = folder / f"posecheck-error-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.txt"
        with contextlib.suppress(OSError, PosecheckError):
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, report)
            where = f"told in {path}"
            break
    say(f"posecheck: a mistake of the program, not of yours ({what}), {where}", error=True)


def _language(options: Mapping[str, object]) -> Translator:
    """Return the language that was chosen, by --language or by POSECHECK_LANGUAGE; else English."""
    chosen = options.get("language") or os.environ.get(LANGUAGE_VARIABLE)
    return next((translator(one) for one in LANGUAGES if one == chosen), ENGLISH)


def reports_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn an error meant for the user into one line, in the language that was chosen, and an exit code."""

    @functools.wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except PosecheckError as error:
            say(f"posecheck: {describe_error(error, _language(kwargs))}", error=True)
            raise typer.Exit(NOT_COACHED if isinstance(error, NotCoachedError) else BAD_INPUT) from None
        except KeyboardInterrupt:
            print("posecheck: interrupted; nothing was written", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.Abort, TyperException, BrokenPipeError):
            raise  # for the parser of the command line; a reader that has gone is no mistake
        except Exception as error:  # noqa: BLE001 - the last resort: one line in place of a traceback
            unexpected(error)
            raise typer.Exit(UNEXPECTED) from None

    return wrapper
