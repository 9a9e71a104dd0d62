"""Write a file completely or not at all, so that an interruption leaves no half-written result behind."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from posecheck.core.errors import OutputError


@contextlib.contextmanager
def written_atomically(path: Path) -> Iterator[Path]:
    """Provide a temporary path to write to, and rename the file to the target when the block ends without an error.

    Args:
        path: The target; a file that is already there is replaced.

    Yields:
        The path to write to, in the same folder.

    Raises:
        OutputError: The file cannot be written; the temporary one is removed.
    """
    part = path.with_name(f".posecheck-{secrets.token_hex(6)}.part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        text = "{file}: expected a place to write to, got: {why}"
        raise OutputError("not_writable", text, file=path, why=error.strerror) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


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
