"""Do work in a second thread, in order: prepare items before they are needed, or process them afterwards.

Decoding and encoding release Python's global lock, as finding the pose does, so they can use a second processor core.
Errors of the thread are raised in the caller's thread. Leaving the `with` block always ends the thread.
"""

import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar, cast

T = TypeVar("T")

DEPTH = 4
"""Most items that may wait: enough that single slow items do not matter, few enough for pictures of 11 MB, the largest
that a recording is read with."""
_END = object()


class Prefetcher(Generic[T]):
    """Iterate over items that a thread prepares in advance; iterate once only, within the `with` block."""

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
        except BaseException as error:  # noqa: BLE001 (raised again where the items are used)
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
    """Pass items to a thread that processes them in order; when the `with` block ends without error, all are done.

    An error of the thread is raised by the next call, or at the end of the block. When the block itself raises an
    error, waiting items are dropped.
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
        """Pass on an item; this waits while `depth` items are waiting."""
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
    """Wait for a thread to end, because it must not run longer than the file it works on is open.

    Ctrl-C sets `hurry`, which makes the thread end soon; KeyboardInterrupt is raised after that.
    """
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
