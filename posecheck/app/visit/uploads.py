"""Recordings that a visitor uploads: stored under a fixed name, shown under the visitor's name for the file."""

from pathlib import Path
from typing import Protocol

from posecheck.capture.video.endings import ENDINGS

TYPES = [ending.removeprefix(".") for ending in ENDINGS]
"""The file name extensions that the browser offers to choose from."""
STORED_NAME = "uploaded-recording"
"""The file name of every stored upload: the name that the visitor's browser sends is never used as a path."""
NAME_CHARS = 80
"""The longest name that is shown, in characters."""


class Upload(Protocol):
    """A file that the browser has sent."""

    def getbuffer(self) -> memoryview:
        """Return the bytes of the file."""


def store(upload: Upload, folder: Path) -> Path:
    """Write an upload to a file and return its path.

    Args:
        upload: What the browser sent.
        folder: The folder to write into; an earlier upload in it is replaced.
    """
    video = folder / STORED_NAME
    video.write_bytes(upload.getbuffer())
    return video


def clean_name(name: str) -> str:
    """Return the visitor's name for a file, shortened and without a path or control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c if c.isprintable() else "_" for c in last).strip(". ")
    return clean[:NAME_CHARS] or "recording"
