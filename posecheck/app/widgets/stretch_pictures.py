"""The drawings of a stretch done correctly and incorrectly, with shapes and words below them."""

import base64
from functools import cache
from html import escape
from importlib.resources import files

import streamlit as st

from posecheck.app.base.labels import kind
from posecheck.app.base.language import _
from posecheck.app.base.theme import colours
from posecheck.core.i18n import N_
from posecheck.stretches.stretch import Stretch

RIGHT, WRONG = N_("● Like this"), N_("■ Not like this")


@cache
def source(name: str) -> str:
    """Return a drawing as a data URI; empty where there is none, as for a stretch of the visitor's own."""
    held = files("posecheck").joinpath("app", "pictures", f"{name}.webp")
    if not held.is_file():
        return ""
    return f"data:image/webp;base64,{base64.b64encode(held.read_bytes()).decode()}"


def figure(stretch: Stretch, *, height: str = "auto") -> str:
    """Return HTML that shows the correct and the incorrect way side by side.

    Args:
        stretch: The stretch.
        height: CSS height of the drawings.

    Returns:
        The HTML; empty where there is no drawing.
    """
    worst = _fault(stretch)
    parts = [
        _one(source(f"{stretch.id}-right"), _(RIGHT), "", colours().fine, height),
        _one(source(f"{stretch.id}-wrong"), _(WRONG), worst, colours().stop, height),
    ]
    shown = "".join(part for part in parts if part)
    return f'<div style="display:flex;gap:.75rem;flex-wrap:nowrap">{shown}</div>' if shown else ""


def show(stretch: Stretch) -> None:
    """Show the drawings of a stretch."""
    html = figure(stretch)
    if html:
        st.html(html)


def _fault(stretch: Stretch) -> str:
    """Name the mistake in the incorrect drawing: the kind of the primary angle's first limit, else of any angle's."""
    if stretch.advice == "block":
        return ""
    own = [item for item in stretch.ranges if item.angle == stretch.primary and item.measure == "angle"]
    limited = [item for item in (*own, *stretch.ranges) if item.stop is not None or item.caution is not None]
    return kind(limited[0].kind) if limited else ""


def _one(uri: str, title: str, detail: str, colour: str, height: str) -> str:
    if not uri:
        return ""
    said = escape(f"{title}{': ' + detail if detail else ''}")
    return (
        f'<figure style="margin:0;flex:1 1 0;min-width:0;max-width:26rem">'
        f'<img src="{uri}" alt="{said}" style="width:100%;height:{height};display:block;border-radius:.6rem;'
        f'border-bottom:.35rem solid {colour}">'
        f'<figcaption style="font-size:.9rem;margin-top:.3rem;line-height:1.3">{said}</figcaption></figure>'
    )
