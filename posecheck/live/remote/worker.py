"""A process that judges many people's landmarks: the server runs one for each of its processors.

It reads messages from its standard input and answers on its standard output, one after the other, and ends when its
input is closed. What it reads comes from the server, which passes on unread what browsers send; see wire.py for that.

A set that ends is judged once more as a whole, which takes a hundred times as long as a frame, or more. That happens in
a second thread, so that others are answered meanwhile; whoever's set it is waits, in order.
"""

import gc
import os
import pickle
import signal
import struct
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, cast

from posecheck.core.errors import PosecheckError
from posecheck.live.remote.viewer import RemoteViewer, Wish
from posecheck.live.remote.wire import HostileError

ASK = struct.Struct("<IcId")
"""Number of the viewer, kind, length of the content, and when it came, in seconds."""
TELL = struct.Struct("<IcId")
"""Number of the viewer, kind, length of the content, and how long it took, in seconds."""
WISH, CONNECTED, FRAMES, AROUND, COMMAND, END, PHONE = b"W", b"C", b"F", b"N", b"A", b"E", b"P"
ANSWER, SETS, HOSTILE, BROKEN, GONE = b"R", b"S", b"H", b"X", b"G"
READY = b"posecheck judges"
_GARBAGE_AT = 20_000
"""A collection of garbage holds everybody up; what is judged leaves little of it."""
_TURN_S = 0.0005
"""After how long the two threads take turns: a frame of somebody else takes less than a millisecond."""


class Judge:
    """Judge the people of one process."""

    def __init__(self, answer: IO[bytes]) -> None:
        self._answer = answer
        self._telling = threading.Lock()
        self._viewers: dict[int, RemoteViewer] = {}
        self._aside = ThreadPoolExecutor(1, "sets that end")
        self._left = Counter[int]()

    def take(self, number: int, kind: bytes, content: bytes, at_s: float) -> None:
        """Handle one message, and write what it calls for; what may end a set is handled later, in another thread."""
        viewer = self._viewers.get(number)
        if viewer is None:
            if kind == WISH:
                self._viewers[number] = RemoteViewer(_wish(content))
            return
        if kind == END:
            del self._viewers[number]
        # What follows such a message must not overtake it.
        if self._left[number] or kind in (WISH, END) or (kind == FRAMES and viewer.may_end):
            with self._telling:
                self._left[number] += 1
            self._aside.submit(self._handle_aside, viewer, number, kind, content, at_s)
        else:
            self._handle(viewer, number, kind, content, at_s, time.perf_counter)

    def finish(self) -> None:
        """Wait for what is handled in the other thread."""
        self._aside.shutdown()

    def _handle_aside(self, viewer: RemoteViewer, number: int, kind: bytes, content: bytes, at_s: float) -> None:
        try:
            # This thread's own time: meanwhile the other one is at work, too.
            self._handle(viewer, number, kind, content, at_s, time.thread_time)
        finally:
            with self._telling:
                self._left[number] -= 1
                if not self._left[number]:
                    del self._left[number]

    def _handle(
        self,
        viewer: RemoteViewer,
        number: int,
        kind: bytes,
        content: bytes,
        at_s: float,
        clock: Callable[[], float],
    ) -> None:
        began = clock()
        # Each piece of time is told once: the server adds them up.
        out: list[tuple[bytes, bytes]] = []
        try:
            if kind == FRAMES:
                out.append((ANSWER, viewer.frames(content, at_s)))
            elif kind == WISH:
                viewer.want(_wish(content))
            elif kind == AROUND:
                viewer.surroundings(content)
            elif kind == PHONE:
                viewer.phone(content, at_s)
            elif kind == COMMAND:
                viewer.ask(content.decode())
            elif kind == CONNECTED:
                viewer.connected()
            elif kind == END:
                viewer.end()
        except HostileError as error:
            out.append((HOSTILE, str(error).encode()))
        except PosecheckError as error:
            out.append((BROKEN, _carried(error)))
        except Exception:  # noqa: BLE001 - one person's failure must not end the others' sets
            traceback.print_exc()
            out.append((BROKEN, b""))
        if sets := viewer.sets():
            out.append((SETS, pickle.dumps(sets, 5)))
        if kind == END:
            out.append((GONE, b""))
        for what, told in out:
            self._tell(number, what, told, clock() - began)
            began = clock()

    def _tell(self, number: int, kind: bytes, content: bytes, took_s: float) -> None:
        with self._telling:
            self._answer.write(TELL.pack(number, kind, len(content), took_s) + content)
            self._answer.flush()


def _wish(content: bytes) -> Wish:
    # Unpickling is safe here, because the data come from our own server.
    return cast(Wish, pickle.loads(content))


def _carried(error: PosecheckError) -> bytes:
    """Return an error's codes and values, which the server puts into the visitor's language; empty where it cannot."""
    try:
        return pickle.dumps(error, 5)
    except (pickle.PicklingError, TypeError, AttributeError):
        traceback.print_exc()
        return b""


def serve(ask: IO[bytes], answer: IO[bytes]) -> None:
    """Judge until the input is closed.

    Args:
        ask: Where the server's messages come from.
        answer: Where the answers go.
    """
    judge = Judge(answer)
    while len(head := ask.read(ASK.size)) == ASK.size:
        number, kind, length, at_s = ASK.unpack(head)
        content = ask.read(length)
        if len(content) < length:
            break
        judge.take(number, kind, content, at_s)
    judge.finish()


def _main() -> None:
    # Ctrl-C in a terminal reaches this process too, but only its owner decides when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be mixed with the answers
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(_TURN_S)
    gc.set_threshold(_GARBAGE_AT, 20, 20)
    answer.write(READY)
    answer.flush()
    serve(sys.stdin.buffer, answer)


if __name__ == "__main__":
    _main()
