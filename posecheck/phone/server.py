"""Hand the page to the phone by https in the local network, and nothing else to anybody.

Where somebody takes what it measures, the page is only for who has read the QR code: its address has a key in it, which
is made anew at each start.
"""

import http.server
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import cv2
import numpy as np

from posecheck.capture.markers.phone.record_file import HEADER
from posecheck.capture.markers.phone.stream import Pages, Said, Sent, Streams
from posecheck.core import __version__
from posecheck.core.errors import InputError, OutputError
from posecheck.core.i18n import LANGUAGES, Language, chosen
from posecheck.phone.page import SCAN, notice, page

TIMEOUT_S = 20.0
MOST_BYTES = 1 << 18
"""Most bytes of readings sent at once; ten seconds of them have 30 kB."""
MOST_LINKS = 64
"""Most connections at a time; browsers open up to six."""
KEY_BYTES = 9
"""Of a key, which somebody may have to type: 12 characters."""
STATUS = {Said.TAKEN: 204, Said.WAIT: 423, Said.REPLACED: 409}
"""The answer to what a page sends."""
QUIET_MODULES = 2
"""White around a QR code, in modules; terminals have space around it anyway."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server_version, sys_version = f"posecheck/{__version__}", ""
    # A page sends many times a second: the connection stays, and nothing waits for a packet to be full.
    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True
    timeout = TIMEOUT_S
    stretch: str | None = None
    language: Language | None = None
    kept: "Kept | None" = None
    streams: Streams | None = None
    token = ""

    def do_GET(self) -> None:
        """Answer with the page."""
        asked = urlsplit(self.path)
        if asked.path != "/":
            self.send_error(404)
            return
        nonce = secrets.token_urlsafe(16)
        language = self.language or chosen(self.headers.get("Accept-Language"))
        let_in = not self._takes or self._known(parse_qs(asked.query).get("k", [""])[0])
        text = page(language, nonce, self.stretch, self.token) if let_in else notice(language, nonce, SCAN)
        body = text.encode()
        self.send_response(200 if let_in else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Language", language)
        policy = f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}' 'unsafe-inline'; "
        policy += "connect-src 'self'; " if self._takes else ""
        self.send_header("Content-Security-Policy", policy + "base-uri 'none'; form-action 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    @property
    def _takes(self) -> bool:
        return self.kept is not None or self.streams is not None

    def _known(self, key: str) -> bool:
        return secrets.compare_digest(key.encode(errors="replace"), self.token.encode())

    def do_POST(self) -> None:
        """Take what a phone has measured, if anybody wants it."""
        size = self.headers.get("Content-Length", "")
        if not self._takes or self.path != "/readings" or not self._known(self.headers.get("X-Posecheck", "")):
            self.send_error(404)
            return
        if not (size.isascii() and size.isdecimal() and len(size) < 9) or not 0 < int(size) <= MOST_BYTES:
            self.send_error(413)
            return
        sent = Sent.read(self.rfile.read(int(size)))
        if sent is None:
            self.send_error(400)
            return
        said = [one.add(sent) for one in (self.kept, self.streams) if one is not None]
        # Both know the same pages, and answer alike.
        status = max(STATUS[one] for one in said)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of who asked."""


