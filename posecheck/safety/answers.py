"""A person's answers to the health questions, from a file or from the history, and the questions to ask (again).

An answer is yes, no, unsure (which counts as yes, except for a professional's agreement) or a number. Only the newest
answer to a question counts. Times are aware datetimes. A file of answers is TOML:

    asked = 2026-11-21
    age = 67
    osteoporosis = "yes"
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from posecheck.core.errors import MOST_PROBLEMS, Problem, SafetyError
from posecheck.core.outside.documents import read_toml
from posecheck.safety.screening import PROFESSIONAL, Question, Screening

YES, NO, UNSURE = "yes", "no", "unsure"
WORDS = (YES, NO, UNSURE)
AGE, ASKED = "age", "asked"
AGES = (1, 120)
YEARS = range(1900, 2200)
"""Years in which answers may have been given."""
NAME_CHARS = 200
WHOLE_NUMBER = "expected a whole number from {least} to {most}, got {got}"

Value = str | int


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold one answer.

    Attributes:
        question: The question's id.
        value: One of WORDS, or a whole number.
        at: When it was given, with its time zone.
    """

    question: str
    value: Value
    at: datetime

    @property
    def yes(self) -> bool:
        """Return whether the answer counts as yes: `yes` or `unsure`."""
        return self.value in (YES, UNSURE)


@dataclass(frozen=True, slots=True)
class Answers:
    """Hold the newest answer to each question, and the age.

    Attributes:
        held: The newest answer by the question's id.
        age: In years; None where it is not known.
    """

    held: Mapping[str, Answer] = field(default_factory=lambda: MappingProxyType({}))
    age: int | None = None

    @classmethod
    def of(cls, answers: Iterable[Answer], age: int | None = None) -> "Answers":
        """Build from answers in any order.

        Args:
            answers: The answers; an answer to `age` is the age where `age` is None.
            age: In years; None where it is not known otherwise.
        """
        newest: dict[str, Answer] = {}
        for answer in sorted(answers, key=lambda one: one.at):
            newest[answer.question] = answer
        answered_age = newest.pop(AGE, None)
        if age is None and answered_age is not None and isinstance(answered_age.value, int):
            age = answered_age.value
        return cls(MappingProxyType(newest), age)

    def yes(self, question: str) -> bool:
        """Return whether a question was answered with yes, or unsure."""
        answer = self.held.get(question)
        return answer is not None and answer.yes

    def as_settings(self) -> dict[str, object]:
        """Return what results must store to be judged again: every answer, the age, and the time of the last answer."""
        values = {key: one.value for key, one in self.held.items()}
        when = max((one.at for one in self.held.values()), default=None)
        return {ASKED: None if when is None else when.isoformat(), AGE: self.age, **dict(sorted(values.items()))}


def value_of(question: Question, given: object) -> Value:
    """Validate one answer.

    Args:
        question: The question.
        given: The answer as it was entered.

    Returns:
        A whole number, or one of WORDS.

    Raises:
        SafetyError: The answer is wrong; the message names the question, what was expected and what was found.
    """
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
    """Read answers from a table with the keys of an answers file.

    Args:
        table: The table.
        screening: The questions.
        now: With its time zone; the time of the answers where the table holds none.
        name: Name of the table's file, for messages.

    Raises:
        SafetyError: Answers are wrong; the error holds every problem.
    """
    problems: list[Problem] = []
    answers = []
    at = _asked(table.get(ASKED), now, problems)
    for key, given in table.items():
        question = screening.question(key)
        if key == AGE and given is not None:
            whole = isinstance(given, int) and not isinstance(given, bool)
            if not whole or given not in range(AGES[0], AGES[1] + 1):
                values = {"least": AGES[0], "most": AGES[1], "got": repr(given)}
                problems.append(Problem("answer_number", WHOLE_NUMBER, values).within(AGE))
        elif question is not None:
            try:
                answers.append(Answer(key, value_of(question, given), at))
            except SafetyError as error:
                problems += error.problems
        elif key not in (AGE, ASKED):
            # Many wrong names are a file of something else; comparing each would take long.
            known = [question.id for question in screening.questions] if len(problems) < MOST_PROBLEMS else []
            near = get_close_matches(key[:NAME_CHARS], known, 1)
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
    """Read a file of answers.

    Args:
        path: The file.
        screening: The questions.
        now: With its time zone; the time of the answers where the file holds none.

    Raises:
        SafetyError: The file cannot be read, or answers are wrong.
    """
    try:
        table = read_toml(path)
    except (OSError, ValueError) as error:
        text = "{file}: expected a readable TOML file of answers: {why}"
        raise SafetyError("unreadable", text, file=path, why=error) from error
    return from_table(table, screening, now, path.name)


def relevant(screening: Screening, answers: Answers, needs_professional: bool) -> tuple[Question, ...]:
    """Return the questions that apply, given these answers.

    Args:
        screening: The questions.
        answers: The answers so far; some questions follow from a yes to another one.
        needs_professional: Whether a professional has to agree first; then the question about this applies.
    """

    def is_relevant(question: Question) -> bool:
        if question.asked_when == PROFESSIONAL:
            return needs_professional
        return not question.asked_when or answers.yes(question.asked_when)

    return tuple(question for question in screening.questions if is_relevant(question))


def due(
    screening: Screening, answers: Answers, now: datetime, professional_since: datetime | None
) -> tuple[Question, ...]:
    """Return the relevant questions that were never answered, or so long ago that they are asked again.

    Args:
        screening: The questions.
        answers: The answers so far.
        now: With its time zone.
        professional_since: Since when a professional has to agree first; None where nobody has to. The question about
            this agreement is asked again when the reason is newer than the agreement.
    """
    oldest = now - timedelta(days=screening.ask_again_days)

    def is_current(question: Question) -> bool:
        answer = answers.held.get(question.id)
        if answer is None or answer.at <= oldest:
            return False
        if question.asked_when != PROFESSIONAL or professional_since is None:
            return True
        return answer.at >= professional_since

    return tuple(one for one in relevant(screening, answers, professional_since is not None) if not is_current(one))


def _asked(given: object, now: datetime, problems: list[Problem]) -> datetime:
    """Return when the answers were given; a time without a time zone takes that of `now`."""
    if given is None:
        return now
    if isinstance(given, str):
        with suppress(ValueError):
            given = datetime.fromisoformat(given)
    # Years at the ends of the calendar would leave it when days are added to them.
    if isinstance(given, date) and given.year in YEARS:
        if not isinstance(given, datetime):
            return datetime.combine(given, time.min, now.tzinfo)
        return given if given.tzinfo is not None else given.replace(tzinfo=now.tzinfo)
    problem = Problem("not_a_date", "expected a date, e.g. 2026-11-21, got {got}", {"got": repr(given)})
    problems.append(problem.within(ASKED))
    return now
