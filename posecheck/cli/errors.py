"""Errors that are meant for the user, as one line and an exit code: what every command of the command line shares."""

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import typer

from posecheck.core.errors import NotCoachedError, PosecheckError

P = ParamSpec("P")
R = TypeVar("R")

PASSED, BAD_INPUT, NOT_COACHED, INTERRUPTED = 1, 2, 3, 130


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Turn an error meant for the user into one line and an exit code."""

    @functools.wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except NotCoachedError as error:
            print(f"posecheck: {error}", file=sys.stderr)
            raise typer.Exit(NOT_COACHED) from None
        except PosecheckError as error:
            print(f"posecheck: {error}", file=sys.stderr)
            raise typer.Exit(BAD_INPUT) from None
        except KeyboardInterrupt:
            print("posecheck: interrupted; nothing was written", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None

    return wrapper
