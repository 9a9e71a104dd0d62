"""People who lie on their back or front, seen from the side, and nod: to measure how their nods are read.

Nothing is fitted on them but the gain and the stated error of nods in the plane of the picture.
"""

import zlib
from dataclasses import replace

import numpy as np

from research.synthetic.output.render import Scene
from research.synthetic.raster.camera import nearer
from research.synthetic.scene.casting import random_look, random_room, random_shape
from research.synthetic.scene.motion import Step
from research.synthetic.scene.random_clips import DEFAULT_LIMITS
from research.synthetic.scene.scene import Clip, default_camera
from research.synthetic.scene.stage import Habits
from research.training.people import FPS, KEY, SIZES

STRETCHES = ("knees-to-chest", "prone-arch", "foam-roller", "rocking-knees-to-chest")
MOVES = 4


def scene(seed: int) -> Scene:
    """Draw one person, ready to render; the same seed gives the same person."""
    rng = np.random.default_rng([KEY, zlib.crc32(b"lying nods"), seed])
    stretch = STRETCHES[int(rng.integers(len(STRETCHES)))]
    shape, base, fov = random_shape(rng), default_camera(stretch), float(rng.uniform(34.0, 66.0))
    camera = replace(
        base,
        azimuth_deg=float(rng.choice([-1.0, 1.0]) * rng.uniform(72.0, 108.0)),
        elevation_deg=float(rng.uniform(2.0, 25.0)),
        distance_m=base.distance_m * nearer(fov) * float(rng.uniform(0.92, 1.4)),
        fov_deg=fov,
        roll_deg=float(rng.normal(0.0, 2.0)),
        size_wh=SIZES[int(rng.integers(len(SIZES)))],
    )
    steps = [Step("neutral", seconds=1.0)]
    for _ in range(MOVES):
        nod = float(rng.uniform(-60.0, 60.0)) if rng.random() < 0.7 else 0.0
        to = {
            "amount": float(rng.uniform(0.0, 1.0)), "neck_flexion": nod, "neck_rotation": float(rng.normal(0.0, 8.0)),
        }  # fmt: skip
        steps.append(Step("move", to=to, seconds=1.0))
    clip = Clip(
        name=f"nod-{seed:05d}",
        stretch=stretch,
        seed=int(rng.integers(2**31)),
        motion=tuple(steps),
        shape=shape,
        look=random_look(rng, "dev", shape.gender),
        camera=camera,
        room=random_room(rng, "dev"),
        habits=Habits("", "free", float(rng.choice([-1.0, 1.0])), float(rng.uniform(0.3, 1.6)), camera.azimuth_deg),
        limits=DEFAULT_LIMITS,
        fps=FPS,
        noise=float(rng.uniform(0.5, 6.0)),
        blur_px=float(rng.uniform(0.2, 1.0)),
    )
    return Scene(replace(clip, shows="a lying person who nods, to measure how it is read"))
