"""The gathered people as arrays for fitting: features of every frame, its truth, and the person it shows."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.features import features, mirrored
from research.training.gather import folder
from research.training.people import FPS

BUILD = Path("build/training")
"""Where fit and calibrate write unless --out names another folder."""
KEPT_BACK = 7
"""One in this many people is held back from the fit."""
NAMED = {"trunk_flexion_from_vertical": "trunk_flexion", "trunk_rotation_bone": "trunk_rotation"}
"""Posecheck's name for a true angle, where the two differ. The trunk's rotation is that of the thorax: a shoulder that
is drawn forward turns the line between the shoulders by up to 18 degrees, but not the thorax."""
LIMBS = (
    (range(L.LEFT_ELBOW, L.LEFT_HIP), ("elbow_flexion", "shoulder_flexion", "shoulder_abduction")),
    (range(L.LEFT_KNEE, len(L)), ("hip_flexion", "knee_flexion")),
)
"""The landmarks of both arms, and of both legs, and how the names of their angles end."""


def _other_side(name: str) -> str:
    swap = {"left": "right", "right": "left"}
    first, _, rest = name.partition("_")
    return f"{swap[first]}_{rest}" if first in swap else name


@dataclass(frozen=True)
class Task:
    """Hold what a network estimates, and of which people.

    Attributes:
        lying: Whether the people lie on their back.
        sets: The sets of people, by the names of gather.FOLDERS, and how often each counts in the fit. Most of a day
            nobody twists, so people with a still trunk count more often.
        truths: The generator's names of the k angles, the most important one first.
        odd: Those that change their sign in a mirror.
        named: Posecheck's names, where they differ.
        units: Typical sizes of angles, degrees, where they are not 30.
        weights: Weights of their errors, where they are not 1.
        hidden: The width of the hidden layers.
        file: The name of the weights' file.
        decay: Weight decay of the fit. For upright people a tenth of it fits those in the fit better and others worse.
        harder: Range of the factor on the random errors of landmarks in changed copies of a person. Filmed people
            differ from rendered ones by more than MediaPipe's usual error.
        held: How often a changed copy shows no movement of the arms, and of the legs: their movement is no proof of a
            twist, so it must not be the only thing the network looks at.
    """

    lying: bool
    sets: Mapping[str, int]
    truths: tuple[str, ...]
    odd: tuple[str, ...]
    named: Mapping[str, str]
    units: Mapping[str, float]
    weights: Mapping[str, float]
    hidden: int
    file: str
    decay: float = 0.05
    harder: tuple[float, float] = (1.0, 1.0)
    held: tuple[float, float] = (0.0, 0.0)

    @property
    def names(self) -> tuple[str, ...]:
        """Posecheck's names of the angles (k,)."""
        return tuple(self.named.get(name, name) for name in self.truths)

    @property
    def swap(self) -> NDArray[np.intp]:
        """For each angle (k,) the index of the one that it becomes in a mirror: left and right limbs swap."""
        return np.array([self.truths.index(_other_side(name)) for name in self.truths])

    @property
    def sign(self) -> Floats:
        """For each angle (k,) the factor on its value in a mirror, 1 or -1."""
        return np.array([-1.0 if name in self.odd else 1.0 for name in self.truths])

    @property
    def zeroed(self) -> NDArray[np.bool_]:
        """Which angles (k,) are measured as the change since neutral."""
        return np.array([ANGLES[INDEX[name]].zeroed for name in self.names])

    @property
    def unit(self) -> NDArray[np.float32]:
        """The typical size of each angle (k,), degrees."""
        return np.array([self.units.get(name, 30.0) for name in self.truths], np.float32)

    @property
    def weight(self) -> list[float]:
        """The weight of each angle's error (k,)."""
        return [self.weights.get(name, 1.0) for name in self.truths]


