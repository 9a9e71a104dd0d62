"""Changes between sessions: a difference within the measurement error is never reported as a change."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.history import HistoryError, Store, minimal_detectable_change
from posecheck.history.progress import LESS, MORE, NO_CHANGE, TOO_FEW, WIDER, Reading, trend
from posecheck.results.summary_file import SummaryFile
from tests.support.histories import NOON, summary, summary_values


def test_progress_is_judged_against_what_can_be_told(store: Store) -> None:
    for day, (left, right) in enumerate([(30.0, -30.0), (36.0, -44.0), (33.0, -25.0)]):
        store.add(summary(left=left, right=right), "me", NOON + timedelta(days=day))
    store.add(summary("lunge", left=90.0), "me", NOON)
    highest, lowest = store.progress("me", "chair-twist", "trunk_rotation")
    assert (highest.end, highest.since_first, highest.since_last) == ("highest", NO_CHANGE, NO_CHANGE)
    assert highest.detectable == minimal_detectable_change(4.0, 4.0) == pytest.approx(6.74, abs=0.01)
    assert (lowest.end, lowest.since_first, lowest.since_last) == ("lowest", NO_CHANGE, LESS)
    assert [reading.value for reading in lowest.readings] == [-30.0, -44.0, -25.0]
    with pytest.raises(HistoryError, match="knee: expected a range in a session of chair-twist by me"):
        store.progress("me", "chair-twist", "knee")


def test_a_reading_counts_with_its_own_error(store: Store) -> None:
    for day, left in enumerate((30.0, 45.0)):
        given = summary_values(left=left, right=-left, error=4.0)
        given["peaks"][0] |= {"highest_error": 12.0, "lowest_error": None}
        store.add(SummaryFile.of(given), "me", NOON + timedelta(days=day))
    highest, lowest = store.progress("me", "chair-twist", "trunk_rotation")
    assert (highest.since_first, highest.detectable) == (NO_CHANGE, minimal_detectable_change(12.0, 12.0))
    # A summary that says no error of its own has the median.
    assert (lowest.since_first, lowest.detectable) == (MORE, minimal_detectable_change(4.0, 4.0))


@given(st.floats(-90, 90), st.floats(-90, 90), st.floats(0, 40), st.floats(0, 40))
def test_more_and_less_mirror_and_never_come_from_error(old: float, new: float, error: float, other: float) -> None:
    def said(a: float, b: float) -> str:
        readings = [Reading(1, NOON, a, error, 1.0), Reading(2, NOON + timedelta(days=1), b, other, 1.0)]
        return trend("k", "a", "w", "deg", "highest", readings).since_first

    if abs(new - old) <= max(6.3, WIDER * math.hypot(error, other)):
        assert said(old, new) == NO_CHANGE
    mirrored = {NO_CHANGE: NO_CHANGE, MORE: LESS, LESS: MORE}
    assert said(new, old) == mirrored[said(old, new)] if error == other else True
    assert said(-old, -new) == mirrored[said(old, new)]


def test_a_reading_that_missed_its_peak_is_not_compared() -> None:
    whole = Reading(1, NOON, 10.0, 2.0, 0.8)
    part = Reading(2, NOON + timedelta(days=1), 60.0, 2.0, 0.79)
    none = Reading(3, NOON + timedelta(days=2), None, None, 1.0)
    told = trend("k", "a", "w", "deg", "highest", [none, part, whole])
    assert (told.since_first, told.detectable, len(told.readings)) == (TOO_FEW, None, 3)


def test_the_detectable_change_grows_with_the_error_and_is_in_degrees_only_for_degrees() -> None:
    assert minimal_detectable_change(0.0, 0.0) == 6.3
    assert minimal_detectable_change(10.0, 10.0) == pytest.approx(14.142 * 1.1916, abs=1e-2)
    assert minimal_detectable_change(0.1, 0.1, "ratio") == pytest.approx(0.1685, abs=1e-4)
