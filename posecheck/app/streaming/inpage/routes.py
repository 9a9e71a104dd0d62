"""What the app's server adds to Streamlit's: the pose finder's files, the pose model, and the connection for landmarks.

Everything is of the app's own origin. The files are verified when they are first asked for, and have their version in
their address, so that browsers may keep them.
"""

import asyncio
import contextlib
import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from streamlit import config
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from posecheck.app.base.collection import settle
from posecheck.app.streaming.inpage import codes, nearby, phones
from posecheck.app.streaming.inpage.line import SocketLine
from posecheck.app.streaming.inpage.links import Links
from posecheck.capture.pose import model_file
from posecheck.capture.pose.model_file import Variant
from posecheck.capture.web import build
from posecheck.core.errors import ModelError
from posecheck.live.remote import surroundings, wire

BASE = "/inpage"
TYPES = {".js": "text/javascript", ".cjs": "text/javascript", ".wasm": "application/wasm"}
KEEP = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
FRESH = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
TICKET_S = 10.0
"""How long a connection may take to show its ticket."""
MOST_TICKET = 200
SILENT_MS = 60_000
"""A browser's pose finder has failed where nothing of it has come for so long; what comes slowly may take longer."""
WASM = "vision_wasm_internal.wasm"
"""The largest file of the build; the others take a twentieth of it."""
SERVED: tuple[Variant, ...] = ("full", "lite")
MOST_UNANSWERED = 200
"""Most connections that have not shown their ticket, which a page does at once; with one more the oldest ends."""
PARTS = ("landmarker.js", "surroundings.js", "coding.js", "worker.js")
"""The scripts of the worker."""
_HERE = Path(__file__).parent


def addresses() -> dict[str, object]:
    """Return the addresses of the parts, for the page's script; `lite` and `code` are None where they are not here.

    `sizes` holds by address how many bytes a browser fetches that has nothing yet.
    """
    base = config.get_option("server.baseUrlPath").strip("/")
    start = f"/{base}{BASE}" if base else BASE
    models = {variant: f"{start}/model/{_short(variant)}" for variant in SERVED}
    sizes = {models[variant]: _bytes(_served_model(variant)) for variant in SERVED}
    sizes[f"{start}/build/{build.VERSION}"] = _bytes(build.folder() / WASM)
    return {
        "build": f"{start}/build/{build.VERSION}",
        "model": models["full"],
        "lite": models["lite"] if _served_model("lite") is not None else None,
        "sizes": sizes,
        "silent_ms": SILENT_MS,
        "worker": f"{start}/worker.js",
        "link": f"{start}/link",
        "speed": f"{start}/speed",
        "code": codes.about(start, _served_model("full")),
    }


@cache
def _links() -> Links:
    return Links()


_attached = False


def attached() -> bool:
    """Return whether this server has these routes; a page served by `streamlit run` on another script has not."""
    return _attached


def routes() -> list[BaseRoute]:
    """Return the routes; the server that asks for them has them."""
    global _attached
    _attached = True
    return [
        Route(f"{BASE}/build/{build.VERSION}/{{name}}", _built),
        Route(f"{BASE}/model/{{name}}", _model),
        Route(f"{BASE}/code/{{version}}/{{name}}", _code),
        Route(f"{BASE}/worker.js", _script),
        Route(f"{BASE}/speed", _speed),
        WebSocketRoute(f"{BASE}/link", _connected),
        Route(phones.BASE, phones.shown),
        Route(f"{phones.BASE}/page.js", phones.code),
        Route(f"{phones.BASE}/readings", _measured, methods=["POST"]),
    ]


def _bytes(file: Path | None) -> int:
    try:
        return 0 if file is None else file.stat().st_size
    except OSError:
        return 0


async def _measured(request: Request) -> Response:
    if not allowed(request.headers.get("origin"), request.headers.get("host")):
        return PlainTextResponse("not from here", 403)
    answer, feed, message = await phones.taken(request)
    if feed is not None:
        _links().phone(feed, message)
    return answer


async def _built(request: Request) -> Response:
    name = request.path_params["name"]
    place = await asyncio.to_thread(build.ready)
    if place is None or name not in build.FILES:
        return PlainTextResponse("not here", 404)
    return FileResponse(place / name, media_type=TYPES[Path(name).suffix], headers=KEEP)


