"""The health questions in screening.toml, and the effects of answers and ages on stretches.

An effect rules stretches out (`emergency`, `block`), rules them out until a professional has agreed (`professional`),
lowers their limits (`limit`), or only informs (`notice`). The caps of a `professional` effect apply once a professional
has agreed. Illnesses and numbers stand in the file only, never in code.
"""

from functools import cache
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from posecheck.kinematics.angles import FAMILIES, INDEX
from posecheck.safety.rule_file import Basis, RuleNumber, Table, Text, read
from posecheck.stretches.library import all_stretches
from posecheck.stretches.problems import fault, refused
from posecheck.stretches.ranges import LIMIT_ORDER, AngleRange
from posecheck.stretches.stretch import Stretch

Degrees = Annotated[float, Field(ge=0, le=360, allow_inf_nan=False)]
EffectKind = Literal["emergency", "block", "professional", "limit", "notice"]
ALL = "all"
PROFESSIONAL = "professional"


class Own(Table):
    """Hold which of the user's own stretches belong to a group: by primary angle and direction, or by position."""

    primary: tuple[Text, ...] = ()
    along: tuple[Literal["magnitude", "positive", "negative"], ...] = ()
    positions: tuple[Text, ...] = ()

    @field_validator("primary")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        strange = [name for name in names if name not in {*INDEX, *FAMILIES}]
        if strange:
            text = "expected angles posecheck measures, got {got}"
            raise refused(fault("unknown_angle", text, got=", ".join(strange)))
        return names

    def fits(self, stretch: Stretch) -> bool:
        """Return whether a stretch has such a primary angle or position."""
        moved = stretch.primary in self.primary and (not self.along or stretch.primary_along in self.along)
        return moved or stretch.position in self.positions


class Group(Table):
    """Hold a group of stretches that load the back in the same way."""

    stretches: tuple[Text, ...] = ()
    own: Own = Own()

    def holds(self, stretch: Stretch) -> bool:
        """Return whether a stretch belongs to the group."""
        return stretch.id in self.stretches or (stretch.id not in all_stretches() and self.own.fits(stretch))


class Cap(Table):
    """Hold upper bounds for the limits of an angle in one direction, in degrees; a cap never raises a limit."""

    angle: Text
    along: Literal["magnitude", "positive", "negative"]
    caution: Degrees
    stop: Degrees
    target: tuple[Degrees, Degrees] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.angle not in INDEX:
            text = "expected one posecheck measures, got {got}"
            raise refused(fault("unknown_angle", text, "angle", got=repr(self.angle)))
        caution = f"{self.caution:g}"
        if not self.caution < self.stop:
            text = "expected more than caution ({caution}), got {got}"
            raise refused(fault(LIMIT_ORDER, text, "stop", caution=caution, got=f"{self.stop:g}"))
        if self.target is not None and not self.target[0] < self.target[1] <= self.caution:
            text = "expected [low, high] below caution ({caution}), got {got}"
            raise refused(fault(LIMIT_ORDER, text, "target", caution=caution, got=list(self.target)))
        return self

    def meant(self, item: AngleRange) -> bool:
        """Return whether the cap applies to a range: same angle, same direction."""
        along = self.along == item.along or (self.along == "magnitude" and item.along in ("positive", "negative"))
        return item.measure == "angle" and item.limit == "over" and item.angle == self.angle and along


class Effect(Table):
    """Hold the effect of an answer or an age: on which stretches, why, and which stretches are safer."""

    kind: EffectKind
    groups: tuple[Text, ...] = ()
    stretches: tuple[Text, ...] = ()
    except_groups: tuple[Text, ...] = ()
    at_least: float | None = None
    why: Text
    alternatives: tuple[Text, ...] = ()
    caps: tuple[Cap, ...] = ()
    source: Text
    basis: Basis

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.groups and not self.stretches:
            raise refused(fault("no_groups", "expected groups or stretches, got neither", "groups"))
        if self.kind == "limit" and not self.caps:
            raise refused(fault("no_caps", "expected caps for a limit, got none", "caps"))
        if self.kind in ("emergency", "block", "notice") and self.caps:
            text = "expected none where nothing is limited ({kind}), got some"
            raise refused(fault("caps_of_nothing", text, "caps", kind=self.kind))
        return self


class RuledEffect(Effect):
    """Hold an effect that does not depend on a question."""

    rule: RuleNumber


class AgeEffect(RuledEffect):
    """Hold an effect that applies from an age on, or below an age, in years."""

    from_age: Annotated[int, Field(ge=1, le=120)] | None = None
    below_age: Annotated[int, Field(ge=1, le=120)] | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.from_age is None and self.below_age is None:
            raise refused(fault("no_age", "expected from_age or below_age, got neither", "from_age"))
        return self

    def holds(self, age: int) -> bool:
        """Return whether the effect applies at an age."""
        return (self.from_age is None or age >= self.from_age) and (self.below_age is None or age < self.below_age)


class Question(Table):
    """Hold a question, which is asked again every month.

    asked_when: the question is asked only after a yes to this other question, or where a professional has to agree
    first. grows_weekly: the number in the answer grows by one each week.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    text: Text
    rule: RuleNumber
    answer: Literal["yes_no", "number"] = "yes_no"
    least: int = 0
    most: int = 1000
    grows_weekly: bool = False
    asked_when: str = ""
    effects: tuple[Effect, ...] = ()


class Screening(Table):
    """Hold the content of screening.toml."""

    ask_again_days: Annotated[int, Field(ge=1, le=366)]
    clearance: Text
    groups: dict[str, Group]
    always: tuple[RuledEffect, ...]
    ages: tuple[AgeEffect, ...]
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        ids = [question.id for question in self.questions]
        twice = sorted({x for x in ids if ids.count(x) > 1})
        problems = [fault("same_id", "expected {name} once", "questions", name=name) for name in twice]
        if self.clearance not in ids:
            text = "expected a question's id, got {got}"
            problems.append(fault("unknown_question", text, "clearance", got=repr(self.clearance)))
        for i, question in enumerate(self.questions):
            if question.asked_when not in ("", PROFESSIONAL, *ids[:i]):
                text, place = "expected an earlier question, got {got}", f"{question.id}.asked_when"
                problems.append(fault("unknown_question", text, place, got=repr(question.asked_when)))
        effects = [*self.always, *self.ages, *(effect for question in self.questions for effect in question.effects)]
        names = {name for effect in effects for name in (*effect.groups, *effect.except_groups)}
        strange = sorted(names - {*self.groups, ALL})
        problems += [fault("unknown_name", "there is no {name}", "groups", name=repr(name)) for name in strange]
        used = {*(name for group in self.groups.values() for name in group.stretches)}
        used |= {name for effect in effects for name in (*effect.stretches, *effect.alternatives)}
        strange = sorted(used - {*all_stretches()})
        problems += [fault("unknown_name", "there is no {name}", "stretches", name=repr(name)) for name in strange]
        if problems:
            raise refused(*problems)
        return self

    def touches(self, effect: Effect, stretch: Stretch) -> bool:
        """Return whether an effect applies to a stretch."""

        def among(names: tuple[str, ...]) -> bool:
            return any(name == ALL or self.groups[name].holds(stretch) for name in names)

        return (stretch.id in effect.stretches or among(effect.groups)) and not among(effect.except_groups)

    def question(self, id_: str) -> Question | None:
        """Return a question by its id; None where there is none."""
        return next((question for question in self.questions if question.id == id_), None)


@cache
def screening() -> Screening:
    """Return the questions and age rules that come with posecheck."""
    return read("screening.toml", Screening)
