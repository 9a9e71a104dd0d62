"""A PostgreSQL server for the tests: the one that POSECHECK_TEST_POSTGRES names, or one started here and stopped."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAMED = "POSECHECK_TEST_POSTGRES"
INSTALLED = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """Return the folder of the newest installed server's programs, or None."""
    found = [path for path in INSTALLED.glob("*/bin") if (path / "initdb").exists() and (path / "pg_ctl").exists()]
    return max(found, key=lambda path: float(path.parent.name), default=None)


def missing() -> str | None:
    """Return why there is no server to test on, or None when there is one."""
    if os.environ.get(NAMED):
        return None
    if programs() is None:
        return f"no PostgreSQL: set {NAMED} to a database URL, or install the package postgresql"
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("runuser") is None:
        return "PostgreSQL does not run as root, and there is no runuser"
    return None


@contextmanager
def server() -> Iterator[str]:
    """Give the URL of a running server."""
    named = os.environ.get(NAMED)
    if named:
        yield named
        return
    bin_ = programs()
    assert bin_ is not None
    as_root = os.geteuid() == 0
    # Not a folder of pytest's: the server's own user could not get into it.
    folder = Path(tempfile.mkdtemp(prefix="posecheck-pg-"))
    try:
        if as_root:
            shutil.chown(folder, "postgres", "postgres")
        user = ["runuser", "-u", "postgres", "--"] if as_root else []

        def run(*words: str | Path) -> None:
            command = [*user, *(str(word) for word in words)]
            # The server keeps what it inherits open, so its output goes to files and not to a pipe.
            done = subprocess.run(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            log = folder / "log"
            assert done.returncode == 0, (command, log.read_text(encoding="utf-8") if log.exists() else "no log")

        data, port = folder / "data", _free_port()
        run(bin_ / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
        run(bin_ / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-t", "60", "-o", options, "start")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            run(bin_ / "pg_ctl", "-D", data, "-w", "-m", "fast", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