def _short(variant: Variant) -> str:
    return model_file.HASHES[variant][0][:12]


async def _model(request: Request) -> Response:
    named = {_short(variant): variant for variant in SERVED}.get(request.path_params["name"])
    found = None if named is None else await asyncio.to_thread(_served_model, named)
    if found is None:
        return PlainTextResponse("not here", 404)
    return FileResponse(found, media_type="application/octet-stream", headers=KEEP)


async def _code(request: Request) -> Response:
    return await codes.answer(request, await asyncio.to_thread(_served_model, "full"), KEEP)


@cache
def _served_model(variant: Variant) -> Path | None:
    try:
        return model_file.find(variant)
    except ModelError:
        return None


async def _script(_: Request) -> Response:
    return Response(worker_script(), media_type=TYPES[".js"], headers=FRESH)


async def _speed(_: Request) -> Response:
    """Say how many milliseconds this server takes to find a pose; null where nobody has had it measured."""
    return JSONResponse({"ms": nearby.known_ms()}, headers=FRESH)


def worker_script() -> str:
    """Return the script of the worker that finds the pose."""
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in PARTS)


def allowed(origin: str | None, host: str | None) -> bool:
    """Return whether a connection comes from a page of this app: its origin is the host it was opened by.

    Args:
        origin: The connection's Origin; a browser always states it.
        host: Its Host, which has to be one of `server.allowedHosts`.
    """
    return bool(origin) and bool(host) and is_host_allowed(host) and urlsplit(str(origin)).netloc == host


def bound(receive: object, most: int) -> bool:
    """Let a connection take no larger messages than these, whatever the rest of the app takes.

    The server has one bound for all connections, that of Streamlit's own, and reads a message whole before anybody sees
    it. A connection's own bound is where uvicorn keeps it.

    Args:
        receive: What the connection is read by.
        most: Largest message, bytes.

    Returns:
        Whether that could be done.
    """
    held: Any = getattr(getattr(receive, "__self__", None), "conn", None)
    if not hasattr(held, "max_message_size"):
        return False
    held.max_message_size = most
    return True


async def _connected(socket: WebSocket) -> None:
    if not allowed(socket.headers.get("origin"), socket.headers.get("host")):
        # Before it is accepted, this answers 403.
        await socket.close(4403)
        return
    bound(socket._receive, max(wire.MOST_BYTES, MOST_TICKET))
    await socket.accept()
    settle()
    ticket = await _shown(socket)
    link = _links().link(ticket) if ticket else None
    if link is None:
        await _close(socket, 4401, "no valid ticket")
        return
    line = SocketLine(socket)
    link.connect(line)
    try:
        while True:
            message = await socket.receive()
            if message["type"] != "websocket.receive":
                return
            if line.ended:
                continue
            if (data := message.get("bytes")) is not None:
                (link.surroundings if data.startswith(surroundings.HEAD) else link.frames)(data)
            else:
                text = message.get("text") or ""
                link.ask(_said(text, "ask") if len(text) <= MOST_TICKET else "")
    finally:
        link.disconnect(line)
        await line.over()


_unanswered: "dict[WebSocket, asyncio.Task[str]]" = {}


async def _shown(socket: WebSocket) -> str:
    """Return the ticket that a connection shows first; empty where too many others have come before it showed one."""
    if len(_unanswered) >= MOST_UNANSWERED:
        _unanswered.pop(next(iter(_unanswered))).cancel()
    asked = _unanswered[socket] = asyncio.create_task(_ticket(socket))
    try:
        await asyncio.wait([asked])
        return "" if asked.cancelled() else asked.result()
    finally:
        asked.cancel()
        _unanswered.pop(socket, None)


async def _ticket(socket: WebSocket) -> str:
    """Return the ticket that a connection shows first; empty where it shows none in time."""
    try:
        text = await asyncio.wait_for(socket.receive_text(), TICKET_S)
    except (TimeoutError, WebSocketDisconnect, KeyError, RuntimeError):
        return ""
    return _said(text, "ticket") if len(text) <= MOST_TICKET else ""


def _said(text: str, name: str) -> str:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    said = told.get(name) if isinstance(told, dict) else None
    return said if isinstance(said, str) else ""


async def _close(socket: WebSocket, code: int, why: str) -> None:
    if socket.client_state == WebSocketState.CONNECTED:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(code, why)
