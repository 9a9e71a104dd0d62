"""Read a file of rules: TOML with strict tables; an error names every problem of the file."""

from importlib.resources import files
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from posecheck.core.errors import SafetyError
from posecheck.core.outside.documents import UnfitDocumentError, parse_toml
from posecheck.stretches.problems import problems_of

Text = Annotated[str, Field(min_length=1)]
RuleNumber = Annotated[int, Field(ge=1, le=16)]
Basis = Literal["norm", "judgement"]


class Table(BaseModel):
    """Hold one table of a file; unknown keys are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Table):
    """Hold a table that belongs to one of the sixteen rules, with the source of its numbers."""

    rule: RuleNumber
    source: Text
    basis: Basis


File = TypeVar("File", bound=Table)


def parse(text: str, name: str, kind: type[File]) -> File:
    """Read rules from TOML text.

    Args:
        text: The text.
        name: Name of the file, for messages.
        kind: The model of the file.

    Raises:
        SafetyError: The text is wrong; the error names every problem with the file's name and the key.
    """
    try:
        return kind.model_validate(parse_toml(text))
    except UnfitDocumentError as error:
        raise SafetyError("not_toml", "{file}: expected TOML: {why}", file=name, why=error) from error
    except ValidationError as error:
        found = problems_of(error, lambda place: place or ("rules",), show_value=False)
        raise SafetyError.gathered(problem.within(name) for problem in found) from error


def read(name: str, kind: type[File]) -> File:
    """Read a file of rules that comes with posecheck.

    Raises:
        SafetyError: The file is wrong.
    """
    return parse(files("posecheck.safety").joinpath(name).read_text(encoding="utf-8"), name, kind)
