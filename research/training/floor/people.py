"""Render people who sit on the floor and turn as the stretches ask: the arms go to their place along with the turn.

    python -m research.training.floor.people 0 173

Beside the sets of gather.py, whose arms are mostly in place before the trunk turns: a hand that moves behind the body
was read as a turn of about 9 degrees. Writes one .npz per person with landmarks, body codes and truth, so that an
interrupted run can be continued; 2 to 3 s per person.
"""

import argparse
import json
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import platformdirs
from numpy.typing import NDArray

from posecheck.capture.pose.coding import encoder
from posecheck.capture.pose.coding.inner_map import crop
from posecheck.capture.pose.mediapipe import MediaPipeEstimator
from posecheck.capture.pose.model_file import ensure
from posecheck.core.arrays import Floats
from posecheck.core.files import written_atomically
from posecheck.core.frame import Frame
from posecheck.core.pose import PoseTrack
from research.harness.inner_maps import inner_map
from research.synthetic.output.film import clip_angles
from research.synthetic.output.render import Scene
from research.synthetic.raster.camera import Camera, nearer
from research.synthetic.scene.casting import random_look, random_room, random_shape
from research.synthetic.scene.motion import Step
from research.synthetic.scene.random_clips import DEFAULT_LIMITS
from research.synthetic.scene.scene import Clip, default_camera
from research.synthetic.scene.stage import Habits
from research.training.people import FPS

KEY = 77123
TURNS = 5
FURTHEST_DEG = 66.0
HEADS = ("follow", "follow", "further", "ahead", "free")
LEAST_FRAMES = 12


@dataclass(frozen=True, slots=True)
class Sitter:
    """Hold one person in the n frames in which MediaPipe found them.

    Attributes:
        seed: Their seed.
        about: Stretch, arm style, side and camera.
        track: Landmarks with body codes.
        neutral: Which frames (n,) are neutral.
        truth: True angles (n,) in degrees since neutral, by the generator's name.
    """

    seed: int
    about: dict[str, object]
    track: PoseTrack
    neutral: NDArray[np.bool_]
    truth: dict[str, Floats]


def folder() -> Path:
    """Return the folder that the people are kept in."""
    return Path(platformdirs.user_cache_dir("posecheck", appauthor=False)) / "floor-sitters"


def _camera(rng: np.random.Generator, stretch: str) -> Camera:
    base = default_camera(stretch)
    front = rng.random() < 0.65
    azimuth = float(rng.uniform(-30.0, 30.0) if front else rng.choice([-1, 1]) * rng.uniform(30.0, 60.0))
    fov = float(rng.uniform(36.0, 62.0))
    x, y, z = np.array(base.target) + rng.normal(0.0, 0.05, 3)
    return Camera(
        azimuth_deg=azimuth,
        elevation_deg=float(rng.uniform(-2.0, 20.0)),
        distance_m=base.distance_m * nearer(fov) * float(rng.uniform(0.95, 1.4)),
        fov_deg=fov,
        roll_deg=float(rng.normal(0.0, 1.0)),
        target=(float(x), float(y), float(z)),
        size_wh=(640, 480),
    )


def _motion(rng: np.random.Generator, side: float) -> tuple[Step, ...]:
    """Draw turns of every size to one side, some with the pelvis, a side-bend or a lean."""
    steps = [Step("neutral", seconds=0.8)]
    pelvis, bent, leant = rng.random() < 0.25, rng.random() < 0.15, rng.random() < 0.15
    far = (np.arange(TURNS) + rng.random(TURNS)) / TURNS * FURTHEST_DEG - 1.0
    rng.shuffle(far)
    for i in range(TURNS):
        to = {
            "trunk_rotation": side * float(far[i]),
            "amount": 1.0,
            "pelvis_rotation": side * float(rng.uniform(-5.0, 28.0)) if pelvis else 0.0,
            "trunk_lateral_flexion": float(rng.normal(0.0, 10.0 if bent else 2.0)),
            "trunk_inclination": float(rng.normal(0.0, 12.0)) if leant else 0.0,
            "neck_rotation": float(rng.normal(0.0, 12.0)),
        }
        if i == 0:
            to["arms"] = float(rng.choice([0.0, 0.0, 0.0, 0.15]))
        steps.append(Step("move", to=to, seconds=1.0 if i == 0 else 0.7))
    return (*steps, Step("return", seconds=1.0))


