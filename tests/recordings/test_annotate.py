"""The annotated film: no larger than phones can play, and complete when the size of pictures changes."""

import numpy as np
import pytest

from posecheck.core.pose import Pose, PoseTrack
from posecheck.recordings.annotate import MOST_WH, _fitted, film_size
from posecheck.rendering.overlay import canvas_size
from tests.support.people import Posture, track_of


def person() -> Pose:
    pose = track_of([Posture()]).pose(0)
    assert pose is not None
    return pose


def track_of_sizes(sizes: list[tuple[int, int]]) -> PoseTrack:
    pose = person()
    track = PoseTrack.of([i / 10 for i in range(len(sizes))], [pose] * len(sizes), sizes[0])
    track.size_wh[:] = sizes
    return track


@pytest.mark.parametrize("size_wh", [(3840, 2160), (2160, 3840), (5120, 2880), (720, 1280), (1920, 1080)])
def test_no_film_is_larger_than_phones_play(size_wh: tuple[int, int]) -> None:
    picture = film_size(track_of_sizes([size_wh] * 3))
    width, height = canvas_size(picture)
    assert width <= MOST_WH[0]
    assert height <= MOST_WH[1]
    assert picture[0] / picture[1] == pytest.approx(size_wh[0] / size_wh[1], rel=0.02)


def test_small_pictures_keep_their_size() -> None:
    assert film_size(track_of_sizes([(640, 480)] * 3)) == (640, 480)


def test_the_size_of_most_pictures_counts() -> None:
    assert film_size(track_of_sizes([(480, 640)] + [(640, 480)] * 4)) == (640, 480)


def test_a_picture_of_another_shape_is_fitted_in_with_its_landmarks() -> None:
    pose = person()
    width, height = pose.size_wh
    rgb = np.full((height, width, 3), 200, np.uint8)
    out, moved = _fitted(rgb, pose, (width * 2, height))
    assert out.shape == (height, width * 2, 3)
    assert moved is not None
    np.testing.assert_allclose(moved.image_xy, pose.image_xy + np.array([width // 2, 0]), atol=1.0)
    assert out[:, : width // 2 - 1].max() == 0
    assert out[height // 2, width].min() == 200
