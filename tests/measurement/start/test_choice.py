"""From which posture a recording is counted that does not begin with two still seconds upright."""

from collections.abc import Callable

import numpy as np
import pytest

from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.neutral import NeutralOrigin
from posecheck.measurement.readings import read
from posecheck.measurement.start.choice import choose_neutral
from posecheck.stretches.library import find_stretch
from research.datasets.coaching import ROWS
from research.datasets.seen import load
from tests.support.people import Posture, script, track_of

pytestmark = pytest.mark.usefixtures("plain_geometry")

BACK_BEND, TWIST = find_stretch("standing-extension-hands-behind-head"), find_stretch("chair-twist")
LEAN, ROTATION = INDEX["trunk_inclination"], INDEX["trunk_rotation"]
Part = tuple[float, Callable[[float], Posture]]


def leaning(*corners: tuple[float, float]) -> PoseTrack:
    """Return somebody seen from their left who goes to each lean in so many seconds; back is negative."""
    parts: list[Part] = []
    before = corners[0][1]
    for seconds, to in corners:
        parts.append((seconds, lambda share, a=before, b=to: Posture(inclination=a + (b - a) * share)))  # type: ignore[misc]
        before = to
    return track_of(script(*parts), azimuth=90.0, noise=0.001)


def turning(*corners: tuple[float, float]) -> PoseTrack:
    parts: list[Part] = []
    before = corners[0][1]
    for seconds, to in corners:
        parts.append((seconds, lambda share, a=before, b=to: Posture(rotation=a + (b - a) * share)))  # type: ignore[misc]
        before = to
    return track_of(script(*parts), noise=0.001)


def test_a_clip_trimmed_to_the_held_back_bend_is_counted_from_upright() -> None:
    track = leaning((3.0, -34.0), (2.0, 0.0), (2.0, 0.0))
    neutral = choose_neutral(track, BACK_BEND)
    assert neutral is not None
    assert (neutral.origin, neutral.start_s > 4.5) == (NeutralOrigin.STILL, True)
    assert np.nanmin(estimate(track, neutral, False)[0][:, LEAN]) == pytest.approx(-34.0, abs=2.5)


def test_who_never_stands_upright_is_counted_from_the_vertical_with_a_wider_error() -> None:
    track = leaning((3.0, -34.0), (1.0, -30.0), (2.0, -34.0))
    neutral = choose_neutral(track, BACK_BEND)
    assert neutral is not None
    assert neutral.origin == NeutralOrigin.VERTICAL
    readings = read(track, neutral, BACK_BEND)
    assert np.nanmedian(readings.value[:, LEAN]) == pytest.approx(-34.0, abs=2.0)
    sure = read(
        leaning((3.0, 0.0), (1.0, -30.0)), choose_neutral(leaning((3.0, 0.0), (1.0, -30.0)), BACK_BEND), BACK_BEND
    )
    assert np.nanmedian(readings.error[:, LEAN]) > np.nanmedian(sure.error[:, LEAN]) + 2.0


def test_upright_for_half_a_second_only_is_enough() -> None:
    track = leaning((0.6, 0.0), (2.0, -30.0), (0.2, -28.0), (0.2, -30.0), (1.5, -5.0))
    neutral = choose_neutral(track, BACK_BEND)
    assert neutral is not None
    assert neutral.origin == NeutralOrigin.CALM
    assert neutral.end_s < 0.8
    assert neutral.spread[LEAN] > 0.0


def test_a_held_twist_is_not_counted_from() -> None:
    track = turning((3.0, 28.0), (2.0, 0.0), (1.5, 0.0), (2.0, -28.0), (3.0, -28.0))
    neutral = choose_neutral(track, TWIST)
    assert neutral is not None
    assert neutral.origin == NeutralOrigin.STILL
    assert abs(neutral.raw[ROTATION]) < 4.0


def test_without_any_neutral_what_needs_none_is_judged() -> None:
    track = turning((3.0, 30.0), (1.0, 26.0), (2.0, 30.0))
    neutral = choose_neutral(track, TWIST)
    assert neutral is not None
    assert (neutral.origin, neutral.in_stretch) == (NeutralOrigin.UNKNOWN, True)
    reason = read(track, neutral, TWIST).reason
    assert set(reason[:, ROTATION]) == {UnjudgedReason.IN_STRETCH}
    assert set(reason[:, INDEX["stance_width"]]) == {UnjudgedReason.JUDGED}


def test_the_first_still_second_stays_the_neutral() -> None:
    track = leaning((2.5, 2.0), (2.0, -30.0), (3.0, -30.0), (2.0, 0.0), (2.0, 0.0))
    neutral = choose_neutral(track, BACK_BEND)
    assert neutral is not None
    assert (neutral.start_s, neutral.sure) == (0.0, True)
    assert not neutral.spread.any()


@pytest.mark.parametrize("name", ["supine-twist", "prone-arch", "knees-to-chest"])
def test_nothing_is_judged_of_who_stands_in_a_lying_stretch(name: str) -> None:
    track = track_of([Posture()] * 90, azimuth=90.0, noise=0.001)
    assert choose_neutral(track, find_stretch(name)) is None


def test_a_squat_is_no_standing_twist() -> None:
    standing = find_stretch("standing-twist")
    bent = Posture(hip=(90.0, 90.0), knee=(95.0, 95.0))
    track = track_of(script((2.5, lambda _: Posture()), (1.0, lambda _: bent)), noise=0.001)
    reason = read(track, choose_neutral(track, standing), standing).reason
    assert set(reason[-20:].ravel()) == {UnjudgedReason.OTHER_POSTURE}
    assert UnjudgedReason.OTHER_POSTURE not in set(reason[:60].ravel())


def test_a_rolled_pelvis_is_no_start_of_the_twist_on_the_back() -> None:
    """Kept landmarks of the twist on the back, from within the held roll on: what is held is not counted from."""
    row = next(row for row in ROWS if row.name == "supine-twist" and not row.passed)
    track, stretch = load(row)[0], find_stretch("supine-twist")
    whole = choose_neutral(track, stretch)
    assert whole is not None
    roll = estimate(track, whole, False, stretch.hips_roll)[0][:, INDEX["lying_roll"]]
    first = int(np.argmax(np.abs(roll) > 0.9 * np.nanmax(np.abs(roll))))
    cut = track.slice(first, len(track))
    neutral = choose_neutral(cut, stretch)
    assert neutral is not None
    assert neutral.origin == NeutralOrigin.STILL
    again = estimate(cut, neutral, False, stretch.hips_roll)[0][:, INDEX["lying_roll"]]
    assert float(np.nanmedian(np.abs(again - roll[first:]))) < 3.0
