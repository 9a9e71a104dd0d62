"""`posecheck app --phone`: the app in the local network, by https, and without the option on this machine only."""

import contextlib
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Playwright

from posecheck.app import server
from posecheck.app.base import privacy
from posecheck.phone.certificate import addresses
from posecheck.phone.server import qr
from research.harness import browser_app

pytestmark = [
    pytest.mark.skipif(not addresses(), reason="this machine is in no network"),
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path, Path]]:
    """Serve the app to the network; give its port, its certificate and what it printed."""
    place, port = tmp_path_factory.mktemp("phone"), browser_app.free_port()
    log, secret = place / "app.log", place / "data" / "phone" / "phone.pem"
    env = {**os.environ, "POSECHECK_DATA": str(place / "data"), "STREAMLIT_SERVER_HEADLESS": "true"}
    command = [sys.executable, "-m", "posecheck", "app", "--phone", "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env=env, cwd=browser_app.ROOT, start_new_session=True
        )
        try:
            end = time.monotonic() + 120
            while time.monotonic() < end and process.poll() is None:
                with contextlib.suppress(OSError):
                    if asked(addresses()[0], port, secret, "/_stcore/health")[0] == 200:
                        break
                time.sleep(0.3)
            yield port, secret, log
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(40)


def asked(host: str, port: int, secret: Path, path: str, **headers: str) -> tuple[int, str]:
    """Ask by https, trusting this certificate and no other."""
    context = ssl.create_default_context(cafile=str(secret))
    link = http.client.HTTPSConnection(host, port, context=context, timeout=20)
    try:
        link.request("GET", path, headers=headers)
        answer = link.getresponse()
        return answer.status, "" if answer.status == 101 else answer.read().decode(errors="replace")
    finally:
        link.close()


def test_a_phone_opens_the_app_by_the_printed_code(served: tuple[int, Path, Path]) -> None:
    port, secret, log = served
    address = f"https://{addresses()[0]}:{port}/"
    assert asked(addresses()[0], port, secret, "/")[0] == 200
    assert asked("localhost", port, secret, "/")[0] == 200, "the owner's own computer"
    told = log.read_text(encoding="utf-8")
    assert address in told
    assert qr(address) in told
    assert "The browser will warn" in told
    assert "External URL" not in told, "nobody elsewhere was asked for our address"


@pytest.mark.parametrize(("host", "status"), [("localhost", 101), ("", 101), ("evil.example", 403)])
def test_pages_of_other_names_do_not_connect(host: str, status: int, served: tuple[int, Path, Path]) -> None:
    port, secret, _ = served
    wanted = {
        "Host": f"{host or addresses()[0]}:{port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Protocol": "streamlit",
    }
    assert asked(addresses()[0], port, secret, "/_stcore/stream", **wanted)[0] == status


@pytest.mark.skipif(not browser_app.CHROMIUM.is_file(), reason="Chromium is not here")
def test_a_browser_that_was_told_to_trust_it_has_a_camera(
    served: tuple[int, Path, Path], playwright: Playwright
) -> None:
    browser = browser_app.launch(playwright)
    try:
        context = browser.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.goto(f"https://{addresses()[0]}:{served[0]}/history")
        page.get_by_role("heading", name="History", level=1).wait_for()
        page.get_by_text("only where posecheck runs on your own machine").first.wait_for()
        assert page.evaluate("window.isSecureContext && !!navigator.mediaDevices.getUserMedia")
    finally:
        browser.close()


def test_without_the_option_nobody_else_reaches_it(tmp_path: Path) -> None:
    with browser_app.served(tmp_path / "app.log", tmp_path / "data") as address:
        port = int(address.rpartition(":")[2])
        with pytest.raises(OSError), socket.create_connection((addresses()[0], port), timeout=5):  # noqa: PT011
            pass


@pytest.mark.parametrize(
    ("ip", "host", "private"),
    [
        (None, "localhost:8501", True),
        ("192.168.1.9", "192.168.1.2:8501", False),
        ("192.168.1.9", "localhost:8501", False),
        (None, "192.168.1.2:8501", False),
    ],
)
def test_who_comes_by_the_network_is_a_visitor_whatever_they_call_this_machine(
    ip: str | None, host: str, private: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(privacy.SHARED, raising=False)
    context = SimpleNamespace(ip_address=ip, headers={"Host": host})
    monkeypatch.setattr("streamlit.context", context)
    assert privacy.private() == private


def test_a_taken_port_is_said_before_anything_is_shown() -> None:
    with socket.socket() as holder:
        holder.bind((server.EVERYWHERE, 0))
        holder.listen()
        command = [sys.executable, "-m", "posecheck", "app", "--phone", "--port", str(holder.getsockname()[1])]
        told = subprocess.run(command, capture_output=True, text=True, cwd=browser_app.ROOT, timeout=120)
    assert told.returncode == 2
    assert "in use" in told.stderr
    assert "Scan it" not in told.stdout
