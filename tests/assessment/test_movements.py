"""Bounces of a turn need two witnesses: the steps in the picture, and the reading."""

import numpy as np
import pytest

from posecheck.assessment.grading import Grader
from posecheck.assessment.movements import Movements
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.measurement.rates import Rates
from posecheck.measurement.readings import Readings
from posecheck.stretches.checks import checks_of
from posecheck.stretches.library import find_stretch

TIME_S = np.arange(0.0, 4.0, 0.1)
SWING = 5.0 * np.sin(2.0 * np.pi * TIME_S / 0.8)


@pytest.mark.parametrize(
    ("read_deg", "moved_deg", "bounces"),
    [(SWING, SWING, True), (0.2 * SWING, SWING, False), (SWING, 0.2 * SWING, False)],
)
def test_a_bounce_counts_where_picture_and_reading_both_swing(
    read_deg: np.ndarray, moved_deg: np.ndarray, bounces: bool
) -> None:
    checks = checks_of(find_stretch("chair-twist"))
    turn = INDEX["trunk_rotation"]
    shape = (len(TIME_S), len(ANGLES))
    value, error, way = np.full(shape, np.nan), np.full(shape, 5.0), np.full(shape, np.nan)
    value[:, turn], way[:, turn] = 32.0 + read_deg, 7.0 + moved_deg
    readings = Readings(TIME_S, value, error, np.zeros(shape, np.uint8))
    rates = Rates(np.zeros(shape), np.zeros(shape), way, np.zeros(shape))
    moved = Movements(checks, Grader(checks)).update(readings, rates, np.full(len(TIME_S), "move"))
    place = next(i for i, check in enumerate(checks) if check.range.key == "trunk_rotation_bounce")
    assert (np.nanmax(moved.signed[:, place]) >= 3) == bounces
