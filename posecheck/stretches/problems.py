"""Errors of a TOML file as codes and values: from a pydantic validator to a Problem.

A validator raises `refused(fault(...))`. Pydantic passes the faults on unchanged, and `problems_of` adds to each its
place in the file.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from posecheck.core.errors import Problem
from posecheck.core.i18n import N_

FAULTS = "faults"
GOT_CHARS = 74
"""Number of characters of a wrong value that are shown."""

Slot = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Hold one error that a validator found.

    Attributes:
        code: The kind of error, for programs: `limit_order`.
        text: The English text, with the names of params in braces.
        params: The values for these names; with a `got` the text says what was found.
        key: The key it is about, below the table that was validated; empty for the table itself.
    """

    code: str
    text: str
    params: Mapping[str, object]
    key: str = ""


def fault(code: str, text: str, key: str = "", **params: object) -> Fault:
    """Return one error that a validator found; see Fault for the arguments."""
    return Fault(code, text, params, key)


def refused(*faults: Fault) -> PydanticCustomError:
    """Return the error that a validator raises for these faults."""
    message = "; ".join(Problem(one.code, one.text, one.params).told() for one in faults)
    return PydanticCustomError(FAULTS, "{told}", {"told": message, FAULTS: faults})


def faults_of(item: ErrorDetails) -> tuple[Fault, ...]:
    """Return the faults in one of pydantic's errors: those of our own validators, or one for pydantic's own message."""
    if item["type"] == FAULTS:
        faults: tuple[Fault, ...] = item["ctx"][FAULTS]
        return faults
    if item["type"] == "missing":
        return (fault("missing", "expected a value, got nothing", got=None),)
    if item["type"] == "extra_forbidden":
        return (fault("unknown_key", "expected no such key", got=None),)
    if isinstance(item["input"], str) and item["type"].removeprefix("string_") in ("too_long", "too_short"):
        # Where a text was looked at before its length, pydantic calls its characters items.
        if not item["input"]:
            return (fault("no_text", N_("expected a text, got an empty one"), got=""),)
        if item["type"].endswith("short"):
            text, n = N_("expected at least {n} characters, got {got}"), item["ctx"]["min_length"]
        else:
            text, n = N_("expected at most {n} characters, got {got}"), item["ctx"]["max_length"]
        return (fault("text_length", text, n=n, got=len(item["input"])),)
    told = item["msg"].removeprefix("Value error, ").replace("Input should be", "expected", 1)
    return (fault("value", "{told}", told=told),)


def problems_of(
    error: ValidationError, place_of: Callable[[Slot], Sequence[int | str]] = tuple, *, show_value: bool = True
) -> Iterator[Problem]:
    """Yield each problem with its place before its text: `trunk_rotation.stop: expected …, got …`.

    Args:
        error: What pydantic found.
        place_of: Turns pydantic's place into the one that a person knows.
        show_value: Add the value that was found where the text does not say it.
    """
    for item in error.errors():
        faults = faults_of(item)
        plain = show_value and not any("got" in one.params for one in faults)
        for one in faults:
            parts = [str(part) for part in place_of(item["loc"])]
            where = ".".join([*parts, one.key] if one.key else parts)
            text = f"{one.text}, got {{got}}" if plain else one.text
            params = {**one.params, "got": repr(item["input"])[:GOT_CHARS]} if plain else one.params
            problem = Problem(one.code, text, params)
            yield problem.within(where) if where else problem
