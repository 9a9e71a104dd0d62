"""Pictures between browser and processor: each drawn one goes out once, the newest first, and the end frees all."""

import asyncio
import gc
import itertools
import threading
import time
from collections.abc import Callable, Coroutine
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from posecheck.app.streaming.transport import Exchange


def picture(number: int) -> av.VideoFrame:
    shot = av.VideoFrame.from_ndarray(np.full((16, 16, 3), number % 256, np.uint8), format="rgb24")
    shot.pts, shot.time_base = number * 3600, Fraction(1, 90_000)
    return shot


class Camera(MediaStreamTrack):
    """Send so many pictures, one each interval, then end or fall silent."""

    kind = "video"

    def __init__(self, count: int, every_s: float, *, silent: bool = False) -> None:
        super().__init__()
        self._left, self._every_s, self._silent, self._sent = count, every_s, silent, 0

    async def recv(self) -> av.VideoFrame:
        if self._sent >= self._left:
            if not self._silent:
                raise MediaStreamError
            await asyncio.sleep(60)
        await asyncio.sleep(self._every_s)
        self._sent += 1
        return picture(self._sent)


class Handler:
    """Take a while for each half; fail where told to."""

    def __init__(self, seeing_s: float = 0.0, fails_at: int = -1) -> None:
        self._seeing_s, self._fails_at = seeing_s, fails_at
        self.seen: list[int] = []
        self.threads: set[str] = set()
        self.ended = 0

    def see(self, shot: av.VideoFrame) -> tuple[int, av.VideoFrame]:
        assert shot.pts is not None
        number = shot.pts // 3600
        self.seen.append(number)
        self.threads.add(threading.current_thread().name)
        time.sleep(self._seeing_s)
        if number == self._fails_at:
            raise ValueError("an unreadable picture")
        return number, shot

    def show(self, seen: tuple[int, av.VideoFrame]) -> av.VideoFrame:
        self.threads.add(threading.current_thread().name)
        return picture(seen[0])

    def on_ended(self) -> None:
        self.ended += 1


def exchanged(
    handler: Handler, camera: Camera, meanwhile: Callable[[Exchange], Coroutine[Any, Any, None]] | None = None
) -> list[av.VideoFrame]:
    """Let a camera play through an exchange; return what came out."""
    out: list[av.VideoFrame] = []

    async def play() -> None:
        exchange = Exchange(lambda: handler)
        assert not exchange.hasTrack()
        exchange.addTrack(camera)
        exchange.start()
        other = asyncio.create_task(meanwhile(exchange)) if meanwhile else None
        try:
            while True:
                out.append(await asyncio.wait_for(exchange.drawn.recv(), 10))
        except MediaStreamError:
            pass
        if other is not None:
            await other
        assert exchange.over
        exchange.finish()
        assert handler.ended == 1

    asyncio.run(play())
    return out


def test_each_drawn_picture_goes_out_once_in_order() -> None:
    handler = Handler()
    out = exchanged(handler, Camera(20, 0.02))
    shown = [int(frame.to_ndarray(format="rgb24")[0, 0, 0]) for frame in out]
    assert shown == sorted(set(shown))
    assert len(shown) >= 10
    stamps = [frame.pts for frame in out]
    assert all(later > sooner for sooner, later in itertools.pairwise(stamps) if later and sooner)
    assert handler.threads == {"seeing", "showing"}
    # What Streamlit's own collection after each fragment would go through, a tenth of a second each time.
    assert gc.get_freeze_count() > 10_000


def test_only_the_newest_picture_is_looked_at() -> None:
    handler = Handler(seeing_s=0.1)
    exchanged(handler, Camera(40, 0.01))
    assert len(handler.seen) < 15
    assert handler.seen == sorted(set(handler.seen))


def test_a_picture_that_cannot_be_handled_ends_nothing() -> None:
    handler = Handler(fails_at=3)
    out = exchanged(handler, Camera(12, 0.02))
    assert len(out) >= 4
    assert handler.seen[-1] > 3


def test_stopped_while_the_camera_is_silent_frees_all() -> None:
    async def stop(exchange: Exchange) -> None:
        await asyncio.sleep(0.2)
        exchange.stop()
        exchange.stop()

    before = threading.active_count()
    exchanged(Handler(), Camera(3, 0.01, silent=True), stop)
    assert threading.active_count() == before


def test_no_picture_after_the_end() -> None:
    async def after() -> None:
        exchange = Exchange(Handler)
        exchange.drawn.end()
        with pytest.raises(MediaStreamError):
            await exchange.drawn.recv()

    asyncio.run(after())
