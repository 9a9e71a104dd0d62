"""The voice, the keyboard and the size of the live page's picture: a small component; the browser itself speaks."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components import v2

from posecheck.app.base.language import _, language
from posecheck.live.announcements import Saying

KEY = "voice"
ASKED = "voice-asked"
_HTML = """
<div class="voice">
  <button type="button"></button>
  <input type="range" min="0.1" max="1" step="0.1">
  <button type="button"></button>
  <p role="status"></p>
  <small></small>
</div>
"""
_CSS = """
.voice {display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: center; font-family: var(--st-font)}
.voice button {
  font: inherit; color: var(--st-text-color); background: var(--st-secondary-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); padding: .25rem .7rem; cursor: pointer
}
.voice button[data-on="true"] {background: var(--st-primary-color); color: #fff; font-weight: 700}
.voice button[data-on="false"] {border: 2px dashed currentcolor; font-weight: 700; text-decoration: line-through}
.voice button:disabled {opacity: .5; cursor: default}
.voice p {flex-basis: 100%; margin: 0; font-weight: 600}
.voice p[hidden] {display: none}
.voice input {accent-color: var(--st-primary-color); width: 7rem}
.voice small {flex-basis: 100%; color: var(--st-text-color); opacity: .7}
"""


def script(*names: str, folder: Path = Path(__file__).parent) -> str:
    """Return scripts as one: a component's script can import nothing.

    Args:
        *names: The files, in order.
        folder: Where they are.
    """
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


@cache
def _component() -> Callable[..., Any]:
    """Register the component at its first use, because only a running app can register one, and return it."""
    return v2.component("posecheck_voice", html=_HTML, css=_CSS, js=script("speech.js", "voice.js"))


def words() -> dict[str, str]:
    """Return the texts about the voice, for the scripts of both paths of the live page."""
    return {
        "voiceOn": _("Voice on"),
        "muted": _("Voice off"),
        "volume": _("Volume of the voice"),
        "test": _("Test the sound"),
        "tested": _("This is how you are warned."),
        "tonesOnly": _("Tones only"),
        "silent": _("The voice is off: warnings are only shown."),
        "noVoice": _("No voice is installed in this browser: you hear tones, but no words."),
        "otherVoice": _("No voice for your language is installed here: words may sound strange, or be missing."),
        "keys": _(
            "Keys: C camera on or off · space pause or go on · E end the set · N start anew · M voice · "
            "+ − volume · F full screen"
        ),
    }


def show(sayings: Sequence[tuple[int, Saying]], *, playing: bool, fills: int = 0) -> list[str]:
    """Speak what is new, and return what keys and the browser have asked for since the last call.

    Args:
        sayings: The newest things to say with their running numbers, oldest first; each number is spoken once.
        playing: Whether the camera runs.
        fills: How often both hands have asked to fill the window with the picture, or to take it back.

    Returns:
        Oldest first: a command of the coach (`toggle`, `end`, `again` or `skip`); `hidden` when the tab was hidden with
        the voice off; `camera-` and the reason when the camera failed.
    """
    data = {
        "sayings": [
            {"id": number, "text": one.text, "level": one.level, "interrupts": one.interrupts}
            for number, one in sayings
        ],
        # After a reload, the page does not repeat what was said before.
        "first": sayings[-1][0] if sayings else 0,
        "language": language(),
        "playing": playing,
        "fills": fills,
        "texts": words(),
    }
    _component()(data=data, key=KEY, on_key_change=_keep)
    asked: list[str] = st.session_state.get(ASKED, [])
    st.session_state[ASKED] = []
    return asked


def _keep() -> None:
    """Keep what was asked for until it is read.

    The component's own value is gone when the run that received it is interrupted by the next one, and on a busy
    machine that happens: somebody's pause would be lost.
    """
    if key := getattr(st.session_state[KEY], "key", None):
        st.session_state.setdefault(ASKED, []).append(str(key))
