"""The Safety page: emergency signs, symptoms, health questions, and which stretches may be done now."""

from datetime import datetime

import streamlit as st

from posecheck.app.base.labels import known_stretches, plain, stretch_ids
from posecheck.app.base.language import _, ngettext, texts
from posecheck.app.base.privacy import private
from posecheck.app.visit import person
from posecheck.app.visit.workspace import mine
from posecheck.core.i18n import N_
from posecheck.feedback.vocabulary import ANSWERS
from posecheck.feedback.wording import capital
from posecheck.safety import (
    Decision,
    HealthRecord,
    Sort,
    decide,
    first_questions,
    pauses,
    practice,
    questions_due,
    screening,
)
from posecheck.safety.answers import AGE, Value, relevant
from posecheck.safety.screening import Question

STATE_TITLES = {
    "allowed": N_("● may be done"),
    "limited": N_("▲ tighter limits"),
    "first": N_("◆ something else first"),
    "blocked": N_("■ not now"),
}
HABIT_BASES = {"norm": N_("published"), "judgement": N_("our own judgement")}
"""What a habit is based on: published advice is not a norm of an angle."""


def page() -> None:
    """Show the page."""
    st.title(_("Safety"))
    st.write(plain(_(practice().not_medical_advice)))
    _emergencies()
    if not person.name():
        st.caption(
            _("Your answers are kept for this visit only. Choose a person above to keep them on this machine.")
            if private()
            else _("Your answers are kept for this visit only.")
        )
    _something_felt()
    state, now = person.state(), person.now()
    _questions(state, now)
    _allowed(state, now)
    _habits()


def _emergencies() -> None:
    with st.expander(_("Emergency signs: when to get help at once"), icon=":material/emergency:"):
        for item in practice().emergencies:
            st.markdown("\n".join(f"- {plain(_(sign))}" for sign in item.signs))
            st.error(plain(_(item.act)))


def _something_felt() -> None:
    st.subheader(_("Something does not feel right?"))
    st.write(_("Stop, and say what it is. What may be done afterwards follows from it."))
    with st.container(horizontal=True):
        for symptom in practice().symptoms:
            st.button(
                _(symptom.text),
                key=f"felt-{symptom.id}",
                on_click=lambda one=symptom.id: st.session_state.update({"asked-symptom": one}),
            )
    asked = st.session_state.get("asked-symptom")
    if asked is None:
        return
    symptom = practice().symptom(asked)
    st.error(f"**{plain(_(symptom.act))}**", icon=":material/front_hand:")
    ids = stretch_ids()
    during = st.selectbox(
        _("During which stretch?"),
        ids,
        index=None,
        format_func=lambda one: _(known_stretches()[one].name),
        placeholder=_("none, or I do not know"),
        key="felt-during",
    )
    with st.container(horizontal=True):
        if st.button(_("Keep that I felt this"), type="primary", disabled=symptom.scope == "technique" and not during):
            person.felt(symptom.id, during)
            del st.session_state["asked-symptom"]
            st.rerun()
        if st.button(_("Not felt after all")):
            del st.session_state["asked-symptom"]
            st.rerun()


def _questions(state: HealthRecord, now: datetime) -> None:
    st.subheader(_("Questions about your health"))
    due = questions_due(screening(), practice(), state, now)
    again = st.session_state.get("ask-again", False)
    if not due and not again:
        st.write(_("All answered; they come again every {n} days.").format(n=screening().ask_again_days))
        st.button(
            _("Answer again"), icon=":material/edit:", on_click=lambda: st.session_state.update({"ask-again": True})
        )
        return
    shown = relevant(screening(), state.answers, True) if again else due
    st.caption(
        ngettext(
            "{n} question. An honest “unsure” is an answer.",
            "{n} questions. An honest “unsure” is an answer.",
            len(shown),
        ).format(n=len(shown))
    )
    with st.form("questions", border=True):
        age = st.number_input(_("Age"), 1, 120, value=state.answers.age, placeholder=_("adult"))
        said = {question.id: _asked(question, state) for question in shown}
        pressed = st.form_submit_button(_("Keep my answers"), type="primary", icon=":material/check:")
    if not pressed:
        return
    given: list[tuple[str, Value]] = [(name, value) for name, value in said.items() if value is not None]
    if age is not None:
        given.append((AGE, int(age)))
    person.answered(given)
    st.session_state["ask-again"] = False
    st.rerun()


