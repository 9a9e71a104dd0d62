"""Where things lie on this machine: what comes with posecheck, and what belongs to its user."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def _shipped(name: str) -> Path:
    """Return a folder that a wheel holds inside the package and a checkout holds beside it."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def reference_poses() -> Path:
    """Return the folder of the stretches that come with posecheck, installed or in a checkout."""
    return _shipped("reference_poses")


def sample_videos() -> Path:
    """Return the folder of the sample clips, installed or in a checkout."""
    return _shipped("sample_videos")


def package_data(*parts: str) -> Path:
    """Return a file that lies inside the package.

    Args:
        *parts: The path below posecheck/, part by part.
    """
    return _PACKAGE.joinpath(*parts)


def user_data() -> Path:
    """Return where this machine keeps what belongs to its user; POSECHECK_DATA names another place."""
    import platformdirs

    named = os.environ.get("POSECHECK_DATA")
    return Path(named) if named else Path(platformdirs.user_data_dir("posecheck", appauthor=False))


def user_cache() -> Path:
    """Return where this machine keeps downloads; POSECHECK_CACHE names another place."""
    import platformdirs

    named = os.environ.get("POSECHECK_CACHE")
    return Path(named) if named else Path(platformdirs.user_cache_dir("posecheck", appauthor=False))
