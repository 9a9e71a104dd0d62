"""Scene files (`*.toml`) and random clips by seed."""

from clips.casting import SPLITS
from clips.random_clips import CONTROLS, KINDS, TWISTS, random_clip
from clips.scene import Clip, load_clip, scene_files

__all__ = ["CONTROLS", "KINDS", "SPLITS", "TWISTS", "Clip", "load_clip", "random_clip", "scene_files"]
