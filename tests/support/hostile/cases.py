"""The corpus: every hostile input with the commands that read it. The same seed gives the same corpus.

`python -m tests.support.hostile.cases [--seed N] [--only GROUP] [--jobs N]` runs all of it, a process each.
"""

import argparse
import json
import os
import shutil
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

from posecheck.core.paths import reference_poses, sample_videos
from tests.support.hostile import bounded, results, texts, videos

SAMPLE = "chair-twist-too-abrupt.mp4"
NAMES = ("a\x1b[31mb", "two\nlines", "\udcff\udcfe", "=1+1", "-x", "\u202egpj", "n" * 240, "@a", "tab\tx")


@dataclass(frozen=True)
class Case:
    """Hold one input: what it is called, and what makes it in a folder and returns the words of the command."""

    group: str
    name: str
    make: Callable[[Path], list[str]]


@cache
def _kept() -> Path:
    """Return a folder with what many cases start from: good results and a good stretch."""
    folder = Path(tempfile.mkdtemp(prefix="posecheck-corpus-"))
    results.good(folder / "good")
    return folder


def tidy() -> None:
    """Remove what cases start from."""
    shutil.rmtree(_kept(), ignore_errors=True)
    _kept.cache_clear()


def sample() -> Path:
    """Return a recording that can be judged."""
    return sample_videos() / SAMPLE


def all_cases(seed: int = 0, n: int = 40) -> Iterator[Case]:
    """Yield the corpus.

    Args:
        seed: Of the random changes.
        n: How many random changes of each kind.
    """
    yield from _of_files("stretch", texts.stretches(_good_stretch()), _stretch_commands)
    yield from _of_files("profile", texts.profiles(), _profile_commands)
    yield from _of_files("answers", texts.answers(), _answers_commands)
    yield from _of_files("manifest", texts.manifests(str(sample())), _manifest_commands)
    summary = json.loads((_kept() / "good" / "summary.json").read_text())
    yield from _of_files("summary", results.summaries(summary, seed, 4 * n), _summary_commands)
    yield from _of_files("landmarks", results.landmarks(_kept() / "good"), _landmark_commands)
    yield from _odd_files()
    yield from _videos(seed, n)
    yield from _names()


def _good_stretch() -> str:
    return (reference_poses() / "chair-twist.toml").read_text(encoding="utf-8")


def _check(*words: str | Path) -> list[str]:
    return ["check", str(sample()), "--no-video", *map(str, words)]


def _of_files(
    group: str, contents: Iterator[tuple[str, bytes]], commands: Callable[[Path, bytes], Sequence[list[str]]]
) -> Iterator[Case]:
    for name, content in contents:
        number = len(commands(Path("/nowhere"), b""))
        for i in range(number):

            def make(folder: Path, i: int = i, content: bytes = content) -> list[str]:
                return commands(folder, content)[i]

            yield Case(group, f"{name} ({i})", make)


def _written(path: Path, content: bytes) -> Path:
    if path.parent.is_dir():
        path.write_bytes(content)
    return path


def _stretch_commands(folder: Path, content: bytes) -> list[list[str]]:
    file = _written(folder / "chair-twist.toml", content)
    return [["stretches", "validate", str(file)]]


def _profile_commands(folder: Path, content: bytes) -> list[list[str]]:
    file = _written(folder / "profile.toml", content)
    return [["rejudge", str(_kept() / "good"), "--profile", str(file)]]


def _answers_commands(folder: Path, content: bytes) -> list[list[str]]:
    file = _written(folder / "answers.toml", content)
    return [["safety", "--answers", str(file)]]


def _manifest_commands(folder: Path, content: bytes) -> list[list[str]]:
    file = _written(folder / "manifest.csv", content)
    # A model that cannot be: the manifest is read, and no recording is analysed.
    return [["batch", "--manifest", str(file), "-o", str(folder / "out"), "--model-file", str(folder / "none.task")]]


def _results(folder: Path, name: str, content: bytes) -> Path:
    target = folder / "results"
    if folder.is_dir() and not target.exists():
        shutil.copytree(_kept() / "good", target)
        (target / name).write_bytes(content)
    return target


def _summary_commands(folder: Path, content: bytes) -> list[list[str]]:
    place = _results(folder, "summary.json", content)
    return [["rejudge", str(place), "-o", str(folder / "out")], ["history", "add", str(place)]]


def _landmark_commands(folder: Path, content: bytes) -> list[list[str]]:
    place = _results(folder, "landmarks.npz", content)
    return [["rejudge", str(place), "-o", str(folder / "out")]]


