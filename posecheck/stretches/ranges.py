"""Ranges: the limits between which one angle of a stretch should stay, and when they apply.

A range judges an "amount": the angle's value, its negative, or its magnitude (`along`). Limits therefore grow with the
movement: "trunk_inclination along negative" is how far the person leans back. An `over` limit is passed above it, an
`under` limit below it. session.py explains the conventions of time and hysteresis.
"""

import difflib
from enum import StrEnum
from itertools import pairwise
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

from posecheck.core.errors import is_plain
from posecheck.core.i18n import N_
from posecheck.kinematics.angles import ANGLES, FAMILIES, INDEX
from posecheck.stretches.problems import fault, refused

View = Literal["front", "oblique", "side", "back", "foot-end"]
Phase = Literal["any", "neutral", "move", "hold"]

LIMIT_ORDER = "limit_order"
"""The code of a problem where target, caution and stop do not follow each other."""


class Kind(StrEnum):
    """Name the kinds of events: what a passed limit means."""

    OVER_ROTATION = "over_rotation"
    EXCESSIVE_EXTENSION = "excessive_extension"
    EXCESSIVE_FLEXION = "excessive_flexion"
    SIDE_BEND = "side_bend"
    FLEXION_WITH_ROTATION = "flexion_with_rotation"
    EXTENSION_WITH_ROTATION = "extension_with_rotation"
    TOO_FAST = "too_fast"
    ABRUPT_END = "abrupt_end"
    BOUNCING = "bouncing"
    PELVIS_TURNING = "pelvis_turning"
    NECK_TOO_FAR = "neck_too_far"
    BASE_OF_SUPPORT = "base_of_support"
    LIMB_POSITION = "limb_position"
    UNSTEADY = "unsteady"
    CANNOT_JUDGE = "cannot_judge"
    ANOTHER_PERSON = "another_person"
    CONTACT = "contact"
    PHONE_MOVED = "phone_moved"
    TOO_LONG = "too_long"


class Model(BaseModel):
    """Validate a table of a stretch's file: unknown keys are an error, and the result cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


TEXT_CHARS = 2000
"""Longest text of a stretch; the longest that comes with posecheck has 163 characters."""
MOST_ITEMS = 100
"""Longest list of a stretch; the longest that comes with posecheck has 15 items."""


def _plain(text: str) -> str:
    """Return the text; raise an error for pydantic where it would steer the terminal that shows it."""
    if not is_plain(text, keep="\n\t"):
        raise refused(fault("control_characters", N_("expected text without control characters")))
    return text


Line = Annotated[str, Field(max_length=TEXT_CHARS), AfterValidator(_plain)]
Text = Annotated[Line, Field(min_length=1)]
Short = Annotated[Line, Field(max_length=200)]
Number = Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)]


def known_angle(name: str) -> str:
    """Return the name if posecheck measures such an angle; otherwise raise an error with the most similar name."""
    known = [*INDEX, *FAMILIES]
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        if near:
            raise refused(
                fault("unknown_angle", N_("expected an angle posecheck measures, did you mean {near}?"), near=near[0])
            )
        raise refused(fault("unknown_angle", N_("expected an angle posecheck measures")))
    return name


def placeholders(message: str) -> str:
    """Return the message if its braces hold only value, limit and side; otherwise raise an error for pydantic."""
    try:
        fields = [field for field in Formatter().parse(message) if field[1] is not None]
    except ValueError as error:
        raise refused(fault("braces", N_("expected text with balanced braces"))) from error
    # A form such as {value:>999999999} would fill the memory, and others raise when the message is shown.
    if any(name not in {"value", "limit", "side"} or form or change for _, name, form, change in fields):
        known = "{value}, {limit} and {side}"
        raise refused(fault("braces", N_("expected only {known} in braces"), known=known))
    return message


class Condition(Model):
    """Let a range count only while an angle is past a value (its magnitude, or one direction).

    beyond: the value; or share of the `target` (its edge nearer to zero) or the `caution` of that angle's own range, so
    that it follows age and profiles. sign: count only where that angle and the judged one have the same or the opposite
    sign.
    """

    angle: Text
    along: Literal["positive", "negative", "magnitude"] = "magnitude"
    beyond: Number | None = None
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    of: Literal["target", "caution"] = "caution"
    sign: Literal["any", "same", "opposite"] = "any"

    _angle = field_validator("angle")(known_angle)

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        if (self.beyond is None) == (self.share is None):
            raise refused(fault("condition_value", N_("expected either beyond or share"), "when"))
        return self

    def past(self, item: "AngleRange") -> float | None:
        """Return the condition's value, computed from the range of its angle; None where the range lacks that limit."""
        if self.share is None:
            return self.beyond
        whole = item.caution if self.of == "caution" else item.target and min(item.target, key=abs)
        return None if whole is None else round(self.share * whole, 2)


class AgeBand(Model):
    """Multiply a range's numbers from an age on."""

    from_age: Annotated[int, Field(ge=1, le=120)]
    factor: Annotated[float, Field(gt=0, le=2)]


