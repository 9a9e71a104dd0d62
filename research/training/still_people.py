"""People whose trunk is still while all else moves, so that the estimator takes no moving arm or head for a twist.

Most of a day nobody twists. In seven moves of ten the trunk hardly turns, while the head looks to a side, the arms
come down from any position one by one or together, a shoulder is drawn forward, back or up, the whole person turns,
squats, lifts a knee or leans. In the others the trunk twists as well: arms and head must not become a sign of a still
trunk either. One shoulder moves up to 18 degrees forward or back and 30 up, about the inner end of the collarbone: a
judgement of what people do without thinking, well within what they can.
"""

import zlib
from dataclasses import replace

import numpy as np

from research.synthetic.raster.camera import Camera, nearer
from research.synthetic.scene.casting import random_look, random_room, random_shape
from research.synthetic.scene.motion import Step
from research.synthetic.scene.scene import Clip, default_camera
from research.synthetic.scene.stretches import STRETCHES
from research.training.people import clip_of

KEY = 515151
SIZES = ((384, 288), (480, 360), (640, 480), (512, 288), (360, 480), (288, 512))
PLACES = {"standing-twist": 0.55, "chair-twist": 0.3, "seated-twist-cross-legged": 0.15}
ARMS = (
    "out", "raised", "crossed", "ahead", "overhead", "behind-head", "hips", "swing", "prayer", "wings", "press-back",
)  # fmt: skip
HEADS = ("free", "follow", "further", "ahead", "camera")
HEAD_SHARES = (0.4, 0.15, 0.15, 0.15, 0.15)
TWIST_SHARE, HALF_SHARE = 0.3, 0.25
WAYPOINTS = 6


def _camera(rng: np.random.Generator, stretch: str) -> Camera:
    base = default_camera(stretch)
    fov = float(rng.uniform(34.0, 78.0))
    far = float(rng.uniform(0.8, 1.5))
    x, y, z = np.array(base.target) + rng.normal(0.0, 0.08, 3)
    if rng.random() < HALF_SHARE:
        # Only the upper half of the body is in the picture, as before a laptop.
        y, far = y + float(rng.uniform(0.2, 0.4)), float(rng.uniform(0.42, 0.6))
    return Camera(
        azimuth_deg=float(rng.uniform(-65.0, 65.0) if rng.random() < 0.8 else rng.uniform(-100.0, 100.0)),
        elevation_deg=float(rng.uniform(-6.0, 12.0) if rng.random() < 0.5 else rng.uniform(10.0, 30.0)),
        distance_m=base.distance_m * nearer(fov) * far,
        fov_deg=fov,
        roll_deg=float(rng.normal(0.0, 2.0)),
        target=(float(x), float(y), float(z)),
        size_wh=SIZES[int(rng.integers(len(SIZES)))],
    )


def _waypoint(rng: np.random.Generator, standing: bool) -> dict[str, float]:
    """Draw the target of one move: each part of the body moves or not, on its own."""

    def some(chance: float, low: float, high: float) -> float:
        """Return a value of either sign between low and high, or zero."""
        return float(rng.choice([-1.0, 1.0]) * rng.uniform(low, high)) if rng.random() < chance else 0.0

    def upward(chance: float, low: float, high: float) -> float:
        return float(rng.uniform(low, high)) if rng.random() < chance else 0.0

    twists = rng.random() < TWIST_SHARE
    to = {"trunk_rotation": some(1.0, 10.0, 65.0) if twists else float(rng.normal(0.0, 2.0))}
    to["trunk_lateral_flexion"] = some(0.2, 5.0, 20.0) + float(rng.normal(0.0, 3.0))
    to["trunk_flexion"] = float(rng.normal(0.0, 6.0))
    to["trunk_inclination"] = float(rng.uniform(-28.0, 30.0)) if rng.random() < 0.25 else 0.0
    to["neck_rotation"] = some(0.6, 15.0, 70.0)
    to["neck_flexion"] = float(rng.normal(4.0, 14.0))
    to["arms"] = upward(0.5, 0.0, 1.0)
    for side in ("left", "right"):
        to[f"arms_{side}"] = some(0.5, 0.2, 1.0)
        to[f"shoulder_forward_{side}"] = some(0.4, 4.0, 18.0)
        to[f"shoulder_raise_{side}"] = upward(0.3, 4.0, 30.0)
    to["turn"] = some(0.25, 10.0, 95.0) if standing else some(0.1, 5.0, 25.0)
    to["pelvis_rotation"] = some(0.25, 4.0, 30.0 if standing else 14.0)
    to["squat_m"] = upward(0.25, 0.05, 0.4) if standing else 0.0
    to["pelvis_pitch"] = 80.0 * to["squat_m"]
    knee = upward(0.2, 30.0, 95.0) if standing and not to["squat_m"] else 0.0
    lifted = "left" if rng.random() < 0.5 else "right"
    to["knee_up_left"] = knee if lifted == "left" else 0.0
    to["knee_up_right"] = knee if lifted == "right" else 0.0
    return to


def draw(seed: int) -> Clip:
    """Draw the clip of one person; the same seed gives the same person."""
    rng = np.random.default_rng([KEY, zlib.crc32(b"still people"), seed])
    names = tuple(PLACES)
    stretch = names[int(rng.choice(len(names), p=tuple(PLACES.values())))]
    shape = random_shape(rng)
    look, room, camera = random_look(rng, "dev", shape.gender), random_room(rng, "dev"), _camera(rng, stretch)
    standing = STRETCHES[stretch].support == "feet"
    moves = [Step("move", to=_waypoint(rng, standing), seconds=float(rng.uniform(0.8, 1.2))) for _ in range(WAYPOINTS)]
    # The neutral is taken with the arms anywhere too: people do not always begin with hanging arms.
    first = {"arms": 1.0 if rng.random() < 0.6 else float(rng.uniform(0.0, 1.0))}
    motion = (Step("move", to=first, seconds=0.2), Step("neutral", seconds=1.0), *moves)
    seen = (shape, look, camera, room)
    clip = clip_of(rng, f"still-{seed:05d}", stretch, motion, seen, ARMS, (HEADS, HEAD_SHARES))
    return replace(clip, shows="a person to learn from, whose trunk is mostly still")
