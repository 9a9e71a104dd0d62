"""A set that is put away is judged as it was when it is opened again, and takes little memory until then."""

import gc
import pickle
import tempfile
from dataclasses import replace

import numpy as np
import pytest

from posecheck.core.i18n import translator
from posecheck.core.pose import PoseTrack, columns
from posecheck.live import shelf
from posecheck.live.kept import KeptSet, put_away
from posecheck.live.packed import packed, unpacked
from posecheck.live.sets import Set
from posecheck.live.shelf import Shelf
from research.harness.replayed import true_track
from tests.support.remote import frames, whole_set


@pytest.fixture(scope="module")
def done() -> Set:
    """A set as a browser's landmarks make it."""
    return whole_set(frames())


def same_track(one: PoseTrack, other: PoseTrack) -> None:
    assert one.about == other.about
    for column in columns():
        was, now = getattr(one, column.name), getattr(other, column.name)
        assert was.dtype == now.dtype
        np.testing.assert_array_equal(was, now, column.name)
        now[:1] = 0  # a page may work with it as with any other


def same_judgement(one: Set, other: Set) -> None:
    was, now = one.analysis, other.analysis
    same_track(was.track, now.track)
    assert (one.name, one.why, one.age, one.profile) == (other.name, other.why, other.age, other.profile)
    # A NaN is never equal to itself.
    assert repr((was.events, was.summary, was.repetitions)) == repr((now.events, now.summary, now.repetitions))
    assert was.stretch == now.stretch
    for name in ("value", "error", "reason"):
        np.testing.assert_array_equal(getattr(was.judged.readings, name), getattr(now.judged.readings, name), name)
    np.testing.assert_array_equal(was.judged.rates.value, now.judged.rates.value)
    for name in ("phase", "signed", "levels", "lasting", "hold_s"):
        np.testing.assert_array_equal(getattr(was.judged, name), getattr(now.judged, name), name)


def test_an_opened_set_is_judged_as_it_was(done: Set) -> None:
    same_judgement(done, put_away(done).opened())


def test_a_set_reaches_another_process_and_says_the_same_there(done: Set) -> None:
    kept = put_away(done)
    (there,) = pickle.loads(pickle.dumps([kept], 5))
    for one in (kept, there):
        assert (one.name, one.why, one.began) == (done.name, done.why, done.began)
        assert (one.stretch, one.summary, one.series) == (done.stretch, done.summary, done.series)
        for language in ("en", "de"):
            assert one.headline(translator(language)) == done.headline(translator(language))
    same_judgement(done, there.opened())


def test_what_stays_in_memory_of_a_set_does_not_grow_with_it(done: Set) -> None:
    def in_memory(kept: KeptSet) -> int:
        return len(pickle.dumps(replace(kept, landmarks=shelf.put(b""))))

    track = done.analysis.track
    kept = put_away(done)
    assert in_memory(kept) < 20_000
    short = put_away(replace(done, analysis=replace(done.analysis, track=track.slice(0, 50))))
    assert in_memory(short) == in_memory(kept)


@pytest.mark.parametrize("kind", ["browser", "this machine", "nobody", "one frame", "of all sizes"])
def test_landmarks_come_back_as_they_were(done: Set, kind: str) -> None:
    track = {
        "browser": done.analysis.track,
        "this machine": true_track(),
        "nobody": PoseTrack.of([0.0, 0.1, 0.25], [None, true_track().pose(3), None], (640, 480)),
        "one frame": true_track().slice(5, 6),
        "of all sizes": replace(
            done.analysis.track,
            size_wh=np.where(np.arange(len(done.analysis.track))[:, None] < 9, (640, 480), (480, 640)).astype(np.int32),
        ),
    }[kind]
    track.about["video"] = "live"
    track = replace(track, **{c.name: getattr(track, c.name).copy() for c in columns()})
    same_track(track, unpacked(packed(track)))


def test_a_browsers_landmarks_take_less_than_half(done: Set) -> None:
    track = done.analysis.track
    rng = np.random.default_rng(1)
    # As a camera's do, they tremble in every number.
    share = (track.image_xy / track.size_wh[:, None] + rng.normal(0, 1e-3, track.image_xy.shape)).astype(np.float32)
    world = (track.world_xyz + rng.normal(0, 1e-3, track.world_xyz.shape)).astype(np.float32).astype(np.float64)
    seen = rng.uniform(0.9, 1, track.visibility.shape).astype(np.float32).astype(np.float64)
    image = share.astype(np.float64) * track.size_wh[:, None]
    trembling = replace(track, image_xy=image, world_xyz=world, visibility=seen)
    size = sum(getattr(trembling, column.name).nbytes for column in columns())
    content = packed(trembling)
    assert len(content) < 0.4 * size
    same_track(trembling, unpacked(content))


def test_room_on_the_shelf_is_used_again() -> None:
    held = Shelf()
    pieces = [held.put(bytes([i]) * 1000) for i in range(4)]
    assert held.end == 4000
    del pieces[1]
    gc.collect()
    pieces.append(held.put(b"x" * 600))
    pieces.append(held.put(b"y" * 400))
    assert held.end == 4000
    assert [one.read()[:1] for one in pieces] == [b"\0", b"\2", b"\3", b"x", b"y"]
    assert len(pieces[3].read()) == 600
    del pieces[2]
    gc.collect()
    assert held.end == 3000, "what lies at the end is cut off"
    pieces.clear()
    gc.collect()
    assert held.end == 0
    assert held.put(b"again").read() == b"again"


def test_a_piece_that_is_dropped_while_the_shelf_is_at_work_is_not_lost() -> None:
    held = Shelf()
    first, second = held.put(b"1" * 10), held.put(b"2" * 10)
    with held._lock:
        del first  # as the garbage collection of the same thread may do it
        gc.collect()
    third = held.put(b"3" * 10)
    assert held.end == 20
    assert (second.read(), third.read()) == (b"2" * 10, b"3" * 10)


def test_a_full_disk_loses_nothing(done: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    monkeypatch.setattr(shelf, "SHELF", Shelf())
    same_judgement(done, put_away(done).opened())
