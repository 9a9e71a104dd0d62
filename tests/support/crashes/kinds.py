"""The commands that are killed: what each needs, what it may leave behind, and what has to work next."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as parquet  # type: ignore[import-untyped]

from posecheck.capture.pose.landmark_file import load_track
from posecheck.capture.video.reader import VideoReader
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.errors import InputError
from posecheck.core.paths import sample_videos
from posecheck.history import open_store
from posecheck.results.folder import WHOLE
from posecheck.results.summary_file import SummaryFile
from posecheck.stretches.profiles import Profile
from tests.support.histories import NOON, summary
from tests.support.hostile import results

OLD_S = 1_000_000_000
"""The time that results of before have, seconds since 1970: by it they are told from new ones."""
TABLES = {"angles.csv", "cues.csv", "events.csv", "landmarks.npz", "repetitions.csv", "summary.json"}
DRAWN = TABLES | {"annotated.mp4"}
NOTES = "notes.txt"


@dataclass(frozen=True)
class Kind:
    """Hold one kind of command.

    Attributes:
        name: What it is called.
        make: Puts what the command needs into a folder; it is copied for each run.
        words: The command in that folder.
        at_once: Yields what is wrong right after the command was killed.
        again: The next command.
        after: Yields what is wrong once that has ended well.
        screen: Whether it needs a screen.
    """

    name: str
    make: Callable[[Path], object]
    words: Callable[[Path], list[str]]
    at_once: Callable[[Path], Iterator[str]]
    again: Callable[[Path], list[str]]
    after: Callable[[Path], Iterator[str]]
    screen: bool = False


def cut(target: Path, seconds: float, name: str = "chair-twist-too-abrupt.mp4", every: int = 1) -> Path:
    """Write the first seconds of a sample, every Nth picture of it."""
    with VideoReader(sample_videos() / name) as reader, VideoWriter(target, reader.info.size_wh, 25 / every) as writer:
        for frame in reader:
            if frame.time_s >= seconds:
                break
            if frame.index % every == 0:
                writer.write(frame.rgb, frame.time_s)
    return target


def half(folder: Path, names: set[str]) -> Iterator[str]:
    """Yield what is wrong with a folder that must hold all of these results, and no mixture of old and new ones."""
    held = {path.name: path for path in folder.iterdir()}
    if missing := names - set(held):
        yield f"{folder.name} lacks {', '.join(sorted(missing))}"
        return
    ages = {held[name].stat().st_mtime == OLD_S for name in names}
    if len(ages) > 1:
        yield f"{folder.name} mixes old and new results"
    found = SummaryFile.load(folder)
    if len(load_track(folder / "landmarks.npz")) != found.frames:
        yield f"{folder.name} holds landmarks of another recording"
    for film in names & {"annotated.mp4", "video.mp4"} if ages == {False} else ():
        with VideoReader(folder / film) as reader:
            if len(list(reader)) != found.frames:
                yield f"{folder.name}/{film} is not whole"


def absent_or_whole(folder: Path, names: set[str]) -> Iterator[str]:
    """Yield what is wrong with a folder that was not there before: it is absent, or whole."""
    if folder.exists():
        yield from half(folder, names)


def old_or_new(folder: Path, names: set[str]) -> Iterator[str]:
    """Yield what is wrong with a folder that held results: old or new ones, or nothing that is taken for results."""
    if not (folder / NOTES).is_file():
        yield f"{folder.name} lost a file that is not posecheck's"
    if (folder / WHOLE).is_dir() and not (folder / "summary.json").exists():
        try:
            SummaryFile.load(folder)  # what every command that reads results does first
        except InputError as error:
            held = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
            yield f"{error}; {folder.name} holds {', '.join(held)}"
            return
    yield from half(folder, names)


def _aged(folder: Path) -> None:
    (folder / NOTES).write_text("mine", encoding="utf-8")
    for path in folder.iterdir():
        os.utime(path, (OLD_S, OLD_S))


def _check(place: Path) -> list[str]:
    return ["check", str(place / "a.mp4"), "-s", "chair-twist", "-o", str(place / "deep" / "out")]


def _check_after(place: Path) -> Iterator[str]:
    yield from half(place / "deep" / "out", DRAWN)
    if {path.name for path in (place / "deep").iterdir()} != {"out"}:
        yield "something is left beside the results"


def _make_earlier(place: Path) -> None:
    results.good(place / "from")
    shutil.copytree(place / "from", place / "out")
    (place / "out" / "annotated.mp4").write_bytes(b"of before")
    _aged(place / "out")


def _rejudge(place: Path) -> list[str]:
    return ["rejudge", str(place / "from"), "--set", "trunk_rotation.stop=41", "-o", str(place / "out"), "--force"]


def _rejudge_after(place: Path) -> Iterator[str]:
    yield from half(place / "out", TABLES)
    if {path.name for path in (place / "out").iterdir()} != {*TABLES, NOTES}:
        yield "out holds something else"


def _make_batch(place: Path) -> None:
    (place / "in").mkdir()
    cut(place / "in" / "a.mp4", 0.7)
    cut(place / "in" / "b.mp4", 0.8)
    results.good(place / "out" / "a")
    (place / "out" / "a" / "batch.json").write_text("{}", encoding="utf-8")
    (place / "out" / "a" / "annotated.mp4").write_bytes(b"of before")
    (place / "out" / "a" / "report.html").write_bytes(b"of before")
    _aged(place / "out" / "a")


IN_BATCH = {*DRAWN, "report.html", "batch.json"}


def _batch(place: Path) -> list[str]:
    return ["batch", str(place / "in"), "-s", "chair-twist", "-o", str(place / "out"), "--workers", "2"]


def _batch_at_once(place: Path) -> Iterator[str]:
    yield from old_or_new(place / "out" / "a", IN_BATCH)
    yield from absent_or_whole(place / "out" / "b", IN_BATCH)


def _batch_after(place: Path) -> Iterator[str]:
    yield from half(place / "out" / "a", IN_BATCH)
    yield from half(place / "out" / "b", IN_BATCH)
    if not (place / "out" / "a" / NOTES).is_file():
        yield "a lost a file that is not posecheck's"
    held = {path.name for path in (place / "out").iterdir()}
    if held != {"a", "b", "index.html", "recordings.csv", "recordings.parquet", ".done"}:
        yield f"out holds {sorted(held)}"
    if {row["status"] for row in parquet.read_table(place / "out" / "recordings.parquet").to_pylist()} & {"failed"}:
        yield "a recording failed"


IN_SET = {*TABLES, "video.mp4"}


def _make_live(place: Path) -> None:
    cut(place / "a.mp4", 4.5, "standing-extension-too-far.mp4", 2)


def _live(place: Path) -> list[str]:
    kept = ["--record", str(place / "kept"), "--record-video", "--every-frame"]
    return ["live", str(place / "a.mp4"), "-s", "standing-extension-hands-behind-head", *kept]


def _live_at_once(place: Path) -> Iterator[str]:
    for folder in place.glob("kept/set-*"):
        yield from half(folder, IN_SET)


def _live_after(place: Path) -> Iterator[str]:
    yield from _live_at_once(place)
    held = {path.name for path in (place / "kept").iterdir()}
    if held - {"set-1", "set-2"} or "set-1" not in held:
        yield f"kept holds {sorted(held)}"


def _database(place: Path) -> Path:
    return place / "data" / "history.db"


def _make_history(place: Path) -> None:
    results.good(place / "from")
    with open_store(f"sqlite:///{_database(place)}") as store:
        for i in range(20):
            store.add(summary(source=f"quagga-{i}.mp4"), "anna", NOON)


def _integrity(place: Path) -> Iterator[str]:
    if not _database(place).exists():
        return
    with sqlite3.connect(_database(place)) as raw:
        told = raw.execute("PRAGMA integrity_check").fetchall()
        if told != [("ok",)]:
            yield f"the database is not whole: {told[0][0]}"
        if raw.execute("PRAGMA foreign_key_check").fetchall():
            yield "the database holds rows of nobody"
    raw.close()


def _sessions(place: Path, person: str) -> int:
    """Return how many sessions a person has; -1 where one is not whole."""
    with open_store(f"sqlite:///{_database(place)}") as store:
        held = store.sessions(person) if person in store.people() else []
        return len(held) if all(store.session(one.id).peaks for one in held) else -1


def _add(place: Path) -> list[str]:
    return ["history", "add", str(place / "from"), "--person", "bert"]


def _add_at_once(place: Path) -> Iterator[str]:
    yield from _integrity(place)
    if _sessions(place, "anna") not in (0, 20) or _sessions(place, "bert") not in (0, 1):
        yield "a session is half there"


def _add_after(place: Path) -> Iterator[str]:
    yield from _integrity(place)
    if _sessions(place, "bert") != 1:
        yield f"{_sessions(place, 'bert')} sessions in place of one"


def _delete(place: Path) -> list[str]:
    return ["history", "delete", "--person", "anna", "--yes"]


def _delete_at_once(place: Path) -> Iterator[str]:
    yield from _integrity(place)
    with open_store(f"sqlite:///{_database(place)}") as store:
        left = store.export("anna") if "anna" in store.people() else []
    if len([item for item in left if item["record"] == "session"]) not in (0, 20):
        yield "a person is half deleted"


def _delete_after(place: Path) -> Iterator[str]:
    yield from _integrity(place)
    held = b"".join(path.read_bytes() for path in _database(place).parent.glob("history.db*"))
    gone = _sessions(place, "anna") == 0
    if gone and b"quagga" in held:
        yield "the file still holds what was deleted"


def _make_profile(place: Path) -> None:
    results.good(place / "from")
    _profile(place).write_text("[childs-pose.trunk_flexion]\nstop = 80.0\n", encoding="utf-8")


def _profile(place: Path) -> Path:
    return place / "profile.toml"


def _cap(place: Path) -> list[str]:
    return ["cap", str(place / "from"), "-o", str(_profile(place)), "--force"]


def _profile_at_once(place: Path) -> Iterator[str]:
    if set(Profile.load(_profile(place)).changes) not in ({"childs-pose"}, {"childs-pose", "chair-twist"}):
        yield "the profile is neither the old nor the new one"


def _profile_after(place: Path) -> Iterator[str]:
    if set(Profile.load(_profile(place)).changes) != {"childs-pose", "chair-twist"}:
        yield "the profile lacks a cap"
    if {path.name for path in place.iterdir()} - {"from", "profile.toml", "tmp", "data"}:
        yield "something is left beside the profile"


def _forced(words: Callable[[Path], list[str]]) -> Callable[[Path], list[str]]:
    return lambda place: [*words(place), "--force"]


ALL: Sequence[Kind] = (
    Kind(
        "check",
        lambda place: cut(place / "a.mp4", 1.0),
        _check,
        lambda place: absent_or_whole(place / "deep" / "out", DRAWN),
        _forced(_check),
        _check_after,
    ),
    Kind(
        "rejudge --force",
        _make_earlier,
        _rejudge,
        lambda place: old_or_new(place / "out", TABLES),
        _rejudge,
        _rejudge_after,
    ),
    Kind("batch", _make_batch, _batch, _batch_at_once, _batch, _batch_after),
    Kind("live --record", _make_live, _live, _live_at_once, _live, _live_after, screen=True),
    Kind("history add", _make_history, _add, _add_at_once, _add, _add_after),
    Kind("history delete", _make_history, _delete, _delete_at_once, lambda _: ["history", "list"], _delete_after),
    Kind("cap (a profile)", _make_profile, _cap, _profile_at_once, _cap, _profile_after),
)
