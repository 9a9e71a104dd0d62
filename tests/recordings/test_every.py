"""Judging every Nth frame: true times, correct speeds, and an error where speed cannot be computed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import InputError
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose
from posecheck.recordings import check
from posecheck.recordings.request import Request
from tests.support.clip_makers import quarters, write_clip
from tests.support.people import track_of, twist


def clip(path: Path, times_s: Sequence[float]) -> Path:
    return write_clip(path, [quarters()] * len(times_s), times_s)


@pytest.mark.parametrize("every", [1, 2, 3, 100])
def test_each_nth_frame_keeps_its_time(tmp_path: Path, every: int) -> None:
    times = [0.0, 0.03, 0.1, 0.15, 0.3, 0.31, 0.4]
    path = clip(tmp_path / "a.mp4", times)
    with VideoReader(path, every) as reader:
        frames = list(reader)
        assert reader.problem is None
    assert [frame.index for frame in frames] == list(range(len(frames)))
    assert [frame.time_s for frame in frames] == pytest.approx(times[::every], abs=1e-4)


def test_too_few_frames_for_tempo_are_refused_before_any_work(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", [i / 20 for i in range(60)])
    out = tmp_path / "out"
    with pytest.raises(InputError, match=r"^every 5: expected to keep 5 frames a second.*at most every 4") as told:
        check.check(Request(path, "chair-twist", out, every=5))
    assert "\n" not in str(told.value)
    assert not out.exists()


class Twisting:
    """Give the poses of a constructed person, by the time of the frame."""

    def __init__(self) -> None:
        self._track = track_of(twist(30.0), azimuth=45.0)

    def estimate(self, frame: Frame) -> Pose | None:
        return self._track.pose(int(np.searchsorted(self._track.time_s, frame.time_s)))

    def close(self) -> None:
        return None


@pytest.mark.parametrize(("fps", "told"), [(2.0, True), (5.0, False), (10.0, False)])
def test_a_slow_recording_says_that_tempo_was_not_judged(tmp_path: Path, fps: float, told: bool) -> None:
    path = clip(tmp_path / "a.mp4", [i / fps for i in range(int(3 * fps))])
    with VideoReader(path) as reader:
        check.landmarks(reader, Twisting(), lambda _: None)
        assert (reader.problem is not None) == told
        if told:
            assert "too few to judge how fast" in str(reader.problem)


def test_landmarks_say_that_frames_were_passed_over(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", [i / 20 for i in range(60)])
    with VideoReader(path, 2) as reader:
        track = check.landmarks(reader, Twisting(), lambda _: None)
    assert track.about["every"] == "2"
    assert len(track) == 30
    assert np.diff(track.time_s) == pytest.approx(0.1, abs=1e-4)