def draw(seed: int) -> Clip:
    """Draw the clip of one person; the same seed gives the same person."""
    rng = np.random.default_rng([KEY, zlib.crc32(b"floor behind"), seed])
    stretch = "seated-twist-one-leg-bent" if rng.random() < 0.65 else "seated-twist-cross-legged"
    shape = random_shape(rng)
    look, room, camera = random_look(rng, "dev", shape.gender), random_room(rng, "dev"), _camera(rng, stretch)
    side = float(rng.choice([-1.0, 1.0]))
    arms = "floor-behind" if rng.random() < 0.85 else ("opposite-knee", "crossed")[int(rng.integers(2))]
    head = HEADS[int(rng.integers(len(HEADS)))]
    motion = _motion(rng, side)
    return Clip(
        name=f"floor-{seed}",
        stretch=stretch,
        seed=int(rng.integers(2**31)),
        motion=motion,
        shape=shape,
        look=look,
        camera=camera,
        room=room,
        habits=Habits(arms, head, side, float(rng.uniform(0.3, 1.5)), camera.azimuth_deg),
        limits=DEFAULT_LIMITS,
        fps=FPS,
        noise=float(rng.uniform(0.5, 5.0)),
        blur_px=float(rng.uniform(0.2, 1.0)),
    )


def gather(seed: int) -> None:
    """Render one person, unless saved already."""
    path = folder() / f"{seed:05d}.npz"
    if path.exists():
        return
    scene = Scene(draw(seed))
    truth = [scene.truth(i) for i in range(len(scene))]
    image, world, seen, codes, found = [], [], [], [], []
    with MediaPipeEstimator(ensure(), max_people=1) as estimator:
        for i, frame in enumerate(truth):
            rgb = scene.picture(i)
            pose = estimator.estimate(Frame(i, frame.time_s, rgb))
            if pose is None:
                continue
            maps = inner_map().both(crop(rgb, pose.image_xy))
            codes.append([encoder.load().encode(one.astype(np.float16).astype(np.float32)) for one in maps])
            image.append(pose.image_xy)
            world.append(pose.world_xyz)
            seen.append(pose.visibility)
            found.append(i)
    angles, rows, clip = clip_angles(scene, truth), np.array(found, np.int64), scene.clip
    about = {
        "stretch": clip.stretch, "arms": clip.habits.arms, "side": clip.habits.side,
        "az": clip.camera.azimuth_deg, "el": clip.camera.elevation_deg,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_atomically(path) as part, part.open("wb") as file:
        np.savez(
            file,
            about=np.array(json.dumps(about)),
            neutral=scene.neutral[rows],
            image=np.array(image, np.float32),
            world=np.array(world, np.float32),
            vis=np.array(seen, np.float32),
            code=np.array(codes),
            angles=np.array([angles[name][rows] for name in angles]).T,
            names=np.array(list(angles)),
            size=np.array(clip.camera.size_wh),
        )


def sitters() -> Iterator[Sitter]:
    """Load the people gathered so far, by seed; those found in few frames are left out."""
    for path in sorted(folder().glob("[0-9]*.npz")):
        with np.load(path, allow_pickle=False) as data:
            neutral, n = data["neutral"].astype(bool), len(data["neutral"])
            if n < LEAST_FRAMES or neutral.sum() < 2:
                continue
            one = np.ones(n, np.int16)
            track = PoseTrack(
                np.arange(n) / FPS, data["image"].astype(float), data["world"].astype(float),
                data["vis"].astype(float), one, 0 * one, np.tile(data["size"].astype(np.int32), (n, 1)),
                code=data["code"].astype(np.int8),
            )  # fmt: skip
            angles = data["angles"].astype(float)
            truth = {str(name): angles[:, i] - angles[neutral, i].mean() for i, name in enumerate(data["names"])}
            yield Sitter(int(path.stem), json.loads(str(data["about"])), track, neutral, truth)


def main() -> None:
    """Render the people of a range of seeds."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int, help="not gathered itself")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    for seed in range(given.first, given.last):
        gather(seed)
        print(f"\rpeople: {seed + 1 - given.first} of {given.last - given.first}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


if __name__ == "__main__":
    main()
