"""What a person has answered, from a file or from the history, and which questions are due (again).

An answer is yes, no, unsure (which counts as yes, except for a professional's agreement) or a number; the newest of a
question counts. Times are aware datetimes. A file of answers is TOML:

    asked = 2026-11-21
    age = 67
    osteoporosis = "yes"
"""

import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from posecheck.core.errors import Problem, SafetyError
from posecheck.safety.screening import PROFESSIONAL, Question, Screening

YES, NO, UNSURE = "yes", "no", "unsure"
WORDS = (YES, NO, UNSURE)
AGE, ASKED = "age", "asked"
AGES = (1, 120)
WHOLE_NUMBER = "expected a whole number from {least} to {most}, got {got}"

Value = str | int


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold one answer: WORDS, or a whole number."""

    question: str
    value: Value
    at: datetime

    @property
    def yes(self) -> bool:
        """Return whether the answer counts as yes: `yes` or `unsure`."""
        return self.value in (YES, UNSURE)


@dataclass(frozen=True, slots=True)
class Answers:
    """Hold the newest answer of each question, and the age where it is known."""

    held: Mapping[str, Answer] = field(default_factory=lambda: MappingProxyType({}))
    age: int | None = None

    @classmethod
    def of(cls, answers: Iterable[Answer], age: int | None = None) -> "Answers":
        """Build from answers in any order; an answer to `age` gives the age where none is given."""
        newest: dict[str, Answer] = {}
        for answer in sorted(answers, key=lambda one: one.at):
            newest[answer.question] = answer
        told = newest.pop(AGE, None)
        if age is None and told is not None and isinstance(told.value, int):
            age = told.value
        return cls(MappingProxyType(newest), age)

    def yes(self, question: str) -> bool:
        """Return whether a question was answered with yes, or unsure."""
        answer = self.held.get(question)
        return answer is not None and answer.yes

    def as_settings(self) -> dict[str, object]:
        """Return what results must hold to be judged again: every answer, the age, and when it was asked last."""
        told = {key: one.value for key, one in self.held.items()}
        when = max((one.at for one in self.held.values()), default=None)
        return {ASKED: None if when is None else when.isoformat(), AGE: self.age, **dict(sorted(told.items()))}


def value_of(question: Question, given: object) -> Value:
    """Check one answer; SafetyError names the question, what was expected and what was found."""
    name = question.id
    if question.answer == "number":
        text = given.strip() if isinstance(given, str) else given
        if isinstance(text, str) and text.isdecimal() and len(text) < 6:
            text = int(text)
        if isinstance(text, bool) or not isinstance(text, int) or not question.least <= text <= question.most:
            least, most = question.least, question.most
            raise SafetyError("answer_number", WHOLE_NUMBER, least=least, most=most, got=repr(given)).within(name)
        return text
    if isinstance(given, bool):
        return YES if given else NO
    if given not in WORDS:
        known = f"{', '.join(WORDS[:-1])} or {WORDS[-1]}"
        raise SafetyError("answer_word", "expected {known}, got {got}", known=known, got=repr(given)).within(name)
    return str(given)


def from_table(table: Mapping[str, object], screening: Screening, now: datetime, name: str) -> Answers:
    """Read answers from a table as in a file; every problem in one SafetyError. now: when, where it does not say."""
    problems: list[Problem] = []
    answers = []
    at = _asked(table.get(ASKED), now, problems)
    for key, given in table.items():
        question = screening.question(key)
        if key == AGE and given is not None:
            whole = isinstance(given, int) and not isinstance(given, bool)
            if not whole or not AGES[0] <= int(str(given)) <= AGES[1]:
                values = {"least": AGES[0], "most": AGES[1], "got": repr(given)}
                problems.append(Problem("answer_number", WHOLE_NUMBER, values).within(AGE))
        elif question is not None:
            try:
                answers.append(Answer(key, value_of(question, given), at))
            except SafetyError as error:
                problems += error.problems
        elif key not in (AGE, ASKED):
            near = get_close_matches(key, [question.id for question in screening.questions], 1)
            if near:
                text = "expected a question's name; did you mean {near}?"
                problem = Problem("unknown_question", text, {"near": near[0]})
            else:
                problem = Problem("unknown_question", "expected a question's name", hint="questions_file")
            problems.append(problem.within(key))
    if problems:
        raise SafetyError.gathered(problem.within(name) for problem in problems)
    age = table.get(AGE)
    return Answers.of(answers, age if isinstance(age, int) else None)


def load(path: Path, screening: Screening, now: datetime) -> Answers:
    """Read a file of answers; SafetyError when it cannot be read or an answer is wrong."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        text = "{file}: expected a readable TOML file of answers: {why}"
        raise SafetyError("unreadable", text, file=path, why=error) from error
    return from_table(table, screening, now, path.name)


def relevant(screening: Screening, answers: Answers, needs_professional: bool) -> tuple[Question, ...]:
    """Return the questions that are asked after these answers."""

    def asked(question: Question) -> bool:
        if question.asked_when == PROFESSIONAL:
            return needs_professional
        return not question.asked_when or answers.yes(question.asked_when)

    return tuple(question for question in screening.questions if asked(question))


def due(
    screening: Screening, answers: Answers, now: datetime, professional_since: datetime | None
) -> tuple[Question, ...]:
    """Return the relevant questions that were never answered, or so long ago that they are asked again.

    professional_since: since when something asks for a professional first, None where nothing does. Whether one agreed
    is asked anew when that is newer than the agreement.
    """
    oldest = now - timedelta(days=screening.ask_again_days)

    def fresh(question: Question) -> bool:
        answer = answers.held.get(question.id)
        if answer is None or answer.at <= oldest:
            return False
        if question.asked_when != PROFESSIONAL or professional_since is None:
            return True
        return answer.at >= professional_since

    return tuple(one for one in relevant(screening, answers, professional_since is not None) if not fresh(one))


def _asked(given: object, now: datetime, problems: list[Problem]) -> datetime:
    """Return when it was answered; a time without a zone is this machine's, like that of `now`."""
    if given is None:
        return now
    if isinstance(given, str):
        with suppress(ValueError):
            given = datetime.fromisoformat(given)
    if isinstance(given, datetime):
        return given if given.tzinfo is not None else given.replace(tzinfo=now.tzinfo)
    if isinstance(given, date):
        return datetime.combine(given, time.min, now.tzinfo)
    problem = Problem("not_a_date", "expected a date, e.g. 2026-11-21, got {got}", {"got": repr(given)})
    problems.append(problem.within(ASKED))
    return now
