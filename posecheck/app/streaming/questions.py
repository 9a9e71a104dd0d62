"""The health questions on the live page: the few that matter most on one screen, the rest one a screen when it fits."""

from collections.abc import Sequence

import streamlit as st

from posecheck.app.base.labels import plain
from posecheck.app.base.language import _, ngettext
from posecheck.app.visit import person
from posecheck.feedback.vocabulary import ANSWERS
from posecheck.safety import practice, rest_in_order, screening
from posecheck.safety.answers import NO, YES, Value
from posecheck.safety.screening import Question
from posecheck.stretches.stretch import Stretch

ASKING = "live-asking"
"""Key of the session state that is set while the rest of the questions is asked."""
AGAIN = "live-ask-again"
"""Key of the session state that holds the id of a question that is to be asked once more."""
BEFORE = "live-asked-before"
"""Key of the session state that holds the ids of the questions answered so far, to go back to."""


def first(questions: Sequence[Question]) -> None:
    """Ask the questions that come before the camera: whatever holds is ticked, and one button answers all of them.

    Args:
        questions: At most four, the gravest first.
    """
    with st.container(border=True, key="first-questions"):
        st.subheader(_("Before you start: does any of this hold for you?"))
        ticked = {one.id: st.checkbox(plain(_(one.text)), key=f"first-{one.id}") for one in questions}
        st.caption(_("If you are unsure, tick it. You are asked once, and again every month."))
        some = any(ticked.values())
        with st.container(horizontal=True):
            st.button(
                _("Keep my answers") if some else _("None of these"),
                type="primary",
                icon=":material/check:",
                key="first-keep" if some else "first-none",
                on_click=person.answered,
                args=([(name, YES if held else NO) for name, held in ticked.items()],),
            )
            st.button(
                _("Begin without answering"),
                type="tertiary",
                key="live-unasked-button",
                help=_("The limits then allow for no illness or injury."),
                on_click=lambda: st.session_state.update({person.UNASKED: True}),
            )


def offer_rest(count: int) -> None:
    """Offer to ask the rest now.

    Args:
        count: How many questions are left.
    """
    told = ngettext(
        "{n} more question tells how far you may go.", "{n} more questions tell how far you may go.", count
    ).format(n=count)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/health_and_safety: {plain(told)}")
        st.button(
            _("Answer them now"),
            key="live-questions",
            type="tertiary",
            on_click=lambda: st.session_state.update({ASKING: True, BEFORE: []}),
        )


def ask_again(question: str) -> None:
    """Let a question be asked once more, because its answer was a mistake."""
    st.session_state[AGAIN] = question


def one(stretch: Stretch) -> bool:
    """Ask the next question, if the visitor is answering them, and return whether one is asked.

    After the last one the camera is back by itself.

    Args:
        stretch: The stretch; what matters for it comes first.
    """
    again = screening().question(st.session_state.get(AGAIN, ""))
    if again is not None:
        _screen(again, [])
        return True
    if not st.session_state.get(ASKING):
        return False
    left = rest_in_order(screening(), practice(), stretch, person.state(), person.now())
    if not left:
        st.session_state.pop(ASKING)
        st.toast(_("All answered. Thank you."), icon=":material/check:")
        return False
    _screen(left[0], st.session_state.setdefault(BEFORE, []))
    return True


def _screen(question: Question, before: list[str]) -> None:
    done, whole = person.progress()
    with st.container(border=True, key="question"):
        st.progress(done / whole, _("{n} of {all} answered").format(n=done, all=whole))
        st.subheader(plain(_(question.text)))
        with st.container(horizontal=True):
            if question.answer == "number":
                number = st.number_input(_("Number"), question.least, question.most, value=None, key="question-number")
                st.button(
                    _("Keep"), type="primary", disabled=number is None, on_click=_keep, args=(question.id, number or 0)
                )
            else:
                for value, word in ANSWERS.items():
                    st.button(
                        _(word).capitalize(),
                        key=f"question-{question.id}-{value}",
                        width=120,
                        on_click=_keep,
                        args=(question.id, value),
                    )
        with st.container(horizontal=True):
            if before:
                st.button(
                    _("Back"), icon=":material/arrow_back:", type="tertiary", on_click=lambda: ask_again(before.pop())
                )
            st.button(_("Later, to the camera"), icon=":material/videocam:", type="tertiary", on_click=_leave)


def _keep(question: str, value: Value) -> None:
    person.answered([(question, value)])
    st.session_state.pop(AGAIN, None)
    st.session_state.setdefault(BEFORE, []).append(question)


def _leave() -> None:
    for key in (ASKING, AGAIN):
        st.session_state.pop(key, None)
