"""How live is live: frames a second, and the delay from capture to the drawn picture, on the desktop and in a browser.

    python -m benchmarks.live desktop  [--seconds 60]
    python -m benchmarks.live browser  [--seconds 60] [--viewers 1]
    python -m benchmarks.live connects [--count 200] [--replay]

Every picture carries its number (coded_film.py). The desktop's is read from the memory of a screen in memory (Xvfb),
the browser's from the video element that shows the returned picture, against a second look at the same camera in the
same page. Nothing is taken from the program's own clocks but when the played camera began.
"""

import argparse
import gc
import json
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

from benchmarks import coded_film
from posecheck.frame import Frame, Rgb

ROOT = Path(__file__).parents[1]
FILM = ROOT / "sample_videos" / "standing-extension-too-far.mp4"
STRETCH = "standing-extension-hands-behind-head"
CAMERA_FPS = 30.0
STOP_RED = (168, 56, 0)


class Camera:
    """Yield numbered pictures 30 a second for a time, and say on standard output when the first was taken."""

    def __init__(self, seconds: float) -> None:
        self._pictures = coded_film.pictures(FILM)
        self._n = round(seconds * CAMERA_FPS)

    def __iter__(self) -> Iterator[Frame]:
        start = time.monotonic()
        print(json.dumps({"start_s": start}), flush=True)
        for i in range(self._n):
            rgb = coded_film.coded(self._pictures[i % len(self._pictures)], i)
            time.sleep(max(0.0, start + i / CAMERA_FPS - time.monotonic()))
            yield Frame(i, i / CAMERA_FPS, rgb)

    def close(self) -> None:
        """Hold nothing."""


