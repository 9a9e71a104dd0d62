"""Random clips by seed, in two splits without overlap.

Every draw of a clip (body, looks, room, camera, arms, movement) comes from one stream keyed by split, stretch and
seed. As the key holds the split, no body and no camera of "dev" appears in "test". Colours, hair, patterns and rooms
also come from lists that the splits do not share. Arm and head styles occur in both, because an estimator must know
them.
"""

from __future__ import annotations

import zlib

import numpy as np

from research.synthetic.raster.camera import Camera, nearer
from research.synthetic.scene.casting import Split, pick, random_look, random_room, random_shape
from research.synthetic.scene.motion import Step
from research.synthetic.scene.scene import Bystander, Clip, Limit, default_camera
from research.synthetic.scene.stage import Habits
from research.synthetic.scene.stretches import STRETCHES

_KEY = {"dev": 20117, "test": 90583}

TWISTS = tuple(name for name, s in STRETCHES.items() if "twist" in name)
EXTENSIONS = ("standing-extension-hand-press", "standing-extension-hands-behind-head", "chair-lean-back")
KINDS = (
    "both-sides", "one-side", "pelvis", "abrupt", "bounce", "head-only", "arms-only", "turning", "walk-in", "empty",
    "bystander",
)  # fmt: skip
CONTROLS = ("head-only", "arms-only", "turning", "walk-in", "empty")
AZIMUTHS = (0.0, 20.0, -20.0, 45.0, -45.0, 70.0, -70.0, 90.0, -90.0)

DEFAULT_LIMITS = {
    "trunk_rotation": Limit(caution=40.0, stop=45.0, speed_caution=60.0, speed_stop=100.0),
    "trunk_inclination": Limit(caution=22.0, stop=25.0, speed_caution=75.0, speed_stop=95.0, direction=-1.0),
}


def _rng(stretch: str, seed: int, split: str) -> np.random.Generator:
    if split not in _KEY:
        raise ValueError(f"split: expected dev or test, found {split!r}")
    return np.random.default_rng([_KEY[split], zlib.crc32(stretch.encode()), seed])


def _camera(rng: np.random.Generator, stretch: str, azimuth: float | None, size: tuple[int, int]) -> Camera:
    base = default_camera(stretch)
    azimuth = AZIMUTHS[int(rng.integers(len(AZIMUTHS)))] + float(rng.uniform(-6, 6)) if azimuth is None else azimuth
    x, y, z = np.array(base.target) + rng.normal(0.0, 0.04, 3)
    fov = float(rng.uniform(38.0, 58.0))
    return Camera(
        azimuth_deg=azimuth,
        elevation_deg=float(rng.uniform(-2.0, 14.0)) + (4.0 if STRETCHES[stretch].support == "floor" else 0.0),
        distance_m=base.distance_m * nearer(fov) * float(rng.uniform(1.0, 1.3)),
        fov_deg=fov,
        roll_deg=float(rng.normal(0.0, 1.0)),
        target=(float(x), float(y), float(z)),
        size_wh=size,
    )


def _twist(rng: np.random.Generator, stretch: str, kind: str) -> tuple[Step, ...]:
    """Twist to a random angle from 6 to 66 degrees, hold, come back, and the other side; more of them past 40."""
    sign = -1.0 if STRETCHES[stretch].thorax_still else 1.0
    steps = [Step("neutral", seconds=float(rng.uniform(1.8, 2.4)))]
    start: dict[str, float] = {"amount": 1.0} if STRETCHES[stretch].end is not None else {}
    first = float(rng.choice([-1.0, 1.0]))
    for side in (first, -first) if kind == "both-sides" else (first,):
        far = float(rng.uniform(38.0, 66.0) if rng.random() < 0.45 else rng.uniform(6.0, 40.0))
        bend = float(rng.normal(0.0, 4.0))
        to = start | {
            "trunk_rotation": sign * side * far,
            "trunk_lateral_flexion": bend,
            "trunk_flexion": float(rng.normal(0, 4)),
        }
        if kind == "pelvis" or rng.random() < 0.3:
            to["pelvis_rotation"] = side * float(rng.uniform(4.0, 30.0 if "standing" in stretch else 14.0))
        speed = float(rng.uniform(130.0, 220.0) if kind == "abrupt" else rng.uniform(15.0, 50.0))
        steps += [Step("move", to=to, speed_deg_s=speed), Step("hold", seconds=float(rng.uniform(0.8, 1.8)))]
        if kind == "bounce":
            steps.append(Step("bounce", times=3.0, size_deg=side * sign * 12.0))
        back = dict.fromkeys(("trunk_rotation", "trunk_lateral_flexion", "trunk_flexion", "pelvis_rotation"), 0.0)
        steps += [Step("move", to=back, speed_deg_s=max(30.0, speed)), Step("hold", seconds=0.6)]
    return tuple(steps)


def _lean(rng: np.random.Generator, stretch: str, kind: str) -> tuple[Step, ...]:
    """Lean back to a random inclination, or move to the end of a stretch that has one."""
    far = float(rng.uniform(0.75, 1.05))
    to: dict[str, float] = {"amount": far}
    steps = [Step("neutral", seconds=2.0)]
    speed = float(rng.uniform(130.0, 190.0) if kind == "abrupt" else rng.uniform(15.0, 35.0))
    if stretch in EXTENSIONS:
        steps.append(Step("move", to={"amount": 1.0}, seconds=1.2))
        to = {
            "trunk_inclination": -float(rng.uniform(4.0, 38.0)),
            "neck_flexion": -float(rng.uniform(0.0, 25.0)),
        }
        steps.append(Step("move", to=to, speed_deg_s=speed))
    elif stretch == "shoulder-rolls":
        return (*steps, Step("roll", times=float(rng.integers(2, 5))))
    elif stretch == "rocking-knees-to-chest":
        for _ in range(3):
            steps += [Step("move", to=to, seconds=1.3), Step("move", to={"amount": 0.0}, seconds=1.3)]
        return tuple(steps)
    else:
        steps.append(Step("move", to=to, seconds=float(rng.uniform(1.4, 2.6))))
    steps.append(Step("hold", seconds=float(rng.uniform(1.0, 2.5))))
    if kind == "bounce":
        steps.append(Step("bounce", times=3.0, size_deg=-12.0, channel="trunk_inclination"))
    return (*steps, Step("return", seconds=1.6), Step("hold", seconds=0.6))