def _odd(folder: Path, kind: str, name: str) -> Path:
    """Make something that is no regular file, or one that never ends."""
    path = folder / name
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(path)[-100:] if len(str(path)) < 100 else f"/tmp/{os.getpid()}")
    elif kind == "loop":
        path.symlink_to(path.name)
    elif kind == "sparse":
        with path.open("wb") as file:
            file.truncate(1 << 40)
    elif kind == "missing":
        pass
    else:
        path.symlink_to(kind)
    return path


KINDS = ("pipe", "folder", "socket", "loop", "sparse", "missing", "/dev/zero", "/dev/urandom", "/dev/stdin",
         "/dev/null", "/proc/self/mem", "/proc/kmsg", "/proc/self/environ")  # fmt: skip


def _odd_files() -> Iterator[Case]:
    for kind in KINDS:

        def make(what: str, words: Callable[[Path, Path], list[str]], name: str, kind: str = kind) -> Case:
            def odd(folder: Path) -> list[str]:
                return words(folder, _odd(folder, kind, name))

            return Case("odd file", f"{what}: {kind}", odd)

        yield make("video", lambda f, p: ["check", str(p), "-s", "chair-twist", "-o", str(f / "out")], "a.mp4")
        yield make("batch", lambda f, p: ["batch", str(p), "-s", "chair-twist", "-o", str(f / "out")], "a.mp4")
        yield make("stretch", lambda f, p: ["stretches", "validate", str(p)], "a.toml")
        yield make("profile", lambda f, p: _check("-s", "chair-twist", "-o", f / "out", "--profile", p), "a.toml")
        yield make("answers", lambda f, p: ["safety", "--answers", str(p)], "a.toml")
        yield make("model", lambda f, p: _check("-s", "chair-twist", "-o", f / "out", "--model-file", p), "a.task")
        yield make(
            "manifest", lambda f, p: ["batch", "--manifest", str(p), "-o", str(f / "out"), "-s", "chair-twist"], "a.csv"
        )
        yield make("results", lambda f, p: ["rejudge", str(p)], "results")
        for inner in ("summary.json", "landmarks.npz"):
            yield Case("odd file", f"{inner}: {kind}", partial(_odd_inside, kind=kind, name=inner))
    for kind in ("pipe", "folder", "/dev/zero", "/proc/self/environ"):
        yield Case("odd file", f"history: {kind}", partial(_odd_history, kind=kind))


def _odd_inside(folder: Path, kind: str, name: str) -> list[str]:
    target = folder / "results"
    shutil.copytree(_kept() / "good", target)
    (target / name).unlink()
    _odd(target, kind, name)
    return ["rejudge", str(target)]


def _odd_history(folder: Path, kind: str) -> list[str]:
    (folder / "data").mkdir()
    _odd(folder / "data", kind, "history.db")
    return ["history", "list"]


def _videos(seed: int, n: int) -> Iterator[Case]:
    def case(name: str, content: bytes, file: str = "a.mp4") -> Case:
        def make(folder: Path) -> list[str]:
            path = _written(folder / file, content)
            return ["check", str(path), "-s", "chair-twist", "-o", str(folder / "out"), "--no-video"]

        return Case("video", name, make)

    for name, content in videos.naming(str(sample())):
        yield case(f"names another file: {name}", content, name)
    with tempfile.TemporaryDirectory() as place:
        small = videos.h264(Path(place) / "a.mp4", (64, 48), 20).read_bytes()
        for size in ((16384, 16384), (8192, 8192), (65535, 65535), (16384, 16), (1, 1), (0, 0)):
            yield case(f"claims {size}", videos.claiming(small, size))
            yield case(f"avi claims {size}", videos.raw_avi(size), "a.avi")
        for size in ((16384, 2048), (8192, 8192), (16000, 16000), (16, 16384)):
            held = videos.h264(Path(place) / "b.mp4", size, 3).read_bytes()
            yield case(f"is {size}", held)
        for ratio in (Fraction(1, 200), Fraction(200)):
            held = videos.h264(Path(place) / "c.mp4", (640, 480), 20, pixel=ratio).read_bytes()
            yield case(f"pixels of {ratio}", held)
        for name, content in videos.broken(sample().read_bytes(), seed, n):
            yield case(f"broken: {name}", content)
        for name, content in videos.broken(small, seed + 1, n):
            yield case(f"small and broken: {name}", content)
    heads: tuple[bytes, ...] = (
        b"",
        b"\0\0\0\x18ftypmp42",
        b"\x1aE\xdf\xa3",
        b"RIFF\xff\xff\xff\xffAVI ",
        b"G" * 188 * 9,
        b"OggS\0\2",
    )
    heads += (b"\0\0\1\xba", b"\0\0\1\xb3", b"0&\xb2u\x8ef\xcf\x11\xa6\xd9\0\xaa\0b\xcel", b"FLV\1\5", b"GIF89a")
    for head in heads:
        yield case(f"noise after {head[:8]!r}", head + videos.noise(seed, 200_000))
        yield case(f"zeros after {head[:8]!r}", head + bytes(200_000))


