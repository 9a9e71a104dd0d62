"""A screen in memory, for commands that open a window."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator


def installed() -> bool:
    """Return whether there can be one."""
    return shutil.which("Xvfb") is not None


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """Yield the name of a screen in memory."""
    # Without -noreset the screen starts anew after its last client, and refuses who connects meanwhile.
    options = ("-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset")
    with subprocess.Popen(["Xvfb", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        number = server.stdout.readline().decode().strip()
        try:
            yield f":{number}"
        finally:
            server.terminate()
