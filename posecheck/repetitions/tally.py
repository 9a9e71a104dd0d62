"""The running count of a set, each side for itself: what is counted live is what its summary counts.

A repetition counts once it is clean: whole, and without a passed stop limit. Nothing more is asked for than the stretch
or the programme asks for; further repetitions leave the count at what was asked.
"""

from dataclasses import dataclass, replace

from posecheck.repetitions.repetition import Repetition
from posecheck.stretches.stretch import Stretch


@dataclass(frozen=True, slots=True)
class SideTally:
    """Count one side, or all repetitions if the stretch has no sides.

    Attributes:
        side: "left" or "right", empty if the stretch has no sides.
        asked: How many clean repetitions are asked for; None where nothing is.
        clean: How many there were.
        stopped: How many were whole but passed a stop limit, which do not count.
    """

    side: str
    asked: int | None
    clean: int = 0
    stopped: int = 0

    @property
    def done(self) -> bool:
        """Return whether as many were clean as are asked for."""
        return self.asked is not None and self.clean >= self.asked

    @property
    def shown(self) -> str:
        """Return the count against what is asked for, such as `1/2`; never more than that."""
        return str(self.clean) if self.asked is None else f"{min(self.clean, self.asked)}/{self.asked}"


@dataclass(frozen=True, slots=True)
class Tally:
    """Count a set by side; add returns the next count."""

    sides: tuple[SideTally, ...]

    @classmethod
    def of(cls, stretch: Stretch) -> "Tally":
        """Return the count of a set that has just begun."""
        asked = None if stretch.dose is None else stretch.dose.repetitions[0]
        return cls(tuple(SideTally(name, asked) for name in stretch.asked_sides))

    @property
    def done(self) -> bool:
        """Return whether everything that is asked for was done."""
        return all(side.done for side in self.sides)

    def side(self, name: str) -> SideTally | None:
        """Return the count of a side; None for one that is not counted."""
        return next((one for one in self.sides if one.side == name), None)

    def add(self, repetition: Repetition) -> "Tally":
        """Return the count with one repetition more."""
        return Tally(tuple(_added(one, repetition) if one.side == repetition.side else one for one in self.sides))


def _added(one: SideTally, repetition: Repetition) -> SideTally:
    if repetition.clean:
        return replace(one, clean=one.clean + 1)
    return replace(one, stopped=one.stopped + 1) if repetition.complete else one
