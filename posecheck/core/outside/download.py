"""Download a file from an address that posecheck knows; its content is verified by whoever asks for it."""

import contextlib
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol, cast

Progress = Callable[[int, int | None], None]
"""Called with the bytes downloaded so far and in total, None if the total is not known."""
TIMEOUT_S = 10.0
CHUNK = 1 << 16


class Opener(Protocol):
    """Open an address for reading, as urllib.request.urlopen does."""

    def __call__(self, url: str, timeout: float) -> BinaryIO: ...


def open_url(url: str, timeout: float) -> BinaryIO:
    """Open an address for reading.

    Args:
        url: The address.
        timeout: Longest silence in seconds.
    """
    return cast(BinaryIO, urllib.request.urlopen(url, timeout=timeout))


def download(url: str, target: Path, progress: Progress | None, opener: Opener = open_url) -> None:
    """Write what an address holds into a file.

    Args:
        url: The address.
        target: The file; its content is replaced.
        progress: Called as the download proceeds.
        opener: Opens the address.

    Raises:
        OSError: The address cannot be reached, or the file not written.
        http.client.HTTPException: The answer breaks off.
    """
    with contextlib.closing(opener(url, timeout=TIMEOUT_S)) as answer, target.open("wb") as file:
        headers = getattr(answer, "headers", None)
        stated = headers.get("Content-Length") if headers is not None else None
        done = 0
        while chunk := answer.read(CHUNK):
            file.write(chunk)
            done += len(chunk)
            if progress is not None:
                progress(done, int(stated) if stated else None)


def reason(error: Exception) -> str:
    """Return the reason of an error in one short line."""
    why = getattr(error, "reason", None) or error
    if isinstance(why, OSError) and why.strerror:
        why = why.strerror
    return " ".join(str(why).split())[:160] or type(error).__name__
