"""The guided start position: it grows while one is still, and says what is wrong."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.session import Session
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.wording import instruction
from posecheck.measurement.start.capture import capture
from posecheck.stretches.library import find_stretch
from tests.support.people import Posture, body_reversed, track_of

pytestmark = pytest.mark.usefixtures("plain_geometry")

CHAIR = find_stretch("chair-twist")


def still(seconds: float, azimuth: float = 0.0) -> PoseTrack:
    return track_of([Posture()] * round(seconds * 30), azimuth=azimuth, noise=0.001)


@pytest.mark.parametrize(("seconds", "least", "most"), [(0.6, 0.2, 0.3), (1.05, 0.45, 0.55), (2.1, 1.0, 1.0)])
def test_the_share_is_that_of_two_seconds(seconds: float, least: float, most: float) -> None:
    found = capture(still(seconds), CHAIR)
    assert least <= found.share <= most
    assert found.reason == UnjudgedReason.JUDGED


def test_moving_begins_anew() -> None:
    postures = [Posture()] * 60 + [Posture(inclination=3.0 * i) for i in range(12)]
    found = capture(track_of(postures), CHAIR)
    assert found.share == 0.0
    assert found.reason == UnjudgedReason.NO_NEUTRAL


def test_what_is_wrong_is_said() -> None:
    track = still(1.5)
    assert capture(None, CHAIR).reason == UnjudgedReason.NOBODY
    covered = replace(track, image_xy=track.image_xy * np.nan)
    assert capture(covered, CHAIR).reason == UnjudgedReason.ANOTHER_PERSON
    assert capture(replace(covered, people=track.people * 0), CHAIR).reason == UnjudgedReason.NOBODY
    assert capture(replace(track, people=track.people + 1), CHAIR).reason == UnjudgedReason.ANOTHER_PERSON
    image, visibility = track.image_xy.copy(), track.visibility.copy()
    image[:, [L.LEFT_HIP, L.RIGHT_HIP], 1] = 830
    visibility[:, [L.LEFT_HIP, L.RIGHT_HIP]] = 0.1
    assert capture(replace(track, image_xy=image, visibility=visibility), CHAIR).reason == UnjudgedReason.LEGS_OUT
    assert capture(track, find_stretch("prone-arch")).reason == UnjudgedReason.NO_NEUTRAL
    assert capture(still(1.5, azimuth=90.0), find_stretch("chair-lean-back")).reason == UnjudgedReason.JUDGED
    slipped = capture(body_reversed(still(1.5, azimuth=90.0)), find_stretch("chair-lean-back"))
    assert slipped.reason == UnjudgedReason.IMPLAUSIBLE
    side = capture(still(1.5, azimuth=90.0), CHAIR)
    assert side.reason == UnjudgedReason.VIEW
    assert "to your left" in instruction(side.reason, CHAIR, neutral=side.neutral)


def test_a_session_tells_it_until_it_has_a_neutral() -> None:
    session, track = Session(CHAIR), track_of([Posture()] * 75, noise=0.001)
    shares = []
    for i in range(len(track)):
        session.update(track.slice(i, i + 1))
        shares.append(session.capture.share if session.capture is not None else None)
    known = [share for share in shares if share is not None]
    assert known == sorted(known)
    assert known[-1] == 1.0
    assert shares[-1] is None
