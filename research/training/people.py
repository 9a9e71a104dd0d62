"""The training set of upright people: many bodies, few frames each, all arm and head positions.

Clips use the development cast with separate seeds, so none is a benchmark take. From seed SECOND on, people also make
movements that were rare before and were misread on development takes: turning the head alone, turning as a whole,
leaning back seen from the side. Movement passes through random waypoints instead of the script of a stretch: twists of
every size to both sides, with and without the pelvis, combined with bends, looks and shrugs, because an estimator reads
only what its training set covers. From seed THIRD on, people mostly sit on the floor with their hands behind them, and
the pelvis turns on chair and floor, or the trunk bends sideways: seated twists with one leg bent were read 10 to 23
degrees too far.
"""

import zlib
from dataclasses import replace

import numpy as np

from research.synthetic.anatomy.body import Shape
from research.synthetic.raster.camera import Camera, nearer
from research.synthetic.scene.casting import random_look, random_room, random_shape
from research.synthetic.scene.motion import Step
from research.synthetic.scene.random_clips import DEFAULT_LIMITS
from research.synthetic.scene.rooms import Room
from research.synthetic.scene.scene import Clip, default_camera
from research.synthetic.scene.stage import Habits
from research.synthetic.scene.stretches import STRETCHES
from research.synthetic.scene.wardrobe import Look

KEY = 424217
FPS = 5.0
SIZES = ((384, 288), (480, 360), (640, 480), (512, 288))

SEATED_ARMS = (
    "crossed", "hips", "thighs", "opposite-knee", "raised", "prayer", "down", "out", "leverage", "ahead",
    "behind-head", "overhead-bent", "wings",
)  # fmt: skip
STANDING_ARMS = (
    "raised", "crossed", "hips", "down", "prayer", "swing", "out", "ahead", "behind-head", "overhead-bent", "wings",
    "press-back",
)  # fmt: skip
FLOOR_ARMS = ("floor-behind", "opposite-knee", "crossed", "thighs", "prayer", "raised")
PLACES = {
    "chair-twist": (0.30, SEATED_ARMS),
    "chair-twist-leverage": (0.08, ("leverage", "thighs", "opposite-knee")),
    "chair-twist-sideways": (0.05, ("crossed", "hips", "leverage")),
    "seated-twist-cross-legged": (0.12, FLOOR_ARMS),
    "seated-twist-one-leg-bent": (0.07, FLOOR_ARMS),
    "standing-twist": (0.26, STANDING_ARMS),
    "rounded-back": (0.03, ("",)),
    "seated-overhead-reach": (0.02, ("",)),
    "butterfly": (0.02, ("",)),
    "lunge": (0.02, ("hips", "down")),
    "chair-lean-back": (0.03, ("behind-head", "crossed")),
}
SECOND = 900
MORE_PLACES = {
    "chair-twist": (0.20, SEATED_ARMS),
    "chair-twist-leverage": (0.10, ("leverage", "thighs", "opposite-knee")),
    "chair-twist-sideways": (0.04, ("crossed", "hips", "leverage")),
    "seated-twist-cross-legged": (0.12, FLOOR_ARMS),
    "seated-twist-one-leg-bent": (0.06, FLOOR_ARMS),
    "standing-twist": (0.20, STANDING_ARMS),
    "standing-extension-hand-press": (0.05, ("press-back", "hips")),
    "standing-extension-hands-behind-head": (0.05, ("behind-head",)),
    "chair-lean-back": (0.05, ("behind-head", "crossed")),
    "rounded-back": (0.03, ("",)),
    "seated-overhead-reach": (0.03, ("",)),
    "butterfly": (0.03, ("",)),
    "lunge": (0.03, ("hips", "down")),
    "shoulder-rolls": (0.01, ("",)),
}
THIRD = 6000
FLOOR_PLACES = {
    "seated-twist-one-leg-bent": (0.45, ("floor-behind", "floor-behind", "floor-behind", *FLOOR_ARMS[1:])),
    "seated-twist-cross-legged": (0.30, ("floor-behind", "floor-behind", *FLOOR_ARMS[1:])),
    "chair-twist": (0.15, SEATED_ARMS),
    "standing-twist": (0.10, STANDING_ARMS),
}
FROM_THE_SIDE = ("standing-extension-hand-press", "standing-extension-hands-behind-head", "chair-lean-back", "lunge",
                 "rounded-back")  # fmt: skip
