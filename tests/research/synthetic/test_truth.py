"""Truth read off the bones, off the joints, and asked for by the clip must be one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from research.synthetic.anatomy.body import Shape, make_body
from research.synthetic.anatomy.pose import Pose, place
from research.synthetic.anatomy.rotations import cardan_yxz, trunk
from research.synthetic.anatomy.truth import ANGLES, angles, bone_truth
from research.synthetic.output.render import Scene
from research.synthetic.scene.motion import Step
from research.synthetic.scene.scene import Clip
from research.synthetic.scene.stretches import STRETCHES
from research.synthetic.scenes import random_clip

QUICK = (Step("neutral", seconds=0.3), Step("move", to={"amount": 1.0, "trunk_rotation": 33.0}, seconds=0.5))


def _measured(clip: Clip) -> tuple[Scene, dict[str, np.ndarray]]:
    scene = Scene(clip)
    frames = [scene.truth(i) for i in range(0, len(scene), 3)]
    neutral = scene.neutral[::3]
    return scene, angles(np.array([f.world for f in frames]), [f.bones for f in frames], neutral)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("stretch", sorted(STRETCHES))
def test_bones_and_joints_agree(stretch: str, seed: int) -> None:
    clip = replace(random_clip(stretch, seed, "dev"), fps=5.0)
    scene = Scene(clip)
    frames = [scene.truth(i) for i in range(len(scene))]
    found = angles(np.array([f.world for f in frames]), [f.bones for f in frames], scene.neutral)
    bone = np.array([f.bones.trunk[0] for f in frames])
    assert np.abs(found["trunk_rotation"] - bone).max() < 0.5
    assert set(found) == set(ANGLES)


def test_a_left_turn_is_positive_and_a_forward_lean_too() -> None:
    body = make_body(Shape())
    still = place(body, Pose())
    left = place(body, Pose(trunk_rotation=40.0))
    right_shoulder = body.points["upperarm01.R"]
    moved = left.attached("spine01", right_shoulder) - still.attached("spine01", right_shoulder)
    assert moved[0] > 0.05  # turning left carries the right shoulder forward
    assert bone_truth(left).trunk[0] == pytest.approx(40.0, abs=1e-6)
    assert bone_truth(place(body, Pose(trunk_lateral=12.0))).trunk[1] == pytest.approx(12.0, abs=1e-6)
    assert bone_truth(place(body, Pose(trunk_flexion=20.0))).trunk[2] == pytest.approx(20.0, abs=1e-6)
    assert bone_truth(place(body, Pose(neck_rotation=25.0))).neck[0] == pytest.approx(25.0, abs=1e-6)


@pytest.mark.parametrize("given", [(30.0, 0.0, 0.0), (-50.0, 8.0, 12.0), (10.0, -15.0, -30.0)])
def test_cardan_angles_come_back(given: tuple[float, float, float]) -> None:
    assert cardan_yxz(trunk(*given)) == pytest.approx(given, abs=1e-9)


def test_what_the_clip_asks_for_is_what_is_measured() -> None:
    steps = (
        Step("neutral", seconds=0.5),
        Step("move", to={"trunk_rotation": -48.0, "pelvis_rotation": -10.0}, seconds=0.6),
        Step("hold", seconds=0.2),
    )
    still = replace(random_clip("standing-twist", 4), motion=steps, fps=10.0)
    still = replace(still, habits=replace(still.habits, sway=0.0, head="free"))
    scene = Scene(still)
    frames = [scene.truth(i) for i in range(len(scene))]
    found = angles(np.array([f.world for f in frames]), [f.bones for f in frames], scene.neutral)
    assert found["trunk_rotation"][-1] == pytest.approx(-48.0, abs=0.2)
    assert found["pelvis_rotation"][-1] == pytest.approx(-10.0, abs=0.2)
    assert found["shoulder_rotation"][-1] == pytest.approx(-58.0, abs=0.5)
    assert found["left_knee_flexion"].max() < 25.0


def test_a_lean_back_reaches_the_asked_inclination() -> None:
    steps = (
        Step("neutral", seconds=0.5),
        Step("move", to={"amount": 1.0}, seconds=0.4),
        Step("move", to={"trunk_inclination": -30.0}, seconds=0.5),
        Step("hold", seconds=0.2),
    )
    clip = replace(random_clip("standing-extension-hand-press", 1), motion=steps, fps=10.0)
    clip = replace(clip, habits=replace(clip.habits, sway=0.0))
    _, found = _measured(clip)
    assert found["trunk_inclination"][-1] - found["trunk_inclination"][0] == pytest.approx(-30.0, abs=0.6)
    assert found["trunk_flexion"][-1] < -5.0


def test_a_mirrored_scene_has_mirrored_angles() -> None:
    base = random_clip("chair-twist", 6, arms="hips", head="free")
    base = replace(base, fps=10.0, habits=replace(base.habits, sway=0.0))
    to = {"trunk_rotation": 31.0, "trunk_lateral_flexion": 6.0, "trunk_flexion": 8.0, "neck_rotation": 12.0}
    other = {k: -v if k != "trunk_flexion" else v for k, v in to.items()}
    sides = []
    for goal, side in ((to, 1.0), (other, -1.0)):
        steps = (Step("neutral", seconds=0.5), Step("move", to=goal, seconds=0.6))
        sides.append(_measured(replace(base, motion=steps, habits=replace(base.habits, side=side)))[1])
    first, second = sides
    flipped = ("trunk_rotation", "trunk_lateral_flexion", "neck_rotation", "shoulder_rotation")
    for name in flipped:
        np.testing.assert_allclose(first[name], -second[name], atol=0.05)
    for name in ("trunk_flexion", "trunk_inclination", "neck_flexion"):
        np.testing.assert_allclose(first[name], second[name], atol=0.05)
    for name in ("elbow_flexion", "shoulder_flexion", "shoulder_abduction", "hip_flexion", "knee_flexion"):
        np.testing.assert_allclose(first[f"left_{name}"], second[f"right_{name}"], atol=0.1)


def test_limbs_keep_their_length() -> None:
    clip = replace(random_clip("lunge", 2), fps=6.0)
    scene = Scene(clip)
    world = np.array([scene.truth(i).world for i in range(len(scene))])
    for a, b in ((11, 13), (13, 15), (23, 25), (25, 27), (24, 26), (26, 28)):
        length = np.linalg.norm(world[:, a] - world[:, b], axis=1)
        assert np.ptp(length) < 2e-4


def test_pixels_and_metres_are_the_same_points() -> None:
    scene = Scene(random_clip("standing-twist", 9, azimuth_deg=30.0))
    truth, camera = scene.truth(10), scene.clip.camera
    hips = camera.view((truth.world[23] + truth.world[24]) / 2.0)
    seen = truth.camera_xyz + hips
    again = np.array(camera.size_wh) / 2.0 + camera.focal_px * seen[:, :2] / seen[:, 2:]
    np.testing.assert_allclose(again, truth.image_xy, atol=1e-6)
    nearer = truth.camera_xyz[0, 2]
    assert nearer < 0.05  # the nose of a person who faces the camera is not behind the hips
    assert truth.camera_xyz[0, 1] < 0.0  # and above them: y points down
