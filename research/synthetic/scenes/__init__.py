"""Scene files (`*.toml`) and random clips by seed."""

from research.synthetic.scene.casting import SPLITS
from research.synthetic.scene.random_clips import CONTROLS, KINDS, TWISTS, random_clip
from research.synthetic.scene.scene import Clip, load_clip, scene_files

__all__ = ["CONTROLS", "KINDS", "SPLITS", "TWISTS", "Clip", "load_clip", "random_clip", "scene_files"]
