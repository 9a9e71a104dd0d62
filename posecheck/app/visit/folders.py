"""The folder of this server, in which the visits' folders are, and what servers that were killed have left behind."""

import atexit
import contextlib
import os
import shutil
import stat
import tempfile
import threading
import time
from pathlib import Path

from posecheck.core.files import lock

PREFIX = "posecheck-app-"
HELD = "held"
"""The file in a server's folder that it keeps locked; the lock ends with the server, however that ends."""
YOUNG_S = 60.0
"""A folder without that file is another server's that just begins, unless it is older than this."""

_one = threading.Lock()
_made: list[Path] = []


def of_visit() -> Path:
    """Return a new folder for a visit; the first call removes the folders of servers that no longer run."""
    with _one:
        if not _made:
            remove_left_behind()
        if not _made or not _made[-1].is_dir():  # another program tidies up where temporary files are
            _made.append(_new())
        return Path(tempfile.mkdtemp(prefix="visit-", dir=_made[-1]))


def stay_young() -> None:
    """Touch the server's folder, because programs that tidy up remove what nobody has changed for days."""
    with _one:
        # Where another program has removed it all the same, the next visit makes a new one.
        for path in _made[-1:]:
            with contextlib.suppress(FileNotFoundError):
                os.utime(path / HELD)
                os.utime(path)


def _new() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock(os.open(folder / HELD, os.O_CREAT | os.O_RDWR, 0o600))  # never closed: locked as long as the server runs
    atexit.register(shutil.rmtree, folder, True)
    return folder


def remove_left_behind() -> None:
    """Remove the folders of servers that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if _left_behind(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _left_behind(folder: Path) -> bool:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != os.getuid()):
        return False
    try:
        held = os.open(folder / HELD, os.O_RDWR | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return time.time() - found.st_mtime > YOUNG_S
    try:
        lock(held)
    except OSError:
        return False
    finally:
        os.close(held)
    return True
