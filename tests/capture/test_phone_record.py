"""What a phone sent is laid beside a recording by the turns that both have, or left out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posecheck.capture.markers.phone.absence import UNSEEN_S
from posecheck.capture.markers.phone.record import (
    PhoneRecord,
    Records,
    align,
    aligned,
    laid,
)
from posecheck.capture.markers.phone.record_file import HEADER, OLD_HEADER, load_records
from posecheck.core.arrays import Bools, Floats
from posecheck.core.errors import InputError
from posecheck.core.pose import PoseTrack
from posecheck.core.worn.phone import PhoneReading, is_read
from tests.support.people import Posture, track_of

CLOCK_S = 173.2


def curve(time_s: Floats) -> Floats:
    """Return a turn that goes to one side, then farther to the other."""
    left, right = (np.exp(-(((time_s - at) / 0.8) ** 2)) for at in (3.0, 6.5))
    return np.asarray(30.0 * left - 48.0 * right)


def a_record(zero: float = 0.0) -> PhoneRecord:
    time_s = np.arange(-5.0, 15.0, 0.02)
    n = len(time_s)
    return PhoneRecord(time_s + CLOCK_S, zero + curve(time_s), np.full(n, 2.0), np.full(n, -1.0), np.zeros(n))


def a_track() -> PoseTrack:
    time_s = np.arange(0.0, 9.0, 1 / 30)
    return track_of([Posture(rotation=float(turn)) for turn in curve(time_s)])


def reading(track: PoseTrack, turn: Floats) -> PoseTrack:
    nan = np.full(len(turn), np.nan)
    said = PhoneReading(turn, nan, nan, nan, np.where(np.isfinite(turn), 0.0, np.nan), nan, nan, nan)
    return replace(track, phone=said.pack())


def test_the_clocks_meet_by_what_was_read_from_the_screen() -> None:
    track = a_track()
    turn = np.round(curve(track.time_s) + 7.0)
    turn[::3] = turn[150:] = np.nan
    offset = align(a_record(7.0), reading(track, turn))
    assert offset == pytest.approx(CLOCK_S, abs=0.03)
    assert offset is not None
    said = PhoneReading.unpack(laid(a_record(7.0), reading(track, turn), offset).phone)
    assert said.turn_deg == pytest.approx(curve(track.time_s) + 7.0, abs=1.5)
    assert (said.side_deg == -1.0).all()


def test_the_clocks_meet_by_the_turn_of_the_shoulders_where_the_screen_is_not_seen() -> None:
    assert align(a_record(40.0), a_track()) == pytest.approx(CLOCK_S, abs=0.1)
    # Landmarks show less of a turn than there is.
    record = a_record()
    farther = replace(record, turn_deg=1.6 * record.turn_deg)
    assert align(farther, a_track()) == pytest.approx(CLOCK_S, abs=0.1)


def test_a_record_of_another_time_fits_nowhere() -> None:
    track = a_track()
    other = a_record()
    still = replace(other, turn_deg=np.zeros_like(other.turn_deg))
    assert align(still, reading(track, np.round(curve(track.time_s)))) is None
    assert align(still, track) is None
    assert align(other, track_of([Posture()] * 200)) is None
    begun = slice(50)
    short = replace(
        other, time_s=other.time_s[begun], turn_deg=other.turn_deg[begun], lean_deg=other.lean_deg[begun],
        side_deg=other.side_deg[begun], epoch=other.epoch[begun],
    )  # fmt: skip
    assert align(short, track) is None


def test_frames_that_the_record_lacks_keep_what_was_read() -> None:
    track, record = a_track(), a_record()
    part = PhoneRecord(*(column[250:400] for column in
                         (record.time_s, record.turn_deg, record.lean_deg, record.side_deg, record.epoch)))  # fmt: skip
    whole = laid(part, reading(track, np.full(len(track), 5.0)), CLOCK_S)
    said = PhoneReading.unpack(whole.phone)
    assert said.turn_deg[-1] == 5.0
    assert np.isnan(said.lean_deg[-1])
    assert said.lean_deg[10] == 2.0


GOOD = "1,2,3,4,0,0,9\n2,2,3,4,0,0,9\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1), ("t,a\n1,2\n", 1), ("\x00\x01", 1), (HEADER.replace(",", ";") + "\n" + GOOD, 1),
        (OLD_HEADER + "\n1,2,3,4\n2,3,4,5\n", 2), (OLD_HEADER + "\n1,2,3,4,0\n1,2,3,4,0\n", 3),
        (OLD_HEADER + "\n1,2,nan,4,0\n2,2,3,4,0\n", 2), (OLD_HEADER + "\n1,2,3,4,0\n2,2,x,4,0\n", 3),
        (HEADER + "\n1,2,3,4,0\n2,2,3,4,0\n", 2), (HEADER + "\n1,2,3,4,0,2,9\n2,2,3,4,0,2,9\n", 2),
        (HEADER + "\n" + GOOD + "\n" + GOOD, 4), (HEADER + "\n" + GOOD + "3,2,3,1e300,0,0,9\n", 4),
        (HEADER + "\n" + GOOD + "1.5,2,3,4,0,0,9\n", 4),
        (HEADER + "\n1,2,3,4,0,1,9\n1,2,3,4,0,0,9\n1,2,3,4,0,1,9\n", 4),
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused_in_one_line(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "phone.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=f"line {line}: expected a phone's record") as refused:
        load_records(file)
    assert "\n" not in str(refused.value)


def test_a_record_that_cannot_be_read_or_holds_nothing_says_so(tmp_path: Path) -> None:
    file = tmp_path / "phone.csv"
    with pytest.raises(InputError, match="no such file"):
        load_records(file)
    with pytest.raises(InputError, match="found is a directory"):
        load_records(tmp_path)
    for text in (HEADER, HEADER + "\n", HEADER + "\n1,2,3,4,0,0,9\n"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="it sent nothing"):
            load_records(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="line 1"):
        load_records(file)


@pytest.mark.parametrize(
    "text", [HEADER + "\n" + GOOD + "3,2,3,", "\ufeff" + HEADER + "\r\n" + GOOD.replace("\n", "\r\n")]
)
def test_a_last_line_that_was_cut_off_and_what_editors_add_do_no_harm(tmp_path: Path, text: str) -> None:
    file = tmp_path / "phone.csv"
    file.write_bytes(text.encode())
    record = load_records(file).chest
    assert record is not None
    assert record.time_s.tolist() == [1.0, 2.0]


def test_the_file_of_one_phone_that_was_written_before_there_were_two_is_read(tmp_path: Path) -> None:
    file = tmp_path / "phone.csv"
    file.write_text(OLD_HEADER + "\n1,2,3,4,0\n2,5,3,4,0\n", encoding="utf-8")
    records = load_records(file)
    assert records.chest is not None
    assert records.chest.turn_deg.tolist() == [2.0, 5.0]
    assert records.belt is None


def test_the_clock_of_a_second_phone_is_known_by_that_of_the_first(tmp_path: Path) -> None:
    chest, rows = a_record(7.0), []
    for i, (time_s, turn) in enumerate(zip(chest.time_s.tolist(), chest.turn_deg.tolist(), strict=True)):
        # The messages of both take 5 ms, or much longer.
        late_s = 0.005 + 0.2 * (i % 4 > 0)
        rows.append((time_s, turn, 2.0, -1.0, 0, 0, time_s - 100.0 + late_s))
        rows.append((time_s + 50.0, turn / 10.0, 2.0, -1.0, 1, 1, time_s - 100.0 + late_s))
    file = tmp_path / "phone.csv"
    file.write_text("\n".join([HEADER, *(",".join(f"{v:.4f}" for v in row) for row in rows)]) + "\n", encoding="utf-8")
    sent = load_records(file)
    assert sent.belt_later_s == pytest.approx(50.0, abs=0.001)
    track = reading(a_track(), np.round(curve(a_track().time_s) + 7.0))
    found = aligned(sent, track)
    assert found is not None
    whole, offset_s = found
    assert offset_s == pytest.approx(CLOCK_S, abs=0.03)
    belt = PhoneReading.unpack(whole.belt_phone)
    assert belt.turn_deg == pytest.approx((curve(track.time_s) + 7.0) / 10.0, abs=0.3)
    assert (belt.epoch == 1).all()
    assert aligned(Records(None, sent.belt), track) is None


def test_what_was_sent_while_nobody_was_found_is_left_out() -> None:
    track = a_track()
    image = track.image_xy.copy()
    image[50:60] = np.nan
    whole = laid(a_record(), replace(track, image_xy=image), CLOCK_S)
    assert np.isnan(whole.phone[50:60]).all()
    assert np.isfinite(whole.phone[60:, 0]).all()


def test_a_phone_stands_for_its_wearer_where_they_are_lost_in_the_light_for_a_while() -> None:
    track, record = a_track(), a_record()
    lost = (track.time_s >= 2.0) & (track.time_s < 8.0)

    def without(lost: Bools) -> PoseTrack:
        image_xy = np.where(lost[:, None, None], np.nan, track.image_xy)
        people = np.where(lost, 0, track.people).astype(np.int16)
        # Found again after so long, they count as another person.
        subject = np.cumsum(np.diff(lost.astype(int), prepend=0) < 0).astype(np.int16)
        return replace(track, image_xy=image_xy, people=people, subject=subject)

    gone = without(lost)
    there = is_read(laid(record, gone, CLOCK_S).phone)
    assert there[~lost].all()
    assert there[lost & (track.time_s < 2.0 + UNSEEN_S - 0.1)].all()
    assert not there[lost & (track.time_s > 2.0 + UNSEEN_S + 0.1)].any()
    assert laid(record, gone, CLOCK_S).subject[-1] == 1
    assert (laid(record, without(lost & (track.time_s < 6.0)), CLOCK_S).subject == 0).all()
    # Between cuts nothing is known of anybody before.
    cut = replace(gone, piece=(track.time_s >= 2.0).astype(np.int32))
    assert not is_read(laid(record, cut, CLOCK_S).phone)[lost].any()
