"""The choice of a stretch, with the advice for one that needs care."""

import streamlit as st

from posecheck.app.base.labels import known_stretches, plain, stretch_ids, stretch_label
from posecheck.app.base.language import _
from posecheck.app.visit.sources import Sample
from posecheck.stretches.stretch import Stretch

SAFER = "safer"
"""The first part of the key of the session state that holds the safer stretch that the visitor took."""
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
    wanted = st.session_state.pop(f"{SAFER}-{key}", wanted)
    if key in st.session_state and st.session_state[key] not in ids:
        wanted = guessed
    moved = wanted in ids and key in st.session_state
    if moved:
        st.session_state[key] = wanted
    elif wanted in ids:
        guessed = str(wanted)
    # The stretch to begin with is the list's default. A value that is set from here is sent with one run only, and a
    # busy browser may miss it: it would then show, and send back, the first of the list.
    first = 0 if moved or guessed not in ids else ids.index(guessed)
    name = place.selectbox(_("Stretch"), ids, index=first, format_func=stretch_label, key=key)
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
    not_coached = _("This one is not coached.")
    st.error(f"**{not_coached}** {reason}", icon=":material/block:")
    offer(stretch.alternative)
    return True


def offer(safer: str) -> None:
    """Offer to choose a safer stretch.

    Args:
        safer: Its id.
    """
    key = st.session_state["stretch-key"]
    st.button(
        _("Take the safer one: {name}").format(name=plain(_(known_stretches()[safer].name))),
        type="primary",
        on_click=lambda: st.session_state.update({f"{SAFER}-{key}": safer}),
    )
