"""Who stretches, and what the safety rules need to know about them: answers, sessions and symptoms.

On the visitor's own machine a person is chosen by name, and what is known of them is kept in the history. Nobody is
chosen at first: then, and on a machine for several visitors, answers are kept for the visit only.
"""

import os
from collections.abc import Iterable
from datetime import datetime

import streamlit as st

from posecheck.app.base.privacy import data_folder, private
from posecheck.app.visit.workspace import mine
from posecheck.history import open_store
from posecheck.history.health import keep_answers, keep_felt, state_of
from posecheck.safety import Answer, Answers, Felt, HealthRecord, practice, questions_due, screening
from posecheck.safety.answers import AGE, Value, relevant

UNASKED = "live-unasked"
"""Key of the session state that is set when the visitor chose to begin without answering; it holds for the person."""
NAME_CHARS = 60


def now() -> datetime:
    """Return the current time in this machine's time zone."""
    return datetime.now().astimezone()


def name() -> str:
    """Return the name of the person whose history and answers are in use; empty for nobody."""
    return mine().person if private() else ""


def known() -> list[str]:
    """Return the names of all people in the history; looking creates none."""
    if not private() or not (os.environ.get("POSECHECK_DB") or (data_folder() / "history.db").is_file()):
        return []
    with open_store() as store:
        return store.people()


def use(chosen: str | None) -> None:
    """Take a person from now on.

    Answers that were given while nobody was chosen become those of a new person; of somebody who is known, their own
    hold. A symptom that was reported meanwhile is kept in either case.

    Args:
        chosen: A name of the visitor's choosing; empty or None for nobody.
    """
    space = mine()
    clean = "".join(c for c in str(chosen or "") if c.isprintable()).strip()[:NAME_CHARS].strip()
    if clean == space.person:
        return
    if clean and (space.answers or space.felt):
        with open_store() as store:
            if clean not in store.people():
                for one in space.answers:
                    keep_answers(store, clean, [(one.question, one.value)], one.at)
            for felt_then in space.felt:
                keep_felt(store, clean, felt_then, practice())
    space.person, space.answers, space.felt, space.warmed_up_at = clean, [], [], None
    st.session_state.pop(UNASKED, None)


def state() -> HealthRecord:
    """Return the person's answers, sessions, symptoms and warm-up; without a history there are no sessions."""
    space, who = mine(), name()
    if not who:
        return HealthRecord(Answers.of(space.answers), (), tuple(space.felt), space.warmed_up_at)
    with open_store() as store:
        held = state_of(store, who, screening(), practice())
    return HealthRecord(held.answers, held.sessions, held.felt, space.warmed_up_at)


def progress() -> tuple[int, int]:
    """Return how many health questions are answered, of how many that apply."""
    held = state()
    due = {question.id for question in questions_due(screening(), practice(), held, now())}
    asked = {question.id for question in relevant(screening(), held.answers, False)} | due
    return len(asked - due), len(asked)


def answered(answers: Iterable[tuple[str, Value]]) -> None:
    """Store answers as given now; each is the id of a question and its value."""
    if name():
        with open_store() as store:
            keep_answers(store, name(), answers, now())
    else:
        mine().answers += [Answer(question, value, now()) for question, value in answers]


def felt(symptom: str, stretch: str | None = None) -> None:
    """Store that the person felt a symptom now.

    Args:
        symptom: The id of the symptom in practice.toml.
        stretch: The id of the stretch during which it was felt; None where that is not known.
    """
    one = Felt(symptom, now(), stretch)
    if name():
        with open_store() as store:
            keep_felt(store, name(), one, practice())
    else:
        mine().felt.append(one)


def age() -> int | None:
    """Return the person's age in years; None where it is not known."""
    return state().answers.age


def set_age(years: int | None) -> None:
    """Store the person's age in years; None forgets one that was given in this visit."""
    if years is not None:
        answered([(AGE, years)])
    elif not name():
        mine().answers = [one for one in mine().answers if one.question != AGE]


def answers_for_limits() -> Answers | None:
    """Return the answers that may lower the limits of a stretch; None where nothing was answered yet."""
    held = state().answers
    return held if held.held or held.age is not None else None
