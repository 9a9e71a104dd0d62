"""Who walks, gets up, reaches down or sits elsewhere: what is judged, and what is said, live as recorded."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.assessment.session import Session
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.wording import describe_event
from posecheck.kinematics.angles import INDEX
from posecheck.stretches.library import find_stretch
from tests.support.people import leaning

pytestmark = pytest.mark.usefixtures("plain_geometry")

EXTENSION, LEAN = find_stretch("standing-extension-hand-press"), INDEX["trunk_inclination"]
TRUNK_PX = 160.0
"""The trunk of a person of tests.support.people in the picture."""


def led(track: PoseTrack, *keys: tuple[float, float, float]) -> PoseTrack:
    """Return a track whose person is at other places: keys are times, trunks to the right, and times as large."""
    at_s, aside, zoom = (np.array(column) for column in zip(*keys, strict=True))
    x, size = np.interp(track.time_s, at_s, aside), np.interp(track.time_s, at_s, zoom)
    image = (track.image_xy - 400.0) * size[:, None, None] + 400.0
    image[..., 0] += TRUNK_PX * x[:, None]
    return replace(track, image_xy=image, size_wh=np.full_like(track.size_wh, 800))


def live(track: PoseTrack) -> tuple[Session, np.ndarray, list[tuple[str, str]]]:
    session = Session(EXTENSION)
    parts = [session.update(track.slice(i, i + 1)) for i in range(len(track))]
    events = [(event.key, event.level) for part in parts for event in part.events]
    events += [(event.key, event.level) for event in session.finish()]
    return session, np.concatenate([part.readings.reason[:, LEAN] for part in parts]), events


def test_who_walks_off_and_comes_back_is_judged_from_the_same_neutral_again() -> None:
    walk = [(0.0, 0.0, 1.0), (3.5, 0.0, 1.0), (4.7, 2.0, 1.0), (5.5, 2.0, 1.0), (6.7, 0.0, 1.0), (20.0, 0.0, 1.0)]
    track = led(leaning((7.5, 0), (3.0, -12), (2.0, 0)), *walk)
    analysis = judge(track, EXTENSION)
    reason, time_s = analysis.judged.readings.reason[:, LEAN], track.time_s
    assert (reason[(time_s > 4.2) & (time_s < 6.9)] == UnjudgedReason.MOVED_AWAY).all()
    assert (reason[(time_s < 3.6) | (time_s > 7.4)] == UnjudgedReason.JUDGED).all()
    assert not analysis.session.renewals
    assert [item.complete for item in analysis.repetitions] == [True]
    (event,) = [event for event in analysis.events if event.angle == "trunk_inclination"]
    assert event.reason == UnjudgedReason.MOVED_AWAY
    assert "go back to where you began" in describe_event(event, EXTENSION)


def test_what_is_bent_and_turned_while_walking_is_neither_a_fault_nor_a_repetition() -> None:
    """Without the rule this lean back by 40 degrees is a stop and a repetition."""
    track = leaning((3.0, 0), (0.5, -40), (3.0, 0), (3.0, -12), (2.0, 0))
    off = [(0.0, 0.0, 1.0), (3.4, 0.0, 1.0), (4.0, 1.0, 1.0), (6.0, 1.0, 1.0), (6.8, 0.0, 1.0), (30.0, 0.0, 1.0)]
    assert judge(track, EXTENSION).summary.verdict == "stop"
    analysis = judge(led(track, *off), EXTENSION)
    assert not [event for event in analysis.events if event.level in ("caution", "stop")]
    assert len(analysis.repetitions) == 1


def test_a_fault_in_place_is_raised_and_not_lost_by_walking_off_later() -> None:
    track = leaning((3.0, 0), (3.0, -40), (5.0, 0))
    off = [(0.0, 0.0, 1.0), (9.0, 0.0, 1.0), (10.0, 2.0, 1.0), (30.0, 2.0, 1.0)]
    assert judge(led(track, *off), EXTENSION).summary.verdict == "stop"


def test_who_has_settled_nearer_and_aside_is_read_as_before() -> None:
    track = leaning((7.5, 0), (3.0, -12), (2.0, 0))
    moved = led(track, (0.0, 0.0, 1.0), (3.5, 0.0, 1.0), (4.5, 0.6, 1.12), (30.0, 0.6, 1.12))
    here, there = judge(track, EXTENSION), judge(moved, EXTENSION)
    held = (track.time_s > 10.0) & (track.time_s < 12.0)
    assert (there.judged.readings.reason[held, LEAN] == UnjudgedReason.JUDGED).all()
    values = [one.judged.readings.value[held, LEAN] for one in (here, there)]
    np.testing.assert_allclose(values[0], values[1], atol=1.5)
    assert [item.complete for item in there.repetitions] == [True]


def test_who_is_much_nearer_needs_a_new_stillness() -> None:
    track = leaning((9.5, 0), (3.0, -12), (2.0, 0))
    moved = led(track, (0.0, 0.0, 1.0), (3.5, 0.0, 1.0), (4.5, 0.0, 1.42), (30.0, 0.0, 1.42))
    analysis = judge(moved, EXTENSION)
    reason = analysis.judged.readings.reason[:, LEAN]
    assert (reason[(track.time_s > 4.3) & (track.time_s < 6.0)] != UnjudgedReason.JUDGED).all()
    (renewed,) = analysis.session.renewals
    assert renewed.start_s > 4.0
    assert [item.complete for item in analysis.repetitions] == [True]


def test_a_hand_below_the_knees_reaches_for_the_floor() -> None:
    track = leaning((7.0, 0), (3.0, -12), (2.0, 0))
    world, image = track.world_xyz.copy(), track.image_xy.copy()
    down = (track.time_s > 4.0) & (track.time_s < 5.0)
    world[down, L.RIGHT_WRIST, 1] = world[down, L.RIGHT_KNEE, 1] + 0.2
    analysis = judge(replace(track, world_xyz=world, image_xy=image), EXTENSION)
    reason = analysis.judged.readings.reason[:, LEAN]
    assert (reason[down] == UnjudgedReason.MOVED_AWAY).all()
    assert (reason[track.time_s > 6.0] == UnjudgedReason.JUDGED).all()


def test_live_and_recorded_say_the_same() -> None:
    track = leaning((3.0, 0), (0.5, -40), (3.0, 0), (3.0, -12), (2.0, 0))
    off = [(0.0, 0.0, 1.0), (3.4, 0.0, 1.0), (4.0, 1.0, 1.0), (6.0, 1.0, 1.0), (6.8, 0.3, 1.1), (30.0, 0.3, 1.1)]
    moved = led(track, *off)
    session, reason, events = live(moved)
    recorded = judge(moved, EXTENSION, session.first_neutral)
    after = moved.time_s > 3.0
    np.testing.assert_array_equal(reason[after], recorded.judged.readings.reason[after, LEAN])
    limits = sorted((event.key, event.level) for event in recorded.events if event.level != "unknown")
    assert sorted(event for event in events if event[1] != "unknown") == limits
    assert (reason == UnjudgedReason.MOVED_AWAY).any()
