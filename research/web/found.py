"""Find a recording's landmarks and body codes in a real browser, by the worker that the app serves."""

import contextlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from playwright.sync_api import Browser

from posecheck.app.streaming.inpage import codes, routes
from posecheck.capture.pose import model_file
from posecheck.capture.pose.coding import encoder
from posecheck.capture.video.reader import VideoReader
from posecheck.capture.web import build
from posecheck.core.frame import Frame
from posecheck.core.pose import CODE, Pose, PoseTrack
from research.harness.firefox import Firefox

TIMED = """
const timed = Coding.prototype.time;
Coding.prototype.time = function (took) {
  self.postMessage({ code_ms: took });
  timed.call(this, took);
};
"""
"""Follows the worker's script here, to hear how long its codes take."""
FIND = """
async ([at, delegate, times_ms, coded]) => {
  const worker = new Worker(at.worker);
  const codes_ms = [];
  // The worker also tells, when it likes, what is around the person: that is no answer.
  const said = (what) => new Promise((done, failed) => {
    worker.onmessage = ({ data }) => {
      if (data.code_ms) codes_ms.push(data.code_ms);
      return data.failed ? failed(new Error(data.failed)) : what in data && done(data);
    };
    worker.onerror = (event) => failed(new Error(event.message));
  });
  // The codes are ready some time after the landmarks; here both are waited for.
  const loaded = said(coded ? "coding" : "loaded");
  worker.postMessage({ load: at, delegate });
  await loaded;
  const found = [];
  for (const [i, time_ms] of times_ms.entries()) {
    const blob = await (await fetch(`/frames/${i}.png`)).blob();
    const picture = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
    const answer = said("marks");
    worker.postMessage({ picture, time_ms }, [picture]);
    const { marks, code, took } = await answer;
    found.push([took, marks && Array.from(marks), code && Array.from(code.numbers)]);
  }
  worker.terminate();
  return [found, codes_ms];
}
"""


class _Files(http.server.BaseHTTPRequestHandler):
    """Serve the web build, the model, the worker and the frames of one recording."""

    frames: list[Frame]

    def do_GET(self) -> None:
        """Answer with one of them."""
        name = self.path.rpartition("/")[2]
        if self.path.startswith("/frames/"):
            frame = self.frames[int(name.removesuffix(".png"))]
            self._send(cv2.imencode(".png", cv2.cvtColor(frame.rgb, cv2.COLOR_RGB2BGR))[1].tobytes(), "image/png")
        elif name == "worker.js":
            self._send((routes.worker_script() + TIMED).encode(), routes.TYPES[".js"])
        elif name in build.FILES:
            self._send((build.ensure() / name).read_bytes(), routes.TYPES[Path(name).suffix])
        elif "/code/" in self.path:
            half = codes.network_of(model_file.ensure())
            assert half is not None
            self._send(encoder.load().weights() if name == "weights" else half[1], "application/octet-stream")
        elif "/model/" in self.path:
            self._send(model_file.ensure().read_bytes(), "application/octet-stream")
        else:
            self._send(b"<!doctype html><title>frames</title>", "text/html")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextlib.contextmanager
def _served(frames: list[Frame]) -> Iterator[str]:
    handler = type("Files", (_Files,), {"frames": frames})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


PATIENT_MS = 1000.0
"""A busy machine may take longer for a code than the app's page would wait for."""


def found(browser: Browser | Firefox, clip: Path, delegate: str = "CPU") -> tuple[PoseTrack, list[float], list[float]]:
    """Find the landmarks of a recording, and its body codes: each frame has what was computed of the ones before it.

    Args:
        browser: A running browser.
        clip: The recording.
        delegate: CPU or GPU.

    Returns:
        The landmarks, how many milliseconds each frame took, and how many each body code took besides.
    """
    with VideoReader(clip) as reader:
        frames = list(reader)
    at: dict[str, object] = {"build": "/build", "model": "/model/full.task", "worker": "/worker.js"}
    code = codes.about("", model_file.ensure())
    if code is not None:
        at["code"] = code | {"most_ms": PATIENT_MS}
    with _served(frames) as address:
        # The page gives the landmarker whole milliseconds, as the server's path does.
        times_ms = [round(frame.time_s * 1000) for frame in frames]
        answers, codes_ms = _asked(browser, address, [at, delegate, times_ms, code is not None])
    poses = [_pose(frame, marks, numbers) for frame, (_, marks, numbers) in zip(frames, answers, strict=True)]
    size_wh = (frames[0].rgb.shape[1], frames[0].rgb.shape[0])
    return PoseTrack.of([frame.time_s for frame in frames], poses, size_wh), [took for took, _, _ in answers], codes_ms


def _asked(browser: Browser | Firefox, address: str, about: list[object]) -> Any:
    if isinstance(browser, Firefox):
        browser.open(address)
        return browser.evaluate(FIND, about)
    page = browser.new_page()
    page.set_default_timeout(600_000)
    page.goto(address)
    answers = page.evaluate(FIND, about)
    page.close()
    return answers


def _pose(frame: Frame, marks: list[float] | None, numbers: list[int] | None) -> Pose | None:
    if marks is None:
        return None
    size_wh = (frame.rgb.shape[1], frame.rgb.shape[0])
    held = np.array(marks).reshape(33, 6)
    code = np.array(numbers or [0] * 2 * CODE, np.int8).reshape(2, CODE)
    return Pose(frame.time_s, held[:, :2] * size_wh, held[:, 2:5], np.clip(held[:, 5], 0, 1), size_wh, code=code)
