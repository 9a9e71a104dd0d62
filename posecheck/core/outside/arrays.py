"""Arrays in a zip archive (.npz) from outside: what each claims is checked before memory is taken for it."""

import io
import math
import tokenize
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from posecheck.core.outside.files import Most

PIECE = 1 << 20
"""Bytes read at a time."""
_MOST_READ = 4 * PIECE
_HEADER_CHARS = 1000
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

# NumPy reads the head of an array as Python, hence SyntaxError and what follows from deep nesting.
DAMAGED = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    TypeError,
    AttributeError,
    RuntimeError,
    SyntaxError,
    MemoryError,
    OverflowError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What is raised for a file that is damaged, or that is no archive of arrays."""


@dataclass(frozen=True, slots=True)
class Head:
    """Hold what an array claims to be.

    Attributes:
        shape: Its length in each dimension.
        dtype: The type of its numbers.
        fortran: Whether the first index moves fastest.
        at: Where its numbers begin in its entry, in bytes.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    at: int


class _Pieces(io.BufferedReader):
    """A file that is read in pieces: the index of an archive is none that fills the memory."""

    def read(self, size: int | None = -1, /) -> bytes:
        most = _MOST_READ + 1 if size is None or size < 0 else min(size, _MOST_READ + 1)
        data = super().read(most)
        if len(data) > _MOST_READ:
            raise zipfile.BadZipFile("an index of more than 4 MB")
        return data


class ArrayFile:
    """Read arrays by name. Use as a context manager; every method may raise one of DAMAGED."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the index.

        Args:
            file: The archive; it is not closed with this.
        """
        self._file = _Pieces(file)  # type: ignore[arg-type]  # a buffered file serves as a raw one
        self._archive = zipfile.ZipFile(self._file)
        sizes = sum(entry.file_size for entry in self._archive.infolist())
        if sizes > Most.LANDMARKS:
            raise zipfile.BadZipFile("arrays that are too large")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()
        self._file.detach()

    def __contains__(self, name: str) -> bool:
        return f"{name}.npy" in self._archive.NameToInfo

    def head(self, name: str) -> Head:
        """Return what an array claims to be; its numbers are not read."""
        with self._entry(name) as entry:
            return _head(entry)

    def array(self, name: str, most: int = Most.LANDMARKS) -> NDArray[Any]:
        """Return an array of numbers or of text.

        Args:
            name: Its name.
            most: Most bytes of its content.
        """
        with self._entry(name) as entry:
            head = _head(entry)
            count = math.prod(head.shape)
            size = count * head.dtype.itemsize
            stated = self._archive.NameToInfo[f"{name}.npy"].file_size - head.at
            if head.dtype.kind not in "iufUb" or min(head.shape, default=0) < 0 or size != stated or size > most:
                raise ValueError(f"{name}: expected {stated} bytes of numbers, got {size}")
            values = np.empty(count, head.dtype)
            target = values.view(np.uint8) if size else np.empty(0, np.uint8)
            for first in range(0, size, PIECE):
                piece = entry.read(min(PIECE, size - first))
                target[first : first + PIECE] = np.frombuffer(piece, np.uint8)
            # To its end, where the archive's checksum is compared.
            if entry.read(1):
                raise zipfile.BadZipFile(f"{name}: more than it states")
        return values.reshape(head.shape, order="F" if head.fortran else "C")

    def _entry(self, name: str) -> zipfile.ZipExtFile:
        info = self._archive.getinfo(f"{name}.npy")
        if info.compress_type not in _PACKED:
            raise zipfile.BadZipFile(f"{name}: packed in another way")
        return self._archive.open(info)  # type: ignore[return-value]  # the stubs name its base


def _head(entry: Any) -> Head:
    version = np.lib.format.read_magic(entry)
    if version == (1, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(entry, max_header_size=_HEADER_CHARS)
    elif version == (2, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(entry, max_header_size=_HEADER_CHARS)
    else:
        raise ValueError(f"expected an array of version 1 or 2, got {version}")
    return Head(shape, dtype, fortran, entry.tell())
