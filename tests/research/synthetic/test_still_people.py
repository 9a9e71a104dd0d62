"""What moves while the trunk is still: shoulder girdle, arms, knees, hips; and the people drawn with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from research.synthetic.anatomy.body import Shape, make_body
from research.synthetic.anatomy.pose import Pose, place
from research.synthetic.anatomy.rig import Skeleton
from research.synthetic.anatomy.truth import L_HIP, L_SHOULDER, R_HIP, R_SHOULDER, bone_truth
from research.synthetic.output.render import Scene
from research.synthetic.scene.motion import Step
from research.synthetic.scene.scene import Clip
from research.synthetic.scenes import random_clip
from research.training import still_people

L_KNEE, L_ANKLE, R_KNEE, R_ANKLE, L_WRIST, R_WRIST = 25, 27, 26, 28, 15, 16


def moved(**to: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the joints (33, 3) of a standing person in world axes, y up: at rest, and after one move."""
    clip: Clip = replace(random_clip("standing-twist", 1, "dev"), fps=5.0)
    habits = replace(clip.habits, arms="raised", sway=0.0)
    steps = (Step("neutral", seconds=0.4), Step("move", to=to, seconds=0.6), Step("hold", seconds=0.4))
    scene = Scene(replace(clip, motion=steps, habits=habits))
    return scene.truth(0).world, scene.truth(len(scene) - 1).world


def test_a_shoulder_drawn_forward_leaves_the_thorax_where_it_is() -> None:
    body = make_body(Shape())
    still = place(body, Pose())
    drawn = place(body, Pose(girdle={"L": (0.0, 15.0), "R": (0.0, 0.0)}))
    lifted = place(body, Pose(girdle={"L": (0.0, 0.0), "R": (25.0, 0.0)}))
    assert bone_truth(drawn).trunk == pytest.approx(bone_truth(still).trunk, abs=1e-9)
    left, right = (body.points[f"upperarm01.{side}"] for side in "LR")

    def joint(skeleton: Skeleton, side: str) -> np.ndarray:
        return np.asarray(skeleton.attached(f"clavicle.{side}", left if side == "L" else right))

    assert (joint(drawn, "L") - joint(still, "L"))[0] > 0.02
    assert joint(drawn, "R") == pytest.approx(joint(still, "R"), abs=1e-9)
    assert (joint(lifted, "R") - joint(still, "R"))[1] > 0.02


def test_who_squats_bends_knees_above_planted_feet() -> None:
    before, after = moved(squat_m=0.3)
    assert after[[L_ANKLE, R_ANKLE]] == pytest.approx(before[[L_ANKLE, R_ANKLE]], abs=0.02)
    dropped = before[[L_HIP, R_HIP], 1] - after[[L_HIP, R_HIP], 1]
    assert dropped == pytest.approx(0.3, abs=0.03)
    assert after[L_KNEE, 0] - before[L_KNEE, 0] > 0.1


def test_one_knee_goes_up_and_the_other_foot_stays() -> None:
    before, after = moved(knee_up_left=80.0)
    assert after[L_KNEE, 1] - before[L_KNEE, 1] > 0.2
    assert after[R_ANKLE] == pytest.approx(before[R_ANKLE], abs=0.02)


def test_arms_move_one_by_one() -> None:
    before, after = moved(arms_left=1.0)
    assert before[L_WRIST, 1] - after[L_WRIST, 1] > 0.3
    assert after[R_WRIST] == pytest.approx(before[R_WRIST], abs=0.02)
    assert after[[L_SHOULDER, R_SHOULDER]] == pytest.approx(before[[L_SHOULDER, R_SHOULDER]], abs=0.02)


def test_most_moves_of_the_people_hardly_twist_and_nothing_else_is_still() -> None:
    moves = [step.to for seed in range(60) for step in still_people.draw(seed).motion[2:]]
    twist = np.array([to["trunk_rotation"] for to in moves])
    assert 0.6 < (np.abs(twist) < 8.0).mean() < 0.85
    assert (np.abs(twist) > 35.0).mean() > 0.1
    for channel, size in (("neck_rotation", 30.0), ("turn", 20.0), ("shoulder_forward_left", 8.0), ("arms_right", 0.4)):
        assert (np.abs([to[channel] for to in moves]) > size).mean() > 0.08


def test_the_same_seed_draws_the_same_person() -> None:
    assert still_people.draw(5) == still_people.draw(5)
    assert still_people.draw(5) != still_people.draw(6)
