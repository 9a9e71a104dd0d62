"""One recording of a batch, wherever it runs: from its place on shared storage to a result folder, whole or not at all.

What is done is known by the recording's content, the limits it was judged with and the version that did it. A folder
of results is made out of sight and moved to its name in one step, so a worker that dies leaves nothing half done, and
of two that did the same work the second finds it there.
"""

import contextlib
import errno
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import IO, Any

from posecheck.batch.manifest import Item, is_url
from posecheck.capture.pose.model_file import ensure
from posecheck.core import __version__
from posecheck.core.errors import InputError, ModelError, OutputError, PosecheckError
from posecheck.recordings import check as recording
from posecheck.recordings import reporting
from posecheck.recordings.request import Request, variant_of
from posecheck.results.folder import FILES, load_summary
from posecheck.safety.limits import asked_limits
from posecheck.stretches.profiles import Profile

PARTIAL, DONE, MARK = ".partial", ".done", "batch.json"
CHUNK = 4 << 20


@dataclass(frozen=True, slots=True)
class Options:
    """Hold what is asked of every recording; as for `posecheck check`.

    Attributes:
        report: Write report.html too.
        describe: Words an error for the table, where a setting has to be called as the reader knows it. A function of
            a module, because workers in other processes find it by its name.
    """

    model: str = "full"
    model_file: Path | None = None
    settings: tuple[str, ...] = ()
    profile: Path | None = None
    draw: bool = True
    report: bool = True
    every: int = 1
    describe: Callable[[PosecheckError], str] = str


@dataclass(frozen=True, slots=True)
class Task:
    """Hold all a worker needs: names and places, never a recording itself. out: a folder that all workers reach."""

    item: Item
    out: Path
    options: Options = Options()
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Row:
    """Say what became of one recording: a line of the table. status: done, kept (done before) or failed."""

    recording: str
    stretch: str
    age: int | None
    status: str
    folder: str = ""
    verdict: str = ""
    headline: str = ""
    error: str = ""
    problem: str = ""
    duration_s: float | None = None
    frames: int | None = None
    found_share: float | None = None
    stop_events: int | None = None
    caution_events: int | None = None
    repetitions: int | None = None
    took_s: float | None = None
    sha256: str = ""
    posecheck: str = __version__


def failed(task: Task, error: str) -> Row:
    """Return the row of a recording that could not be analysed."""
    return Row(task.item.video, task.item.stretch, task.item.age, "failed", error=" ".join(error.split()))


def work(task: Task) -> Row:
    """Judge one recording, unless that has been done; what is wrong with it becomes its row.

    Raises ModelError and OutputError: no model, or nowhere to write, is the matter of all recordings.
    """
    if task.version != __version__:
        return failed(task, f"this worker has posecheck {__version__}, the batch was started by {task.version}")
    try:
        with _at_hand(task.item.video) as (video, digest):
            try:
                model = ensure(variant_of(task.options.model), task.options.model_file)
                key = _key(task, digest, model)
                before = done(task, key)
                return before if before is not None else _checked(task, video, digest, key)
            except PosecheckError as error:
                raise error.with_value(video, task.item.video) from error
    except (ModelError, OutputError):
        raise
    except PosecheckError as error:
        return failed(task, task.options.describe(error))
    except Exception as error:  # noqa: BLE001 (one recording must not stop the others)
        return failed(task, f"unexpected {type(error).__name__}: {error}")


@contextlib.contextmanager
def _at_hand(video: str) -> Iterator[tuple[Path, str]]:
    """Yield a local path of a recording and its SHA-256; from a URL it is fetched here, piece by piece."""
    if not is_url(video):
        path = Path(video)
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            text, why = "{file}: expected a video, found {why}", str(error.strerror).lower()
            raise InputError("unreadable", text, file=path, why=why) from error
        yield path, digest
        return
    with tempfile.TemporaryDirectory(prefix="posecheck-fetched-") as folder:
        path = Path(folder) / video.rstrip("/").rpartition("/")[2]
        yield path, _fetched(video, path)


def _fetched(url: str, path: Path) -> str:
    import fsspec

    digest = hashlib.sha256()
    try:
        with fsspec.open(url, "rb") as source, path.open("wb") as target:
            _copy(source, target, digest)
    except (OSError, ValueError, ImportError) as error:
        text = "{url}: expected a recording on storage that can be read, got: {why}"
        raise InputError("storage", text, url=url, why=error) from error
    return digest.hexdigest()


def _copy(source: Any, target: IO[bytes], digest: Any) -> None:
    while piece := source.read(CHUNK):
        digest.update(piece)
        target.write(piece)


