"""The routes that the app's server adds, asked over the network: what they serve, whom they refuse, how they end."""

import asyncio
import json
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from posecheck.app.streaming.inpage import codes
from posecheck.app.streaming.inpage.routes import BASE
from posecheck.capture.pose import model_file
from posecheck.capture.pose.coding import encoder
from posecheck.capture.web import build
from research.harness import browser_app

pytestmark = pytest.mark.timeout(120)
Server = tuple["subprocess.Popen[bytes]", str]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with browser_app.started(tmp_path / "log", tmp_path / "data") as made:
        yield made


def got(address: str) -> tuple[int, str, str]:
    """Return status, kind and cache rule of an answer."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            about = answer.headers
            return answer.status, about.get_content_type(), about.get("Cache-Control", "")
    except urllib.error.HTTPError as error:
        return error.code, "", ""


async def closed(address: str, first: str | bytes, origin: str) -> int:
    """Return how a connection ends that shows this first: a status, or the code of its end."""
    try:
        async with connect(f"ws://{urlsplit(address).netloc}{BASE}/link", origin=Origin(origin)) as socket:
            await socket.send(first)
            async for _ in socket:
                pass
            return socket.close_code or 0
    except InvalidStatus as refused:
        return refused.response.status_code
    except ConnectionClosed as ended:
        return ended.rcvd.code if ended.rcvd else 0


def test_it_serves_the_finder_and_nothing_else_and_ends_as_asked(server: Server) -> None:
    process, address = server
    assert got(f"{address}{BASE}/worker.js") == (200, "text/javascript", "no-cache")
    for name in ("../../../etc/passwd", "..%2f..%2fpyproject.toml", "vision_bundle.mjs"):
        assert got(f"{address}{BASE}/build/{build.VERSION}/{name}")[1] != "application/wasm"
        assert got(f"{address}{BASE}/build/{build.VERSION}/{name}")[0] in (200, 400, 404)
    assert got(f"{address}{BASE}/speed") == (200, "application/json", "no-cache")
    if build.find() is not None:
        for name, kind in ((build.BUNDLE, "text/javascript"), ("vision_wasm_internal.wasm", "application/wasm")):
            status, found, kept = got(f"{address}{BASE}/build/{build.VERSION}/{name}")
            assert (status, found) == (200, kind)
            assert "immutable" in kept
    if model_file.find("full") is not None:
        digest = model_file.HASHES["full"][0][:12]
        assert got(f"{address}{BASE}/model/{digest}")[:2] == (200, "application/octet-stream")
        about = codes.about(f"{address}{BASE}", model_file.find("full"))
        assert about is not None
        for name in ("network", "weights"):
            status, found, kept = got(str(about[name]))
            assert (status, found) == (200, "application/octet-stream")
            assert "immutable" in kept
        assert got(f"{address}{BASE}/code/01234567/weights")[0] == 404
    assert got(f"{address}{BASE}/code/{encoder.load().version}/other")[0] == 404
    assert got(f"{address}{BASE}/model/other")[0] == 404

    ticket = json.dumps({"ticket": "made up"})
    assert asyncio.run(closed(address, ticket, "https://evil.example")) == 403
    for first in (ticket, "{", "[]", '{"ticket": 7}', "x" * 5000):
        assert asyncio.run(closed(address, first, address)) == 4401
    # Refused by its size, before it is read; all of the app but for this takes 300 MB.
    assert asyncio.run(closed(address, "x" * 100_000, address)) == 1009

    process.send_signal(signal.SIGTERM)
    assert process.wait(40) == 0
