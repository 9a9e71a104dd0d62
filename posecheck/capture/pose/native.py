"""What native code must not do: contact a server (MediaPipe), and write to the terminal (MediaPipe and LiteRT)."""

import contextlib
import os
import sys
import threading
from typing import ClassVar

NOWHERE = "none://nowhere"
PROXY_GUARD = {"https_proxy": NOWHERE, "no_proxy": "localhost"}
"""Environment variables of a proxy that does not exist, for native code; lower case is read first. If no_proxy were
empty, NO_PROXY would be read."""


class NoContact:
    """Keep MediaPipe from reporting its use; it has no setting for that, but its HTTP client (libcurl) obeys a proxy.

    MediaPipe 1.2.2 contacts a logging server every minute and when it is closed. While any landmarker exists, native
    code therefore sees a proxy of a kind that does not exist, and libcurl gives up before it opens a socket. putenv
    changes only what native code sees; os.environ, and so Python's own downloads, stay as they are.
    """

    _lock = threading.Lock()
    _users: ClassVar[int] = 0

    @classmethod
    def begin(cls) -> None:
        with cls._lock:
            for name, value in PROXY_GUARD.items():
                os.putenv(name, value)
            cls._users += 1

    @classmethod
    def end(cls) -> None:
        with cls._lock:
            cls._users -= 1
            if cls._users:
                return
            for name in PROXY_GUARD:
                if name in os.environ:
                    os.putenv(name, os.environ[name])
                else:
                    os.unsetenv(name)


class Quiet:
    """Keep messages of native code, which bypass Python, off the terminal (file descriptor 2); thread-safe."""

    _lock = threading.Lock()
    _users: ClassVar[int] = 0
    _kept: ClassVar[int | None] = None

    def __enter__(self) -> None:
        with self._lock:
            if type(self)._users == 0:
                if sys.stderr is not None:
                    sys.stderr.flush()
                with contextlib.suppress(OSError):  # a process without file descriptor 2 has nothing to silence
                    type(self)._kept = os.dup(2)
                    nowhere = os.open(os.devnull, os.O_WRONLY)
                    os.dup2(nowhere, 2)
                    os.close(nowhere)
            type(self)._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            type(self)._users -= 1
            kept = type(self)._kept
            if type(self)._users == 0 and kept is not None:
                os.dup2(kept, 2)
                os.close(kept)
                type(self)._kept = None
