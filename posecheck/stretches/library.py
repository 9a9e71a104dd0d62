"""Find and load stretches: those that come with posecheck, the user's own, and a file by its path."""

from functools import cache
from pathlib import Path

from pydantic import ValidationError

from posecheck.core.errors import NotCoachedError, Problem, StretchError, Texts
from posecheck.core.i18n import N_
from posecheck.core.outside.documents import parse_toml, read_text
from posecheck.core.paths import reference_poses, user_data
from posecheck.stretches.problems import Slot, problems_of
from posecheck.stretches.stretch import Stretch, is_id, unknown_name


def _place(place: Slot, data: dict[str, object]) -> list[int | str]:
    """Return a place in a stretch's file, with a range named by its id."""
    ranges = data.get("ranges")
    if place[:1] == ("ranges",) and len(place) > 1 and isinstance(ranges, list) and isinstance(place[1], int):
        row = ranges[place[1]]
        named = (row.get("id") or row.get("angle")) if isinstance(row, dict) else None
        return [str(named or f"ranges[{place[1]}]"), *place[2:]]
    return list(place)


def parse_stretch(text: str, name: str) -> Stretch:
    """Read a stretch from TOML text.

    Args:
        text: The text.
        name: Name of the file, which stands before each problem.

    Raises:
        StretchError: The text is wrong; the error holds every problem.
    """
    try:
        data = parse_toml(text)
    except ValueError as error:
        raise StretchError("not_toml", N_("{file}: expected TOML: {why}"), file=name, why=error) from error
    try:
        return Stretch.model_validate(data)
    except ValidationError as error:
        problems = [one.within(name) for one in problems_of(error, lambda place: _place(place, data))]
    raise StretchError.gathered(problems)


def load_stretch(path: Path) -> Stretch:
    """Read one stretch file.

    Raises:
        StretchError: The file cannot be read, is wrong, or is not named after the stretch's id.
    """
    try:
        text = read_text(path)
    except (OSError, ValueError) as error:
        raise StretchError(
            "unreadable", N_("{file}: expected a readable TOML file: {why}"), file=path, why=error
        ) from error
    stretch = parse_stretch(text, path.name)
    if path.stem != stretch.id:
        text, names = "expected the file's name {name}, got {got}", {"name": repr(path.stem), "got": repr(stretch.id)}
        raise StretchError("id_not_name", text, **names).within("id").within(path.name)
    return stretch


@cache
def all_stretches() -> dict[str, Stretch]:
    """Return every stretch that comes with posecheck, by id."""
    loaded = (load_stretch(path) for path in sorted(reference_poses().glob("*.toml")))
    return {stretch.id: stretch for stretch in loaded}


def find_stretch(name: str) -> Stretch:
    """Return a stretch by its id or from its file.

    Args:
        name: The id of a stretch, or the path of a `.toml` file.

    Raises:
        StretchError: There is no such stretch; the message names the most similar id.
    """
    if name.endswith(".toml"):
        return load_stretch(Path(name))
    folders = (reference_poses(), own_folder())
    for folder in folders:
        path = folder / f"{name}.toml"
        if is_id(name) and path.is_file():
            return load_stretch(path)
    raise unknown_name("stretch", name, (p.stem for folder in folders for p in folder.glob("*.toml")))


def own_folder() -> Path:
    """Return the folder of a user's own stretches: in POSECHECK_DATA, or in the user's data folder."""
    return user_data() / "stretches"


def own_stretches(texts: Texts | None = None) -> tuple[dict[str, Stretch], list[str]]:
    """Return the user's own stretches by id, and a message for each file that is wrong.

    Args:
        texts: The language of the messages; English if None.
    """
    good, problems = {}, []
    for path in sorted(own_folder().glob("*.toml")):
        try:
            stretch = load_stretch(path)
        except StretchError as error:
            problems.append(error.told(texts))
            continue
        if stretch.id in all_stretches():
            text = N_("{file}: id: expected one that no stretch of posecheck has, got {got}")
            problems.append(Problem("id_taken", text, {"file": path.name, "got": repr(stretch.id)}).told(texts))
        else:
            good[stretch.id] = stretch
    while lost := [one for one in good.values() if one.advice == "block" and not _has_safer(one, good)]:
        for stretch in lost:
            del good[stretch.id]
            text = N_("{file}: alternative: expected the id of a stretch that is here, got {got}")
            got = {"file": f"{stretch.id}.toml", "got": repr(stretch.alternative)}
            problems.append(Problem("no_alternative", text, got).told(texts))
    return good, problems


def _has_safer(stretch: Stretch, own: dict[str, Stretch]) -> bool:
    return stretch.alternative != stretch.id and (stretch.alternative in all_stretches() or stretch.alternative in own)


def coached(stretch: Stretch) -> Stretch:
    """Return the stretch if it is coached.

    Raises:
        NotCoachedError: It is not coached; the error holds the reason and a safer stretch.
    """
    if stretch.advice != "block":
        return stretch
    safer = find_stretch(stretch.alternative)
    text = N_("{name} is not coached. {reason} Safer instead: {safer}.")
    values = {"name": stretch.name, "reason": stretch.reason, "safer": safer.name, "id": safer.id}
    raise NotCoachedError("not_coached", text, hint="safer", **values)
