"""Recordings that a visitor uploads: stored under a name of our own, shown under theirs."""

from pathlib import Path
from typing import Protocol

TYPES = ["mp4", "mov", "m4v", "mkv", "webm", "avi"]
"""The file name extensions that the browser offers to choose from."""
STORED_NAME = "uploaded-recording"
"""The name an upload is stored under: the name that the visitor's browser sends is never used as a path."""
NAME_CHARS = 80
"""The longest name that is shown, in characters."""


class Upload(Protocol):
    """A file that the browser has sent."""

    def getbuffer(self) -> memoryview:
        """Return the bytes of the file."""


def store(upload: Upload, folder: Path) -> Path:
    """Write an upload into a folder and return the path of the file."""
    video = folder / STORED_NAME
    video.write_bytes(upload.getbuffer())
    return video


def clean_name(name: str) -> str:
    """Return a short form of the visitor's name of a file that holds neither a path nor control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c if c.isprintable() else "_" for c in last).strip(". ")
    return clean[:NAME_CHARS] or "recording"
