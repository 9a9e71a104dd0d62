"""The scripted people of the coaching tables as MediaPipe sees them: landmarks saved from rendered clips.

    python -m research.datasets.seen [--again] [PART …]

Renders every script whose landmarks or body codes are missing (with --again all, with PART those whose name contains
one; a quarter of a minute each) and writes seen_landmarks/, so that the tests need neither the generator nor the model.
Person, room and distance are random, with a seed derived from the script, so that nobody chose them. Landmarks are
rounded to an eighth of a pixel and to a millimetre. The inner maps of the pictures stay in the user's cache: for
another encoder the codes are computed anew from them.
"""

import argparse
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from posecheck.capture.pose.coding import encoder
from posecheck.capture.pose.mediapipe import MediaPipeEstimator
from posecheck.capture.pose.model_file import ensure
from posecheck.core.frame import Frame
from posecheck.core.pose import CODE, PoseTrack
from research.datasets.coached_rows import START, Row
from research.harness import inner_maps
from research.synthetic.output.render import Scene
from research.synthetic.scenes import random_clip

FOLDER = Path(__file__).parent / "seen_landmarks"
FPS = 10.0
PER_PX, PER_M, PER_ONE = 8, 1000, 100
LONGEST_S = 120.0
"""Scripts longer than this are not rendered; they are judged by their true angles alone."""


def key(row: Row) -> str:
    """Return the name of a script's file; it changes whenever the script does."""
    steps = [(s.kind, s.seconds, sorted(s.to.items()), s.size_deg, s.times, s.channel) for s in row.steps]
    place = row.azimuth if row.elevation is None else (row.azimuth, row.elevation)
    return f"{row.name}-{zlib.crc32(repr((steps, place, row.arms, row.side)).encode()):08x}"


def to_tune(row: Row) -> bool:
    """Return whether a script may be used for fitting and tuning; the other half only tests what was tuned."""
    return zlib.crc32(key(row).encode()) % 2 == 0


def drawn(row: Row, seed: int) -> Scene:
    """Return the scene of a script.

    Args:
        row: The script.
        seed: The seed of the random person who performs it.
    """
    clip = random_clip(row.name, seed, "dev", azimuth_deg=row.azimuth, fps=FPS)
    own = any(channel.startswith("neck") for step in row.steps for channel in step.to)
    side = 1.0 if row.side == "left" else -1.0
    camera = clip.camera if row.elevation is None else replace(clip.camera, elevation_deg=row.elevation)
    habits = replace(clip.habits, side=side, arms=row.arms, head="free" if own else "follow")
    return Scene(replace(clip, motion=(START, *row.steps), camera=camera, habits=habits, limits={}))


def seed_of(row: Row) -> int:
    """Return the person's seed for a script that has not been rendered yet."""
    return 10_000 + zlib.crc32(key(row).encode()) % 90_000


def render(scene: Scene) -> PoseTrack:
    """Render a scene and return the landmarks that MediaPipe finds in it."""
    times = [float(time_s) for time_s in scene.curves.time_s]
    with MediaPipeEstimator(ensure()) as estimator:
        poses = [estimator.estimate(Frame(i, time_s, scene.picture(i))) for i, time_s in enumerate(times)]
    return PoseTrack.of(times, poses, scene.clip.camera.size_wh)


def maps_file(row: Row) -> Path:
    """Return the file of the inner maps of a script's pictures, in the user's cache."""
    return (
        Path(platformdirs.user_cache_dir("posecheck", appauthor=False)) / "inner-maps" / "scripts" / f"{key(row)}.npz"
    )


def coded(row: Row, track: PoseTrack, scene: Scene) -> PoseTrack:
    """Return the landmarks of a script with the codes of its pictures, rendered unless their maps are kept."""
    path = maps_file(row)
    if not path.exists():
        inner_maps.save(path, track, (scene.picture(i) for i in range(len(track))))
    return inner_maps.coded(track, path)


def _packed(values: NDArray[np.float64], per: int) -> NDArray[np.uint8]:
    """Return (n, k) numbers as bytes of their changes from frame to frame, low bytes first, which compresses well."""
    whole = np.rint(values.reshape(len(values), -1) * per).astype("<i2")
    changes = np.diff(whole, axis=0, prepend=np.zeros((1, whole.shape[1]), "<i2")).T
    return np.ascontiguousarray(changes).view(np.uint8).reshape(-1, 2).T.copy()


