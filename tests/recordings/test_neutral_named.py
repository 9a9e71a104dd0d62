"""A neutral that is named: refused where it cannot be meant, kept with the results, and taken back."""

from pathlib import Path

import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.errors import InputError
from posecheck.feedback.wording import describe_origin
from posecheck.kinematics.neutral import NeutralOrigin
from posecheck.recordings.check import neutral_of
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import AUTO, Changes, moment, neutral_named, neutral_span
from posecheck.results.summary_file import Source, SummaryFile
from posecheck.stretches.library import find_stretch
from tests.support.people import Posture, track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")
STRETCH = "chair-twist"


def held(rotation: float = 0.0, lean: float = 0.0) -> list[Posture]:
    return [Posture(rotation=rotation, inclination=lean)] * 60


@pytest.mark.parametrize(
    ("stretch", "azimuth", "far", "near"),
    [
        (STRETCH, 0.0, {"rotation": 30.0}, {"rotation": 8.0}),
        ("standing-extension-hands-behind-head", 90.0, {"lean": -25.0}, {"lean": -8.0}),
    ],
)
def test_a_moment_far_in_the_stretch_is_refused(
    stretch: str, azimuth: float, far: dict[str, float], near: dict[str, float]
) -> None:
    chosen = find_stretch(stretch)
    with pytest.raises(InputError, match=f"before {stretch} begins, found them already far in it") as error:
        neutral_of(track_of(held(**far), azimuth=azimuth), (0.5, 1.0), chosen)
    assert error.value.code == "neutral_in_stretch"
    # Who stands or sits a little crooked may still say so: what is named stands above what is found.
    neutral = neutral_of(track_of(held(**near), azimuth=azimuth), (0.5, 1.0), chosen)
    assert neutral is not None
    assert neutral.origin == NeutralOrigin.NAMED


def test_a_moment_in_another_position_is_refused_by_a_code_for_each_way() -> None:
    with pytest.raises(InputError) as error:
        neutral_of(track_of(held()), (0.5, 1.0), find_stretch("prone-arch"))
    assert error.value.code == "neutral_upright"


def test_a_named_neutral_is_kept_and_taken_back(tmp_path: Path) -> None:
    stretch, first = find_stretch(STRETCH), tmp_path / "first"
    first.mkdir()
    analysis = judge(track_of(twist(40.0)), stretch)
    write(first, Done(analysis, "video.mp4", Source(), settings_of(STRETCH, None)))
    marked = rejudge(first, Changes(neutral=moment(0.7)), tmp_path / "marked")
    assert marked.settings.neutral == "0.45-0.95"
    kept = SummaryFile.load(tmp_path / "marked")
    assert kept.settings.neutral == "0.45-0.95"
    assert kept.neutral is not None
    assert kept.neutral.origin == NeutralOrigin.NAMED
    again = rejudge(tmp_path / "marked", Changes())
    assert again.settings.neutral == "0.45-0.95"
    back = rejudge(tmp_path / "marked", Changes(neutral=AUTO))
    assert back.settings.neutral is None
    assert back.analysis.summary == rejudge(first, Changes()).analysis.summary


def test_a_moment_becomes_the_half_second_around_it() -> None:
    assert neutral_span(moment(12.3)) == (12.05, 12.55)
    assert neutral_span(moment(0.0)) == (0.0, 0.25)


@pytest.mark.parametrize(
    ("asked", "before", "named"),
    [(None, None, None), (None, "0-2", "0-2"), ("1-2", "0-2", "1-2"), (AUTO, "0-2", None), (AUTO, None, None)],
)
def test_what_is_asked_for_goes_before_what_was_named(asked: str | None, before: str | None, named: str | None) -> None:
    assert neutral_named(asked, before) == named


def test_the_words_say_that_it_was_marked() -> None:
    assert describe_origin(NeutralOrigin.NAMED, 12.05, 12.55) == "the moment you marked, 12.1–12.6 s"
