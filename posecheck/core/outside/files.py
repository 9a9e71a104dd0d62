"""The one place where a file from outside is opened: a regular file, no larger than its kind may be.

A pipe would wait for ever, a device such as /dev/zero never ends, and both may act on being opened.
"""

import errno
import os
import stat
from collections.abc import Mapping
from enum import IntEnum
from io import BufferedReader, BytesIO
from pathlib import Path

from posecheck.core.errors import Problem
from posecheck.core.i18n import N_

_FLAGS = ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")
_KINDS = {
    stat.S_IFIFO: N_("a pipe, which is no regular file"),
    stat.S_IFCHR: N_("a device, which is no regular file"),
    stat.S_IFBLK: N_("a device, which is no regular file"),
    stat.S_IFSOCK: N_("a socket, which is no regular file"),
}


class Most(IntEnum):
    """State the largest size in bytes of each kind of file.

    The largest stretch that comes with posecheck has 8 kB, a summary of an hour less than 1 MB, landmarks of an hour
    100 MB.
    """

    DOCUMENT = 128 << 10
    """A stretch, a profile, or answers."""
    MANIFEST = 16 << 20
    SUMMARY = 16 << 20
    """summary.json, or the mark of a finished recording of a batch."""
    LANDMARKS = 512 << 20
    RECORD = 256 << 20
    """What a phone sent; an hour has 10 MB."""
    MODEL = 256 << 20
    VIDEO = 64 << 30


class UnfitFileError(OSError):
    """Raised for what is not a regular file, or larger than its kind may be; its text is one short phrase."""

    def __init__(self, number: int, text: str, path: Path, params: Mapping[str, object] | None = None) -> None:
        """Create an error.

        Args:
            number: The system's number of the nearest error of its own.
            text: What was found, with the names of params in braces.
            path: The file.
            params: The values for these names.
        """
        self.problem = Problem("unfit", text, params or {})
        super().__init__(number, self.problem.told(), str(path))

    def __str__(self) -> str:
        return str(self.strerror)

    def __reduce__(self) -> tuple[object, ...]:
        # The default would lose the values where an error comes from another process.
        return UnfitFileError, (self.errno, self.problem.text, Path(self.filename), dict(self.problem.params))


def name_of(path: Path) -> str:
    """Return a file's name as text that can be written anywhere; bytes that are not UTF-8 become U+FFFD."""
    return unicode_of(path.name)


def unicode_of(text: str) -> str:
    """Return a text of the command line or of a file's name with bytes that are not UTF-8 replaced by U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if not text.isascii() else text


def require_regular(path: Path) -> os.stat_result:
    """Return a path's state without opening it.

    Raises:
        UnfitFileError: It is a pipe, a device or a socket.
        OSError: It is a folder, or there is nothing.
        ValueError: The path cannot name a file.
    """
    return _regular(path.stat(), path)


def _regular(about: os.stat_result, path: Path) -> os.stat_result:
    if stat.S_ISDIR(about.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(about.st_mode):
        what = _KINDS.get(stat.S_IFMT(about.st_mode), N_("something else, which is no regular file"))
        raise UnfitFileError(errno.EINVAL, what, path)
    return about


def open_regular(path: Path, most: int) -> BufferedReader:
    """Open a file for reading.

    Args:
        path: The file; links to a regular file are followed.
        most: The most bytes it may have, usually one of Most.

    Raises:
        UnfitFileError: It is no regular file, or larger.
        OSError: It cannot be opened.
        ValueError: The path cannot name a file.
    """
    require_regular(path)
    flags = os.O_RDONLY
    for name in _FLAGS:
        flags |= getattr(os, name, 0)
    opened = os.open(path, flags)
    try:
        # Looked at again: something else may have taken its place.
        size = _regular(os.fstat(opened), path).st_size
        if size > most:
            text = N_("{size}, which is more than {most}")
            raise UnfitFileError(errno.EFBIG, text, path, {"size": _told(size), "most": _told(most)})
        if size == 0:
            # It is empty, or one of /proc, which states no size and may wait for ever to be read.
            os.close(opened)
            return BufferedReader(BytesIO())
        if hasattr(os, "set_blocking"):
            os.set_blocking(opened, True)
        return open(opened, "rb")  # noqa: PTH123 (a number, not a path)
    except BaseException:
        os.close(opened)
        raise


def read_regular(path: Path, most: int) -> bytes:
    """Return the whole content of a file; see open_regular. One that grows beyond `most` is an UnfitFileError too."""
    with open_regular(path, most) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise UnfitFileError(errno.EFBIG, N_("more than {most}"), path, {"most": _told(most)})
    return content


def _told(size: int) -> str:
    """Return a size in words, such as `128 kB`."""
    for unit, name in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size} bytes"
