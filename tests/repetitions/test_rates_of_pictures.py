"""A slow machine looks at few pictures: good repetitions stay whole, and where they cannot, the reason is said."""

from dataclasses import replace

import pytest

from posecheck.assessment.analysis import Analysis, judge
from posecheck.core.pose import PoseTrack, columns
from posecheck.feedback.headline import LEAST_RATE, headline_of
from posecheck.stretches.library import find_stretch
from research.datasets import seen
from research.datasets.coached_rows import Row
from research.datasets.coaching import ROWS

GOOD = ("chair-twist", "chair-twist-sideways", "standing-twist", "supine-twist", "shoulder-rolls", "lunge")


def thinned(track: PoseTrack, every: int) -> PoseTrack:
    """Return each Nth frame of a track."""
    return PoseTrack(**{column.name: getattr(track, column.name)[::every] for column in columns()}, about={})


def first(name: str) -> Row:
    return next(row for row in ROWS if row.name == name and not row.passed and seen.kept(row))


def whole(analysis: Analysis) -> int:
    return sum(one.complete for one in analysis.repetitions)


@pytest.mark.parametrize("name", GOOD)
def test_five_pictures_a_second_count_as_many_whole_repetitions_as_ten(name: str) -> None:
    track, _ = seen.load(first(name))
    all_of_them = judge(track, find_stretch(name))
    assert whole(all_of_them) > 0
    half = judge(thinned(track, round(seen.FPS / LEAST_RATE)), find_stretch(name))
    assert half.summary.frames / half.summary.duration_s == pytest.approx(LEAST_RATE, rel=0.05)
    assert whole(half) == whole(all_of_them)


@pytest.mark.usefixtures("plain_geometry")
@pytest.mark.parametrize(("rate", "told"), [(3.0, "Only 3 pictures a second"), (25.0, "No repetition was whole")])
def test_with_fewer_the_pictures_are_named_and_not_the_person(rate: float, told: str) -> None:
    track, _ = seen.load(first("shoulder-rolls"))
    done = judge(track, find_stretch("shoulder-rolls"))
    sides = tuple(replace(side, complete=0, held=0) for side in done.series.sides)
    summary = replace(done.summary, verdict="clear", frames=round(rate * done.summary.duration_s))
    none = replace(done, summary=summary, series=replace(done.series, sides=sides))
    assert told in headline_of(none)
