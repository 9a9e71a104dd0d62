"""Whether the visitor may do a stretch now, decided before the camera starts; and how it felt, asked after each set."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import plain
from posecheck.app.base.language import _, texts
from posecheck.app.base.problems import describe_error
from posecheck.app.streaming import questions
from posecheck.app.visit import person
from posecheck.app.widgets import stretch_choice
from posecheck.core.errors import NotCoachedError
from posecheck.feedback.safety_notes import describe_cap
from posecheck.safety import Decision, Finding, Sort, decide, first_questions, practice, screening, suited
from posecheck.safety.answers import YES
from posecheck.stretches.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Fit:
    """Hold a stretch that the visitor may do.

    Attributes:
        stretch: The stretch, its limits lowered where the visitor's answers ask for that.
        notes: What the visitor should know, a sentence each.
        due: How many health questions are not answered.
    """

    stretch: Stretch
    notes: tuple[str, ...]
    due: int

    def tell(self) -> None:
        """Show the notes, and offer to answer what is left."""
        if self.notes:
            # One box, so that the camera below it is still seen.
            st.info("  \n".join(plain(note) for note in self.notes), icon=":material/health_and_safety:")
        if self.due:
            questions.offer_rest(self.due)


def suits(stretch: Stretch, *, on: bool = False) -> Fit | None:
    """Return the stretch with the visitor's limits; None where it is not allowed now, or questions come first.

    Where it returns None, the page shows why, or asks the questions.

    Args:
        stretch: The stretch.
        on: Whether the camera runs; no question takes its place then.
    """
    now, state = datetime.now().astimezone(), person.state()
    if questions.AGAIN in st.session_state and questions.one(stretch):
        return None
    decision = decide(screening(), practice(), stretch, state, now)
    if decision.state == "blocked":
        _blocked(decision)
        return None
    try:
        fit = suited(stretch, state.answers, now)
    except NotCoachedError as error:
        st.error(plain(describe_error(error, texts())), icon=":material/front_hand:")
        return None
    ask = decision.of(Sort.ASK)
    due = int(str(ask[0].values["n"])) if ask else 0
    if not on:
        first = first_questions(screening(), practice(), stretch, state, now)
        if first and not st.session_state.get(person.UNASKED):
            questions.first(first)
            return None
        if questions.one(stretch):
            return None
    notes = [finding.told(texts()) for finding in decision.of(Sort.WARM_UP)]
    notes += [describe_cap(finding, stretch, texts()) for finding in decision.of(Sort.LIMIT)]
    notes += [finding.told(texts()) for finding in decision.of(Sort.NOTICE)]
    if due:
        told = (
            _("Your health was not asked about in full: other answers may lower the limits further.")
            if decision.of(Sort.LIMIT)
            else _("Your health was not asked about in full: what was not asked is not allowed for.")
        )
        notes.insert(0, told)
    return Fit(fit.stretch, tuple(dict.fromkeys(notes)), due)


def _blocked(decision: Decision) -> None:
    """Say why a stretch is not for the visitor now, and what they can do about it."""
    # That questions come first is left out, because what is asked here is another one.
    shown = [one for one in decision.findings if one.sort != Sort.ASK][:2] or decision.findings[:1]
    for finding in shown:
        until = "" if finding.until is None else f" · {plain(texts().moment(finding.until))}"
        st.error(plain(finding.told(texts())) + until, icon=":material/front_hand:")
    wants_agreement = _agreeable(decision)
    if wants_agreement:
        asked = screening().question(screening().clearance)
        if asked is not None:
            st.markdown(plain(_(asked.text)))
    with st.container(horizontal=True):
        if decision.alternative is not None:
            stretch_choice.offer(decision.alternative)
        if wants_agreement:
            st.button(
                _("Yes, it is agreed"),
                icon=":material/handshake:",
                key="live-agreed",
                on_click=person.answered,
                args=([(screening().clearance, YES)],),
            )
        wrong = next((one.of for one in shown if screening().question(one.of) is not None), None)
        if wrong is not None:
            st.button(
                _("Change my answer"),
                icon=":material/edit:",
                type="tertiary",
                key="live-change",
                on_click=questions.ask_again,
                args=(wrong,),
            )


def _agreeable(decision: Decision) -> bool:
    """Return whether a professional's agreement is all that is missing."""

    def opens(finding: Finding) -> bool:
        return finding.sort == Sort.PROFESSIONAL or (finding.sort == Sort.LOCK and finding.until is None)

    grave = [one for one in decision.findings if one.sort <= Sort.PROFESSIONAL]
    return bool(grave) and all(opens(one) for one in grave)


def how_it_felt() -> None:
    """Ask after a set whether anything hurt; the button leads to the Safety page, where symptoms are reported."""
    if st.button(_("Something hurt, or felt wrong"), icon=":material/front_hand:", key="live-felt"):
        navigation.open_page("safety")
