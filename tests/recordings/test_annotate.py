"""The annotated film: no larger than phones can play, and complete when the size of pictures changes."""

from pathlib import Path

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Rgb
from posecheck.core.pose import Pose, PoseTrack
from posecheck.recordings.annotate import MOST_WH, _fitted, annotate, film_size, redraw
from posecheck.rendering.overlay import canvas_size
from posecheck.stretches.library import find_stretch
from tests.support.clip_makers import write_clip
from tests.support.people import Posture, track_of, twist


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


def pictures(film: Path) -> list[Rgb]:
    with VideoReader(film) as reader:
        return [frame.rgb.astype(int) for frame in reader]


@pytest.mark.usefixtures("plain_geometry")
def test_a_film_drawn_again_looks_as_if_it_was_drawn_by_the_new_judgement(tmp_path: Path) -> None:
    track, stretch = track_of(twist(40.0)).slice(0, 120), find_stretch("chair-twist")
    width, height = (int(edge) for edge in track.size_wh[0])
    times = [float(time_s) for time_s in track.time_s]
    recording = write_clip(tmp_path / "one.mp4", [np.full((height, width, 3), 120, np.uint8)] * len(times), times)
    tight = stretch.model_copy(
        update={
            "ranges": tuple(
                item.model_copy(update={"target": None, "caution": 10.0, "stop": 15.0})
                if item.key == "trunk_rotation"
                else item
                for item in stretch.ranges
            )
        }
    )
    warned, calm = judge(track, tight), judge(track, stretch)
    assert warned.summary.verdict == "stop"
    first, plain, again = (tmp_path / f"{name}.mp4" for name in ("first", "plain", "again"))
    annotate(recording, first, warned, lambda _: None)
    annotate(recording, plain, calm, lambda _: None)
    redraw(first, again, calm, warned, lambda _: None)
    old, expected, found = pictures(first), pictures(plain), pictures(again)
    assert len(found) == len(expected)
    header = canvas_size((width, height))[1] // 8
    # Words and gauges are those of the new judgement, and no limb keeps the colour of the old warning.
    to_new, to_old = (np.abs(found[-1][:header] - other[-1][:header]).mean() for other in (expected, old))
    assert to_new < to_old / 3
    assert reddish(old[-1], height, width) > 200
    assert reddish(found[-1], height, width) < 20


def reddish(picture: Rgb, height: int, width: int) -> int:
    """Count the pixels of the person that have the colour of a stop."""
    top = canvas_size((width, height))[1] // 4
    body = picture[top : top + height // 2, :width]
    return int(((body[..., 0] - body[..., 2] > 90) & (body[..., 0] > 150)).sum())
