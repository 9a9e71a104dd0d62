"""Hand the page to the phone by https in the local network, and nothing else to anybody."""

import http.server
import secrets
import ssl
from pathlib import Path

import cv2
import numpy as np

from posecheck.core import __version__
from posecheck.core.errors import InputError
from posecheck.core.i18n import LANGUAGES, Language, chosen
from posecheck.phone.page import page

TIMEOUT_S = 20.0
QUIET_MODULES = 2
"""White around a QR code, in modules; terminals have space around it anyway."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server_version, sys_version = f"posecheck/{__version__}", ""
    timeout = TIMEOUT_S
    stretch: str | None = None
    language: Language | None = None

    def do_GET(self) -> None:
        """Answer with the page."""
        if self.path.split("?")[0] != "/":
            self.send_error(404)
            return
        nonce = secrets.token_urlsafe(16)
        language = self.language or chosen(self.headers.get("Accept-Language"))
        body = page(language, nonce, self.stretch).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Language", language)
        policy = f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}' 'unsafe-inline'; "
        self.send_header("Content-Security-Policy", policy + "base-uri 'none'; form-action 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of who asked."""


class Server(http.server.ThreadingHTTPServer):
    """Serve the page; a connection that fails ends silently, as those of a browser that distrusts the certificate."""

    daemon_threads = True

    def __init__(self, host: str, port: int, secret: Path, stretch: str | None, language: str | None) -> None:
        """Listen.

        Args:
            host: The address to listen at.
            port: The port; 0 for any.
            secret: The file with certificate and key.
            stretch: The id of the stretch that is selected at first.
            language: The page's language; None for the phone's own.

        Raises:
            InputError: There is no such language, or the port is taken.
        """
        if language is not None and language not in LANGUAGES:
            text = "language: expected {known}, got {got}"
            raise InputError("language", text, known=" or ".join(LANGUAGES), got=repr(language))
        handler = type("Handler", (_Handler,), {"stretch": stretch, "language": language})
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


def _edges(code: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[slice, slice]:
    """Return the part of a picture of a code that holds its dark modules."""
    rows, cols = np.flatnonzero(~code.all(axis=1)), np.flatnonzero(~code.all(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(cols[0], cols[-1] + 1)
