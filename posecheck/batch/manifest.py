"""List the recordings of a batch and their stretches: from paths, folders and URLs, or from a manifest in CSV."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from posecheck.capture.video.endings import has_video_ending
from posecheck.core.errors import InputError, PosecheckError, Setting
from posecheck.recordings.request import neutral_span
from posecheck.stretches.library import find_stretch

Skip = Callable[[str], object]
"""Called with a file that is left out."""
COLUMNS = ("video", "stretch", "age", "neutral", "mirrored", "name")
"""Columns of a manifest; only `video` must be there."""
ANSWERS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
"""What a cell of the column `mirrored` may hold."""


@dataclass(frozen=True, slots=True)
class Item:
    """Describe one recording to be judged.

    Attributes:
        video: An absolute path, or a URL.
        stretch: Id of the stretch, or the absolute path of its file.
        name: Name of the folder for its results, below the batch's folder.
        age: In years; None where it is not known.
        neutral: The neutral posture as FROM-TO in seconds; None finds it.
        mirrored: Whether the recording shows the person as a mirror does.
    """

    video: str
    stretch: str
    name: str
    age: int | None = None
    neutral: str | None = None
    mirrored: bool = False


def is_url(video: str) -> bool:
    """Return whether this is a URL (s3://…, https://…) and not a path."""
    return "://" in video


def of_paths(
    paths: Sequence[str],
    stretch: str,
    out: Path,
    age: int | None = None,
    skip: Skip = lambda _: None,
    *,
    mirrored: bool = False,
) -> list[Item]:
    """List recordings by path or URL.

    Args:
        paths: Recordings, and folders of recordings.
        stretch: Id or file of the stretch that all of them are judged against.
        out: The batch's folder; recordings in it are left out.
        age: In years; None where it is not known.
        skip: Called with the path of each file in a folder that is left out because it does not end like a video.
        mirrored: Whether the recordings show the person as a mirror does.

    Raises:
        InputError: There is no recording, or storage cannot be read.
        StretchError: There is no such stretch.
    """
    find_stretch(stretch)  # a wrong name is reported before any work
    found = [(video, name) for path in paths for video, name in _videos(path, out, skip)]
    if not found:
        raise InputError("no_recordings", "{paths}: expected recordings, found none", paths=", ".join(paths))
    unique = dict(found)
    placed = _stretch_path(stretch, Path())
    return _with_own_folders([Item(video, placed, name, age, mirrored=mirrored) for video, name in unique.items()])


def of_manifest(
    path: Path, stretch: str | None = None, age: int | None = None, *, mirrored: bool = False
) -> list[Item]:
    """Read a manifest: a CSV with the columns video, stretch, and optionally age, neutral, mirrored and name.

    Args:
        path: The manifest; paths of videos in it are relative to its folder.
        stretch: Id or file of the stretch for rows that leave it empty.
        age: In years, for rows that leave it empty.
        mirrored: Whether the recordings of rows that leave it empty show the person as a mirror does.

    Raises:
        InputError: The manifest cannot be read or is wrong; the message names the row.
    """
    others = _Defaults(stretch, age, mirrored)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, skipinitialspace=True)
            columns = [str(name).strip() for name in reader.fieldnames or ()]
            reader.fieldnames = columns
            _check_columns(path, columns)
            items = [
                _item(f"{path}: row {number}", row, path.parent.resolve(), others)
                for number, row in enumerate(reader, start=2)
                if any((cell or "").strip() for cell in row.values() if isinstance(cell, str))
            ]
    except OSError as error:
        text, why = "{file}: expected a manifest (.csv), found {why}", str(error.strerror).lower()
        raise InputError("unreadable", text, file=path, why=why) from error
    except (UnicodeDecodeError, csv.Error) as error:
        text = "{file}: expected a manifest in CSV (UTF-8), found something else"
        raise InputError("not_csv", text, file=path) from error
    if not items:
        raise InputError("no_rows", "{file}: expected a row for each recording, found none", file=path)
    return _with_own_folders(items)


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    odd = [name for name in columns if name not in COLUMNS]
    if "video" not in columns or odd:
        text = "{file}: expected the columns {known} (video is needed), found {found}"
        raise InputError("columns", text, file=path, known=", ".join(COLUMNS), found=columns)


@dataclass(frozen=True, slots=True)
class _Defaults:
    """Hold what rows have that leave it empty."""

    stretch: str | None
    age: int | None
    mirrored: bool


