"""Run a command or the app for a long time, and tell whether memory, files, threads and time stamps stay flat.

    python -m tests.support.soak check [--minutes 120]
    python -m tests.support.soak live  [--minutes 30]
    python -m tests.support.soak app   [--minutes 30] [--viewers N]

`check` analyses a recording of so many minutes, which is a sample clip joined to itself. `live` plays it as the camera,
on a screen in memory, and keeps each set. `app` serves the app to so many pages of a real browser, each with a film as
its camera; N is the number of processors, because more viewers are refused. Processes are looked at every few seconds.
What is told of each: the median of the second tenth of the time, by when caches are full, that of the last tenth, and
the highest. Linux alone tells all of it.
"""

import argparse
import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import median

import av
import numpy as np
import psutil

from posecheck.capture.pose.landmark_file import load_track
from research.benchmarks.footing import CLIP, ROOT, STRETCH
from research.benchmarks.live.browser import browser
from tests.support import screens

EVERY_S = 5.0
MEASURES = ("memory, MB", "mapped files, MB", "files", "threads", "processes")
"""What is measured. Memory is that of the processes alone; pages of mapped files, such as programs and spooled frames,
are the system's, which takes them back where memory gets short."""
Sample = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """Hold how one measure went: medians of the second and the last tenth, and the highest."""

    first: float
    last: float
    highest: float

    @classmethod
    def of(cls, values: list[float]) -> "Course":
        """Return the course of values in order of time."""
        tenth = max(1, len(values) // 10)
        return cls(median(values[tenth : 2 * tenth] or values), median(values[-tenth:]), max(values))


def kind_of(command: list[str]) -> str:
    """Return which part of the programs under test a process is; empty for one that only serves the test."""
    words = " ".join(command)
    if "posecheck" in words and "tests.support.soak" not in words and "Xvfb" not in words:
        return "posecheck"
    return "browser" if "chromium" in words and "--type=" in words else ""


def looked_at() -> dict[str, Sample]:
    """Return the MEASURES of this process's descendants, by kind."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(MEASURES))
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            kind = kind_of(process.cmdline())
            if kind:
                memory = process.memory_info()
                own = (memory.rss - memory.shared) / 1e6
                each = (own, memory.shared / 1e6, process.num_fds(), process.num_threads(), 1)
                sums[kind] = [a + b for a, b in zip(sums[kind], each, strict=True)]
    return {kind: tuple(one) for kind, one in sums.items()}


@contextlib.contextmanager
def watched() -> Iterator[dict[str, list[Sample]]]:
    """Look at the processes that this one starts, while the block runs; yield what is seen, by kind."""
    seen: dict[str, list[Sample]] = defaultdict(list)
    over = threading.Event()

    def watch() -> None:
        while not over.wait(EVERY_S):
            for kind, sample in looked_at().items():
                seen[kind].append(sample)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def long_clip(target: Path, minutes: float) -> Path:
    """Join a sample clip to itself until it lasts so many minutes, without encoding it anew."""
    with av.open(str(target), "w") as out:
        stream, begin, seconds = None, 0, Fraction(0)
        while seconds < minutes * 60:
            with av.open(str(CLIP)) as source:
                video = source.streams.video[0]
                assert video.time_base is not None
                stream = stream or out.add_stream_from_template(video)
                end = begin
                for packet in source.demux(video):
                    if packet.dts is None or packet.pts is None or packet.duration is None:
                        continue
                    packet.pts += begin
                    packet.dts += begin
                    end = max(end, packet.pts + packet.duration)
                    packet.stream = stream
                    out.mux(packet)
                begin, seconds = end, end * video.time_base
    return target


def times(path: Path) -> str:
    """Return what the time stamps of saved landmarks say."""
    time_s = load_track(path).time_s
    steps = np.diff(time_s)
    if not len(steps):
        return f"{len(time_s)} frame"
    tenth = max(1, len(steps) // 10)
    return (
        f"{len(time_s)} frames over {time_s[-1] - time_s[0]:.1f} s, steps {1000 * steps.min():.0f} to "
        f"{1000 * steps.max():.0f} ms, median {1000 * np.median(steps[:tenth]):.0f} ms in the first tenth, "
        f"{1000 * np.median(steps[-tenth:]):.0f} ms in the last"
    )


def _command(words: list[str], seconds: float, **environment: str) -> None:
    """Run a command of posecheck, and end it if it takes longer."""
    about = {**os.environ, **environment}
    with subprocess.Popen(
        [sys.executable, "-m", "posecheck", *words], cwd=ROOT, env=about, stdout=subprocess.DEVNULL
    ) as process:
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.terminate()
            code = process.wait(60)
            print(f"ended after {seconds / 60:.0f} minutes", flush=True)
    print(f"exit code {code}", flush=True)


def check(minutes: float, folder: Path) -> list[str]:
    """Analyse a long recording."""
    clip = long_clip(folder / "long.mp4", minutes)
    _command(["check", str(clip), "-s", STRETCH, "--out", str(folder / "out"), "--json"], 20 * minutes * 60 + 600)
    lines = [f"landmarks: {times(folder / 'out' / 'landmarks.npz')}"]
    with av.open(str(folder / "out" / "annotated.mp4")) as film:
        lines.append(f"annotated film: {(film.duration or 0) / av.time_base:.1f} s")
    return lines


def live(minutes: float, folder: Path) -> list[str]:
    """Play a long recording as the camera of the desktop window, which ends with it, and keep the sets."""
    clip = long_clip(folder / "long.mp4", minutes)
    with screens.screen() as display:
        words = ["live", str(clip), "-s", STRETCH, "--record", str(folder / "kept")]
        _command(words, 60 * minutes + 120, DISPLAY=display)
    return [f"{path.parent.name}: {times(path)}" for path in sorted(folder.glob("kept/*/landmarks.npz"))]


def app(minutes: float, viewers: int) -> list[str]:
    """Serve the app to live pages of a browser."""
    told = browser(minutes * 60, viewers)
    each = told["each"]
    assert isinstance(each, list)
    return [json.dumps(told["processors_used"]), *(json.dumps(one) for one in each)]


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("check", "live", "app"))
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--viewers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    minutes = asked.minutes or (120.0 if asked.what == "check" else 30.0)
    runs: dict[str, Callable[[Path], list[str]]] = {
        "check": lambda folder: check(minutes, folder),
        "live": lambda folder: live(minutes, folder),
        "app": lambda _: app(minutes, asked.viewers),
    }
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="posecheck-soak-") as made, watched() as seen:
        lines = runs[asked.what](Path(made))
    print(f"{asked.what}, {minutes:g} minutes, took {(time.monotonic() - began) / 60:.1f} minutes")
    for (kind, samples), (i, name) in itertools.product(seen.items(), enumerate(MEASURES)):
        course = Course.of([sample[i] for sample in samples])
        print(f"{kind}, {name}: {course.first:.0f}, at the end {course.last:.0f}, at most {course.highest:.0f}")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