UPRIGHT = Task(
    lying=False,
    sets={"upright": 1, "still": 2, "bending": 1, "floor": 1},
    truths=(
        "trunk_rotation_bone", "pelvis_rotation", "shoulder_rotation", "neck_rotation", "neck_flexion",
        "trunk_inclination", "trunk_flexion_from_vertical", "trunk_lateral_flexion", "left_elbow_flexion",
        "right_elbow_flexion", "left_shoulder_flexion", "right_shoulder_flexion", "left_shoulder_abduction",
        "right_shoulder_abduction", "left_hip_flexion", "right_hip_flexion", "left_knee_flexion", "right_knee_flexion",
    ),
    odd=("trunk_rotation_bone", "pelvis_rotation", "shoulder_rotation", "neck_rotation", "trunk_lateral_flexion"),
    named=NAMED,
    units={
        "trunk_rotation_bone": 20.0, "pelvis_rotation": 12.0, "shoulder_rotation": 22.0, "neck_rotation": 25.0,
        "neck_flexion": 15.0, "trunk_inclination": 10.0, "trunk_flexion_from_vertical": 10.0,
        "trunk_lateral_flexion": 8.0,
    },
    weights={"trunk_rotation_bone": 4.0, "pelvis_rotation": 2.0, "shoulder_rotation": 2.0},
    hidden=384,
    file="regressor.npz",
    decay=0.5,
    harder=(0.5, 4.0),
    held=(0.2, 0.4),
)  # fmt: skip
LYING = Task(
    lying=True,
    sets={"lying": 1},
    truths=(
        "trunk_rotation", "shoulder_tilt", "neck_rotation", "left_hip_flexion", "right_hip_flexion",
        "left_knee_flexion", "right_knee_flexion",
    ),
    odd=("trunk_rotation", "shoulder_tilt", "neck_rotation"),
    named={"trunk_rotation": "lying_roll"},
    units={"trunk_rotation": 20.0, "shoulder_tilt": 10.0, "neck_rotation": 25.0},
    weights={"trunk_rotation": 4.0, "shoulder_tilt": 2.0},
    hidden=160,
    file="regressor_lying.npz",
)  # fmt: skip
NODS = Task(
    lying=True, sets={"nods": 1}, truths=("neck_flexion",), odd=(), named={}, units={}, weights={}, hidden=0, file=""
)
"""People on whom only a gain and an error are measured; nothing is fitted."""


@dataclass(frozen=True, slots=True)
class Person:
    """Hold one person in the n frames in which MediaPipe found them.

    Attributes:
        task: What is estimated of them.
        group: The set they are from.
        seed: Their seed.
        about: Stretch, arm and head style, and camera.
        neutral: Which frames (n,) are neutral.
        image_xy: Landmarks (n, 33, 2), pixels: x right, y down.
        world_xyz: World landmarks (n, 33, 3), metres, as MediaPipe gives them.
        visibility: Visibility of each landmark (n, 33).
        truth: True angles (n, k) in degrees, in the order of the task.
    """

    task: Task
    group: str
    seed: int
    about: dict[str, Any]
    neutral: NDArray[np.bool_]
    image_xy: Floats
    world_xyz: Floats
    visibility: Floats
    truth: Floats

    @property
    def often(self) -> int:
        """How often the person counts in the fit."""
        return self.task.sets[self.group]

    def track(self) -> PoseTrack:
        """Return the landmarks as a track; its times are invented, one frame after the other."""
        n = len(self.truth)
        size = np.tile(np.array(self.about["size_wh"], np.int32), (n, 1))
        one, none = np.ones(n, np.int16), np.zeros(n, np.int16)
        return PoseTrack(np.arange(n) / FPS, self.image_xy, self.world_xyz, self.visibility, one, none, size)


def load_people(task: Task = UPRIGHT, least_frames: int = 10) -> Iterator[Person]:
    """Load the people gathered so far.

    Args:
        task: Which people, and which angles.
        least_frames: People found in fewer frames are left out.

    Yields:
        The people, by seed.
    """
    for group in task.sets:
        for path in sorted(folder(group).glob("[0-9]*.npz")):
            yield from _load(path, task, group, least_frames)


