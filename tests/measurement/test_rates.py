"""How fast angles change: from the picture for a turn, from the reading for all else, and with an error."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.core.landmarks import MIRROR
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.features import USED
from posecheck.kinematics.neutral import Neutral, find_neutral
from posecheck.measurement.motion import slope
from posecheck.measurement.one_euro import OneEuro
from posecheck.measurement.rates import SCALE, TURNS, Pace, Rates, in_degrees
from posecheck.measurement.readings import Readings, read
from posecheck.stretches.library import find_stretch
from tests.support.people import track_of, twist

STRETCH = find_stretch("chair-twist")
TURN = INDEX["trunk_rotation"]


def turning(azimuth: float = 0.0) -> tuple[PoseTrack, Neutral, Readings]:
    """Return somebody who turns 40 degrees to the left in a second, their neutral and their readings."""
    track = track_of(twist(40.0, speed=40.0), azimuth=azimuth)
    neutral = find_neutral(track, False)
    assert neutral is not None
    return track, neutral, read(track, neutral, STRETCH)


def rates_of(track: PoseTrack, neutral: Neutral, readings: Readings) -> Rates:
    """Return the rates of readings that need no smoothing."""
    return Pace().update(track, readings, readings, neutral)


def test_a_leap_of_the_reading_is_no_speed() -> None:
    """The landmarks move on evenly while the reading leaps by 20 degrees."""
    track, neutral, readings = turning()
    even = rates_of(track, neutral, readings)
    value = readings.value.copy()
    value[len(value) // 2 :, TURN] += 20.0
    leaping = rates_of(track, neutral, Readings(readings.time_s, value, readings.error, readings.reason))
    np.testing.assert_allclose(leaping.value[:, TURN], even.value[:, TURN], atol=1e-6)
    np.testing.assert_array_equal(leaping.way[:, TURN], even.way[:, TURN])


def test_a_turn_is_read_with_its_sign_and_about_its_size() -> None:
    rates = rates_of(*turning())
    fast = rates.value[np.nanargmax(np.abs(rates.value[:, TURN])), TURN]
    assert 20.0 < fast < 70.0 or -70.0 < fast < -20.0
    assert np.nanmax(rates.way[:, TURN]) - np.nanmin(rates.way[:, TURN]) == pytest.approx(40.0, abs=20.0)


def test_one_frame_at_a_time_gives_what_a_whole_recording_gives() -> None:
    track, neutral, readings = turning()
    whole, live = rates_of(track, neutral, readings), Pace()
    frames = [(track.slice(i, i + 1), readings.slice(slice(i, i + 1))) for i in range(len(track))]
    parts = [live.update(one, read_, read_, neutral) for one, read_ in frames]
    for name in ("value", "error", "way"):
        single = np.concatenate([getattr(part, name) for part in parts])
        np.testing.assert_allclose(single, getattr(whole, name), atol=1e-6)


def test_the_mirror_image_turns_the_other_way() -> None:
    rng = np.random.default_rng(5)
    velocity, turned = rng.normal(size=(6, len(USED), 2)), rng.normal(size=(6, 2))
    places = {int(landmark): i for i, landmark in enumerate(USED)}
    swapped = velocity[:, [places[int(MIRROR[int(landmark)])] for landmark in USED]] * [-1.0, 1.0]
    one = in_degrees(velocity.reshape(6, -1), turned)
    other = in_degrees(swapped.reshape(6, -1), turned * [1.0, -1.0])
    assert one.shape == (6, len(TURNS))
    np.testing.assert_allclose(other, -one, atol=0.5)


def test_what_is_not_judged_has_no_rate() -> None:
    track, neutral, readings = turning()
    value = readings.value.copy()
    value[10:20, TURN] = np.nan
    rates = rates_of(track, neutral, Readings(readings.time_s, value, readings.error, readings.reason))
    assert np.isnan(rates.value[10:20, TURN]).all()
    assert np.isnan(rates.error[10:20, TURN]).all()
    assert np.isnan(rates.way[10:20, TURN]).all()


def test_from_the_side_a_lean_has_the_slope_of_its_reading() -> None:
    track, neutral, readings = turning(90.0)
    rates = rates_of(track, neutral, readings)
    np.testing.assert_array_equal(rates.way, readings.value)
    lean = INDEX["trunk_inclination"]
    known = np.isfinite(rates.value[:, lean])
    assert (rates.error[known, lean] >= 2.0).all()


@pytest.mark.parametrize("apart_deg_s", [6.0, -6.0, 40.0])
def test_a_slow_turn_is_measured_by_picture_and_reading_and_a_leap_by_the_picture_alone(apart_deg_s: float) -> None:
    """Nobody moves in the first second; the reading drifts, or leaps."""
    track, neutral, readings = turning()
    even = rates_of(track, neutral, readings)
    value = readings.value.copy()
    value[:, TURN] += apart_deg_s * readings.time_s
    apart = rates_of(track, neutral, replace(readings, value=value)).value[:, TURN] - even.value[:, TURN]
    at_rest = np.isfinite(apart) & (readings.time_s < 0.9)
    assert at_rest.sum() > 10
    assert np.abs(even.value[at_rest, TURN]).max() < 1.0
    np.testing.assert_allclose(apart[at_rest], apart_deg_s / 2.0 if abs(apart_deg_s) < 15.0 else 0.0, atol=0.3)


def test_a_swinging_lean_from_the_side_is_not_blunted_by_smoothing() -> None:
    """A person bounces by 10 degrees, filmed at 10 frames a second."""
    track, neutral, readings = turning(90.0)
    rows = np.arange(0, len(track), 3)
    track, lean = track.rows(rows), INDEX["trunk_inclination"]
    value = readings.value[rows]
    value[:, lean] = -14.0 + 5.0 * np.sin(2.0 * np.pi * track.time_s / 0.8)
    raw = Readings(track.time_s, value, readings.error[rows], readings.reason[rows])
    smooth = replace(raw, value=OneEuro(SCALE).update(track.time_s, value))
    rates = Pace().update(track, raw, smooth, neutral)
    exact = slope(track.time_s, value[:, [lean]])[:, 0]
    np.testing.assert_allclose(rates.value[:, lean], exact, atol=1e-9)
    np.testing.assert_array_equal(rates.way[:, lean], value[:, lean])
    assert np.ptp(value[10:, lean]) > 1.2 * np.ptp(smooth.value[10:, lean])


def test_a_lean_seen_from_the_side_is_as_fast_as_it_looks_however_far_off_its_reading_is() -> None:
    """An offset of the reading is no error of its speed; of what is guessed in depth it may be one."""
    track, neutral, readings = turning(90.0)
    lean, other = INDEX["trunk_inclination"], INDEX["trunk_lateral_flexion"]
    value, error = readings.value.copy(), readings.error.copy()
    value[:, [lean, other]] = (40.0 * readings.time_s)[:, None]
    error[:, [lean, other]] = 6.4
    rates = rates_of(track, neutral, Readings(readings.time_s, value, error, readings.reason))
    assert rates.value[-1, lean] == pytest.approx(40.0, abs=0.1)
    assert rates.error[-1, lean] == pytest.approx(2.0 + 0.25 * 6.4 + 0.12 * 40.0, abs=0.1)
    assert rates.error[-1, other] > 1.5 * rates.error[-1, lean]
