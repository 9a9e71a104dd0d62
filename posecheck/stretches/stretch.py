"""The definition of a stretch: its position, steps, hold, dose, camera, and the ranges of its angles.

A stretch is one TOML file (reference_poses/), validated here; code never names one. ranges.py defines its ranges.
"""

import difflib
import re
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from posecheck.core.errors import StretchError
from posecheck.core.i18n import N_
from posecheck.kinematics.angles import FAMILIES, INDEX, rows_of
from posecheck.stretches.problems import Fault, fault, refused
from posecheck.stretches.ranges import (
    MOST_ITEMS,
    AngleRange,
    Condition,
    Kind,
    Line,
    Model,
    Short,
    Text,
    View,
    placeholders,
)

Advice = Literal["coach", "limit", "block"]
Goal = Literal["warm-up", "turn", "bend-back", "upper-back", "low-back", "hips", "after-sitting"]
ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
NAME_CHARS = 200
"""Longest id; no longer name is looked for or compared with others."""


Seconds = tuple[Annotated[float, Field(gt=0, le=3600)], Annotated[float, Field(gt=0, le=3600)]]


def _span(seconds: Seconds) -> Seconds:
    if seconds[0] > seconds[1]:
        raise refused(fault("seconds_order", N_("expected [shortest, longest], got {got}"), got=list(seconds)))
    return seconds


class HoldBand(Model):
    """Ask for another hold from an age on."""

    from_age: Annotated[int, Field(ge=1, le=120)]
    seconds: Seconds

    _seconds = field_validator("seconds")(_span)


class Hold(Model):
    """Say how long the end position is held, without the tolerance that holds.py adds."""

    seconds: Seconds
    source: Text
    basis: Literal["norm", "judgement"]
    ages: Annotated[tuple[HoldBand, ...], Field(max_length=MOST_ITEMS)] = ()

    _seconds = field_validator("seconds")(_span)

    def for_age(self, age: int | None) -> "Hold":
        """Return the hold that is asked for at an age."""
        bands = [band for band in self.ages if age is not None and age >= band.from_age]
        return self.model_copy(update={"seconds": bands[-1].seconds, "ages": ()}) if bands else self


Times = Annotated[int, Field(ge=0, le=1000)]


class Dose(Model):
    """Say how often; seconds: how long all repetitions together take, and no longer, where that is what counts.

    side: the only side that is asked for, as a programme may; empty for whichever the stretch has.
    """

    repetitions: tuple[Times, Times]
    per_day: tuple[Times, Times]
    seconds: Seconds | None = None
    side: Literal["", "left", "right"] = ""
    source: Text
    basis: Literal["norm", "judgement"]


class Pace(Model):
    """Say how long a part of a repetition takes at the least.

    of: `in`, from leaving neutral to the end position; `cycle`, from one peak to the next; `rest`, still at neutral
    before the next; `apart`, by which the left side may lead or trail the right at the most.
    """

    of: Literal["in", "cycle", "rest", "apart"]
    seconds: Annotated[float, Field(gt=0, le=60)]
    kind: Kind
    message: Text
    source: Text
    basis: Literal["norm", "judgement"]

    _message = field_validator("message")(placeholders)

    @property
    def key(self) -> str:
        """Return the name of its events."""
        return f"{self.of}_time"


class Camera(Model):
    """Say where the camera has to stand for this stretch to be judged.

    unreadable: angles that no camera reads in this position, however sure a reading is of itself; they are not judged.
    """

    views: Annotated[tuple[View, ...], Field(min_length=1, max_length=MOST_ITEMS)]
    placement: Text
    cannot_show: Annotated[tuple[Line, ...], Field(max_length=MOST_ITEMS)] = ()
    unreadable: Annotated[tuple[Short, ...], Field(max_length=MOST_ITEMS)] = ()

    @field_validator("unreadable")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in INDEX:
                raise refused(
                    fault("unknown_angle", N_("expected angles posecheck measures, got {got}"), got=repr(name))
                )
        return names