def _desktop_child(seconds: float) -> None:
    import posecheck.screen  # noqa: F401 - before PyAV, see there
    from posecheck.live import Coach
    from posecheck.live_window import Loop, Opened
    from posecheck.model_file import ensure
    from posecheck.stretches import find_stretch

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
        """Return the rows of the screen (rows, width, 3)."""
        last = self._height if bottom is None else bottom
        raw = self._map[self._start + top * self._line : self._start + last * self._line]
        shown = np.frombuffer(raw, np.uint8).reshape(last - top, self._line // 4, 4)
        return shown[:, : self._width, 2::-1]


def desktop(seconds: float) -> dict[str, object]:
    """Run the window before a screen in memory and watch the screen from outside."""
    with tempfile.TemporaryDirectory() as folder:
        options = ("-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-fbdir", folder)
        with subprocess.Popen(["Xvfb", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
            assert server.stdout is not None
            display = f":{server.stdout.readline().decode().strip()}"
            line = [sys.executable, "-m", "benchmarks.live", "_desktop", "--seconds", str(seconds)]
            with subprocess.Popen(line, env={**os.environ, "DISPLAY": display}, stdout=subprocess.PIPE) as child:
                assert child.stdout is not None
                start = float(json.loads(child.stdout.readline())["start_s"])
                seen, warned = _watch(Screen(Path(folder)), child)
            server.terminate()
    delays = [(at - start - number / CAMERA_FPS) for number, at in seen]
    span = seen[-1][1] - seen[0][1]
    first = [delay for delay, red, before in zip(delays[1:], warned[1:], warned, strict=False) if red and not before]
    return {
        "frames": len(seen),
        "frames_a_second": round((len(seen) - 1) / span, 1),
        "delay_ms": _spread(delays),
        "delay_ms_of_pictures_with_a_new_stop": _spread(first),
    }


def _watch(screen: Screen, child: "subprocess.Popen[bytes]") -> tuple[list[tuple[int, float]], list[bool]]:
    """Return each number with the moment at which it first stood on the screen, and whether the header was red then."""
    place = None
    seen: list[tuple[int, float]] = []
    red: list[bool] = []
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
            if not seen or whole > seen[-1][0]:
                seen.append((whole, at))
                pixel = screen.rgb(4, 5)[0, place[0] + 4].astype(int)
                red.append(bool(np.abs(pixel - STOP_RED).max() < 12))
            last = number
        time.sleep(0.001)
    return seen, red


def _spread(delays_s: list[float]) -> dict[str, float]:
    if not delays_s:
        return {}
    ms = np.array(delays_s) * 1000
    return {
        "n": len(ms),
        "median": round(float(np.median(ms)), 1),
        "p95": round(float(np.percentile(ms, 95)), 1),
        "worst": round(float(ms.max()), 1),
    }


WATCH_JS = """
async ([seconds, geometry]) => {
  const [square, edge, cells, width] = geometry;
  const camera = await navigator.mediaDevices.getUserMedia({video: {width: 640, height: 480}});
  const local = document.createElement('video');
  local.muted = true; local.srcObject = camera; await local.play();
  const frames = [...document.querySelectorAll('iframe')];
  const shown = frames.map(f => f.contentDocument && f.contentDocument.querySelector('video')).find(v => v);
  const reader = (video, mirrored) => {
    const canvas = document.createElement('canvas');
    const ink = canvas.getContext('2d', {willReadFrequently: true});
    let place = null;
    return () => {
      const w = video.videoWidth, h = video.videoHeight;
      if (!w) return null;
      if (!place || place.w !== w) {
        canvas.width = w; canvas.height = h;
        if (mirrored) { ink.setTransform(-1, 0, 0, 1, w, 0); }
        ink.drawImage(video, 0, 0);
        const d = ink.getImageData(0, 0, w, h).data;
        let l = w, t = h, r = -1, b = -1;
        for (let y = 0; y < h / 2; y++) for (let x = 0; x < w / 2; x++) {
          const i = 4 * (y * w + x);
          if (d[i] > 180 && d[i + 2] > 180 && d[i + 1] < 110) {
            l = Math.min(l, x); r = Math.max(r, x + 1); t = Math.min(t, y); b = Math.max(b, y + 1);
          }
        }
        if (r < 0 || r - l < width * 0.4) return null;
        place = {w, l, r, y: Math.round((t + b) / 2)};
      }
      const left = mirrored ? w - place.r : place.l;
      const span = place.r - place.l;
      canvas.width = span; canvas.height = 1;
      if (mirrored) ink.setTransform(-1, 0, 0, 1, span, 0);
      ink.drawImage(video, left, place.y, span, 1, 0, 0, span, 1);
      const d = ink.getImageData(0, 0, span, 1).data;
      const scale = span / width;
      const bits = [];
      for (let k = 0; k < cells; k++) bits.push(d[4 * Math.round((edge + (k + 0.5) * square) * scale)] > 127 ? 1 : 0);
      if (!bits[0] || bits[1]) return null;
      return bits.slice(2).reduce((a, v) => 2 * a + v, 0);
    };
  };
  const taken = new Map(), delays = [];
  const end = performance.now() + 1000 * seconds;
  const watch = (video, read, note) => {
    let last = null;
    const look = () => {
      const number = read();
      if (number !== null && number !== last) { last = number; note(number, performance.now()); }
      if (performance.now() < end) video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  };
  watch(local, reader(local, true), (number, at) => taken.set(number, at));
  watch(shown, reader(shown, false), (number, at) => {
    const from = taken.get(number);
    if (from !== undefined && at - from < 8000) delays.push([at, at - from]);
  });
  await new Promise(done => setTimeout(done, 1000 * seconds + 200));
  camera.getTracks().forEach(track => track.stop());
  return delays;
}
"""


def browser(seconds: float, viewers: int) -> dict[str, object]:
    """Run the app with so many viewers in one Chromium and watch every one's returned picture."""
    from playwright.sync_api import sync_playwright

    from tests import browser_app

    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "camera.mjpeg"
        coded_film.write_mjpeg(FILM, film, 100)
        with (
            browser_app.served(Path(folder) / "app.log", Path(folder) / "data") as address,
            sync_playwright() as playwright,
        ):
            chromium = browser_app.launch(playwright, film)
            pages = []
            for _ in range(viewers):
                page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
                page.set_default_timeout(120_000)
                page.goto(f"{address}/live")
                box = page.get_by_role("combobox", name="Stretch")
                box.click()
                box.fill("behind the head")
                page.get_by_role("option").first.click()
                camera = page.frame_locator("iframe")
                camera.get_by_role("button", name="Start camera").click()
                page.get_by_text("frames checked").wait_for()
                pages.append(page)
            time.sleep(10)
            geometry = [coded_film.SQUARE, coded_film.EDGE, coded_film.CELLS, coded_film.WIDTH]
            # All at once: each page measures itself, and hands over when asked.
            for page in pages:
                page.evaluate("(a) => { window.measured = (" + WATCH_JS + ")(a); }", [seconds, geometry])
            results = [page.evaluate("() => window.measured") for page in pages]
            chromium.close()
    return {"viewers": viewers, "each": [_of_browser(each, seconds) for each in results]}


def _of_browser(delays: list[list[float]], seconds: float) -> dict[str, object]:
    at = np.array([one[0] for one in delays]) / 1000
    delay = [one[1] / 1000 for one in delays]
    if len(at) < 2:
        return {"frames": len(at)}
    minutes = (at - at[0]) // 60
    by_minute = [
        round(float(np.median(np.array(delay)[minutes == m])) * 1000)
        for m in range(max(1, int(seconds // 60)))
        if (minutes == m).any()
    ]
    return {
        "frames": len(at),
        "frames_a_second": round(float((len(at) - 1) / (at[-1] - at[0])), 1),
        "delay_ms": _spread(delay),
        "median_ms_by_minute": by_minute,
    }


def connects(count: int, *, replay: bool) -> dict[str, object]:
    """Let so many viewers come and go, each with an engine process of their own, and see what is left.

    replay: the processes replay landmarks instead of loading the model, which takes two seconds of processor each.
    """
    import av

    from posecheck.engine import PoseEngine
    from posecheck.recorded_pose import save_track
    from posecheck.stretches import find_stretch
    from posecheck.ui import engine
    from posecheck.ui.live_feed import Feed, Processor, Wish
    from posecheck.ui.live_places import places

    pictures = coded_film.pictures(FILM)[:5]
    wish = Wish(find_stretch(STRETCH))
    held = []
    if replay:
        from tests.replayed import true_track

        landmarks = Path(tempfile.mkdtemp()) / "landmarks.npz"
        save_track(landmarks, true_track())
        engine.new_engine = lambda: PoseEngine(landmarks)
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
    parser.add_argument("what", choices=["desktop", "browser", "connects", "_desktop"])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--viewers", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--replay", action="store_true")
    asked = parser.parse_args()
    if asked.what == "_desktop":
        _desktop_child(asked.seconds)
        return
    found = {
        "desktop": lambda: desktop(asked.seconds),
        "browser": lambda: browser(asked.seconds, asked.viewers),
        "connects": lambda: connects(asked.count, replay=asked.replay),
    }[asked.what]()
    load = os.getloadavg()
    print(json.dumps({"cores": os.cpu_count(), "load_average": [round(x, 1) for x in load], **found}, indent=2))


if __name__ == "__main__":
    main()