def _key(task: Task, digest: str, model: Path) -> str:
    """Return what the results hang on, as one digest; a changed limit, model or version makes another."""
    item, options = task.item, task.options
    profile = None if options.profile is None else Profile.load(options.profile)
    stretch = asked_limits(item.stretch, item.age, profile, options.settings)
    parts = {
        "recording": digest,
        "stretch": stretch.model_dump(mode="json"),
        "neutral": item.neutral,
        "model": hashlib.sha256(model.read_bytes()).hexdigest(),
        "draw": options.draw,
        "report": options.report,
        "every": options.every,
        "version": __version__,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def done(task: Task, key: str) -> Row | None:
    """Return the row of work that has been done already, under this name or another, or None."""
    try:
        name = (task.out / DONE / key).read_text(encoding="utf-8")
    except OSError:
        return None
    kept = _marked(task.out / name)
    if kept is None or kept[0] != key:
        return None
    return replace(kept[1], recording=task.item.video, age=task.item.age, status="kept")


def _marked(folder: Path) -> tuple[str, Row] | None:
    """Return key and row of a finished folder, or None."""
    try:
        held = json.loads((folder / MARK).read_text(encoding="utf-8"))
        known = {field.name for field in fields(Row)}
        return str(held["key"]), Row(**{name: value for name, value in held["row"].items() if name in known})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _checked(task: Task, video: Path, digest: str, key: str) -> Row:
    """Judge a recording into a folder out of sight, and move that to its name."""
    start, item, options = time.monotonic(), task.item, task.options
    hidden = task.out / PARTIAL
    try:
        hidden.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{Path(item.name).name[:40]}-", dir=hidden))
    except OSError as error:
        text = "{folder}: expected a folder that can be written to, got: {why}"
        raise OutputError("not_writable", text, folder=task.out, why=error.strerror) from error
    try:
        request = Request(
            video=video,
            stretch=item.stretch,
            out=folder,
            neutral=item.neutral,
            age=item.age,
            model=options.model,
            model_file=options.model_file,
            settings=options.settings,
            profile=options.profile,
            draw=options.draw,
            every=options.every,
        )
        recording.check(request)
        if options.report:
            reporting.report(folder, video=None if options.draw else video)
        row = replace(_row(task, folder, digest), took_s=round(time.monotonic() - start, 2))
        (folder / MARK).write_text(json.dumps({"key": key, "row": asdict(row)}, indent=2), encoding="utf-8")
        return _published(task, folder, key, row)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _row(task: Task, folder: Path, digest: str) -> Row:
    """Return the row of a folder of results."""
    summary: dict[str, Any] = load_summary(folder)
    levels = [event["level"] for event in summary["events"]]
    return Row(
        recording=task.item.video,
        stretch=summary["stretch"]["id"],
        age=task.item.age,
        status="done",
        folder=task.item.name,
        verdict=summary["verdict"],
        headline=summary["headline"],
        problem=summary["source"]["problem"] or "",
        duration_s=summary["duration_s"],
        frames=summary["frames"],
        found_share=summary["found_share"],
        stop_events=levels.count("stop"),
        caution_events=levels.count("caution"),
        repetitions=len(summary["repetitions"]),
        sha256=digest,
    )


def _published(task: Task, folder: Path, key: str, row: Row) -> Row:
    """Move a whole folder to its name; where the same work lies there already, that stays."""
    target = task.out / task.item.name
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # mkdtemp makes a folder that only this user can read
    for _ in range(3):
        try:
            folder.rename(target)
            break
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.EACCES, errno.ENOTDIR):
                raise
        held = _marked(target)
        if held is not None and held[0] == key:
            return replace(held[1], status="kept")
        _make_room(target, folder)
    else:
        text = "{folder}: expected to be able to replace the results there, but they keep changing"
        raise OutputError("in_use", text, folder=target)
    place = task.out / DONE / key
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f"{key}.{os.getpid()}")
    part.write_text(task.item.name, encoding="utf-8")
    part.replace(place)
    return row


def _make_room(target: Path, folder: Path) -> None:
    """Take earlier results away; files that are not ours go along into the new folder."""
    if not target.is_dir():
        raise OutputError("not_a_folder", "{folder}: expected a folder for the results, found a file", folder=target)
    aside = folder.with_name(f"{folder.name}-before")
    target.rename(aside)
    for held in aside.iterdir():
        if held.name not in (*FILES, MARK) and not (folder / held.name).exists():
            held.rename(folder / held.name)
    shutil.rmtree(aside, ignore_errors=True)
