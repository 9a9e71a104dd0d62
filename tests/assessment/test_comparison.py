"""What changes between two judgements: one event is the same event while it overlaps."""

from dataclasses import replace
from math import nan

from posecheck.assessment.comparison import Changes, between
from posecheck.assessment.events import Event

TURN = Event("trunk_rotation", "trunk_rotation", "over_rotation", "stop", 4.0, 7.0, 47.0, 5.2, "deg", 45.0)


def test_same_events_change_nothing() -> None:
    assert between([TURN], [TURN]) == Changes((), (), ())
    assert between([], [TURN]) == Changes((), (TURN,), ())
    assert between([TURN], []) == Changes((TURN,), (), ())


def test_an_event_is_the_same_one_when_its_worst_moment_moves() -> None:
    later = replace(TURN, level="caution", start_s=4.5, end_s=6.5, worst=47.1, worst_s=5.9)
    assert between([TURN], [later]) == Changes((), (), ((TURN, later),))


def test_events_apart_in_time_or_of_other_ranges_are_others() -> None:
    after = [replace(TURN, start_s=9.0, end_s=10.0, worst_s=9.5), replace(TURN, key="trunk_rotation_abrupt")]
    assert between([TURN], after) == Changes((TURN,), tuple(after), ())


def test_the_longest_overlap_is_the_same_event_when_one_becomes_two() -> None:
    first, second = replace(TURN, end_s=4.4), replace(TURN, start_s=5.0, level="caution")
    assert between([TURN], [first, second]) == Changes((), (first,), ((TURN, second),))


def test_what_could_not_be_judged_is_no_change() -> None:
    assert between([replace(TURN, worst=nan)], []) == Changes((), (), ())
