"""Every reader of outside files as a function of a path: it returns, or raises a PosecheckError of printable lines."""

import contextlib
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

from posecheck.batch.manifest import of_manifest
from posecheck.capture.pose.landmark_file import load_track
from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import PosecheckError, is_plain
from posecheck.core.paths import package_data, reference_poses, sample_videos
from posecheck.history import open_store
from posecheck.programme.code import TooLongError, code_text, read_code
from posecheck.programme.library import as_toml, load_programme, parse_programme
from posecheck.programme.programme import Programme
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import Changes
from posecheck.results.summary_file import SummaryFile
from posecheck.safety import screening
from posecheck.safety.answers import load
from posecheck.stretches.library import find_stretch, load_stretch
from posecheck.stretches.profiles import Profile
from tests.support.hostile import results, texts, videos

MOST_S = 20.0
FRAMES = 40
NOW = datetime(2026, 11, 29, tzinfo=UTC)


@dataclass(frozen=True)
class Reader:
    """Hold one reader.

    Attributes:
        name: The name of the file that it reads.
        read: Reads it.
        good: Contents that it accepts, from which others are made.
        bad: Contents made for it.
        cost: How much longer it takes than the others, as a factor.
    """

    name: str
    read: Callable[[Path], object]
    good: tuple[bytes, ...]
    bad: Callable[[], Iterator[tuple[str, bytes]]]
    cost: int = 1


def _stretch(path: Path) -> None:
    load_stretch(path)


def _profile(path: Path) -> None:
    profile = Profile.load(path)
    profile.as_toml()
    profile.over(find_stretch("chair-twist"))


def _programme(path: Path) -> None:
    with contextlib.suppress(PosecheckError, OSError, ValueError):
        again(read_code(path.read_text(encoding="utf-8"), path.name))
    again(load_programme(path))


def again(programme: Programme) -> None:
    """Hand a programme on, as far as it fits into a code."""
    assert parse_programme(as_toml(programme), "again") == programme
    with contextlib.suppress(TooLongError):
        assert read_code(code_text(programme), "code") == programme


def _answers(path: Path) -> None:
    load(path, screening(), NOW).as_settings()


def _summary(path: Path) -> None:
    summary = SummaryFile.load(path.parent)
    summary.text()
    with open_store(f"sqlite:///{path.parent / 'history.db'}") as store:
        store.add(summary, when=NOW)
        store.export()
    rejudge(path.parent, Changes())


def _landmarks(path: Path) -> None:
    load_track(path)
    rejudge(path.parent, Changes())


def _video(path: Path) -> None:
    with VideoReader(path, fit_wh=(320, 320)) as reader:
        for _ in islice(reader, FRAMES):
            pass


def all_readers(folder: Path) -> dict[str, Reader]:
    """Return every reader by the kind of its file; `folder` holds good results afterwards."""
    held = results.good(folder)
    stretch = (reference_poses() / "chair-twist.toml").read_bytes()
    profile = b'[chair-twist.trunk_rotation]\ncaution = 30\nstop = 35\nreason = "as agreed"\ntarget = [10, 20]\n'
    programme = (package_data("programme", "shipped") / "upper-back.toml").read_bytes()
    limits = b'[steps.limits.trunk_rotation]\nstop = 40\ncaution = 30\nreason = "agreed"\n'
    whole = programme.replace(b"hold_s = 8\nnote", b"hold_s = 8\nsets = 1\npause_s = 20\nnote") + limits
    answers = b'asked = 2026-11-21\nage = 67\nosteoporosis = "yes"\n'
    manifest = b"video,stretch,age,neutral,mirrored,name\na.mp4,chair-twist,40,0-2,no,a/b\nb.mp4,standing-twist,,,,\n"
    summary = (held / "summary.json").read_bytes()
    film = (sample_videos() / "chair-twist-too-abrupt.mp4").read_bytes()
    small = videos.h264(folder / "small.mp4", (64, 48), 20).read_bytes()
    other = str(folder / "small.mp4")
    return {
        "stretch": Reader("chair-twist.toml", _stretch, (stretch,), lambda: texts.stretches(stretch.decode())),
        "profile": Reader("p.toml", _profile, (profile,), texts.profiles),
        "programme": Reader("plan.toml", _programme, (programme, whole), lambda: texts.programmes(whole.decode())),
        "answers": Reader("a.toml", _answers, (answers,), texts.answers),
        "manifest": Reader("m.csv", of_manifest, (manifest,), lambda: texts.manifests("a.mp4")),
        "summary": Reader(
            "summary.json", _summary, (summary,), lambda: results.summaries(json.loads(summary), 0, 60), cost=6
        ),
        "landmarks": Reader(
            "landmarks.npz",
            _landmarks,
            ((held / "landmarks.npz").read_bytes(),),
            lambda: results.landmarks(held),
            cost=4,
        ),
        "video": Reader(
            "a.mp4",
            _video,
            (film, small),
            lambda: chain(videos.naming(other), videos.broken(small, 0, 40), videos.broken(film, 1, 10)),
            cost=4,
        ),
    }


def broken(reader: Reader, path: Path) -> list[str]:
    """Return the promises that a reader breaks with a file."""
    start = time.process_time()
    said = ""
    try:
        reader.read(path)
    except PosecheckError as error:
        said = str(error)
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return [f"{type(error).__name__}: {error}"[:200]]
    took = time.process_time() - start
    return [
        *([f"took {took:.0f} s"] if took > MOST_S else []),
        *(["control characters"] if not is_plain(said, keep="\n") else []),
        *(["a long line"] if max(map(len, said.split("\n"))) > 4000 else []),
    ]


def placed(reader: Reader, content: bytes, folder: Path, good: Path) -> Path:
    """Write a content under the reader's name into a folder, beside good results where it belongs to such."""
    if reader.name in ("summary.json", "landmarks.npz"):
        for name in ("summary.json", "landmarks.npz"):
            (folder / name).write_bytes((good / name).read_bytes())
    (folder / reader.name).write_bytes(content)
    return folder / reader.name


def mutations(reader: Reader, seed: int) -> Iterator[bytes]:
    """Yield changed copies of what a reader accepts, without an end."""
    chance = random.Random(seed)
    while True:
        yield texts.mutated(chance.choice(reader.good), chance)
