"""Arrays of unknown length: in memory while short, in a temporary file when long, so that an hour needs no more
memory than a minute.
"""

import contextlib
import io
import mmap
import pickle
import tempfile
import weakref
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from posecheck.core.pose import Pose, PoseTrack

T = TypeVar("T")

IN_MEMORY_BYTES = 4 << 20
"""Largest array that is kept in memory: about two minutes of world landmarks."""
STACKED = 64
"""Number of frames kept as single poses, of 3 kB each, before they are stacked into arrays."""


class _Growing:
    """Join blocks of rows into one array."""

    def __init__(self, in_memory: int | None) -> None:
        self._in_memory = IN_MEMORY_BYTES if in_memory is None else in_memory
        self._blocks: list[NDArray[Any]] = []
        self._bytes = 0
        self._file: io.FileIO | None = None

    def add(self, block: NDArray[Any]) -> None:
        self._blocks.append(block)
        self._bytes += block.nbytes
        if self._bytes > self._in_memory:
            # If the disk is full, the array stays in memory; nothing is lost.
            with contextlib.suppress(OSError):
                self._to_disk()

    def _to_disk(self) -> None:
        self._file = self._file or _opened(self)
        while self._blocks:
            _append(self._file, self._blocks[0].tobytes())
            kept = self._blocks.pop(0)
            self._row, self._dtype = kept.shape[1:], kept.dtype

    def whole(self) -> NDArray[Any]:
        """Return all rows as one array; rows in the file are read only when used, and changed in the file."""
        if self._file is None:
            return np.concatenate(self._blocks)
        rows = self._file.tell() // max(1, int(np.prod(self._row)) * self._dtype.itemsize)
        mapped: NDArray[Any] = np.memmap(self._file, self._dtype, "r+", shape=(rows, *self._row))
        self._file.close()  # The memory map stays valid.
        return np.concatenate([mapped, *self._blocks]) if self._blocks else mapped


class SpooledConcatenation(Generic[T]):
    """Join pieces of a dataclass into one.

    Arrays are joined along their first axis, also those in nested dataclasses; other fields are taken from the last
    piece.
    """

    def __init__(self, in_memory: int | None = None) -> None:
        """Begin without pieces.

        Args:
            in_memory: Largest array that is kept in memory, bytes; None for IN_MEMORY_BYTES.
        """
        self._in_memory = in_memory
        self._last: T | None = None
        self._parts: dict[str, _Growing | SpooledConcatenation[Any]] = {}

    def add(self, piece: T) -> None:
        """Add the next piece; its arrays must not be changed afterwards."""
        self._last = piece
        for name, value in _fields(piece):
            if isinstance(value, np.ndarray) or is_dataclass(value):
                part: Any = self._parts.setdefault(
                    name,
                    _Growing(self._in_memory)
                    if isinstance(value, np.ndarray)
                    else SpooledConcatenation(self._in_memory),
                )
                part.add(value)

    def whole(self) -> T:
        """Return all pieces joined into one; call this only once.

        Raises:
            ValueError: No piece was added.
        """
        if self._last is None:
            raise ValueError("expected at least one piece, got none")
        joined: dict[str, Any] = {name: part.whole() for name, part in self._parts.items()}
        self._parts.clear()
        return replace(self._last, **joined)  # type: ignore[type-var]


class SpooledTrack:
    """Join poses that come one by one into a track.

    Attributes:
        span_s: Times of the first and the last frame, seconds; None before the first.
    """

    def __init__(self, in_memory: int | None = None) -> None:
        """Begin without poses.

        Args:
            in_memory: Most bytes of poses that are kept in memory, and largest array of the whole track that is; None
                for IN_MEMORY_BYTES.
        """
        self.span_s: tuple[float, float] | None = None
        self._in_memory = IN_MEMORY_BYTES if in_memory is None else in_memory
        self._times: list[float] = []
        self._poses: list[Pose | None] = []
        self._size_wh = (0, 0)
        self._subject: int | None = None
        self._pieces: list[PoseTrack] = []
        self._bytes = self._in_file = 0
        # One file for all arrays: a server for many people may open only so many.
        self._file: io.FileIO | None = None

    def add(self, time_s: float, pose: Pose | None, size_wh: tuple[int, int]) -> None:
        """Add the next frame.

        Args:
            time_s: Its time, which is that of the pose in the track, whatever the pose says.
            pose: The subject's pose; None where nobody was found.
            size_wh: Width and height of the picture, pixels.
        """
        if len(self._times) == STACKED:
            self._stack()
        self.span_s = (self.span_s[0] if self.span_s else time_s, time_s)
        self._times.append(time_s)
        self._poses.append(pose)
        self._size_wh = size_wh

    def _stack(self) -> None:
        piece = PoseTrack.of(self._times, self._poses, self._size_wh)
        if self._subject is not None:
            # Until somebody is found in it, it keeps the subject of the piece before.
            piece.subject[: int(np.argmax(piece.found)) if piece.found.any() else len(piece)] = self._subject
        if len(piece):
            self._subject = int(piece.subject[-1])
        self._times, self._poses = [], []
        self._pieces.append(piece)
        self._bytes += sum(array.nbytes for array in _arrays([piece]))
        if self._bytes > self._in_memory:
            # If the disk is full, the pieces stay in memory; nothing is lost.
            with contextlib.suppress(OSError):
                self._to_disk()

    def _to_disk(self) -> None:
        self._file = self._file or _opened(self)
        while self._pieces:
            _append(self._file, pickle.dumps(self._pieces[0], pickle.HIGHEST_PROTOCOL))
            del self._pieces[0]
            self._in_file += 1

    def whole(self) -> PoseTrack:
        """Return the track; call this only once.

        Raises:
            OSError: What lies in the file cannot be read.
        """
        self._stack()
        joined: SpooledConcatenation[PoseTrack] = SpooledConcatenation(self._in_memory)
        if self._file is not None:
            self._file.seek(0)
            with io.BufferedReader(self._file) as file:
                for _ in range(self._in_file):
                    joined.add(pickle.load(file))
        for piece in self._pieces:
            joined.add(piece)
        self._pieces = []
        return joined.whole()


def _opened(owner: object) -> io.FileIO:
    """Return a temporary file that has no name, and ends with its owner.

    It is unbuffered, so that what was written does not wait in memory, and a full disk is heard of where it is written.
    """
    file = tempfile.TemporaryFile(prefix="posecheck-", buffering=0)  # noqa: SIM115 (closed with its owner)
    weakref.finalize(owner, file.close)
    return file


def _append(file: io.FileIO, content: bytes) -> None:
    """Write at the end of a file; where it does not all fit, nothing of it is left there."""
    at, left = file.tell(), memoryview(content)
    try:
        while left:
            left = left[file.write(left) :]
    except OSError:
        file.seek(at)
        file.truncate()
        raise


def release(*items: object) -> None:
    """Free the memory of arrays that are stored in a file, also of those in dataclasses; they are read again on use."""
    for array in _arrays(items):
        mapped = getattr(array, "_mmap", None)
        if isinstance(mapped, mmap.mmap) and hasattr(mapped, "madvise"):  # not on Windows
            mapped.madvise(mmap.MADV_DONTNEED)


def _arrays(items: Iterable[object]) -> Iterable[NDArray[Any]]:
    for item in items:
        if isinstance(item, np.ndarray):
            yield item
        elif is_dataclass(item):
            yield from _arrays(value for _, value in _fields(item))


def _fields(item: object) -> list[tuple[str, object]]:
    return [(field.name, getattr(item, field.name)) for field in fields(item)]  # type: ignore[arg-type]
