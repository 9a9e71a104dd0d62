"""Arrays that grow: the same rows whether they stay in memory or go to a file."""

import io
import tempfile
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from posecheck.assessment import analysis
from posecheck.core.memory import spooled
from posecheck.core.memory.spooled import SpooledConcatenation, release
from posecheck.core.pose import PoseTrack, columns
from posecheck.stretches.library import find_stretch
from posecheck.stretches.profiles import Profile
from tests.support.people import track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")


@dataclass(frozen=True)
class Inner:
    words: NDArray[np.str_]


@dataclass(frozen=True)
class Piece:
    numbers: NDArray[np.float64]
    inner: Inner
    name: str


def pieces() -> list[Piece]:
    rng = np.random.default_rng(3)
    return [Piece(rng.normal(size=(n, 3)), Inner(np.full(n, f"w{n}", "<U7")), str(n)) for n in (5, 1, 0, 7)]


def joined() -> Piece:
    whole: SpooledConcatenation[Piece] = SpooledConcatenation()
    for piece in pieces():
        whole.add(piece)
    return whole.whole()


@pytest.mark.parametrize("limit", [0, 150, 1 << 20])
def test_rows_are_joined_wherever_they_are_kept(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooled, "IN_MEMORY_BYTES", limit)
    whole = joined()
    assert np.array_equal(whole.numbers, np.concatenate([piece.numbers for piece in pieces()]))
    assert whole.inner.words.tolist() == ["w5"] * 5 + ["w1"] + ["w7"] * 7
    assert whole.name == "7"
    assert isinstance(whole.numbers, np.memmap) == (limit < 1 << 20)
    release(whole)
    assert np.array_equal(whole.numbers, np.concatenate([piece.numbers for piece in pieces()]))


def test_without_room_on_the_disk_it_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spooled, "IN_MEMORY_BYTES", 0)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    assert np.array_equal(joined().numbers, np.concatenate([piece.numbers for piece in pieces()]))


def test_nothing_added_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one piece"):
        SpooledConcatenation[Piece]().whole()


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def shrink() -> None:
        monkeypatch.setattr(analysis, "BLOCK", 40)
        monkeypatch.setattr(spooled, "IN_MEMORY_BYTES", 1000)

    return shrink


