from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.landmarks import Landmark
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.headline import headline_of
from posecheck.kinematics.angles import ANGLES, FAMILIES, INDEX
from posecheck.kinematics.estimation import SHOULDER_GAIN
from posecheck.kinematics.neutral import neutral_of
from posecheck.kinematics.uncertainty import _tables
from posecheck.measurement.readings import read, uncounted
from posecheck.stretches.library import find_stretch
from posecheck.stretches.stretch import Stretch
from tests.support.people import Posture, script, track_of

pytestmark = pytest.mark.usefixtures("plain_geometry")


@pytest.fixture(scope="module")
def twist_stretch() -> Stretch:
    return find_stretch("chair-twist")


def both(posture: Posture, azimuth: float = 0.0) -> PoseTrack:
    """Return a neutral frame and one of the posture."""
    return track_of([Posture(), posture], azimuth=azimuth)


@pytest.mark.parametrize("where", [-80.0, -60.0, -30.0, 30.0, 60.0, 90.0, 110.0])
@pytest.mark.parametrize("lean", [-25.0, 12.0, 40.0])
def test_lean_is_right_from_every_side_that_shows_it(lean: float, where: float, twist_stretch: Stretch) -> None:
    track = both(Posture(inclination=lean), where)
    result = read(track, neutral_of(track.slice(0, 1)), twist_stretch)
    i = INDEX["trunk_inclination"]
    if np.isnan(result.value[1, i]):
        assert result.reason[1, i] == UnjudgedReason.VIEW
    else:
        assert result.value[1, i] == pytest.approx(lean, abs=1e-6)


def test_lean_cannot_be_judged_from_the_front(twist_stretch: Stretch) -> None:
    track = both(Posture(inclination=30))
    result = read(track, neutral_of(track.slice(0, 1)), twist_stretch)
    assert np.isnan(result.value[1, INDEX["trunk_inclination"]])


def test_still_pelvis_reads_rotation_from_the_shoulders(twist_stretch: Stretch) -> None:
    track = both(Posture(rotation=35))
    result = read(track, neutral_of(track.slice(0, 1)), twist_stretch)
    i = INDEX["trunk_rotation"]
    assert result.value[1, i] == pytest.approx(SHOULDER_GAIN * 35)
    assert result.error[1, i] == 40


def test_free_pelvis_rotation_is_the_lines_against_each_other_and_more_uncertain(twist_stretch: Stretch) -> None:
    track = both(Posture(rotation=35))
    free = twist_stretch.model_copy(update={"pelvis": "free"})
    result = read(track, neutral_of(track.slice(0, 1)), free)
    assert result.value[1, INDEX["trunk_rotation"]] == pytest.approx(35)
    assert result.error[1, INDEX["trunk_rotation"]] == 45


def _hide(track: PoseTrack, *landmarks: Landmark) -> PoseTrack:
    visibility = track.visibility.copy()
    visibility[1, list(landmarks)] = 0.1
    return replace(track, visibility=visibility)


def test_hidden_landmarks_cannot_be_judged(twist_stretch: Stretch) -> None:
    track = _hide(both(Posture(rotation=20)), Landmark.LEFT_SHOULDER)
    result = read(track, neutral_of(track.slice(0, 1)), twist_stretch)
    assert result.reason[1, INDEX["trunk_rotation"]] == UnjudgedReason.HIDDEN
    assert result.reason[1, INDEX["pelvis_obliquity"]] == UnjudgedReason.JUDGED
    # On a chair a turn of the pelvis hardly shows, however well the hips are seen.
    assert result.reason[1, INDEX["pelvis_rotation"]] == UnjudgedReason.UNCERTAIN


def test_from_the_side_one_shoulder_and_hip_are_enough_for_the_lean(twist_stretch: Stretch) -> None:
    track = _hide(both(Posture(inclination=-20), 90), Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP)
    result = read(track, neutral_of(track.slice(0, 1)), twist_stretch)
    assert result.value[1, INDEX["trunk_inclination"]] == pytest.approx(-20, abs=1e-6)


def test_out_of_the_picture_is_not_judged(twist_stretch: Stretch) -> None:
    track = both(Posture(rotation=20))
    image = track.image_xy.copy()
    image[1, Landmark.LEFT_HIP, 1] = 801
    result = read(replace(track, image_xy=image), neutral_of(track.slice(0, 1)), twist_stretch)
    assert result.reason[1, INDEX["trunk_rotation"]] == UnjudgedReason.LEGS_OUT


def test_another_person_is_not_judged_by_a_neutral_not_theirs(twist_stretch: Stretch) -> None:
    track = both(Posture(rotation=20))
    track.subject[1] = 1
    result = read(track, neutral_of(track.slice(0, 1)), twist_stretch)
    assert (result.reason[1] == UnjudgedReason.ANOTHER_PERSON).all()


