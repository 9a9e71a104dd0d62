"""A set's result files hold how it was judged, with what a programme asked for, so that it is judged again alike."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.i18n import ENGLISH, translator
from posecheck.live.sets import Set, describe_notes, settings_for, source_of, write_set
from posecheck.programme.programme import Step
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.reporting import report
from posecheck.recordings.request import Changes
from posecheck.stretches.library import find_stretch
from posecheck.stretches.stretch import Stretch
from tests.support.people import track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")
OWN = find_stretch("chair-twist")


def a_set(stretch: Stretch, peak: float = 30.0, hold_s: float = 3.0) -> Set:
    judged = judge(track_of(twist(peak, hold_s=hold_s), azimuth=0.0), stretch)
    return Set(judged, datetime(2026, 5, 4, 12, tzinfo=UTC), "asked")


def test_a_set_of_a_programme_is_judged_again_by_what_the_programme_asked_for(tmp_path: Path) -> None:
    assert OWN.hold is not None
    assert OWN.dose is not None
    step = OWN.asking(2, 1.0)
    assert step.dose is not None
    assert step.dose.repetitions != OWN.dose.repetitions
    done = a_set(step)
    (tmp_path / "set").mkdir()
    write_set(tmp_path / "set", done, OWN.id)
    again = rejudge(tmp_path / "set", Changes(), tmp_path / "again")
    twice = rejudge(tmp_path / "again", Changes())
    for one in (again, twice):
        assert one.analysis.stretch.hold == step.hold
        assert one.analysis.stretch.dose == step.dose
    # It was asked for this stretch, and says nothing of another.
    other = rejudge(tmp_path / "set", Changes(stretch="standing-twist"))
    assert (other.settings.repetitions, other.settings.hold_s) == (None, None)
    told = report(tmp_path / "set", None, None, False, None, "de").read_text(encoding="utf-8")
    assert "2 Wiederholungen, 1 s halten" in told


def test_of_a_step_of_one_side_the_other_is_not_asked_for(tmp_path: Path) -> None:
    step = Step(stretch=OWN.id, sides="left", repetitions=1, hold_s=1.0, one_side_because="operated").asked(OWN)
    done = a_set(step, 25.0, 7.0)
    assert step.asked_sides == ("left",)
    assert OWN.asked_sides == ("left", "right")
    assert (done.series.complete, done.series.dose_met) == (True, True)
    assert [(one.side, one.shown, one.done) for one in done.analysis.session.moment().tally.sides] == [
        ("left", "1/1", True)
    ]
    (tmp_path / "set").mkdir()
    write_set(tmp_path / "set", done, OWN.id)
    again = rejudge(tmp_path / "set", Changes(), tmp_path / "again")
    assert again.analysis.stretch.asked_sides == ("left",)
    told = report(tmp_path / "set", None, None, False, None, "de").read_text(encoding="utf-8")
    assert "1 Wiederholung, nur links, 1 s halten" in told


def test_a_hold_is_never_longer_than_the_stretch_allows() -> None:
    assert OWN.hold is not None
    longest = OWN.hold.seconds[1]
    held = OWN.asking(None, longest + 60).hold
    assert held is not None
    assert held.seconds == (longest, longest)
    assert OWN.asking(None, None) == OWN


def test_a_set_read_by_another_model_says_that_its_errors_were_not_measured() -> None:
    done = a_set(OWN)
    assert describe_notes(done, ENGLISH) == ""
    assert "problems" not in source_of(done).values()
    other = replace(done, other_model=True, why="left")
    assert source_of(other).told("de") == describe_notes(other, translator("de"))
    assert source_of(other).problem == (
        "You left the picture, which ended the set. Another pose model than full was used: "
        "its errors were not measured and may be larger than stated."
    )


def test_a_set_of_the_stretch_itself_says_nothing_of_a_programme() -> None:
    assert not {"repetitions", "hold_s"} & set(settings_for(a_set(OWN), OWN.id).values())
