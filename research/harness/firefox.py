"""Drive a Firefox by Marionette, its own remote control: no further program is needed for it.

It runs on a screen in memory where Xvfb is here, and else without a window, where it has no WebGL.
"""

import base64
import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2

from posecheck.capture.video.reader import VideoReader

PLACES = ("firefox-esr", "firefox")
PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
START_S = 90.0
ENTER = "\ue007"
WATCH = """
const { loopback } = arguments[0];
const page = Services.wm.getMostRecentWindow("navigator:browser");
page.posecheckAsked = [];
Services.obs.addObserver((subject) => {
  const channel = subject.QueryInterface(Ci.nsIHttpChannel);
  const asker = channel.loadInfo?.triggeringPrincipal;
  const { host, spec } = channel.URI;
  if (asker && !asker.isSystemPrincipal && !loopback.includes(host)) page.posecheckAsked.push(spec);
}, "http-on-modify-request");
"""
"""Notes what pages and their workers ask of other machines; Firefox's own requests are not theirs."""
ASKED = "return Services.wm.getMostRecentWindow('navigator:browser').posecheckAsked"
FILM = """
([pictures, rate]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const context = canvas.getContext("2d");
  const blobs = pictures.map((one) => new Blob([Uint8Array.from(atob(one), (c) => c.charCodeAt(0))]));
  let at = 0;
  const draw = async () => {
    const picture = await createImageBitmap(blobs[at++ % blobs.length]);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
  };
  setInterval(draw, 1000 / rate);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream();
}
"""
"""Takes the place of the page's camera: Firefox's own shows a pattern, and nobody in it."""


def found() -> str | None:
    """Return the program; None where there is none."""
    return os.environ.get("POSECHECK_FIREFOX") or next(filter(None, map(shutil.which, PLACES)), None)


class Firefox:
    """Send commands to one Firefox."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("localhost", port), timeout=620)
        self._held, self._number = b"", 0
        self._read()
        self._ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"timeouts": {"script": 600_000}}}})

    def _read(self) -> Any:
        while b":" not in self._held:
            self._more()
        length, _, self._held = self._held.partition(b":")
        while len(self._held) < int(length):
            self._more()
        told, self._held = self._held[: int(length)], self._held[int(length) :]
        return json.loads(told)

    def _more(self) -> None:
        part = self._socket.recv(1 << 16)
        if not part:
            raise ConnectionError("Firefox has ended")
        self._held += part

    def _ask(self, command: str, about: dict[str, Any]) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, about]).encode()
        self._socket.sendall(str(len(message)).encode() + b":" + message)
        _, _, error, result = self._read()
        if error:
            raise RuntimeError(f"{command}: {error['message']}")
        return result

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def open(self, address: str) -> None:
        """Open a page."""
        self._ask("WebDriver:Navigate", {"url": address})

    def run(self, script: str, *given: Any) -> Any:
        """Return what an expression of the page gives; a promise is awaited.

        Args:
            script: The expression; `arguments` in it are those that are given.
            given: What JSON can hold.
        """
        return self._ask("WebDriver:ExecuteScript", {"script": f"return {script}", "args": list(given)})["value"]

    def evaluate(self, function: str, given: Any = None) -> Any:
        """Return what a function of the page gives, as Playwright's evaluate does.

        Args:
            function: The function, in JavaScript.
            given: Its argument.
        """
        return self.run(f"({function.strip().rstrip(';')})(arguments[0])", given)

    def watch(self) -> None:
        """Note from now on what pages and their workers ask of other machines, see asked()."""
        self._inside(WATCH, {"loopback": ["localhost", "127.0.0.1", "[::1]"]})

    def asked(self) -> list[str]:
        """Return the addresses on other machines that were asked for since watch()."""
        return list(self._inside(ASKED))

    def _inside(self, script: str, *given: Any) -> Any:
        """Return what a script gives that runs in Firefox itself."""
        self._ask("Marionette:SetContext", {"value": "chrome"})
        try:
            return self._ask("WebDriver:ExecuteScript", {"script": script, "args": list(given)})["value"]
        finally:
            self._ask("Marionette:SetContext", {"value": "content"})

    def type(self, selector: str, text: str) -> None:
        """Type into the first element that a CSS selector finds, and press Enter."""
        found = self._ask("WebDriver:FindElement", {"using": "css selector", "value": selector})["value"]
        (element,) = found.values()
        self._ask("WebDriver:ElementClick", {"id": element})
        self._ask("WebDriver:ElementSendKeys", {"id": element, "text": f"{text}{ENTER}"})

    def film(self, clip: Path, still_s: float) -> None:
        """Let a recording be the page's camera, again and again.

        Args:
            clip: The recording.
            still_s: How long its first picture is shown before it.
        """
        with VideoReader(clip) as reader:
            frames, rate = [frame.rgb for frame in reader], reader.info.fps
        shown = [frames[0]] * round(still_s * rate) + frames
        jpeg = [cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))[1].tobytes() for rgb in shown]
        self.evaluate(FILM, [[base64.b64encode(one).decode() for one in jpeg], rate])

    def screenshot(self, target: Path) -> None:
        """Save a picture of the whole page."""
        told = self._ask("WebDriver:TakeScreenshot", {"full": True, "hash": False})["value"]
        target.write_bytes(base64.b64decode(told))

    def resize(self, width: int, height: int) -> None:
        """Give the window another size, pixels."""
        self._ask("WebDriver:SetWindowRect", {"width": width, "height": height})

    def wait(self, script: str, seconds: float) -> None:
        """Wait until an expression of the page is true.

        Raises:
            TimeoutError: It has not become true.
        """
        end = time.monotonic() + seconds
        while not self.run(script):
            if time.monotonic() > end:
                raise TimeoutError(script)
            time.sleep(0.3)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _screen() -> Iterator[dict[str, str] | None]:
    """Start a screen in memory, and return what a program needs to draw on it; None where there is none."""
    program = shutil.which("Xvfb")
    if program is None:
        yield None
        return
    options = ("-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp")
    with subprocess.Popen([program, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        number = server.stdout.readline().decode().strip()
        try:
            yield {**os.environ, "DISPLAY": f":{number}", "LIBGL_ALWAYS_SOFTWARE": "1"}
        finally:
            server.terminate()


@contextlib.contextmanager
def started(program: str, folder: Path, more: dict[str, Any] | None = None) -> Iterator[Firefox]:
    """Start a Firefox with a camera that shows a pattern.

    Args:
        program: Its path.
        folder: An empty folder for its profile.
        more: Further preferences.
    """
    port = _free_port()
    wanted = PREFERENCES | (more or {})
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(to)});" for name, to in wanted.items()]
    lines.append(f'user_pref("marionette.port", {port});')
    (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
    with contextlib.ExitStack() as stack:
        screen, log = stack.enter_context(_screen()), stack.enter_context((folder / "log").open("wb"))
        command = [program, "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", str(folder)]
        command += [] if screen else ["--headless"]
        process = stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log, env=screen))
        try:
            end = time.monotonic() + START_S
            while True:
                try:
                    made = Firefox(port)
                    break
                except (ConnectionError, TimeoutError):
                    if time.monotonic() > end or process.poll() is not None:
                        raise
                    time.sleep(0.5)
            with contextlib.closing(made):
                yield made
        finally:
            process.terminate()
            process.wait(30)
