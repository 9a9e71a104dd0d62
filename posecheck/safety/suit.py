"""Lay the caps of a person's health answers over a stretch, or refuse the stretch with the reason."""

from dataclasses import dataclass
from datetime import datetime

from posecheck.core.errors import NotCoachedError
from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.safety import caps
from posecheck.safety.answers import Answers
from posecheck.safety.decision import Decision, Finding, HealthRecord, Sort, questions_due, screen
from posecheck.safety.practice import practice
from posecheck.safety.screening import Cap, screening
from posecheck.stretches.library import all_stretches
from posecheck.stretches.stretch import Stretch

BLOCKED = N_("{name} is not for you now. {why}")
SAFER = N_("Safer instead: {name} (--stretch {id}).")
AGREE = N_("Have it agreed with a doctor or a physiotherapist first.")
TIGHTER = N_("Tighter limits ({limits}): {why}")
LIMITS = N_("{angle}: caution {caution}°, stop {stop}°")
NOT_ASKED = N_("Your health was not asked about, so these are the limits of a healthy adult: see `posecheck safety`.")


@dataclass(frozen=True, slots=True)
class Suited:
    """Hold a stretch with the caps of a person's answers.

    Attributes:
        stretch: The stretch with lowered limits.
        decision: What the answers mean for it; None where the person was not asked.
        notes: What the person should read about it, in their language.
    """

    stretch: Stretch
    decision: Decision | None
    notes: tuple[str, ...]


def suited(stretch: Stretch, answers: Answers | None, now: datetime, texts: Translator = ENGLISH) -> Suited:
    """Lay the caps that a person's answers ask for over a stretch; answers is None where the person was not asked.

    Raises NotCoachedError with why, and a safer stretch, for one that the answers rule out.
    """
    if answers is None:
        return Suited(stretch, None, (texts.gettext(NOT_ASKED),))
    decision = screen(screening(), stretch, answers, now)
    if decision.state == "blocked":
        raise NotCoachedError(refusal(stretch, decision, texts))
    notes = [noted(finding, stretch, texts) for finding in decision.of(Sort.LIMIT)]
    notes += [finding.told(texts) for finding in decision.of(Sort.NOTICE)]
    questions = len(questions_due(screening(), practice(), HealthRecord(answers), now))
    if questions:
        unanswered = texts.ngettext(
            "{n} question about your health is not answered, or was answered over a month ago: see `posecheck safety`.",
            "{n} questions about your health are not answered, or were answered over a month ago: "
            "see `posecheck safety`.",
            questions,
        )
        notes.append(unanswered.format(n=questions))
    return Suited(caps.over(decision, stretch), decision, tuple(notes))


def refusal(stretch: Stretch, decision: Decision, texts: Translator = ENGLISH) -> str:
    """Return why a stretch is blocked, and what is safer, in one line."""
    gravest = decision.findings[0]
    parts = [texts.gettext(BLOCKED).format(name=texts.gettext(stretch.name), why=gravest.told(texts))]
    if gravest.sort == Sort.PROFESSIONAL:
        parts.append(texts.gettext(AGREE))
    if decision.alternative is not None:
        safer = all_stretches()[decision.alternative]
        parts.append(texts.gettext(SAFER).format(name=texts.gettext(safer.name), id=safer.id))
    return " ".join(parts)


def noted(finding: Finding, stretch: Stretch, texts: Translator = ENGLISH) -> str:
    """Return a finding that limits a stretch, with its limits and why."""
    meant = [cap for cap in finding.caps if any(cap.meant(item) for item in stretch.ranges)]
    limits = "; ".join(
        texts.gettext(LIMITS).format(
            angle=_named(cap, texts),
            caution=texts.number(cap.caution),
            stop=texts.number(cap.stop),
        )
        for cap in meant
    )
    return texts.gettext(TIGHTER).format(limits=limits, why=finding.told(texts))


def _named(cap: Cap, texts: Translator) -> str:
    """Return the words for what a cap limits, with its direction where it has one."""
    row = ANGLES[INDEX[cap.angle]]
    way = {"positive": row.positive.phrase, "negative": row.negative.phrase}.get(cap.along, "")
    return " ".join(part for part in (texts.gettext(row.words), texts.gettext(way)) if part)
