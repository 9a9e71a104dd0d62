"""Work that goes on beside other work: items made ahead of need, and done after, each in a thread, in order.

Decoding and encoding leave Python's lock, as finding the pose does, so they use a second core. Errors come out where
the items do; leaving the block ends the thread, whatever the reason.
"""

import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar, cast

T = TypeVar("T")

DEPTH = 4
"""Items that wait at most: enough to even out single slow ones, few enough that 4K pictures fit in memory."""
_END = object()


class Prefetcher(Generic[T]):
    """Iterate over items that a thread makes ahead of need; to be iterated once, within its block."""

    def __init__(self, items: Iterable[T], depth: int = DEPTH) -> None:
        self._items = items
        self._made: queue.Queue[object] = queue.Queue(depth)
        self._left = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._make, name="posecheck-ahead", daemon=True)

    def _make(self) -> None:
        items = iter(self._items)
        try:
            for item in items:
                self._made.put(item)
                if self._left.is_set():
                    break
        except BaseException as error:  # noqa: BLE001 (raised where the items are used)
            self._error = error
        finally:
            if isinstance(items, Generator):
                items.close()
            self._made.put(_END)

    def __iter__(self) -> Iterator[T]:
        while (item := self._made.get()) is not _END:
            yield cast(T, item)
        if self._error is not None:
            raise self._error

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        _ended(self._thread, self._left, lambda: _emptied(self._made))
        _emptied(self._made)


class BackgroundWorker(Generic[T]):
    """Give items to a thread that does something with each, in order; all are done when the block ends well.

    An error of the thread comes out of the next call, or at the end. A block left with an error drops what waits.
    """

    def __init__(self, do: Callable[[T], object], depth: int = DEPTH) -> None:
        self._do = do
        self._waiting: queue.Queue[object] = queue.Queue(depth)
        self._dropped = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="posecheck-behind", daemon=True)

    def _work(self) -> None:
        while (item := self._waiting.get()) is not _END:
            if self._error is None and not self._dropped.is_set():
                try:
                    self._do(cast(T, item))
                except BaseException as error:  # noqa: BLE001 (raised in the caller's thread)
                    self._error = error

    def __call__(self, item: T) -> None:
        """Hand over an item; waits while too many wait already."""
        if self._error is not None:
            raise self._error
        self._waiting.put(item)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        if kind is not None:
            self._dropped.set()
            _emptied(self._waiting)
        self._waiting.put(_END)
        _ended(self._thread, self._dropped)
        if kind is None and self._error is not None:
            raise self._error


def _ended(thread: threading.Thread, hurry: threading.Event, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Wait for a thread, which must not outlive the file it works on; an interruption hurries it and comes after."""
    interrupted: KeyboardInterrupt | None = None
    while thread.is_alive():
        try:
            meanwhile()
            thread.join(0.02)
        except KeyboardInterrupt as error:
            interrupted = error
            hurry.set()
    if interrupted is not None:
        raise interrupted


def _emptied(items: "queue.Queue[object]") -> None:
    while True:
        try:
            items.get_nowait()
        except queue.Empty:
            return
