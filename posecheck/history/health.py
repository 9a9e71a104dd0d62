"""Connect the history with the safety rules: read a person's HealthRecord, and store answers and symptoms.

This module belongs to history because safety must not know where answers are stored.

Answers are stored by the question's id (and `age`). A symptom is stored as a lock whose reason is the symptom's id,
with the stretch during which it was felt. The safety rules decide whether the lock still holds; its stored end is not
used for that.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from posecheck.core.errors import SafetyError
from posecheck.history import PastSession, Store
from posecheck.safety import Answer, Answers, Felt, HealthRecord
from posecheck.safety.answers import AGE, Value, value_of
from posecheck.safety.practice import Practice
from posecheck.safety.screening import Question, Screening

OPEN_END = datetime(9999, 1, 1, tzinfo=UTC)
"""Stored end of a lock that lasts until a professional has agreed."""
SOON = timedelta(seconds=1)
"""Shortest length of a stored lock: the history refuses one that ends when it begins."""
AGE_QUESTION = Question(id=AGE, text=AGE, rule=3, answer="number", least=1, most=120)


def state_of(store: Store, person: str, screening: Screening, practice: Practice) -> HealthRecord:
    """Read what the safety rules need to know about a person.

    Args:
        store: The history.
        person: The person's name.
        screening: The health questions.
        practice: The rules of practice, which name the symptoms.

    Returns:
        Answers, sessions with at least one repetition, and symptoms; an empty record for an unknown person.
    """
    sessions = tuple(one for one in store.sessions(person) if _counts(one))
    return HealthRecord(answers_of(store, person, screening), sessions, felt_of(store, person, practice))


def answers_of(store: Store, person: str, screening: Screening) -> Answers:
    """Read a person's newest answer to each question.

    Args:
        store: The history.
        person: The person's name.
        screening: The health questions; answers to other questions, or of another kind, are left out.
    """
    out = []
    for row in store.answers(person):
        question = AGE_QUESTION if row["question"] == AGE else screening.question(str(row["question"]))
        at = row["at"]
        if question is None or not isinstance(at, datetime):
            continue
        try:
            out.append(Answer(question.id, value_of(question, row["answer"]), at))
        except SafetyError:
            continue  # An older version allowed other answers to this question: it counts as not answered.
    return Answers.of(out)


def felt_of(store: Store, person: str, practice: Practice) -> tuple[Felt, ...]:
    """Read the symptoms that a person has reported, oldest first.

    Args:
        store: The history.
        person: The person's name.
        practice: The rules of practice; locks for other reasons than one of its symptoms are left out.
    """
    known = {symptom.id for symptom in practice.symptoms}
    return tuple(Felt(lock.reason, lock.at, lock.stretch) for lock in store.locks(person) if lock.reason in known)


def keep_answers(store: Store, person: str, answers: Iterable[tuple[str, Value]], now: datetime) -> None:
    """Store answers that a person has just given.

    Args:
        store: The history.
        person: The person's name; a new name is added.
        answers: Pairs of the question's id (or `age`) and the answer.
        now: With its time zone.
    """
    for question, value in answers:
        store.answer(question, str(value), person, now)


def keep_felt(store: Store, person: str, felt: Felt, practice: Practice) -> None:
    """Store a symptom that a person felt.

    Args:
        store: The history.
        person: The person's name; a new name is added.
        felt: The symptom.
        practice: The rules of practice, which say for how long the symptom locks stretches.

    Raises:
        SafetyError: There is no such symptom in practice.toml.
    """
    symptom = practice.symptom(felt.symptom)
    until = OPEN_END if symptom.lock_h is None else felt.at + max(timedelta(hours=symptom.lock_h), SOON)
    store.lock(felt.symptom, until, person, felt.at, felt.stretch)


def _counts(session: PastSession) -> bool:
    """Return whether a session holds a repetition; True for sessions from a version that did not count them."""
    if session.series is None:
        return True
    return any(int(side.get("repetitions", 0)) > 0 for side in session.series.get("sides", ()))
