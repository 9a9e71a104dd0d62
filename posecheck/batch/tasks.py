"""Judge one recording of a batch, in any process: from its path or URL to a complete folder of results.

Finished work is recognised by a key: a digest of the recording's content, the limits it was judged with, the model and
the version of posecheck. Results are written to a hidden folder, which is then renamed in one step, or takes the place
of earlier results as results/folder.py says. So a worker that dies leaves no half results, and when two workers do
the same work, the second keeps the results of the first.
"""

import contextlib
import errno
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter

from posecheck.batch.manifest import Item, is_url, require_protocol
from posecheck.capture.pose.model_file import ensure
from posecheck.core import __version__
from posecheck.core.errors import TEXT_CHARS, InputError, ModelError, OutputError, PosecheckError, printable
from posecheck.core.files import ScratchFolder, write_whole
from posecheck.core.outside.documents import read_json, read_text
from posecheck.core.outside.files import Most, open_regular
from posecheck.recordings import check as recording
from posecheck.recordings import reporting
from posecheck.recordings.request import Request, variant_of
from posecheck.results.folder import FILES, finish_interrupted, replace_results
from posecheck.results.summary_file import SummaryFile
from posecheck.safety.limits import asked_limits
from posecheck.stretches.profiles import Profile

PARTIAL, DONE, MARK = ".partial", ".done", "batch.json"
CHUNK = 4 << 20


