import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.measurement.motion import LULL_S, Lulls, Midway, Reversals, Speed, Spread, _midway, slope, typical_step_s
from posecheck.measurement.one_euro import OneEuro


def test_slope_of_a_ramp_is_exact_at_uneven_times() -> None:
    time = np.cumsum(np.random.default_rng(1).uniform(0.01, 0.06, 200))
    speed = slope(time, (3.0 + 40.0 * time)[:, None])
    assert np.isnan(speed[0, 0])
    np.testing.assert_allclose(speed[40:], 40.0, rtol=1e-6)


def test_slope_stays_exact_after_an_hour() -> None:
    time = 3600.0 + np.arange(60) / 30
    np.testing.assert_allclose(slope(time, (25.0 * time)[:, None])[20:], 25.0, rtol=1e-6)


def test_one_frame_at_a_time_gives_what_a_whole_recording_gives() -> None:
    rng = np.random.default_rng(2)
    time, values = np.cumsum(rng.uniform(0.01, 0.05, 120)), rng.normal(0, 10, (120, 3))
    values[30:34, 1] = np.nan
    whole = Speed().update(time, values)
    live = Speed()
    single = np.vstack([live.update(time[i : i + 1], values[i : i + 1]) for i in range(120)])
    np.testing.assert_allclose(single, whole, atol=1e-8)


def test_noise_of_three_degrees_gives_no_false_speed() -> None:
    time = np.arange(900) / 30
    noisy = np.random.default_rng(3).normal(0, 3, (900, 1))
    speed = slope(time, noisy)
    assert np.nanstd(speed) < 9


def test_slow_video_still_has_a_speed_and_single_frames_have_none() -> None:
    time = np.arange(20) / 5
    assert np.nanmax(slope(time, (30 * time)[:, None])) == pytest.approx(30)
    sparse = np.arange(20) / 1.0
    assert np.isnan(slope(sparse, sparse[:, None])).all()


def test_reversals_count_bounces_and_forget_them() -> None:
    time = np.arange(0, 6, 1 / 30)
    bouncing = np.where(time < 3, 40 + 5 * np.sin(2 * np.pi * 1.5 * time), 40.0)
    count = Reversals().update(time, bouncing, np.zeros(len(time)))
    assert count.max() >= 3
    assert count[-1] == 0
    assert Reversals().update(time, 40 + 2 * np.sin(2 * np.pi * 1.5 * time), np.zeros(len(time))).max() == 0


def test_what_a_rough_reading_swings_by_itself_is_no_bounce() -> None:
    time = np.arange(0, 6, 1 / 30)
    still, doubt = np.zeros(len(time)), np.full(len(time), 8.0)
    for far, bounces in ((3.0, False), (6.0, True)):
        swinging = 25.0 + far * np.cos(2 * np.pi * 1.2 * time)
        assert Reversals().update(time, swinging, still).max() >= 3
        assert (Reversals().update(time, swinging, still, doubt).max() >= 3) == bounces


def test_a_lull_is_a_short_interruption_of_a_hold_alone() -> None:
    time = np.arange(0.0, 4.0, 0.1)
    holding = ((time > 0.95) & (time < 1.95)) | ((time > 2.25) & (time < 2.75))
    whole, live = Lulls().update(time, holding), Lulls()
    single = np.concatenate([live.update(time[i : i + 1], holding[i : i + 1]) for i in range(len(time))])
    np.testing.assert_array_equal(single, whole)
    expected = ((time > 1.95) & (time < 2.25)) | ((time > 2.75) & (time < 2.75 + LULL_S - 0.06))
    np.testing.assert_array_equal(whole, expected)


def test_jitter_is_neither_bouncing_nor_unsteadiness() -> None:
    rng = np.random.default_rng(3)
    time = np.arange(0, 12, 0.1)
    sizes = np.full(len(time), 1.5)
    shaking = 40.0 + rng.normal(0.0, 1.5, len(time))
    assert Reversals().update(time, shaking, 0.0 * sizes).max() >= 3
    assert Reversals().update(time, shaking, sizes).max() == 0
    # A true swing of 12 degrees is still one.
    swinging = shaking + 6.0 * np.sin(2.0 * np.pi * time / 0.8)
    assert Reversals().update(time, swinging, sizes).max() >= 3
    holding = np.ones(len(time), bool)
    assert Spread().update(time, shaking, holding, 0.0 * sizes).max() > 9.0
    assert Spread().update(time, shaking, holding, sizes).max() < 7.5
    drifting = shaking + np.where(time > 6.0, np.minimum(4.0 * (time - 6.0), 12.0), 0.0)
    assert Spread().update(time, drifting, holding, sizes).max() > 10.0


def test_spread_lives_within_a_hold() -> None:
    time = np.arange(10.0) / 10
    holding = np.array([False] * 2 + [True] * 5 + [False] * 3)
    spread = Spread().update(time, np.array([0, 50, 40, 42, 39, 41, 40, 0, 0, 0.0]), holding, np.zeros(10))
    assert np.isnan(spread[:2]).all()
    assert spread[6] == 3
    assert np.isnan(spread[7:]).all()


