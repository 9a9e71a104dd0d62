"""The stream between browser and processor: take the camera's newest picture, send each drawn picture once, at once.

streamlit-webrtc's own asynchronous processing answers every camera picture with the last drawn picture, so it repeats
pictures, and it uses the camera's time stamps. Encoding the repeats cost as much as finding the pose. Drawn pictures
came sometimes early and sometimes late for their stamps, so that browsers delayed them by a third of a second.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Protocol

import av
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from posecheck.app.base.collection import settle

CLOCK_HZ = 90_000
"""Ticks a second of the clock that RTP uses for video."""
FINISH_S = 10.0
_log = logging.getLogger(__name__)


class Handler(Protocol):
    """Handle one stream's pictures in two steps, each in its own thread; see processor.Processor."""

    def see(self, shot: av.VideoFrame) -> Any:
        """Return what was found in a picture."""

    def show(self, seen: Any) -> av.VideoFrame:
        """Return the picture to show for the result of see()."""

    def on_ended(self) -> None:
        """Free all resources; called once no more pictures come and neither step is running."""


class Drawn(MediaStreamTrack):
    """The track of drawn pictures, each stamped with the time it is sent; use it on the stream's event loop."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._there = asyncio.Event()
        self._newest: av.VideoFrame | None = None
        self._start_s = time.monotonic()

    def put(self, picture: av.VideoFrame) -> None:
        """Send a picture next; it replaces one that was not sent yet."""
        self._newest = picture
        self._there.set()

    def end(self) -> None:
        """End the track."""
        self._newest = None
        self._there.set()
        self.stop()

    async def recv(self) -> av.VideoFrame:
        """Wait for the next picture and return it.

        Raises:
            MediaStreamError: The track has ended.
        """
        await self._there.wait()
        picture, self._newest = self._newest, None
        if picture is None or self.readyState != "live":
            raise MediaStreamError
        self._there.clear()
        picture.pts = round((time.monotonic() - self._start_s) * CLOCK_HZ)
        picture.time_base = Fraction(1, CLOCK_HZ)
        return picture


class Exchange:
    """Serve one stream: a streamlit-webrtc MediaSink for the camera's pictures; `drawn` is the track sent back."""

    def __init__(self, handler: Callable[[], Handler]) -> None:
        """Prepare a stream; `handler` is called when the stream begins and makes the Handler of its pictures."""
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
        """Begin; called on the stream's event loop, after addTrack."""
        assert self._track is not None
        loop = asyncio.get_running_loop()
        settle()
        handler = self._make()
        self._showing = threading.Thread(target=self._show, args=(handler, loop), name="showing", daemon=True)
        self._showing.start()
        threading.Thread(target=self._see, args=(handler,), name="seeing", daemon=True).start()
        self._reading = loop.create_task(self._read(self._track))

    def stop(self) -> None:
        """End the stream without waiting for its threads (finish() waits); may be called more than once."""
        with self._there:
            self.over = True
            self._there.notify_all()
        self._track = None

    def finish(self) -> None:
        """Wait until the handler of an ended stream has freed its resources, at most FINISH_S seconds."""
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
                # A picture that waits is out of date when it is drawn, so the next one is taken only once the drawing
                # of the last one has begun.
                self._room.acquire()
                shot = self._take()
                if shot is None:
                    return
                try:
                    self._seen.put(handler.see(shot))
                except Exception:  # noqa: BLE001 - the handler reports it on the page and in the next pictures
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
                except Exception:  # noqa: BLE001 - as above; or the event loop has closed together with the stream
                    _log.exception("a picture could not be shown")
        finally:
            handler.on_ended()
            if not loop.is_closed():
                loop.call_soon_threadsafe(self.drawn.end)
