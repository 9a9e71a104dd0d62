"""Between two readings of the phone, in a recording, the landmarks lead from the one to the other."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack
from posecheck.core.worn.phone import PhoneReading
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.neutral import neutral_of
from posecheck.measurement.phone.between import between, bridged
from posecheck.measurement.readings import FUSED, Basis
from posecheck.stretches.library import find_stretch
from tests.support.people import track_of, twist

TIME_S = np.arange(0.0, 8.0, 1 / 12)
TURN = 50.0 * np.sin(2 * np.pi * TIME_S / 8.0)
TWIST = INDEX["trunk_rotation"]


def gone(turn: Floats, first_s: float, last_s: float) -> Floats:
    return np.where((first_s < TIME_S) & (last_s > TIME_S), np.nan, turn)


def test_a_share_by_which_landmarks_exaggerate_is_taken_off_in_a_gap() -> None:
    seen = 1.3 * TURN
    value, error = bridged(TIME_S, gone(TURN, 1.0, 3.2), seen)
    assert np.abs(value - TURN).max() < 3.0
    assert (np.abs(value - TURN) <= error).all()
    told = (TIME_S <= 1.0) | (TIME_S >= 3.2)
    np.testing.assert_array_equal(value[told], TURN[told])


def test_what_the_landmarks_lack_at_both_ends_is_spread_over_the_gap() -> None:
    seen = TURN + np.linspace(0.0, 14.0, len(TURN))
    value, error = bridged(TIME_S, gone(TURN, 2.0, 3.4), seen)
    assert np.abs(value - TURN).max() < 2.5
    assert np.abs(np.diff(value)).max() < 5.0
    middle = (TIME_S > 2.5) & (TIME_S < 2.9)
    assert error[middle].min() > error[TIME_S < 1.9].max()


def test_a_side_that_was_never_read_is_not_changed_by_more_than_is_usual() -> None:
    seen = np.where(TURN > 0, 1.3 * TURN, TURN)
    value, error = bridged(TIME_S, np.where(TURN > 0, TURN, np.nan), seen)
    assert np.abs(value - TURN).max() < 8.0
    assert (np.abs(value - TURN) <= error + 1e-6).all()


def test_without_landmarks_only_a_short_gap_is_bridged() -> None:
    unseen = np.full(len(TURN), np.nan)
    short, _ = bridged(TIME_S, gone(TURN, 4.0, 4.4), unseen)
    assert np.abs(short - TURN).max() < 1.5
    long, error = bridged(TIME_S, gone(TURN, 4.0, 5.4), unseen)
    assert np.isnan(long[(TIME_S > 4.1) & (TIME_S < 5.3)]).all()
    assert np.isnan(error).sum() == np.isnan(long).sum()
    nothing, _ = bridged(TIME_S, unseen, TURN)
    assert np.isnan(nothing).all()


def held(turn: Floats, track: PoseTrack) -> PoseTrack:
    n, nan = len(turn), np.full(len(turn), np.nan)
    epoch = np.where(np.isfinite(turn), 1.0, np.nan)
    return replace(track, phone=PhoneReading(turn, nan, nan, nan, epoch, nan, nan, np.full(n, np.nan)).pack())


@pytest.mark.usefixtures("plain_geometry")
def test_a_phone_that_was_not_read_at_neutral_counts_from_its_own_zero_unless_landmarks_contradict() -> None:
    postures = twist(50.0, speed=40.0)
    turn = np.array([posture.rotation for posture in postures])
    track, stretch = track_of(postures), find_stretch("chair-twist")
    late = np.where(np.abs(turn) > 20.0, turn + 3.0, np.nan)
    analysis = judge(held(late, track), stretch)
    read = analysis.judged.readings
    told = np.isfinite(late) & (np.abs(turn) > 45.0)
    assert np.abs(read.value[told, TWIST] - turn[told]).max() < 6.0
    assert (read.basis[told, FUSED.index("trunk_rotation")] == Basis.PHONE_OWN_ZERO).all()
    assert analysis.neutral is not None
    turned = between(held(late + 90.0, track), analysis.neutral, stretch)
    assert turned is not None
    assert turned.phone is None


@pytest.mark.usefixtures("plain_geometry")
def test_a_recording_without_a_phone_has_nothing_between() -> None:
    track = track_of(twist(30.0))
    assert between(track, neutral_of(track.slice(0, 30)), find_stretch("chair-twist")) is None
