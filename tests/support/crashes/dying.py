"""`python -m tests.support.crashes.dying WORDS`: posecheck that counts the steps that change files and may die at one.

A step is a file opened for writing, renamed or removed, a folder made or removed, or a statement to the history that
changes it, in any process of the command. STEPS_FILE grows by a byte at each; before step DIE_AT, if that is given, all
processes of the command are killed. So every state between two steps can be reached, however short it lasts.
"""

import os
import signal
import sqlite3
import sys
from typing import Any

MOVES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Counter:
    """Count the steps of all processes of a command in one file, and kill them at one of them."""

    def __init__(self, file: str, under: str, die_at: int) -> None:
        self._fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._under, self._die_at = under, die_at

    def step(self) -> None:
        """Count a step, and die before it is done if it is the one."""
        os.write(self._fd, b".")
        if os.fstat(self._fd).st_size == self._die_at:
            os.killpg(0, signal.SIGKILL)

    def heard(self, event: str, args: tuple[Any, ...]) -> None:
        """Take an event of sys.addaudithook."""
        writes = event == "open" and isinstance(args[2], int) and args[2] & WRITES
        if (writes or event in MOVES) and (self._is_ours(args[0]) or (event in MOVES and args[-1] not in (-1, None))):
            self.step()

    def _is_ours(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and str(os.fspath(path)).startswith(self._under)

    def connected(self, *args: Any, **more: Any) -> sqlite3.Connection:
        """Connect to a database and count its statements."""
        connection = sqlite3.Connection(*args, **more)
        connection.set_trace_callback(self._statement)
        return connection

    def _statement(self, text: str) -> None:
        if not text.lstrip().upper().startswith(("SELECT", "PRAGMA TABLE", "PRAGMA MAIN")):
            self.step()


# Also in the processes that the command starts: they import this module under another name.
if "STEPS_FILE" in os.environ:
    counter = Counter(os.environ["STEPS_FILE"], os.environ["STEPS_UNDER"], int(os.environ.get("DIE_AT", "0")))
    sys.addaudithook(counter.heard)
    sqlite3.connect = sqlite3.dbapi2.connect = counter.connected  # type: ignore[assignment]

if __name__ == "__main__":
    from posecheck.cli.main import main

    main()