def _item(where: str, row: dict[Any, Any], folder: Path, others: _Defaults) -> Item:
    if None in row:
        raise InputError("cells", "expected a cell for each column, found more").within(where)
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not cells["video"]:
        raise InputError("no_video", "video: expected a path or a URL, found nothing").within(where)
    chosen = cells["stretch"] or others.stretch
    if not chosen:
        text = "stretch: expected a stretch, found nothing"
        raise InputError("no_stretch", text, hint="stretch_column").within(where)
    placed = _stretch_path(chosen, folder) if cells["stretch"] else _stretch_path(chosen, Path())
    try:
        find_stretch(placed)
        if cells["neutral"]:
            neutral_span(cells["neutral"])
    except PosecheckError as error:
        raise InputError.gathered(error.problems).within(where) from error
    years = cells["age"]
    if years and not (years.isdigit() and 1 <= int(years) <= 120):
        text = "age: expected whole years from 1 to 120, got {got}"
        raise InputError("age", text, got=repr(years)).within(where)
    mirror = cells["mirrored"].lower()
    if mirror and mirror not in ANSWERS:
        text = "mirrored: expected yes or no, got {got}"
        raise InputError("mirrored", text, got=repr(cells["mirrored"])).within(where)
    video = cells["video"] if is_url(cells["video"]) else str(folder / cells["video"])
    name = PurePosixPath(cells["name"] or PurePosixPath(cells["video"].replace("\\", "/")).name)
    if cells["name"] and (name.is_absolute() or ".." in name.parts or name.parts[0].startswith(".")):
        text = "name: expected a name for a folder below {setting}, got {got}"
        raise InputError("folder_name", text, setting=Setting("out"), got=repr(cells["name"])).within(where)
    return Item(
        video,
        placed,
        str(name),
        int(years) if years else others.age,
        cells["neutral"] or None,
        ANSWERS[mirror] if mirror else others.mirrored,
    )


def _stretch_path(stretch: str, folder: Path) -> str:
    """Return the absolute path of a stretch file, because a worker may have another directory; an id unchanged."""
    return str((folder / stretch).resolve()) if stretch.endswith(".toml") else stretch


def _videos(path: str, out: Path, skip: Skip) -> Iterator[tuple[str, str]]:
    """Yield each recording of a path or URL, with a name for its folder of results."""
    if is_url(path):
        yield from _at_url(path, skip)
        return
    place = Path(path)
    if not place.is_dir():
        yield str(place.resolve()), place.name
        return
    for file in sorted(place.rglob("*")):
        inside = file.relative_to(place)
        hidden = any(part.startswith(".") for part in inside.parts)
        if hidden or not file.is_file():
            continue
        whole = file.resolve()
        if out.resolve() in whole.parents:
            continue
        if has_video_ending(file):
            yield str(whole), inside.as_posix()
        else:
            skip(str(file.absolute()))


def _at_url(url: str, skip: Skip) -> Iterator[tuple[str, str]]:
    import fsspec

    try:
        system, root = fsspec.core.url_to_fs(url)
        if not system.isdir(root):
            yield url, PurePosixPath(root).name
            return
        for file in sorted(system.find(root)):
            if has_video_ending(file):
                inside = PurePosixPath(file).relative_to(PurePosixPath(root.rstrip("/"))).as_posix()
                yield str(system.unstrip_protocol(file)), inside
            else:
                skip(str(system.unstrip_protocol(file)))
    except (OSError, ValueError, ImportError) as error:
        raise InputError(
            "storage", "{url}: expected storage that can be read, got: {why}", url=url, why=error
        ) from error


def _with_own_folders(items: Iterable[Item]) -> list[Item]:
    """Give each item a folder of its own: the recording's name, with its ending or the stretch where two are equal."""
    taken: set[str] = set()
    out = []
    for item in items:
        plain = PurePosixPath(item.name)
        stem = plain.with_suffix("") if has_video_ending(plain) else plain
        kind = PurePosixPath(item.stretch).stem
        candidates = [
            str(stem),
            str(plain),
            f"{stem}-{kind}",
            *(f"{stem}-{kind}-{n}" for n in range(2, len(taken) + 3)),
        ]
        name = next(name for name in candidates if name.casefold() not in taken)
        taken.add(name.casefold())
        out.append(replace(item, name=name))
    return out
