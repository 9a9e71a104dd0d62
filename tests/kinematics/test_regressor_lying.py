from dataclasses import replace

import numpy as np
import pytest

from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics import regressor
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.estimation import STRANGE, UNKNOWN_DEG, estimate, geometry
from posecheck.kinematics.features import features
from posecheck.measurement.readings import read
from posecheck.stretches.library import all_stretches, find_stretch
from tests.support.rendered_twists import Seen, flipped, seen_twists

ROLL = INDEX["lying_roll"]
TWIST = find_stretch("supine-twist")


@pytest.fixture(scope="module")
def seen() -> Seen:
    return seen_twists("lying")


def test_the_roll_of_the_hips_is_read_better_than_by_the_lines_themselves(seen: Seen) -> None:
    track, neutral, truth = seen
    assert (neutral.lying, neutral.view) == (True, "side")
    value, error, _ = estimate(track, neutral, False, hips_roll=True)
    plain, _ = geometry(track, neutral, False)
    true = truth["lying_roll"]
    assert np.abs(true).max() > 50.0
    off = np.abs(value[:, ROLL] - true)
    assert off.mean() < 0.6 * np.abs(plain[:, ROLL] - true).mean()
    assert (off <= error[:, ROLL]).mean() > 0.85
    far = np.abs(true) > 40.0
    assert (np.sign(value[far, ROLL]) == np.sign(true[far])).all()


def test_a_shoulder_that_lifts_is_read(seen: Seen) -> None:
    track, neutral, truth = seen
    value, error, _ = estimate(track, neutral, False, hips_roll=True)
    row = INDEX["shoulder_tilt"]
    assert np.abs(value[:, row] - truth["shoulder_tilt"]).mean() < 6.0
    assert (error[:, row] < 20.0).mean() > 0.8


def test_a_mirror_image_gives_mirrored_angles(seen: Seen) -> None:
    track, neutral, _ = seen
    net = regressor.load("lying")
    straight, turned = net.estimate(track, neutral.pose), net.estimate(flipped(track), flipped(neutral.pose))
    names = [ANGLES[row].name for row in straight.rows]
    for odd in ("lying_roll", "shoulder_tilt", "neck_rotation"):
        i = names.index(odd)
        np.testing.assert_allclose(turned.value[:, i], -straight.value[:, i], atol=2e-3)
    left, right = names.index("left_knee_flexion"), names.index("right_knee_flexion")
    np.testing.assert_allclose(turned.value[:, left], straight.value[:, right], atol=2e-3)


def test_size_and_place_in_the_picture_do_not_matter(seen: Seen) -> None:
    track, neutral, _ = seen
    args, still = (track.world_xyz, track.visibility), neutral.pose
    here = features(track.image_xy, *args, still.image_xy, still.world_xyz, lying=True)
    there = features(2.5 * track.image_xy + 40.0, *args, 2.5 * still.image_xy + 40.0, still.world_xyz, lying=True)
    np.testing.assert_allclose(here, there, atol=1e-4)


def test_only_a_stretch_of_rolling_hips_is_read_so() -> None:
    assert [stretch.id for stretch in all_stretches().values() if stretch.hips_roll] == ["supine-twist"]


def test_every_other_stretch_that_lies_is_read_by_geometry(seen: Seen) -> None:
    track, neutral, _ = seen
    value, error, _ = estimate(track, neutral, False)
    plain, wide = geometry(track, neutral, False)
    np.testing.assert_array_equal(value, plain)
    np.testing.assert_array_equal(error, wide)


def test_from_an_end_it_is_not_read(seen: Seen) -> None:
    track, neutral, _ = seen
    readings = read(track, replace(neutral, view="foot-end"), TWIST)
    assert np.isnan(readings.value[:, ROLL]).all()
    assert (readings.reason[:, ROLL] == UnjudgedReason.VIEW).all()


def test_a_pose_unlike_any_is_not_judged(seen: Seen) -> None:
    track, neutral, _ = seen
    image, world = track.image_xy.copy(), track.world_xyz.copy()
    # The feet lie where the head is: nobody twists so.
    image[1, 25:, 0] = 2.0 * image[1, 23, 0] - image[1, 25:, 0]
    world[1, 25:, 0] *= -1.0
    odd = replace(track, image_xy=image, world_xyz=world)
    found = regressor.load("lying").estimate(odd, neutral.pose)
    assert found.strange[1] > STRANGE
    _, error, _ = estimate(odd, neutral, False, hips_roll=True)
    hip = INDEX["left_hip_flexion"]
    assert error[1, hip] == UNKNOWN_DEG
    readings = read(odd, neutral, TWIST)
    assert np.isnan(readings.value[1, [ROLL, hip]]).all()
    assert readings.reason[1, hip] in (UnjudgedReason.UNCERTAIN, UnjudgedReason.HIDDEN)
    assert np.isfinite(readings.value[2:5, ROLL]).all()
