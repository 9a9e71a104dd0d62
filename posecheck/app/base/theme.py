"""The look of the app: colours that colour-blind people can tell apart, and the header and footer of every page."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from posecheck.app.base import language
from posecheck.app.base.language import _
from posecheck.core.i18n import N_

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
[data-testid="stCaptionContainer"] {opacity: .8 !important}
[data-testid="stSelectbox"] input {text-overflow: ellipsis}
[data-testid="stSelectbox"] input:focus-visible {outline: none !important}
[data-testid="stSelectbox"] [role="group"]:has(input:focus-visible) {outline: 3px solid #0072B2; outline-offset: 2px}
[data-testid="stTopNav"] {max-width: calc(100vw - 15rem); margin: 0 auto 0 0 !important}
:is(h1, h2, h3, h4, h5, h6) {scroll-margin-top: 5.5rem !important}
[data-baseweb="tag"] {max-width: 100% !important; height: auto !important}
[data-baseweb="tag"] span {white-space: normal !important; max-width: none !important}
:has(> .st-key-verdict), :has(> .st-key-verdict-in-short) {position: sticky; top: 3.7rem; z-index: 9}
body:has(.st-key-verdict) :is(h2, h3, h4) {scroll-margin-top: 13rem !important}
@media (min-width: 641px) {.st-key-verdict-in-short {display: none}}
@media (min-width: 641px) {.st-key-sample-shows {display: none}}
[class*="st-key-card-"] {position: relative}
[class*="st-key-card-"] :is([data-testid="stElementContainer"], .stButton, .stTooltipIcon) {position: static !important}
[class*="st-key-card-"] button::after {content: ""; position: absolute; inset: 0; border-radius: .6rem}
[class*="st-key-card-"] button p {text-align: left}
.stButton button p {white-space: normal !important; overflow-wrap: anywhere}
[class*="st-key-card-"]:hover {border-color: var(--st-primary-color)}
[class*="st-key-card-door-"] {display: grid !important; grid-template-columns: 4rem 1fr; column-gap: 1rem; row-gap: 0}
[class*="st-key-card-door-"] > :first-child {grid-row: 1 / span 2; align-self: center}
[class*="st-key-card-door-"] button p {font-size: 1.15rem}
.st-key-language-row {position: fixed; top: .6rem; right: 1rem; width: auto !important; z-index: 999991}
h1 {padding-top: 0 !important; letter-spacing: -.02em}
.st-key-person-bar {margin: -1.4rem 0 -1.1rem}
.st-key-person-bar button {min-height: 1.6rem !important; padding-top: 0 !important; padding-bottom: 0 !important}
.st-key-ways h1 {font-size: 2.3rem}
:focus-visible {outline: 3px solid #0072B2 !important; outline-offset: 2px}
@media (prefers-color-scheme: dark) {
  :is(:focus-visible, [data-testid="stSelectbox"] [role="group"]:has(input:focus-visible)) {
    outline-color: #56B4E9 !important}
}
@media (max-width: 1090px) {
  [data-testid="stTopNavLink"] {padding-left: .3rem !important; padding-right: .3rem !important}
  [data-testid="stTopNavLink"] > span:first-child {display: none}
}
@media (max-width: 860px) {
  [data-testid="stTopNavLink"] {padding-left: .2rem !important; padding-right: .2rem !important}
  [data-testid="stTopNavLink"] * {font-size: .82rem !important}
  [data-testid="stTopNavLink"] {letter-spacing: -.01em}
}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] {padding-left: 1rem; padding-right: 1rem}
  h1 {font-size: 1.7rem !important}
  h2, h3 {font-size: 1.2rem !important}
  [data-testid="stTable"] :is(td, th) {padding: .35rem .4rem}
  [class*="st-key-card-"]:not([class*="st-key-card-door-"]) {
    display: grid !important; grid-template-columns: 8.5rem 1fr; column-gap: .9rem; row-gap: 0}
  [class*="st-key-card-"] > :first-child {grid-row: 1 / span 2}
  [class*="st-key-card-"] > :nth-child(2) {align-self: end}
  /* The short verdict waits behind the whole one and is seen once that has been scrolled away. */
  :has(> .st-key-verdict) {position: relative; top: 0; z-index: 10}
  :has(> .st-key-verdict-in-short) {margin-top: -3.2rem}
  body:has(.st-key-verdict) :is(h2, h3, h4) {scroll-margin-top: 8rem !important}
  body:has([data-testid="stSidebar"][data-collapsed="false"]) .st-key-language-row {display: none}
}
@media (prefers-reduced-motion: reduce) {* {animation: none !important; transition: none !important}}
</style>
"""
_THEME_CSS = """
<style>
:has(> .st-key-verdict), :has(> .st-key-verdict-in-short) {background: %(paper)s}
:is(.st-key-language-row, [data-testid="stSliderThumbValue"]) p {color: %(text)s !important}
</style>
"""
_WORDS_CSS = """
<style>
[data-testid="stExpandSidebarButton"] {width: auto !important}
[data-testid="stExpandSidebarButton"]::after {content: "%(menu)s"; font-size: .95rem; padding: 0 .4rem}
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p {font-size: 0}
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p::after {
  content: "%(file)s"; font-size: 1rem}
[data-testid="stFileUploaderDropzoneInstructions"] {display: none}
</style>
"""
"""Replaces Streamlit's own English words by the visitor's language."""


@dataclass(frozen=True, slots=True)
class Colours:
    """Hold Okabe and Ito's colours, adjusted to a light or dark background; `tint` is the opacity of the bands."""

    fine: str
    target: str
    borderline: str
    caution: str
    stop: str
    unknown: str
    text: str
    faint: str
    paper: str
    tint: float

    def of(self, level: str) -> str:
        """Return the colour of a verdict, an event's level or a live state."""
        known = {"stop": self.stop, "caution": self.caution, "borderline": self.borderline, "clear": self.fine}
        return known.get(level, self.unknown)


LIGHT: Final = Colours(
    "#0072B2", "#56B4E9", "#C9B700", "#E69F00", "#D55E00", "#6B7780", "#1D2B33", "#8A979E", "#FCFCFA", 0.2
)
DARK: Final = Colours(
    "#56B4E9", "#56B4E9", "#F0E442", "#F0B030", "#F0803C", "#9AA7AE", "#E7EEF1", "#7E8C94", "#12191E", 0.34
)


def colours() -> Colours:
    """Return the colours for the visitor's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def begin() -> None:
    """Set up the page; this must be the first Streamlit call of a run."""
    st.set_page_config(page_icon=str(ICON), layout="wide")
    st.logo(str(ICON), size="large")
    st.html(
        _CSS
        + _THEME_CSS % {"paper": colours().paper, "text": colours().text}
        + _WORDS_CSS % {"menu": _("Menu"), "file": _("Choose a file")}
    )
    with st.container(horizontal=True, horizontal_alignment="right", key="language-row"):
        language.switch()


def end() -> None:
    """End the page with the notice that posecheck is not medical advice."""
    st.divider()
    st.caption(_(NOTICE))
