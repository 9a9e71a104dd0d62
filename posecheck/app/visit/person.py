"""What the safety rules need to know about a person: answers, sessions and symptoms.

On the visitor's own machine these are kept in the history, elsewhere only for the visit.
"""

from collections.abc import Iterable
from datetime import datetime

import streamlit as st

from posecheck.app.base.language import _
from posecheck.app.base.privacy import private
from posecheck.app.visit.workspace import mine
from posecheck.history import open_store
from posecheck.history.health import keep_answers, keep_felt, state_of
from posecheck.history.store import ME
from posecheck.safety import Answer, Answers, Felt, HealthRecord, practice, screening
from posecheck.safety.answers import Value

KEY = "person"


def now() -> datetime:
    """Return the current time in this machine's time zone."""
    return datetime.now().astimezone()


def name() -> str:
    """Return the name of the person whose history and answers are in use."""
    return str(st.session_state.get(KEY) or ME)


def choose() -> str:
    """Let the visitor choose the person, because several may use one machine, and return the name."""
    with open_store() as store:
        known = store.people()
    held = name()
    options = list(dict.fromkeys([ME, *known, held]))
    chosen = st.selectbox(
        _("Person"),
        options,
        index=options.index(held),
        format_func=lambda one: _("me") if one == ME else one,
        accept_new_options=True,
        key="person-choice",
        help=_("A name of your own choosing; type a new one to add it. It never leaves this machine."),
    )
    clean = "".join(c for c in str(chosen or ME) if c.isprintable()).strip()[:60]
    st.session_state[KEY] = clean or ME
    return name()


def state() -> HealthRecord:
    """Return the person's answers, sessions, symptoms and warm-up; without a history there are no sessions."""
    space = mine()
    if not private():
        return HealthRecord(Answers.of(space.answers), (), tuple(space.felt), space.warmed_up_at)
    with open_store() as store:
        held = state_of(store, name(), screening(), practice())
    return HealthRecord(held.answers, held.sessions, held.felt, space.warmed_up_at)


def answered(answers: Iterable[tuple[str, Value]]) -> None:
    """Store answers as given now; each is the id of a question and its value."""
    if private():
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
    if private():
        with open_store() as store:
            keep_felt(store, name(), one, practice())
    else:
        mine().felt.append(one)


def answers_for_limits() -> Answers | None:
    """Return the answers that may lower the limits of a stretch; None where nothing was answered yet."""
    held = state().answers
    return held if held.held or held.age is not None else None
