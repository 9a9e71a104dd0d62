"""`posecheck app`: start Streamlit on this machine. Usage statistics are off even if the user's settings allow them."""

import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from posecheck.app.visit import folders
from posecheck.core.errors import PosecheckError, Setting

HOST = "localhost"


def script() -> Path:
    """Return app.py: beside this package in a wheel, at the top of a checkout."""
    inside = Path(__file__).parent / "entry" / "app.py"
    path = inside if inside.is_file() else Path(__file__).parents[2] / "app.py"
    if not path.is_file():
        text = "{file}: expected the app's entry, found no such file; install posecheck again"
        raise PosecheckError("no_app", text, file=path)
    return path


def command(port: int) -> list[str]:
    """Return the command line that serves the app."""
    return [
        *(sys.executable, "-m", "posecheck.app.serve", "run", str(script())),
        *(f"--server.port={port}", f"--server.address={HOST}"),
        *("--browser.gatherUsageStats=false", "--server.showEmailPrompt=false"),
    ]


def run(port: int) -> int:
    """Serve the app on localhost until it is interrupted or ended, and return the exit code.

    What a killed server left behind of its visitors is removed first.

    Raises:
        PosecheckError: The port is in use, or the app's files are missing.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # The server sets the same option: without it, a port would seem taken for a while after an earlier run.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            text = "{setting}: expected a free port, got {port}, which is in use; try {other}"
            raise PosecheckError(
                "port_in_use", text, setting=Setting("port"), port=port, other=port % 65535 + 1
            ) from error
    folders.remove_left_behind()
    with _ended_with_us() as ours:
        process = subprocess.Popen(command(port))
        ours.append(process)
        try:
            return process.wait()
        except KeyboardInterrupt:
            # Ctrl-C also reaches the server; wait until it has closed.
            process.wait()
            return 0


@contextlib.contextmanager
def _ended_with_us() -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Pass a request to end on to the processes in the list, and wait for them as before; Docker ends only this one."""
    ours: list[subprocess.Popen[bytes]] = []

    def end(number: int, frame: FrameType | None) -> None:
        if not ours:
            sys.exit(128 + number)
        for process in ours:
            process.terminate()

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield ours
    finally:
        signal.signal(signal.SIGTERM, before)
