"""Render the people of the training set and save what MediaPipe sees of them with the truth.

    python -m research.training.gather [--set upright] 0 1500

Writes one .npz per person, so that an interrupted run can be continued. Rendering takes most of the time: about 3 s per
person and core.
"""

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import platformdirs

from posecheck.capture.pose.coding.inner_map import crop
from posecheck.capture.pose.mediapipe import MediaPipeEstimator
from posecheck.capture.pose.model_file import ensure
from posecheck.core.files import written_atomically
from posecheck.core.frame import Frame
from research.synthetic.output.film import clip_angles
from research.synthetic.output.render import Scene
from research.training import bending_people, people, still_people
from research.training.lying import nods
from research.training.lying import people as lying_people

FOLDERS = {
    "upright": "people", "still": "still-people", "bending": "bending-people", "floor": "floor-people",
    "lying": "lying-people", "nods": "lying-nods",
}  # fmt: skip
"""The sets of people and the folders they are kept in."""


def folder(name: str = "upright") -> Path:
    """Return the folder of a set of people."""
    return Path(platformdirs.user_cache_dir("posecheck", appauthor=False)) / FOLDERS[name]


def _scene(name: str, seed: int) -> Scene:
    if name == "lying":
        return lying_people.scene(seed)
    if name == "nods":
        return nods.scene(seed)
    drawn = {"still": still_people.draw, "bending": bending_people.draw}.get(name, people.draw)
    return Scene(drawn(seed))


def gather(seed: int, name: str = "upright") -> Path:
    """Render one person, unless saved already.

    Args:
        seed: The person's seed.
        name: The set the person is from.

    Returns:
        The file.
    """
    path = folder(name) / f"{seed:05d}.npz"
    if path.exists():
        return path
    cv2.setNumThreads(1)
    scene = _scene(name, seed)
    clip = scene.clip
    truth = [scene.truth(i) for i in range(len(scene))]
    image, world, seen, found, jpegs = [], [], [], [], []
    with MediaPipeEstimator(ensure(), max_people=1) as estimator:
        for i, frame in enumerate(truth):
            rgb = scene.picture(i)
            pose = estimator.estimate(Frame(i, frame.time_s, rgb))
            if pose is None:
                continue
            found.append(i)
            image.append(pose.image_xy)
            world.append(pose.world_xyz)
            seen.append(pose.visibility)
            jpegs.append(cv2.imencode(".jpg", crop(rgb, pose.image_xy)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1])
    angles = clip_angles(scene, truth)
    about = {
        "stretch": clip.stretch, "arms": clip.habits.arms, "head": clip.habits.head,
        "azimuth_deg": clip.camera.azimuth_deg, "elevation_deg": clip.camera.elevation_deg,
        "fov_deg": clip.camera.fov_deg, "size_wh": clip.camera.size_wh, "frames": len(scene),
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = np.array(found, np.int64)
    lengths = np.array([len(j) for j in jpegs], np.int64)
    with written_atomically(path) as part, part.open("wb") as file:
        np.savez(
            file,
            about=np.array(json.dumps(about)),
            neutral=scene.neutral[rows],
            image_xy=np.array(image, np.float32).reshape(-1, 33, 2),
            world_xyz=np.array(world, np.float32).reshape(-1, 33, 3),
            visibility=np.array(seen, np.float32).reshape(-1, 33),
            true_xy=np.array([truth[i].image_xy for i in found], np.float32).reshape(-1, 33, 2),
            true_xyz=np.array([truth[i].camera_xyz for i in found], np.float32).reshape(-1, 33, 3),
            angles=np.array([angles[name][rows] for name in angles], np.float32).T,
            names=np.array(list(angles)),
            jpeg=np.concatenate(jpegs).ravel() if jpegs else np.zeros(0, np.uint8),
            jpeg_bytes=lengths,
        )
    return path


def main() -> None:
    """Render the people of a range of seeds."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int, help="not gathered itself")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--set", choices=tuple(FOLDERS), default="upright", help="which people")
    given = parser.parse_args()
    seeds = range(given.first, given.last)
    with ProcessPoolExecutor(given.workers) as pool:
        for i, _ in enumerate(pool.map(partial(gather, name=given.set), seeds), 1):
            print(f"\rpeople: {i} of {len(seeds)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


if __name__ == "__main__":
    main()
