"""Finished sets reach the server whole, and their arrays do not fill its memory."""

import tempfile
from datetime import UTC, datetime

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.live.remote.parcel import packed, unpacked
from posecheck.live.sets import Set
from posecheck.stretches.library import find_stretch
from research.harness.replayed import STRETCH, true_track


def made() -> Set:
    return Set(judge(true_track(), find_stretch(STRETCH)), datetime(2026, 1, 2, tzinfo=UTC), "asked", 40)


def same(one: Set, other: Set) -> None:
    assert (one.name, one.why, one.age) == (other.name, other.why, other.age)
    np.testing.assert_array_equal(one.analysis.track.world_xyz, other.analysis.track.world_xyz)
    np.testing.assert_array_equal(one.analysis.judged.readings.value, other.analysis.judged.readings.value)
    assert [event.key for event in one.analysis.events] == [event.key for event in other.analysis.events]


def test_sets_come_back_whole_and_their_arrays_lie_in_one_file() -> None:
    first = made()
    (one, other) = unpacked(packed([first, first]))
    same(first, one)
    same(first, other)
    array = one.analysis.track.image_xy
    assert not array.flags.owndata
    array[0] = 7.0  # a page may work with them as with any other
    assert array[0, 0, 0] == 7.0
    assert unpacked(packed([])) == []


def test_a_full_disk_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError("no space left")

    first = made()
    content = packed([first])
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    same(first, unpacked(content)[0])
