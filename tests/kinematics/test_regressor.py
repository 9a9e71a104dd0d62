import numpy as np
import pytest

from posecheck.core.pose import PoseTrack
from posecheck.kinematics import regressor
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.estimation import STRANGE, estimate
from posecheck.kinematics.features import features, mirrored
from posecheck.kinematics.neutral import neutral_of
from tests.support.rendered_twists import Posed, flipped


def test_large_twists_are_read_where_the_shoulder_line_misses_them(
    seen: Posed,
) -> None:
    track, still, truth = seen
    found = regressor.load().estimate(track, still)
    read = found.value[:, found.rows.tolist().index(INDEX["trunk_rotation"])]
    error = np.abs(read - truth["trunk_rotation"])
    assert np.abs(truth["trunk_rotation"]).max() > 50.0
    assert error.mean() < 7.0
    far = np.abs(truth["trunk_rotation"]) > 45.0
    assert (np.sign(read[far]) == np.sign(truth["trunk_rotation"][far])).all()


def test_a_mirror_image_gives_mirrored_angles(seen: Posed) -> None:
    track, still, _ = seen
    net = regressor.load()
    straight, turned = net.estimate(track, still), net.estimate(flipped(track), flipped(still))
    names = [ANGLES[row].name for row in straight.rows]
    for odd in ("trunk_rotation", "pelvis_rotation", "neck_rotation", "trunk_lateral_flexion"):
        i = names.index(odd)
        np.testing.assert_allclose(turned.value[:, i], -straight.value[:, i], atol=1e-3)
    left, right = names.index("left_knee_flexion"), names.index("right_knee_flexion")
    np.testing.assert_allclose(turned.value[:, left], straight.value[:, right], atol=1e-3)
    np.testing.assert_allclose(turned.spread[:, left], straight.spread[:, right], atol=1e-3)


def test_one_frame_at_a_time_gives_what_all_give(seen: Posed) -> None:
    track, still, _ = seen
    net = regressor.load()
    whole = net.estimate(track, still)
    for i in range(len(track)):
        one = net.estimate(track.slice(i, i + 1), still)
        np.testing.assert_allclose(one.value[0], whole.value[i], atol=1e-3)
        np.testing.assert_allclose(one.strange[0], whole.strange[i], atol=1e-4)


def test_size_and_place_in_the_picture_do_not_matter(
    seen: Posed,
) -> None:
    track, still, _ = seen
    args = (track.world_xyz, track.visibility)
    here = features(track.image_xy, *args, still.image_xy, still.world_xyz)
    there = features(2.5 * track.image_xy + 40.0, *args, 2.5 * still.image_xy + 40.0, still.world_xyz)
    np.testing.assert_allclose(here, there, atol=1e-4)


def test_mirrored_twice_is_the_same(seen: Posed) -> None:
    track, _, _ = seen
    first = (track.image_xy, track.world_xyz, track.visibility)
    for a, b in zip(mirrored(*mirrored(*first)), first, strict=True):
        np.testing.assert_array_equal(a, b)


def test_nobody_is_nan_and_a_pose_unlike_any_is_strange(
    seen: Posed,
) -> None:
    track, still, _ = seen
    image, world = track.image_xy.copy(), track.world_xyz.copy()
    image[0] = world[0] = np.nan
    # Head down: no stretch that is read upright looks like it.
    image[1, :, 1], world[1, :, 1] = 2.0 * image[1, 23, 1] - image[1, :, 1], -world[1, :, 1]
    odd = PoseTrack(track.time_s, image, world, track.visibility, track.people, track.subject, track.size_wh)
    found = regressor.load().estimate(odd, still)
    assert np.isnan(found.value[0]).all()
    assert np.isnan(found.strange[0])
    assert found.strange[1] > STRANGE
    assert (found.strange[2:] < STRANGE).all()


def test_a_strange_pose_is_left_to_geometry_and_its_wider_error(seen: Posed, monkeypatch: pytest.MonkeyPatch) -> None:
    track, _, _ = seen
    neutral = neutral_of(track.slice(0, 4))
    row = INDEX["trunk_rotation"]
    value, error, _ = estimate(track, neutral, pelvis_still=True)
    monkeypatch.setattr("posecheck.kinematics.estimation.STRANGE", -1.0)
    plain, wide, _ = estimate(track, neutral, pelvis_still=True)
    assert not np.allclose(value[:, row], plain[:, row], atol=1.0)
    assert (error[:, row] < wide[:, row]).mean() > 0.9
