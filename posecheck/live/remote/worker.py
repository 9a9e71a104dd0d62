"""A process that judges many people's landmarks: the server runs one for each of its processors.

It reads messages from its standard input and answers on its standard output, one after the other, and ends when its
input is closed. What it reads comes from the server, which passes on unread what browsers send; see wire.py for that.
"""

import gc
import os
import pickle
import signal
import struct
import sys
import time
import traceback
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


class Judge:
    """Judge the people of one process."""

    def __init__(self, answer: IO[bytes]) -> None:
        self._answer = answer
        self._viewers: dict[int, RemoteViewer] = {}

    def take(self, number: int, kind: bytes, content: bytes, at_s: float) -> None:
        """Handle one message, and write what it calls for."""
        began = time.perf_counter()
        viewer = self._viewers.get(number)
        if kind == WISH:
            # Unpickling is safe here, because the data come from our own server.
            wish = cast(Wish, pickle.loads(content))
            if viewer is None:
                self._viewers[number] = RemoteViewer(wish)
            else:
                viewer.want(wish)
        if viewer is None:
            return
        try:
            if kind == FRAMES:
                out = viewer.frames(content, at_s)
                self._tell(number, ANSWER, out, began)
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
            self._tell(number, HOSTILE, str(error).encode(), began)
        except PosecheckError as error:
            self._tell(number, BROKEN, str(error).encode(), began)
        except Exception:  # noqa: BLE001 - one person's failure must not end the others' sets
            traceback.print_exc()
            self._tell(number, BROKEN, b"", began)
        if sets := viewer.sets():
            self._tell(number, SETS, pickle.dumps(sets, 5), began)
        if kind == END:
            del self._viewers[number]
            self._tell(number, GONE, b"", began)

    def _tell(self, number: int, kind: bytes, content: bytes, began: float) -> None:
        self._answer.write(TELL.pack(number, kind, len(content), time.perf_counter() - began) + content)
        self._answer.flush()


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
            return
        judge.take(number, kind, content, at_s)


def _main() -> None:
    # Ctrl-C in a terminal reaches this process too, but only its owner decides when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be mixed with the answers
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE_AT, 20, 20)
    answer.write(READY)
    answer.flush()
    serve(sys.stdin.buffer, answer)


if __name__ == "__main__":
    _main()
