"""The page of programmes: choose one, follow it step by step, make or change one, hand it on."""

import streamlit as st

from posecheck.app.base.labels import known_stretches, plain
from posecheck.app.base.language import _, texts
from posecheck.app.base.problems import describe_error
from posecheck.app.visit import person
from posecheck.app.widgets.programme import editor, following, opening, sharing, steps
from posecheck.core.errors import PosecheckError
from posecheck.feedback.programme_words import describe_length
from posecheck.programme.sitting import Sitting


def page() -> None:
    """Show the page."""
    st.title(_("Programme"))
    try:
        if editor.open_draft():
            editor.show()
        elif (one := following.sitting()) is not None:
            _follow(one)
        else:
            st.write(_("Several stretches in order, with pauses, and never more than is safe in a day."))
            opening.show()
            st.button(
                _("Make a programme, as a physiotherapist"),
                icon=":material/add:",
                key="programme-new",
                on_click=editor.new,
            )
    except PosecheckError as error:
        st.error(plain(describe_error(error, texts())), icon=":material/error:")


def _follow(one: Sitting) -> None:
    unknown = [step.stretch for step in one.programme.steps if step.stretch not in known_stretches()]
    if unknown:
        # A stretch of the visitor's own was deleted meanwhile.
        following.leave()
        st.warning(plain(_("There is no stretch {name} any more.").format(name=unknown[0])), icon=":material/warning:")
        return
    st.subheader(plain(_(one.name)))
    st.caption(plain(describe_length(one.programme, known_stretches(), texts())))
    if one.programme.note:
        st.markdown(plain(_(one.programme.note)))
    if not person.name():
        st.caption(_("Choose a person above to keep what you do; without one it is kept for this visit only."))
    steps.show(one)
    with st.expander(_("Hand it on, or change it"), icon=":material/ios_share:"):
        sharing.show(one.programme, "followed")
        st.button(
            _("Change it"), icon=":material/edit:", key="programme-edit", on_click=editor.edit, args=(one.programme,)
        )
    if one.next is not None:
        st.button(_("Choose another"), icon=":material/arrow_back:", key="programme-leave", on_click=following.leave)
