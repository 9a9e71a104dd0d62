"""The bar on every page: who it is, their age, what is known of their health, and the limits in use."""

import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import plain
from posecheck.app.base.language import _, texts
from posecheck.app.base.privacy import private
from posecheck.app.base.problems import describe_error
from posecheck.app.visit import person
from posecheck.app.visit.workspace import mine
from posecheck.app.widgets import profile_shelf
from posecheck.history import HistoryError
from posecheck.history.store import ME

NOBODY = ""
NONE = ""


def show() -> None:
    """Show the bar: a line that opens to choose all of it."""
    with st.container(horizontal=True, horizontal_alignment="right", key="person-bar"):
        try:
            with st.popover(in_short(), icon=":material/person:", type="tertiary"):
                _content()
        except HistoryError as error:
            st.error(plain(describe_error(error, texts())), icon=":material/error:")


def _content() -> None:
    if private():
        choose("bar")
    else:
        st.caption(_("What you answer is kept for this visit only."))
    _age()
    _profile()
    _answers()


def in_short() -> str:
    """Return who, age, answers and profile in one line, as Markdown."""
    who, years, (done, whole) = person.name(), person.age(), person.progress()
    parts = [
        label(who) if who else _("nobody chosen"),
        _("adult") if years is None else _("age {n}").format(n=years),
        _("health not asked") if not done else _("health {n} of {all}").format(n=done, all=whole),
        *([mine().profile] if mine().profile else []),
    ]
    return plain(" · ".join(parts))


def label(who: str) -> str:
    """Return how a person is called: the name that the command line takes where none is given is `me`."""
    return {NOBODY: _("nobody"), ME: _("me")}.get(who, who)


def choose(place: str) -> None:
    """Let the visitor choose the person, because several may use one machine.

    Args:
        place: Where this is shown, as a part of the key: it may be shown twice on a page.
    """
    held = person.name()
    options = list(dict.fromkeys([NOBODY, *person.known(), *([held] if held else [])]))
    chosen = st.selectbox(
        _("Person"),
        options,
        index=options.index(held),
        format_func=label,
        accept_new_options=True,
        key=f"person-{place}-{len(options)}-{held}",
        help=_("A name of your own choosing; type a new one to add it. It never leaves this machine."),
    )
    if (chosen or NOBODY) != held:
        person.use(chosen)
        st.rerun()


def _age() -> None:
    held = person.age()
    years = st.number_input(
        _("Age (optional)"), 1, 120, value=held, placeholder=_("adult"), key=f"age-{person.name()}-{held}"
    )
    if years != held and not (years is None and person.name()):
        person.set_age(None if years is None else int(years))
        st.rerun()


def _profile() -> None:
    names = profile_shelf.names()
    held = mine().profile if mine().profile in names else NONE
    mine().profile = held
    if not names:
        return
    chosen = st.selectbox(
        _("Limits"),
        [NONE, *names],
        index=[NONE, *names].index(held),
        format_func=lambda one: one or _("as the stretch sets them"),
        key=f"profile-{held}-{len(names)}",
    )
    if chosen != held:
        mine().profile = chosen
        st.rerun()


def _answers() -> None:
    done, whole = person.progress()
    st.caption(_("{n} of {all} questions about your health are answered.").format(n=done, all=whole))
    if st.button(_("Answer the questions"), key="bar-questions", icon=":material/health_and_safety:"):
        navigation.open_page("safety")
