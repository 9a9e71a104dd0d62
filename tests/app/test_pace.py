"""A slow machine where the server finds the pose: noticed after some seconds, the other model taken when allowed."""

from pathlib import Path

import av
import numpy as np
import pytest

from posecheck.app.base import pose_model
from posecheck.app.streaming.feed import Feed, Wish
from posecheck.app.streaming.inpage import routes
from posecheck.app.streaming.pace import LEAST_RATE, SLOW_S, WINDOW_S, Pace
from posecheck.app.streaming.processor import Processor
from posecheck.capture.pose import model_file
from posecheck.stretches.library import find_stretch
from research.harness.replayed import ReplayedEngine, true_track


def noticed(rate: float, seconds: float, pace: Pace | None = None, start_s: float = 0.0) -> float | None:
    """Return after how many seconds of this many pictures a second it is noticed; None where it is not."""
    pace = pace or Pace()
    for i in range(round(seconds / 0.3)):
        if pace.update(int(rate * 0.3 * i), start_s + 0.3 * i):
            return 0.3 * i
    return None


def test_too_few_pictures_are_noticed_after_some_seconds_and_enough_never() -> None:
    at_s = noticed(6.0, 20.0)
    assert at_s is not None
    assert SLOW_S + WINDOW_S <= at_s < SLOW_S + WINDOW_S + 1.0
    assert noticed(LEAST_RATE + 2.0, 60.0) is None


def test_a_stutter_is_not_told() -> None:
    pace, frames = Pace(), 0
    for i in range(200):
        frames += 1 if i % 40 < 6 else 8
        assert not pace.update(frames, 0.3 * i)


def test_another_start_of_the_camera_is_measured_anew() -> None:
    pace = Pace()
    assert noticed(6.0, 5.0, pace) is None
    assert noticed(6.0, 5.0, pace, start_s=5.0) is None


def test_the_stream_takes_the_other_model_and_measures_the_start_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    full, light = ReplayedEngine(true_track()), ReplayedEngine(true_track())
    monkeypatch.setattr(pose_model, "new_engine", lambda: full)
    monkeypatch.setattr(pose_model, "new_lighter_engine", lambda: light)
    feed = Feed()
    feed.want(Wish(find_stretch("chair-twist")))
    processor = Processor(feed)
    shot = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
    processor.see(shot)
    assert (full.closed, light.closed) == (0, 0)
    feed.light = True
    processor.see(shot)
    assert (full.closed, light.closed) == (1, 0)
    assert feed.commands() == ["again"]
    processor.on_ended()
    assert light.closed == 1


@pytest.mark.parametrize("here", [True, False])
def test_the_lighter_model_has_an_address_only_where_it_is_here(
    here: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(model_file, "find", lambda variant: tmp_path if here or variant == "full" else None)
    routes._served_model.cache_clear()
    try:
        told = routes.addresses()
        assert (told["lite"] is not None) == here
        assert told["model"] != told["lite"]
    finally:
        routes._served_model.cache_clear()
