"""The page reaches a phone by https, in its language, and needs nothing from elsewhere."""

import datetime
import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from posecheck.capture.markers.phone.record_file import load_records
from posecheck.capture.markers.phone.stream import SILENT_S, Streams
from posecheck.cli.main import app
from posecheck.core.errors import InputError
from posecheck.phone import certificate as certificates
from posecheck.phone.page import SCAN, offered, page
from posecheck.phone.server import MOST_LINKS, Server, qr
from research.harness import browser_app

NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)


def test_a_certificate_is_kept_until_it_ends_or_the_address_changes(tmp_path: Path) -> None:
    first = certificates.certificate(tmp_path, ["192.0.2.7"], NOW)
    mark = certificates.fingerprint(first)
    assert (first.stat().st_mode & 0o077) == 0
    assert certificates.fingerprint(certificates.certificate(tmp_path, ["192.0.2.7"], NOW)) == mark
    later = NOW + datetime.timedelta(days=certificates.DAYS - 1)
    assert certificates.fingerprint(certificates.certificate(tmp_path, ["192.0.2.7"], later)) != mark
    mark = certificates.fingerprint(first)
    assert certificates.fingerprint(certificates.certificate(tmp_path, ["192.0.2.8"], later)) != mark
    first.write_bytes(b"damaged")
    assert certificates.fingerprint(certificates.certificate(tmp_path, ["192.0.2.8"], NOW))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    secret = certificates.certificate(tmp_path, ["127.0.0.1"], datetime.datetime.now(datetime.UTC))
    with Server("127.0.0.1", 0, secret, "chair-twist", None) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1], secret
        server.shutdown()
        thread.join()


def test_the_page_comes_in_the_phones_language_and_nothing_else_does(served: tuple[int, Path]) -> None:
    port, secret = served
    context = ssl.create_default_context(cafile=str(secret))
    for path, status in (("/", 200), ("/?x=1", 200), ("/marker.js", 404), ("/../etc/passwd", 404)):
        link = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=20)
        link.request("GET", path, headers={"Accept-Language": "de-AT,de;q=0.9"})
        answer = link.getresponse()
        text = answer.read().decode()
        assert answer.status == status
        if status == 200:
            assert "default-src 'none'" in (answer.getheader("Content-Security-Policy") or "")
            assert '<html lang="de">' in text
            assert "Ruhig halten" in text or "ruhig" in text
            assert '<option value="chair-twist" selected>' in text
        link.close()


def test_readings_are_kept_once_and_nonsense_is_not(tmp_path: Path) -> None:
    secret = certificates.certificate(tmp_path, ["127.0.0.1"], datetime.datetime.now(datetime.UTC))
    file = tmp_path / "phone.csv"
    with Server("127.0.0.1", 0, secret, None, "en", file) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        context = ssl.create_default_context(cafile=str(secret))

        def asked(method: str, path: str, body: bytes = b"", token: str = "") -> tuple[int, str]:
            link = http.client.HTTPSConnection("127.0.0.1", server.server_address[1], context=context, timeout=20)
            link.request(method, path, body, {"X-Posecheck": token})
            answer = link.getresponse()
            told = answer.status, answer.read().decode()
            link.close()
            return told

        token = server.key
        for guess in ("/", "/?k=", "/?k=guessed", "/?k=gu%E9ssed", f"/?K={token}", f"/?k={token[:-1]}"):
            status, text = asked("GET", guess)
            assert status == 404
            assert escape(SCAN) in text, "not for who has not read the code"
            assert 'name="viewport"' in text, "legible on a phone"
            assert token not in text
        status, text = asked("GET", server.address("x").removeprefix(f"https://x:{server.server_address[1]}"))
        assert status == 200
        assert json.loads(text.split('id="about">')[1].split("</script>")[0])["token"] == token
        rows = [[1.0 + i / 50, 2.0 * i, 0.5, -1.0, 1] for i in range(5)]

        def message(rows: object = rows, page: object = "abc", belt: object = False) -> bytes:
            return json.dumps({"page": page, "belt": belt, "rows": rows}).encode()

        for guess in ("guessed", "gu\u00e9ssed"):
            assert asked("POST", "/readings", message(), guess)[0] == 404
        assert asked("POST", "/elsewhere", message(), token)[0] == 404
        bad: tuple[object, ...] = (
            [[1, 2, 3]], [["a", 2, 3, 4, 5]], [[1, 2, 3, 4, 1e300]], [[1, float("nan"), 3, 4, 0]], [], {}, "x", 5,
            [[1, 2, 3, 4, 7]], [[2, 2, 3, 4, 0], [1, 2, 3, 4, 0]], [[[1, 2, 3, 4, 0]]],
            [[i, 0, 0, 0, 0] for i in range(601)],
        )  # fmt: skip
        for wrong in (b"", b"[[1", b"{}", b"[]", b"[" * 100_000, *(message(one) for one in bad)):
            assert asked("POST", "/readings", wrong, token)[0] in (400, 413)
        for page, belt in (("", False), ("a" * 33, False), ("../x", False), (3, False), ("abc", 1), ("abc", None)):
            assert asked("POST", "/readings", message(page=page, belt=belt), token)[0] == 400
        assert asked("POST", "/readings", message(rows[:3]), token)[0] == 204
        assert asked("POST", "/readings", message(), token)[0] == 204
        assert asked("POST", "/readings", message(belt=True), token)[0] == 204
        # While a page sends, nobody takes its place.
        assert asked("POST", "/readings", message(page="def"), token)[0] == 423
        # The page is opened anew: another clock, another zero. The old one is over.
        assert server.kept is not None
        clock = server.kept.clock
        server.kept.clock = lambda: clock() + SILENT_S
        assert asked("POST", "/readings", message(page="def"), token)[0] == 204
        assert asked("POST", "/readings", message([[9.0, 1, 1, 1, 1]]), token)[0] == 409
        server.shutdown()
    records = load_records(file)
    assert records.chest is not None
    assert records.belt is not None
    assert records.chest.turn_deg.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0] * 2
    assert records.chest.epoch.tolist() == [1.0] * 5 + [3.0] * 5
    assert records.belt.turn_deg.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]


