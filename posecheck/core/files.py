"""Write a file completely or not at all, so that an interruption leaves no half-written result behind; lock one."""

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

from posecheck.core.errors import OutputError


@contextlib.contextmanager
def renamed_at_end(path: Path) -> Iterator[Path]:
    """Provide a temporary path to write to, and rename the file to the target when the block ends without an error.

    Errors are left as they are, for a block that does more than write; see written_atomically for one that does not.

    Args:
        path: The target; a file that is already there is replaced.

    Yields:
        The path to write to, in the same folder; its name is new each time, so that two processes do not collide.

    Raises:
        OSError: The file cannot be renamed; the temporary one is removed.
    """
    part = path.with_name(f".posecheck-{secrets.token_hex(6)}.part")
    try:
        yield part
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def written_atomically(path: Path) -> Iterator[Path]:
    """Do the same as renamed_at_end for a block that only writes the file.

    Args:
        path: The target; a file that is already there is replaced.

    Yields:
        The path to write to, in the same folder.

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
    with written_atomically(path) as part, part.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


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