def test_without_neutral_or_person_nothing_is_judged(twist_stretch: Stretch) -> None:
    track = both(Posture(rotation=20))
    assert (read(track, None, twist_stretch).reason == UnjudgedReason.NO_NEUTRAL).all()
    track.image_xy[1], track.world_xyz[1] = np.nan, np.nan
    others = read(track, neutral_of(track.slice(0, 1)), twist_stretch)
    assert (others.reason[1] == UnjudgedReason.ANOTHER_PERSON).all()
    track.people[1] = 0
    nobody = read(track, neutral_of(track.slice(0, 1)), twist_stretch)
    assert (nobody.reason[1] == UnjudgedReason.NOBODY).all()
    without = read(track, None, twist_stretch).reason
    assert (without == np.array([[UnjudgedReason.NO_NEUTRAL], [UnjudgedReason.NOBODY]])).all()


def test_value_error_and_reason_agree(twist_stretch: Stretch) -> None:
    track = _hide(both(Posture(rotation=20, elbow=(30, 40)), 40), Landmark.LEFT_KNEE)
    result = read(track, neutral_of(track.slice(0, 1)), twist_stretch)
    judged = result.reason == UnjudgedReason.JUDGED
    assert np.array_equal(judged, np.isfinite(result.value))
    assert np.array_equal(judged, np.isfinite(result.error))


def test_every_error_stated_is_of_something_measured() -> None:
    known = {row.name for row in ANGLES} | set(FAMILIES)
    known |= {"judged_up_to", "trunk_rotation_pelvis_still", "neck_flexion_lying"}
    assert set(_tables("error_model.toml")) <= known


@pytest.mark.parametrize(
    ("azimuth", "turn"), [(90.0, -90.0), (90.0, 90.0), (90.0, 180.0), (-90.0, 90.0), (50.0, 50.0), (50.0, 180.0)]
)
def test_an_arch_after_turning_out_of_the_view_is_not_judged(azimuth: float, turn: float) -> None:
    postures = script(
        (2.0, lambda _: Posture()),
        (3.0, lambda share: Posture(pelvis=turn * share)),
        (2.0, lambda share: Posture(pelvis=turn, inclination=-35 * share)),
        (3.0, lambda _: Posture(pelvis=turn, inclination=-35)),
    )
    analysis = judge(track_of(postures, azimuth=azimuth), find_stretch("standing-extension-hand-press"))
    readings, lean = analysis.judged.readings, INDEX["trunk_inclination"]
    assert analysis.summary.verdict == "cannot_judge"
    assert np.isnan(readings.value[-60:, lean]).all()
    assert np.isin(readings.reason[-60:, lean], [UnjudgedReason.VIEW, UnjudgedReason.TURNED]).all()


def test_an_arch_after_turning_towards_the_side_is_seen() -> None:
    postures = script(
        (2.0, lambda _: Posture()),
        (2.0, lambda share: Posture(pelvis=-40 * share)),
        (2.0, lambda share: Posture(pelvis=-40, inclination=-35 * share)),
    )
    analysis = judge(track_of(postures, azimuth=50.0), find_stretch("standing-extension-hand-press"))
    assert analysis.summary.verdict == "stop"


def test_what_another_place_of_the_camera_shows_is_a_matter_of_the_view() -> None:
    postures = [Posture()] * 60
    lunge = judge(track_of(postures, azimuth=0.0), find_stretch("lunge"))
    assert (lunge.judged.readings.reason[:, INDEX["left_knee_flexion"]] == UnjudgedReason.VIEW).all()
    assert "until the camera sees your left side" in headline_of(lunge)
    chair = judge(track_of(postures, azimuth=0.0), find_stretch("chair-twist"))
    assert (chair.judged.readings.reason[:, INDEX["left_elbow_flexion"]] == UnjudgedReason.UNCERTAIN).all()


def test_what_is_not_counted_from_a_neutral_still_shows_the_movement(twist_stretch: Stretch) -> None:
    turned = [Posture(rotation=rotation) for rotation in (0.0, 10.0, 30.0)]
    track = track_of(turned)
    row = INDEX["trunk_rotation"]
    assert np.isnan(read(track, None, twist_stretch).value[:, row]).all()
    shown = uncounted(track, twist_stretch)[:, row]
    np.testing.assert_allclose(np.diff(shown), [10.0, 20.0], atol=0.5)
    hidden = replace(track, visibility=track.visibility * np.array([1.0, 0.0, 1.0])[:, None])
    assert np.isnan(uncounted(hidden, twist_stretch)[1, row])
    other = replace(track, subject=np.array([0, 0, 1], np.int16))
    assert np.isnan(uncounted(other, twist_stretch)[2, row])
