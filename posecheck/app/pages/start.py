"""The start page: what posecheck does in a line and a moving picture, three ways in, and a finished example."""

import base64
from functools import cache
from html import escape
from typing import NamedTuple

import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import plain
from posecheck.app.base.language import _, language
from posecheck.app.base.theme import colours
from posecheck.app.visit import demo
from posecheck.app.visit.workspace import mine
from posecheck.core.i18n import N_, Language


class Door(NamedTuple):
    """Hold one way in.

    Attributes:
        page: The path of the page that it leads to.
        title: What it is for.
        about: What to expect.
        drawing: The shapes of its picture, SVG of 48 by 40 units.
    """

    page: str
    title: str
    about: str
    drawing: str


DOORS = (
    Door(
        "live",
        N_("Check me now"),
        N_("With the camera. You are led to the start position, then warned while you stretch."),
        '<rect x="4" y="5" width="40" height="26" rx="3"/><path d="M18 37h12M24 31v6"/><circle cx="24" cy="12" r="3"/>'
        '<path d="M24 15v8M17 19l7-2 7 2M24 23l-4 6M24 23l4 6"/>',
    ),
    Door(
        "analyse",
        N_("Judge a video"),
        N_("Of yours, or a sample. You see what went too far, when, and by how much."),
        '<rect x="4" y="5" width="40" height="30" rx="3"/><path d="M4 28h40M10 31.5h16"/>'
        '<path d="M20 11l10 6-10 6z" fill="currentColor"/>',
    ),
    Door(
        "desk",
        N_("I am a physiotherapist"),
        N_("Limits for one patient, change over weeks, and a report to print."),
        '<rect x="10" y="6" width="28" height="31" rx="3"/><path d="M19 6v-2h10v2M15 29l5-8 5 4 8-11"/>'
        '<path d="M15 33h18" stroke-dasharray="2 2"/>',
    ),
)


def page() -> None:
    """Show the page."""
    words, picture = st.columns([6, 5], gap="large", vertical_alignment="center")
    with words.container(key="ways"):
        st.title(_("Stretch your back, not too far"))
        st.markdown(
            _(
                "A camera watches your stretch and says, in plain words, when a twist or an arch goes past the safe "
                "range."
            )
        )
        for door in DOORS:
            _door(door)
    with picture:
        st.html(_moving(language()))
        st.button(
            _("Look at a finished example"),
            icon=":material/query_stats:",
            key="start-demo",
            on_click=lambda: mine().load(demo.loaded(mine().new_folder(), language())),
        )
    if st.session_state.get("start-demo"):
        navigation.open_page("analyse")


def _door(door: Door) -> None:
    with st.container(border=True, key=f"card-door-{door.page}"):
        st.html(_drawing(door))
        # The style sheet in base/theme.py stretches the button over the whole card.
        pressed = st.button(f"**{plain(_(door.title))}**", key=f"door-{door.page}", type="tertiary")
        st.caption(_(door.about))
    if pressed:
        navigation.open_page(door.page)


def _drawing(door: Door) -> str:
    """Return HTML of a door's picture; as a picture of its own, because Streamlit takes drawings out of HTML."""
    ink = colours().fine
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 40" width="48" height="40" fill="none" '
        f'stroke="{ink}" color="{ink}" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round">'
        f"{door.drawing}</svg>"
    )
    coded = base64.b64encode(drawn.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{coded}" alt="" width="60" height="50" style="display:block">'


def _moving(wanted: Language) -> str:
    """Return HTML of the moving picture; it plays once, and who wants no motion sees its end at once."""
    told = escape(
        _("Somebody on a chair turns to the left. At 52 degrees the picture turns red and says: ease back a little.")
    )
    return (
        f'<picture><source media="(prefers-reduced-motion: reduce)" srcset="{_source(wanted, still=True)}">'
        f'<img src="{_source(wanted)}" alt="{told}" width="420" height="496" '
        'style="width:100%;max-width:26rem;height:auto;display:block;margin:0 auto;border-radius:.8rem"></picture>'
    )


@cache
def _source(wanted: Language, *, still: bool = False) -> str:
    """Return a picture as a data URI."""
    path = demo.still(wanted) if still else demo.moving(wanted)
    return f"data:image/webp;base64,{base64.b64encode(path.read_bytes()).decode()}"