@dataclass(frozen=True, slots=True)
class Options:
    """Hold the settings that apply to every recording; they mean the same as for `posecheck check`.

    Attributes:
        model: Variant of the pose model: lite, full or heavy.
        model_file: The model's file; None takes the cached one, or downloads it.
        settings: Single limits, such as `trunk_rotation.stop=40`.
        profile: File of a person's or a clinic's limits.
        draw: Also write annotated.mp4.
        report: Also write report.html.
        every: Judge every Nth frame.
        describe: Formats an error for the table, with settings named as the reader knows them. It must be a
            module-level function, because workers in other processes import it by its name.
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
    """Hold what a worker needs to judge one recording.

    Attributes:
        item: The recording.
        out: The batch's folder, which every worker reaches by this path.
        options: How it is judged.
        version: The version that started the batch; a worker with another version refuses the task.
    """

    item: Item
    out: Path
    options: Options = Options()
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Row:
    """Hold the result of one recording: a line of the table. None and empty text mean that a value is not known.

    Attributes:
        recording: Its path or URL.
        stretch: Id of the stretch.
        age: In years.
        status: `done`, `kept` (done by an earlier run) or `failed`.
        folder: Name of its folder of results.
        verdict: The verdict's code, as in summary.json.
        headline: The verdict as a sentence.
        error: Why it could not be analysed.
        problem: What is wrong with a recording that could be judged.
        duration_s: Length of the recording, in seconds.
        frames: Number of frames.
        found_share: Share of frames in which the person was found, 0 to 1.
        stop_events: Number of passed stop limits.
        caution_events: Number of passed caution limits.
        repetitions: Number of repetitions.
        took_s: Duration of the analysis, in seconds.
        sha256: Digest of the recording's content.
        posecheck: The version that judged it.
    """

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
    told = printable(" ".join(error.split()), TEXT_CHARS)
    return Row(task.item.video, task.item.stretch, task.item.age, "failed", error=told)


def work(task: Task) -> Row:
    """Judge one recording, unless an earlier run has done so. An error in the recording becomes a `failed` row.

    Args:
        task: The recording and how it is judged.

    Raises:
        ModelError: The pose model cannot be loaded; this concerns all recordings.
        OutputError: The batch's folder cannot be written to; this concerns all recordings.
    """
    if task.version != __version__:
        return failed(task, f"this worker has posecheck {__version__}, the batch was started by {task.version}")
    try:
        with _local_copy(task.item.video) as (video, digest):
            try:
                model = ensure(variant_of(task.options.model), task.options.model_file)
                key = _key(task, digest, model)
                before = done(task, key)
                return before if before is not None else _check(task, video, digest, key)
            except PosecheckError as error:
                raise error.with_value(video, task.item.video) from error
    except (ModelError, OutputError):
        raise
    except PosecheckError as error:
        return failed(task, task.options.describe(error))
    except Exception as error:  # noqa: BLE001 (one recording must not stop the others)
        return failed(task, f"unexpected {type(error).__name__}: {error}")


@contextlib.contextmanager
def _local_copy(video: str) -> Iterator[tuple[Path, str]]:
    """Yield a local path of a recording and its SHA-256; a recording at a URL is downloaded first."""
    if not is_url(video):
        path = Path(video)
        try:
            with open_regular(path, Most.VIDEO) as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except (OSError, ValueError) as error:
            text, why = "{file}: expected a video, found {why}", str(getattr(error, "strerror", error)).lower()
            raise InputError("unreadable", text, file=path, why=why) from error
        yield path, digest
        return
    with ScratchFolder("posecheck-fetched-") as folder:
        path = folder / (video.rstrip("/").rpartition("/")[2].strip(".")[-100:] or "recording")
        yield path, _download(video, path)


def _download(url: str, path: Path) -> str:
    """Download a recording, and return its SHA-256."""
    require_protocol(url)
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
    left = int(Most.VIDEO)
    while piece := source.read(CHUNK):
        left -= len(piece)
        if left < 0:
            raise ValueError(f"more than {Most.VIDEO >> 30} GB")
        digest.update(piece)
        target.write(piece)


def _key(task: Task, digest: str, model: Path) -> str:
    """Return a digest of everything that the results depend on: recording, limits, model, options and version."""
    item, options = task.item, task.options
    profile = None if options.profile is None else Profile.load(options.profile)
    stretch = asked_limits(item.stretch, item.age, profile, options.settings)
    parts = {
        "recording": digest,
        "stretch": stretch.model_dump(mode="json"),
        "neutral": item.neutral,
        "mirrored": item.mirrored,
        "model": hashlib.sha256(model.read_bytes()).hexdigest(),
        "draw": options.draw,
        "report": options.report,
        "every": options.every,
        "version": __version__,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def done(task: Task, key: str) -> Row | None:
    """Return the row of work that an earlier run has done, under this name or another; None where there is none.

    Args:
        task: The recording and how it is judged.
        key: Digest of everything that the results depend on.
    """
    names = [task.item.name]  # where a worker was killed just before it noted the key
    with contextlib.suppress(OSError, ValueError):
        names.insert(0, read_text(task.out / DONE / key))
    for name in names:
        finish_interrupted(task.out / name)
        kept = _read_mark(task.out / name)
        if kept is not None and kept[0] == key:
            return replace(kept[1], recording=task.item.video, age=task.item.age, status="kept")
    return None


def _read_mark(folder: Path) -> tuple[str, Row] | None:
    """Return key and row of a finished folder of results, or None."""
    try:
        held = read_json(folder / MARK)
        return str(held["key"]), TypeAdapter(Row).validate_python(held["row"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _check(task: Task, video: Path, digest: str, key: str) -> Row:
    """Judge a recording into a hidden folder, and rename that folder when it is complete."""
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
            mirrored=item.mirrored,
        )
        recording.check(request)
        if options.report:
            reporting.report(folder, video=None if options.draw else video)
        row = replace(_row(task, folder, digest), took_s=round(time.monotonic() - start, 2))
        (folder / MARK).write_text(json.dumps({"key": key, "row": asdict(row)}, indent=2), encoding="utf-8")
        return _publish(task, folder, key, row)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _row(task: Task, folder: Path, digest: str) -> Row:
    """Return the row for a folder of results, from its summary.json."""
    summary = SummaryFile.load(folder)
    levels = [event.level for event in summary.events]
    return Row(
        recording=task.item.video,
        stretch=summary.stretch.id,
        age=task.item.age,
        status="done",
        folder=task.item.name,
        verdict=summary.verdict,
        headline=summary.headline,
        problem=summary.source.problem or "",
        duration_s=summary.duration_s,
        frames=summary.frames,
        found_share=summary.found_share,
        stop_events=levels.count("stop"),
        caution_events=levels.count("caution"),
        repetitions=len(summary.repetitions),
        sha256=digest,
    )


def _publish(task: Task, folder: Path, key: str, row: Row) -> Row:
    """Rename a complete folder to its final name; results of the same work that are already there stay."""
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
        held = _read_mark(target)
        if held is not None and held[0] == key:
            return replace(held[1], status="kept")
        if not target.is_dir():
            text = "{folder}: expected a folder for the results, found a file"
            raise OutputError("not_a_folder", text, folder=target)
        with contextlib.suppress(FileNotFoundError):  # another worker has just taken it away
            replace_results(folder, target, (*FILES, MARK))
            break
    else:
        text = "{folder}: expected to be able to replace the results there, but they keep changing"
        raise OutputError("in_use", text, folder=target)
    place = task.out / DONE / key
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, task.item.name.encode())
    return row
