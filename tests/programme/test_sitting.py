"""Going through a programme: which sets count, which side is still to come, and when it is enough for today."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from posecheck.programme.library import all_programmes
from posecheck.programme.programme import Programme, Step
from posecheck.programme.sitting import Sitting
from posecheck.programme.week import days_this_week, enough, enough_of, times_today
from posecheck.repetitions.series import Series, Side
from posecheck.stretches.library import all_stretches

WEDNESDAY = datetime(2026, 5, 6, 12, tzinfo=UTC)
NAMES = [{"stretch": "butterfly", "repetitions": 3, "sets": 2}, {"stretch": "chair-twist", "repetitions": 2}]


def counted(*sides: tuple[str, int]) -> Series:
    """Return so many repetitions, the last of each side past a stop."""
    return Series(
        tuple(Side(name, n, n, max(n - 1, 0), 0, 0.0, None, None, None) for name, n in sides), False, False, ()
    )


def sitting(*steps: dict[str, Any]) -> Sitting:
    return Sitting(Programme.model_validate({"name": "x", "warm_up_min": 2, "steps": steps or NAMES}), WEDNESDAY)


def test_a_step_is_done_with_its_last_set() -> None:
    one = sitting()
    assert (one.next, one.done, one.touched) == (0, 0, False)
    assert not one.add_set(0, counted(("", 0))), "a set without a repetition is none"
    assert one.add_set(0, counted(("", 3)))
    assert (one.next, one.touched) == (0, True)
    assert one.add_set(0, counted(("", 2)))
    assert (one.next, one.done) == (1, 1)
    assert [row["repetitions"] for row in one.rows()] == [3, 0]
    one.skip(1)
    assert one.next is None
    one.reopen(1)
    assert one.next == 1


def test_both_sides_make_a_set_in_one_go_or_one_after_the_other() -> None:
    one = sitting()
    assert one.add_set(1, counted(("left", 2), ("right", 0)))
    assert (one.steps[1].state, one.missing(1)) == ("open", "right")
    assert one.add_set(1, counted(("left", 0), ("right", 1)))
    assert (one.steps[1].state, one.missing(1)) == ("done", "")
    at_once = sitting()
    assert at_once.add_set(1, counted(("left", 2), ("right", 2)))
    assert at_once.steps[1].state == "done"


def test_a_step_of_one_side_does_not_count_the_other() -> None:
    one = sitting({"stretch": "chair-twist", "repetitions": 2, "sides": "left", "one_side_because": "operated"})
    assert not one.add_set(0, counted(("left", 0), ("right", 2)))
    assert one.add_set(0, counted(("left", 2), ("right", 2)))
    assert (one.steps[0].state, one.steps[0].repetitions) == ("done", 1)


@dataclass
class Was:
    at: datetime
    name: str = "x"
    steps: list[dict[str, Any]] = field(default_factory=lambda: [row("chair-twist")])


def row(stretch: str, sets: int = 1, sides: str = "both", state: str = "done") -> dict[str, Any]:
    return {"stretch": stretch, "sides": sides, "state": state, "sets": sets, "repetitions": 2}


def test_days_of_this_week_count_once_and_only_what_was_done() -> None:
    day = timedelta(days=1)
    past = [Was(WEDNESDAY - n * day) for n in (9, 3, 2, 2, 0)]
    past.append(Was(WEDNESDAY - day, steps=[row("chair-twist", 0, state="skipped")]))
    assert days_this_week(past, WEDNESDAY) == 2
    assert days_this_week([], WEDNESDAY) == 0
    # Late on Sunday in London is Monday in Berlin.
    sunday = Was(datetime(2026, 5, 3, 23, tzinfo=UTC))
    assert days_this_week([sunday], WEDNESDAY) == 0
    assert days_this_week([sunday], WEDNESDAY.astimezone(timezone(timedelta(hours=2)))) == 1


@pytest.mark.parametrize(("times", "stops"), [(0, False), (2, False), (3, True), (7, True)])
def test_it_is_enough_at_the_times_that_the_programme_says(times: int, stops: bool) -> None:
    programme = all_programmes()["stiff-after-sitting"]
    past = [Was(WEDNESDAY - timedelta(hours=n), programme.name) for n in range(times)]
    assert times_today(past, WEDNESDAY, programme.name) == times
    assert enough(programme, past, WEDNESDAY) == stops
    assert not enough(programme, [Was(one.at - timedelta(days=1), one.name) for one in past], WEDNESDAY)


def test_other_programmes_count_towards_the_sittings_of_a_day() -> None:
    programme = all_programmes()["stiff-after-sitting"]
    past = [Was(WEDNESDAY, f"{n}") for n in range(5)]
    assert enough(programme, past, WEDNESDAY)
    assert not enough(programme, past[1:], WEDNESDAY)


def test_a_stretch_is_not_done_more_often_than_its_file_allows_in_whatever_programme() -> None:
    chair = all_stretches()["chair-twist"]
    assert chair.dose is not None
    assert chair.dose.per_day[1] == 3
    both, left = Step(stretch="chair-twist", repetitions=2), Step(stretch="chair-twist", repetitions=2, sides="left")
    past = [Was(WEDNESDAY, "a", [row("chair-twist", 2)]), Was(WEDNESDAY, "b", [row("chair-twist", 1, "right")])]
    assert enough_of(both, chair, past, WEDNESDAY)
    assert not enough_of(left, chair, past, WEDNESDAY)
    assert enough_of(left.model_copy(update={"sets": 2}), chair, past, WEDNESDAY)
    assert not enough_of(both, chair, past, WEDNESDAY + timedelta(days=1))
