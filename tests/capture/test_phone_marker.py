"""The marker of a phone at the chest: any two differ widely, and it is read from afar or not at all."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from posecheck.capture.markers.estimator import TagEstimator
from posecheck.capture.markers.phone.code import UNKNOWN, Message, all_grids, grid, likeliest
from posecheck.capture.markers.phone.fit import fit
from posecheck.capture.markers.phone.reader import PhoneReader
from posecheck.core.frame import Frame
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import Pose, PoseTrack
from posecheck.core.worn.phone import PhoneReading
from research.benchmarks.phone.filmed import Filmed, film, screen

ROOM = (480, 640)
CHEST = (330.0, 200.0)


def test_any_two_markers_differ_in_twelve_cells() -> None:
    # The code is linear: the distances from one word are those from any other.
    apart = (all_grids() ^ all_grids()[0]).sum(axis=1)
    assert apart[1 : 1 << 16].min() == 12
    for number in (1, 7, 4711, 65535, 70000):
        np.testing.assert_array_equal(grid(number).ravel(), all_grids()[number])


def test_the_likeliest_markers_are_those_whose_cells_agree_best() -> None:
    signs = 2.0 * all_grids()[: 1 << 16, 4:-4] - 1.0
    second = 2.0 * all_grids()[1 << 16 :, 4:-4] - 1.0
    rng = np.random.default_rng(5)
    for number in (0, 4711, 65535):
        soft = np.asarray(0.4 * signs[number] + rng.normal(0.0, 1.0, 40), np.float32)
        best = set(np.argsort(-(signs @ soft))[:8].tolist())
        assert set(likeliest(soft, 8).tolist()) == best
        others = set((np.argsort(-(second @ soft))[:8] + (1 << 16)).tolist())
        assert set(likeliest(soft, 8, belt=True).tolist()) == others


@given(st.integers(0, 65535))
def test_a_message_comes_back_from_its_number(number: int) -> None:
    assert Message.of(number).number() == number


def test_what_is_out_of_range_becomes_the_nearest() -> None:
    assert Message.of(Message(300, 1, "lean", 99.0).number()) == Message(127, 1, "lean", 46.5)
    assert Message.of(Message(-300, 0, "side", -99.0).number()) == Message(UNKNOWN, 0, "side", -45.0)
    assert Message.of(Message(0, 0, "side", 99.0).number()) == Message(0, 0, "side", 43.5)
    assert Message.of(Message(5, 0, "quality", 3).number()) == Message(5, 0, "quality", 3)


def person() -> Pose:
    """Return somebody at three metres, whose chest is at CHEST."""
    xy = np.zeros((33, 2))
    xy[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP]] = [[360, 170], [300, 170], [350, 262], [310, 262]]
    return Pose(0.0, xy, np.zeros((33, 3)), np.ones(33), ROOM[::-1])


def shown(filmed: Filmed, messages: Sequence[Message], seed: int = 0) -> list[NDArray[np.uint8]]:
    """Film a phone that shows one message after the other before a striped shirt."""
    rng = np.random.default_rng(seed)
    behind = np.full((*ROOM, 3), 120, np.uint8)
    behind[160:280:8] = 215
    return [film([screen(grid(m.number()), filmed, rng)], filmed, CHEST, behind, rng)[0] for m in messages]


def read(pictures: Sequence[NDArray[np.uint8]], fps: float = 30.0) -> list[PhoneReading | None]:
    reader, pose = PhoneReader(), person()
    return [reader.read(picture, i / fps, pose) for i, picture in enumerate(pictures)]


def turning(count: int, step: int = 1) -> list[Message]:
    return [Message(step * i, 0, "side" if i % 2 else "lean", 3.0 * (i % 4)) for i in range(count)]


@pytest.mark.parametrize(
    "filmed",
    [
        Filmed(),
        Filmed(yaw=-55.0, speed_deg_s=90.0),
        Filmed(yaw=40.0, pitch=8.0, roll=6.0, white=330.0),
        Filmed(yaw=30.0, jpeg=35),
        Filmed(distance_m=2.3, yaw=20.0),
    ],
)
def test_a_phone_six_centimetres_wide_is_read_at_three_metres(filmed: Filmed) -> None:
    said = turning(12)
    found = read(shown(filmed, said))
    right = [i for i, reading in enumerate(found) if reading is not None]
    assert len(right) >= 5
    for i in right:
        reading = found[i]
        assert reading is not None
        assert reading.turn_deg == said[i].turn
        assert (reading.lean_deg if said[i].kind == "lean" else reading.side_deg) == said[i].slow
        assert abs(reading.x_px - CHEST[0]) < 1.5
        assert reading.facing_deg == pytest.approx(abs(filmed.yaw), abs=12.0 if abs(filmed.yaw) > 30 else 25.0)


@pytest.mark.parametrize("side", ["below", "above", "left", "right"])
def test_a_half_covered_phone_says_nothing(side: str) -> None:
    pictures = shown(Filmed(yaw=20.0), turning(12))
    covered = shown(replace(Filmed(yaw=20.0), covered=0.5, side=side), turning(30)[12:])
    found = read(pictures + covered)
    assert any(reading is not None for reading in found[:12])
    assert not any(reading is not None for reading in found[12:])


def test_two_halves_of_two_numbers_say_nothing_else() -> None:
    rng = np.random.default_rng(5)
    filmed = Filmed(yaw=25.0, torn=True)
    behind = np.full((*ROOM, 3), 120, np.uint8)
    said = [(int(a), int(b)) for a, b in rng.integers(0, 65536, (25, 2))]
    pictures = [
        film([screen(grid(a), filmed, rng), screen(grid(b), filmed, rng)], filmed, CHEST, behind, rng)[0]
        for a, b in said
    ]
    reader, pose = PhoneReader(), person()
    before = shown(Filmed(yaw=25.0), turning(8))
    for i, picture in enumerate(before):
        reader.read(picture, i / 30, pose)
    for i, (picture, both) in enumerate(zip(pictures, said, strict=True), len(before)):
        reader.read(picture, i / 30, pose)
        assert reader.seen is None or reader.seen.number in both


def test_a_marker_that_has_stopped_says_nothing() -> None:
    said = turning(10) + [Message(9, 0, "lean", 3.0)] * 50
    found = read(shown(Filmed(), said))
    assert any(reading is not None for reading in found[:12])
    assert not any(reading is not None for reading in found[-12:])


def test_a_turn_that_leaps_waits_for_another_that_agrees() -> None:
    said = [*turning(10), Message(90, 0, "lean", 0.0), *turning(20)[10:]]
    found = read(shown(Filmed(), said))
    assert found[10] is None
    assert any(reading is not None for reading in found[11:])
    jumped = [*turning(10), *(Message(90, 0, "lean", 1.5 * i) for i in range(6))]
    again = read(shown(Filmed(), jumped))
    assert again[10] is None
    assert again[-1] is not None
    assert again[-1].turn_deg == 90


def test_a_phone_that_is_not_zeroed_says_no_turn() -> None:
    found = read(shown(Filmed(), [replace(message, turn=UNKNOWN) for message in turning(13)]))
    last = found[-1]
    assert last is not None
    assert np.isnan(last.turn_deg)
    assert last.lean_deg == 0.0


def test_in_a_recording_a_marker_is_followed_backwards_from_where_it_was_found() -> None:
    said = turning(14)
    reader, pose = PhoneReader(back=True), person()
    found = [reader.read(picture, i / 30, pose) for i, picture in enumerate(shown(Filmed(yaw=35.0), said))]
    first = next(i for i, reading in enumerate(found) if reading is not None)
    late = {round(one.time_s * 30): one for one in reader.take_late()}
    assert first >= 4
    assert set(late) == set(range(first))
    assert all(late[i].reading.turn_deg == said[i].turn and not late[i].belt for i in late)
    assert reader.take_late() == []


def test_what_a_screen_that_had_stopped_showed_is_not_read_backwards() -> None:
    stopped, fps = [Message(3, 0, "lean", 3.0)] * 30, 15.0
    reader, pose = PhoneReader(back=True), person()
    for i, picture in enumerate(shown(Filmed(), stopped + turning(14)[4:])):
        reader.read(picture, i / fps, pose)
    assert all(one.time_s > 25 / fps for one in reader.take_late())


def test_the_second_phone_says_that_it_is_at_the_pelvis() -> None:
    apart = (all_grids()[1 << 16 :] ^ all_grids()[0]).sum(axis=1)
    assert apart.min() == 11
    assert Message.of(Message(7, 1, "side", 3.0, belt=True).number()) == Message(7, 1, "side", 3.0, belt=True)
    # Without the first it is not looked for, and its markers are never taken for those of the first.
    said = [replace(message, belt=True) for message in turning(12)]
    assert not any(reading is not None for reading in read(shown(Filmed(), said)))


def test_two_phones_are_read_in_one_picture() -> None:
    rng, behind, filmed = np.random.default_rng(4), np.full((*ROOM, 3), 120, np.uint8), Filmed()
    reader, pose = PhoneReader(), person()
    chest, belt = turning(75), [replace(message, belt=True) for message in turning(75, step=-1)]
    for i, (one, two) in enumerate(zip(chest, belt, strict=True)):
        first = film([screen(grid(one.number()), filmed, rng)], filmed, CHEST, behind, rng)[0]
        both = film([screen(grid(two.number()), filmed, rng)], filmed, (CHEST[0], CHEST[1] + 55.0), first, rng)[0]
        said = reader.read(both, i / 30, pose)
    assert said is not None
    assert reader.belt is not None
    assert (said.turn_deg, reader.belt.turn_deg) == (74, -74)


@pytest.mark.parametrize("at", [(-60.0, 100.0), (630.0, 475.0), (2000.0, -900.0)])
def test_a_marker_expected_outside_the_picture_is_none(at: tuple[float, float]) -> None:
    image = np.asarray(np.random.default_rng(3).uniform(0.0, 255.0, ROOM), np.float32)
    assert fit(image, np.array([at, [11.0, 0.0], [0.0, 22.0]]), 0.75) is None


def test_nobody_and_no_phone_say_nothing() -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 255, (14, *ROOM, 3)).astype(np.uint8)
    assert not any(reading is not None for reading in read(list(noise)))
    reader = PhoneReader()
    assert all(reader.read(p, i / 30, None) is None for i, p in enumerate(shown(Filmed(), turning(8))))


class _Somebody:
    def estimate(self, frame: Frame) -> Pose | None:
        return replace(person(), time_s=frame.time_s)

    def close(self) -> None:
        pass


def test_the_estimator_lays_the_phone_beside_the_pose() -> None:
    said = turning(12)
    with TagEstimator(_Somebody()) as estimator:
        poses = [estimator.estimate(Frame(i, i / 30, p)) for i, p in enumerate(shown(Filmed(), said))]
    turns = [float(PhoneReading.unpack(pose.phone).turn_deg) for pose in poses if pose is not None]
    assert turns[-1] == said[-1].turn
    assert np.isnan(turns[0])


def test_the_estimator_of_a_recording_adds_what_was_read_backwards() -> None:
    said, times = turning(14), [i / 30 for i in range(14)]
    with TagEstimator(_Somebody(), back=True) as estimator:
        poses = [estimator.estimate(Frame(i, i / 30, p)) for i, p in enumerate(shown(Filmed(yaw=35.0), said))]
        track = estimator.completed(PoseTrack.of(times, poses, ROOM[::-1]))
    assert PhoneReading.unpack(track.phone).turn_deg.tolist() == [message.turn for message in said]
    assert np.isnan(track.belt_phone).all()