HEADS = ("follow", "further", "ahead", "camera", "free")
HEAD_SHARES = (0.25, 0.15, 0.25, 0.2, 0.15)
VIEWS_DEG = (-100.0, 100.0)


def _camera(rng: np.random.Generator, stretch: str, more: bool) -> Camera:
    base = default_camera(stretch)
    # Mostly the views that the stretches ask for; some from the side, so that the estimator also knows that view.
    azimuth = float(rng.uniform(-65.0, 65.0)) if rng.random() < 0.85 else float(rng.uniform(*VIEWS_DEG))
    if more and stretch in FROM_THE_SIDE:
        azimuth = float(rng.choice([-1.0, 1.0]) * rng.uniform(40.0, 105.0))
    fov = float(rng.uniform(34.0, 66.0))
    x, y, z = np.array(base.target) + rng.normal(0.0, 0.08, 3)
    return Camera(
        azimuth_deg=azimuth,
        elevation_deg=float(rng.uniform(-6.0, 20.0)),
        distance_m=base.distance_m * nearer(fov) * float(rng.uniform(0.92, 1.5)),
        fov_deg=fov,
        roll_deg=float(rng.normal(0.0, 2.0)),
        target=(float(x), float(y), float(z)),
        size_wh=SIZES[int(rng.integers(len(SIZES)))],
    )


def _waypoint(rng: np.random.Generator, side: float, standing: bool) -> dict[str, float]:
    """Draw the target of one move: a twist of 0 to 72 degrees, half of them past 35, and what may come with it."""
    far = float(rng.uniform(35.0, 72.0) if rng.random() < 0.5 else rng.uniform(0.0, 35.0))
    to = {"trunk_rotation": side * far}
    to["pelvis_rotation"] = 0.0
    if rng.random() < (0.5 if standing else 0.3):
        wide = 35.0 if standing else 16.0
        same = 1.0 if rng.random() < 0.75 else -1.0
        to["pelvis_rotation"] = same * side * float(rng.uniform(2.0, wide))
    to["trunk_lateral_flexion"] = float(rng.normal(0.0, 5.0))
    to["trunk_flexion"] = float(rng.normal(0.0, 6.0))
    to["trunk_inclination"] = float(rng.uniform(-25.0, 20.0)) if rng.random() < 0.2 else 0.0
    to["neck_rotation"] = float(rng.normal(0.0, 15.0))
    to["neck_flexion"] = float(rng.normal(4.0, 12.0))
    to["shoulder_raise"] = float(rng.uniform(0.0, 14.0)) if rng.random() < 0.3 else 0.0
    to["shoulder_forward"] = float(rng.normal(0.0, 6.0))
    to["turn"] = float(rng.normal(0.0, 3.0))
    return to


def _quiet(rng: np.random.Generator, side: float) -> dict[str, float]:
    """Draw a move in which the trunk hardly twists: head, whole body or pelvis turns, or the trunk leans."""
    to = _waypoint(rng, side, False) | {"trunk_rotation": float(rng.normal(0.0, 2.0)), "pelvis_rotation": 0.0}
    kind = int(rng.integers(4))
    if kind == 0:
        to["neck_rotation"] = side * float(rng.uniform(20.0, 65.0))
    elif kind == 1:
        to["turn"] = side * float(rng.uniform(10.0, 45.0))
    elif kind == 2:
        to["pelvis_rotation"] = to["trunk_rotation"] + side * float(rng.uniform(5.0, 25.0))
    else:
        to["trunk_inclination"] = float(rng.uniform(-38.0, 25.0))
        to["neck_flexion"] = float(rng.uniform(-25.0, 25.0))
    return to


def _more(rng: np.random.Generator, to: dict[str, float], side: float, stretch: str) -> dict[str, float]:
    """Widen a drawn move for the people from SECOND on."""
    if rng.random() < (0.7 if stretch in FROM_THE_SIDE else 0.3):
        return _quiet(rng, side)
    return to | {"neck_rotation": float(rng.normal(0.0, 25.0))}


