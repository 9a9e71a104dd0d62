"""Write a file completely or not at all, one process at a time, also where a process is killed.

A killed process cannot tidy up. What it wrote so far carries a name that is known beforehand and a lock that ended with
the process, so that the next one can tell it from the work of a process that still runs, and takes its place.

On Windows an open file can be neither renamed nor removed: there a killed process leaves its part of a file behind.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from posecheck.core.errors import OutputError

HIDDEN = ".posecheck-"
"""Begins the names of everything that exists only while something is written."""
SLOTS = 8
"""So many processes may write the same file at once under names that the next one clears."""
_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class BusyError(Exception):
    """Raised where another process holds a lock."""


def short(name: str) -> str:
    """Return a name of bounded length that stands for any name."""
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:12]


def _lock(fd: int) -> bool | None:
    """Take a lock that ends with the process; False where it is taken, None where the file system has no locks."""
    try:
        lock(fd)
    except OSError as error:
        return False if error.errno in _TAKEN else None
    return True


def _taken(path: Path, *, create: bool = True, lockless: bool = True) -> int | None:
    """Open a file and lock it.

    Args:
        path: The file.
        create: Make it where it is missing.
        lockless: What counts where the file system has no locks.

    Returns:
        The descriptor that holds the lock, or None where another process holds it.

    Raises:
        OSError: It cannot be opened.
    """
    while True:
        fd = os.open(path, _FLAGS | (os.O_CREAT if create else 0), 0o666)
        try:
            got = _lock(fd)
            mine = lockless if got is None else got
            # Whoever held it before may have removed it since it was opened here.
            if mine and _is_at(fd, path):
                return fd
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)
        if not mine:
            return None


def _is_at(fd: int, path: Path) -> bool:
    """Return whether a path still leads to an open file."""
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(fd), path.lstat())
    return False


def _give_back(path: Path, fd: int) -> None:
    """Remove a lock file and end its lock, in the order that the system allows."""
    if sys.platform == "win32":
        os.close(fd)
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
    if sys.platform != "win32":
        os.close(fd)


@contextlib.contextmanager
def alone(path: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Hold a lock file during a block; no other process gets in, and the file is gone afterwards.

    The lock ends with the process, also when it is killed; the file that is then left does not keep anybody out.

    Args:
        path: The lock file.
        wait_s: How long to wait for another process, in seconds.

    Raises:
        BusyError: Another process holds it.
        OSError: The file cannot be made.
    """
    end = time.monotonic() + wait_s
    while (fd := _taken(path)) is None:
        if time.monotonic() >= end:
            raise BusyError(str(path))
        time.sleep(0.02)
    try:
        yield
    finally:
        _give_back(path, fd)


def beside(path: Path, ending: str) -> Path:
    """Return the hidden name beside a path that stands for it while it is written; it is the same in every process."""
    return path.with_name(f"{HIDDEN}{short(path.name)}{ending}")


@contextlib.contextmanager
def changed_alone(path: Path, wait_s: float = 10.0) -> Iterator[None]:
    """Keep other processes out of a block that reads a file, changes it and writes it, so that no change is lost.

    Args:
        path: The file.
        wait_s: How long to wait for another process, in seconds.

    Raises:
        OutputError: Another process is still at it, or the folder cannot be written to.
    """
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(alone(beside(path, ".lock"), wait_s))
        except BusyError as error:
            text = "{file}: expected no other posecheck to be writing it, found one"
            raise OutputError("in_use", text, file=path) from error
        except OSError as error:
            text = "{file}: expected a place to write to, got: {why}"
            raise OutputError("not_writable", text, file=path, why=error.strerror) from error
        yield


