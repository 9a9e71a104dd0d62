"""Lay the caps of a person's health answers over a stretch, or refuse the stretch with the reason."""

from dataclasses import dataclass
from datetime import datetime

from posecheck.core.errors import NotCoachedError
from posecheck.core.i18n import ENGLISH
from posecheck.safety import caps
from posecheck.safety.answers import Answers
from posecheck.safety.decision import Decision, HealthRecord, questions_due, screen
from posecheck.safety.practice import practice
from posecheck.safety.screening import screening
from posecheck.stretches.stretch import Stretch

RULED_OUT = "ruled_out"
"""The code of the problem of a stretch that the answers rule out; its values hold the stretch and the decision."""


@dataclass(frozen=True, slots=True)
class Suited:
    """Hold a stretch with the caps of a person's answers; feedback.safety_notes puts it into words.

    Attributes:
        stretch: The stretch with lowered limits.
        decision: What the answers mean for it; None where the person was not asked.
        unanswered: Number of questions that are not answered, or were answered over a month ago.
    """

    stretch: Stretch
    decision: Decision | None
    unanswered: int = 0


def suited(stretch: Stretch, answers: Answers | None, now: datetime) -> Suited:
    """Lay the caps that a person's answers ask for over a stretch.

    Args:
        stretch: The stretch with the limits that hold otherwise.
        answers: To the health questions; None where the person was not asked.
        now: With its time zone; answers are valid for a month.

    Raises:
        NotCoachedError: The answers rule the stretch out; its code is RULED_OUT.
    """
    if answers is None:
        return Suited(stretch, None)
    decision = screen(screening(), stretch, answers, now)
    if decision.state == "blocked":
        raise ruled_out(stretch, decision)
    unanswered = len(questions_due(screening(), practice(), HealthRecord(answers), now))
    return Suited(caps.over(decision, stretch), decision, unanswered)


def ruled_out(stretch: Stretch, decision: Decision) -> NotCoachedError:
    """Return the error for a stretch that is blocked."""
    why = decision.findings[0].told(ENGLISH)
    text = "{name} is not for you now. {why}"
    return NotCoachedError(RULED_OUT, text, name=stretch.name, why=why, stretch=stretch, decision=decision)