def test_filter_passes_nan_and_recovers() -> None:
    values = np.full((60, 2), 10.0)
    values[20:25, 0] = np.nan
    out = OneEuro(np.ones(2)).update(np.arange(60) / 30, values)
    assert np.isnan(out[20:25, 0]).all()
    assert np.isfinite(out[25:]).all()
    np.testing.assert_allclose(out[np.isfinite(out)], 10.0)


def test_filter_lags_little_and_keeps_the_peak() -> None:
    time = np.arange(0, 4, 1 / 30)
    true = np.clip(40 * (time - 1), 0, 60)
    out = OneEuro(np.ones(1)).update(time, true[:, None])[:, 0]
    moving = (time > 1.5) & (time < 2.4)
    assert np.max((true - out)[moving]) < 40 * 0.09
    assert out.max() == pytest.approx(60, abs=0.5)


def test_what_is_exact_passes_the_filter_at_once_and_what_follows_goes_on_from_there() -> None:
    time = np.arange(90) / 30
    values = np.stack([np.where(time < 1.0, 0.0, 50.0), np.where(time < 1.0, 0.0, 50.0)], axis=1)
    exact = np.zeros(values.shape, bool)
    exact[:60, 1] = True
    whole = OneEuro(np.ones(2)).update(time, values, exact)
    np.testing.assert_allclose(whole[:60, 1], values[:60, 1])
    assert whole[30, 0] < 45.0, "what is not exact is smoothed"
    assert np.abs(whole[60:, 1] - 50.0).max() < 1e-6
    single = OneEuro(np.ones(2))
    parts = [single.update(time[i : i + 1], values[i : i + 1], exact[i : i + 1]) for i in range(len(time))]
    np.testing.assert_allclose(np.vstack(parts), whole)


def test_filter_calms_jitter() -> None:
    noise = np.random.default_rng(4).normal(0, 1, (600, 1))
    out = OneEuro(np.ones(1)).update(np.arange(600) / 30, noise)
    assert out[60:].std() < 0.6


def midway_of(time: np.ndarray, values: np.ndarray) -> np.ndarray:
    return Midway().update(time, values)


def test_midway_is_the_reading_of_half_a_window_ago() -> None:
    time = np.cumsum(np.random.default_rng(5).uniform(0.01, 0.06, 200))
    found = midway_of(time, (3.0 + 40.0 * time)[:, None])
    np.testing.assert_allclose(found[30:, 0], 3.0 + 40.0 * (time[30:] - 0.2), rtol=1e-9)


def test_midway_bridges_gaps_within_its_window_only() -> None:
    time = np.arange(12) / 10
    values = np.array([0, 1, 2, np.nan, np.nan, 5, 6, np.nan, np.nan, np.nan, np.nan, np.nan], np.float64)
    found = midway_of(time, values[:, None])[:, 0]
    # At 0.4 s the end of the window is not seen: what is known stands for it; at 0.6 s the gap is bridged.
    np.testing.assert_allclose(found[[2, 3, 4, 5, 6, 7]], [0, 1, 2, 3, 4, 5], atol=1e-9)
    np.testing.assert_allclose(found[[9, 10]], 6)
    assert np.isnan(found[11])


def test_midway_of_single_frames_is_that_of_a_whole_recording() -> None:
    rng = np.random.default_rng(6)
    time, values = np.cumsum(rng.uniform(0.01, 0.08, 150)), rng.normal(0, 10, (150, 3))
    values[rng.random((150, 3)) < 0.3] = np.nan
    values[60:90, 1] = np.nan
    live = Midway()
    single = np.vstack([live.update(time[i : i + 1], values[i : i + 1]) for i in range(150)])
    np.testing.assert_array_equal(single, midway_of(time, values))


def test_a_short_lull_does_not_end_the_hold_whose_spread_is_measured() -> None:
    time, values = np.arange(20.0) / 10, np.arange(20.0)
    brief, long = (Spread().update(time, values, (time < 0.75) | (time > back), 0.0 * time) for back in (1.15, 1.35))
    assert brief[-1] == 19.0
    assert long[-1] == 5.0


@given(
    steps=st.lists(st.floats(0.01, 0.3), min_size=2, max_size=30),
    seed=st.integers(0, 999),
    columns=st.integers(1, 5),
    since=st.floats(0, 0.9),
)
def test_what_is_known_of_one_angle_does_not_depend_on_what_is_missing_of_another(
    steps: list[float], seed: int, columns: int, since: float
) -> None:
    rng, time_s = np.random.default_rng(seed), np.cumsum(steps)
    known = rng.normal(0, 30, (len(steps), columns))
    gaps = np.where(rng.random((len(steps), 1)) < 0.4, np.nan, 1.0)
    gaps[0], gaps[-1] = np.nan, 1.0
    both, first = np.concatenate([known, gaps], axis=1), int(since * len(steps))
    np.testing.assert_array_equal(slope(time_s, both, first)[:, :columns], slope(time_s, known, first))
    np.testing.assert_array_equal(_midway(time_s, both, first)[:, :columns], _midway(time_s, known, first))


@pytest.mark.parametrize("n", range(1, 9))
def test_the_typical_step_is_the_median(n: int) -> None:
    time_s = np.cumsum(np.random.default_rng(n).uniform(0.02, 0.3, n))
    assert typical_step_s(time_s) == (float(np.median(np.diff(time_s))) if n > 1 else 0.0)
