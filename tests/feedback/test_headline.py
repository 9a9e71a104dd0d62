"""The headline of a good result: what went well first, then what to change; what was not judged is not listed in it."""

import numpy as np
import pytest

from posecheck.assessment.analysis import Analysis, judge
from posecheck.core.i18n import translator
from posecheck.core.pose import PoseTrack
from posecheck.feedback.headline import headline_of
from posecheck.stretches.library import find_stretch
from posecheck.stretches.stretch import Stretch
from tests.support.people import Posture, script, track_of, twist

CHAIR = find_stretch("chair-twist")


def judged(*twists: float, hold_s: float = 7.0, stretch: Stretch = CHAIR) -> Analysis:
    """Judge slow twists one after the other, degrees each, seen from the front."""
    postures = [posture for degrees in twists for posture in twist(degrees, hold_s=hold_s)]
    return judge(track_of(postures, azimuth=0.0), stretch)


def plain(track: PoseTrack, name: str) -> str:
    analysis = judge(track, find_stretch(name))
    assert analysis.summary.verdict == "clear"
    return headline_of(analysis)


def test_what_went_well_comes_first() -> None:
    analysis = judged(35.0, -35.0, 35.0)
    assert analysis.summary.verdict == "clear"
    assert [side.complete for side in analysis.series.sides] == [2, 1]
    told = headline_of(analysis)
    assert told.startswith("Good: whole repetitions left 2, right 1, to ")
    assert "stayed within its range." in told
    assert "still to come" not in told
    assert headline_of(analysis, translator("de")).startswith(
        "Gut: vollständige Wiederholungen links 2, rechts 1, bis "
    )


def test_the_other_side_and_a_longer_hold_are_asked_for_last() -> None:
    one = headline_of(judged(35.0))
    assert one.startswith("Good: 1 whole repetition, to ")
    assert one.endswith("The right side is still to come.")
    assert "still to come" not in headline_of(judged(35.0, stretch=CHAIR.asking(1, None, "left")))
    assert "The right side is" in headline_of(judged(35.0, stretch=CHAIR.asking(1, None, "right")))
    short = headline_of(judged(35.0, -35.0, hold_s=1.5))
    assert short.endswith("s are asked for.")


def test_more_than_asked_for_is_not_praised_as_more() -> None:
    many = judged(*[30.0, -30.0] * 5, hold_s=1.5)
    assert CHAIR.dose is not None
    assert min(side.clean for side in many.series.sides) == 5 > CHAIR.dose.repetitions[1]
    assert headline_of(many).endswith("That was more than asked for: 4 are enough.")


def test_nothing_is_praised_without_a_whole_repetition() -> None:
    still = headline_of(judge(track_of([Posture()] * 150, azimuth=0.0), CHAIR))
    assert "Good" not in still
    assert still.endswith("No repetition was seen.")
    small = headline_of(judged(12.0, -12.0))
    assert "Good" not in small


def test_what_was_not_judged_is_no_part_of_a_good_headline() -> None:
    analysis = judged(35.0, -35.0)
    assert analysis.summary.unjudged
    told = headline_of(analysis)
    assert "What could be judged stayed within its range." in told
    assert "ot judged" not in told
    whole = script((6.0, lambda _: Posture()))
    assert "Everything stayed within its range." in plain(track_of(whole, azimuth=45.0), "lunge")


def test_what_went_past_a_stop_is_not_counted_and_what_did_not_is_said() -> None:
    analysis = judged(35.0, 70.0, 35.0)
    assert [(side.complete, side.clean) for side in analysis.series.sides] == [(3, 2), (0, 0)]
    assert headline_of(analysis).endswith("2 of 3 whole repetitions count: without a stop.")
    assert headline_of(judged(70.0, 35.0)).endswith("1 of 2 whole repetitions counts: without a stop.")
    assert "count" not in headline_of(judged(70.0))


@pytest.mark.parametrize("degrees", [70.0, 80.0])
def test_a_stop_is_never_praised(degrees: float) -> None:
    told = headline_of(judged(degrees))
    assert "Good" not in told
    assert np.char.startswith(told, "Past the stop limit")
