"""The physiotherapist's desk: the people of the practice, what posecheck offers for them, and where it is."""

from typing import NamedTuple

import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import plain
from posecheck.app.base.language import _, texts
from posecheck.app.base.privacy import private
from posecheck.app.base.problems import describe_error
from posecheck.app.widgets.person import caseload
from posecheck.core.i18n import N_
from posecheck.history import HistoryError


class Tool(NamedTuple):
    """Hold one thing that can be done, and the path of the page for it."""

    page: str
    title: str
    about: str


TOOLS = (
    Tool("analyse", N_("Judge a patient's video"), N_("With the worst moments, both sides, and a report to print.")),
    Tool("thresholds", N_("Set limits for a patient"), N_("See at once what they change, and keep them as a profile.")),
    Tool("programme", N_("Make a programme"), N_("Several stretches in order, handed on as a file or a QR code.")),
    Tool("history", N_("Follow somebody over weeks"), N_("A change counts only when it is larger than its error.")),
    Tool("safety", N_("Ask about health"), N_("What is possible, limited or ruled out now, with the reasons.")),
    Tool("own", N_("Describe a stretch of your own"), N_("From a recording: its angles and limits become a file.")),
)
"""A tool is offered where the app has its page."""


def page() -> None:
    """Show the page."""
    st.title(_("For physiotherapists"))
    st.write(_("posecheck measures; the judgement stays with you. Every angle states its error."))
    if private():
        st.subheader(_("People"))
        try:
            caseload.show()
        except HistoryError as error:
            st.error(plain(describe_error(error, texts())), icon=":material/error:")
    else:
        st.info(
            _("People are kept only where posecheck runs on your own machine, so that nobody else can see them."),
            icon=":material/lock:",
        )
    st.subheader(_("What can be done"))
    _tools()


def _tools() -> None:
    for tool in TOOLS:
        if tool.page not in navigation.TITLES:
            continue
        what, about = st.columns([1, 2], vertical_alignment="center")
        if what.button(_(tool.title), key=f"desk-{tool.page}", width="stretch"):
            navigation.open_page(tool.page)
        about.markdown(plain(_(tool.about)))
