"""Check consistency on filmed people, whose true angles are not known.

    python -m research.benchmarks.footage DIR [--write]

DIR holds the clips named below (freely licensed; not part of this project). The report has three parts: how well the
readings of a recording and of its mirror image agree; how constant the measured lengths of limbs are, since bones do
not change their length; and how well three synchronised views of one person agree.

Clips: pose2sim_single_cam01..03.mp4 (Pose2Sim demo, BSD-3), tfjs_pose_squats.mp4 and tfjs_pose_1.mp4 (TensorFlow,
Apache-2.0).
"""

import argparse
from contextlib import closing
from pathlib import Path

import numpy as np

from posecheck.capture.pose.detect import detect
from posecheck.capture.pose.estimator import new_estimator
from posecheck.capture.pose.model_file import ensure
from posecheck.capture.video.reader import VideoReader
from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES, FAMILIES, INDEX
from posecheck.kinematics.body import Body
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.neutral import neutral_of
from research.docs_block import replace_block

SINGLE = ("tfjs_pose_squats.mp4", "tfjs_pose_1.mp4", "pose2sim_single_cam01.mp4")
VIEWS = ("pose2sim_single_cam01.mp4", "pose2sim_single_cam02.mp4", "pose2sim_single_cam03.mp4")
BONES = {
    "upper arm": (L.LEFT_SHOULDER, L.LEFT_ELBOW),
    "forearm": (L.LEFT_ELBOW, L.LEFT_WRIST),
    "thigh": (L.LEFT_HIP, L.LEFT_KNEE),
    "shank": (L.LEFT_KNEE, L.LEFT_ANKLE),
    "shoulders": (L.LEFT_SHOULDER, L.RIGHT_SHOULDER),
    "hips": (L.LEFT_HIP, L.RIGHT_HIP),
}
SIDEWAYS = ("trunk_rotation", "trunk_lateral_flexion", "neck_rotation", "pelvis_obliquity", "shoulder_tilt")
AGREE = ("trunk_rotation", "trunk_flexion", "left_knee_flexion", "right_knee_flexion", "left_elbow_flexion",
         "right_elbow_flexion", "left_hip_flexion", "right_hip_flexion")  # fmt: skip


def _track(path: Path, mirrored: bool = False) -> PoseTrack:
    with VideoReader(path, mirrored=mirrored) as reader, closing(new_estimator(ensure(), tags=False)) as estimator:
        return detect(reader, estimator)


def _read(track: PoseTrack) -> Floats:
    """Return every angle (frames, angles), with the first twentieth of the detected frames as neutral."""
    found = np.flatnonzero(track.found)
    neutral = neutral_of(track.rows(found[: max(3, len(found) // 20)]))
    return estimate(track, neutral, pelvis_still=False)[0]


def mirror_lines(folder: Path) -> list[str]:
    """Compare each recording with its mirror image, estimated separately; return Markdown rows, in degrees."""
    swapped = {name: name for name in INDEX} | {a: b for pair in FAMILIES.values() for a, b in (pair, pair[::-1])}
    rows = ["| clip | angle | median difference, deg | p95 |", "|---|---|---|---|"]
    for name in SINGLE:
        plain, other = _read(_track(folder / name)), _read(_track(folder / name, mirrored=True))
        for angle in ("trunk_rotation", "left_knee_flexion", "left_elbow_flexion", "left_hip_flexion"):
            theirs = other[:, INDEX[swapped[angle]]] * (-1.0 if angle in SIDEWAYS else 1.0)
            off = np.abs(plain[:, INDEX[angle]] - theirs)
            rows.append(f"| {name} | {angle} | {np.nanmedian(off):.1f} | {np.nanpercentile(off, 95):.1f} |")
    return rows


def length_lines(folder: Path) -> list[str]:
    """Return Markdown rows of the standard deviation of each bone's length in a clip, in percent of its mean."""
    rows = ["| clip | " + " | ".join(BONES) + " |", "|---|" + "---|" * len(BONES)]
    for name in SINGLE:
        body = Body.of(_track(folder / name).world_xyz)
        spread = []
        for a, b in BONES.values():
            length = body.distance(a, b)
            spread.append(f"{100 * np.nanstd(length) / np.nanmean(length):.0f} %")
        rows.append(f"| {name} | " + " | ".join(spread) + " |")
    return rows


def view_lines(folder: Path) -> list[str]:
    """Return Markdown rows of the median difference in degrees between each two of three synchronised views."""
    values = [_read(_track(folder / name)) for name in VIEWS]
    n = min(len(v) for v in values)
    rows = ["| angle | 1–2 | 1–3 | 2–3 |", "|---|---|---|---|"]
    for angle in AGREE:
        i = INDEX[angle]
        pairs = [np.nanmedian(np.abs(values[a][:n, i] - values[b][:n, i])) for a, b in ((0, 1), (0, 2), (1, 2))]
        rows.append(f"| {ANGLES[i].words} | " + " | ".join(f"{p:.0f}" for p in pairs) + " |")
    return rows


def main() -> None:
    """Print the tables; with --write put them into docs/accuracy.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    text = "\n".join(
        [
            "A recording against its mirror image, read anew (left for right):\n",
            *mirror_lines(given.folder),
            "\nHow much the length of a bone varies within a clip (it should not at all):\n",
            *length_lines(given.folder),
            "\nMedian difference between three synchronised views of one person on a beam, degrees:\n",
            *view_lines(given.folder),
        ]
    )
    print(text)
    if given.write:
        replace_block(Path(__file__).parents[2] / "docs" / "accuracy.md", "footage", text)


if __name__ == "__main__":
    main()
