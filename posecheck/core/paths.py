"""Where files are on this machine: those that come with posecheck, and those of its user."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def _shipped(name: str) -> Path:
    """Return a folder that is inside the package when installed from a wheel, and beside it in a checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def reference_poses() -> Path:
    """Return the folder of the stretches that come with posecheck, installed or in a checkout."""
    return _shipped("reference_poses")


def sample_videos() -> Path:
    """Return the folder of the sample clips, installed or in a checkout."""
    return _shipped("sample_videos")


def package_data(*parts: str) -> Path:
    """Return the path of a file inside the package.

    Args:
        *parts: The path below posecheck/, part by part.
    """
    return _PACKAGE.joinpath(*parts)


def user_data() -> Path:
    """Return the folder of the user's data, such as the history; POSECHECK_DATA names another one."""
    import platformdirs

    named = os.environ.get("POSECHECK_DATA")
    return Path(named) if named else Path(platformdirs.user_data_dir("posecheck", appauthor=False))


def user_cache() -> Path:
    """Return the folder of downloads, such as the pose model; POSECHECK_CACHE names another one."""
    import platformdirs

    named = os.environ.get("POSECHECK_CACHE")
    return Path(named) if named else Path(platformdirs.user_cache_dir("posecheck", appauthor=False))