class Kept:
    """The file that keeps what the phone measures, as the readings come in.

    Attributes:
        counts: How many readings were kept of the phone at the chest (False) and of that at the pelvis (True).
        first: Called with which phone it is when the first reading of it comes; from any thread.
    """

    def __init__(self, file: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin a file; an existing one is replaced.

        Args:
            file: The file.
            clock: This computer's clock, in seconds.

        Raises:
            OutputError: It cannot be written.
        """
        self.clock = clock
        try:
            self._file = file.open("w", encoding="utf-8")
            self._file.write(HEADER + "\n")
            self._file.flush()
        except OSError as error:
            raise OutputError("cannot_write", "{file}: cannot be written", file=file) from error
        self.counts = {False: 0, True: 0}
        self.first: Callable[[bool], None] | None = None
        self._pages = {False: Pages(), True: Pages()}
        self._lock = threading.Lock()

    def add(self, sent: Sent) -> Said:
        """Add readings, or not; those that came before are left out. Return what is answered."""
        with self._lock:
            now = self.clock()
            pages = self._pages[sent.belt]
            said = pages.answer(sent, now)
            rows = pages.take(sent, now).tolist() if said is Said.TAKEN else []
            if rows and not self.counts[sent.belt] and self.first is not None:
                self.first(sent.belt)
            self.counts[sent.belt] += len(rows)
            for row in rows:
                values = [f"{row[0]:.4f}", *(f"{v:.2f}" for v in row[1:4]), f"{row[4]:.0f}"]
                self._file.write(",".join([*values, str(int(sent.belt)), f"{now:.4f}"]) + "\n")
            self._file.flush()
        return said

    def close(self) -> None:
        """End the file."""
        with self._lock:
            self._file.close()


class Server(http.server.ThreadingHTTPServer):
    """Serve the page; a connection that fails ends silently, as those of a browser that distrusts the certificate.

    Attributes:
        kept: The file that keeps what is sent; None where none does.
        key: What the address of the page ends with, made anew for each server; empty where nothing is sent.
    """

    daemon_threads = True

    def __init__(
        self,
        host: str,
        port: int,
        secret: Path,
        stretch: str | None,
        language: str | None,
        out: Path | None = None,
        streams: Streams | None = None,
    ) -> None:
        """Listen.

        Args:
            host: The address to listen at.
            port: The port; 0 for any.
            secret: The file with certificate and key.
            stretch: The id of the stretch that is selected at first.
            language: The page's language; None for the phone's own.
            out: The file that keeps what phones measure; None keeps nothing.
            streams: Take what phones measure, for use now; with neither, nothing is sent.

        Raises:
            InputError: There is no such language, or the port is taken.
        """
        if language is not None and language not in LANGUAGES:
            text = "language: expected {known}, got {got}"
            raise InputError("language", text, known=" or ".join(LANGUAGES), got=repr(language))
        self.kept = None if out is None else Kept(out)
        self.key = "" if self.kept is None and streams is None else secrets.token_urlsafe(KEY_BYTES)
        about: dict[str, object] = {"stretch": stretch, "language": language, "kept": self.kept, "streams": streams}
        about["token"] = self.key
        self._links = threading.BoundedSemaphore(MOST_LINKS)
        handler = type("Handler", (_Handler,), about)
        try:
            super().__init__((host, port), handler)
        except OSError as error:
            text = "port {port}: expected a free port, found it taken or not allowed"
            raise InputError("port_taken", text, port=port) from error
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(secret)
        # The handshake waits until the connection has its own thread: nobody can hold up the others with it.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def address(self, host: str) -> str:
        """Return the address of the page on a machine's address: with the key, where what it measures is taken."""
        key = f"?k={self.key}" if self.key else ""
        return f"https://{host}:{self.server_address[1]}/{key}"

    def server_close(self) -> None:
        """Stop listening, and end the file."""
        super().server_close()
        if self.kept is not None:
            self.kept.close()

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        """Answer in a thread; close a connection at once where there are too many."""
        if self._links.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        """Answer until the connection ends, and let another one in."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._links.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: browsers break off connections whose certificate they do not know yet."""


def qr(text: str) -> str:
    """Return a QR code of a text for a terminal, two modules in each character, light on dark."""
    code = np.asarray(cv2.QRCodeEncoder.create().encode(text)) > 127
    code = np.pad(code[_edges(code)], QUIET_MODULES, constant_values=True)
    if len(code) % 2:
        code = np.pad(code, ((0, 1), (0, 0)), constant_values=True)
    signs = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    pairs = zip(code[::2].tolist(), code[1::2].tolist(), strict=True)
    return "\n".join("".join(signs[both] for both in zip(*rows, strict=True)) for rows in pairs)


def invitation(address: str, mark: str) -> list[str]:
    """Return what brings a phone to a page: the QR code, and words for what its browser will warn of.

    Args:
        address: The page's address.
        mark: The fingerprint of the certificate, as browsers show it.
    """
    return [
        qr(address),
        f"Scan it with the phone, in the same network as this computer: {address}",
        "The browser will warn that the connection is not private, because this computer",
        "made the certificate itself: choose Advanced (or Show details), then Proceed (or",
        "Visit this website). The certificate's fingerprint is",
        mark,
    ]


def _edges(code: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[slice, slice]:
    """Return the part of a picture of a code that holds its dark modules."""
    rows, cols = np.flatnonzero(~code.all(axis=1)), np.flatnonzero(~code.all(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(cols[0], cols[-1] + 1)
