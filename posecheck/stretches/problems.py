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

TOLD = {
    "string_type": N_("expected text"),
    "string_too_short": N_("expected at least {min_length} characters"),
    "string_too_long": N_("expected at most {max_length} characters"),
    "string_pattern_mismatch": N_("expected text of the form {pattern}"),
    "float_type": N_("expected a number"),
    "float_parsing": N_("expected a number"),
    "finite_number": N_("expected a finite number"),
    "int_type": N_("expected a whole number"),
    "int_parsing": N_("expected a whole number"),
    "int_from_float": N_("expected a whole number"),
    "bool_type": N_("expected true or false"),
    "greater_than": N_("expected more than {gt:g}"),
    "greater_than_equal": N_("expected at least {ge:g}"),
    "less_than": N_("expected less than {lt:g}"),
    "less_than_equal": N_("expected at most {le:g}"),
    "literal_error": N_("expected {expected}"),
    "list_type": N_("expected a list"),
    "tuple_type": N_("expected a list"),
    "too_short": N_("expected a list of at least {min_length}"),
    "too_long": N_("expected a list of at most {max_length}"),
    "dict_type": N_("expected a table"),
    "model_type": N_("expected a table"),
}
"""Our own words for pydantic's messages, by their type: those are in English only, and speak of dictionaries."""

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
        return (fault("missing", N_("expected a value, got nothing"), got=None),)
    if item["type"] == "extra_forbidden":
        return (fault("unknown_key", N_("expected no such key"), got=None),)
    if isinstance(item["input"], str) and item["type"].removeprefix("string_") in ("too_long", "too_short"):
        # Where a text was looked at before its length, pydantic calls its characters items.
        if not item["input"]:
            return (fault("no_text", N_("expected a text, got an empty one"), got=""),)
        if item["type"].endswith("short"):
            text, n = N_("expected at least {n} characters, got {got}"), item["ctx"]["min_length"]
        else:
            text, n = N_("expected at most {n} characters, got {got}"), item["ctx"]["max_length"]
        return (fault("text_length", text, n=n, got=len(item["input"])),)
    if item["type"] in TOLD:
        values = dict(item.get("ctx", {}))
        if "expected" in values:  # a list whose last comma is an English word
            values["expected"] = str(values["expected"]).replace(" or ", ", ")
        return (Fault("value", TOLD[item["type"]], values),)
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
            params = {**one.params, "got": repr(item["input"])[:GOT_CHARS]} if plain else one.params
            problem = Problem(one.code, one.text, params, found=plain)
            yield problem.within(where) if where else problem
