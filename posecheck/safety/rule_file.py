"""A file of rules: strict tables in TOML, read with every problem named."""

import tomllib
from importlib.resources import files
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from posecheck.core.errors import SafetyError
from posecheck.stretches.problems import problems_of

Text = Annotated[str, Field(min_length=1)]
RuleNumber = Annotated[int, Field(ge=1, le=16)]
Basis = Literal["norm", "judgement"]


class Table(BaseModel):
    """Hold one table of a file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Table):
    """Hold a table that belongs to one of the sixteen rules, with where it comes from."""

    rule: RuleNumber
    source: Text
    basis: Basis


File = TypeVar("File", bound=Table)


def parse(text: str, name: str, kind: type[File]) -> File:
    """Read rules from TOML text; SafetyError names every problem with the file's name and the key."""
    try:
        return kind.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SafetyError("not_toml", "{file}: expected TOML: {why}", file=name, why=error) from error
    except ValidationError as error:
        found = problems_of(error, lambda place: place or ("rules",), show_value=False)
        raise SafetyError.gathered(problem.within(name) for problem in found) from error


def read(name: str, kind: type[File]) -> File:
    """Read one of the files that come with posecheck."""
    return parse(files("posecheck.safety").joinpath(name).read_text(encoding="utf-8"), name, kind)
