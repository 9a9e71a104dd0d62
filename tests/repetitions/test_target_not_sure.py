"""Repetitions of angles that are read too roughly to tell whether they reached the target."""

import pytest

from posecheck.assessment.analysis import judge
from posecheck.assessment.personal_cap import WHOLE
from posecheck.core.i18n import translator
from posecheck.feedback.headline import headline_of
from posecheck.kinematics.neutral import find_neutral
from posecheck.repetitions.holds import HoldTimer
from posecheck.repetitions.phases import Progress
from posecheck.repetitions.repetition import RepetitionEnd
from posecheck.repetitions.tracker import RepetitionTracker
from posecheck.report import repetitions as reported
from posecheck.stretches.library import find_stretch
from research.datasets.coaching import ROWS
from research.datasets.seen import load
from tests.support.repetitions import CHAIR, Shape, curve, fed

BUTTERFLY = next(row for row in ROWS if row.name == "butterfly")
"""Done well and seen from the front: the elbows are at 0.7 of a shoulder width, and MediaPipe places them at 1.4."""


def held_at(far: float) -> Shape:
    """Return a repetition to the end position `far`, in degrees, which is kept for six seconds."""
    return [(2, 0), (2, far), (6, far), (2, 0), (1, 0)]


@pytest.mark.parametrize(
    ("far", "error", "rough", "expected"),
    [
        (20, 20, True, RepetitionEnd.TARGET_NOT_SURE),  # 5 past an edge that may be 10 further
        (10, 20, True, RepetitionEnd.TARGET_NOT_SURE),
        (30, 20, True, RepetitionEnd.COMPLETE),
        (9, 8, True, RepetitionEnd.SHORT_OF_TARGET),
        (20, 20, False, RepetitionEnd.COMPLETE),
        (10, 20, False, RepetitionEnd.SHORT_OF_TARGET),
    ],
)
def test_what_ends_near_the_edge_of_a_rough_target_cannot_be_told(
    far: float, error: float, rough: bool, expected: RepetitionEnd
) -> None:
    (found,) = fed(RepetitionTracker(CHAIR), *curve(held_at(far)), error_deg=error, rough=rough)
    assert found.reason == expected
    assert found.complete == (expected != RepetitionEnd.SHORT_OF_TARGET)
    assert found.reason in WHOLE


def test_it_counts_and_its_hold_is_not_called_short() -> None:
    tracker = RepetitionTracker(CHAIR)
    (found,) = fed(tracker, *curve([(2, 0), (2, 10), (1, 10), (2, 0), (1, 0)]), error_deg=20.0, rough=True)
    assert found.reason == RepetitionEnd.TARGET_NOT_SURE
    assert (found.hold, found.held) == ("", True)
    left = tracker.now().tally.side("left")
    assert left is not None
    assert left.clean == 1


def test_a_hold_read_just_outside_a_rough_target_is_timed() -> None:
    (found,) = fed(RepetitionTracker(CHAIR), *curve(held_at(38.5)), error_deg=20.0, rough=True)
    assert found.hold_s == pytest.approx(6.0, abs=0.6)
    (found,) = fed(RepetitionTracker(CHAIR), *curve(held_at(38.5)), error_deg=20.0)
    assert found.hold_s < 1.0
    timer = HoldTimer((15.0, 35.0), 3.0)
    for i in range(3):
        timer.update(i / 10.0, 10.0, True, 0, float("nan"))
    assert timer.hold_s == 0.0


@pytest.mark.parametrize(("name", "rough"), [("butterfly", True), ("supine-twist", True), ("chair-twist", False)])
def test_which_targets_are_rough(name: str, rough: bool) -> None:
    row = next(row for row in ROWS if row.name == name)
    stretch = find_stretch(name)
    progress = Progress.of(stretch, find_neutral(load(row)[0], stretch.lying))
    assert progress is not None
    assert (progress.rough_edges != (None, None)) == rough


def test_elbows_seen_from_the_front_are_neither_praised_nor_called_too_far_apart() -> None:
    analysis = judge(load(BUTTERFLY)[0], find_stretch("butterfly"))
    assert [item.reason for item in analysis.repetitions] == [RepetitionEnd.TARGET_NOT_SURE]
    told = headline_of(analysis)
    assert told.startswith("1 repetition was seen from start to end; whether it went far enough cannot be told")
    assert "Hold the next one longer" not in told
    assert headline_of(analysis, translator("de")).startswith("1 Wiederholung war von Anfang bis Ende zu sehen; ob")
    assert reported.rows(analysis, translator("en"))[0]["result"] == "Cannot tell whether far enough"