def _unpacked(packed: NDArray[np.uint8], n: int, per: int) -> NDArray[np.float64]:
    changes = np.ascontiguousarray(packed.T).view("<i2").reshape(-1, n).T
    return np.asarray(np.cumsum(changes, axis=0, dtype=np.int16) / per)


def save(row: Row, seed: int, track: PoseTrack) -> Path:
    """Save the landmarks of a script.

    Args:
        row: The script.
        seed: The seed of the person.
        track: The landmarks.

    Returns:
        The file.
    """
    found = track.found.astype(bool)
    path = FOLDER / f"{key(row)}.npz"
    np.savez_compressed(
        path,
        seed=np.array(seed),
        size_wh=track.size_wh[0],
        found=found,
        image=_packed(track.image_xy[found], PER_PX),
        world=_packed(track.world_xyz[found], PER_M),
        visibility=_packed(track.visibility[found], PER_ONE),
        code=np.ascontiguousarray(track.code[found].reshape(-1, 2 * CODE).T),
        encoder=np.array(encoder.load().version if track.coded.any() else ""),
    )
    return path


def kept(row: Row) -> bool:
    """Return whether the landmarks of a script are saved."""
    return (FOLDER / f"{key(row)}.npz").exists()


def is_coded(row: Row) -> bool:
    """Return whether the landmarks of a script are saved with codes by the encoder in use."""
    if not kept(row):
        return False
    with np.load(FOLDER / f"{key(row)}.npz", allow_pickle=False) as data:
        return "encoder" in data and str(data["encoder"]) == encoder.load().version


def load(row: Row) -> tuple[PoseTrack, int]:
    """Return the saved landmarks of a script, NaN where nobody was found, and the seed of the person.

    They have body codes where those are by the encoder in use.
    """
    with np.load(FOLDER / f"{key(row)}.npz", allow_pickle=False) as data:
        found = data["found"]
        n, m = len(found), int(found.sum())
        image, world, visibility = np.full((n, 33, 2), np.nan), np.full((n, 33, 3), np.nan), np.full((n, 33), np.nan)
        code = np.zeros((n, 2, CODE), np.int8)
        if m:
            image[found] = _unpacked(data["image"], m, PER_PX).reshape(m, 33, 2)
            world[found] = _unpacked(data["world"], m, PER_M).reshape(m, 33, 3)
            visibility[found] = _unpacked(data["visibility"], m, PER_ONE)
        if m and "encoder" in data and str(data["encoder"]) == encoder.load().version:
            code[found] = data["code"].T.reshape(m, 2, CODE)
        size, seed = np.tile(data["size_wh"].astype(np.int32), (n, 1)), int(data["seed"])
    one = found.astype(np.int16)
    track = PoseTrack(np.arange(n) / FPS, image, world, visibility, one, np.zeros(n, np.int16), size, code=code)
    return track, seed


def to_be_seen(rows: list[Row]) -> Iterator[Row]:
    """Yield the scripts that are short enough to be rendered."""
    for row in rows:
        if sum(step.seconds or 0.0 for step in row.steps) <= LONGEST_S:
            yield row


def main() -> None:
    """Render scripts and save their landmarks."""
    from research.datasets.coaching import ROWS
    from research.datasets.good_forms import good_forms

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("part", nargs="*")
    parser.add_argument("--again", action="store_true", help="draw those that are kept too")
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = [*ROWS, *good_forms()]
    wanted = [row for row in to_be_seen(rows) if not given.part or any(part in key(row) for part in given.part)]
    wanted = [row for row in wanted if given.again or not is_coded(row)]
    for i, row in enumerate(wanted, 1):
        if not given.again and is_coded(row):  # another process has rendered it in the meantime
            continue
        track, seed = load(row) if kept(row) else (None, seed_of(row))
        scene = drawn(row, seed)
        if track is None or given.again:
            maps_file(row).unlink(missing_ok=True)
            track = render(scene)
        path = save(row, seed, coded(row, track, scene))
        print(f"{i} of {len(wanted)}: {path.stem} {path.stat().st_size} bytes", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
