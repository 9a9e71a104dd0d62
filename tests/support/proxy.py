"""A small reverse proxy in place of Caddy, with the headers of deploy/Caddyfile, for tests in a real browser.

Each connection carries one request: the server closes it after its answer, so that nothing but the two heads has to be
read. A WebSocket passes through untouched.
"""

import contextlib
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

CADDYFILE = Path(__file__).parents[2] / "deploy" / "Caddyfile"
HEAD_BYTES = 1 << 20
END = b"\r\n\r\n"


def headers_of_caddyfile() -> dict[str, str]:
    """Return the headers that the Caddyfile adds to every answer."""
    block = re.search(r"\theader \{\n(.*?)\n\t\}", CADDYFILE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    lines = [line.strip().partition(" ") for line in block[1].splitlines()]
    return {name: value.strip().strip('"') for name, _, value in lines if name and not name.startswith(("-", "#"))}


@contextlib.contextmanager
def before(address: str, added: Mapping[str, str], visitor: str = "") -> Iterator[str]:
    """Serve an app through the proxy.

    Args:
        address: The app's address.
        added: Headers for every answer.
        visitor: The address that X-Forwarded-For names; that header is not sent where it is empty.

    Yields:
        The proxy's address.
    """
    port = urlsplit(address).port
    assert port is not None
    lines = "".join(f"{name}: {value}\r\n" for name, value in added.items()).encode()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, port, lines, visitor), daemon=True).start()
        try:
            yield f"http://localhost:{listening.getsockname()[1]}"
        finally:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, port: int, lines: bytes, visitor: str) -> None:
    while True:
        try:
            browser = listening.accept()[0]
        except OSError:
            return
        threading.Thread(target=_serve, args=(browser, port, lines, visitor), daemon=True).start()


def _serve(browser: socket.socket, port: int, lines: bytes, visitor: str) -> None:
    with browser, contextlib.suppress(OSError):
        asked, rest = _head(browser)
        if not asked:
            return
        if not re.search(rb"\r\nupgrade: *websocket", asked, re.IGNORECASE):
            asked = re.sub(rb"\r\nconnection:[^\r]*", b"", asked, flags=re.IGNORECASE) + b"\r\nConnection: close"
        if visitor:
            asked += f"\r\nX-Forwarded-For: {visitor}".encode()
        with socket.create_connection(("localhost", port)) as server:
            server.sendall(asked + END + rest)
            up = threading.Thread(target=_pump, args=(browser, server), daemon=True)
            up.start()
            answered, rest = _head(server)
            browser.sendall(answered + b"\r\n" + lines + b"\r\n" + rest)
            _pump(server, browser)
            with contextlib.suppress(OSError):
                browser.shutdown(socket.SHUT_RDWR)
            up.join(10)


def _head(source: socket.socket) -> tuple[bytes, bytes]:
    """Return the head of a message without its empty line, and what was read of the body."""
    data = b""
    while END not in data and len(data) < HEAD_BYTES:
        part = source.recv(65536)
        if not part:
            break
        data += part
    head, _, rest = data.partition(END)
    return head, rest


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
