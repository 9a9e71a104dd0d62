"""`posecheck app`: start Streamlit on this machine, with usage statistics off whatever the user's own settings say."""

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
    """Serve the app until it is interrupted and return the exit code; PosecheckError when the port is taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server itself will: a port that only lingers after an earlier run is free.
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
        # Ctrl-C reaches the server too; let it free what it holds.
        process.wait()
        return 0