def _control(rng: np.random.Generator, kind: str) -> tuple[Step, ...]:
    """Return movements in which no angle with a limit changes."""
    neutral, end = Step("neutral", seconds=2.0), Step("hold", seconds=0.6)
    side = float(rng.choice([-1.0, 1.0]))
    if kind == "head-only":
        look = Step("move", to={"neck_rotation": side * float(rng.uniform(30, 60))}, speed_deg_s=60.0)
        nod = Step("move", to={"neck_rotation": 0.0, "neck_flexion": float(rng.uniform(10, 30))}, speed_deg_s=50.0)
        return (neutral, look, Step("hold", seconds=1.0), nod, Step("return", speed_deg_s=50.0), end)
    if kind == "arms-only":
        return (
            neutral,
            Step("move", to={"arms": 1.0}, seconds=1.2),
            end,
            Step("move", to={"arms": 0.0}, seconds=1.0),
            end,
        )
    if kind == "turning":
        return (neutral, Step("move", to={"turn": side * float(rng.uniform(25, 55))}, speed_deg_s=35.0), end,
                Step("return", speed_deg_s=35.0), end)  # fmt: skip
    if kind == "walk-in":
        walk = Step("walk", seconds=2.2, to={"side_m": side * 2.0, "turn": side * 90.0, "arms": 1.0})
        return (
            Step("empty", seconds=0.5),
            walk,
            Step("move", to={"turn": 0.0, "arms": 0.0}, seconds=1.2),
            neutral,
            end,
        )
    return (Step("empty", seconds=3.0),)


def random_clip(
    stretch_id: str,
    seed: int,
    split: Split = "dev",
    *,
    kind: str | None = None,
    azimuth_deg: float | None = None,
    arms: str | None = None,
    head: str | None = None,
    size_wh: tuple[int, int] = (640, 480),
    fps: float = 30.0,
) -> Clip:
    """Draw a clip of a stretch; arguments that are given are fixed, everything else is random.

    Args:
        stretch_id: The stretch.
        seed: The seed; the same arguments give the same clip.
        split: "dev" or "test".
        kind: One of `KINDS`; None for both sides of a twist, or the one movement of another stretch. `turning` and
            `walk-in` are meant for standing stretches.
        azimuth_deg: Where the camera stands, 0 in front, 90 at the person's left.
        arms: The arm style.
        head: The head style.
        size_wh: Width and height of the picture, pixels.
        fps: Frames per second.

    Returns:
        The clip; its limits are the project's defaults for adults.

    Raises:
        ValueError: If there is no such stretch, kind or split.
    """
    rng = _rng(stretch_id, seed, split)
    if stretch_id not in STRETCHES:
        raise ValueError(f"stretch: expected one of {', '.join(sorted(STRETCHES))}, found {stretch_id!r}")
    if kind is not None and kind not in KINDS:
        raise ValueError(f"kind: expected one of {', '.join(KINDS)}, found {kind!r}")
    kind = kind or "both-sides"
    shape = random_shape(rng)
    look, room = random_look(rng, split, shape.gender), random_room(rng, split)
    camera = _camera(rng, stretch_id, azimuth_deg, size_wh)
    stretch = STRETCHES[stretch_id]
    drawn_arms = pick(rng, stretch.arms) if stretch.arms else ""
    drawn_head = pick(rng, ("follow", "follow", "further", "ahead", "camera"))
    side = float(rng.choice([-1.0, 1.0])) if stretch.sides else 1.0
    if kind in CONTROLS:
        motion = _control(rng, kind)
    else:
        motion = _twist(rng, stretch_id, kind) if stretch_id in TWISTS else _lean(rng, stretch_id, kind)
    first_turn = next((step.to["trunk_rotation"] for step in motion if step.to.get("trunk_rotation")), 0.0)
    if stretch.sides and first_turn:
        side = float(np.sign(first_turn)) * (-1.0 if stretch.thorax_still else 1.0)
    bystander = None
    if kind == "bystander":
        other = random_shape(rng)
        bystander = Bystander(
            other, random_look(rng, split, other.gender), float(rng.uniform(-1.5, -1.0)),
            float(rng.choice([-1.0, 1.0]) * rng.uniform(0.6, 1.1)), float(rng.uniform(-40, 40)),
        )  # fmt: skip
    return Clip(
        name=f"{stretch_id}-{split}-{kind}-{seed:04d}",
        stretch=stretch_id,
        seed=int(rng.integers(2**31)),
        motion=motion,
        shape=shape,
        look=look,
        camera=camera,
        room=room,
        habits=Habits(arms or drawn_arms, head or drawn_head, side, float(rng.uniform(0.6, 1.6)), camera.azimuth_deg),
        limits=DEFAULT_LIMITS,
        bystander=bystander,
        fps=fps,
        noise=float(rng.uniform(1.0, 4.0)),
        blur_px=float(rng.uniform(0.3, 0.8)),
    )
