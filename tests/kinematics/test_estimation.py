"""The method that reads each angle, where rendered people and true landmarks disagree about which is better."""

import numpy as np
import pytest

from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.neutral import find_neutral
from research.datasets.coached import staged, track_of, truths
from research.datasets.coached_rows import START
from research.datasets.coaching_others import OTHERS


@pytest.mark.parametrize(("joint", "true_deg"), [("hip", 60.0), ("knee", 146.0)])
def test_who_kneels_is_read_in_the_picture_from_the_side(joint: str, true_deg: float) -> None:
    row = next(row for row in OTHERS if row.name == "childs-pose")
    scene = staged(row.name, START, *row.steps, azimuth=row.azimuth, side=row.side, arms=row.arms)
    track = track_of(scene, truths(scene))
    neutral = find_neutral(track, False)
    assert neutral is not None
    assert neutral.view == "side"
    value, error, in_picture = estimate(neutral.pose, neutral, False)
    rows = [INDEX[f"{side}_{joint}_flexion"] for side in ("left", "right")]
    assert value[0, rows] == pytest.approx(true_deg, abs=2.0)
    assert in_picture[0, rows].all()
    assert (error[0, rows] >= 5.0).all(), "the picture's own error is stated, not the network's"


def test_hips_of_who_does_not_kneel_are_read_by_the_network() -> None:
    row = next(row for row in OTHERS if row.name == "lunge")
    scene = staged(row.name, START, *row.steps, azimuth=90.0)
    track = track_of(scene, truths(scene)).rows(np.arange(4))
    neutral = find_neutral(track_of(scene, truths(scene)), False)
    assert neutral is not None
    _, _, in_picture = estimate(track, neutral, False)
    assert not in_picture[:, INDEX["left_hip_flexion"]].any()
