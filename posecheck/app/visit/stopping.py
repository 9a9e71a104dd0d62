"""What a server that stops ends first: the analyses, before the libraries that they use are taken apart.

An analysis works in a thread of its own. When the interpreter ends, the thread pools of Python's concurrent.futures are
closed first; MediaPipe works in one, so that an analysis still running would fail in the middle of it.
"""

import concurrent.futures.thread
import threading
import time
import weakref
from typing import Protocol

PATIENCE_S = 10.0
"""Seconds that the analyses have for ending; each looks several times a second whether it should."""


class Stoppable(Protocol):
    """Work in a thread of its own."""

    def cancel(self) -> None:
        """Ask it to end soon."""

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it has ended, at most this many seconds."""


_held: "weakref.WeakSet[Stoppable]" = weakref.WeakSet()
_lock = threading.Lock()
_begun = threading.Event()


def end_with_server(work: Stoppable) -> None:
    """Let work be ended when the server stops; where it is stopping already, the work is ended at once."""
    with _lock:
        _held.add(work)
    if _begun.is_set():
        work.cancel()


def stopping() -> bool:
    """Return whether the server is stopping."""
    return _begun.is_set()


def stop_all() -> None:
    """Ask all work to end, and wait for it, at most PATIENCE_S seconds."""
    _begun.set()
    with _lock:
        found = list(_held)
    for work in found:
        work.cancel()
    end = time.monotonic() + PATIENCE_S
    for work in found:
        work.wait(max(0.0, end - time.monotonic()))


# The last to be registered is called first, so this comes before the thread pools, which registered theirs when
# concurrent.futures.thread was imported. atexit is too late: it follows when the pools are closed.
assert concurrent.futures.thread
threading._register_atexit(stop_all)  # type: ignore[attr-defined]
