"""Pictures get the times at which they were taken, whatever the file's own time stamps look like."""

import numpy as np
import pytest

from posecheck.capture.video.clock import JUMP_S, PAUSE_S, Clock

STEP_S = 0.04


def times(stamps: list[float | None], speed: float = 1.0) -> tuple[list[float], list[str]]:
    clock = Clock("a.mp4", STEP_S, speed)
    return [clock.time_of(stamp) for stamp in stamps], [note.code for note in clock.notes]


def test_true_times_are_taken_as_they_are_from_zero() -> None:
    found, notes = times([5.0, 5.03, 5.5, 9.0])
    assert found == pytest.approx([0.0, 0.03, 0.5, 4.0])
    assert notes == []


def test_pictures_without_times_follow_at_the_usual_rate() -> None:
    found, notes = times([None] * 4)
    assert found == pytest.approx([0.0, 0.04, 0.08, 0.12])
    assert notes == []


def test_a_clock_that_begins_again_goes_on() -> None:
    stamps: list[float | None] = [*np.arange(0, 2, STEP_S), *np.arange(0, 3, STEP_S), *np.arange(0, 1, STEP_S)]
    found, notes = times(stamps)
    np.testing.assert_allclose(found, np.arange(len(stamps)) * STEP_S, atol=1e-9)
    assert notes == ["clock_restarted"]


@pytest.mark.parametrize("gap_s", [3600.0, 1e6])
def test_an_absurd_gap_is_shortened_and_said(gap_s: float) -> None:
    found, notes = times([0.0, 0.04, 0.04 + gap_s, 0.08 + gap_s])
    assert found == pytest.approx([0.0, 0.04, 0.04 + PAUSE_S, 0.08 + PAUSE_S], abs=1e-6)
    assert notes == ["time_gap"]


def test_a_pause_keeps_its_length() -> None:
    found, notes = times([0.0, 0.04, 0.04 + JUMP_S - 1])
    assert found == pytest.approx([0.0, 0.04, 0.04 + JUMP_S - 1])
    assert notes == []


def test_two_pictures_of_one_time_are_put_apart_and_nothing_is_moved() -> None:
    found, _ = times([0.0, 0.04, 0.04, 0.08, 0.12])
    assert found == pytest.approx([0.0, 0.04, 0.041, 0.08, 0.12])


def test_many_pictures_of_one_time_have_the_usual_rate() -> None:
    found, _ = times([0.0] * 50)
    assert np.median(np.diff(found)) == pytest.approx(STEP_S)
    assert found[-1] == pytest.approx(49 * STEP_S, abs=3 * STEP_S)


def test_slow_motion_runs_at_the_speed_of_the_movement() -> None:
    found, notes = times([0.0, 1.0, 2.0], speed=8.0)
    assert found == pytest.approx([0.0, 0.125, 0.25])
    assert notes == ["slow_motion"]
