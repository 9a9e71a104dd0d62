"""A track's arrays are declared once; everything that copies, joins or saves one takes them from there."""

from dataclasses import fields

import numpy as np
import pytest

from posecheck.core.pose import Pose, PoseTrack, columns, visible
from posecheck.core.worn.sheet import PACKED, MarkerPose, unseen
from posecheck.kinematics.body import Body
from posecheck.kinematics.neutral import Neutral, mean_of_sheets, neutral_of
from posecheck.measurement.readings import Readings
from tests.support.people import Posture, track_of


def objects() -> list[object]:
    track = track_of([Posture()] * 3)
    numbers = np.zeros((3, 2))
    readings = Readings(track.time_s, numbers, numbers, numbers.astype(np.uint8))
    neutral: Neutral = neutral_of(track)
    return [track, track.pose(0), readings, neutral, Body.of(track.world_xyz), MarkerPose.unpack(unseen(2))]


@pytest.mark.parametrize("one", objects(), ids=lambda one: type(one).__name__)
def test_what_holds_arrays_is_compared_by_identity(one: object) -> None:
    assert one == one
    assert len({one, one}) == 1
    same = {type(other): other for other in objects()}[type(one)]
    assert one != same


def test_every_array_of_a_track_is_one_of_a_pose() -> None:
    names = {column.name for column in columns()}
    assert names == {field.name for field in fields(PoseTrack)} - {"about"}
    assert names == {field.name for field in fields(Pose)}


def test_frames_come_out_as_they_went_in() -> None:
    track = track_of([Posture(), Posture(rotation=20.0)], azimuth=30.0)
    poses = [track.pose(0), None, track.pose(1)]
    again = PoseTrack.of([0.0, 0.1, 0.2], poses, (640, 480))
    assert again.found.tolist() == [True, False, True]
    assert again.people.tolist() == [1, 0, 1]
    assert again.size_wh.tolist() == [[800, 800], [640, 480], [800, 800]]
    assert again.pose(1) is None
    joined = again.slice(0, 1).joined(again.slice(1, 3))
    for column in columns():
        array = getattr(joined, column.name)
        assert array.dtype == column.dtype
        assert array.shape == (3, *column.shape)
        np.testing.assert_array_equal(array, getattr(again, column.name))


def test_a_hidden_subject_comes_out_as_hidden() -> None:
    track = PoseTrack.of([0.0], [Pose.hidden(0.0, (640, 480), 2, 3)], (320, 240))
    pose = track.pose(0)
    assert not track.found[0]
    assert pose is not None
    assert (pose.found, pose.people, pose.subject, pose.size_wh) == (False, 2, 3, (640, 480))
    assert visible(pose) is None


def test_packed_sheets_come_out_as_they_went_in() -> None:
    packed = np.arange(2 * PACKED, dtype=np.float32).reshape(2, PACKED)
    np.testing.assert_array_equal(MarkerPose.unpack(packed).pack(), packed)
    both = np.stack([packed, unseen(2)])
    both[1, 0] = packed[0] + 2
    mean = mean_of_sheets(both)
    np.testing.assert_array_equal(mean[0], packed[0] + 1)
    np.testing.assert_array_equal(mean[1], packed[1])
