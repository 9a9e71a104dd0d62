"""What is asked of a reading before how it moves is told, and how its error grows."""

import numpy as np
import pytest

from posecheck.assessment.grading import MOTION_DEG, SURELY, SURELY_OF_TURNS, Grader
from posecheck.core.landmarks import Landmark
from posecheck.core.levels import Level
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.image_plane import RISE_GAIN, from_the_front
from posecheck.kinematics.neutral import neutral_of
from posecheck.kinematics.uncertainty import Rules
from posecheck.measurement.rates import Rates
from posecheck.measurement.readings import Readings
from posecheck.stretches.checks import checks_of
from posecheck.stretches.library import find_stretch
from tests.support.people import Posture, track_of

TURN = INDEX["trunk_rotation"]


@pytest.mark.parametrize(("error", "told"), [(MOTION_DEG, True), (MOTION_DEG + 0.1, False)])
def test_bounces_and_unsteadiness_are_asked_of_sure_readings_only(error: float, told: bool) -> None:
    checks = checks_of(find_stretch("chair-twist"))
    value, stated = np.full((1, len(ANGLES)), np.nan), np.full((1, len(ANGLES)), np.nan)
    value[0, TURN], stated[0, TURN] = 30.0, error
    grader = Grader(checks)
    readings = Readings(np.zeros(1), value, stated, np.zeros(value.shape, np.uint8))
    rates = Rates(np.full(value.shape, 12.0), np.zeros(value.shape), value, np.zeros(value.shape))
    signed, _ = grader.signed(readings, rates, grader.rows(value))
    of = {c.range.measure: signed[0, i] for i, c in enumerate(checks) if c.rows == (TURN,)}
    assert (of["angle"], of["speed"]) == (30.0, 12.0)  # an excursion and a swing are told however rough the reading
    assert [np.isfinite(of[what]) for what in ("reversals", "spread")] == [told, told]


def test_the_error_of_what_is_drawn_to_the_middle_grows_with_it() -> None:
    one = np.zeros(1, np.intp)
    by = Rules(
        one, one, gain=np.ones(1), factor=np.full(1, 2.0), floor=np.full(1, 3.0), share=np.full(1, 0.5),
        between=np.zeros((3, 1)),
    )  # fmt: skip
    _, error = by.of(np.array([[0.0], [4.0], [-20.0]]), np.array([[1.0], [2.5], [1.0]]))
    assert error[:, 0].tolist() == [3.0, 5.0, 10.0]


def test_a_lifted_shoulder_is_read_in_the_picture_with_what_the_model_leaves_out() -> None:
    track = track_of([Posture(), Posture()])
    xy = track.image_xy.copy()
    ears = (xy[1, Landmark.LEFT_EAR] + xy[1, Landmark.RIGHT_EAR]) / 2
    line = ears - (xy[1, Landmark.LEFT_HIP] + xy[1, Landmark.RIGHT_HIP]) / 2
    xy[1, Landmark.LEFT_SHOULDER] += 0.04 * line
    track.image_xy[:] = xy
    found = from_the_front(track, neutral_of(track.slice(0, 1)))
    assert found[INDEX["left_shoulder_rise"]].tolist() == pytest.approx([0.0, 0.04 * RISE_GAIN])
    assert found[INDEX["right_shoulder_rise"]].tolist() == pytest.approx([0.0, 0.0], abs=1e-9)


@pytest.mark.parametrize(
    ("name", "key", "share"),
    [
        ("chair-twist", "trunk_rotation_speed", SURELY_OF_TURNS),
        ("supine-twist", "lying_roll_speed", SURELY),
    ],
)
def test_a_speed_is_too_fast_only_where_it_passes_its_limit_by_a_share_of_its_error(
    name: str, key: str, share: float
) -> None:
    checks = checks_of(find_stretch(name))
    place = next(i for i, check in enumerate(checks) if check.range.key == key)
    limit = checks[place].range.caution
    assert limit is not None
    amounts, errors = np.zeros((4, len(checks))), np.zeros((4, len(checks)))
    amounts[:, place] = limit + np.array([-1.0, 1.0, 15.0 * share - 0.5, 15.0 * share + 0.5])
    errors[:, place] = 15.0
    levels = Grader(checks).levels(amounts, errors)[:, place]
    assert levels.tolist() == [Level.CLEAR, Level.BORDERLINE, Level.BORDERLINE, Level.CAUTION]
