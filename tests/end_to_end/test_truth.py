"""True joints of rendered people through our angle code: what is left is no error of geometry."""

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES, INDEX, TURNS, measure
from posecheck.stretches.library import find_stretch
from research.synthetic.anatomy.truth import angles
from research.synthetic.output.render import Scene
from research.synthetic.scenes import load_clip, scene_files

TOLERANCE_DEG = 1.5
# The truth of these is a bone's (pelvis, thorax, head); from joints alone one sees the lines between them.
BY_BONE = {"neck_flexion": 12.0, "neck_rotation": 4.0, "trunk_lateral_flexion": 3.0}
SCENES = [path for path in scene_files() if path.stem not in ("empty-room", "standing-walk-in")]


def _levelled(world: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> PoseTrack:
    """Turn true joints (n, 33, 3), Y up, into a track whose axes are a level camera's."""
    n = len(world)
    flip = Rotation.from_euler("x", 180, degrees=True)
    seen = flip.apply(world.reshape(-1, 3)).reshape(world.shape)
    ones = np.ones(n, np.int16)
    return PoseTrack(
        np.arange(n) / 5, seen[..., :2] * 100, seen, np.ones((n, 33)), ones, ones * 0, np.full((n, 2), 640, np.int32)
    )


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_true_joints_give_true_angles(path: Path) -> None:
    clip = load_clip(path)
    scene = Scene(clip)
    chosen = np.union1d(np.linspace(0, len(scene) - 1, 8).astype(int), np.flatnonzero(scene.neutral)[::20])
    frames = [scene.truth(int(i)) for i in chosen]
    joints, neutral = np.array([frame.world for frame in frames]), scene.neutral[chosen]
    true = angles(joints, [frame.bones for frame in frames], neutral)
    found = measure(_levelled(joints), find_stretch(clip.stretch).lying)
    true["trunk_flexion"] = true.pop("trunk_flexion_from_vertical")
    worst = {}
    for name, expected in true.items():
        off = found[:, INDEX[name]] - expected
        if INDEX[name] in TURNS:
            off = (off - off[neutral][0] + 180) % 360 - 180
        elif ANGLES[INDEX[name]].zeroed:
            off = off - off[neutral].mean()
        known = off[np.isfinite(off)]
        worst[name] = float(np.abs(known).max()) if len(known) else 0.0
    assert {name: off for name, off in worst.items() if off > BY_BONE.get(name, TOLERANCE_DEG)} == {}
