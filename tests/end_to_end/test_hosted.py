"""The app for several people: pages of other sites are kept out."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from posecheck.app.visit.sources import folder
from research.harness import browser_app
from tests.support import proxy, replayed_app

SAMPLE = folder() / "standing-extension-too-far.mp4"

pytestmark = [
    pytest.mark.skipif(not SAMPLE.is_file(), reason="sample clips are not here"),
    pytest.mark.timeout(600),
]


class Hosted:
    """A server for several people.

    Attributes:
        address: Its address, that of the proxy before it.
        inner: The address behind the proxy.
        temporary: Where it keeps the visitors' files.
        gate: The file whose presence lets the analyses go on.
        log: Its output.
    """

    def __init__(self, place: Path) -> None:
        self.temporary, self.gate, self.log = place / "tmp", place / "gate", place / "app.log"
        self.temporary.mkdir()
        self.address = self.inner = ""

    def files(self) -> list[str]:
        """Return the names of the files of all visits."""
        return [path.name for path in self.temporary.rglob("*") if path.is_file() and path.name != "held"]


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Hosted]:
    made = Hosted(tmp_path)
    about = {
        "POSECHECK_SHARED": "1",
        "POSECHECK_MAX_ANALYSES": "1",
        "TMPDIR": str(made.temporary),
        replayed_app.GATE: str(made.gate),
    }
    served = browser_app.started(made.log, tmp_path / "data", Path(replayed_app.__file__), **about)
    with (
        served as (_, made.inner),
        proxy.before(made.inner, proxy.headers_of_caddyfile(), visitor="192.0.2.7") as made.address,
    ):
        yield made


def status(address: str, method: str, path: str, **headers: str) -> int:
    """Return the status of an answer; of a WebSocket, 101 where it is accepted."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()


def test_pages_of_other_sites_cannot_connect_or_upload(hosted: Hosted) -> None:
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    port = urlsplit(hosted.inner).port
    stream = "/_stcore/stream"
    assert status(hosted.inner, "GET", stream, Origin=f"http://localhost:{port}", **upgrade) == 101
    assert status(hosted.inner, "GET", stream, Origin="https://evil.example", **upgrade) == 403
    # A name of an attacker's own that leads to this machine: origin and host are then the same.
    there = f"evil.example:{port}"
    assert status(hosted.inner, "GET", stream, Origin=f"http://{there}", Host=there, **upgrade) == 403
    assert status(hosted.inner, "PUT", "/_stcore/upload_file/a/b", Origin="https://evil.example") == 403
    assert status(hosted.inner, "POST", "/_stcore/agent/interact") in (403, 404, 405)
