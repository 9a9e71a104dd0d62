"""Whether the visitor may do a stretch now, decided before the camera starts; and how it felt, asked after each set."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import plain
from posecheck.app.base.language import _, texts
from posecheck.app.base.problems import describe_error
from posecheck.app.visit import person
from posecheck.core.errors import NotCoachedError
from posecheck.safety import Decision, Sort, decide, limits, practice, screening, suited
from posecheck.stretches.stretch import Stretch

UNASKED = "live-unasked"
"""Key of the session state that is set when the visitor chose to begin without answering; it holds for the visit."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Hold a stretch that the visitor may do.

    Attributes:
        stretch: The stretch, its limits lowered where the visitor's answers ask for that.
        notes: What the visitor should know, a sentence each.
        unasked: Whether health questions were left unanswered.
    """

    stretch: Stretch
    notes: tuple[str, ...]
    unasked: bool

    def tell(self) -> None:
        """Show the notes, and a button that leads to questions left unanswered."""
        for note in self.notes:
            st.info(plain(note), icon=":material/health_and_safety:")
        if self.unasked:
            _to_questions("tertiary")


def suits(stretch: Stretch) -> Fit | None:
    """Return the stretch with the visitor's limits; None where it is not allowed now, or questions come first.

    Where it returns None, the page shows why, or asks the visitor to answer the questions.
    """
    now, state = datetime.now().astimezone(), person.state()
    decision = decide(screening(), practice(), stretch, state, now)
    if decision.state == "blocked":
        for finding in decision.findings[:2]:
            until = "" if finding.until is None else f" · {finding.until.astimezone():%Y-%m-%d %H:%M}"
            st.error(plain(finding.told(texts())) + until, icon=":material/front_hand:")
        return None
    try:
        fit = suited(stretch, state.answers, now)
    except NotCoachedError as error:
        st.error(plain(describe_error(error, texts())), icon=":material/front_hand:")
        return None
    due = bool(decision.of(Sort.ASK))
    if due and not st.session_state.get(UNASKED):
        _ask(decision)
        return None
    notes = [finding.told(texts()) for finding in decision.of(Sort.WARM_UP, Sort.LIMIT, Sort.NOTICE)]
    if due:
        notes.insert(0, _("Your health was not asked about in full: the limits are those of a healthy adult."))
    return Fit(fit.stretch, tuple(notes), due)


def _ask(decision: Decision) -> None:
    """Ask the visitor to answer the questions first, or to choose to begin without."""
    n = int(decision.of(Sort.ASK)[0].values["n"])
    with st.container(border=True):
        st.subheader(_("First, your health"))
        st.write(
            texts()
            .ngettext(
                "{n} question tells whether this stretch suits you, and how far you may go. You are asked once, and "
                "again every month.",
                "{n} questions tell whether this stretch suits you, and how far you may go. You are asked once, and "
                "again every month.",
                n,
            )
            .format(n=n)
        )
        with st.container(horizontal=True):
            _to_questions("primary")
            st.button(
                _("Begin without answering"),
                key="live-unasked-button",
                help=_("The limits are then those of a healthy adult."),
                on_click=lambda: st.session_state.update({UNASKED: True}),
            )


def _to_questions(kind: Literal["primary", "tertiary"]) -> None:
    if st.button(_("Answer the questions"), key="live-questions", type=kind, icon=":material/health_and_safety:"):
        navigation.open_page("safety")


def age_of(given: int | None) -> int | None:
    """Return the age for the limits: the one given on the page, else the one in the answers, else None."""
    return limits.age_of(given, person.state().answers)


def how_it_felt() -> None:
    """Ask after a set whether anything hurt; the button leads to the Safety page, where symptoms are reported."""
    if st.button(_("Something hurt, or felt wrong"), icon=":material/front_hand:", key="live-felt"):
        navigation.open_page("safety")
