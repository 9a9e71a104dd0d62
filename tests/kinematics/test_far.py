"""Heads that turn far, nods, side-bends and turned pelves: read nearer to what they are, and judged though not sure."""

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.estimation import estimate, geometry
from posecheck.kinematics.neutral import find_neutral
from posecheck.kinematics.uncertainty import judged_up_to, learned
from posecheck.stretches.library import find_stretch
from research.datasets.agreement import SEEN, said
from research.datasets.coached_rows import Row
from research.datasets.seen import key, load

BENT = ("chair-twist-sideways-ab25b709", "standing-extension-hand-press-a534afc8")
TIPPED = "standing-extension-hand-press-8c84cffa"
LOOKS = "seated-twist-cross-legged-844eb549"


def _row(name: str) -> Row:
    return next(row for row in SEEN if key(row) == name)


@pytest.mark.parametrize("name", BENT)
def test_a_side_bend_past_its_first_limit_is_a_caution_from_front_and_oblique(name: str) -> None:
    """From the front one of 18 degrees was read past the stop at 20, obliquely below the caution at 15."""
    row = _row(name)
    assert said(judge(load(row)[0], find_stretch(row.name)))[1] == [("trunk_lateral_flexion", "caution")]


def test_a_head_tipped_back_is_told_though_its_error_is_wide() -> None:
    row = _row(TIPPED)
    assert said(judge(load(row)[0], find_stretch(row.name)))[1] == [("neck_tipped_back", "caution")]


def test_a_turned_head_is_read_as_far_as_it_is() -> None:
    """36 degrees were read as 27."""
    row = _row(LOOKS)
    track = load(row)[0]
    neutral = find_neutral(track)
    assert neutral is not None
    value = estimate(track, neutral, True, on_floor=True)[0][:, INDEX["neck_rotation"]]
    assert np.nanquantile(np.abs(value), 0.95) == pytest.approx(36.0, abs=5.0)


@pytest.mark.parametrize(("name", "deg"), [("pelvis_rotation", 20.0), ("neck_flexion", 18.0), ("neck_rotation", 30.0)])
def test_what_the_regressor_reads_is_judged_with_a_wide_error(name: str, deg: float) -> None:
    """A movement that is drawn to the middle and yet past a limit is past it."""
    assert judged_up_to(INDEX[name]) >= deg
    assert learned(name, "front", "coded") is not None


@pytest.mark.parametrize("name", ["pelvis_rotation", "neck_flexion"])
def test_geometry_alone_does_not_judge_them(name: str) -> None:
    """Of turns of the pelvis that it reads as past a limit only half are."""
    track = load(_row(LOOKS))[0]
    neutral = find_neutral(track)
    assert neutral is not None
    assert neutral.view == "front"
    error = geometry(track, neutral, False)[1][:, INDEX[name]]
    assert (error > judged_up_to(INDEX[name])).all(), "it is too uncertain; the camera stands where it should"
