"""The phone's page as the app serves it: for whoever has the visit's key, and what is sent reaches that visit alone."""

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from starlette.applications import Starlette

from posecheck.app.streaming.feed import Feed, Wish
from posecheck.app.streaming.inpage import phones, routes, tickets
from posecheck.app.streaming.inpage.links import Link, Links
from posecheck.capture.markers.phone.stream import SILENT_S
from posecheck.live.remote import wire
from posecheck.live.remote.viewer import RemoteViewer
from posecheck.live.remote.wire import Received
from posecheck.stretches.library import find_stretch
from tests.support.people import Posture, track_of

HOST = "localhost"
Ask = Callable[..., tuple[int, str, dict[str, str]]]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Serve the app's routes, and return what asks them: method, path, body and headers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes.routes()), log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
        thread.start()
        port = held.getsockname()[1]
        held.listen()

        def asked(
            method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
        ) -> tuple[int, str, dict[str, str]]:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            link.request(method, path, body, {"Host": HOST} | (headers or {}))
            answer = link.getresponse()
            told = answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.getheaders()}
            link.close()
            return told

        yield asked
        server.should_exit = True
        thread.join()


def message(turn: float = 5.0, page: str = "a", time_s: float = 1.0) -> bytes:
    return json.dumps({"page": page, "belt": False, "rows": [[time_s, turn, 0.0, 0.0, 1]]}).encode()


def test_the_page_is_for_whoever_has_the_key_and_needs_no_script_within(ask: Ask) -> None:
    feed = Feed()
    key = tickets.phone_key(feed)
    assert key == tickets.phone_key(feed)
    status, text, headers = ask("GET", f"/phone?k={key}", headers={"Accept-Language": "de"})
    assert status == 200
    assert '<html lang="de">' in text
    assert '<script src="/phone/page.js"></script>' in text
    assert "script-src 'self'" in headers["content-security-policy"]
    about = json.loads(text.split('id="about">')[1].split("</script>")[0])
    assert (about["token"], about["to"]) == (key, "/phone/readings")
    assert about["language"] == "de"
    assert "selected" not in text
    feed.want(Wish(find_stretch("standing-twist")))
    assert '<option value="standing-twist" selected>' in ask("GET", f"/phone?k={key}")[1]
    over = ask("GET", "/phone?k=guessed", headers={"Accept-Language": "de"})
    assert over[0] == 404
    assert "<p>Dieser Besuch ist zu Ende. Lesen Sie den Code neu ein.</p>" in over[1]
    assert "class Instrument" in ask("GET", "/phone/page.js")[1]
    for wrong in ("", "?k=", "?k=guessed", "?k=" + "x" * 5000):
        assert ask("GET", f"/phone{wrong}")[0] == 404
    del feed
    assert ask("GET", f"/phone?k={key}")[0] == 404, "the visit is over"


def test_what_is_sent_reaches_that_visit_alone_and_nonsense_does_not(ask: Ask) -> None:
    mine, other = Feed(), Feed()
    tickets.phone_key(other)
    headers = {"X-Posecheck": tickets.phone_key(mine), "Origin": f"http://{HOST}"}

    def sent(body: bytes, given: dict[str, str] = headers) -> int:
        return ask("POST", "/phone/readings", body, given)[0]

    assert sent(message()) == 204
    heard = mine.phones.heard()
    assert heard is not None
    assert heard.record.turn_deg.tolist() == [5.0]
    assert other.phones.heard() is None
    assert sent(message(), headers | {"X-Posecheck": "guessed"}) == 404
    assert sent(message(), headers | {"Origin": "https://elsewhere.example"}) == 403
    assert sent(b"[]") == 400
    assert sent(b" " * (phones.MOST_BYTES + 1)) == 413
    assert sent(message(page="b", time_s=2.0)) == 423, "the first one sends"
    clock = mine.phones.clock
    mine.phones.clock = lambda: clock() + SILENT_S
    assert sent(message(page="b", time_s=2.0)) == 204
    assert sent(message(time_s=3.0)) == 409
    spent = phones._credits[mine]
    spent.left, spent.at_s = 0.0, spent.at_s + 3600.0
    assert sent(b"[]") == 429


class Place:
    """A place that keeps what is passed on."""

    def __init__(self) -> None:
        self.phones: list[bytes] = []

    def phone(self, message: bytes) -> None:
        self.phones.append(message)


def test_it_is_passed_on_to_who_judges_the_visitors_landmarks() -> None:
    feed, held = Feed(), Links()
    feed.ticket = "t"
    held.phone(feed, message())
    link = held._links["t"] = Link(feed, held)
    held.phone(feed, message())
    place = Place()
    link._place = place  # type: ignore[assignment]
    held.phone(feed, message())
    assert place.phones == [message()]


@pytest.mark.usefixtures("plain_geometry")
def test_landmarks_from_a_browser_are_judged_with_what_the_phone_sent() -> None:
    viewer = RemoteViewer(Wish(find_stretch("chair-twist")))
    track = track_of([Posture()] * 60)
    said: list[str] = []
    for i in range(60):
        now = 1000.0 + i / 30
        viewer.phone(message(12.0, time_s=400.0 + i / 30), now)
        viewer.phone(b"nonsense", now)
        received = Received(i / 30, i + 1, (800, 800), track.pose(i))
        answer = json.loads(viewer.frames(wire.write([received]), now + 0.02))
        said += [one["text"] for one in answer.get("say", [])]
    assert "The phone is connected." in said
    shot = viewer._shot(Received(60 / 30, 61, (800, 800), track.pose(0)), 1002.0)
    assert shot[1] is not None
    assert float(shot[1].phone[0]) == pytest.approx(12.0, abs=0.1)
