"""Which health questions come first before a stretch: the few that matter most for it; the rest follow when it fits."""

from datetime import datetime

from posecheck.safety.decision import HealthRecord, questions_due
from posecheck.safety.practice import Practice
from posecheck.safety.screening import Question, Screening
from posecheck.stretches.stretch import Stretch

MOST_FIRST = 4
"""As many as fit on one screen."""
GRAVITY = {"emergency": 0, "block": 1, "professional": 2}


def first_questions(
    screening: Screening, practice: Practice, stretch: Stretch, state: HealthRecord, now: datetime
) -> tuple[Question, ...]:
    """Return the due questions that have to be answered before a stretch, the gravest for it first.

    A yes to them would forbid this stretch or ask for a professional. Only those among the MOST_FIRST gravest are
    returned, so that nothing more comes first once these are answered.

    Args:
        screening: The questions and their effects.
        practice: The rules of practice.
        stretch: The stretch.
        state: What is known about the person.
        now: With its time zone.
    """
    due = {question.id for question in questions_due(screening, practice, state, now)}
    grave = [one for one in screening.questions if not one.asked_when and gravity(screening, one, stretch) in (0, 1, 2)]
    grave.sort(key=lambda one: gravity(screening, one, stretch))
    return tuple(question for question in grave[:MOST_FIRST] if question.id in due)


def rest_in_order(
    screening: Screening, practice: Practice, stretch: Stretch, state: HealthRecord, now: datetime
) -> tuple[Question, ...]:
    """Return all due questions, those that matter for a stretch first; see `first_questions`."""
    due = questions_due(screening, practice, state, now)
    return tuple(sorted(due, key=lambda one: gravity(screening, one, stretch)))


def gravity(screening: Screening, question: Question, stretch: Stretch) -> int:
    """Return how grave a yes would be for a stretch: 0 an emergency, 1 ruled out, 2 a professional first, 3 less."""
    grades = [
        GRAVITY.get(effect.kind, len(GRAVITY)) for effect in question.effects if screening.touches(effect, stretch)
    ]
    return min(grades, default=len(GRAVITY))
