"""The app's pages by name, so that one can lead to another."""

from typing import Any

import streamlit as st

from posecheck.core.i18n import N_

KEY = "pages"
TITLES = {
    "analyse": N_("Analyse"),
    "live": N_("Live"),
    "thresholds": N_("Thresholds"),
    "stretches": N_("Stretches"),
    "own": N_("Your own"),
    "safety": N_("Safety"),
    "history": N_("History"),
}
"""What stands in the navigation, by the page's path."""


def hold(pages: dict[str, Any]) -> None:
    """Remember this run's pages by their paths."""
    st.session_state[KEY] = pages


def open_page(name: str) -> None:
    """Go to another page; stays where it is when a page runs by itself, as in a test."""
    page = st.session_state.get(KEY, {}).get(name)
    if page is not None:
        st.switch_page(page)
