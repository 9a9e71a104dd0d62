"""A file of rules: strict tables in TOML, read with every problem named."""

import tomllib
from importlib.resources import files
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from posecheck.core.errors import SafetyError

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
        raise SafetyError(f"{name}: expected TOML: {error}") from error
    except ValidationError as error:
        lines = []
        for item in error.errors():
            where = ".".join(map(str, item["loc"])) or "rules"
            lines += [f"{name}: {where}: {part}" for part in item["msg"].removeprefix("Value error, ").split("; ")]
        raise SafetyError("\n".join(lines)) from error


def read(name: str, kind: type[File]) -> File:
    """Read one of the files that come with posecheck."""
    return parse(files("posecheck.safety").joinpath(name).read_text(encoding="utf-8"), name, kind)