def _asked(question: Question, state: HealthRecord) -> Value | None:
    """Ask one question and return the answer; None where it was left open."""
    held = state.answers.held.get(question.id)
    before = None if held is None else held.value
    if question.answer == "number":
        number = st.number_input(
            _(question.text), question.least, question.most, value=before if isinstance(before, int) else None
        )
        return None if number is None else int(number)
    options = list(ANSWERS)
    return st.radio(
        _(question.text),
        options,
        index=options.index(str(before)) if before in options else None,
        format_func=lambda one: _(ANSWERS[one]),
        horizontal=True,
        key=f"question-{question.id}",
    )


def _allowed(state: HealthRecord, now: datetime) -> None:
    st.subheader(_("What may be done now"))
    today = pauses.sittings(practice(), state.sessions, now)
    daily = practice().daily
    left, middle, right = st.columns(3)
    left.metric(_("Sessions today"), f"{max(0, today.number - 1)} / {daily.soft}", border=True)
    locks = pauses.locks(practice(), state.felt, None, now)
    middle.metric(_("Pauses after something felt"), len(locks), border=True)
    warm = pauses.warm(practice(), state.sessions, state.warmed_up_at, now)
    right.metric(_("Warmed up"), _("yes") if warm else _("no"), border=True)
    if not warm:
        _warm_up(now)
    decisions = [decide(screening(), practice(), known_stretches()[name], state, now) for name in stretch_ids()]
    for name, title in STATE_TITLES.items():
        alike: dict[str, list[str]] = {}
        for one in decisions:
            if _state(one, state, now) == name:
                alike.setdefault(_why(one, name), []).append(plain(_(known_stretches()[one.stretch].name)))
        if alike:
            with st.container(border=True):
                shape, _space, words = _(title).partition(" ")
                st.markdown(f"#### {shape} {capital(words)}")
                for why, names in alike.items():
                    told = " · ".join(f"**{one}**" for one in names)
                    st.markdown(f"{told}  \n{why}" if why else told)


def _state(decision: Decision, state: HealthRecord, now: datetime) -> str:
    """Return how a stretch stands, as the Live page has it: once the gravest questions are answered it may be done."""
    if decision.state != "first" or decision.of(Sort.WARM_UP):
        return decision.state
    stretch = known_stretches()[decision.stretch]
    if first_questions(screening(), practice(), stretch, state, now):
        return "first"
    return "limited" if decision.of(Sort.LIMIT) else "allowed"


def _why(decision: Decision, shown: str) -> str:
    # For a stretch that is ruled out, what should be done before it (questions, a warm-up) does not matter.
    ruled_out = decision.state == "blocked"
    left_out = {Sort.NOTICE, Sort.ASK, Sort.WARM_UP, Sort.LIMIT} if ruled_out else {Sort.NOTICE}
    left_out |= {Sort.ASK} if shown != "first" else set()
    findings = [one for one in decision.findings if one.sort not in left_out][:2]
    told = " ".join(plain(one.told(texts())) for one in findings)
    if decision.until is not None and decision.state == "blocked":
        told += " " + _("Until {when}.").format(when=plain(texts().moment(decision.until)))
    if decision.alternative is not None:
        told += " " + _("Safer: {name}.").format(name=plain(_(known_stretches()[decision.alternative].name)))
    return told.strip()


def _warm_up(now: datetime) -> None:
    rule = practice().warm_up
    told = _(rule.text).format(least=round(rule.least_min), most=round(rule.most_min))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(told))
        st.button(_("I have warmed up"), icon=":material/check:", on_click=_warmed)


def _warmed() -> None:
    mine().warmed_up_at = person.now()


def _habits() -> None:
    rules = practice()
    st.subheader(_("Good habits, and where they come from"))
    for text, source, basis in (
        (_(rules.breathing.text), rules.breathing.source, rules.breathing.basis),
        (_(rules.sound.text), rules.sound.source, rules.sound.basis),
        (
            _("Stretch at most {soft} times a day; after {hard} it is enough.").format(
                soft=rules.daily.soft, hard=rules.daily.hard
            ),
            rules.daily.source,
            rules.daily.basis,
        ),
        (
            _("Leave {n:.0f} minutes before the same technique again.").format(n=rules.same_technique.pause_min),
            rules.same_technique.source,
            rules.same_technique.basis,
        ),
    ):
        st.markdown(f"- {plain(text)}")
        st.caption(f"{_(HABIT_BASES[basis])}: {plain(_(source))}")
    with st.expander(_("When to see a doctor or a physiotherapist")):
        st.markdown("\n".join(f"- {plain(_(item.text))}" for item in rules.see_professional))
