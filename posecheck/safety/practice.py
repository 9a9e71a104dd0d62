"""The rules of safe practice in practice.toml: warm-up, pauses, breathing, symptoms, emergencies."""

from functools import cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from posecheck.core.errors import SafetyError
from posecheck.safety.rule_file import RuleNumber, Sourced, Table, Text, read
from posecheck.safety.screening import Group
from posecheck.stretches.problems import fault, refused
from posecheck.stretches.stretch import Stretch


class WarmUp(Sourced, Group):
    """Hold how long to warm up before which stretches, and how long the muscles stay warm, in minutes."""

    text: Text
    least_min: Annotated[float, Field(gt=0)]
    most_min: Annotated[float, Field(gt=0)]
    lasts_min: Annotated[float, Field(gt=0)]


class Daily(Sourced):
    """Hold how many sittings a day are advised (soft) and allowed (hard); sessions less than the gap apart are one."""

    soft: Annotated[int, Field(ge=1)]
    hard: Annotated[int, Field(ge=1)]
    sitting_gap_min: Annotated[float, Field(gt=0)]
    soft_text: Text
    hard_text: Text


class SameTechnique(Sourced):
    """Hold how long a set of one technique lasts, and how long the pause after it is, in minutes."""

    pause_min: Annotated[float, Field(gt=0)]
    set_min: Annotated[float, Field(gt=0)]
    text: Text


class Breathing(Sourced):
    """Hold the pace of the breath, in seconds; the camera cannot measure breathing."""

    in_s: Annotated[float, Field(gt=0)]
    out_s: Annotated[float, Field(gt=0)]
    text_in: Text
    text_out: Text
    text: Text


class Sound(Sourced):
    """Hold the advice about a cracking sound of the back."""

    text: Text


class CheckItem(Table):
    """Hold one line of the checklist, and when it applies: in these positions, or with a prop of one of these words."""

    rule: RuleNumber
    text: Text
    positions: tuple[Text, ...] = ()
    props: tuple[Text, ...] = ()

    def asked(self, stretch: Stretch) -> bool:
        """Return whether the line applies to a stretch."""
        words = " ".join(stretch.props)
        return stretch.position in self.positions or any(word in words for word in self.props)


class Persisting(Table):
    """Hold after how many reports within how many days a symptom counts as persistent."""

    reports: Annotated[int, Field(ge=2)]
    days: Annotated[int, Field(ge=1)]


class Symptom(Sourced):
    """Hold a symptom: what to do about it, and which stretches it locks for how many hours."""

    id: Text
    text: Text
    act: Text
    why: Text
    scope: Literal["technique", "all"]
    lock_h: Annotated[float, Field(ge=0)] | None = None
    until_cleared: bool = False
    persists: Persisting | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if (self.lock_h is None) == (not self.until_cleared):
            raise refused(fault("lock_end", "expected either lock_h or until_cleared", "lock_h"))
        return self


class Prompt(Table):
    """Hold one reason to see a professional."""

    rule: RuleNumber
    text: Text


class Emergency(Sourced):
    """Hold signs of an emergency and what to do."""

    signs: Annotated[tuple[Text, ...], Field(min_length=1)]
    act: Text


class Rule(Table):
    """Hold one of the sixteen rules and how it is applied: by screening, by practice, or measured from the picture."""

    number: RuleNumber
    title: Text
    kept: Literal["screening", "practice", "measured"]


class Practice(Table):
    """Hold the content of practice.toml."""

    not_medical_advice: Text
    warm_up: WarmUp
    daily: Daily
    same_technique: SameTechnique
    breathing: Breathing
    sound: Sound
    checklist: tuple[CheckItem, ...]
    symptoms: tuple[Symptom, ...]
    see_professional: tuple[Prompt, ...]
    emergencies: Annotated[tuple[Emergency, ...], Field(min_length=1)]
    rules: tuple[Rule, ...]

    def symptom(self, id_: str) -> Symptom:
        """Return a symptom by its id.

        Raises:
            SafetyError: There is no such symptom; the message names the known ones.
        """
        for symptom in self.symptoms:
            if symptom.id == id_:
                return symptom
        known = ", ".join(symptom.id for symptom in self.symptoms)
        raise SafetyError("unknown_symptom", "symptom: expected one of {known}, got {got}", known=known, got=repr(id_))

    def checklist_of(self, stretch: Stretch) -> tuple[CheckItem, ...]:
        """Return the lines of the checklist that apply to a stretch."""
        return tuple(item for item in self.checklist if item.asked(stretch))


@cache
def practice() -> Practice:
    """Return the rules of practice that come with posecheck."""
    return read("practice.toml", Practice)
