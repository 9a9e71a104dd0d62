"""The soak: a long clip is whole, and what is told of a course is its beginning, end and peak."""

from pathlib import Path

import numpy as np
import pytest

from posecheck.capture.video.reader import VideoReader
from research.benchmarks.footing import CLIP
from tests.support.soak import Course, kind_of, long_clip


def test_a_course_is_told_by_its_early_and_late_medians_and_its_peak() -> None:
    rising = [float(i) for i in range(100)]
    assert Course.of(rising) == Course(14.5, 94.5, 99.0)
    assert Course.of([3.0]) == Course(3.0, 3.0, 3.0)


def test_what_serves_the_test_is_not_measured() -> None:
    assert kind_of(["python", "-m", "posecheck", "live"]) == "posecheck"
    assert kind_of(["/usr/lib/chromium/chromium", "--type=renderer"]) == "browser"
    assert kind_of(["python", "-m", "tests.support.soak", "check"]) == ""
    assert kind_of(["Xvfb", "-displayfd", "1"]) == ""


@pytest.mark.skipif(not CLIP.is_file(), reason="sample clips are not here")
def test_a_long_clip_has_every_frame_at_its_time(tmp_path: Path) -> None:
    with VideoReader(long_clip(tmp_path / "long.mp4", 0.3)) as reader:
        times = [frame.time_s for frame in reader]
    assert times[-1] > 18.0
    assert np.allclose(np.diff(times), 0.04, atol=0.002)
