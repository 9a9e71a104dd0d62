"""The choice of a stretch, with the advice for one that needs care."""

import streamlit as st

from posecheck.app.base.labels import known_stretches, plain, stretch_ids, stretch_label
from posecheck.app.base.language import _
from posecheck.app.visit.sources import Sample
from posecheck.stretches.stretch import Stretch

CHOSEN_ELSEWHERE = "wanted-stretch"
"""The key of the session state that holds the stretch that the visitor chose on another page."""


def choose(place: st.delta_generator.DeltaGenerator, sample: Sample | None = None) -> Stretch:
    """Let the visitor choose a stretch.

    Args:
        place: Where the list is shown.
        sample: The sample clip that is chosen, if any; the list begins with the stretch that it shows.
    """
    ids = stretch_ids()
    key = f"stretch-{sample.path.stem}" if sample else "stretch"
    guessed = sample.stretch if sample and sample.stretch in ids else "chair-twist"
    wanted = st.session_state.pop(CHOSEN_ELSEWHERE, None) if sample is None else None
    if wanted in ids:
        st.session_state[key] = wanted
    if st.session_state.get(key) not in ids:
        st.session_state[key] = guessed if guessed in ids else ids[0]
    name = place.selectbox(_("Stretch"), ids, format_func=stretch_label, key=key)
    st.session_state["stretch-key"] = key
    return known_stretches()[name]


def show_advice(stretch: Stretch) -> bool:
    """Show why a stretch has tighter limits or is not coached, and which stretch is safer.

    Returns:
        Whether the stretch is not coached.
    """
    reason = plain(_(stretch.reason))
    if stretch.advice == "limit":
        tighter = _("Coached with tighter limits.")
        st.info(f"**{tighter}** {reason}", icon=":material/info:")
    if stretch.advice != "block":
        return False
    safer = known_stretches()[stretch.alternative]
    not_coached = _("This one is not coached.")
    st.error(f"**{not_coached}** {reason}", icon=":material/block:")
    key = st.session_state["stretch-key"]
    st.button(
        _("Take the safer one: {name}").format(name=plain(_(safer.name))),
        type="primary",
        on_click=lambda: st.session_state.update({key: safer.id}),
    )
    return True
