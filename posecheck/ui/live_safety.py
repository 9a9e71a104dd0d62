"""May this visitor do this stretch now: asked before the camera is on, and how it felt after every set."""

from datetime import datetime

import streamlit as st

from posecheck.errors import NotCoachedError
from posecheck.safety import Sort, decide, practice, screening, suited
from posecheck.stretches import Stretch
from posecheck.ui import pages, person
from posecheck.ui.labels import plain
from posecheck.ui.texts import _, texts


def suits(stretch: Stretch) -> Stretch | None:
    """Return the stretch with the caps of the visitor's answers, None where it has to wait; say why either way."""
    now, state = datetime.now().astimezone(), person.state()
    decision = decide(screening(), practice(), stretch, state, now)
    if decision.state == "blocked":
        for finding in decision.findings[:2]:
            until = "" if finding.until is None else f" · {finding.until.astimezone():%Y-%m-%d %H:%M}"
            st.error(plain(finding.told(texts())) + until, icon=":material/front_hand:")
        return None
    try:
        fit = suited(stretch, state.answers, now, texts())
    except NotCoachedError as error:
        st.error(plain(str(error)), icon=":material/front_hand:")
        return None
    for finding in decision.of(Sort.ASK, Sort.WARM_UP, Sort.LIMIT, Sort.NOTICE):
        st.info(plain(finding.told(texts())), icon=":material/health_and_safety:")
    if decision.of(Sort.ASK) and st.button(_("Answer the questions"), key="live-questions"):
        pages.open_page("safety")
    return fit.stretch


def age_of(given: int | None) -> int | None:
    """Return the age that limits go by: the one given on the page, else that of the answers."""
    return person.state().answers.age if given is None else given


def how_it_felt() -> None:
    """Ask, after a set, whether anything hurt; what was felt is reported on the page of safety."""
    if st.button(_("Something hurt, or felt wrong"), icon=":material/front_hand:", key="live-felt"):
        pages.open_page("safety")
