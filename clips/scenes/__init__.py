"""Scene files (`*.toml`) and random clips by seed."""

from clips.random_clips import SPLITS, TWISTS, random_clip
from clips.scene import Clip, load_clip, scene_files

__all__ = ["SPLITS", "TWISTS", "Clip", "load_clip", "random_clip", "scene_files"]
