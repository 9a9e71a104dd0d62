"""People who nod, look aside, bend, lean and turn the pelvis further than the other sets do, seen from every side.

The other sets hardly nod where the camera stands at the side, hardly bend sideways, do not turn the head as far as it
goes, and turn the pelvis on a chair by a few degrees, so what is fitted on them draws these angles to the middle. Here
each move does one of them by as much as a careless person might, alone or on top of a twist. Clothes and walls have any
colour, so that the encoder of the body code does not depend on the few colours of the casts.
"""

import zlib
from dataclasses import replace

import numpy as np

from research.synthetic.raster.camera import Camera, nearer
from research.synthetic.scene.casting import random_look, random_room, random_shape
from research.synthetic.scene.motion import Step
from research.synthetic.scene.scene import Clip, default_camera
from research.synthetic.scene.stretches import STRETCHES
from research.synthetic.scene.wardrobe import RGB
from research.training.people import FLOOR_ARMS, SEATED_ARMS, STANDING_ARMS, clip_of

KEY = 626262
SIZES = ((384, 288), (480, 360), (640, 480), (512, 288), (360, 480))
HANDS_BEHIND = ("floor-behind", "floor-behind", *FLOOR_ARMS)
PLACES = {
    "chair-twist": (0.22, SEATED_ARMS),
    "chair-lean-back": (0.12, ("behind-head", "crossed", "thighs")),
    "standing-twist": (0.18, STANDING_ARMS),
    "standing-extension-hand-press": (0.10, ("press-back", "hips")),
    "standing-extension-hands-behind-head": (0.08, ("behind-head",)),
    "seated-twist-cross-legged": (0.10, HANDS_BEHIND),
    "seated-twist-one-leg-bent": (0.08, HANDS_BEHIND),
    "seated-overhead-reach": (0.06, ("overhead", "thighs")),
    "rounded-back": (0.06, ("ahead", "thighs")),
}
HEADS, HEAD_SHARES = ("free", "follow", "ahead"), (0.7, 0.15, 0.15)
SIDEWAYS_SHARE = 0.45
"""Share of the people whom the camera sees from the side, or nearly."""
WAYPOINTS = 6
KINDS = ("nod", "look", "bend", "lean", "pelvis", "twist")
KIND_SHARES = (0.25, 0.15, 0.15, 0.1, 0.15, 0.2)


def _camera(rng: np.random.Generator, stretch: str) -> Camera:
    base = default_camera(stretch)
    fov = float(rng.uniform(34.0, 72.0))
    x, y, z = np.array(base.target) + rng.normal(0.0, 0.08, 3)
    sideways = rng.random() < SIDEWAYS_SHARE
    azimuth = rng.choice([-1.0, 1.0]) * (rng.uniform(60.0, 110.0) if sideways else rng.uniform(0.0, 65.0))
    return Camera(
        azimuth_deg=float(azimuth),
        elevation_deg=float(rng.uniform(-6.0, 22.0)),
        distance_m=base.distance_m * nearer(fov) * float(rng.uniform(0.85, 1.5)),
        fov_deg=fov,
        roll_deg=float(rng.normal(0.0, 2.0)),
        target=(float(x), float(y), float(z)),
        size_wh=SIZES[int(rng.integers(len(SIZES)))],
    )


def _waypoint(rng: np.random.Generator, standing: bool) -> dict[str, float]:
    """Draw the target of one move: one thing done far, and a little of the others."""

    def either(low: float, high: float) -> float:
        """Return a value of either sign between low and high."""
        return float(rng.choice([-1.0, 1.0]) * rng.uniform(low, high))

    to = {
        "trunk_rotation": float(rng.normal(0.0, 3.0)),
        "trunk_lateral_flexion": float(rng.normal(0.0, 4.0)),
        "trunk_flexion": float(rng.normal(0.0, 5.0)),
        "trunk_inclination": float(rng.normal(0.0, 3.0)),
        "pelvis_rotation": float(rng.normal(0.0, 2.0)),
        "neck_rotation": float(rng.normal(0.0, 12.0)),
        "neck_flexion": float(rng.normal(3.0, 8.0)),
        "arms": float(rng.choice([0.0, 0.0, rng.uniform(0.0, 1.0)])),
    }
    kind = str(rng.choice(KINDS, p=KIND_SHARES))
    if kind == "nod" or rng.random() < 0.2:
        to["neck_flexion"] = float(rng.uniform(15.0, 60.0) if rng.random() < 0.55 else rng.uniform(-50.0, -12.0))
    if kind == "bend" or rng.random() < 0.1:
        to["trunk_lateral_flexion"] = either(6.0, 34.0)
    if kind == "lean" or rng.random() < 0.2:
        to["trunk_inclination"] = float(rng.uniform(-35.0, 40.0))
    if kind == "pelvis" or rng.random() < 0.1:
        to["pelvis_rotation"] = either(5.0, 38.0 if standing else 30.0)
    if kind == "twist" or rng.random() < 0.15:
        to["trunk_rotation"] = either(8.0, 60.0)
    if kind == "look" or rng.random() < 0.1:
        to["neck_rotation"] = either(20.0, 82.0)
    return to


def _colour(rng: np.random.Generator) -> RGB:
    r, g, b = rng.uniform(0.04, 0.96, 3)
    return float(r), float(g), float(b)


def draw(seed: int) -> Clip:
    """Draw the clip of one person; the same seed gives the same person."""
    rng = np.random.default_rng([KEY, zlib.crc32(b"bending people"), seed])
    names = tuple(PLACES)
    stretch = names[int(rng.choice(len(names), p=[PLACES[name][0] for name in names]))]
    shape = random_shape(rng)
    look, room, camera = random_look(rng, "dev", shape.gender), random_room(rng, "dev"), _camera(rng, stretch)
    look = replace(look, top_rgb=_colour(rng), accent_rgb=_colour(rng), bottom_rgb=_colour(rng))
    room = replace(room, wall_rgb=_colour(rng), floor_rgb=_colour(rng), chair_rgb=_colour(rng))
    standing = STRETCHES[stretch].support == "feet"
    first = {"amount": 1.0} if STRETCHES[stretch].end is not None and rng.random() < 0.5 else {}
    moves = [
        Step("move", to=_waypoint(rng, standing) | (first if i == 0 else {}), seconds=float(rng.uniform(0.8, 1.2)))
        for i in range(WAYPOINTS)
    ]
    motion = (Step("neutral", seconds=1.0), *moves)
    seen = (shape, look, camera, room)
    clip = clip_of(rng, f"bending-{seed:05d}", stretch, motion, seen, PLACES[stretch][1], (HEADS, HEAD_SHARES))
    return replace(clip, shows="a person to learn from, who nods, looks aside, bends, leans and turns the pelvis")
