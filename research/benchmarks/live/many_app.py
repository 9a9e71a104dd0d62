"""The app for the capacity benchmark: `streamlit run` serves this file.

Beside the app's own routes it gives a ticket to everybody who asks, and says how long answers took: from the moment in
which a frame's message was read to the moment in which its answer was handed to the connection; and when the server
began to judge in other blocks, and why.
"""

import json
import os
import struct
import time
from array import array

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.starlette import App

from posecheck.app import server
from posecheck.app.streaming.feed import Feed, Wish
from posecheck.app.streaming.inpage import links, routes, tickets
from posecheck.app.streaming.inpage.load import Load
from posecheck.live.remote import wire
from posecheck.stretches.library import find_stretch
from research.benchmarks.footing import STRETCH

NUMBER_AT = len(wire.HEAD) + 1 + 8
_feeds: list[Feed] = []
_delays = array("d")
_changes: list[dict[str, float]] = []
_arrived: dict[tuple[int, int], float] = {}
_frames, _answered, _worked = links.Link.frames, links.Link.answered, Load.worked
_began_s = time.monotonic()


def _timed_frames(self: links.Link, message: bytes) -> None:
    now = time.monotonic()
    for at in range(NUMBER_AT, len(message), wire.RECORD.itemsize):
        _arrived[id(self), struct.unpack_from("<I", message, at)[0]] = now
    _frames(self, message)


def _timed_answered(self: links.Link, answer: bytes) -> None:
    _answered(self, answer)
    arrived = _arrived.pop((id(self), json.loads(answer)["n"]), None)
    if arrived is not None:
        _delays.append(time.monotonic() - arrived)


def _noted_worked(self: Load, took_s: float, now: float | None = None) -> bool:
    busy, changed = self.share(), _worked(self, took_s, now)
    if changed:
        took = sorted(took_s for _, took_s in self._answers)
        late_ms = 1000 * took[int(0.95 * len(took))] if took else 0.0
        at_s = time.monotonic() - _began_s
        _changes.append({"at_s": at_s, "block": self.block, "busy": busy, "p95_ms": late_ms})
    return changed


async def _ticket(_: Request) -> JSONResponse:
    feed = Feed()
    feed.want(Wish(find_stretch(STRETCH)))
    _feeds.append(feed)
    return JSONResponse({"ticket": tickets.issue(feed)})


async def _told(_: Request) -> JSONResponse:
    """Return the delays since the last call, in seconds, how frames are judged now, and when that changed."""
    delays, changes = _delays.tolist(), list(_changes)
    del _delays[:], _changes[:]
    _arrived.clear()
    load = routes._links().judges.load
    told = {"delays": delays, "block": load.block, "busy": load.share(), "pid": os.getpid()}
    return JSONResponse({**told, "at_s": time.monotonic() - _began_s, "changes": changes})


links.Link.frames, links.Link.answered = _timed_frames, _timed_answered  # type: ignore[method-assign]
Load.worked = _noted_worked  # type: ignore[method-assign]
app = App(server.script(), routes=[Route("/bench/ticket", _ticket), Route("/bench/told", _told), *routes.routes()])
