"""`posecheck app`: start Streamlit on this machine. Usage statistics are off even if the user's settings allow them."""

import socket
import subprocess
import sys
from pathlib import Path

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
        *(sys.executable, "-m", "streamlit", "run", str(script())),
        *(f"--server.port={port}", f"--server.address={HOST}"),
        *("--browser.gatherUsageStats=false", "--server.showEmailPrompt=false"),
    ]


def run(port: int) -> int:
    """Serve the app on localhost until it is interrupted, and return the exit code.

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
    process = subprocess.Popen(command(port))
    try:
        return process.wait()
    except KeyboardInterrupt:
        # Ctrl-C also reaches the server; wait until it has closed.
        process.wait()
        return 0
