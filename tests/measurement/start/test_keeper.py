"""When a neutral no longer holds, and that the next stillness takes its place, live as recorded."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.assessment.session import Session
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.core.worn.phone import PhoneReading
from posecheck.feedback.wording import describe_event
from posecheck.kinematics.angles import INDEX
from posecheck.measurement.framing import Turn
from posecheck.stretches.library import find_stretch
from tests.support.people import Posture, leaning, script, track_of

pytestmark = pytest.mark.usefixtures("plain_geometry")

LEAN = INDEX["trunk_inclination"]
EXTENSION = "standing-extension-hand-press"


def filmed(track: PoseTrack, *moves: tuple[float, tuple[float, float, float, float]]) -> PoseTrack:
    """Return a track whose background lies as said from each time on."""
    background = np.tile([0.0, 0.0, 0.0, 1.0], (len(track), 1))
    for start_s, place in moves:
        background[track.time_s >= start_s] = place
    return replace(track, background=background)


def live(track: PoseTrack, stretch: str, neutral: object = None) -> tuple[Session, np.ndarray, np.ndarray]:
    session = Session(find_stretch(stretch), neutral)  # type: ignore[arg-type]
    parts = [session.update(track.slice(i, i + 1)).readings for i in range(len(track))]
    return session, np.vstack([part.value for part in parts]), np.vstack([part.reason for part in parts])


def test_after_the_camera_has_moved_nothing_is_judged_until_a_new_stillness() -> None:
    track = filmed(leaning((2.5, 0), (1.0, -20), (3.5, 0), (2.0, -15)), (3.2, (0.05, 0.0, 2.5, 1.0)))
    analysis = judge(track, find_stretch(EXTENSION))
    reason, value = analysis.judged.readings.reason[:, LEAN], analysis.judged.readings.value[:, LEAN]
    moved = np.flatnonzero(reason == UnjudgedReason.CAMERA_MOVED)
    assert track.time_s[moved[0]] == pytest.approx(3.2, abs=0.04)
    (renewed,) = analysis.session.renewals
    assert renewed.start_s >= 5.4
    assert track.time_s[moved[-1]] == pytest.approx(renewed.end_s, abs=0.1)
    assert np.isnan(value[moved]).all()
    assert value[-15:] == pytest.approx(-15, abs=1.5)
    assert UnjudgedReason.CAMERA_MOVED in {event.reason for event in analysis.events if event.kind == "cannot_judge"}
    assert analysis.summary.neutral is not None
    assert len(analysis.summary.neutral.again_s) == 1


def test_a_lean_held_still_after_the_camera_has_moved_is_no_neutral() -> None:
    track = filmed(leaning((2.5, 0), (6.0, -20)), (4.5, (0.05, 0.0, 0.0, 1.0)))
    analysis = judge(track, find_stretch(EXTENSION))
    assert not analysis.session.renewals
    assert (analysis.judged.readings.reason[-90:, LEAN] == UnjudgedReason.CAMERA_MOVED).all()


def test_a_camera_that_comes_back_needs_no_new_neutral() -> None:
    track = filmed(leaning((2.5, 0), (3.0, -20)), (4.0, (0.05, 0.0, 0.0, 1.0)), (4.5, (0.002, 0.0, 0.0, 1.0)))
    analysis = judge(track, find_stretch(EXTENSION))
    reason = analysis.judged.readings.reason[:, LEAN]
    assert not analysis.session.renewals
    # For half a second, and a moment after.
    assert (reason == UnjudgedReason.CAMERA_MOVED).sum() == 24
    assert analysis.judged.readings.value[-10:, LEAN] == pytest.approx(-20, abs=1.5)


@pytest.mark.parametrize("place", [(0.004, 0.002, 0.1, 1.0), (np.nan, np.nan, np.nan, np.nan)])
def test_jitter_and_not_knowing_are_no_movement(place: tuple[float, float, float, float]) -> None:
    track = filmed(leaning((2.5, 0), (2.0, -20)), (3.0, place))
    analysis = judge(track, find_stretch(EXTENSION))
    assert (analysis.judged.readings.reason[:, LEAN] == UnjudgedReason.JUDGED).all()


def test_turning_into_the_right_view_after_a_first_stillness_in_the_wrong_one() -> None:
    postures = script(
        (3.0, lambda _: Posture()),
        (2.0, lambda share: Posture(pelvis=-90 * share)),
        (3.0, lambda _: Posture(pelvis=-90)),
        (2.0, lambda share: Posture(pelvis=-90, inclination=-18 * share)),
        (1.0, lambda _: Posture(pelvis=-90, inclination=-18)),
    )
    track = track_of(postures, azimuth=0.0, noise=0.001)
    analysis = judge(track, find_stretch(EXTENSION))
    reason, value = analysis.judged.readings.reason[:, LEAN], analysis.judged.readings.value[:, LEAN]
    assert (reason[:90] == UnjudgedReason.VIEW).all()
    assert [later.view for later in analysis.session.renewals] == ["side"]
    assert value[-15:] == pytest.approx(-18, abs=1.5)
    unjudged = [
        event for event in analysis.events if event.kind == "cannot_judge" and event.angle == "trunk_inclination"
    ]
    # The turn belongs to the first neutral, although another one holds at the end.
    assert (unjudged[0].reason, unjudged[0].turn) == (UnjudgedReason.VIEW, Turn.LEFT_TO_OBLIQUE_RIGHT), unjudged
    assert describe_event(unjudged[0], analysis.stretch).startswith("Turn")
    assert UnjudgedReason.TURNED not in {event.reason for event in unjudged}


def test_live_and_recorded_agree_when_the_neutral_is_taken_anew() -> None:
    track = filmed(leaning((2.5, 0), (1.0, -20), (3.5, 0), (2.0, -15)), (3.2, (0.05, 0.0, 2.5, 1.0)))
    whole = judge(track, find_stretch(EXTENSION))
    session, value, reason = live(track, EXTENSION, whole.neutral)
    np.testing.assert_array_equal(reason, whole.judged.readings.reason)
    np.testing.assert_allclose(value, whole.judged.readings.value, atol=1e-8)
    assert [(n.start_s, n.end_s) for n in session.renewals] == [(n.start_s, n.end_s) for n in whole.session.renewals]


def test_a_slip_is_not_judged_and_gives_no_event_of_a_limit() -> None:
    track = leaning((2.5, 0), (4.0, -10))
    image, world = track.image_xy.copy(), track.world_xyz.copy()
    world[120:135] *= np.array([0.4, 1.0, 0.4])
    image[120:135] = 250 + 0.5 * (image[120:135] - 250)
    analysis = judge(replace(track, image_xy=image, world_xyz=world), find_stretch(EXTENSION))
    reason = analysis.judged.readings.reason[:, LEAN]
    assert (reason[120:135] == UnjudgedReason.IMPLAUSIBLE).all()
    assert not any(event.level in ("caution", "stop") for event in analysis.events)
    assert (reason[-30:] == UnjudgedReason.JUDGED).all()


def test_a_tilted_camera_is_refused_until_it_is_straightened() -> None:
    track = track_of([Posture()] * 240, azimuth=90.0, noise=0.001)
    image = track.image_xy.copy()
    turn = np.radians(15.0)
    image[:90] = 400 + (image[:90] - 400) @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    tilted = filmed(replace(track, image_xy=image), (3.0, (0.0, 0.0, -15.0, 1.0)))
    analysis = judge(tilted, find_stretch(EXTENSION))
    reason = analysis.judged.readings.reason[:, LEAN]
    assert (reason[:90] == UnjudgedReason.NOT_LEVEL).all()
    assert len(analysis.session.renewals) == 1
    assert (reason[-30:] == UnjudgedReason.JUDGED).all()


def test_a_twist_that_only_a_phone_shows_is_no_neutral_and_a_chair_that_turned_is() -> None:
    # Beside the camera shoulders and hips seem to turn alike, half as far as the chest does.
    before, after = (track_of([Posture()] * n, azimuth=azimuth) for n, azimuth in ((90, -85.0), (120, -58.0)))
    track = before.joined(replace(after, time_s=after.time_s + 3.0))
    for turned, renewed in ((54.0, 0), (27.0, 1)):
        turn = np.concatenate([np.zeros(90), np.full(120, -turned)])
        nan = np.full(len(turn), np.nan)
        phone = PhoneReading(turn, nan, nan, nan, np.zeros(len(turn)), nan, nan, nan).pack()
        session, _, _ = live(replace(track, phone=phone), "chair-twist")
        assert len(session.renewals) == renewed
