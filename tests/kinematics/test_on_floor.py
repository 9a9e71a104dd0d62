"""Turns of those who sit on the floor, who have a hand on the floor behind them, are read with weights of their own."""

import zlib
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.pose import PoseTrack
from posecheck.kinematics import regressor
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.neutral import Neutral, find_neutral
from posecheck.stretches.library import find_stretch
from research.datasets.agreement import said
from research.datasets.coached_rows import Row
from research.datasets.coaching import ROWS
from research.datasets.seen import load
from tests.support.rendered_twists import flipped

TURN, SHOULDERS, PELVIS = (INDEX[f"{part}_rotation"] for part in ("trunk", "shoulder", "pelvis"))
GOOD = [row for row in ROWS if row.name == "seated-twist-one-leg-bent" and not row.passed]


@pytest.fixture
def seen() -> tuple[PoseTrack, Neutral]:
    track = load(GOOD[0])[0]
    neutral = find_neutral(track)
    assert neutral is not None
    return track, neutral


def test_the_weights_belong_to_the_regressors_in_use() -> None:
    with files("posecheck").joinpath("kinematics", "data", regressor.FLOOR).open("rb") as file, np.load(file) as data:
        for kind in ("upright", "coded"):
            last = regressor.load(kind).layers[-1][0]
            assert int(data[f"of_{kind}"]) == zlib.crc32(last.tobytes())
            assert data[kind].shape == (len(last), len(data["names"]))


@pytest.mark.parametrize("kind", ["upright", "coded"])
def test_only_turns_change_and_no_spread(seen: tuple[PoseTrack, Neutral], kind: regressor.Kind) -> None:
    track, neutral = seen
    plain, ours = (regressor.load(kind, on).estimate(track, neutral.pose) for on in (False, True))
    changed = np.nanmax(np.abs(ours.value - plain.value), axis=0) > 1e-6
    assert set(plain.rows[changed]) == {TURN, SHOULDERS, PELVIS}
    np.testing.assert_array_equal(ours.spread, plain.spread)


@pytest.mark.parametrize("kind", ["upright", "coded"])
def test_both_sides_are_read_alike(seen: tuple[PoseTrack, Neutral], kind: regressor.Kind) -> None:
    track, neutral = seen
    mirror, still = (replace(flipped(one), code=one.code[:, ::-1]) for one in (track, neutral.pose))
    net = regressor.load(kind, on_floor=True)
    column = net.names.index("trunk_rotation")
    left, right = net.estimate(track, neutral.pose).value[:, column], net.estimate(mirror, still).value[:, column]
    np.testing.assert_allclose(left, -right, atol=0.05)


def test_who_lies_is_read_as_before() -> None:
    assert regressor.load("lying", on_floor=True).more is None


def test_a_hand_behind_the_body_is_no_turn(seen: tuple[PoseTrack, Neutral]) -> None:
    """While the trunk is held at 28 degrees, it was read as 38 to 41."""
    track, neutral = seen
    held = (track.time_s >= 5.0) & (track.time_s <= 9.0)
    plain, ours = (np.median(estimate(track, neutral, True, on_floor=on)[0][held, TURN]) for on in (False, True))
    assert plain > 35.0
    assert ours == pytest.approx(28.0, abs=5.0)


@pytest.mark.parametrize("row", GOOD)
def test_good_form_with_one_leg_bent_is_not_faulted(row: Row) -> None:
    assert said(judge(load(row)[0], find_stretch(row.name)))[1] == []
