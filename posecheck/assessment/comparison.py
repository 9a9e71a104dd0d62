"""Differences between two judgements of the same landmarks."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Generic, TypeVar

from posecheck.assessment.events import Event
from posecheck.repetitions.repetition import Repetition

T = TypeVar("T")
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Changes(Generic[T]):
    """Hold the differences between two judgements.

    Attributes:
        went: What only the earlier judgement has.
        came: What only the later judgement has.
        changed: The earlier and the later form of what both have, but differently.
    """

    went: tuple[T, ...]
    came: tuple[T, ...]
    changed: tuple[tuple[T, T], ...]


def between(before: Iterable[Event], after: Iterable[Event]) -> Changes[Event]:
    """Compare the events of two judgements.

    Two events are the same if they are of the same range and angle and overlap in time; it has changed if its level
    has.
    Events without a reading, such as `cannot_judge`, are left out.

    Args:
        before: The events of the earlier judgement.
        after: The events of the later judgement.
    """
    return _compared(
        [event for event in before if not isnan(event.worst)],
        [event for event in after if not isnan(event.worst)],
        lambda e: (e.key, e.angle),
        lambda e: (e.start_s, e.end_s),
        lambda e: e.level,
    )


def of_repetitions(before: Iterable[Repetition], after: Iterable[Repetition]) -> Changes[Repetition]:
    """Compare the repetitions of two judgements.

    Two repetitions are the same if they are of the same angle and overlap in time; it has changed if its reason, its
    hold
    or a passed stop limit has.

    Args:
        before: The repetitions of the earlier judgement.
        after: The repetitions of the later judgement.
    """
    return _compared(
        list(before),
        list(after),
        lambda r: r.angle,
        lambda r: (r.start_s, r.end_s),
        lambda r: (r.reason, r.hold, r.stopped, r.held),
    )


def _compared(
    before: Sequence[T],
    after: Sequence[T],
    name: Callable[[T], Hashable],
    span: Callable[[T], Span],
    state: Callable[[T], Hashable],
) -> Changes[T]:
    """Pair items of the same name that overlap in time, those with the longest overlap first."""
    pairs = [
        (_overlap(span(was), span(now)), i, j)
        for i, was in enumerate(before)
        for j, now in enumerate(after)
        if name(was) == name(now) and _overlap(span(was), span(now)) >= 0.0
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    same = sorted(found.items(), key=lambda pair: pair[1])
    return Changes(
        tuple(item for i, item in enumerate(before) if i not in found),
        tuple(item for j, item in enumerate(after) if j not in taken),
        tuple((before[i], after[j]) for i, j in same if state(before[i]) != state(after[j])),
    )


def _overlap(one: Span, other: Span) -> float:
    return min(one[1], other[1]) - max(one[0], other[0])
