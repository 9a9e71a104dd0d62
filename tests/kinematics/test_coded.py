"""Frames with a body code are read by the regressor that knows it, all others from landmarks alone."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.capture.pose.coding import encoder
from posecheck.core.pose import CODE, PoseTrack
from posecheck.kinematics import regressor
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.neutral import Neutral, neutral_of
from posecheck.kinematics.uncertainty import learned
from tests.support.rendered_twists import Posed, flipped


def coded(track: PoseTrack, seed: int = 0) -> PoseTrack:
    """Return the track with codes that stay near one another, as those of one person do."""
    rng = np.random.default_rng(seed)
    around = rng.integers(-80, 81, (1, 2, CODE))
    return replace(track, code=(around + rng.integers(-30, 31, (len(track), 2, CODE))).astype(np.int8))


@pytest.fixture
def track(seen: Posed) -> PoseTrack:
    return coded(seen[0])


@pytest.fixture
def neutral(track: PoseTrack) -> Neutral:
    return neutral_of(track.slice(0, 4))


def test_regressor_and_encoder_were_fitted_together() -> None:
    assert regressor.load("coded").encoder == encoder.load().version
    assert regressor.load("upright").encoder == regressor.load("lying").encoder == ""


def test_both_regressors_of_upright_people_read_the_same_angles() -> None:
    assert regressor.load("coded").names == regressor.load("upright").names
    assert learned("trunk_rotation", "front", "coded") is not None


def test_a_mirror_image_gives_mirrored_angles(track: PoseTrack, neutral: Neutral) -> None:
    net = regressor.load("coded")

    def flip(one: PoseTrack) -> PoseTrack:
        return replace(flipped(one), code=one.code[:, ::-1])

    straight, turned = net.estimate(track, neutral.pose), net.estimate(flip(track), flip(neutral.pose))
    names = [ANGLES[row].name for row in straight.rows]
    for odd in ("trunk_rotation", "pelvis_rotation", "neck_rotation", "trunk_lateral_flexion"):
        i = names.index(odd)
        np.testing.assert_allclose(turned.value[:, i], -straight.value[:, i], atol=2e-3)
    left, right = names.index("left_knee_flexion"), names.index("right_knee_flexion")
    np.testing.assert_allclose(turned.value[:, left], straight.value[:, right], atol=2e-3)


def test_the_code_says_something(track: PoseTrack, neutral: Neutral) -> None:
    net = regressor.load("coded")
    other = net.estimate(coded(track, seed=1), neutral.pose).value[:, 0]
    assert np.abs(net.estimate(track, neutral.pose).value[:, 0] - other).max() > 1.0


def test_frames_without_a_code_are_read_from_landmarks(track: PoseTrack, neutral: Neutral) -> None:
    some = replace(track, code=track.code.copy())
    some.code[1::2] = 0
    value, error, _ = estimate(some, neutral, True)
    with_code, its_error, _ = estimate(track, neutral, True)
    without, plain_error, _ = estimate(replace(track, code=0 * track.code), neutral, True)
    turn = INDEX["trunk_rotation"]
    np.testing.assert_allclose(value[::2, turn], with_code[::2, turn], atol=1e-3)
    np.testing.assert_allclose(error[::2, turn], its_error[::2, turn], atol=1e-3)
    np.testing.assert_allclose(value[1::2], without[1::2], atol=1e-3)
    np.testing.assert_allclose(error[1::2], plain_error[1::2], atol=1e-3)


def test_a_neutral_without_a_code_is_compared_by_landmarks(track: PoseTrack) -> None:
    bare = replace(track, code=0 * track.code)
    neutral = neutral_of(bare.slice(0, 4))
    np.testing.assert_array_equal(estimate(track, neutral, True)[0], estimate(bare, neutral, True)[0])


def test_who_is_not_found_is_not_read_by_a_code(track: PoseTrack, neutral: Neutral) -> None:
    image = track.image_xy.copy()
    image[2] = np.nan
    found = regressor.load("coded").estimate(replace(track, image_xy=image), neutral.pose)
    assert np.isnan(found.value[2]).all()
    assert np.isfinite(found.value[3]).all()


def test_the_neutral_has_the_mean_of_the_codes_that_are_known(track: PoseTrack) -> None:
    some = replace(track.slice(0, 3), code=track.code[:3].copy())
    some.code[1] = 0
    mean = neutral_of(some).pose.code[0]
    np.testing.assert_array_equal(mean, np.rint(track.code[[0, 2]].mean(axis=0)).astype(np.int8))


def test_one_frame_at_a_time_gives_what_all_give(track: PoseTrack, neutral: Neutral) -> None:
    whole = regressor.load("coded").estimate(track, neutral.pose)
    for i in range(0, len(track), 7):
        one = regressor.load("coded").estimate(track.slice(i, i + 1), neutral.pose)
        np.testing.assert_allclose(one.value[0], whole.value[i], atol=2e-3)
