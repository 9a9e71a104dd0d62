"""Measure live use on the desktop and in a browser: frames per second, and the delay from capture to drawn picture.

    python -m research.benchmarks.live.__main__ desktop  [--seconds 60]
    python -m research.benchmarks.live.__main__ browser  [--seconds 60] [--viewers 1] [--path server]
    python -m research.benchmarks.live.__main__ browser  [--seconds 60] [--viewers 60] --path browser [--set-seconds 60]
    python -m research.benchmarks.live.__main__ beside   [--seconds 60]
    python -m research.benchmarks.live.__main__ connects [--count 200] [--replay]

Every picture carries its number (coded_film.py). On the desktop it is read from the memory of a virtual screen (Xvfb).
In the browser it is read from the video element that shows the returned picture, and compared with a second stream of
the same camera in the same page. The only time that the program under test reports itself is the start of the played
camera. With `--path browser` the server judges recorded landmarks, as browsers send them; see viewers.py.
"""

import argparse
import gc
import json
import math
import mmap
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from posecheck.core.frame import Frame, Rgb
from research.benchmarks.footing import CLIP as FILM
from research.benchmarks.footing import STRETCH
from research.benchmarks.live import coded_film
from research.benchmarks.live.beside import beside
from research.benchmarks.live.browser import browser
from research.benchmarks.live.delays import STILL, Seen, figures, is_red, passed
from research.benchmarks.live.viewers import many

CAMERA_FPS, FILM_FPS = 30.0, 25.0


class Camera:
    """Yield 30 numbered pictures a second for a given number of seconds; print when the first one was taken."""

    def __init__(self, seconds: float) -> None:
        film = coded_film.pictures(FILM)
        film = [film[0]] * STILL + film
        # The film has 25 pictures a second: some are repeated, so that it keeps its speed.
        count = round(len(film) * CAMERA_FPS / FILM_FPS)
        self._pictures = [film[min(len(film) - 1, int(i * FILM_FPS / CAMERA_FPS))] for i in range(count)]
        self._n = round(seconds * CAMERA_FPS)

    def __iter__(self) -> Iterator[Frame]:
        start = time.monotonic()
        print(json.dumps({"start_s": start, "length": len(self._pictures)}), flush=True)
        for i in range(self._n):
            rgb = coded_film.coded(self._pictures[i % len(self._pictures)], i)
            time.sleep(max(0.0, start + i / CAMERA_FPS - time.monotonic()))
            yield Frame(i, i / CAMERA_FPS, rgb)

    def close(self) -> None:
        """Do nothing: there is nothing to release."""


def _desktop_child(seconds: float) -> None:
    import posecheck.desktop.display  # noqa: F401 - before PyAV, see there
    from posecheck.capture.pose.model_file import ensure
    from posecheck.desktop.window import Loop, Opened
    from posecheck.live.coach import Coach
    from posecheck.stretches.library import find_stretch

    with Opened(ensure("full", None), lambda: Camera(seconds), full=False) as opened:
        Loop(Coach(find_stretch(STRETCH)), opened.engine, opened.screen).run(opened.camera)


