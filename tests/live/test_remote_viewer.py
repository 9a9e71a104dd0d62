"""Somebody whose browser finds their pose is led, judged and warned as before a camera of this machine."""

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from posecheck.core.pose import CODE
from posecheck.live.remote import wire
from posecheck.live.remote.clock import DRIFT_S, FrameClock
from posecheck.live.remote.viewer import LOST_S, RemoteViewer, Wish
from posecheck.live.remote.wire import HostileError, Received
from posecheck.live.sets import Set
from posecheck.stretches.library import find_stretch
from tests.support.remote import STILL, STRETCH, Seen, frames, whole_set


def judged(sent: list[Received], block: int = 1) -> tuple[Seen, Set]:
    viewer, seen = RemoteViewer(Wish(STRETCH)), Seen()
    for k in range(0, len(sent), block):
        part = sent[k : k + block]
        seen.hear(viewer.frames(wire.write(part), 100 + part[-1].time_s))
    viewer.end()
    (done,) = viewer.sets()
    return seen, done.opened()


def same_events(one: Set, other: Set) -> bool:
    kept = ([(e.key, e.level, round(e.start_s, 2)) for e in done.analysis.events] for done in (one, other))
    return next(kept) == next(kept)


def test_a_set_is_led_warned_and_summed_up() -> None:
    seen, done = judged(frames())
    assert any("Whole body" in title for title in seen.titles)
    assert any(title.startswith("Stop: arched back too far") for title in seen.titles)
    assert {"guide", "go", "stop"} <= set(seen.said)
    assert any(level == "stop" for _, _, level, _ in seen.events)
    assert done.analysis.summary.verdict == "stop"
    value, error, level, text = seen.now["values"][0]
    assert value is not None
    assert error is not None
    assert "°" in text
    assert level >= 0
    assert pickle.loads(pickle.dumps([done]))[0].name == done.name


@pytest.mark.parametrize("block", [3, 8])
def test_blocks_give_the_same_set(block: int) -> None:
    one, _ = judged(frames())[1], None
    seen, many = judged(frames(), block)
    assert same_events(one, many)
    assert {"go", "stop"} <= set(seen.said)
    np.testing.assert_allclose(one.analysis.track.image_xy, many.analysis.track.image_xy)


def test_it_is_judged_as_by_the_coach_of_this_machine() -> None:
    assert same_events(judged(frames())[1], whole_set(frames()))


def test_body_codes_are_judged_by_and_kept() -> None:
    code = np.random.default_rng(0).integers(-127, 128, (2, CODE)).astype(np.int8)
    coded = [one if one.pose is None else replace(one, pose=replace(one.pose, code=code)) for one in frames()]
    plain, done = judged(frames())[1], judged(coded)[1]
    track = done.analysis.track
    assert track.coded.all()
    np.testing.assert_array_equal(track.code[-1], code)
    assert same_events(done, whole_set(coded))
    # The regressor that reads codes states other errors.
    one, other = (set_.analysis.judged.readings.error[-50:] for set_ in (plain, done))
    assert not np.allclose(one, other, equal_nan=True)


def test_a_lost_connection_is_bridged() -> None:
    sent = frames()
    cut = STILL + 100
    later = [Received(one.time_s + 20, one.number, one.size_wh, one.pose) for one in sent[cut:]]
    viewer, seen = RemoteViewer(Wish(STRETCH)), Seen()
    for one in sent[:cut]:
        seen.hear(viewer.frames(wire.write([one]), 100 + one.time_s))
    viewer.connected()
    for one in later:
        seen.hear(viewer.frames(wire.write([one]), 100 + one.time_s))
    viewer.end()
    (done,) = viewer.sets()
    assert done.summary.verdict == "stop"
    assert done.summary.duration_s < 20


def test_another_connection_is_told_everything() -> None:
    viewer = RemoteViewer(Wish(STRETCH))
    sent = frames()
    first = json.loads(viewer.frames(wire.write(sent[:1]), 100.0))
    second = json.loads(viewer.frames(wire.write(sent[1:2]), 100.04))
    viewer.connected()
    third = json.loads(viewer.frames(wire.write(sent[2:3]), 100.08))
    assert "title" in first
    assert "title" not in second
    assert "title" in third


def test_what_is_asked_for_is_done() -> None:
    viewer, seen = RemoteViewer(Wish(STRETCH)), Seen()
    sent = frames()
    for one in sent[: STILL + 5]:
        seen.hear(viewer.frames(wire.write([one]), 100 + one.time_s))
    assert seen.now["phase"] == "running"
    for command, phase in (("toggle", "paused"), ("toggle", "running"), ("end", "over")):
        viewer.ask(command)
        one = sent[STILL + 5]
        sent = [*sent[: STILL + 5], *sent[STILL + 6 :]]
        seen.hear(viewer.frames(wire.write([one]), 100 + one.time_s))
        assert seen.now["phase"] == phase


def test_another_wish_ends_the_set() -> None:
    viewer = RemoteViewer(Wish(STRETCH))
    for one in frames():
        viewer.frames(wire.write([one]), 100 + one.time_s)
    viewer.want(Wish(find_stretch("chair-twist")))
    assert len(viewer.sets()) == 1
    assert json.loads(viewer.frames(wire.write([Received(60.0, 1, (640, 480), None)]), 160.0))["phase"] == "guide"


def test_a_hostile_message_changes_nothing() -> None:
    viewer = RemoteViewer(Wish(STRETCH))
    with pytest.raises(HostileError):
        viewer.frames(b"PC\x02\x01nothing", 100.0)
    assert json.loads(viewer.frames(wire.write(frames()[:1]), 100.0))["phase"] == "guide"


def test_the_browsers_clock_counts_while_it_agrees() -> None:
    clock = FrameClock()
    assert clock.time_s(500.0, 10.0) == 0.0
    assert clock.time_s(500.04, 10.3) == pytest.approx(0.04)
    assert clock.time_s(500.02, 10.3) > 0.04
    assert clock.time_s(9000.0, 11.0) == pytest.approx(1.0)
    assert clock.time_s(9000.04, 11.0 + 2 * DRIFT_S) == pytest.approx(1.0 + 2 * DRIFT_S)
    clock.connected()
    assert clock.time_s(3.0, 30.0) == pytest.approx(20.0)
    assert LOST_S < DRIFT_S


def test_somebody_else_is_not_taken_for_the_person() -> None:
    viewer, seen = RemoteViewer(Wish(STRETCH)), Seen()
    sent = frames()
    for one in sent[: STILL + 5]:
        seen.hear(viewer.frames(wire.write([one]), 100 + one.time_s))
    assert seen.now["phase"] == "running"
    for one in sent[STILL + 5 : STILL + 130]:
        assert one.pose is not None
        other = replace(one.pose, image_xy=one.pose.image_xy * 0.4 + (380, 10))
        seen.hear(viewer.frames(wire.write([replace(one, pose=other)]), 100 + one.time_s))
    viewer.end()
    assert [done.why for done in viewer.sets()] in (["left"], ["other"])
