"""What the safety rules go by: a person's answers, sessions and symptoms, kept on their machine or for the visit."""

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
    """Return this moment with this machine's time zone."""
    return datetime.now().astimezone()


def name() -> str:
    """Return whose history and answers these are."""
    return str(st.session_state.get(KEY) or ME)


def choose() -> str:
    """Let the visitor say whose history this is: on one machine there may be several."""
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
    """Return what is known of the person."""
    space = mine()
    if not private():
        return HealthRecord(Answers.of(space.answers), (), tuple(space.felt), space.warmed_up_at)
    with open_store() as store:
        held = state_of(store, name(), screening(), practice())
    return HealthRecord(held.answers, held.sessions, held.felt, space.warmed_up_at)


def answered(answers: Iterable[tuple[str, Value]]) -> None:
    """Keep what the person has answered."""
    if private():
        with open_store() as store:
            keep_answers(store, name(), answers, now())
    else:
        mine().answers += [Answer(question, value, now()) for question, value in answers]


def felt(symptom: str, stretch: str | None = None) -> None:
    """Keep that the person felt something."""
    one = Felt(symptom, now(), stretch)
    if private():
        with open_store() as store:
            keep_felt(store, name(), one, practice())
    else:
        mine().felt.append(one)


def answers_for_limits() -> Answers | None:
    """Return the answers that lay caps over a stretch, None where nothing was asked yet."""
    held = state().answers
    return held if held.held or held.age is not None else None
