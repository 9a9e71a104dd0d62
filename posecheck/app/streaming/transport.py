"""Between browser and processor: the camera's newest picture goes in, and each drawn picture comes out once, at once.

streamlit-webrtc's own asynchronous processing answers every picture of the camera with the last drawn one, again and
again, stamped with the camera's time. Encoding those repeats cost as much as finding the pose, and drawn pictures that
came by turns early and late against their stamps made browsers hold them back for a third of a second.
"""

import asyncio
import gc
import logging
import queue
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, Protocol

import av
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

CLOCK_HZ = 90_000
"""RTP's clock for video."""
FINISH_S = 10.0
_log = logging.getLogger(__name__)


class Handler(Protocol):
    """Handle one stream's pictures in two halves, each in a thread of its own; see live_feed.Processor."""

    def see(self, shot: av.VideoFrame) -> Any:
        """Return what a picture holds."""

    def show(self, seen: Any) -> av.VideoFrame:
        """Return what is shown for what was seen."""

    def on_ended(self) -> None:
        """Free what was held; there are no more pictures, and neither half is at work."""


class Drawn(MediaStreamTrack):
    """The track of drawn pictures, each stamped with the moment at which it goes out. It lives on the stream's loop."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._there = asyncio.Event()
        self._newest: av.VideoFrame | None = None
        self._start_s = time.monotonic()

    def put(self, picture: av.VideoFrame) -> None:
        """Hand out a picture in place of one that nobody took."""
        self._newest = picture
        self._there.set()

    def end(self) -> None:
        """Hand out nothing more."""
        self._newest = None
        self._there.set()
        self.stop()

    async def recv(self) -> av.VideoFrame:
        """Return the next picture, waiting for it; MediaStreamError when there are no more."""
        await self._there.wait()
        picture, self._newest = self._newest, None
        if picture is None or self.readyState != "live":
            raise MediaStreamError
        self._there.clear()
        picture.pts = round((time.monotonic() - self._start_s) * CLOCK_HZ)
        picture.time_base = Fraction(1, CLOCK_HZ)
        return picture


@cache
def _settle() -> None:
    """Take what is loaded by now out of the garbage collector's sight, once.

    Streamlit has it look through everything after each run of a fragment. Here that is three times a second, and each
    time everybody's pictures stood still for a tenth of a second.
    """
    gc.collect()
    gc.freeze()


class Exchange:
    """Serve one stream: a streamlit-webrtc MediaSink for the camera's pictures, and `drawn` for those that go back."""

    def __init__(self, handler: Callable[[], Handler]) -> None:
        """handler: makes what handles the pictures, when the stream begins."""
        self._make = handler
        self.drawn = Drawn()
        self.over = False
        self._there = threading.Condition()
        self._newest: av.VideoFrame | None = None
        self._track: MediaStreamTrack | None = None
        self._reading: asyncio.Task[None] | None = None
        self._showing: threading.Thread | None = None
        self._seen: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._room = threading.Semaphore(1)

    def addTrack(self, track: MediaStreamTrack) -> None:  # noqa: N802 - MediaSink's name
        """Take the camera's track."""
        self._track = track

    def hasTrack(self) -> bool:  # noqa: N802 - MediaSink's name
        """Return whether there is a camera."""
        return self._track is not None

    def start(self) -> None:
        """Begin; called on the loop that carries the stream."""
        assert self._track is not None
        loop = asyncio.get_running_loop()
        _settle()
        handler = self._make()
        self._showing = threading.Thread(target=self._show, args=(handler, loop), name="showing", daemon=True)
        self._showing.start()
        threading.Thread(target=self._see, args=(handler,), name="seeing", daemon=True).start()
        self._reading = loop.create_task(self._read(self._track))

    def stop(self) -> None:
        """End; harmless when repeated, and never waits: see finish."""
        with self._there:
            self.over = True
            self._there.notify_all()
        self._track = None

    def finish(self) -> None:
        """Wait until the handler of a stream that is over has freed what it held."""
        if self.over and self._showing is not None:
            self._showing.join(FINISH_S)

    async def _read(self, track: MediaStreamTrack) -> None:
        try:
            while not self.over:
                shot = await track.recv()
                if isinstance(shot, av.VideoFrame):
                    with self._there:
                        self._newest = shot
                        self._there.notify_all()
        except MediaStreamError:
            pass
        finally:
            self.stop()

    def _take(self) -> av.VideoFrame | None:
        with self._there:
            self._there.wait_for(lambda: self._newest is not None or self.over)
            shot, self._newest = self._newest, None
            return None if self.over else shot

    def _see(self, handler: Handler) -> None:
        try:
            while True:
                # What waits gets old: no picture is taken before the one seen last is being drawn.
                self._room.acquire()
                shot = self._take()
                if shot is None:
                    return
                try:
                    self._seen.put(handler.see(shot))
                except Exception:  # noqa: BLE001 - the handler has said so on the page, and in the pictures to come
                    self._room.release()
                    _log.exception("a picture could not be seen")
        finally:
            self._seen.put(None)

    def _show(self, handler: Handler, loop: asyncio.AbstractEventLoop) -> None:
        try:
            while (seen := self._seen.get()) is not None:
                self._room.release()
                try:
                    loop.call_soon_threadsafe(self.drawn.put, handler.show(seen))
                except Exception:  # noqa: BLE001 - as above; or the loop is closed, and the stream with it
                    _log.exception("a picture could not be shown")
        finally:
            handler.on_ended()
            if not loop.is_closed():
                loop.call_soon_threadsafe(self.drawn.end)
