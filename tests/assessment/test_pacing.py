"""Times of repetitions against the paces of a stretch."""

import pytest

from posecheck.assessment.pacing import WAY_ERROR_S, Timing
from posecheck.repetitions.repetition import Repetition, RepetitionEnd
from posecheck.stretches.library import find_stretch


def way(seconds: float, reason: RepetitionEnd = RepetitionEnd.COMPLETE) -> Repetition:
    """Return a lunge whose way in took so long."""
    hold_s = 1.0 + seconds
    return Repetition(
        side="left",
        angle="left_knee_flexion",
        unit="deg",
        start_s=1.1,
        hold_start_s=hold_s,
        hold_end_s=hold_s + 5.0,
        end_s=hold_s + 7.0,
        peak=80.0,
        peak_s=hold_s + 1.0,
        peak_error=3.0,
        hold_s=5.0,
        longest_hold_s=5.0,
        hold="enough",
        stopped=False,
        reached=True,
        in_speed=40.0,
        out_speed=40.0,
        reason=reason,
        onset_s=1.0,
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(2.0, False), (1.5, False), (1.5 - WAY_ERROR_S + 0.05, False), (1.5 - WAY_ERROR_S - 0.05, True), (0.5, True)],
)
def test_a_way_is_too_fast_where_it_is_so_by_more_than_its_error(seconds: float, told: bool) -> None:
    (pace,) = [one for one in find_stretch("lunge").pace if one.of == "in"]
    assert pace.seconds == 1.5
    events = Timing(find_stretch("lunge")).events([way(seconds)], ())
    assert [event.key for event in events] == ([pace.key] if told else [])


def test_a_repetition_that_was_not_whole_has_no_pace() -> None:
    assert Timing(find_stretch("lunge")).events([way(0.5, RepetitionEnd.CUT)], ()) == []
