"""The app's pages by name, so that one page can open another without importing it."""

from typing import Any

import streamlit as st

from posecheck.core.i18n import N_

KEY = "pages"
TITLES = {
    "start": N_("Start"),
    "live": N_("Live"),
    "programme": N_("Programme"),
    "analyse": N_("Analyse"),
    "thresholds": N_("Thresholds"),
    "stretches": N_("Stretches"),
    "own": N_("Your own"),
    "safety": N_("Safety"),
    "history": N_("History"),
    "desk": N_("Practice"),
}
"""The title of each page in the navigation, by the page's path."""


def hold(pages: dict[str, Any]) -> None:
    """Remember the pages of this run, by their paths."""
    st.session_state[KEY] = pages


def open_page(name: str) -> None:
    """Go to another page; do nothing when a page runs alone, as in a test."""
    page = st.session_state.get(KEY, {}).get(name)
    if page is not None:
        st.switch_page(page)