def _part_of(path: Path) -> tuple[Path, int | None]:
    """Make and lock a file to write to, and clear what killed processes left of the same target."""
    slots = [beside(path, f"-{number}.part") for number in range(SLOTS)]
    # On Windows the descriptor would keep the file from being renamed.
    for part in slots if sys.platform != "win32" else ():
        fd = None
        with contextlib.suppress(OSError):  # somebody else's, or a bad place, which is found below
            fd = _taken(part, lockless=False)
        if fd is not None:
            os.ftruncate(fd, 0)
            for other in slots:
                if other != part:
                    _clear(other)
            return part, fd
    part = path.with_name(f"{HIDDEN}{secrets.token_hex(6)}.part")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    return part, None


def _clear(part: Path) -> None:
    """Remove a file that a killed process left; one that a process is writing stays."""
    with contextlib.suppress(OSError):
        fd = _taken(part, create=False, lockless=False)
        if fd is not None:
            _give_back(part, fd)


def clear_parts(folder: Path) -> None:
    """Remove the half-written files that killed processes left in a folder."""
    for part in folder.glob(f"{HIDDEN}*-?.part"):
        _clear(part)


@contextlib.contextmanager
def renamed_at_end(path: Path) -> Iterator[Path]:
    """Provide a temporary file to write to, and rename it to the target when the block ends without an error.

    Errors are left as they are, for a block that does more than write; see written_atomically for one that does not.

    Args:
        path: The target; a file that is already there is replaced.

    Yields:
        The empty file to write to, in the same folder. It must stay the same file: opened, but not replaced. No other
        process that runs has the same one; what a killed one left of the same target is cleared.

    Raises:
        OSError: The file cannot be made or renamed; the temporary one is removed.
    """
    part, fd = _part_of(path)
    done = False
    try:
        yield part
        part.replace(path)
        done = True
    finally:
        if not done:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        if fd is not None:
            os.close(fd)


@contextlib.contextmanager
def written_atomically(path: Path) -> Iterator[Path]:
    """Do the same as renamed_at_end for a block that only writes the file.

    Args:
        path: The target; a file that is already there is replaced.

    Yields:
        The empty file to write to, in the same folder.

    Raises:
        OutputError: The file cannot be written; the temporary one is removed.
    """
    try:
        with renamed_at_end(path) as part:
            yield part
    except OSError as error:
        text = "{file}: expected a place to write to, got: {why}"
        raise OutputError("not_writable", text, file=path, why=error.strerror) from error


def write_whole(path: Path, data: bytes) -> None:
    """Write bytes to a file, completely or not at all, and wait until they are on the disk.

    Args:
        path: The file; one that is already there is replaced.
        data: Its content.

    Raises:
        OutputError: The file cannot be written.
    """
    with written_atomically(path) as part, part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


class ScratchFolder:
    """A folder for files of the moment, among the system's temporary ones; use it as a context manager, or close it.

    Attributes:
        path: The folder, readable by this user only.
    """

    def __init__(self, prefix: str) -> None:
        """Make the folder, and clear those that killed processes left under the same prefix.

        Args:
            prefix: Begins its name.

        Raises:
            OSError: It cannot be made.
        """
        clear_scratch(prefix)
        place, fd = Path(tempfile.gettempdir()), None
        while fd is None:
            self._lock = place / f"{prefix}{secrets.token_hex(8)}.lock"
            fd = _taken(self._lock)
        self._fd: int | None = fd
        self.path = self._lock.with_suffix("")
        try:
            self.path.mkdir(0o700)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Remove the folder; harmless when repeated."""
        fd, self._fd = self._fd, None
        if fd is not None:
            shutil.rmtree(self.path, ignore_errors=True)
            _give_back(self._lock, fd)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()


def clear_scratch(prefix: str) -> None:
    """Remove the folders that killed processes left under a prefix; those of running ones stay."""
    for lock in Path(tempfile.gettempdir()).glob(f"{prefix}*.lock"):
        with contextlib.suppress(OSError):
            fd = _taken(lock, create=False, lockless=False)
            if fd is not None:
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                _give_back(lock, fd)


def lock(fd: int) -> None:
    """Take a lock on an open file that ends with the process, however it ends.

    Args:
        fd: The file's descriptor.

    Raises:
        OSError: Another process holds the lock, or this one by another descriptor.
    """
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
