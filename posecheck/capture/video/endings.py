"""The name endings by which recordings are told from other files."""

from pathlib import PurePath

ENDINGS = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".mts", ".3gp", ".wmv")
"""In lower case, the most common first. A file that is named directly may have any ending."""


def has_video_ending(name: str | PurePath) -> bool:
    """Return whether a file's name ends like that of a video; case does not matter."""
    return PurePath(name).suffix.lower() in ENDINGS
