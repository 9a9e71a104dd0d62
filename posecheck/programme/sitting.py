"""One time that somebody goes through a programme: which steps are done, skipped or still to come, and the pain."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from posecheck.programme.programme import Programme
from posecheck.repetitions.series import Series

State = Literal["open", "done", "skipped"]
PAIN = range(11)
"""The numbers that pain may have, from none to the worst that can be imagined."""


@dataclass(slots=True)
class Taken:
    """Hold how far a step is.

    Attributes:
        state: Whether it is done, skipped, or still to come.
        sets: How many sets of it are done.
        repetitions: How many clean repetitions were counted in all: whole, and without a passed stop limit.
        sides: The sides that were done in the set that is on.
    """

    state: State = "open"
    sets: int = 0
    repetitions: int = 0
    sides: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Sitting:
    """Hold how far somebody is in a programme.

    Attributes:
        programme: The programme.
        began: When it was begun, with its time zone.
        steps: How far each of its steps is.
        pain_before: Pain from 0 to 10 before the first step; None where nobody said.
        pain_after: The same after the last one.
    """

    programme: Programme
    began: datetime
    steps: list[Taken] = field(default_factory=list)
    pain_before: int | None = None
    pain_after: int | None = None

    def __post_init__(self) -> None:
        """Begin with every step still to come."""
        self.steps = self.steps or [Taken() for _ in self.programme.steps]

    @property
    def name(self) -> str:
        """Return the programme's name."""
        return self.programme.name

    @property
    def next(self) -> int | None:
        """Return the index of the next step; None when all are done or skipped."""
        return next((i for i, taken in enumerate(self.steps) if taken.state == "open"), None)

    @property
    def done(self) -> int:
        """Return how many steps are done."""
        return sum(taken.state == "done" for taken in self.steps)

    @property
    def touched(self) -> bool:
        """Return whether anything was done, skipped or said, so that it is worth keeping."""
        said = self.pain_before is not None or self.pain_after is not None
        return said or any(taken.state != "open" or taken.sets for taken in self.steps)

    def add_set(self, step: int, counted: Series) -> bool:
        """Count what was done towards a step, and return whether it counts; without a repetition nothing does.

        A set of both sides is done when both were, be it in one go or one after the other. A set with passed stop
        limits is done too, though only its clean repetitions are counted: to ask for it again would load the back more.

        Args:
            step: The index of the step.
            counted: The repetitions that were done.
        """
        taken, asked = self.steps[step], self.programme.steps[step]
        done = {side.side for side in counted.sides if side.repetitions}
        names = {side.side for side in counted.sides}
        wanted = names if asked.sides == "both" or names == {""} else {asked.sides}
        if not done & wanted:
            return False
        taken.repetitions += sum(side.clean for side in counted.sides if side.side in wanted)
        taken.sides |= done & wanted
        if taken.sides >= wanted:
            taken.sides = set()
            taken.sets += 1
        if taken.sets >= asked.sets:
            taken.state = "done"
        return True

    def missing(self, step: int) -> str:
        """Return the side that is still to come in the set that is on; empty where none was begun.

        Args:
            step: The index of the step.
        """
        return {"left": "right", "right": "left"}.get(next(iter(self.steps[step].sides), ""), "")

    def skip(self, step: int) -> None:
        """Leave a step out."""
        self.steps[step].state = "skipped"

    def reopen(self, step: int) -> None:
        """Take back that a step was skipped or done."""
        self.steps[step].state = "open"

    def rows(self) -> list[dict[str, object]]:
        """Return the steps as the history keeps them."""
        return [
            {
                "stretch": step.stretch,
                "sides": step.sides,
                "state": taken.state,
                "sets": taken.sets,
                "repetitions": taken.repetitions,
            }
            for step, taken in zip(self.programme.steps, self.steps, strict=True)
        ]
