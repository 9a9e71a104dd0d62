"""The `safety` command: health questions, what they allow, and emergencies. Heavy imports wait for their command."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posecheck.cli.errors import LANGUAGE_VARIABLE, SAFER, reports_errors, say, tell
from posecheck.core.i18n import LANGUAGES, N_, Translator, translator
from posecheck.feedback.vocabulary import ANSWERS

if TYPE_CHECKING:
    from posecheck.safety import Answers, Decision, HealthRecord
    from posecheck.safety.answers import Value
    from posecheck.safety.screening import Question
    from posecheck.stretches.stretch import Stretch

safety_app = typer.Typer(help="Health questions, and what they allow. Not medical advice.", invoke_without_command=True)

PersonOption = Annotated[str, typer.Option("--person", "-p", help="Whose answers: a name of your own choosing.")]
AnswersOption = Annotated[Path | None, typer.Option("--answers", help="A file of answers (.toml).")]
LanguageOption = Annotated[
    str, typer.Option("--language", "-l", help="en or de.", envvar=LANGUAGE_VARIABLE, show_envvar=False)
]

STATES = {
    "allowed": N_("may be done"),
    "limited": N_("tighter limits"),
    "first": N_("something else first"),
    "blocked": N_("not now"),
}


@safety_app.callback()
@reports_errors
def safety(
    context: typer.Context,
    person: PersonOption = "me",
    answers: AnswersOption = None,
    again: Annotated[bool, typer.Option("--again", help="Ask every question again.")] = False,
    language: LanguageOption = "en",
) -> None:
    """Ask the health questions that are due and keep the answers on this machine; or show what a file's allow."""
    if context.invoked_subcommand is not None:
        return
    texts = _texts(language)
    if answers is not None:
        _show_all(_of_file(answers), texts)
        return
    from posecheck.cli.history import opened
    from posecheck.history.health import keep_answers, state_of
    from posecheck.safety import practice, screening

    with opened(person) as store:
        now = datetime.now().astimezone()
        before = state_of(store, person, screening(), practice())
        given = dict(_asked(before, again, now, texts))
        if given:
            keep_answers(store, person, given.items(), now)
            say(texts.gettext("Kept on this machine for {person}: {where}").format(person=person, where=store.name))
        print()
        _show_all(state_of(store, person, screening(), practice()), texts)


@safety_app.command()
@reports_errors
def show(
    stretch: Annotated[str | None, typer.Argument(help="A stretch's id, or a stretch file; all if not given.")] = None,
    person: PersonOption = "me",
    answers: AnswersOption = None,
    language: LanguageOption = "en",
) -> None:
    """Show what may be done now: all stretches, or one with the reasons and what to look at before it."""
    from posecheck.stretches.library import find_stretch

    texts = _texts(language)
    state = _of_file(answers) if answers is not None else _of_person(person)
    if stretch is None:
        _show_all(state, texts)
    else:
        _show_one(find_stretch(stretch), state, texts)


@safety_app.command()
@reports_errors
def questions(language: LanguageOption = "en") -> None:
    """Print the questions as a file of answers, to fill in and to give to `check --answers`."""
    from posecheck.safety import screening

    texts = _texts(language)
    print(f"asked = {datetime.now().astimezone():%Y-%m-%d}\n# age = 50\n")
    for question in screening().questions:
        if question.asked_when:
            print("#", texts.gettext("Only where it applies:"))
        print(f"# {texts.gettext(question.text)}")
        print(f"# {question.id} = {'12' if question.answer == 'number' else chr(34) + 'no' + chr(34)}\n")


@safety_app.command()
@reports_errors
def felt(
    symptom: Annotated[str, typer.Argument(help="pain, stabbing_or_burning, dizziness, numbness or emergency.")],
    stretch: Annotated[str | None, typer.Option("--stretch", "-s", help="The stretch it was felt in.")] = None,
    person: PersonOption = "me",
    language: LanguageOption = "en",
) -> None:
    """Report pain, dizziness or numbness: what to do now, and no more stretching until it is safe."""
    from posecheck.cli.history import opened
    from posecheck.core.errors import SafetyError
    from posecheck.history.health import keep_felt
    from posecheck.safety import Felt, practice
    from posecheck.safety.pauses import locks
    from posecheck.stretches.library import find_stretch

    texts, now = _texts(language), datetime.now().astimezone()
    known = practice().symptom(symptom)
    if known.scope == "technique" and stretch is None:
        text = "felt {symptom}: expected --stretch, in which it was felt, got nothing"
        raise SafetyError("no_stretch", text, symptom=symptom)
    report = Felt(symptom, now, None if stretch is None else find_stretch(stretch).id)
    tell(texts.gettext(known.act))
    with opened(person) as store:
        keep_felt(store, person, report, practice())
    for lock in locks(practice(), [report], None, now):
        tell(f"{texts.gettext(lock.symptom.why)} {_until(lock.until, texts)}".rstrip())


@safety_app.command()
@reports_errors
def emergency(language: LanguageOption = "en") -> None:
    """Print the signs of an emergency, what to do, and when to see a professional."""
    from posecheck.safety import practice

    texts, rules = _texts(language), practice()
    for one in rules.emergencies:
        tell(texts.gettext(one.act))
        for sign in one.signs:
            tell(f"  - {texts.gettext(sign)}", 4)
    print()
    _prompt(texts)


def answers_for(file: Path | None, person: str | None) -> "Answers | None":
    """Return the answers in a file, else those that the history holds of a person; None where there are none."""
    state = state_for(file, person)
    asked = state is not None and (state.answers.held or state.answers.age is not None)
    return state.answers if state is not None and asked else None


