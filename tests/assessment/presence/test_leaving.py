"""An event that began just before somebody left is dropped; one that began earlier is kept."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.events import Event, LimitTracker
from posecheck.assessment.presence.leaving import Leaving
from posecheck.core.levels import Level
from posecheck.core.reasons import UnjudgedReason
from posecheck.stretches.checks import checks_of
from posecheck.stretches.library import find_stretch

AWAY = int(UnjudgedReason.MOVED_AWAY)
EVENT = Event("lean", "trunk_inclination", "too_far", "stop", 0.0, 0.0, 50.0, 0.0, "deg", 40.0)
TIME_S = np.arange(60) / 10.0
REASON = np.where((TIME_S >= 3.0) & (TIME_S < 4.0), AWAY, 0).astype(np.uint8)


@pytest.mark.parametrize("block", [1, 7, 60])
@pytest.mark.parametrize(("start_s", "kept"), [(1.5, True), (2.3, False), (2.9, False), (4.5, True), (5.7, True)])
def test_only_what_began_within_a_second_before_is_dropped(start_s: float, kept: bool, block: int) -> None:
    leaving, out = Leaving(), []
    ended = replace(EVENT, start_s=start_s, end_s=start_s + 0.2)
    for first in range(0, len(TIME_S), block):
        time_s = TIME_S[first : first + block]
        leaving.take(time_s, REASON[first : first + block])
        out += leaving.sift([ended] if time_s[0] <= ended.end_s <= time_s[-1] + 0.05 else [], time_s)
    out += leaving.sift([])
    assert out == ([ended] if kept else [])


@pytest.mark.parametrize("block", [1, 13, 60])
def test_a_limit_that_is_being_passed_is_dropped_when_somebody_leaves(block: int) -> None:
    check = checks_of(find_stretch("chair-twist"))[0]
    leaving, tracker, levels = Leaving(), LimitTracker(check), []
    code = np.where(TIME_S < 2.2, Level.CLEAR, np.where(TIME_S < 3.0, Level.STOP, Level.UNKNOWN)).astype(np.int8)
    amount = np.full(len(TIME_S), 90.0)
    for first in range(0, len(TIME_S), block):
        rows = slice(first, first + block)
        leaves = leaving.take(TIME_S[rows], REASON[rows])
        ended, lasting = tracker.update(TIME_S[rows], amount[rows], amount[rows], code[rows], leaves)
        assert not ended
        levels += lasting.tolist()
    assert max(levels[:30]) > max(levels[30:])
    assert tracker.finish(6.0) is None
