"""The stretches there are: those that come with posecheck, those of the user's own, and a file by its path."""

import os
import tomllib
from functools import cache
from pathlib import Path

import platformdirs
from pydantic import ValidationError

from posecheck.core.errors import NotCoachedError, StretchError
from posecheck.stretches.stretch import Stretch, unknown_name


def _problems(error: ValidationError, data: dict[str, object]) -> list[str]:
    """Word each problem as `key: expected …, got …`, with ranges named by their id."""
    lines = []
    for item in error.errors():
        place = [*item["loc"]]
        ranges = data.get("ranges")
        if place[:1] == ["ranges"] and len(place) > 1 and isinstance(ranges, list) and isinstance(place[1], int):
            row = ranges[place[1]]
            named = (row.get("id") or row.get("angle")) if isinstance(row, dict) else None
            place = [str(named or f"ranges[{place[1]}]"), *place[2:]]
        where = ".".join(str(part) for part in place)
        message = item["msg"].removeprefix("Value error, ")
        got = "" if "got" in message or item["type"] == "missing" else f", got {item['input']!r}"[:80]
        if item["type"] == "missing":
            message = "expected a value, got nothing"
        elif item["type"] == "extra_forbidden":
            message, got = "expected no such key", ""
        lines += [_placed(where, part + got) for part in message.split("; ")]
    return lines


def _placed(where: str, problem: str) -> str:
    """Put a problem behind its key; one that begins with a key of its own joins on with a dot."""
    key, colon, _ = problem.partition(": ")
    return f"{where}{'.' if colon and key.isidentifier() else ': '}{problem}" if where else problem


def parse_stretch(text: str, name: str) -> Stretch:
    """Read a stretch from TOML text; name (a file's name) stands before each problem.

    Raises StretchError that names every problem of the file at once.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StretchError(f"{name}: expected TOML: {error}") from error
    try:
        return Stretch.model_validate(data)
    except ValidationError as error:
        problems = _problems(error, data)
    raise StretchError("\n".join(f"{name}: {problem}" for problem in problems))


def load_stretch(path: Path) -> Stretch:
    """Read one stretch file; raises StretchError when it cannot be read or is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StretchError(f"{path}: expected a readable TOML file: {error}") from error
    stretch = parse_stretch(text, path.name)
    if path.stem != stretch.id:
        raise StretchError(f"{path.name}: id: expected the file's name {path.stem!r}, got {stretch.id!r}")
    return stretch


def reference_folder() -> Path:
    """Return the folder of the stretches that come with posecheck, installed or in a checkout."""
    inside = Path(__file__).parents[1] / "reference_poses"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "reference_poses"


@cache
def all_stretches() -> dict[str, Stretch]:
    """Return every stretch that comes with posecheck, by id."""
    loaded = (load_stretch(path) for path in sorted(reference_folder().glob("*.toml")))
    return {stretch.id: stretch for stretch in loaded}


def find_stretch(name: str) -> Stretch:
    """Return a stretch by its id, or from the file that name points at.

    Raises StretchError with the nearest id when there is no such stretch.
    """
    if name.endswith(".toml"):
        return load_stretch(Path(name))
    folders = (reference_folder(), own_folder())
    for folder in folders:
        path = folder / f"{name}.toml"
        if "/" not in name and "\\" not in name and path.is_file():
            return load_stretch(path)
    raise unknown_name("stretch", name, (p.stem for folder in folders for p in folder.glob("*.toml")))


def own_folder() -> Path:
    """Return the folder of a user's own stretches: in POSECHECK_DATA, or in the user's data folder."""
    named = os.environ.get("POSECHECK_DATA")
    base = Path(named) if named else Path(platformdirs.user_data_dir("posecheck", appauthor=False))
    return base / "stretches"


def own_stretches() -> tuple[dict[str, Stretch], list[str]]:
    """Return a user's own stretches by id, and what is wrong with the files that are none."""
    good, problems = {}, []
    for path in sorted(own_folder().glob("*.toml")):
        try:
            stretch = load_stretch(path)
        except StretchError as error:
            problems.append(str(error))
            continue
        if stretch.id in all_stretches():
            problems.append(f"{path.name}: id: expected one that no stretch of posecheck has, got {stretch.id!r}")
        else:
            good[stretch.id] = stretch
    return good, problems


def coached(stretch: Stretch) -> Stretch:
    """Return the stretch, or raise NotCoachedError with the reason and what is safer."""
    if stretch.advice != "block":
        return stretch
    safer = find_stretch(stretch.alternative)
    raise NotCoachedError(
        f"{stretch.name} is not coached. {stretch.reason} Safer instead: {safer.name} (--stretch {safer.id})."
    )