def _names() -> Iterator[Case]:
    for odd in NAMES:

        def video(folder: Path, odd: str = odd) -> list[str]:
            path = folder / f"{odd}.mp4"
            shutil.copy(sample(), path)
            return ["check", str(path), "-s", "chair-twist", "-o", str(folder / "out"), "--history", "me"]

        def wrong(folder: Path, odd: str = odd) -> list[str]:
            return ["check", str(_written(folder / f"{odd}.mp4", b"x")), "-s", odd, "-o", str(folder / f"{odd}")]

        def words(folder: Path, odd: str = odd) -> list[str]:
            more = ["--set", f"{odd}.stop=40", "--set", odd, "--neutral", odd, "--model", odd, "--tags", odd]
            return _check("-s", odd, "-o", folder / "out", *more)

        def table(folder: Path, odd: str = odd) -> list[str]:
            shutil.copy(sample(), folder / f"{odd}.mp4")
            return ["batch", str(folder), "-s", "chair-twist", "-o", str(folder / "out"), "--no-video"]

        yield Case("name", f"video {odd[:20]!r}", video)
        yield Case("name", f"wrong {odd[:20]!r}", wrong)
        yield Case("name", f"words {odd[:20]!r}", words)
        yield Case("name", f"batch {odd[:20]!r}", table)
    yield Case("name", "long path", lambda folder: ["check", f"{folder}/{'d/' * 3000}", "-s", "chair-twist", "-o", "x"])
    yield Case("name", "long out", lambda folder: _check("-s", "chair-twist", "-o", f"{folder}/{'d' * 3000}"))
    yield Case("name", "long stretch", lambda folder: _check("-s", "s" * 100_000, "-o", folder / "out"))
    yield Case("name", "nul-like", lambda folder: _check("-s", "a\\0.toml", "-o", folder / "out"))
    for url in ("file:///dev/zero", "nonsense://x", "zip://a::file:///etc/passwd", "reference://::file:///etc/passwd"):
        yield Case("name", url, partial(_batch, url=url))


def _batch(folder: Path, url: str) -> list[str]:
    return ["batch", url, "-s", "chair-twist", "-o", str(folder / "out")]


def tried(case: Case) -> tuple[Case, bounded.Ended, list[str]]:
    """Run one case; return how it ended and the promises it broke."""
    with tempfile.TemporaryDirectory(prefix="posecheck-hostile-") as place:
        folder = Path(place)
        ended = bounded.run(case.make(folder), folder)
        broken = ended.broken()
        half = bounded.left_over(folder)
        out = folder / "out"
        if ended.code not in (0, 1) and "batch" not in case.name and case.group != "manifest" and out.exists():
            half.append(str(out))
        return case, ended, broken + (["half-written"] if half else [])


def main() -> None:
    """Run the corpus and print what broke a promise."""
    options = argparse.ArgumentParser()
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--n", type=int, default=40)
    options.add_argument("--only", default="")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    cases = [case for case in all_cases(given.seed, given.n) if given.only in (case.group, "")]
    counts: Counter[str] = Counter()
    rows: list[tuple[str, str, int, float, int, list[str], str]] = []
    try:
        with ThreadPoolExecutor(given.jobs) as pool:
            for case, ended, broken in pool.map(tried, cases):
                counts.update([one.split()[0] for one in broken])
                said = repr(ended.said[-300:])
                rows.append(
                    (case.group, case.name, ended.code, round(ended.seconds, 1), ended.bytes >> 20, broken, said)
                )
                if broken:
                    print(f"{case.group}: {case.name!r}: {', '.join(broken)}: {said}", flush=True)
    finally:
        tidy()
    print(f"{len(cases)} inputs, {sum(bool(row[5]) for row in rows)} broke a promise: {dict(counts)}")
    print(f"slowest {max(row[3] for row in rows)} s, largest {max(row[4] for row in rows)} MB")
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1))
    sys.exit(any(row[5] for row in rows))


if __name__ == "__main__":
    main()
