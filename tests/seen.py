"""Scripted people as MediaPipe sees them: landmarks kept from rendered clips, so that tests need neither.

    python -m tests.seen [NAME …]

renders them again (about a minute each) and writes tests/data/seen/. The clips are our own; what is kept are landmarks,
rounded to a sixteenth of a pixel and to a millimetre.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from clips.motion import Step
from clips.render import Scene
from clips.scenes import random_clip
from posecheck.frame import Frame
from posecheck.mediapipe_pose import MediaPipeEstimator
from posecheck.model_file import ensure
from posecheck.pose import PoseTrack

FOLDER = Path(__file__).parent / "data" / "seen"
FPS = 8.0
PER_PX, PER_M = 16, 1000
START, END, BACK = Step("neutral", seconds=1.6), Step("hold", seconds=0.6), Step("return", seconds=1.6)


@dataclass(frozen=True)
class Seen:
    """Name a clip: the stretch, who and where (a seed of the development split), the camera, and what is done."""

    stretch: str
    seed: int
    azimuth_deg: float
    elevation_deg: float
    motion: tuple[Step, ...]


def _to(seconds: float, **to: float) -> Step:
    return Step("move", seconds=seconds, to=to)


def _held(seconds: float) -> Step:
    return Step("hold", seconds=seconds)


_SLOWLY = (START, _to(2.0, amount=1.0), _held(1.5), Step("return", seconds=2.0), END)
_LEAN = (_held(1.0), BACK, END)
SEEN = {
    "reach-side": Seen("seated-overhead-reach", 712, 88, 5,
                       (START, _to(1.6, amount=0.8), _held(1.0), _to(1.6, amount=1.0), _held(1.0), BACK, END)),
    "reach-oblique": Seen("seated-overhead-reach", 713, -40, 8,
                          (START, _to(1.6, amount=0.9), _held(1.0), _to(1.6, amount=1.0), _held(1.0), BACK, END)),
    "rounded-back": Seen("rounded-back", 720, 88, 4, (START, _to(1.6, amount=0.5), _held(1.0), BACK, END)),
    "prone-arch": Seen("prone-arch", 730, 90, 8, (START, _to(1.6, amount=0.6), _held(1.0), BACK, END)),
    "foam-roller": Seen("foam-roller", 740, 90, 6,
                        (START, _to(1.6, amount=1.0), _held(0.5), _to(2.5, forward_m=-0.25), _to(2.5, forward_m=0.1),
                         BACK)),
    "rocking": Seen("rocking-knees-to-chest", 770, 90, 6,
                    (START, _to(1.8, amount=1.0), _to(1.8, amount=0.0), _to(1.8, amount=0.7),
                     Step("return", seconds=1.8))),
    "childs-pose": Seen("childs-pose", 780, 90, 5, _SLOWLY),
    "knees-to-chest": Seen("knees-to-chest", 790, 90, 6, _SLOWLY),
    "lunge": Seen("lunge", 800, 90, 5, (START, _to(2.0, amount=1.0), _held(1.0), Step("return", seconds=2.0), END)),
    "hand-press": Seen("standing-extension-hand-press", 810, 90, 4,
                       (START, _to(1.0, amount=1.0), _to(1.5, trunk_inclination=-15.0), *_LEAN)),
    "lean-back": Seen("chair-lean-back", 820, 90, 4,
                      (START, _to(1.0, amount=1.0), _to(1.5, trunk_inclination=-12.0), *_LEAN)),
    "supine-foot-end": Seen("supine-twist", 703, 0, 35,
                            (START, _to(1.6, amount=1.0, trunk_rotation=30.0), _held(1.0), BACK, END)),
}  # fmt: skip


def scene(seen: Seen) -> Scene:
    """Return the clip, ready to be drawn."""
    clip = random_clip(seen.stretch, seen.seed, "dev", azimuth_deg=seen.azimuth_deg, fps=FPS)
    side = -1.0 if seen.stretch == "supine-twist" else 1.0
    camera, habits = replace(clip.camera, elevation_deg=seen.elevation_deg), replace(clip.habits, side=side, arms="")
    return Scene(replace(clip, motion=seen.motion, camera=camera, habits=habits))


def render(seen: Seen) -> PoseTrack:
    """Draw the clip and return what MediaPipe finds."""
    drawn = scene(seen)
    times = [float(time_s) for time_s in drawn.curves.time_s]
    with MediaPipeEstimator(ensure()) as estimator:
        poses = [estimator.estimate(Frame(i, time_s, drawn.picture(i))) for i, time_s in enumerate(times)]
    return PoseTrack.of(times, poses, drawn.clip.camera.size_wh)


def save(name: str, track: PoseTrack) -> None:
    """Keep the landmarks."""
    found = track.found
    np.savez_compressed(
        FOLDER / f"{name}.npz",
        found=found,
        image=np.rint(track.image_xy[found] * PER_PX).astype(np.int16),
        world=np.rint(track.world_xyz[found] * PER_M).astype(np.int16),
        visibility=np.rint(track.visibility[found] * 100).astype(np.uint8),
        size_wh=track.size_wh[0],
    )


def load(name: str) -> PoseTrack:
    """Return the landmarks that are kept."""
    with np.load(FOLDER / f"{name}.npz") as data:
        found = data["found"]
        n = len(found)
        image, world, visibility = np.full((n, 33, 2), np.nan), np.full((n, 33, 3), np.nan), np.full((n, 33), np.nan)
        image[found], world[found] = data["image"] / PER_PX, data["world"] / PER_M
        visibility[found] = data["visibility"] / 100
        size = np.tile(data["size_wh"].astype(np.int32), (n, 1))
    return PoseTrack(np.arange(n) / FPS, image, world, visibility, found.astype(np.int16), np.zeros(n, np.int16), size)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for wanted in sys.argv[1:] or SEEN:
        save(wanted, render(SEEN[wanted]))
        print(f"{wanted}: {(FOLDER / f'{wanted}.npz').stat().st_size} bytes")