def test_many_messages_come_over_one_connection_and_too_many_connections_are_closed(tmp_path: Path) -> None:
    secret = certificates.certificate(tmp_path, ["127.0.0.1"], datetime.datetime.now(datetime.UTC))
    streams = Streams()
    with Server("127.0.0.1", 0, secret, None, "en", streams=streams) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        context = ssl.create_default_context(cafile=str(secret))
        address = ("127.0.0.1", server.server_address[1])
        link = http.client.HTTPSConnection(*address, context=context, timeout=20)
        link.request("GET", f"/?k={server.key}")
        assert link.getresponse().read()
        socket_of_all = link.sock
        for i in range(30):
            rows = [[i + 0.5, 3.0 * i, 0.0, 0.0, 0]]
            body = json.dumps({"page": "a", "belt": False, "rows": rows}).encode()
            link.request("POST", "/readings", body, {"X-Posecheck": server.key})
            answer = link.getresponse()
            assert (answer.status, answer.read()) == (204, b"")
            assert link.sock is socket_of_all
        heard = streams.heard()
        assert heard is not None
        assert heard.record.turn_deg[-1] == 87.0
        assert streams.heard(belt=True) is None
        idle = [socket.create_connection(address, timeout=20) for _ in range(MOST_LINKS + 5)]
        # Those beyond the limit are closed at once; the first ones wait for a greeting.
        idle[-1].settimeout(20)
        assert idle[-1].recv(1) == b""
        for one in idle:
            one.close()
        link.close()
        server.shutdown()


def test_the_page_is_whole_and_names_no_other_place() -> None:
    text = page("en", "abc")
    assert "{{" not in text
    assert not re.search(r"""(src|href)=["']|https?://|@import|XMLHttpRequest|WebSocket|fetch\((?!about\.to)""", text)
    about = json.loads(text.split('id="about">')[1].split("</script>")[0])
    assert [one["id"] for one in about["stretches"]] == [one.id for one in offered()]
    assert about["to"] == "/readings"
    assert {"chair-twist", "standing-twist"} <= {one["id"] for one in about["stretches"]}
    assert all(0 < one["caution"] < one["stop"] for one in about["stretches"])


def test_a_taken_port_and_an_unknown_language_are_named(served: tuple[int, Path]) -> None:
    port, secret = served
    with pytest.raises(InputError, match="free port"):
        Server("127.0.0.1", port, secret, None, None)
    with pytest.raises(InputError, match="expected en or de, got 'fr'"):
        Server("127.0.0.1", 0, secret, None, "fr")
    assert CliRunner().invoke(app, ["phone", "--stretch", "no-such-stretch"]).exit_code == 2
    lying = CliRunner().invoke(app, ["phone", "--stretch", "supine-twist"])
    assert lying.exit_code == 2
    assert "expected a twist done upright" in lying.output


@pytest.mark.parametrize("sends", [True, False])
def test_the_terminal_says_when_the_phone_sends_and_what_was_kept(tmp_path: Path, *, sends: bool) -> None:
    if not certificates.addresses():
        pytest.skip("this machine is in no network")
    port, out = browser_app.free_port(), tmp_path / "phone.csv"
    command = [sys.executable, "-m", "posecheck", "phone", "--port", str(port), "--out", str(out)]
    told: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        env=os.environ | {"POSECHECK_DATA": str(tmp_path), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        while not told or "Ctrl-C ends this" not in told[-1]:
            told.append(process.stdout.readline())
        address = next(word for line in told for word in line.split() if word.startswith("https://"))
        if sends:
            asked = urlsplit(address)
            context = ssl.create_default_context(cafile=str(tmp_path / "phone" / "phone.pem"))
            link = http.client.HTTPSConnection(asked.netloc, context=context, timeout=20)
            rows = [[1.0 + i / 50, 2.0 * i, 0.5, -1.0, 1] for i in range(5)]
            body = json.dumps({"page": "abc", "belt": False, "rows": rows})
            link.request("POST", "/readings", body, {"X-Posecheck": parse_qs(asked.query)["k"][0]})
            assert link.getresponse().status == 204
            link.close()
            assert process.stdout.readline() == "The phone at the chest sends.\n"
        process.send_signal(signal.SIGINT)
        last, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    expected = "5 of the phone at the chest" if sends else "No phone sent anything"
    assert expected in last


def test_the_terminals_code_says_the_address() -> None:
    address = "https://192.168.178.34:8443/"
    rows = []
    for line in qr(address).splitlines():
        rows += [[sign in "█▀" for sign in line], [sign in "█▄" for sign in line]]
    picture = np.kron(np.array(rows, np.uint8) * 255, np.ones((8, 8), np.uint8))
    picture = np.pad(picture, 40, constant_values=255)
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == address
