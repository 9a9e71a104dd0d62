"""The chest's turn from a phone: since neutral, without a jump where it is not read, and not from one that slipped."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from posecheck.assessment.analysis import judge
from posecheck.assessment.session import Session
from posecheck.capture.pose.landmark_file import load_track, save_track
from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.core.worn.phone import SENT, PhoneReading, mean_of_phone, no_phone, wrapped
from posecheck.feedback.wording import describe_event
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.neutral import Neutral, NeutralOrigin, neutral_of
from posecheck.measurement.marker_fusion import MarkerFusion
from posecheck.measurement.phone.turn import CARRY_S
from posecheck.measurement.readings import FUSED, Basis, Readings
from posecheck.results.tables import write_angles
from posecheck.stretches.library import find_stretch
from posecheck.stretches.ranges import Kind
from tests.support.people import Posture, sheets_turned, track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")

TWIST = INDEX["trunk_rotation"]
BASED = FUSED.index("trunk_rotation")


def said(turn: Floats, epoch: float = 0.0, side: float = 0.0) -> NDArray[np.float32]:
    """Return what a phone says that has turned so far (n,); nothing where the turn is NaN."""
    n = len(turn)
    whole = np.arange(n)
    nan = np.full(n, np.nan)
    out = PhoneReading(
        wrapped(turn), np.where(whole % 2, np.nan, 1.5), np.where(whole % 2, side, np.nan), nan,
        np.full(n, epoch), nan, nan, nan,
    ).pack()  # fmt: skip
    out[np.isnan(turn)] = np.nan
    return out


def holding(track: PoseTrack, turn: Floats, epoch: float = 0.0, side: float = 0.0) -> PoseTrack:
    return replace(track, phone=said(np.asarray(turn, np.float64), epoch, side))


def people(n: int) -> PoseTrack:
    return track_of([Posture()] * n)


def ordinary(track: PoseTrack, value: float, error: float) -> Readings:
    shape = (len(track), len(ANGLES))
    reason = np.full(shape, UnjudgedReason.JUDGED if np.isfinite(value) else UnjudgedReason.VIEW, np.uint8)
    return Readings(track.time_s, np.full(shape, value), np.full(shape, error), reason)


def a_neutral(zero: float = 0.0) -> Neutral:
    return neutral_of(holding(people(5), np.full(5, zero)))


def test_only_the_change_since_neutral_counts_and_a_turn_wraps() -> None:
    track = holding(people(3), np.array([120.0, 130.0, 160.0]), side=6.0)
    read = MarkerFusion().update(track, ordinary(track, np.nan, np.nan), a_neutral(120.0), find_stretch("chair-twist"))
    assert read.value[:, TWIST] == pytest.approx([0.0, 10.0, 40.0], abs=0.01)
    assert (read.basis[:, BASED] == Basis.PHONE).all()
    assert read.value[1:, INDEX["trunk_lateral_flexion"]] == pytest.approx([6.0, 6.0], abs=0.01)


def test_the_mean_of_a_neutral_is_that_of_its_last_epoch() -> None:
    first, later = said(np.full(4, 50.0), epoch=0.0), said(np.array([126.0, 128.0, 130.0]), epoch=1.0)
    mean = PhoneReading.unpack(mean_of_phone(np.concatenate([first, later])))
    assert float(wrapped(mean.turn_deg - 128.0)) == pytest.approx(0.0, abs=0.01)
    assert mean.epoch == 1.0
    assert np.isnan(mean_of_phone(no_phone(3))).all()


def test_with_the_belt_sheet_the_pelvis_is_taken_off() -> None:
    track = replace(holding(people(6), np.full(6, 40.0)), tags=sheets_turned([np.nan] * 6, [12.0] * 6))
    still = replace(holding(people(5), np.zeros(5)), tags=sheets_turned([np.nan] * 5, [0.0] * 5))
    stretch = find_stretch("standing-twist")
    read = MarkerFusion().update(track, ordinary(track, np.nan, np.nan), neutral_of(still), stretch)
    assert read.value[:, TWIST] == pytest.approx(28.0, abs=0.01)
    assert (read.basis[:, BASED] == Basis.PHONE_AND_SHEET).all()


def test_a_second_phone_at_the_pelvis_is_taken_off_and_nothing_is_assumed_of_the_pelvis() -> None:
    track = replace(holding(people(6), np.full(6, 40.0)), belt_phone=said(np.full(6, 15.0)))
    still = replace(holding(people(5), np.zeros(5)), belt_phone=said(np.full(5, 3.0)))
    for name in ("standing-twist", "chair-twist"):
        read = MarkerFusion().update(track, ordinary(track, np.nan, np.nan), neutral_of(still), find_stretch(name))
        assert read.value[:, TWIST] == pytest.approx(28.0, abs=0.01)
        assert read.value[:, INDEX["pelvis_rotation"]] == pytest.approx(12.0, abs=0.01)
        assert (read.basis[:, BASED] == Basis.TWO_PHONES).all()
        assert (read.error[:, TWIST] < 4.0).all()


def test_lean_and_side_bend_are_the_mean_of_phone_and_landmarks_by_their_errors() -> None:
    lean, side = INDEX["trunk_flexion"], INDEX["trunk_lateral_flexion"]
    track = holding(people(30), np.zeros(30), side=8.0)
    alone = MarkerFusion().update(track, ordinary(track, np.nan, np.nan), a_neutral(), find_stretch("chair-twist"))
    assert alone.value[-1, side] == pytest.approx(8.0, abs=0.01)
    assert alone.basis[-1, FUSED.index("trunk_lateral_flexion")] == Basis.PHONE
    both = MarkerFusion().update(track, ordinary(track, 2.0, 3.0), a_neutral(), find_stretch("chair-twist"))
    assert 2.0 < both.value[-1, side] < 8.0
    assert both.error[-1, side] < min(3.0, alone.error[-1, side])
    assert both.basis[-1, FUSED.index("trunk_lateral_flexion")] == Basis.PHONE_AND_LANDMARKS
    # The chest leans farther than the whole trunk, so its lean counts the less the farther it leans.
    near, far = (
        MarkerFusion().update(replace(track, phone=_leaning(lean_deg)), ordinary(track, 0.0, 5.0), a_neutral(),
                              find_stretch("chair-twist"))
        for lean_deg in (3.0, 30.0)
    )  # fmt: skip
    assert near.value[-1, lean] / 1.5 > far.value[-1, lean] / 28.5


def _leaning(lean_deg: float) -> NDArray[np.float32]:
    nan, nothing = np.full(30, np.nan), np.zeros(30)
    return PhoneReading(nothing, np.full(30, lean_deg), nan, nan, nothing, nan, nan, nan).pack()


def test_a_pelvis_that_may_turn_is_taken_from_the_landmarks_with_their_error() -> None:
    track = holding(people(6), np.full(6, 40.0))
    read = MarkerFusion().update(track, ordinary(track, 10.0, 9.0), a_neutral(), find_stretch("standing-twist"))
    assert read.value[:, TWIST] == pytest.approx(30.0, abs=0.01)
    assert (read.error[:, TWIST] > 9.0).all()
    assert (read.basis[:, BASED] == Basis.PHONE_AND_LANDMARKS).all()


def test_a_gap_makes_no_jump_and_the_error_grows_until_the_phone_is_read_again() -> None:
    n = 30 * 17
    turn = np.full(n, 40.0)
    turn[60:460] = np.nan
    track = holding(people(n), turn)
    read = MarkerFusion().update(track, ordinary(track, 22.0, 25.0), a_neutral(), find_stretch("chair-twist"))
    value, error = read.value[:, TWIST], read.error[:, TWIST]
    assert np.abs(np.diff(value)).max() < 3.0
    assert (np.diff(error[60:95]) > -1e-9).all()
    assert np.abs(value[60:355] - 40.0).max() < 6.0
    assert (read.basis[70:355, BASED] == Basis.CARRIED_ON).all()
    assert value[395:460] == pytest.approx(22.0, abs=0.01)
    assert value[-1] == pytest.approx(40.0, abs=0.01)
    assert (np.abs(value - 40.0) <= error + 1e-6).all()
    gap_s = track.time_s[60:460] - track.time_s[59]
    assert (read.basis[60:460, BASED][gap_s < CARRY_S - 0.04] == Basis.PHONE).all()
    assert read.basis[459, BASED] == Basis.LANDMARKS


def test_a_turn_is_carried_on_between_two_markers() -> None:
    n = 12
    turn = 3.0 * np.arange(n, dtype=np.float64)
    turn[[5, 6, 9]] = np.nan
    track = holding(people(n), turn)
    read = MarkerFusion().update(track, ordinary(track, np.nan, np.nan), a_neutral(), find_stretch("chair-twist"))
    assert read.value[:, TWIST] == pytest.approx(3.0 * np.arange(n), abs=0.01)
    assert read.error[6, TWIST] > read.error[5, TWIST] > read.error[4, TWIST]


def test_a_turn_counted_anew_is_not_mixed_with_that_of_the_neutral() -> None:
    track = holding(people(6), np.full(6, 40.0), epoch=1.0)
    read = MarkerFusion().update(track, ordinary(track, np.nan, np.nan), a_neutral(), find_stretch("chair-twist"))
    assert np.isnan(read.value[:, TWIST]).all()


def test_a_phone_that_slips_is_noticed_and_counts_no_more() -> None:
    n = 30 * 8
    turn = np.zeros(n)
    turn[90:] = 35.0
    track = holding(people(n), turn)
    fusion = MarkerFusion()
    read = fusion.update(track, ordinary(track, 0.0, 9.0), a_neutral(), find_stretch("chair-twist"))
    slip_s = fusion.take_slip()
    assert slip_s is not None
    assert 3.0 < slip_s < 6.5
    assert fusion.take_slip() is None
    assert read.value[-1, TWIST] == pytest.approx(0.0, abs=0.01)
    held, turned = MarkerFusion(), holding(people(n), np.full(n, 35.0))
    held.update(turned, ordinary(track, 26.0, 9.0), a_neutral(), find_stretch("chair-twist"))
    assert held.take_slip() is None


def test_a_slipped_phone_is_said_once() -> None:
    n = 30 * 8
    turn = np.zeros(n)
    turn[90:] = 90.0
    track, stretch = holding(people(n), turn), find_stretch("chair-twist")
    whole = Session(stretch, neutral_of(track.slice(0, 45)))
    said = [event for event in whole.update(track).events if event.kind == Kind.PHONE_MOVED]
    assert len(said) == 1
    assert "phone has moved" in describe_event(said[0], stretch)


def test_angles_csv_says_what_a_reading_rests_on(tmp_path: Path) -> None:
    analysis = judge(held_twist(), find_stretch("chair-twist"))
    write_angles(tmp_path / "angles.csv", analysis)
    with (tmp_path / "angles.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["trunk_rotation_basis"] for row in rows} >= {"phone", "carried_on"}
    assert {row["pelvis_rotation_basis"] for row in rows} <= {"landmarks", ""}


def held_twist() -> PoseTrack:
    postures = twist(50.0, speed=40.0)
    turn = np.array([p.rotation for p in postures])
    turn[150:165] = np.nan
    return holding(track_of(postures), np.round(turn))


def test_live_and_recorded_agree() -> None:
    track, stretch = held_twist(), find_stretch("chair-twist")
    neutral = neutral_of(track.slice(0, 45))
    whole = Session(stretch, neutral).update(track)
    session = Session(stretch, neutral)
    parts = [session.update(track.slice(i, i + 1)) for i in range(len(track))]
    value = np.concatenate([part.readings.value[:, TWIST] for part in parts])
    np.testing.assert_allclose(value, whole.readings.value[:, TWIST], atol=1e-6)
    basis = np.concatenate([part.readings.basis for part in parts])
    np.testing.assert_array_equal(basis, whole.readings.basis)


def test_a_phone_survives_the_file_and_old_files_stay_readable(tmp_path: Path) -> None:
    track, stretch = held_twist(), find_stretch("chair-twist")
    save_track(tmp_path / "landmarks.npz", track)
    again = load_track(tmp_path / "landmarks.npz")
    np.testing.assert_array_equal(again.phone, track.phone)
    first, second = (judge(one, stretch).judged.readings.value[:, TWIST] for one in (again, track))
    np.testing.assert_allclose(first, second, atol=0.05)
    with np.load(tmp_path / "landmarks.npz") as data:
        old = {name: data[name] for name in data.files if name != "phone"}
    np.savez(tmp_path / "old.npz", **old)
    assert np.isnan(load_track(tmp_path / "old.npz").phone).all()


def test_live_landmarks_lead_on_as_they_have_been_learned_to() -> None:
    # They exaggerate turns to the left by a third, and those to the right not at all.
    time_s = np.arange(0.0, 24.0, 1 / 30)
    turn = 45.0 * np.sin(2 * np.pi * time_s / 8.0)
    seen = np.where(turn > 0, 1.33 * turn, turn)
    read = np.where((time_s > 16.8) & (time_s < 19.2), np.nan, turn)
    track = holding(people(len(turn)), read)
    plain = ordinary(track, 0.0, 20.0)
    for name in ("trunk_rotation", "shoulder_rotation"):
        plain.value[:, INDEX[name]] = seen
    stretch = find_stretch("chair-twist")
    whole = MarkerFusion().update(track, plain, a_neutral(), stretch)
    gap = np.isnan(read)
    assert np.abs(whole.value[gap, TWIST] - turn[gap]).max() < 5.0
    assert np.abs(seen[gap] - turn[gap]).max() > 14.0
    assert (np.abs(whole.value[:, TWIST] - turn) <= whole.error[:, TWIST]).all()
    # One frame at a time gives the same, as live.
    live, neutral = MarkerFusion(), a_neutral()
    for i in range(len(turn)):
        part = slice(i, i + 1)
        one = live.update(track.slice(i, i + 1), plain.slice(part), neutral, stretch)
        assert one.value[0, TWIST] == pytest.approx(whole.value[i, TWIST], abs=1e-6)
        assert one.basis[0, BASED] == whole.basis[i, BASED]


def test_live_the_phones_own_zero_counts_once_the_landmarks_agree_and_not_where_they_contradict() -> None:
    n = 60
    nothing = neutral_of(people(5))
    track = holding(people(n), np.full(n, 30.0))
    stretch = find_stretch("chair-twist")
    agreed = MarkerFusion().update(track, ordinary(track, 26.0, 12.0), nothing, stretch)
    counted = agreed.basis[:, BASED] == Basis.PHONE_OWN_ZERO
    assert not counted[:7].any()
    assert counted[7:].all()
    assert agreed.value[-1, TWIST] == pytest.approx(30.0, abs=0.01)
    assert agreed.error[-1, TWIST] > 4.0
    contradicted = MarkerFusion().update(track, ordinary(track, 5.0, 12.0), nothing, stretch)
    assert (contradicted.value[:, TWIST] == 5.0).all()
    # Where they say nothing of it, it counts after a second; another zero has to be agreed with anew.
    silent = MarkerFusion()
    unseen = silent.update(track, ordinary(track, np.nan, np.nan), nothing, stretch)
    assert np.isnan(unseen.value[:29, TWIST]).all()
    assert np.isfinite(unseen.value[31:, TWIST]).all()
    later = replace(holding(people(10), np.full(10, 30.0), epoch=1.0), time_s=track.time_s[-1] + np.arange(1, 11) / 30)
    other = silent.update(later, ordinary(later, np.nan, np.nan), nothing, stretch)
    assert np.isnan(other.value[-1, TWIST])


def test_what_was_sent_is_told_from_what_was_read_and_is_known_less_exactly_while_turning() -> None:
    n = 30
    turn = 2.0 * np.arange(n, dtype=np.float64)
    read, errors = holding(people(n), turn), []
    sent = read.phone.copy()
    sent[:, 3] = SENT
    for track, basis in ((read, Basis.PHONE), (replace(read, phone=sent), Basis.PHONE_BY_NETWORK)):
        told = MarkerFusion().update(track, ordinary(track, np.nan, np.nan), a_neutral(), find_stretch("chair-twist"))
        assert (told.basis[:, BASED] == basis).all()
        errors.append(told.error[-1, TWIST])
    assert errors[0] < errors[1] < errors[0] + 2.0


def test_in_the_dark_the_phone_goes_on_and_somebody_elses_frame_does_not_count() -> None:
    n = 40
    found = people(n)
    image = found.image_xy.copy()
    image[20:] = np.nan
    dark = replace(
        holding(found, np.full(n, 30.0)), image_xy=image, people=np.where(np.arange(n) < 20, 1, 0).astype(np.int16)
    )
    plain = ordinary(dark, 25.0, 12.0)
    for part in (plain.value, plain.error):
        part[20:] = np.nan
    plain.reason[20:] = UnjudgedReason.NOBODY
    stretch = find_stretch("chair-twist")
    told = MarkerFusion().update(dark, plain, a_neutral(), stretch)
    assert told.value[20:, TWIST] == pytest.approx(30.0, abs=0.01)
    assert (told.reason[20:, TWIST] == UnjudgedReason.JUDGED).all()
    assert (told.reason[20:, INDEX["neck_flexion"]] == UnjudgedReason.NOBODY).all()
    plain.reason[20:] = UnjudgedReason.ANOTHER_PERSON
    other = MarkerFusion().update(dark, plain, a_neutral(), stretch)
    assert np.isnan(other.value[20:, TWIST]).all()


def test_who_twists_towards_the_camera_beside_them_is_judged_by_the_phone() -> None:
    # Seen from the side the landmarks have no neutral from another view, and a held twist is none.
    turn = np.concatenate([np.zeros(90), np.linspace(0, 60, 30), np.full(120, 60.0), np.linspace(60, 0, 30)])
    seen = track_of([Posture(rotation=float(one)) for one in turn], azimuth=-85.0)
    stretch = find_stretch("chair-twist")
    plain = judge(seen, stretch)
    held = slice(125, 235)
    assert (plain.judged.readings.reason[held, TWIST] != UnjudgedReason.JUDGED).any()
    track = holding(seen, turn)
    told = judge(track, stretch)
    read = told.judged.readings
    assert read.value[:, TWIST] == pytest.approx(turn, abs=6.0)
    assert not told.session.renewals
    assert any(event.level == "stop" and event.key == "trunk_rotation" for event in told.events)


def test_without_any_start_position_a_phone_read_at_no_neutral_judges_nothing() -> None:
    track = holding(people(30), np.full(30, 40.0))
    still = replace(a_neutral(), origin=NeutralOrigin.UNKNOWN)
    lacking = ordinary(track, np.nan, np.nan)
    lacking = replace(lacking, reason=np.full_like(lacking.reason, UnjudgedReason.NO_NEUTRAL))
    stretch = find_stretch("chair-twist")
    assert np.isnan(MarkerFusion().update(track, lacking, still, stretch).value[:, TWIST]).all()
    assert np.isfinite(MarkerFusion().update(track, lacking, a_neutral(), stretch).value[:, TWIST]).all()


def test_the_stated_error_grows_while_nobody_is_found() -> None:
    track = holding(people(300), np.zeros(300))
    gone = replace(track, image_xy=np.full_like(track.image_xy, np.nan), people=np.zeros_like(track.people))
    joined = track.slice(0, 30).joined(gone.slice(30, 300))
    readings = ordinary(joined, np.nan, np.nan)
    readings.reason[30:] = UnjudgedReason.NOBODY
    error = MarkerFusion().update(joined, readings, a_neutral(), find_stretch("chair-twist")).error[:, TWIST]
    assert error[30 + 60] == pytest.approx(error[29] + 2.0, abs=0.2)
    assert error[-1] == pytest.approx(error[29] + 5.0, abs=0.3)
