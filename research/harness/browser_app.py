"""Run the app in a separate process with a real browser, for the browser tests; conftest.py holds their fixtures."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

import av
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from posecheck.app import server
from posecheck.capture.pose import model_file
from posecheck.core.errors import ModelError

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
ARTEFACTS = ROOT / "artefacts"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HERE = {"localhost", "127.0.0.1", "::1", ""}
START_S = 60.0


def missing(*samples: Path) -> str:
    """Return what is missing for a browser test that analyses these sample files; empty if nothing is."""
    for path in (CHROMIUM, *samples):
        if not path.is_file():
            return f"{path.name} is not here"
    try:
        found = model_file.find("full")
    except ModelError as error:
        return str(error)
    return "" if found else "the pose model is not here; run `posecheck model fetch`"


@contextlib.contextmanager
def watching(playwright: Playwright, clip: Path, folder: Path, still_s: float) -> Iterator[Browser]:
    """Run Chromium with a clip as its webcam; look at its pages a last time and close it at the end.

    Args:
        playwright: Playwright.
        clip: The clip, see as_mjpeg.
        folder: Where the webcam's film is put.
        still_s: Seconds for which the first picture stands before it.
    """
    browser = launch(playwright, as_mjpeg(clip, folder / "camera.mjpeg", still_s=still_s))
    try:
        yield browser
    finally:
        last_look(browser)
        browser.close()


def last_look(browser: Browser) -> None:
    """Save a screenshot of the browser's first page, to see the final state when a test fails."""
    for page in browser.contexts[0].pages if browser.contexts else []:
        page.screenshot(path=ARTEFACTS / "test-last.png", timeout=10_000)


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(log: Path, data: Path, **environment: str) -> Iterator[str]:
    """Serve the app as `posecheck app` does, and end its process afterwards.

    Args:
        log: The file that its output goes to.
        data: The folder for profiles, stretches and history, so that those of the user are not touched.
        environment: Further environment variables.

    Yields:
        Its address.

    Raises:
        AssertionError: If the app does not start; the message holds the log.
    """
    with started(log, data, None, **environment) as (_, address):
        yield address


@contextlib.contextmanager
def started(
    log: Path, data: Path, script: Path | None = None, **environment: str
) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """Serve the app, and end its processes afterwards, if they still run.

    Args:
        log: The file that its output goes to.
        data: The folder for profiles, stretches and history.
        script: A script to serve in place of the app's own; None to serve as `posecheck app` does.
        environment: Further environment variables.

    Yields:
        The process, whose group holds nothing else than it and its own, and the app's address.

    Raises:
        AssertionError: If the app does not start; the message holds the log.
    """
    port = free_port()
    command = [sys.executable, "-m", "posecheck", "app", "--port", str(port)]
    if script is not None:
        command = [str(script) if part == str(server.script()) else part for part in server.command(port)]
    about = {**_environment(), "STREAMLIT_SERVER_HEADLESS": "true", "POSECHECK_DATA": str(data), **environment}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env=about, cwd=ROOT, start_new_session=True
        )
        try:
            _wait(f"http://localhost:{port}/_stcore/health", process, log)
            yield process, f"http://localhost:{port}"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 15)
            process.wait(40)


def _environment() -> dict[str, str]:
    """Return this process's environment without the variables that lead to the user's own history."""
    return {key: value for key, value in os.environ.items() if key not in ("POSECHECK_DB", "POSECHECK_SHARED")}


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"the app did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def launch(playwright: Playwright, camera: Path | None = None) -> Browser:
    """Start Chromium.

    Args:
        playwright: Playwright.
        camera: A film that plays repeatedly as the webcam; None for no webcam.
    """
    more: tuple[str, ...] = ()
    if camera is not None:
        more = (
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
        )
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*QUIET, *more])


def opened(context: BrowserContext, outside: list[str]) -> Page:
    """Open a page and record its requests to other machines.

    Args:
        context: The browser context.
        outside: The list that the addresses of such requests are added to.
    """
    page = context.new_page()

    def note(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and (parts.hostname or "") not in HERE:
            outside.append(url)

    page.on("request", lambda request: note(request.url))
    page.on("websocket", lambda socket: note(socket.url))
    return page


def as_mjpeg(film: Path, target: Path, still_s: float) -> Path:
    """Write a film in the format that Chromium accepts as a camera: one JPEG after the other.

    Args:
        film: The film to read.
        target: The file to write.
        still_s: How long its first picture is repeated, so that a page that starts slowly still sees a still person.

    Returns:
        The target.
    """
    with av.open(str(film)) as source, av.open(str(target), "w", format="mjpeg") as out:
        picture = source.streams.video[0]
        rate = round(picture.average_rate or 25)
        stream = out.add_stream("mjpeg", rate=rate)
        stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuvj420p"
        stream.options = {"qscale": "4"}
        count = 0
        for i, frame in enumerate(source.decode(video=0)):
            for _ in range(1 if i else round(still_s * rate)):
                same = frame.reformat(format="yuvj420p")
                same.pts, same.time_base = count, Fraction(1, rate)
                out.mux(stream.encode(same))
                count += 1
        out.mux(stream.encode(None))
    return target
