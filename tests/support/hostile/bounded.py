"""Run a command in a process of its own, with a limit of time and memory, and say which promise it broke."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MOST_S = 20.0
"""Of the processor's time, so that a busy machine is no fault of the command; KILL_S is by the clock."""
MOST_BYTES = 1 << 30
KILL_S = 120.0
ADDRESS_BYTES = 12 << 30
LINE_CHARS = 4000
ENDS = (0, 1, 2, 3)
"""Exit codes that are promised; 4 is a mistake of the program, which no input may reach."""


@dataclass(frozen=True)
class Ended:
    """Hold how a command ended: exit code (negative for a signal), processor seconds, most bytes, what it said."""

    code: int
    seconds: float
    bytes: int
    said: str
    hung: bool

    def broken(self) -> list[str]:
        """Return the promises that were broken."""
        shown = [c for c in self.said if not c.isprintable() and c not in "\n\u00a0\u200c\u200d"]
        longest = max(map(len, self.said.splitlines()), default=0)
        return [
            *(["hung"] if self.hung else [f"took {self.seconds:.0f} s"] if self.seconds > MOST_S else []),
            *([f"used {self.bytes >> 20} MB"] if self.bytes > MOST_BYTES else []),
            *(["traceback"] if "Traceback" in self.said else []),
            *([f"exit {self.code}"] if self.code not in ENDS and not self.hung else []),
            *(["control characters"] if shown else []),
            *([f"a line of {longest} characters"] if longest > LINE_CHARS else []),
        ]


def run(words: Sequence[str], home: Path, more: Mapping[str, str] | None = None) -> Ended:
    """Run `posecheck WORDS` with a history and data of its own in `home`."""
    environment = {
        **os.environ,
        "POSECHECK_DATA": str(home / "data"),
        "NO_COLOR": "1",
        "COLUMNS": "200",
        **(more or {}),
    }

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    start = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "posecheck", *words],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env=environment,
            preexec_fn=limits,
            start_new_session=True,
        )
        code, used, hung, most = _wait(process.pid, start)
        process.returncode = code
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started
        said.seek(0)
        text = said.read(20_000_000).decode("utf-8", errors="surrogateescape")
    return Ended(code, used.ru_utime + used.ru_stime, most, text, hung)


def _peak(pid: int) -> int:
    """Return the most memory of a running process so far, bytes; 0 where that is not told.

    What wait4 tells includes the memory of the process that started it, because both were one until it began.
    """
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _wait(pid: int, start: float) -> tuple[int, resource.struct_rusage, bool, int]:
    """Wait for a process; kill it after KILL_S. Return its code, what it used, whether it hung, and its most bytes."""
    hung, most = False, 0
    while True:
        most = max(most, _peak(pid))
        found, status, used = os.wait4(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status), used, hung, most
        if not hung and time.monotonic() - start > KILL_S:
            hung = True
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def left_over(folder: Path) -> list[str]:
    """Return files that only exist while something is written."""
    return [
        str(path) for path in folder.rglob("*") if path.name.endswith(".part") or path.name.startswith(".posecheck-")
    ]
