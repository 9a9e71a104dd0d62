"""Find, read and write programmes: those that come with posecheck, the user's own, and a file by its path."""

import re
import unicodedata
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import tomlkit
from pydantic import ValidationError

from posecheck.core.errors import OutputError, PosecheckError
from posecheck.core.files import write_whole
from posecheck.core.i18n import N_
from posecheck.core.outside.documents import parse_toml, read_text
from posecheck.core.paths import package_data, user_data
from posecheck.programme.programme import Programme, Step
from posecheck.programme.rules import broken
from posecheck.stretches.library import all_stretches, own_stretches
from posecheck.stretches.problems import Slot, problems_of
from posecheck.stretches.stretch import Stretch, is_id, unknown_name


class ProgrammeError(PosecheckError):
    """Raised when a programme's file is wrong or breaks a safety rule; it holds every problem of the file."""


def _place(place: Slot) -> list[int | str]:
    """Return a place in a programme's file, with its steps counted from 1 as they are shown."""
    out: list[int | str] = list(place)
    if place[:1] == ("steps",) and len(place) > 1 and isinstance(place[1], int):
        out[1] = place[1] + 1
    return out


def parse_programme(text: str, name: str, known: Mapping[str, Stretch] | None = None) -> Programme:
    """Read a programme from TOML text, and hold it to the safety rules.

    Args:
        text: The text.
        name: What it came from, which stands before each problem.
        known: The stretches that it may name, by id; None for those of posecheck and the user's own.

    Raises:
        ProgrammeError: The text is wrong, or breaks a rule; the error holds every problem.
    """
    try:
        data = parse_toml(text)
    except ValueError as error:
        raise ProgrammeError("not_toml", N_("{file}: expected TOML: {why}"), file=name, why=error) from error
    try:
        programme = Programme.model_validate(data)
    except ValidationError as error:
        problems = [one.within(name) for one in problems_of(error, _place)]
    else:
        known = {**all_stretches(), **own_stretches()[0]} if known is None else known
        problems = [one.within(name) for one in broken(programme, known)]
        if not problems:
            return programme
    raise ProgrammeError.gathered(problems)


def load_programme(path: Path) -> Programme:
    """Read one programme file.

    Raises:
        ProgrammeError: The file cannot be read, is wrong, or breaks a rule.
    """
    try:
        text = read_text(path)
    except (OSError, ValueError) as error:
        told = N_("{file}: expected a readable TOML file: {why}")
        raise ProgrammeError("unreadable", told, file=path, why=error) from error
    return parse_programme(text, path.name)


@cache
def all_programmes() -> dict[str, Programme]:
    """Return every programme that comes with posecheck, by the name of its file."""
    known = all_stretches()
    folder = package_data("programme", "shipped")
    return {path.stem: parse_programme(read_text(path), path.name, known) for path in sorted(folder.glob("*.toml"))}


def find_programme(name: str) -> Programme:
    """Return a programme by its id or from its file.

    Args:
        name: The id of a programme that comes with posecheck, or the path of a `.toml` file.

    Raises:
        ProgrammeError: There is no such programme, or its file is wrong.
    """
    if name.endswith(".toml"):
        return load_programme(Path(name))
    if name in all_programmes():
        return all_programmes()[name]
    own = own_folder() / f"{name}.toml"
    if is_id(name) and own.is_file():
        return load_programme(own)
    known = [*all_programmes(), *(path.stem for path in own_folder().glob("*.toml"))]
    raise ProgrammeError.gathered(unknown_name("programme", name, known).problems)


def own_folder() -> Path:
    """Return the folder of programmes that the user opened or made: in POSECHECK_DATA, or in the user's data folder."""
    return user_data() / "programmes"


def keep_own(programme: Programme) -> Path:
    """Write a programme into own_folder(), over an earlier one of the same name, and return its file.

    Raises:
        OutputError: The folder cannot be written to.
    """
    path = own_folder() / f"{file_stem(programme)}.toml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, as_toml(programme).encode())
    except OSError as error:
        text = "{folder}: expected a folder that can be written to, got: {why}"
        raise OutputError("not_writable", text, folder=path.parent, why=error.strerror) from error
    return path


def file_stem(programme: Programme) -> str:
    """Return a programme's name as the name of a file, without its ending: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", programme.name.lower().replace("ß", "ss"))
    stem = "-".join(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))
    # A name in letters that have no plain form is told apart by its checksum.
    return stem[:60].strip("-") or f"programme-{zlib.crc32(programme.name.encode()):08x}"


def own_programmes() -> tuple[dict[str, Programme], list[ProgrammeError]]:
    """Return the programmes in own_folder() by the name of their file, and what is wrong with the others."""
    good, wrong = {}, []
    for path in sorted(own_folder().glob("*.toml")):
        try:
            good[path.stem] = load_programme(path)
        except ProgrammeError as error:
            wrong.append(error)
    return good, wrong


def as_toml(programme: Programme) -> str:
    """Return the text of a programme's file that reads as this programme; what is as usual is left out."""
    document = tomlkit.document()
    for key, value in programme.model_dump(exclude_defaults=True, exclude={"steps"}).items():
        document[key] = _short(value)
    document["format"] = programme.format
    steps = tomlkit.aot()
    for step in programme.steps:
        steps.append(_table(step))
    document["steps"] = steps
    return tomlkit.dumps(document)


def _table(step: Step) -> tomlkit.items.Table:
    rows = tomlkit.table()
    for key, value in step.model_dump(exclude_defaults=True, exclude={"limits"}).items():
        rows[key] = _short(value)
    limits = tomlkit.table(is_super_table=True)
    for key, said in step.limits.items():
        part = tomlkit.table()
        for name, value in said.model_dump(exclude_none=True, exclude_defaults=True).items():
            part[name] = _short(value)
        limits[key] = part
    if step.limits:
        rows["limits"] = limits
    return rows


def _short(value: object) -> object:
    """Return a whole number without decimals, as a person writes it."""
    if isinstance(value, list):
        return [_short(one) for one in value]
    return int(value) if isinstance(value, float) and value == int(value) else value
