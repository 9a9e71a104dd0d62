"""How the app looks: colours that colour-blind people tell apart, the frame round every page."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from posecheck.language import N_
from posecheck.ui import texts
from posecheck.ui.texts import _

ICON = Path(__file__).with_name("icon.svg")
NOTICE = N_(
    "posecheck is not medical advice. Stop when something hurts; with osteoporosis, after surgery, in pregnancy "
    "or with numbness in a leg, ask a professional before you twist or arch. Videos stay on the machine that runs "
    "this app."
)
_CSS = """
<style>
[data-testid="stMainBlockContainer"] {max-width: 76rem; padding-top: 4rem; padding-bottom: 2rem}
[data-testid="stTable"] td, [data-testid="stTable"] th {white-space: normal; vertical-align: top}
[data-testid="stTable"] {overflow-x: auto}
.st-key-language-row {position: fixed; top: .6rem; right: 1rem; width: auto !important; z-index: 999991}
h1 {padding-top: 0 !important; letter-spacing: -.02em}
:focus-visible {outline: 3px solid #0072B2 !important; outline-offset: 2px}
@media (prefers-color-scheme: dark) {:focus-visible {outline-color: #56B4E9 !important}}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] {padding-left: 1rem; padding-right: 1rem}
  h1 {font-size: 1.7rem !important}
  h2, h3 {font-size: 1.2rem !important}
  body:has([data-testid="stSidebar"][data-collapsed="false"]) .st-key-language-row {display: none}
}
@media (prefers-reduced-motion: reduce) {* {animation: none !important; transition: none !important}}
</style>
"""


@dataclass(frozen=True, slots=True)
class Colours:
    """Hold Okabe-Ito colours bright or dark enough for a background; tint: opacity of bands on it."""

    fine: str
    target: str
    borderline: str
    caution: str
    stop: str
    unknown: str
    text: str
    faint: str
    tint: float

    def of(self, level: str) -> str:
        """Return the colour of a verdict, an event's level or a live state."""
        known = {"stop": self.stop, "caution": self.caution, "borderline": self.borderline, "clear": self.fine}
        return known.get(level, self.unknown)


LIGHT: Final = Colours("#0072B2", "#56B4E9", "#C9B700", "#E69F00", "#D55E00", "#6B7780", "#1D2B33", "#8A979E", 0.2)
DARK: Final = Colours("#56B4E9", "#56B4E9", "#F0E442", "#F0B030", "#F0803C", "#9AA7AE", "#E7EEF1", "#7E8C94", 0.34)


def colours() -> Colours:
    """Return the colours for the visitor's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def begin() -> None:
    """Set up the page; the first Streamlit call of a run."""
    st.set_page_config(page_title="posecheck", page_icon=str(ICON), layout="wide")
    st.logo(str(ICON), size="large")
    st.html(_CSS)
    with st.container(horizontal=True, horizontal_alignment="right", key="language-row"):
        texts.switch()


def end() -> None:
    """Close the page with what every page must say."""
    st.divider()
    st.caption(_(NOTICE))
