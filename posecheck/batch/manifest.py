"""List the recordings of a batch and their stretches: from paths, folders and URLs, or from a manifest in CSV."""

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from posecheck.capture.video.endings import has_video_ending
from posecheck.core.errors import InputError, PosecheckError, Setting, is_plain
from posecheck.core.outside.files import Most, read_regular
from posecheck.recordings.request import neutral_span
from posecheck.stretches.library import find_stretch

Skip = Callable[[str], object]
"""Called with a file that is left out."""
COLUMNS = ("video", "stretch", "age", "neutral", "mirrored", "name")
"""Columns of a manifest; only `video` must be there."""
PROTOCOLS = (
    "s3",
    "s3a",
    "gs",
    "gcs",
    "az",
    "abfs",
    "abfss",
    "https",
    "http",
    "sftp",
    "ssh",
    "hdfs",
    "webhdfs",
    "memory",
)
"""Kinds of storage that a URL may name."""
MOST_ROWS, CELL_CHARS = 100_000, 4096
"""Most rows of a manifest, and most characters of a cell."""
MOST_PARTS, PART_BYTES = 8, 200
"""Most folders within one another in a name for results, and most bytes of the name of each."""
OVERVIEW = ("index.html", "recordings.csv", "recordings.parquet")
"""Names in the batch's folder that no recording's results may have."""
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


def require_protocol(url: str) -> None:
    """Raise InputError for a URL of another kind than PROTOCOLS.

    Some of fsspec's kinds read files of this machine, run another program, or chain others (`zip://a::file://b`).
    """
    if "::" in url or url.partition("://")[0].lower() not in PROTOCOLS:
        text = "{url}: expected a URL that begins with one of {known}, or a path"
        raise InputError("protocol", text, url=url, known=", ".join(f"{name}://" for name in PROTOCOLS))


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
    rows = _Rows(_resolved(path.parent), stretch, age, mirrored)
    try:
        text = io.StringIO(read_regular(path, Most.MANIFEST).decode("utf-8-sig"), newline="")
        reader = csv.DictReader(text, skipinitialspace=True)
        columns = [str(name).strip() for name in reader.fieldnames or ()]
        reader.fieldnames = columns
        _check_columns(path, columns)
        items = []
        for number, row in enumerate(reader, start=2):
            if any((cell or "").strip() for cell in row.values() if isinstance(cell, str)):
                items.append(rows.item(f"{path}: row {number}", row))
            if len(items) > MOST_ROWS:
                raise InputError("rows", "{file}: expected at most {most} rows, found more", file=path, most=MOST_ROWS)
    except OSError as error:
        form, why = "{file}: expected a manifest (.csv), found {why}", str(error.strerror).lower()
        raise InputError("unreadable", form, file=path, why=why) from error
    except (UnicodeDecodeError, csv.Error) as error:
        form = "{file}: expected a manifest in CSV (UTF-8), found something else"
        raise InputError("not_csv", form, file=path) from error
    if not items:
        raise InputError("no_rows", "{file}: expected a row for each recording, found none", file=path)
    return _with_own_folders(items)


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    odd = [name for name in columns if name not in COLUMNS]
    if "video" not in columns or odd:
        text = "{file}: expected the columns {known} (video is needed), found {found}"
        raise InputError("columns", text, file=path, known=", ".join(COLUMNS), found=columns)


