"""Landmarks from a browser are read as they were sent, and whatever no page of ours sends is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.capture.pose.coding import encoder
from posecheck.core.pose import CODE, Pose
from posecheck.live.remote import wire
from posecheck.live.remote.wire import HostileError, Received


def pose(seed: int = 0) -> Pose:
    made = np.random.default_rng(seed)
    image = made.uniform(-0.2, 1.2, (33, 2)) * (640, 480)
    return Pose(1.0, image, made.normal(0, 0.5, (33, 3)), made.uniform(0, 1, 33), (640, 480))


def frame(number: int = 1, time_s: float = 1.0, *, found: bool = True) -> Received:
    return Received(time_s, number, (640, 480), pose(number) if found else None)


def changed(**fields: object) -> bytes:
    """Return a message of one frame with some of its numbers changed."""
    records = np.frombuffer(wire.write([frame()]), wire.RECORD, 1, len(wire.HEAD) + 1).copy()
    for name, value in fields.items():
        records[name] = value
    return wire.HEAD + b"\x01" + records.tobytes()


def test_frames_are_read_as_they_were_sent() -> None:
    sent = [frame(1, 1.0), frame(2, 1.04, found=False), frame(3, 1.08)]
    got = wire.read(wire.write(sent))
    assert [(one.number, one.time_s, one.size_wh, one.pose is None) for one in got] == [
        (one.number, one.time_s, one.size_wh, one.pose is None) for one in sent
    ]
    first, again = sent[0].pose, got[0].pose
    assert first is not None
    assert again is not None
    np.testing.assert_allclose(again.image_xy, first.image_xy, atol=1e-3)
    np.testing.assert_allclose(again.world_xyz, first.world_xyz, atol=1e-6)
    np.testing.assert_allclose(again.visibility, first.visibility, atol=1e-6)


def test_fifteen_frames_a_second_are_light() -> None:
    assert 15 * len(wire.write([frame()])) < 15_000


VERSION = int(encoder.load().version, 16)
CODES = np.random.default_rng(3).integers(-127, 128, (2, CODE)).astype(np.int8)


def test_a_body_code_comes_with_its_frame() -> None:
    first, second = frame(1, 1.0), frame(2, 1.04)
    assert second.pose is not None
    coded = replace(second, pose=replace(second.pose, code=CODES))
    got = wire.read(wire.write([first, coded, frame(3, 1.08, found=False)]))
    assert [one.pose is not None and one.pose.code.any() for one in got] == [False, True, False]
    assert got[1].pose is not None
    np.testing.assert_array_equal(got[1].pose.code, CODES)
    assert got[1].pose.code.dtype == np.int8


@pytest.mark.parametrize("version", [0, 1, VERSION ^ 1, 0xFFFFFFFF])
def test_a_code_by_another_encoder_is_left_out(version: int) -> None:
    (got,) = wire.read(changed(encoder=version, code=np.full((2, CODE), -128)))
    assert got.pose is not None
    assert not got.pose.code.any()
    assert got.pose.found


def test_a_code_of_nobody_is_left_out() -> None:
    (got,) = wire.read(changed(found=0, encoder=VERSION, code=CODES))
    assert got.pose is None


MARKS = np.zeros((33, 6), np.float32)


def marks(row: int, column: int, value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    out = MARKS.copy()
    out[row, column] = value
    return out


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"PC",
        wire.HEAD,
        wire.HEAD + b"\x00",
        wire.HEAD + b"\x01",
        b"PD\x01" + wire.write([frame()])[3:],
        b"PC\x01" + wire.write([frame()])[3:],
        wire.write([frame()])[:-1],
        wire.write([frame()]) + b"\x00",
        wire.HEAD + b"\x02" + wire.write([frame()])[4:],
        wire.HEAD + b"\xff" + 255 * wire.write([frame()])[4:],
        wire.write([frame(1, 2.0), frame(2, 2.0)]),
        wire.write([frame(1, 2.0), frame(2, 1.0)]),
        changed(time_s=np.nan),
        changed(time_s=np.inf),
        changed(time_s=-1.0),
        changed(time_s=1e300),
        changed(width=0),
        changed(height=65535),
        changed(found=2),
        changed(marks=marks(0, 0, np.nan)),
        changed(marks=marks(32, 4, np.inf)),
        changed(marks=marks(5, 1, 11.0)),
        changed(marks=marks(5, 5, 1.5)),
        changed(marks=marks(5, 5, np.nan)),
        changed(encoder=VERSION, code=np.where(np.arange(CODE) == 7, -128, CODES)),
    ],
)
def test_what_no_page_sends_is_refused(message: bytes) -> None:
    with pytest.raises(HostileError):
        wire.read(message)


@given(st.binary(max_size=2 * wire.RECORD.itemsize))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for message in (content, wire.HEAD + content, wire.HEAD + b"\x01" + content.ljust(wire.RECORD.itemsize, b"\x00")):
        try:
            frames = wire.read(message)
        except HostileError:
            continue
        assert all(one.pose is None or np.isfinite(one.pose.image_xy).all() for one in frames)


def test_a_landmark_just_past_visible_is_within_it() -> None:
    got = wire.read(changed(marks=marks(0, 5, 1.0005)))
    assert got[0].pose is not None
    assert got[0].pose.visibility.max() == 1.0
    assert replace(got[0].pose, time_s=2.0).found