def test_a_recording_judged_in_blocks_on_disk_is_judged_as_in_one_piece(small_blocks: Callable[[], None]) -> None:
    track, stretch = track_of(twist(55.0), azimuth=45.0), find_stretch("chair-twist")
    whole = analysis.judge(track, stretch)
    small_blocks()
    parts = analysis.judge(track, stretch)
    assert isinstance(parts.judged.levels, np.memmap)
    assert parts.summary == whole.summary
    assert repr(parts.events) == repr(whole.events)
    assert repr(parts.repetitions) == repr(whole.repetitions)
    assert np.array_equal(parts.judged.levels, whole.judged.levels)
    assert np.array_equal(parts.judged.readings.value, whole.judged.readings.value, equal_nan=True)
    assert np.allclose(parts.judged.rates.value, whole.judged.rates.value, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("in_blocks", [False, True])
def test_judging_again_keeps_readings_and_gives_what_judging_gives(
    in_blocks: bool, small_blocks: Callable[[], None]
) -> None:
    if in_blocks:
        small_blocks()
    track, stretch = track_of(twist(38.0), azimuth=45.0), find_stretch("chair-twist")
    before = analysis.judge(track, stretch)
    tighter = Profile.from_settings(["trunk_rotation.stop=30", "trunk_rotation.caution=25"]).over(stretch)
    again, anew = analysis.judge_again(before, tighter), analysis.judge(track, tighter, before.neutral)
    assert again.summary == anew.summary
    assert again.summary != before.summary
    assert repr(again.events) == repr(anew.events)
    assert np.array_equal(again.judged.levels, anew.judged.levels)


def test_judging_again_as_another_stretch_reads_anew() -> None:
    track = track_of(twist(38.0), azimuth=45.0)
    before = analysis.judge(track, find_stretch("chair-twist"))
    other = find_stretch("standing-twist")
    again = analysis.judge_again(before, other)
    assert again.summary == analysis.judge(track, other, before.neutral).summary
    assert again.stretch.id == "standing-twist"


@pytest.mark.parametrize("limit", [0, 1 << 20])
def test_rows_can_be_changed_wherever_they_are_kept(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooled, "IN_MEMORY_BYTES", limit)
    whole = joined()
    whole.numbers[3:5] = np.nan
    release(whole)
    assert np.isnan(whole.numbers).any(axis=1).tolist() == [False] * 3 + [True] * 2 + [False] * 8


class Short(io.FileIO):
    """A file on a disk that takes only so much more."""

    left = 0

    def write(self, content: Any) -> int:
        if not self.left:
            raise OSError(28, "No space left on device")
        taken = super().write(memoryview(content)[: self.left])
        self.left -= taken
        return taken


@pytest.mark.parametrize("room", [0, 1, 30_000, 60_000, 100_000])
def test_poses_of_which_the_disk_takes_only_some_are_all_there(
    room: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def opened(prefix: str, buffering: int) -> Short:
        assert buffering == 0, "what is written would wait in memory"
        monkeypatch.setattr(Short, "left", room)
        return Short(tmp_path / prefix, "w+")

    monkeypatch.setattr(tempfile, "TemporaryFile", opened)
    monkeypatch.setattr(spooled, "STACKED", 16)
    given = track_of(twist(30.0), azimuth=0.0).slice(0, 150)
    growing = spooled.SpooledTrack(0)
    for i in range(len(given)):
        growing.add(float(given.time_s[i]), given.pose(i), (640, 480))
    # The whole track needs arrays in files of its own.
    monkeypatch.undo()
    assert np.array_equal(growing.whole().image_xy, given.image_xy, equal_nan=True)


def test_poses_that_come_one_by_one_need_one_file_and_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = list[Any]()
    new = tempfile.TemporaryFile

    def file(**how: Any) -> Any:
        opened.append(new(**how))
        return opened[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", file)
    given = track_of(twist(30.0), azimuth=0.0)
    one = given.pose(0)
    growing = spooled.SpooledTrack(1 << 18)
    sizes = dict[int, int]()
    tracemalloc.start()
    try:
        for n in range(64 * 80):
            if n % (64 * 20) == 5:
                sizes[n] = tracemalloc.get_traced_memory()[0]
            growing.add(n / 15, one, (640, 480))
    finally:
        tracemalloc.stop()
    assert len(opened) == 1
    # Of a thousand frames it holds as much as of five thousand.
    assert sizes[64 * 60 + 5] - sizes[64 * 20 + 5] < 20_000
    assert len(growing.whole()) == 64 * 80


@pytest.mark.parametrize("limit", [0, 1 << 20])
def test_poses_that_come_one_by_one_are_a_track(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooled, "IN_MEMORY_BYTES", limit)
    monkeypatch.setattr(spooled, "STACKED", 16)
    given = track_of(twist(30.0), azimuth=0.0).slice(0, 50)
    given.subject[30:] = 2
    poses = [given.pose(i) for i in range(len(given))]
    poses[20:40] = [None] * 20
    growing = spooled.SpooledTrack()
    assert growing.span_s is None
    for time_s, pose in zip(given.time_s.tolist(), poses, strict=True):
        growing.add(time_s, pose, (640, 480))
    assert growing.span_s == (given.time_s[0], given.time_s[-1])
    expected = PoseTrack.of(given.time_s.tolist(), poses, (640, 480))
    whole = growing.whole()
    for column in columns():
        got, wanted = (getattr(track, column.name) for track in (whole, expected))
        assert np.array_equal(got, wanted, equal_nan=True), column.name
