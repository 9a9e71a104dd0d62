"""The gathered people as arrays to fit on: features of every frame, its truth, and which person it is."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.pose import PoseTrack
from posecheck.pose_features import features, mirrored
from training.gather import folder
from training.people import FPS

Floats = NDArray[np.float64]

ANGLES = (
    "trunk_rotation", "pelvis_rotation", "shoulder_rotation", "neck_rotation", "neck_flexion", "trunk_inclination",
    "trunk_flexion_from_vertical", "trunk_lateral_flexion", "left_elbow_flexion", "right_elbow_flexion",
    "left_shoulder_flexion", "right_shoulder_flexion", "left_shoulder_abduction", "right_shoulder_abduction",
    "left_hip_flexion", "right_hip_flexion", "left_knee_flexion", "right_knee_flexion",
)  # fmt: skip
ODD = ("trunk_rotation", "pelvis_rotation", "shoulder_rotation", "neck_rotation", "trunk_lateral_flexion")
"""Angles that change their sign in a mirror; those of a left limb become those of the right one."""


def _other_side(name: str) -> str:
    swap = {"left": "right", "right": "left"}
    first, _, rest = name.partition("_")
    return f"{swap[first]}_{rest}" if first in swap else name


KEPT_BACK = 7
"""One person in so many is kept back from the fit."""
SINCE_NEUTRAL = np.array([name.startswith(("trunk_", "pelvis_", "shoulder_rotation", "neck_")) for name in ANGLES])
"""Angles that are measured as a change since neutral, as posecheck.angles.ANGLES has them."""
SWAP = np.array([ANGLES.index(_other_side(name)) for name in ANGLES])
SIGN = np.array([-1.0 if name in ODD else 1.0 for name in ANGLES])


@dataclass(frozen=True, slots=True)
class Person:
    """Hold one person: what MediaPipe saw in n frames and the truth (n, k) in the order of ANGLES."""

    seed: int
    about: dict[str, Any]
    neutral: NDArray[np.bool_]
    image_xy: Floats
    world_xyz: Floats
    visibility: Floats
    truth: Floats

    def track(self) -> PoseTrack:
        """Return the landmarks as a track, its times made up."""
        n = len(self.truth)
        size = np.tile(np.array(self.about["size_wh"], np.int32), (n, 1))
        one, none = np.ones(n, np.int16), np.zeros(n, np.int16)
        return PoseTrack(np.arange(n) / FPS, self.image_xy, self.world_xyz, self.visibility, one, none, size)


def load_people(least_frames: int = 10) -> Iterator[Person]:
    """Yield everybody gathered so far whom MediaPipe found in enough frames."""
    for path in sorted(folder().glob("[0-9]*.npz")):
        yield from _load(path, least_frames)


def _load(path: Path, least_frames: int) -> Iterator[Person]:
    with np.load(path, allow_pickle=False) as data:
        names, neutral = data["names"].tolist(), data["neutral"]
        if len(neutral) < least_frames or neutral.sum() < 3:
            return
        truth = np.stack([data["angles"][:, names.index(name)] for name in ANGLES], axis=1).astype(np.float64)
        truth -= np.where(SINCE_NEUTRAL, truth[neutral].mean(axis=0), 0.0)
        yield Person(
            int(path.stem),
            json.loads(str(data["about"])),
            neutral,
            data["image_xy"].astype(np.float64),
            data["world_xyz"].astype(np.float64),
            data["visibility"].astype(np.float64),
            truth,
        )


def _changed(person: Person, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return the landmarks as a somewhat other person, camera and day would give them.

    A tilt of the camera, other proportions, more or less depth, an error that stays and one that flickers: what
    differs between renders and people, and between MediaPipe's runs.
    """
    xy, xyz = person.image_xy, person.world_xyz
    trunk = np.linalg.norm((xy[:, 11] + xy[:, 12] - xy[:, 23] - xy[:, 24]) / 2.0, axis=1).mean()
    turn = np.radians(rng.normal(0.0, 2.5))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    wide = 1.0 + rng.normal(0.0, 0.03)
    xy = (xy * [wide, 1.0]) @ spin.T
    xyz = xyz * [wide, 1.0, 1.0 + rng.normal(0.0, 0.07)]
    xyz = np.concatenate([xyz[..., :2] @ spin.T, xyz[..., 2:]], axis=-1)
    n = len(xy)
    xy = xy + trunk * (rng.normal(0.0, 0.012, (1, 33, 2)) + rng.normal(0.0, 0.008, (n, 33, 2)))
    xyz = xyz + rng.normal(0.0, 0.006, (1, 33, 3)) + rng.normal(0.0, 0.004, (n, 33, 3)) * [1.0, 1.0, 2.0]
    return xy, xyz


def frames_of(
    person: Person, rng: np.random.Generator | None, mirror: bool = False
) -> tuple[NDArray[np.float32], Floats]:
    """Return features (n, d) and truth (n, k) of a person; changed at random when `rng` is given."""
    xy, xyz = (person.image_xy, person.world_xyz) if rng is None else _changed(person, rng)
    visibility, truth = person.visibility, person.truth
    if mirror:
        xy, xyz, visibility = mirrored(xy, xyz, visibility)
        truth = truth[:, SWAP] * SIGN
    still = np.flatnonzero(person.neutral)
    if rng is not None:
        still = rng.choice(still, size=max(2, len(still) - int(rng.integers(0, 3))), replace=False)
    neutral_xy, neutral_xyz = xy[still].mean(axis=0, keepdims=True), xyz[still].mean(axis=0, keepdims=True)
    return features(xy, xyz, visibility, neutral_xy, neutral_xyz), truth
