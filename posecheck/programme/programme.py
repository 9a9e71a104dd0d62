"""The definition of a programme: its steps in order, each a stretch with repetitions, hold, pause and limits.

A programme is one TOML file, validated here for its form; rules.py holds it to the stretches and to the safety rules.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from posecheck.repetitions.holds import LONGEST_S
from posecheck.stretches.profiles import REASON, Limit, Profile, ProfileLimits
from posecheck.stretches.ranges import Line, Model
from posecheck.stretches.stretch import ID, NAME_CHARS, Stretch

Sides = Literal["both", "left", "right"]
MOST_STEPS = 20
MOVE_S = 6.0
"""Seconds that a repetition takes beside its hold: into the stretch and back, slowly. Our own estimate."""

Name = Annotated[Line, Field(min_length=1, max_length=100)]
Note = Annotated[Line, Field(max_length=500)]
Range = Annotated[str, Field(min_length=1, max_length=200)]
Seconds = Annotated[float, Field(ge=0, le=600, strict=True, allow_inf_nan=False)]


class Step(Model):
    """Hold one step.

    Attributes:
        stretch: The stretch's id.
        sides: Which sides are done; `both` too for a stretch that moves both at once.
        repetitions: How many on each side in one set.
        hold_s: Seconds that each is held; None for what the stretch asks for.
        sets: How many sets.
        pause_s: Seconds of rest after each set, before what comes next.
        limits: Changed limits of this person, by range, as in a profile.
        one_side_because: Why a stretch that is meant for both sides is done on one only.
        note: What the person should read before it.
    """

    stretch: Annotated[str, Field(max_length=NAME_CHARS, pattern=ID)]
    sides: Sides = "both"
    repetitions: Annotated[int, Field(ge=1, le=100, strict=True)]
    hold_s: Annotated[float, Field(ge=1, le=LONGEST_S, strict=True, allow_inf_nan=False)] | None = None
    sets: Annotated[int, Field(ge=1, le=10, strict=True)] = 1
    pause_s: Seconds = 0.0
    limits: Annotated[dict[Range, ProfileLimits], Field(max_length=50)] = Field(default_factory=dict)
    one_side_because: Note = ""
    note: Note = ""

    def sides_of(self, stretch: Stretch) -> tuple[str, ...]:
        """Return the sides on which repetitions are counted; one empty name for a stretch that has none.

        Args:
            stretch: The stretch of this step.
        """
        if stretch.sides == "symmetric":
            return ("",)
        return ("left", "right") if self.sides == "both" else (self.sides,)

    def seconds(self, stretch: Stretch) -> float:
        """Return about how long the step takes, without the way into the picture.

        Args:
            stretch: The stretch of this step.
        """
        hold = self.hold_s or (stretch.hold.seconds[0] if stretch.hold else 0.0)
        one_set = len(self.sides_of(stretch)) * self.repetitions * (hold + MOVE_S)
        return self.sets * (one_set + self.pause_s)

    def profile(self, name: str) -> Profile | None:
        """Return the changed limits of this step as a profile; None where there are none.

        Args:
            name: What the profile is called, usually the programme's name.
        """
        if not self.limits:
            return None
        changes: dict[str, dict[str, Limit]] = {}
        for key, limits in self.limits.items():
            said = limits.model_dump(exclude_none=True, exclude={REASON})
            changes[key] = {one: (v[0], v[1]) if isinstance(v, list) else v for one, v in said.items()}
        reasons = {key: limits.reason for key, limits in self.limits.items() if limits.reason}
        return Profile({self.stretch: changes}, name, {self.stretch: reasons})

    def asked(self, stretch: Stretch) -> Stretch:
        """Return a stretch that asks for this step's sides, repetitions and hold; a hold is never longer than before.

        Args:
            stretch: The stretch of this step, with the limits and the hold for the person's age.
        """
        return stretch.asking(self.repetitions, self.hold_s, "" if self.sides == "both" else self.sides)


class Programme(Model):
    """Hold a programme as its file does.

    Attributes:
        format: The version of this format.
        name: What it is called.
        note: What the person should know about it.
        warm_up_min: Minutes of walking on the spot before the first step; None where no step needs warm muscles.
        per_day: How many times a day at the most.
        steps: The steps in order.
    """

    format: Literal[1] = 1
    name: Name
    note: Note = ""
    warm_up_min: Annotated[float, Field(gt=0, le=30, strict=True, allow_inf_nan=False)] | None = None
    per_day: Annotated[int, Field(ge=1, le=10, strict=True)] = 1
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MOST_STEPS)]

    def numbered(self) -> Iterator[tuple[int, Step]]:
        """Yield each step with its number, counted from 1."""
        yield from enumerate(self.steps, 1)