def _load(path: Path, task: Task, group: str, least_frames: int) -> Iterator[Person]:
    with np.load(path, allow_pickle=False) as data:
        names, neutral = data["names"].tolist(), data["neutral"]
        if len(neutral) < least_frames or neutral.sum() < 3:
            return
        truth = np.stack([data["angles"][:, names.index(name)] for name in task.truths], axis=1).astype(np.float64)
        truth -= np.where(task.zeroed, truth[neutral].mean(axis=0), 0.0)
        yield Person(
            task,
            group,
            int(path.stem),
            json.loads(str(data["about"])),
            neutral,
            data["image_xy"].astype(np.float64),
            data["world_xyz"].astype(np.float64),
            data["visibility"].astype(np.float64),
            truth,
        )


def _changed(person: Person, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Return the landmarks as with a somewhat different person, camera and MediaPipe run, at random.

    The camera is tilted, proportions and depth are changed, and a constant and a flickering error are added, to the
    visibility too: these differ between renders and real people, and between runs of MediaPipe.
    """
    xy, xyz = person.image_xy, person.world_xyz
    more = float(np.exp(rng.uniform(*np.log(person.task.harder))))
    stretched = np.sqrt(max(1.0, more))
    trunk = np.linalg.norm((xy[:, 11] + xy[:, 12] - xy[:, 23] - xy[:, 24]) / 2.0, axis=1).mean()
    turn = np.radians(rng.normal(0.0, 2.5))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    wide = 1.0 + rng.normal(0.0, 0.03 * stretched)
    xy = (xy * [wide, 1.0]) @ spin.T
    xyz = xyz * [wide, 1.0, 1.0 + rng.normal(0.0, 0.07 * stretched)]
    xyz = np.concatenate([xyz[..., :2] @ spin.T, xyz[..., 2:]], axis=-1)
    n = len(xy)
    xy = xy + more * trunk * (rng.normal(0.0, 0.012, (1, 33, 2)) + rng.normal(0.0, 0.008, (n, 33, 2)))
    flicker = rng.normal(0.0, 0.004, (n, 33, 3)) * [1.0, 1.0, 2.0]
    xyz = xyz + more * (rng.normal(0.0, 0.006, (1, 33, 3)) + flicker)
    seen = person.visibility + rng.normal(0.0, 0.15, (1, 33)) + rng.normal(0.0, 0.05, (n, 33))
    return xy, xyz, np.clip(seen, 0.0, 1.0)


def _held(xy: Floats, neutral: Floats, limb: range) -> Floats:
    """Return landmarks (n, 33, d) with a limb that keeps its place beside the hips, as at neutral (1, 33, d)."""
    hips, hips_then = (points[:, 23:25].mean(axis=1, keepdims=True) for points in (xy, neutral))
    out = xy.copy()
    out[:, limb] = neutral[:, limb] - hips_then + hips
    return out


def frames_of(
    person: Person, rng: np.random.Generator | None, mirror: bool = False
) -> tuple[NDArray[np.float32], Floats]:
    """Return features and truth of a person's frames.

    Args:
        person: The person.
        rng: Changes the landmarks at random; None to leave them as they are.
        mirror: Whether the person is mirrored.

    Returns:
        Features (n, d), and truth (n, k) in degrees.
    """
    seen = (person.image_xy, person.world_xyz, person.visibility) if rng is None else _changed(person, rng)
    xy, xyz, visibility = seen
    truth = person.truth
    if mirror:
        xy, xyz, visibility = mirrored(xy, xyz, visibility)
        truth = truth[:, person.task.swap] * person.task.sign
    still = np.flatnonzero(person.neutral)
    if rng is not None:
        still = rng.choice(still, size=max(2, len(still) - int(rng.integers(0, 3))), replace=False)
    neutral_xy, neutral_xyz = xy[still].mean(axis=0, keepdims=True), xyz[still].mean(axis=0, keepdims=True)
    for (limb, angles), share in zip(LIMBS, person.task.held, strict=True):
        if rng is not None and rng.random() < share:
            xy, xyz = _held(xy, neutral_xy, limb), _held(xyz, neutral_xyz, limb)
            truth = np.where([name.endswith(angles) for name in person.task.truths], np.nan, truth)
    return features(xy, xyz, visibility, neutral_xy, neutral_xyz, person.task.lying), truth