class _Rows:
    """Turn the rows of a manifest into recordings; each stretch that they name is read once."""

    def __init__(self, folder: Path, stretch: str | None, age: int | None, mirrored: bool) -> None:
        """Hold where the manifest is, and what rows have that leave it empty."""
        self._folder, self._stretch, self._age, self._mirrored = folder, stretch, age, mirrored
        self._placed: dict[str, str] = {}

    def item(self, where: str, row: dict[Any, Any]) -> Item:
        """Return the recording of a row; InputError with `where` before it for what is wrong."""
        try:
            return self._item(row)
        except PosecheckError as error:
            raise InputError.gathered(error.problems).within(where) from error

    def _item(self, row: dict[Any, Any]) -> Item:
        if None in row:
            raise InputError("cells", "expected a cell for each column, found more")
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        for name, cell in cells.items():
            if "\0" in cell or len(cell) > CELL_CHARS:
                text = "{column}: expected at most {most} characters, none of them NUL, got {got}"
                raise InputError("cell", text, column=name, most=CELL_CHARS, got=repr(cell))
        if not cells["video"]:
            raise InputError("no_video", "video: expected a path or a URL, found nothing")
        chosen = cells["stretch"] or self._stretch
        if not chosen:
            text = "stretch: expected a stretch, found nothing"
            raise InputError("no_stretch", text, hint="stretch_column")
        placed = self._place(chosen, self._folder if cells["stretch"] else Path())
        if cells["neutral"]:
            neutral_span(cells["neutral"])
        years = cells["age"]
        if years and not (years.isascii() and years.isdecimal() and len(years) < 4 and 1 <= int(years) <= 120):
            text = "age: expected whole years from 1 to 120, got {got}"
            raise InputError("age", text, got=repr(years))
        mirror = cells["mirrored"].lower()
        if mirror and mirror not in ANSWERS:
            text = "mirrored: expected yes or no, got {got}"
            raise InputError("mirrored", text, got=repr(cells["mirrored"]))
        video = cells["video"]
        if is_url(video):
            require_protocol(video)
        return Item(
            video if is_url(video) else str(self._folder / video),
            placed,
            _folder_name(cells["name"]) if cells["name"] else PurePosixPath(video.replace("\\", "/")).name,
            int(years) if years else self._age,
            cells["neutral"] or None,
            ANSWERS[mirror] if mirror else self._mirrored,
        )

    def _place(self, stretch: str, folder: Path) -> str:
        """Return a stretch's id or its file's absolute path; StretchError where there is none."""
        if stretch not in self._placed:
            placed = _stretch_path(stretch, folder)
            find_stretch(placed)
            self._placed[stretch] = placed
        return self._placed[stretch]


def _folder_name(given: str) -> str:
    name = PurePosixPath(given)
    odd = (
        not is_plain(given) or len(name.parts) > MOST_PARTS or any(len(os.fsencode(p)) > PART_BYTES for p in name.parts)
    )
    if odd or name.is_absolute() or not name.parts or ".." in name.parts or name.parts[0].startswith("."):
        text = "name: expected a name for a folder below {setting}, got {got}"
        raise InputError("folder_name", text, setting=Setting("out"), got=repr(given))
    return str(name)


def _stretch_path(stretch: str, folder: Path) -> str:
    """Return the absolute path of a stretch file, because a worker may have another directory; an id unchanged."""
    return str(_resolved(folder / stretch)) if stretch.endswith(".toml") else stretch


def _resolved(path: Path) -> Path:
    """Return an absolute path without links; one whose links lead in a circle stays, and is refused when opened."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def _videos(path: str, out: Path, skip: Skip) -> Iterator[tuple[str, str]]:
    """Yield each recording of a path or URL, with a name for its folder of results."""
    if is_url(path):
        yield from _at_url(path, skip)
        return
    place = Path(path)
    if not place.is_dir():
        yield str(_resolved(place)), place.name
        return
    for file in sorted(place.rglob("*")):
        inside = file.relative_to(place)
        hidden = any(part.startswith(".") for part in inside.parts)
        if hidden or not file.is_file():
            continue
        whole = _resolved(file)
        if _resolved(out) in whole.parents:
            continue
        if has_video_ending(file):
            yield str(whole), inside.as_posix()
        else:
            skip(str(file.absolute()))


def _at_url(url: str, skip: Skip) -> Iterator[tuple[str, str]]:
    require_protocol(url)
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
    taken, numbers = set(OVERVIEW), dict[str, int]()
    out = []
    for item in items:
        plain = _inside(item.name)
        stem = plain.with_suffix("") if has_video_ending(plain) else plain
        both = f"{stem}-{PurePosixPath(item.stretch).stem}"
        name = next((one for one in (str(stem), str(plain), both) if one.casefold() not in taken), None)
        while name is None or name.casefold() in taken:
            numbers[both.casefold()] = numbers.get(both.casefold(), 1) + 1
            name = f"{both}-{numbers[both.casefold()]}"
        taken.add(name.casefold())
        out.append(replace(item, name=name))
    return out


def _inside(name: str) -> PurePosixPath:
    """Return the name of a recording as that of a folder that lies below the batch's, and is not hidden.

    A name may come from storage of others, where anything can be called `../x`.
    """
    parts = [_cut(part) for part in PurePosixPath(name).parts if part not in ("/", "..")]
    if parts:
        parts[0] = parts[0].lstrip(".")
    return PurePosixPath(*[part for part in parts if part] or ["recording"])


def _cut(part: str) -> str:
    """Return a part of a name cut to PART_BYTES, with its ending where that is a video's."""
    if len(os.fsencode(part)) <= PART_BYTES:
        return part
    ending = PurePosixPath(part).suffix if has_video_ending(part) else ""
    while len(os.fsencode(part + ending)) > PART_BYTES:
        part = part[: PART_BYTES if len(part) > PART_BYTES else -1]
    return part + ending