class Stretch(Model):
    """Describe one stretch as its TOML file does; see AngleRange for the limits.

    Attributes:
        goals: What somebody may look for it for; no promise of an effect.
        primary: The angle whose rise and fall is the exercise; primary_along is the direction that counts.
        follow: The angle that counts repetitions and holds where no camera shows the primary angle.
        side_from: The paired angle whose greater side is the side of a repetition, where that is not the primary's.
        pelvis: `still` where the pelvis should not turn (rotation is then read from the shoulders), `free` where it
            turns with the trunk.
    """

    id: Annotated[str, Field(max_length=NAME_CHARS, pattern=ID)]
    catalogue: Annotated[str, Field(pattern=r"^([A-Z][0-9]?|own)$")] = "own"
    name: Text
    summary: Text
    advice: Advice
    reason: Line = ""
    alternative: Short = ""
    risk: Literal["low", "riskier", "never", "not stated"]
    position: Literal["standing", "seated", "floor-seated", "kneeling", "supine", "prone"]
    goals: Annotated[tuple[Goal, ...], Field(max_length=MOST_ITEMS)] = ()
    steps: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_ITEMS)]
    props: Annotated[tuple[Text, ...], Field(max_length=MOST_ITEMS)] = ()
    people: Annotated[int, Field(ge=1, le=2)] = 1
    sides: Literal["both", "one", "symmetric"]
    pelvis: Literal["still", "free"] = "free"
    primary: Short = ""
    primary_along: Literal["magnitude", "positive", "negative"] = "magnitude"
    follow: Short = ""
    follow_along: Literal["magnitude", "positive", "negative"] = "positive"
    side_from: Short = ""
    hold: Hold | None = None
    pace: Annotated[tuple[Pace, ...], Field(max_length=MOST_ITEMS)] = ()
    dose: Dose | None = None
    camera: Camera
    ranges: Annotated[tuple[AngleRange, ...], Field(max_length=MOST_ITEMS)] = ()
    sources: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_ITEMS)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        problems: list[Fault] = []
        if self.advice != "coach" and not self.reason:
            text = N_("expected why the advice is {advice}, got nothing")
            problems.append(fault("no_reason", text, "reason", advice=self.advice, got=None))
        if self.advice == "block" and not self.alternative:
            text = N_("expected the id of a safer stretch, got nothing")
            problems.append(fault("no_alternative", text, "alternative", got=None))
        if self.alternative and not is_id(self.alternative):  # as a path, it would be another file to open
            text = N_("expected the id of a safer stretch, got {got}")
            problems.append(fault("no_alternative", text, "alternative", got=repr(self.alternative)))
        if self.advice != "block":
            if self.primary not in {*INDEX, *FAMILIES}:
                problems.append(_no_angle("primary", self.primary))
            if not self.ranges:
                problems.append(fault("no_ranges", N_("expected at least one, got none"), "ranges", got=None))
        if self.follow and self.follow not in {*INDEX, *FAMILIES}:
            problems.append(_no_angle("follow", self.follow))
        if self.side_from and self.side_from not in FAMILIES:
            got = repr(self.side_from)
            problems.append(fault("unknown_angle", N_("expected a paired angle, got {got}"), "side_from", got=got))
        unsaid = [item.key for item in self.ranges if item.when is not None and self.beyond(item.when) is None]
        text = N_("expected an angle whose range has what the share is of")
        problems += [fault("share_of_nothing", text, f"{key}.when") for key in unsaid]
        keys = [*(item.key for item in self.ranges), *(item.key for item in self.pace)]
        text = N_("expected one range with this id, got {got}")
        problems += [fault("same_id", text, key, got=keys.count(key)) for key in _twice(keys)]
        if problems:
            raise refused(*problems)
        return self

    @property
    def lying(self) -> bool:
        """Return whether the long axis of the body is not upright."""
        return self.position in {"supine", "prone"}

    @property
    def hips_roll(self) -> bool:
        """Return whether the hips roll under still shoulders, lying on the back."""
        return self.position == "supine" and self.primary == "lying_roll"

    @property
    def on_floor(self) -> bool:
        """Return whether it is done sitting on the floor."""
        return self.position == "floor-seated"

    @property
    def flat(self) -> bool:
        """Return whether the trunk lies level before it moves."""
        return self.position == "prone"

    @property
    def followed(self) -> tuple[str, str]:
        """Return the angle by which repetitions are counted, and its direction."""
        return (self.follow, self.follow_along) if self.follow else (self.primary, self.primary_along)

    @property
    def primary_rows(self) -> tuple[int, ...]:
        """Return the rows of ANGLES of the primary angle; empty for a stretch without one."""
        return rows_of(self.primary)

    def is_primary(self, angle: str) -> bool:
        """Return whether an angle, or a pair of angles, is the primary angle or one side of it."""
        rows = rows_of(angle)
        return bool(rows) and set(rows) <= set(self.primary_rows)

    def for_age(self, age: int | None) -> "Stretch":
        """Return the stretch with the limits that hold at an age."""
        ranges = tuple(item.for_age(age) for item in self.ranges)
        return self.model_copy(update={"ranges": ranges, "hold": self.hold and self.hold.for_age(age)})

    @property
    def asked_sides(self) -> tuple[str, ...]:
        """The sides on which repetitions are asked for; one empty name for a stretch without sides."""
        if self.sides != "both":
            return ("",)
        return (self.dose.side,) if self.dose is not None and self.dose.side else ("left", "right")

    def asking(
        self, repetitions: int | None, hold_s: float | None, side: Literal["", "left", "right"] = ""
    ) -> "Stretch":
        """Return the stretch as a programme asks for it; None keeps its own, and a hold is never longer than before.

        Args:
            repetitions: How often, each side.
            hold_s: How long, in seconds.
            side: The only side that is asked for; empty for all that the stretch has.
        """
        changed: dict[str, object] = {}
        if hold_s is not None and self.hold is not None:
            held = min(hold_s, self.hold.seconds[1])
            changed["hold"] = self.hold.model_copy(update={"seconds": (held, held), "ages": ()})
        if repetitions is not None and self.dose is not None:
            asked = {"repetitions": (repetitions, repetitions), "side": side if self.sides == "both" else ""}
            changed["dose"] = self.dose.model_copy(update=asked)
        return self.model_copy(update=changed)

    def beyond(self, condition: Condition) -> float | None:
        """Return the value past which a condition is met, by the current limits; None where it cannot be computed."""
        if condition.share is None:
            return condition.beyond
        for item in self.ranges:
            own = item.angle == condition.angle and item.measure == "angle" and item.when is None
            if own and item.along in (condition.along, "magnitude", "signed"):
                return condition.past(item)
        return self._beyond_either(condition)

    def _beyond_either(self, condition: Condition) -> float | None:
        """Return the lower value of two halves, left and right, for a condition that counts both ways."""
        halves = [
            item
            for item in self.ranges
            if item.angle == condition.angle and item.measure == "angle" and item.when is None
        ]
        if condition.along != "magnitude" or {item.along for item in halves} != {"positive", "negative"}:
            return None
        found = [condition.past(item) for item in halves]
        known = [value for value in found if value is not None]
        return min(known) if len(known) == len(found) else None

    def range(self, key: str) -> AngleRange:
        """Return the range with this id.

        Raises:
            StretchError: There is no such range; the message names the most similar id.
        """
        for item in self.ranges:
            if item.key == key:
                return item
        raise unknown_name(f"{self.id}: range", key, [item.key for item in self.ranges])


def is_id(name: str) -> bool:
    """Return whether a stretch may have this id, so that a file may be looked for under it."""
    return len(name) <= NAME_CHARS and re.match(ID, name) is not None and not name.endswith("\n")


def _no_angle(key: str, got: str) -> Fault:
    return fault("unknown_angle", N_("expected an angle posecheck measures, got {got}"), key, got=repr(got))


def _twice(keys: list[str]) -> list[str]:
    return sorted({key for key in keys if keys.count(key) > 1})


def unknown_name(what: str, got: str, known: Iterable[str]) -> StretchError:
    """Return the error for an unknown name, with the most similar known one.

    Args:
        what: What the name is of: `stretch`, or a stretch's id with `: range`.
        got: The name that was given.
        known: The names that there are.
    """
    names = sorted(known)
    near = difflib.get_close_matches(got[:NAME_CHARS], names, 1, cutoff=0.4)
    if near:
        text = N_("{what}: there is no {got}; did you mean {near}?")
        return StretchError("unknown_name", text, what=what, got=repr(got), near=near[0])
    text = N_("{what}: there is no {got}; expected one of {known}")
    return StretchError("unknown_name", text, what=what, got=repr(got), known=", ".join(names))
