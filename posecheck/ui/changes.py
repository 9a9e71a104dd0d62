"""Which events and repetitions came, went or changed between two judgements of the same landmarks."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Generic, TypeVar

from posecheck.events import Event
from posecheck.repetitions import Repetition

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changes(Generic[T]):
    """Hold what of the earlier judgement went, what of the later came, and both of those that changed."""

    went: tuple[T, ...]
    came: tuple[T, ...]
    changed: tuple[tuple[T, T], ...]


def between(before: Sequence[Event], after: Sequence[Event]) -> Changes[Event]:
    """Compare two judgements; an event is the same one when its worst moment is."""
    return _compared(
        (event for event in before if not isnan(event.worst)),
        (event for event in after if not isnan(event.worst)),
        lambda e: (e.key, e.angle, round(e.worst_s, 2)),
        lambda e: e.level,
    )


def of_repetitions(before: Sequence[Repetition], after: Sequence[Repetition]) -> Changes[Repetition]:
    """Compare two judgements; a repetition is the same one when its furthest moment is."""
    return _compared(
        before, after, lambda r: (r.angle, round(r.peak_s, 2)), lambda r: (r.reason, r.hold, r.stopped, r.held)
    )


def _compared(
    before: Iterable[T], after: Iterable[T], name: Callable[[T], Hashable], state: Callable[[T], Hashable]
) -> Changes[T]:
    was, now = {name(item): item for item in before}, {name(item): item for item in after}
    return Changes(
        tuple(item for key, item in was.items() if key not in now),
        tuple(item for key, item in now.items() if key not in was),
        tuple((was[key], now[key]) for key in now if key in was and state(was[key]) != state(now[key])),
    )
