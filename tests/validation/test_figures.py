"""Figures on series whose agreement is known: constructed ones, and those that were published."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from posecheck.validation.figures.agreement import Samples, figures_of, intervals_of
from posecheck.validation.figures.alignment import align
from posecheck.validation.figures.f_distribution import f_below, f_quantile
from posecheck.validation.figures.icc import agreement_of
from tests.support.references import movement

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
"""Four judges, six subjects: Shrout & Fleiss 1979, table 2."""


def samples(truth: list[float], reading: list[float], error: float = 5.0, people: list[int] | None = None) -> Samples:
    n = len(truth)
    person = np.zeros(n, np.intp) if people is None else np.array(people, np.intp)
    return Samples(np.array(reading, float), np.array(truth, float), np.full(n, error), person)


def test_the_published_table_gives_the_published_correlation() -> None:
    found = agreement_of(np.array(SHROUT_FLEISS, float))
    assert round(found.value, 2) == 0.29
    # The interval that R's psych::ICC prints for this table.
    assert found.low == pytest.approx(0.019, abs=5e-4)
    assert found.high == pytest.approx(0.761, abs=5e-4)


@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
@pytest.mark.parametrize("first", [1.0, 4.7, 200.0, 20_000.0])
@pytest.mark.parametrize("second", [1.3, 15.0, 5_000.0])
def test_quantiles_are_those_of_scipy(share: float, first: float, second: float) -> None:
    assert f_quantile(share, first, second) == pytest.approx(stats.f.ppf(share, first, second), rel=1e-7)


@given(st.floats(0.01, 50), st.floats(0.5, 500), st.floats(0.5, 500))
def test_shares_are_those_of_scipy(value: float, first: float, second: float) -> None:
    assert f_below(value, first, second) == pytest.approx(stats.f.cdf(value, first, second), abs=1e-10)


def test_a_known_line_is_found() -> None:
    truth = np.linspace(-40, 40, 81).tolist()
    found = figures_of(samples(truth, [0.8 * x + 3.0 for x in truth]))
    assert found["slope"] == pytest.approx(0.8)
    assert found["intercept"] == pytest.approx(3.0)
    assert found["bias"] == pytest.approx(3.0)
    assert found["pearson_r"] == pytest.approx(1.0)
    assert (found["truth_low"], found["truth_high"]) == (-40.0, 40.0)
    assert found["icc"] < 0.98


def test_errors_of_known_size() -> None:
    truth = [10.0, 20.0, 30.0, 40.0]
    found = figures_of(samples(truth, [11.0, 19.0, 33.0, 41.0], error=1.0))
    off = np.array([1.0, -1.0, 3.0, 1.0])
    assert found["mae"] == 1.5
    assert found["bias"] == 1.0
    assert found["rmse"] == pytest.approx((off**2).mean() ** 0.5)
    assert found["p95"] == pytest.approx(np.percentile(np.abs(off), 95))
    assert found["loa_high"] - found["bias"] == pytest.approx(1.96 * off.std(ddof=1), rel=1e-4)
    assert found["inside"] == 0.75
    assert found["mdc95"] == pytest.approx(1.96 * 2**0.5 * found["sem"], rel=1e-4)
    # Of two measurements the error of agreement is the root of half the mean square, but for the divisor.
    assert found["sem"] == pytest.approx((off.var(ddof=1) / 2 * (1 - 1 / 4) + 0.5) ** 0.5)


def test_what_one_sample_cannot_tell_is_unknown() -> None:
    found = figures_of(samples([10.0], [12.0]))
    assert found["bias"] == 2.0
    assert all(np.isnan(found[name]) for name in ("icc", "loa_low", "slope", "pearson_r", "mdc95"))


def test_weights_are_as_good_as_copies() -> None:
    rng = np.random.default_rng(1)
    truth, off = rng.normal(0, 20, 30), rng.normal(1, 3, 30)
    times = rng.integers(0, 4, 30)
    weighed = figures_of(samples(truth.tolist(), (truth + off).tolist()), times.astype(float))
    again = np.repeat(truth, times), np.repeat(truth + off, times)
    copied = figures_of(samples(again[0].tolist(), again[1].tolist()))
    for name in set(copied) - {"truth_low", "truth_high"}:
        assert weighed[name] == pytest.approx(copied[name]), name


def test_people_are_drawn_with_all_that_is_theirs() -> None:
    truth = np.tile(np.linspace(0, 40, 50), 4)
    # Each person has an error of their own, which many samples of one person do not make surer.
    own = np.repeat([-4.0, -1.0, 2.0, 5.0], 50)
    held = samples(truth.tolist(), (truth + own).tolist(), people=np.repeat(range(4), 50).tolist())
    found = intervals_of(held, 400, seed=3)
    low, high = found["bias"]
    assert low < -1.5
    assert high > 2.5
    assert intervals_of(held, 400, seed=3) == found
    assert intervals_of(held, 400, seed=4) != found


def test_two_people_give_no_interval() -> None:
    assert intervals_of(samples([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], people=[0, 1, 1]), 100, 0) == {}


@pytest.mark.parametrize("offset_s", [0.0, 1.2345, -3.217, 0.0049, 7.77])
def test_an_offset_is_found_to_five_milliseconds(offset_s: float) -> None:
    rng = np.random.default_rng(0)
    ours = np.arange(0, 16, 1 / 25)
    theirs = np.arange(-9, 30, 1 / 100)
    reading = 0.9 * movement(ours) + rng.normal(0, 0.3, len(ours))
    found = align(ours, [reading], theirs, [movement(theirs + offset_s)], 10.0)
    assert found is not None
    assert abs(found.offset_s - offset_s) < 0.005
    assert found.correlation > 0.99
    assert found.search_s == 10.0


def test_an_offset_is_found_through_gaps_and_at_another_rate() -> None:
    ours = np.arange(0, 16, 1 / 30)
    reading = np.where((ours > 5) & (ours < 6), np.nan, movement(ours))
    theirs = np.arange(0, 16, 1 / 64)
    truth = np.where((theirs > 8) & (theirs < 8.7), np.nan, movement(theirs - 0.4321))
    found = align(ours, [reading], theirs, [truth], 5.0)
    assert found is not None
    assert abs(found.offset_s + 0.4321) < 0.005


def test_clocks_that_share_nothing_are_searched_from_their_starts() -> None:
    ours = np.arange(0, 16, 1 / 25)
    theirs = 1.7e9 + ours
    found = align(ours, [movement(ours)], theirs, [movement(ours + 0.5)], 5.0)
    assert found is not None
    assert found.centre_s == -1.7e9
    assert abs(found.offset_s - found.centre_s - 0.5) < 0.005


def test_a_regular_movement_fits_a_period_later_as_well() -> None:
    ours = np.arange(0, 60, 1 / 25)
    found = align(ours, [np.sin(ours * 2 * np.pi / 4)], ours, [np.sin(ours * 2 * np.pi / 4)], 10.0)
    assert found is not None
    assert found.next_correlation > 0.99
    assert abs(found.next_s) % 4 == pytest.approx(0, abs=0.05) or abs(found.next_s) % 4 == pytest.approx(4, abs=0.05)


def test_what_does_not_move_has_no_offset() -> None:
    ours = np.arange(0, 10, 1 / 25)
    assert align(ours, [np.zeros(len(ours))], ours, [np.zeros(len(ours))], 5.0) is None
