"""How often programmes were done: days of this week, and whether it is enough for today.

All times are aware datetimes and are passed in; a day is one of the clock on the wall. Nothing counts days without a
gap: a day off is no loss.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from posecheck.programme.programme import Programme, Step
from posecheck.safety.practice import practice
from posecheck.stretches.stretch import Stretch


class Past(Protocol):
    """Provide what was done of a programme, such as the history's."""

    @property
    def at(self) -> datetime:
        """Return when it was begun, with its time zone."""

    @property
    def name(self) -> str:
        """Return the programme's name."""

    @property
    def steps(self) -> Sequence[Mapping[str, Any]]:
        """Return the steps as Sitting.rows gives them."""


def days_this_week(past: Iterable[Past], now: datetime) -> int:
    """Return on how many days since Monday something was done.

    Args:
        past: What was done.
        now: With its time zone, whose days count.
    """
    monday = now.date() - timedelta(days=now.weekday())
    days = {one.at.astimezone(now.tzinfo).date() for one in past if _something(one)}
    return sum(monday <= day <= now.date() for day in days)


def times_today(past: Iterable[Past], now: datetime, name: str | None = None) -> int:
    """Return how many times something was done today.

    Args:
        past: What was done.
        now: With its time zone.
        name: Only the programme of this name; None for all.
    """
    return sum(name in (None, one.name) for one in _today(past, now))


def enough(programme: Programme, past: Sequence[Past], now: datetime) -> bool:
    """Return whether a programme was done as often today as is safe.

    Args:
        programme: The programme.
        past: What was done, without the sitting that is on.
        now: With its time zone.
    """
    return (
        times_today(past, now, programme.name) >= programme.per_day or times_today(past, now) >= practice().daily.hard
    )


def enough_of(step: Step, stretch: Stretch, past: Iterable[Past], now: datetime) -> bool:
    """Return whether a step would do a stretch more often today than its file allows, whatever programme it was in.

    Args:
        step: The step.
        stretch: Its stretch.
        past: What was done, without the sitting that is on.
        now: With its time zone.
    """
    if stretch.dose is None:
        return False
    rows = [row for one in _today(past, now) for row in one.steps if row.get("stretch") == stretch.id]
    for side in step.sides_of(stretch):
        done = sum(int(row.get("sets", 0)) for row in rows if side in ("", row.get("sides")) or row["sides"] == "both")
        if done + step.sets > stretch.dose.per_day[1]:
            return True
    return False


def _today(past: Iterable[Past], now: datetime) -> list[Past]:
    return [one for one in past if one.at.astimezone(now.tzinfo).date() == now.date() and _something(one)]


def _something(one: Past) -> bool:
    return any(row.get("state") == "done" or row.get("sets") for row in one.steps)
