"""The verdict at the top of a result: shape, word and colour, then a sentence."""

from html import escape

import streamlit as st

from posecheck.app.base.labels import sign
from posecheck.app.base.theme import colours

_SIZES = {True: "1.05rem", False: "1.45rem"}


def show(level: str, text: str, *, small: bool = False, kicker: str = "") -> None:
    """Show a verdict and the sentence that explains it.

    Args:
        level: The verdict: stop, caution, borderline, clear, or cannot_judge.
        text: The sentence.
        small: Use a smaller title.
        kicker: A line above the title; empty for none.
    """
    panel(sign(level), colours().of(level), text, small=small, kicker=kicker)


def in_short(title: str, colour: str) -> None:
    """Show a verdict as one low line that can stay in sight on a phone; screen readers have the whole one.

    Args:
        title: Its shape and word.
        colour: CSS colour of the edge and, very light, of the background.
    """
    st.html(
        f'<div aria-hidden="true" style="border-left:.55rem solid {colour};border-radius:.4rem;font-weight:700;'
        f'background:color-mix(in srgb, {colour} 13%, transparent);padding:.35rem .9rem">{escape(title)}</div>'
    )


def panel(title: str, colour: str, text: str, *, small: bool = False, kicker: str = "") -> None:
    """Show a panel with a coloured edge; all texts are escaped.

    Args:
        title: The title.
        colour: CSS colour of the edge and, very light, of the background.
        text: The text below the title.
        small: Use a smaller title.
        kicker: A line above the title; empty for none.
    """
    above = f'<div style="opacity:.7;font-size:.85rem">{escape(kicker)}</div>' if kicker else ""
    st.html(
        f'<div role="status" style="border-left:.55rem solid {colour};border-radius:.6rem;'
        f'background:color-mix(in srgb, {colour} 13%, transparent);padding:.8rem 1.1rem">{above}'
        f'<div style="font-size:{_SIZES[small]};font-weight:700;letter-spacing:.01em">{escape(title)}</div>'
        f'<div style="margin-top:.15rem;line-height:1.45">{escape(text)}</div></div>'
    )