class AngleRange(Model):
    """Say how far one angle should and may go.

    id: unique within the stretch, the key of profiles and `--set`; the angle's name where not given.
    angle: a row of ANGLES, or a paired name (knee_flexion) taken from the `side` given. measure: the angle
    itself, its speed (deg/s over 0.4 s), its reversals (bounces within 2 s near the end of range) or its
    spread (peak to peak over a hold). way: out or back counts a speed only away from neutral or towards it. phase: when
    it counts. target: where a good repetition gets to.
    caution, stop: limits, in degrees, ratio or deg/s; absent where nothing there is dangerous. source: where
    the numbers come from, basis: whether that is a published norm or our own judgement. capped: lowered to
    a person's own cap (`at_most` of a profile), which `source` then names; never set in a stretch's file.
    """

    id: Short = ""
    angle: Text
    side: Literal["each", "greater", "lesser"] = "each"
    measure: Literal["angle", "speed", "reversals", "spread"] = "angle"
    along: Literal["signed", "magnitude", "positive", "negative"] = "signed"
    way: Literal["any", "out", "back"] = "any"
    limit: Literal["over", "under"] = "over"
    phase: Phase = "any"
    when: Condition | None = None
    target: tuple[Number, Number] | None = None
    caution: Number | None = None
    stop: Number | None = None
    kind: Kind
    message: Text
    source: Text
    basis: Literal["norm", "judgement"]
    capped: SkipJsonSchema[bool] = False
    views: Annotated[tuple[View, ...], Field(max_length=MOST_ITEMS)] = ()
    ages: Annotated[tuple[AgeBand, ...], Field(max_length=MOST_ITEMS)] = ()

    _angle = field_validator("angle")(known_angle)
    _message = field_validator("message")(placeholders)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.target is None and self.caution is None and self.stop is None:
            raise refused(fault("no_limit", N_("expected at least one of target, caution and stop")))
        if self.target is not None and self.target[0] > self.target[1]:
            raise refused(fault("target_order", N_("expected [low, high], got {got}"), "target", got=list(self.target)))
        ladder: list[tuple[str, float]] = []
        if self.target is not None:
            ladder.append(("target", self.target[1 if self.limit == "over" else 0]))
        ladder += [(n, v) for n, v in (("caution", self.caution), ("stop", self.stop)) if v is not None]
        for (below, low), (above, high) in pairwise(ladder):
            rising = high > low if above == "stop" and below == "caution" else high >= low
            falling = high < low if above == "stop" and below == "caution" else high <= low
            found = {"other": below, "other_value": f"{low:g}", "limit": above, "got": f"{high:g}"}
            if self.limit == "over" and not rising:
                text = N_("expected more than {other} ({other_value}), got {got}")
                raise refused(fault(LIMIT_ORDER, text, above, rising=True, **found))
            if self.limit == "under" and not falling:
                text = N_("expected less than {other} ({other_value}), got {got}")
                raise refused(fault(LIMIT_ORDER, text, above, rising=False, **found))
        return self

    @model_validator(mode="after")
    def _way_of_a_speed(self) -> Self:
        if self.way != "any" and (self.measure, self.along) != ("speed", "magnitude"):
            got = f"{self.measure} along {self.along}"
            raise refused(
                fault("way_of_speed", N_("expected measure speed along magnitude, got {got}"), "way", got=got)
            )
        return self

    @model_validator(mode="after")
    def _ages_rise(self) -> Self:
        years = [band.from_age for band in self.ages]
        if years != sorted(set(years)):
            raise refused(fault("ages_order", N_("expected growing from_age, got {got}"), "ages", got=years))
        return self

    @property
    def key(self) -> str:
        """Return the id under which profiles and settings name this range."""
        return self.id or self.angle

    @property
    def rows(self) -> tuple[str, ...]:
        """Return the names of the rows of ANGLES that this range reads."""
        return FAMILIES.get(self.angle, (self.angle,))

    @property
    def towards(self) -> float:
        """Return the sign of a change of the amount towards its limits: 1, or -1 for lower limits."""
        return -1.0 if self.limit == "under" else 1.0

    def for_age(self, age: int | None) -> "AngleRange":
        """Return the range with the numbers that hold at an age (None: adult below every band), in whole degrees."""
        bands = [band for band in self.ages if age is not None and age >= band.from_age]
        if not bands:
            return self
        factor = bands[-1].factor

        # Degrees are shown to people as whole numbers: what is shown is then also what is judged by.
        digits = 0 if ANGLES[INDEX[self.rows[0]]].unit == "deg" else 1

        def scaled(number: float | None) -> float | None:
            return None if number is None else round(number * factor, digits)

        target = self.target and (round(self.target[0] * factor, digits), round(self.target[1] * factor, digits))
        return self.model_copy(
            update={"target": target, "caution": scaled(self.caution), "stop": scaled(self.stop), "ages": ()}
        )
