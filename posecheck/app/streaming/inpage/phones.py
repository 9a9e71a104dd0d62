"""The phone's page as the app serves it, and what a visitor's phone sends to it.

The page's address has the visitor's key in it, which is good for nothing else. Its script is a file of its own, because
a server before this one may allow no others.
"""

import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import streamlit as st
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from streamlit import config

from posecheck.app.streaming.feed import Feed
from posecheck.app.streaming.inpage.tickets import feed_of, phone_key
from posecheck.capture.markers.phone.stream import Said, Sent
from posecheck.core.i18n import N_, chosen
from posecheck.phone.certificate import addresses
from posecheck.phone.page import notice, page, script
from posecheck.phone.server import STATUS

BASE = "/phone"
MOST_KEY = 64
MOST_BYTES = 1 << 18
"""Most bytes of readings sent at once; ten seconds of them have 30 kB."""
RATE, BURST = 60.0, 240.0
"""Most messages a second of one visitor's phones, which send 17 each, and how many may come at once after a pause."""
OVER = N_("This visit is over. Scan the code again.")
FRESH = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


@dataclass
class _Credit:
    left: float = BURST
    at_s: float = field(default_factory=time.monotonic)

    def spend(self) -> bool:
        now = time.monotonic()
        self.left, self.at_s = min(BURST, self.left + RATE * (now - self.at_s)), now
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True


_credits: "WeakKeyDictionary[Feed, _Credit]" = WeakKeyDictionary()


def start() -> str:
    """Return the path of the page on this server, without a key."""
    base = config.get_option("server.baseUrlPath").strip("/")
    return f"/{base}{BASE}" if base else BASE


def address(feed: Feed) -> str | None:
    """Return the address of a visitor's own page for their phone; None where no phone could use it.

    Browsers give motion sensors to pages opened by https only, and a phone cannot reach a page of this machine alone.

    Args:
        feed: The visitor's feed.
    """
    own = urlsplit(st.context.url or "")
    if own.scheme != "https" or not own.hostname:
        return None
    place = own.netloc
    if own.hostname in ("localhost", "127.0.0.1", "::1"):
        known = addresses() if config.get_option("server.address") == "0.0.0.0" else []
        if not known:
            return None
        place = known[0] if own.port is None else f"{known[0]}:{own.port}"
    return f"https://{place}{start()}?k={phone_key(feed)}"


def shown(request: Request) -> Response:
    """Answer with the page."""
    language = chosen(request.headers.get("accept-language"))
    key = request.query_params.get("k", "")
    feed = feed_of(key) if len(key) <= MOST_KEY else None
    nonce = secrets.token_urlsafe(16)
    if feed is None:
        policy = f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'"
        text = notice(language, nonce, OVER)
        return HTMLResponse(text, 404, headers=FRESH | {"Content-Security-Policy": policy})
    stretch = None if feed.wish is None else feed.wish.stretch.id
    policy = f"default-src 'none'; script-src 'self'; style-src 'nonce-{nonce}' 'unsafe-inline'; connect-src 'self'; "
    headers = {"Content-Security-Policy": policy + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}
    text = page(language, nonce, stretch, key, f"{start()}/readings", f"{start()}/page.js")
    return Response(text, media_type="text/html; charset=utf-8", headers=headers | FRESH)


def code(_: Request) -> Response:
    """Answer with the page's script."""
    return Response(script(), media_type="text/javascript", headers=FRESH)


async def taken(request: Request) -> tuple[Response, Feed | None, bytes]:
    """Take what a phone sends; return the answer, and whose phone it is with the message if it is to be passed on."""
    key = request.headers.get("x-posecheck", "")
    feed = feed_of(key) if len(key) <= MOST_KEY else None
    if feed is None:
        return PlainTextResponse("unknown", 404, headers=FRESH), None, b""
    if not _credits.setdefault(feed, _Credit()).spend():
        return PlainTextResponse("too many", 429, headers=FRESH), None, b""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                return PlainTextResponse("too much", 413, headers=FRESH), None, b""
    except ClientDisconnect:
        return PlainTextResponse("gone", 400, headers=FRESH), None, b""
    sent = Sent.read(bytes(body))
    if sent is None:
        return PlainTextResponse("not readings", 400, headers=FRESH), None, b""
    said = feed.phones.add(sent)
    if said is not Said.TAKEN:
        return PlainTextResponse(said.value, STATUS[said], headers=FRESH), None, b""
    return Response(status_code=204, headers=FRESH), feed, bytes(body)
