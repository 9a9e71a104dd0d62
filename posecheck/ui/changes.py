"""Which events came, went or changed their level between two judgements of the same landmarks."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from posecheck.events import Event

Key = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class Changes:
    """Hold events of the earlier judgement that went, of the later that came, and both of those that changed."""

    went: tuple[Event, ...]
    came: tuple[Event, ...]
    changed: tuple[tuple[Event, Event], ...]


def between(before: Sequence[Event], after: Sequence[Event]) -> Changes:
    """Compare two judgements; an event is the same one when its worst moment is."""
    was, now = _by_moment(before), _by_moment(after)
    return Changes(
        tuple(event for key, event in was.items() if key not in now),
        tuple(event for key, event in now.items() if key not in was),
        tuple((was[key], now[key]) for key in now if key in was and was[key].level != now[key].level),
    )


def _by_moment(events: Sequence[Event]) -> dict[Key, Event]:
    return {(e.key, e.angle, round(e.worst_s, 2)): e for e in events if not isnan(e.worst)}
