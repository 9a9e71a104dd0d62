"""Takes: rendered clips with their truth and the landmarks of the real pose estimator; cached, as rendering is slow.

A take is identified by split, stretch, seed, kind and camera; the same values give the same pixels. Development takes
may be used for fitting and tuning, test takes only for reported figures.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from posecheck.capture.pose.landmark_file import load_track, save_track
from posecheck.capture.pose.mediapipe import MediaPipeEstimator
from posecheck.capture.pose.model_file import ensure
from posecheck.core.arrays import Floats
from posecheck.core.files import written_atomically
from posecheck.core.frame import Frame
from posecheck.core.pose import PoseTrack
from research.datasets import second_look
from research.harness import inner_maps
from research.synthetic.output.film import clip_angles, truth_table
from research.synthetic.output.render import Scene
from research.synthetic.scene.random_clips import CONTROLS
from research.synthetic.scenes import random_clip

FPS = 12.0
SIZE = (640, 480)


@dataclass(frozen=True, slots=True)
class Spec:
    """Identify one take.

    Attributes:
        stretch: The stretch.
        seed: The seed of the random person, room and movement.
        split: "dev" or "test".
        kind: The kind of movement, one of `random_clips.KINDS`; None for the usual one.
        azimuth_deg: Where the camera stands, 0 in front, 90 at the person's left; None for a random place.
        elevation_deg: How steeply the camera looks down; None for a random value.
        look: "first" for the usual look, "second" for one that is hard to see, see second_look.py.
    """

    stretch: str
    seed: int
    split: str
    kind: str | None = None
    azimuth_deg: float | None = None
    elevation_deg: float | None = None
    look: str = "first"

    @property
    def name(self) -> str:
        """Return the file name of the take, without ending."""
        where = "any" if self.azimuth_deg is None else f"{self.azimuth_deg:+.0f}"
        where += "" if self.elevation_deg is None else f"-up{self.elevation_deg:.0f}"
        where += "" if self.look == "first" else f"-{self.look}"
        return f"{self.split}-{self.stretch}-{self.kind or 'default'}-{where}-{self.seed:04d}"


@dataclass(frozen=True, slots=True)
class Take:
    """Hold one take.

    Attributes:
        spec: What it is drawn from.
        track: The landmarks as estimated.
        truth: True angles (n,) in degrees by name; NaN where nobody is in the picture.
        about: Camera, limits, neutral and the events that a perfect observer reports.
    """

    spec: Spec
    track: PoseTrack
    truth: dict[str, Floats]
    about: dict[str, Any]

    @property
    def control(self) -> bool:
        """Whether the take is a control, in which no warning is expected."""
        return self.spec.kind in CONTROLS


@cache
def generator_version() -> str:
    """Return a hash of the generator's files, so that takes are rendered again when it changes."""
    digest = hashlib.sha256(f"{FPS}{SIZE}".encode())
    folder = Path(__file__).parents[1] / "synthetic"
    for path in sorted([*folder.rglob("*.py"), folder / "anatomy" / "bundle.npz"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def folder() -> Path:
    """Return the folder of cached takes; the environment variable POSECHECK_TAKES overrides it."""
    chosen = os.environ.get("POSECHECK_TAKES")
    if chosen:
        return Path(chosen)
    return Path(platformdirs.user_cache_dir("posecheck", appauthor=False)) / "takes" / generator_version()


def _scene(spec: Spec) -> Scene:
    split: Any = spec.split
    clip = random_clip(
        spec.stretch, spec.seed, split, kind=spec.kind, azimuth_deg=spec.azimuth_deg, size_wh=SIZE, fps=FPS
    )
    if spec.elevation_deg is not None:
        clip = replace(clip, camera=replace(clip.camera, elevation_deg=spec.elevation_deg))
    return Scene(second_look.of(clip) if spec.look == "second" else clip)


def _pictures(spec: Spec, scene: Scene) -> Iterator[NDArray[np.uint8]]:
    pictures = (scene.picture(i) for i in range(len(scene)))
    return second_look.recorded(pictures, scene.clip) if spec.look == "second" else pictures


def _files(spec: Spec) -> tuple[Path, Path, Path]:
    """Return the files of a take's landmarks, truth and inner maps."""
    path = folder() / f"{spec.name}.npz"
    return path, path.with_suffix(".truth.npz"), path.with_suffix(".maps.npz")


def is_made(spec: Spec) -> bool:
    """Return whether a take is cached."""
    return all(path.exists() for path in _files(spec))


def make(spec: Spec) -> Path:
    """Render a take, estimate its poses and save its inner maps, unless it is cached; return the landmarks' file."""
    path, beside, maps = _files(spec)
    if is_made(spec):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    scene = _scene(spec)
    pictures = list(_pictures(spec, scene))
    if not (path.exists() and beside.exists()):
        frames = [scene.truth(i) for i in range(len(scene))]
        with MediaPipeEstimator(ensure()) as estimator:
            poses = [
                estimator.estimate(Frame(i, frame.time_s, rgb))
                for i, (frame, rgb) in enumerate(zip(frames, pictures, strict=True))
            ]
        angles = clip_angles(scene, frames)
        table = truth_table(scene, frames)
        about = {key: table[key] for key in ("name", "stretch", "camera", "events", "limits", "neutral_s")}
        about["arms"], about["head"] = scene.clip.habits.arms, scene.clip.habits.head
        with written_atomically(beside) as part, part.open("wb") as file:
            np.savez_compressed(file, about=np.array(json.dumps(about)), allow_pickle=False, **angles)
        save_track(path, PoseTrack.of([f.time_s for f in frames], poses, SIZE))
    inner_maps.save(maps, load_track(path), pictures)
    return path


def load(spec: Spec) -> Take:
    """Return a take; render it if it is not cached."""
    path, beside, maps = _files(spec)
    make(spec)
    with np.load(beside, allow_pickle=False) as data:
        truth = {name: data[name].astype(np.float64) for name in data.files if name not in ("about", "allow_pickle")}
        about = json.loads(str(data["about"]))
    return Take(spec, inner_maps.coded(load_track(path), maps), truth, about)


def load_all(specs: Iterable[Spec], workers: int = 2) -> Iterator[Take]:
    """Yield takes in order; missing ones are rendered first, with progress on the error stream.

    Args:
        specs: The takes.
        workers: Number of processes that render.
    """
    wanted = list(specs)
    missing = [spec for spec in wanted if not is_made(spec)]
    if missing:
        with ProcessPoolExecutor(workers) as pool:
            for i, _ in enumerate(pool.map(make, missing), 1):
                print(f"\rrendering takes: {i} of {len(missing)}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
    for spec in wanted:
        yield load(spec)


TWISTS = ("chair-twist", "standing-twist", "seated-twist-cross-legged", "chair-twist-leverage")
FRONT = (0.0, 20.0, -20.0, 40.0, -40.0)
SIDE = (90.0, -90.0, 60.0, -60.0)
LEANS = ("standing-extension-hands-behind-head", "standing-extension-hand-press", "chair-lean-back")
OTHERS = ("knees-to-chest", "childs-pose", "lunge", "butterfly", "rounded-back", "seated-overhead-reach", "prone-arch")


def development(twists: int) -> list[Spec]:
    """Return the takes for fitting: `twists` of each twist, and leans and others, from cameras that suit them."""
    out = []
    for seed in range(twists):
        for i, stretch in enumerate(TWISTS):
            kind = "pelvis" if (seed + i) % 5 == 4 else "both-sides"
            out.append(Spec(stretch, seed, "dev", kind, FRONT[(seed + i) % len(FRONT)]))
        if seed % 2 == 0:
            out.append(Spec(LEANS[seed // 2 % 3], seed, "dev", None, SIDE[seed // 2 % 4]))
        if seed % 4 == 1:
            out.append(Spec(TWISTS[seed // 4 % 4], seed, "dev", "head-only", FRONT[seed % len(FRONT)]))
    for seed in range(2 * twists):
        other = OTHERS[seed % len(OTHERS)]
        front = (0.0, 45.0, -20.0)[seed % 3]
        out.append(Spec(other, seed, "dev", None, front if other == "butterfly" else SIDE[seed % 4]))
        out.append(Spec(LEANS[seed % 3], 100 + seed, "dev", None, SIDE[(seed + seed // 4) % 4]))
    return out


def test(twists: int) -> list[Spec]:
    """Return the fixed takes for reported figures, with `twists` of each twist; they are never used for fitting."""
    out = []
    for seed in range(twists):
        for i, stretch in enumerate(TWISTS):
            kind = "pelvis" if (seed + i) % 4 == 3 else "both-sides"
            out.append(Spec(stretch, seed, "test", kind, FRONT[(seed + i) % len(FRONT)]))
        out.append(Spec(LEANS[seed % 3], seed, "test", None, SIDE[seed % 4]))
        out.append(Spec(TWISTS[seed % 4], seed, "test", ("head-only", "arms-only")[seed % 2], FRONT[seed % 5]))
        other = OTHERS[seed % len(OTHERS)]
        out.append(Spec(other, seed, "test", None, 0.0 if other == "butterfly" else SIDE[seed % 4]))
    out += [Spec("standing-twist", 0, "test", kind, 0.0) for kind in ("turning", "walk-in", "empty")]
    out += [Spec("chair-twist", seed, "test", "bystander", FRONT[seed]) for seed in range(2)]
    return out


LYING_STRETCH = "supine-twist"
LYING_AZIMUTHS = (90.0, -90.0, 70.0, -110.0, 115.0, -65.0)
LYING_ELEVATIONS = (8.0, 22.0, 35.0, 50.0)


def lying(split: str, count: int) -> list[Spec]:
    """Return takes of the twist lying on the back, with cameras at the person's side from low to high.

    Args:
        split: "dev" (may be used for fitting and tuning) or "test" (for reported figures only).
        count: How many takes.
    """
    return [
        Spec(LYING_STRETCH, seed, split, "both-sides" if seed % 4 == 3 else "one-side", LYING_AZIMUTHS[seed % 6],
             LYING_ELEVATIONS[(seed + seed // 4) % 4])
        for seed in range(count)
    ]  # fmt: skip


def main() -> None:
    """Render takes in advance: python -m research.datasets.takes dev 20."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("split", choices=("dev", "test"))
    parser.add_argument("count", type=int, help="twists of each stretch")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    specs = development(given.count) if given.split == "dev" else test(given.count)
    print(sum(1 for _ in load_all(specs, given.workers)), "takes in", folder())


if __name__ == "__main__":
    main()
