"""A camera that moves: what the background shows of it is undone, and what cannot be undone is not judged."""

import numpy as np
import pytest

from posecheck.assessment.analysis import Analysis, judge
from posecheck.assessment.session import Session
from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.angles import INDEX
from posecheck.stretches.library import find_stretch
from research.datasets.coaching import ROWS
from research.datasets.seen import key, load, to_be_seen
from research.disturbed.cameras import MOVES, CameraMove, moved
from tests.support.people import Posture, script, track_of

LEAN = INDEX["trunk_inclination"]
EXTENSION = "standing-extension-hand-press"


def leaning() -> PoseTrack:
    """Return somebody seen from the side who leans back by 15 degrees twice."""
    there, back = (lambda share: Posture(inclination=-15 * share)), (lambda share: Posture(inclination=15 * share - 15))
    still, held = (lambda _: Posture()), (lambda _: Posture(inclination=-15))
    once = [(1.5, there), (3.0, held), (1.5, back), (1.0, still)]
    return track_of(script((2.5, still), *once, *once), azimuth=90.0, noise=0.001)


def at(time_s: Floats, start_s: float, takes_s: float) -> Floats:
    return np.asarray(np.clip((time_s - start_s) / takes_s, 0.0, 1.0))


def told(analysis: Analysis) -> list[tuple[str, str]]:
    return [(event.key, event.level) for event in analysis.events if event.kind != "cannot_judge"]


@pytest.mark.parametrize("roll_deg", [-8.0, 8.0])
@pytest.mark.parametrize("zoom", [1.0, 1.2])
def test_a_camera_that_tilts_is_put_back_level(roll_deg: float, zoom: float) -> None:
    track = leaning()
    share = at(track.time_s, 4.5, 3.0)
    shown = moved(track, roll_deg * share, np.outer(share, [0.04, -0.06]), 1.0 + (zoom - 1.0) * share)
    as_it_was, analysis = (judge(each, find_stretch(EXTENSION)) for each in (track, shown))
    value = analysis.judged.readings.value[:, LEAN]
    judged = np.isfinite(value)
    assert value[judged] == pytest.approx(as_it_was.judged.readings.value[judged, LEAN], abs=1.5)
    assert judged.mean() > 0.7
    assert not analysis.session.renewals, "the neutral still holds"
    assert told(analysis) == told(as_it_was)
    assert len(analysis.repetitions) == len(as_it_was.repetitions) == 2


def test_while_the_camera_moves_fast_and_just_after_nothing_is_judged() -> None:
    track = leaning()
    share = at(track.time_s, 6.0, 0.1)
    analysis = judge(
        moved(track, 5.0 * share, np.outer(share, [0.05, 0.0]), np.ones(len(track))), find_stretch(EXTENSION)
    )
    reason = analysis.judged.readings.reason[:, LEAN]
    blocked = track.time_s[reason == UnjudgedReason.CAMERA_MOVED]
    assert blocked.min() == pytest.approx(6.0, abs=0.1)
    assert 0.3 <= np.ptp(blocked) <= 0.6


@pytest.mark.parametrize(("roll_deg", "shift", "zoom"), [(20.0, 0.0, 1.0), (0.0, 0.25, 1.0), (0.0, 0.0, 1.6)])
def test_a_camera_that_points_elsewhere_is_not_put_back(roll_deg: float, shift: float, zoom: float) -> None:
    track = leaning()
    share = at(track.time_s, 5.5, 0.2)
    shown = moved(track, roll_deg * share, np.outer(share, [shift, 0.0]), 1.0 + (zoom - 1.0) * share)
    reason = judge(shown, find_stretch(EXTENSION)).judged.readings.reason[:, LEAN]
    held = (track.time_s > 6.2) & (track.time_s < 8.0)
    assert (reason[held] == UnjudgedReason.CAMERA_MOVED).all()


def test_a_camera_that_was_put_elsewhere_is_not_put_back() -> None:
    track = leaning()
    share = at(track.time_s, 5.5, 0.2)
    shown = moved(track, np.zeros(len(track)), np.outer(share, [0.05, 0.0]), np.ones(len(track)))
    # The picture's background went to the right, but the person to the left: the camera stands in another place.
    shown.image_xy[:] -= np.outer(share, [0.1 * 640, 0.0])[:, None]
    reason = judge(shown, find_stretch(EXTENSION)).judged.readings.reason[:, LEAN]
    held = (track.time_s > 6.2) & (track.time_s < 8.0)
    assert (reason[held] == UnjudgedReason.CAMERA_MOVED).all()


@pytest.mark.parametrize("one", MOVES, ids=lambda one: one.name)
def test_frame_by_frame_is_as_all_at_once(one: CameraMove) -> None:
    track = one.of(leaning(), 7)
    analysis = judge(track, find_stretch(EXTENSION))
    whole, session = analysis.judged.readings, Session(find_stretch(EXTENSION), analysis.neutral)
    parts = [session.update(track.slice(i, i + 1)).readings for i in range(len(track))]
    rows = np.vstack([part.reason for part in parts])[:, LEAN]
    moved_then = rows == UnjudgedReason.CAMERA_MOVED
    assert np.array_equal(moved_then, whole.reason[:, LEAN] == UnjudgedReason.CAMERA_MOVED)


@pytest.mark.parametrize("one", [MOVES[0], MOVES[1], MOVES[2], MOVES[4]], ids=lambda one: one.name)
def test_a_knocked_camera_raises_no_stop_and_loses_no_repetition(one: CameraMove) -> None:
    rows = list(to_be_seen(ROWS))
    for row in rows[::17]:
        track, _ = load(row)
        still = judge(track, find_stretch(row.name))
        analysis = judge(one.of(track, int(key(row)[-8:], 16)), find_stretch(row.name))
        before, now = ([what for what in told(each) if what[1] == "stop"] for each in (still, analysis))
        assert not [what for what in now if what not in before], key(row)
        assert len(analysis.repetitions) == len(still.repetitions), key(row)
