"""`posecheck app`: start Streamlit, for this machine or for the local network.

Usage statistics are off even if the user's settings allow them.
"""

import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Self

from posecheck.app.visit import folders
from posecheck.core.errors import PosecheckError, Setting
from posecheck.core.paths import user_data
from posecheck.phone.certificate import certificate, reached

HOST = "localhost"
EVERYWHERE = "0.0.0.0"


@dataclass(frozen=True, slots=True)
class Network:
    """Hold how the app is served to the local network.

    Attributes:
        addresses: This machine's addresses there, the likeliest first.
        secret: The file with certificate and key.
    """

    addresses: tuple[str, ...]
    secret: Path

    @classmethod
    def here(cls) -> Self:
        """Return this machine's, with a certificate of its own; InputError where it is in none."""
        known = reached()
        return cls(tuple(known), certificate(user_data() / "phone", known, datetime.now(UTC)))

    def options(self) -> list[str]:
        """Return the server's options for it."""
        # Of a list, the command line wants one option for each; they replace those of config.toml.
        names = [HOST, "127.0.0.1", *self.addresses]
        return [
            f"--server.sslCertFile={self.secret}",
            f"--server.sslKeyFile={self.secret}",
            *(f"--server.allowedHosts={name}" for name in names),
            # Else Streamlit would ask a server elsewhere for this machine's address, and open a phone's page here.
            f"--browser.serverAddress={HOST}",
        ]


def script() -> Path:
    """Return app.py: beside this package in a wheel, at the top of a checkout."""
    inside = Path(__file__).parent / "entry" / "app.py"
    path = inside if inside.is_file() else Path(__file__).parents[2] / "app.py"
    if not path.is_file():
        text = "{file}: expected the app's entry, found no such file; install posecheck again"
        raise PosecheckError("no_app", text, file=path)
    return path


def command(port: int, network: Network | None = None) -> list[str]:
    """Return the command line that serves the app, to this machine only unless a network is given."""
    return [
        *(sys.executable, "-m", "posecheck.app.serve", "run", str(script())),
        *(f"--server.port={port}", f"--server.address={HOST if network is None else EVERYWHERE}"),
        *("--browser.gatherUsageStats=false", "--server.showEmailPrompt=false"),
        *([] if network is None else network.options()),
    ]


def require_free(port: int, network: Network | None = None) -> None:
    """Do nothing where the app can be served at a port; PosecheckError where it is in use."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # The server sets the same option: without it, a port would seem taken for a while after an earlier run.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST if network is None else EVERYWHERE, port))
        except OSError as error:
            text = "{setting}: expected a free port, got {port}, which is in use; try {other}"
            raise PosecheckError(
                "port_in_use", text, setting=Setting("port"), port=port, other=port % 65535 + 1
            ) from error


def run(port: int, network: Network | None = None) -> int:
    """Serve the app until it is interrupted or ended, and return the exit code.

    On this machine only, unless a network is given: then to whoever is in it too, as visitors of whom nothing is kept.
    What a killed server left behind of its visitors is removed first.

    Raises:
        PosecheckError: The port is in use, or the app's files are missing.
    """
    require_free(port, network)
    folders.remove_left_behind()
    with _ended_with_us() as ours:
        process = subprocess.Popen(command(port, network))
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
