"""The training set of people lying on their back: the pelvis rotates under a thorax that stays still or follows.

They are drawn like the upright people of training/people.py, with seeds and files of their own. The camera stands at
their side, at varying angles towards head or feet, and looks level or steeply down. Details that a stretch leaves
open are random: legs bent or straight at the start, the crossing knee more or less bent, the other leg straight, bent
or rolling along, and the position of arms and head. Some people raise a knee without any roll, lift a shoulder, or
roll the whole trunk.
"""

import zlib
from dataclasses import replace

import numpy as np

from research.synthetic.anatomy.pose import Leg
from research.synthetic.output.render import Scene
from research.synthetic.raster.camera import Camera, nearer
from research.synthetic.scene.casting import pick, random_look, random_room, random_shape
from research.synthetic.scene.motion import Step
from research.synthetic.scene.random_clips import DEFAULT_LIMITS
from research.synthetic.scene.scene import Clip, default_camera
from research.synthetic.scene.stage import HEADS, Habits, Stage
from research.synthetic.scene.stretches import STRETCHES, SUPINE, Posture, Stretch, both
from research.training.people import FPS, KEY, SIZES

STRETCH = "supine-twist"
ARMS = ("one-shin", "one-shin", "out", "beside")
LONG, MOVES = 60, (7, 4)
"""The first LONG people make MOVES[0] moves, all others MOVES[1]: more people teach more than more frames of each."""


def _camera(rng: np.random.Generator) -> Camera:
    base = default_camera(STRETCH)
    off = rng.uniform(-30.0, 30.0) if rng.random() < 0.6 else rng.uniform(-55.0, 55.0)
    fov = float(rng.uniform(34.0, 66.0))
    x, y, z = np.array(base.target) + rng.normal(0.0, 0.08, 3)
    return Camera(
        azimuth_deg=float(rng.choice([-1.0, 1.0]) * (90.0 + off)),
        elevation_deg=float(rng.uniform(3.0, 60.0)),
        distance_m=base.distance_m * nearer(fov) * float(rng.uniform(0.92, 1.4)),
        fov_deg=fov,
        roll_deg=float(rng.normal(0.0, 2.0)),
        target=(float(x), float(y), float(z)),
        size_wh=SIZES[int(rng.integers(len(SIZES)))],
    )


def _straight(rng: np.random.Generator) -> Leg:
    return Leg(flexion=3.0, abduction=float(rng.uniform(2.0, 12.0)), knee=float(rng.uniform(2.0, 8.0)), ankle=-20.0)


def _bent(rng: np.random.Generator) -> Leg:
    return Leg(flexion=52.0, abduction=float(rng.uniform(3.0, 12.0)), knee=float(rng.uniform(70.0, 110.0)))


def _stretch(rng: np.random.Generator) -> Stretch:
    """Draw how this person begins and where the legs end; the right leg crosses, unless the stage swaps the sides."""
    start = both(_bent(rng)) if rng.random() < 0.65 else both(_straight(rng))
    crossing = Leg(
        flexion=float(rng.uniform(60.0, 125.0)),
        abduction=float(rng.uniform(-32.0, 0.0)),
        rotation=float(rng.normal(0.0, 8.0)),
        knee=float(rng.uniform(50.0, 130.0)),
        ankle=float(rng.uniform(-25.0, 5.0)),
    )
    kind = rng.random()
    if kind < 0.15:
        along = replace(crossing, flexion=crossing.flexion - float(rng.uniform(0.0, 12.0)), abduction=4.0)
        end = Posture({"L": along, "R": crossing}, pelvis_pitch=SUPINE)
    else:
        other = _straight(rng) if kind < 0.65 else _bent(rng)
        end = Posture({"L": other, "R": crossing}, pelvis_pitch=SUPINE, feet_down="L")
    begin = Posture(start, pick(rng, ("beside", "out")), pelvis_pitch=SUPINE, feet_down="LR")
    return replace(STRETCHES[STRETCH], start=begin, end=end)


def _waypoint(rng: np.random.Generator, side: float) -> dict[str, float]:
    """Draw the target of one move: hips rolled by up to 66 degrees, a third past 38, sometimes to the other side."""
    far = float(rng.uniform(38.0, 66.0) if rng.random() < 0.35 else rng.uniform(0.0, 38.0))
    kind = rng.random()
    if kind < 0.12:
        far = float(rng.normal(0.0, 3.0))
    elif kind < 0.22:
        far = -far
    to = {"amount": float(rng.uniform(0.7, 1.1)), "trunk_rotation": -side * far}
    if rng.random() < 0.1:
        to["amount"] = float(rng.uniform(0.0, 0.4))
    # The shoulder of the leg that crosses follows the hips.
    lift = (
        rng.uniform(4.0, 28.0) * (1.0 if rng.random() < 0.8 else -0.5) if rng.random() < 0.4 else rng.normal(0.0, 1.5)
    )
    to["trunk_roll"] = side * float(lift)
    to["trunk_lateral_flexion"] = float(rng.normal(0.0, 4.0))
    to["trunk_flexion"] = float(rng.normal(0.0, 4.0))
    to["neck_rotation"] = float(rng.normal(0.0, 25.0))
    to["neck_flexion"] = float(rng.normal(3.0, 8.0))
    to["shoulder_raise"] = float(rng.uniform(0.0, 12.0)) if rng.random() < 0.3 else 0.0
    to["shoulder_forward"] = float(rng.normal(0.0, 5.0))
    to["turn"] = float(rng.normal(0.0, 3.0))
    return to


def scene(seed: int) -> Scene:
    """Draw one person, ready to render; the same seed gives the same person."""
    rng = np.random.default_rng([KEY, zlib.crc32(b"lying people"), seed])
    shape = random_shape(rng)
    look, room, camera = random_look(rng, "dev", shape.gender), random_room(rng, "dev"), _camera(rng)
    stretch = _stretch(rng)
    side = float(rng.choice([-1.0, 1.0]))
    steps = [Step("neutral", seconds=1.0)]
    moves = MOVES[0] if seed < LONG else MOVES[1]
    steps += [Step("move", to=_waypoint(rng, side), seconds=float(rng.uniform(0.8, 1.2))) for _ in range(moves)]
    clip = Clip(
        name=f"lying-{seed:05d}",
        stretch=STRETCH,
        seed=int(rng.integers(2**31)),
        motion=tuple(steps),
        shape=shape,
        look=look,
        camera=camera,
        room=room,
        habits=Habits(pick(rng, ARMS), pick(rng, HEADS), side, float(rng.uniform(0.3, 1.6)), camera.azimuth_deg),
        limits=DEFAULT_LIMITS,
        fps=FPS,
        noise=float(rng.uniform(0.5, 6.0)),
        blur_px=float(rng.uniform(0.2, 1.0)),
    )
    made = Scene(clip)
    made.stage = Stage(made.stage.body, stretch, clip.habits)
    return made
