"""Save the inner feature maps of the gathered people: python -m research.training.maps.

Each picture is seen twice: as it was rendered, and with another light, colour, sharpness and compression and a square
that is cut out less exactly, drawn at random for each person. Filmed people differ from rendered ones in all of these.
Writes one file per person, over a megabyte each, so that an interrupted run can be continued.
"""

import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import platformdirs
from numpy.typing import NDArray

from posecheck.capture.pose.coding import encoder
from posecheck.capture.pose.coding.inner_map import CROP_PX, MEMBER, InnerMap
from posecheck.capture.pose.model_file import ensure
from posecheck.core.files import written_atomically
from posecheck.core.pose import PoseTrack
from research.training.gather import FOLDERS
from research.training.gather import folder as people_folder
from research.training.people_set import LYING, UPRIGHT, Person

NEUTRALS, EVERY = 4, 2
"""How many neutral frames are used, and one in how many of the others: maps are large."""
LEAST_FRAMES = 10

Picture = NDArray[np.uint8]


def folder(name: str) -> Path:
    """Return the folder of the maps of a set of people, see gather.FOLDERS."""
    return Path(platformdirs.user_cache_dir("posecheck", appauthor=False)) / "inner-maps" / FOLDERS[name]


def frames_used(neutral: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the frames whose maps are saved, of all frames (n,) of which some are neutral."""
    return np.sort(np.concatenate([np.flatnonzero(neutral)[:NEUTRALS], np.flatnonzero(~neutral)[::EVERY]]))


def path_of(person: Person) -> Path:
    """Return the file of the maps of a person."""
    return folder(person.group) / f"{person.seed:05d}.npz"


def coded_track(person: Person) -> PoseTrack:
    """Return a person's landmarks with body codes in the frames that have maps, by the encoder in use."""
    track = person.track()
    if path_of(person).exists():
        with np.load(path_of(person), allow_pickle=False) as data:
            track.code[data["frames"]] = encoder.load().encode(data["maps"][0].astype(np.float32))
    return track


def changed(rng: np.random.Generator) -> Callable[[Picture], Picture]:
    """Return a way to change the pictures (256, 256, 3) of one person, drawn at random."""
    gamma, gain, colour = np.exp(rng.normal(0.0, 0.35)), np.exp(rng.normal(0.0, 0.12, 3)), rng.uniform(0.3, 1.5)
    blur, noise, quality = rng.choice([0.0, 0.0, 0.8, 1.5]), rng.choice([0.0, 3.0, 8.0]), int(rng.integers(25, 90))
    light = np.exp(rng.normal(0.0, 0.25) * np.linspace(-1.0, 1.0, CROP_PX))[None, :, None]

    def change(picture: Picture) -> Picture:
        size, shift = np.exp(rng.normal(0.0, 0.05)), rng.normal(0.0, 6.0, 2) + CROP_PX / 2.0
        move = np.array([[size, 0.0, shift[0] - size * CROP_PX / 2.0], [0.0, size, shift[1] - size * CROP_PX / 2.0]])
        whole = cv2.warpAffine(picture, move, (CROP_PX, CROP_PX)).astype(np.float32) / 255.0 * gain * light
        grey = whole.mean(axis=2, keepdims=True)
        whole = np.clip(grey + colour * (whole - grey), 0.0, 1.0) ** gamma
        if blur:
            whole = cv2.GaussianBlur(whole, (0, 0), blur)
        made = np.clip(255.0 * whole + noise * rng.normal(size=whole.shape), 0.0, 255.0).astype(np.uint8)
        packed = cv2.imencode(".jpg", made, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)

    return change


def _pictures(jpeg: NDArray[np.uint8], sizes: NDArray[np.int64], frames: NDArray[np.intp]) -> Iterator[Picture]:
    ends = np.cumsum(sizes)
    for i in frames:
        packed = jpeg[ends[i] - sizes[i] : ends[i]]
        yield np.ascontiguousarray(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)[..., ::-1])


def save(inner: InnerMap, people: Path, out: Path) -> None:
    """Save the maps of one person.

    Args:
        inner: Computes them.
        people: The person's file, written by gather.
        out: The file to write: frames (m,), and maps (2 looks, m, 2, 64, 144) of picture and mirror image.
    """
    with np.load(people, allow_pickle=False) as data:
        neutral, jpeg, sizes = data["neutral"], data["jpeg"], data["jpeg_bytes"]
    if len(neutral) < LEAST_FRAMES or neutral.sum() < NEUTRALS - 1:
        return
    frames = frames_used(neutral)
    change = changed(np.random.default_rng([1, int(people.stem), len(people.parent.name)]))
    maps = [
        [inner.both(look(picture)) for picture in _pictures(jpeg, sizes, frames)]
        for look in (lambda picture: picture, change)
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    with written_atomically(out) as part, part.open("wb") as file:
        np.savez(file, frames=frames, maps=np.array(maps, np.float16))


def main() -> None:
    """Save the maps of all people who stand or sit, and of those who lie on the back."""
    with zipfile.ZipFile(ensure()) as task:
        inner = InnerMap(task.read(MEMBER))
    for name in (*UPRIGHT.sets, *LYING.sets):
        paths = sorted(people_folder(name).glob("[0-9]*.npz"))
        for i, path in enumerate(paths, 1):
            out = folder(name) / path.name
            if not out.exists():
                save(inner, path, out)
            print(f"\r{name}: {i} of {len(paths)}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)


if __name__ == "__main__":
    main()