class Screen:
    """Read the memory of an Xvfb screen (XWD format)."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / "Xvfb_screen0").open("rb")
        self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        head = struct.unpack(">25I", self._map[:100])
        self._width, self._height, line, colours = head[4], head[5], head[12], head[19]
        self._line = line
        self._start = head[0] + 12 * colours

    def rgb(self, top: int = 0, bottom: int | None = None) -> Rgb:
        """Return rows of the screen as an RGB picture (rows, width, 3).

        Args:
            top: The first row, in pixels from the top.
            bottom: The row after the last one; None for the whole height.
        """
        last = self._height if bottom is None else bottom
        raw = self._map[self._start + top * self._line : self._start + last * self._line]
        shown = np.frombuffer(raw, np.uint8).reshape(last - top, self._line // 4, 4)
        return shown[:, : self._width, 2::-1]


def desktop(seconds: float) -> dict[str, object]:
    """Run the desktop window on a virtual screen for some seconds, read its pictures, and return the figures."""
    with tempfile.TemporaryDirectory() as folder:
        options = ("-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-fbdir", folder)
        with subprocess.Popen(["Xvfb", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
            assert server.stdout is not None
            display = f":{server.stdout.readline().decode().strip()}"
            line = [sys.executable, "-m", "research.benchmarks.live.__main__", "_desktop", "--seconds", str(seconds)]
            with subprocess.Popen(line, env={**os.environ, "DISPLAY": display}, stdout=subprocess.PIPE) as child:
                assert child.stdout is not None
                start = json.loads(child.stdout.readline())
                seen = _watch(Screen(Path(folder)), child)
            server.terminate()
    began, past = float(start["start_s"]), math.ceil(passed() * CAMERA_FPS / FILM_FPS)
    return figures(seen, lambda whole: began + whole / CAMERA_FPS, int(start["length"]), past)


def _watch(screen: Screen, child: "subprocess.Popen[bytes]") -> list[Seen]:
    """Return each numbered picture with the time at which it first appeared on the screen."""
    place = None
    seen: list[Seen] = []
    last, round_ = -1, 0
    while child.poll() is None:
        if place is None:
            place = coded_film.box(screen.rgb())
            time.sleep(0.01)
            continue
        top, bottom = place[1], place[3]
        number = coded_film.number(screen.rgb(top, bottom), (place[0], 0, place[2], bottom - top))
        at = time.monotonic()
        if number is not None and number != last:
            round_ += int(number < last - coded_film.MODULO // 2)
            whole = number + round_ * coded_film.MODULO
            if not seen or whole > seen[-1].whole:
                header = screen.rgb(max(0, top - 8), max(0, top - 8) + 1)[0, place[0] + 8]
                seen.append(Seen(whole, at, is_red(header.tolist())))
            last = number
        time.sleep(0.001)
    return seen


def connects(count: int, *, replay: bool) -> dict[str, object]:
    """Let viewers connect and disconnect one after the other, and record what resources remain in use.

    Args:
        count: The number of viewers, each with an engine process of its own.
        replay: Whether these processes replay landmarks instead of loading the model, which takes two seconds each.

    Returns:
        Memory, threads, open files, child processes and occupied places after the first, middle and last viewer.
    """
    import av

    from posecheck.app.base import pose_model
    from posecheck.app.streaming.capacity import places
    from posecheck.app.streaming.feed import Feed, Wish
    from posecheck.app.streaming.processor import Processor
    from posecheck.capture.pose.landmark_file import save_track
    from posecheck.capture.pose.worker import PoseEngine
    from posecheck.stretches.library import find_stretch

    pictures = coded_film.pictures(FILM)[:5]
    wish = Wish(find_stretch(STRETCH))
    held = []
    if replay:
        from research.harness.replayed import true_track

        landmarks = Path(tempfile.mkdtemp()) / "landmarks.npz"
        save_track(landmarks, true_track())
        pose_model.new_engine = lambda: PoseEngine(landmarks)
    for i in range(count + 1):
        feed = Feed()
        feed.want(wish)
        processor = Processor(feed)
        for k in range(2000):
            shot = av.VideoFrame.from_ndarray(pictures[k % len(pictures)], format="rgb24")
            shot.pts, shot.time_base = k, Fraction(1, 25)
            processor.recv(shot)
            moment = feed.newest().moment
            if moment is not None and moment.pose is not None:
                break
            time.sleep(0.02)
        processor.on_ended()
        if i in (0, count // 2, count):
            gc.collect()
            held.append({"after": i, **_held(), "places": places().taken})
            print(json.dumps(held[-1]), file=sys.stderr, flush=True)
    return {"connects": count, "held": held}


def _held() -> dict[str, int]:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    memory = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return {
        "rss_mb": round(memory / 1024),
        "threads": threading.active_count(),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "children": len(children),
    }


def main() -> None:
    """Run one of the measurements and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["desktop", "browser", "beside", "connects", "_desktop"])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--viewers", type=int, default=1)
    parser.add_argument("--path", choices=["server", "browser"], default="server", help="what finds the pose")
    parser.add_argument("--set-seconds", type=float, default=0.0, help="with --path browser: another set after so long")
    parser.add_argument(
        "--arriving-seconds", type=float, default=5.0, help="with --path browser: within which time all arrive"
    )
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--replay", action="store_true")
    asked = parser.parse_args()
    if asked.what == "_desktop":
        _desktop_child(asked.seconds)
        return
    found = {
        "desktop": lambda: desktop(asked.seconds),
        "browser": lambda: (
            many(asked.seconds, asked.viewers, asked.set_seconds, asked.arriving_seconds)
            if asked.path == "browser"
            else browser(asked.seconds, asked.viewers)
        ),
        "beside": lambda: beside(asked.seconds),
        "connects": lambda: connects(asked.count, replay=asked.replay),
    }[asked.what]()
    load = os.getloadavg()
    print(json.dumps({"cores": os.cpu_count(), "load_average": [round(x, 1) for x in load], **found}, indent=2))


if __name__ == "__main__":
    main()