def state_for(file: Path | None, person: str | None) -> "HealthRecord | None":
    """Return what is known of a person of the history, or only the answers in a file; None where neither is named."""
    if file is not None:
        return _of_file(file)
    return None if person is None else _of_person(person)


def _texts(language: str) -> Translator:
    from posecheck.core.errors import SafetyError

    if language not in LANGUAGES:
        text, known = "--language: expected {known}, got {got}", " or ".join(LANGUAGES)
        raise SafetyError("unknown_language", text, known=known, got=repr(language))
    return translator(language)


def _of_file(path: Path) -> "HealthRecord":
    from posecheck.safety import HealthRecord, screening
    from posecheck.safety.answers import load

    return HealthRecord(load(path, screening(), datetime.now().astimezone()))


def _of_person(person: str) -> "HealthRecord":
    from posecheck.cli.history import opened
    from posecheck.history.health import state_of
    from posecheck.safety import practice, screening

    with opened(person) as store:
        return state_of(store, person, screening(), practice())


def _asked(before: "HealthRecord", again: bool, now: datetime, texts: Translator) -> Iterator[tuple[str, "Value"]]:
    """Ask what is due, one question after the other, and yield the answers; what follows from one is asked too."""
    from posecheck.history.health import AGE_QUESTION
    from posecheck.safety import Answer, Answers, HealthRecord, practice, questions_due, screening

    tell(texts.gettext(practice().not_medical_advice))
    print(texts.gettext(N_("Your answers stay on this machine.")))
    if before.answers.age is None or again:
        yield "age", _ask(AGE_QUESTION, texts.gettext(N_("How old are you, in years?")), texts)
    given: list[Answer] = [] if again else list(before.answers.held.values())
    asked: set[str] = set()
    while True:
        state = HealthRecord(Answers.of(given, before.answers.age), before.sessions, before.felt)
        left = [one for one in questions_due(screening(), practice(), state, now) if one.id not in asked]
        if not left:
            return
        value = _ask(left[0], texts.gettext(left[0].text), texts)
        asked.add(left[0].id)
        given.append(Answer(left[0].id, value, now))
        yield left[0].id, value


def _ask(question: "Question", text: str, texts: Translator) -> "Value":
    """Ask until the answer is one; a beginning of a word will do."""
    from posecheck.core.errors import SafetyError
    from posecheck.safety.answers import value_of

    said = {name: texts.gettext(word) for name, word in ANSWERS.items()}
    choices = f" [{'/'.join(said.values())}]" if question.answer == "yes_no" else ""
    while True:
        given = str(typer.prompt(f"{text}{choices}")).strip().lower()
        meant = [name for name, word in said.items() if given and word.startswith(given)]
        try:
            return value_of(question, meant[0] if choices and len(meant) == 1 else given)
        except SafetyError:
            expected = ", ".join(said.values()) if choices else f"{question.least}-{question.most}"
            print(texts.gettext(N_("Please answer with {expected}.")).format(expected=expected))


def _decision(stretch: "Stretch", state: "HealthRecord") -> "Decision":
    from posecheck.safety import decide, practice, screening

    return decide(screening(), practice(), stretch, state, datetime.now().astimezone())


def _show_all(state: "HealthRecord", texts: Translator) -> None:
    """Print every stretch with what holds for it, and the gravest reason."""
    from posecheck.stretches.library import all_stretches

    rows = [(one, _decision(one, state)) for one in all_stretches().values()]
    states = {name: texts.gettext(word) for name, word in STATES.items()}
    wide = max(len(one.id) for one, _ in rows)
    for one, decision in rows:
        why = decision.findings[0].told(texts) if decision.findings else ""
        tell(f"{one.id:{wide}}  {states[decision.state]:{max(map(len, states.values()))}}  {why}".rstrip(), 6)
    print()
    _prompt(texts)


def _show_one(stretch: "Stretch", state: "HealthRecord", texts: Translator) -> None:
    from posecheck.feedback.safety_notes import describe_alternative, describe_cap
    from posecheck.safety import practice
    from posecheck.safety.decision import Sort

    decision = _decision(stretch, state)
    print(f"{texts.gettext(stretch.name)}: {texts.gettext(STATES[decision.state])}")
    for finding in decision.findings:
        why = describe_cap(finding, stretch, texts) if finding.sort == Sort.LIMIT else finding.told(texts)
        tell(f"  - {why} {_until(finding.until, texts)}".rstrip(), 4)
    if decision.alternative is not None:
        tell(describe_alternative(decision.alternative, texts, SAFER))
    if decision.state != "blocked":
        print(texts.gettext(N_("Before you begin:")))
        for item in practice().checklist_of(stretch):
            tell(f"  - {texts.gettext(item.text)}", 4)
        tell(f"  - {texts.gettext(practice().breathing.text)}", 4)
    print()
    _prompt(texts)


def _prompt(texts: Translator) -> None:
    """Print when to see a professional, which is never far."""
    from posecheck.safety import practice

    rules = practice()
    print(texts.gettext(N_("See a doctor or a physiotherapist when:")))
    for one in rules.see_professional:
        tell(f"  - {texts.gettext(one.text)}", 4)
    tell(texts.gettext(rules.not_medical_advice))
    print(texts.gettext(N_("Signs of an emergency: posecheck safety emergency")))


def _until(until: datetime | None, texts: Translator) -> str:
    from posecheck.history.health import OPEN_END

    if until is None or until >= OPEN_END:
        return ""
    return texts.gettext(N_("Until {time}.")).format(time=f"{until.astimezone():%Y-%m-%d %H:%M}")
