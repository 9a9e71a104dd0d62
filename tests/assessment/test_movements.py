"""Bounces of a turn need two witnesses, those of a roll a swing beyond its error; and one hold is one unsteady hold."""

import numpy as np
import pytest

from posecheck.assessment.events import LimitTracker
from posecheck.assessment.grading import CAUTION, OFF, Grader
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


@pytest.mark.parametrize(("far_deg", "bounces"), [(3.0, False), (6.0, True)])
def test_a_roll_on_the_back_bounces_where_it_swings_by_more_than_its_reading_does(
    far_deg: float, bounces: bool
) -> None:
    checks = checks_of(find_stretch("supine-twist"))
    roll = INDEX["lying_roll"]
    shape = (len(TIME_S), len(ANGLES))
    value, error = np.full(shape, np.nan), np.full(shape, 18.0)
    value[:, roll] = 32.0 + far_deg * np.cos(2.0 * np.pi * TIME_S / 0.8)
    readings = Readings(TIME_S, value, error, np.zeros(shape, np.uint8))
    rates = Rates(np.zeros(shape), np.zeros(shape), value, np.zeros(shape))
    moved = Movements(checks, Grader(checks)).update(readings, rates, np.full(len(TIME_S), "move"))
    place = next(i for i, check in enumerate(checks) if check.range.key == "lying_roll_bounce")
    assert (np.nanmax(moved.signed[:, place]) >= 3) == bounces


def test_an_unsteady_hold_that_pauses_for_a_moment_is_one_event() -> None:
    """The hold is left for a moment in its midst, as where somebody who creeps on is a little too fast."""
    checks = checks_of(find_stretch("chair-twist"))
    place = next(i for i, check in enumerate(checks) if check.range.key == "trunk_rotation_steadiness")
    tracker, movements = LimitTracker(checks[place]), Movements(checks, Grader(checks))
    code = np.where((TIME_S > 1.45) & (TIME_S < 1.75), OFF, CAUTION)[:, None].repeat(len(checks), axis=1)
    lull = code[:, place] == OFF
    amount = np.full(len(TIME_S), 12.0)
    kept = movements.kept_open(code.copy(), lull)
    ended, _ = tracker.update(TIME_S, amount, amount, kept[:, place])
    assert ended == []
    assert tracker.finish(TIME_S[-1]) is not None
    others = [i for i, check in enumerate(checks) if check.range.measure != "spread"]
    np.testing.assert_array_equal(kept[:, others], code[:, others])
    ended, _ = LimitTracker(checks[place]).update(TIME_S, amount, amount, code[:, place])
    assert len(ended) == 1