def _to_all_sides(rng: np.random.Generator, to: dict[str, float]) -> dict[str, float]:
    """Widen a drawn move for the people from THIRD on: smaller twists, side-bends, a pelvis that turns."""
    out = dict(to)
    if rng.random() < 0.5:
        out["trunk_rotation"] = float(np.sign(to["trunk_rotation"])) * float(rng.uniform(0.0, 45.0))
    if rng.random() < 0.4:
        out["trunk_lateral_flexion"] = float(rng.choice([-1.0, 1.0]) * rng.uniform(4.0, 25.0))
    if rng.random() < 0.3:
        out["pelvis_rotation"] = float(rng.choice([-1.0, 1.0]) * rng.uniform(4.0, 28.0))
    return out


def _motion(rng: np.random.Generator, stretch: str, seed: int) -> tuple[Step, ...]:
    standing = STRETCHES[stretch].support == "feet"
    steps = [Step("neutral", seconds=1.0)]
    side = float(rng.choice([-1.0, 1.0]))
    first: dict[str, float] = {"amount": 1.0} if STRETCHES[stretch].end is not None else {}
    # People follow the arm style only more or less.
    first["arms"] = float(rng.choice([0.0, 0.0, 0.15, 0.3]))
    for i in range(5):
        to = _waypoint(rng, side, standing)
        if seed >= THIRD:
            to = _to_all_sides(rng, to)
        elif seed >= SECOND:
            to = _more(rng, to, side, stretch)
        steps.append(Step("move", to=to | (first if i == 0 else {}), seconds=float(rng.uniform(0.8, 1.2))))
        if rng.random() < 0.6:
            side = -side
    return tuple(steps)


def clip_of(
    rng: np.random.Generator,
    name: str,
    stretch: str,
    motion: tuple[Step, ...],
    seen: tuple[Shape, Look, Camera, Room],
    arms: tuple[str, ...],
    heads: tuple[tuple[str, ...], tuple[float, ...]],
) -> Clip:
    """Return the clip of one person, with what is left to chance drawn.

    Args:
        rng: The source of randomness.
        name: The clip's name.
        stretch: The stretch.
        motion: What the person does.
        seen: Body, look, camera and room.
        arms: The ways to hold the arms to draw from.
        heads: The ways to turn the head to draw from, and the share of each.
    """
    shape, look, camera, room = seen
    return Clip(
        name=name,
        stretch=stretch,
        seed=int(rng.integers(2**31)),
        motion=motion,
        shape=shape,
        look=look,
        camera=camera,
        room=room,
        habits=Habits(
            arms[int(rng.integers(len(arms)))],
            heads[0][int(rng.choice(len(heads[0]), p=heads[1]))],
            float(rng.choice([-1.0, 1.0])),
            float(rng.uniform(0.3, 1.6)),
            camera.azimuth_deg,
        ),
        limits=DEFAULT_LIMITS,
        fps=FPS,
        noise=float(rng.uniform(0.5, 6.0)),
        blur_px=float(rng.uniform(0.2, 1.0)),
    )


def draw(seed: int) -> Clip:
    """Draw the clip of one person; the same seed gives the same person."""
    rng = np.random.default_rng([KEY, zlib.crc32(b"people"), seed])
    places = PLACES if seed < SECOND else MORE_PLACES if seed < THIRD else FLOOR_PLACES
    names = tuple(places)
    shares = np.array([places[name][0] for name in names])
    stretch = names[int(rng.choice(len(names), p=shares / shares.sum()))]
    shape = random_shape(rng)
    look, room, camera = (
        random_look(rng, "dev", shape.gender),
        random_room(rng, "dev"),
        _camera(rng, stretch, seed >= SECOND),
    )
    options = places[stretch][1]
    arms = options[int(rng.integers(len(options)))]
    head = HEADS[int(rng.choice(len(HEADS), p=HEAD_SHARES))]
    motion = _motion(rng, stretch, seed)
    side = float(np.sign(motion[1].to["trunk_rotation"]) or 1.0) if STRETCHES[stretch].sides else 1.0
    clip = Clip(
        name=f"person-{seed:05d}",
        stretch=stretch,
        seed=int(rng.integers(2**31)),
        motion=motion,
        shape=shape,
        look=look,
        camera=camera,
        room=room,
        habits=Habits(arms, head, side, float(rng.uniform(0.3, 1.6)), camera.azimuth_deg),
        limits=DEFAULT_LIMITS,
        fps=FPS,
        noise=float(rng.uniform(0.5, 6.0)),
        blur_px=float(rng.uniform(0.2, 1.0)),
    )
    return replace(clip, shows="a person to learn from")
