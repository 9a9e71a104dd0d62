"""People who lie: what rests on the floor rests there, and what rolls is what the truth says."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from research.synthetic.anatomy.body import Shape, make_body
from research.synthetic.anatomy.joints import landmarks
from research.synthetic.anatomy.rig import Skeleton, skin
from research.synthetic.anatomy.truth import angles, bone_truth
from research.synthetic.scene.stage import Habits, Stage
from research.synthetic.scene.stretches import STRETCHES


@cache
def _stage(side: float) -> Stage:
    return Stage(make_body(Shape()), STRETCHES["supine-twist"], Habits(arms="beside", head="free", side=side))


def _lowest(skeleton: Skeleton, *bones: str) -> float:
    body = skeleton.body
    columns = [body.template.bones.index(bone) for bone in bones]
    rows = body.template.skin[:, columns].sum(axis=1) > 0.5
    return float(skin(skeleton, body.vertices[rows], body.template.skin[rows])[:, 1].min())


def _angles(*skeletons: Skeleton) -> dict[str, np.ndarray]:
    joints = []
    for skeleton in skeletons:
        body = skeleton.body
        joints.append(landmarks(skeleton, skin(skeleton, body.vertices, body.template.skin)))
    neutral = np.arange(len(skeletons)) == 0
    return angles(np.array(joints), [bone_truth(skeleton) for skeleton in skeletons], neutral)


@pytest.mark.parametrize("side", [1.0, -1.0])
@pytest.mark.parametrize("rolled", [0.0, 20.0, 35.0, 50.0])
def test_trunk_and_straight_leg_rest_on_the_floor(side: float, rolled: float) -> None:
    skeleton = _stage(side).skeleton({"amount": 1.0, "trunk_rotation": -side * rolled})
    leg = "L" if side > 0 else "R"
    trunk = _lowest(skeleton, "spine05", "spine04", "spine03", "spine02", "spine01")
    assert -0.02 < trunk < 0.07
    assert -0.02 < _lowest(skeleton, f"upperleg01.{leg}", f"upperleg02.{leg}") < 0.05
    assert -0.02 < _lowest(skeleton, f"foot.{leg}") < 0.03


def test_the_hips_roll_under_shoulders_that_stay() -> None:
    stage = _stage(1.0)
    found = _angles(stage.skeleton({}), stage.skeleton({"amount": 1.0, "trunk_rotation": -40.0}))
    assert found["trunk_rotation"][1] - found["trunk_rotation"][0] == pytest.approx(-40.0, abs=2.0)
    assert found["shoulder_tilt"][1] == pytest.approx(0.0, abs=1.0)


@pytest.mark.parametrize("way", [1.0, -1.0])
def test_a_trunk_that_rolls_to_the_left_lifts_the_right_shoulder(way: float) -> None:
    stage = _stage(1.0)
    found = _angles(
        stage.skeleton({}), stage.skeleton({"amount": 1.0, "trunk_rotation": -30.0, "trunk_roll": 15 * way})
    )
    assert found["shoulder_tilt"][1] == pytest.approx(-15.0 * way, abs=1.5)
    assert found["trunk_rotation"][1] - found["trunk_rotation"][0] == pytest.approx(-30.0, abs=2.0)
