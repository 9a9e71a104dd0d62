"""Bytes that are put away until somebody wants them: in one temporary file of the process, whose room is used again.

One file for all of them, because a server for many people would otherwise hold an open file for each of their sets. The
file has no name, so that nothing of it is left however the process ends.
"""

import contextlib
import tempfile
import threading
import weakref
from collections import deque
from typing import IO


class Shelf:
    """Keep pieces of bytes in a temporary file; every method is safe in any thread.

    Attributes:
        end: How long the file is.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._free: list[tuple[int, int]] = []
        self._given: deque[tuple[int, int]] = deque()
        self.end = 0

    def put(self, content: bytes) -> "Put":
        """Put bytes away; where the disk is full they stay in memory."""
        try:
            with self._lock:
                self._tidy()
                return Put(self, self._write(content), len(content), None)
        except OSError:
            return Put(self, 0, 0, content)

    def read(self, start: int, length: int) -> bytes:
        """Return the bytes of a place that was not given back.

        Raises:
            OSError: The file cannot be read.
        """
        with self._lock:
            file = self._opened()
            file.seek(start)
            return file.read(length)

    def give_back(self, start: int, length: int) -> None:
        """Say that a place is not needed any more."""
        self._given.append((start, start + length))
        # Garbage is collected at any moment, also while this thread is at work here: then it is the next call's to do.
        if self._lock.acquire(blocking=False):
            try:
                self._tidy()
            finally:
                self._lock.release()

    def _tidy(self) -> None:
        """Join free places, and cut off the end of the file where nothing lies there."""
        while self._given:
            self._free.append(self._given.popleft())
        joined: list[tuple[int, int]] = []
        for first, last in sorted(self._free):
            if joined and first == joined[-1][1]:
                joined[-1] = (joined[-1][0], last)
            else:
                joined.append((first, last))
        if joined and joined[-1][1] == self.end:
            self.end = joined.pop()[0]
            with contextlib.suppress(OSError):
                self._opened().truncate(self.end)
        self._free = joined

    def _write(self, content: bytes) -> int:
        """Write into the first free place that is large enough, or at the end, and return where that is."""
        length = len(content)
        i = next((i for i, (first, last) in enumerate(self._free) if last - first >= length), None)
        start = self.end if i is None else self._free[i][0]
        file = self._opened()
        file.seek(start)
        left = memoryview(content)
        while left:
            left = left[file.write(left) :]
        if i is None:
            self.end += length
        else:
            self._free[i] = (start + length, self._free[i][1])
        return start

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            # Unbuffered: what was written must not wait in memory, and a full disk is to be heard of here.
            self._file = tempfile.TemporaryFile(prefix="posecheck-", buffering=0)  # noqa: SIM115 (closed with this)
            weakref.finalize(self, self._file.close)
        return self._file


class Put:
    """Hold a piece of bytes that was put away; its place is free again when this is no longer referenced.

    Sent to another process, it is put away there.
    """

    def __init__(self, shelf: Shelf, start: int, length: int, in_memory: bytes | None) -> None:
        self._shelf, self._start, self._length, self._in_memory = shelf, start, length, in_memory
        if in_memory is None:
            weakref.finalize(self, shelf.give_back, start, length).atexit = False

    def read(self) -> bytes:
        """Return the bytes.

        Raises:
            OSError: The file cannot be read.
        """
        return self._shelf.read(self._start, self._length) if self._in_memory is None else self._in_memory

    def __reduce__(self) -> tuple[object, ...]:
        return put, (self.read(),)


SHELF = Shelf()
"""The shelf of this process."""


def put(content: bytes) -> Put:
    """Put bytes away on this process's shelf."""
    return SHELF.put(content)
