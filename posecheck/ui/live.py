"""The page that watches through the browser's camera."""

from typing import cast

import streamlit as st

from posecheck.checks import Level
from posecheck.errors import PosecheckError
from posecheck.events import Event
from posecheck.overlay import canvas_size
from posecheck.recording import limits
from posecheck.ui import engine, verdict_panel, webcam
from posecheck.ui.analyse import choose_stretch, is_blocked
from posecheck.ui.labels import plain, sign, when
from posecheck.ui.live_feed import Feed, Moment, Processor
from posecheck.ui.look import colours
from posecheck.words import KINDS

EVERY_S = 0.5
SHOWN_EVENTS = 6


def page() -> None:
    """Show the page."""
    st.title("Check your form live")
    left, right = st.columns([3, 1])
    stretch = choose_stretch(left)
    age = right.number_input("Age (optional)", 1, 120, value=None, placeholder="adult", key="age")
    # A place of its own, always there: if notices came and went above the camera, it would start anew each time.
    notices = st.container()
    with notices:
        if is_blocked(stretch):
            return
    try:
        with notices, st.spinner("Loading the pose model …"):
            engine.ready()
        feed = _feed()
        feed.want(limits(stretch.id, age, None, ()))
        picture, beside = st.columns(2, gap="medium")
        with picture:
            playing = webcam.stream("camera", lambda: Processor(feed), canvas_size(webcam.SIZE_WH))
            st.caption("You see yourself as in a mirror. The picture goes no further than this app.")
        with beside:
            if not playing:
                st.markdown(
                    f"1. Put the camera {plain(stretch.camera.placement)}.\n"
                    "2. Start the camera and step into the picture.\n"
                    "3. Hold still in the start position for two seconds.\n"
                    "4. Stretch slowly. The warning stands above the picture and here."
                )
            st.fragment(_beside, run_every=EVERY_S if playing else None)(feed, playing)
    except PosecheckError as error:
        st.error(plain(str(error)), icon=":material/error:")


def _feed() -> Feed:
    """Return this visitor's feed."""
    if "feed" not in st.session_state:
        st.session_state["feed"] = Feed()
    return cast(Feed, st.session_state["feed"])


def _beside(feed: Feed, playing: bool) -> None:
    """Show the newest state and the events; runs again by itself while the camera does."""
    moment, events, problem = feed.newest()
    if problem is not None:
        st.error(plain(problem), icon=":material/error:")
    elif playing and moment is None:
        verdict_panel.panel("Starting", colours().unknown, "The camera and the pose model are getting ready.")
    elif playing and moment is not None:
        _state(moment)
        st.button(
            "Measure my start position again",
            icon=":material/replay:",
            help="When you have moved the chair or the camera, or someone else was taken for you.",
            on_click=feed.begin_again,
        )
    _events(events)


def _state(moment: Moment) -> None:
    state = moment.state
    level = Level(state.level).name.lower()
    shape = sign(level)[0]
    verdict_panel.panel(f"{shape} {state.title}", colours().of(level), state.message, kicker=state.phase)
    others = moment.step.judged.flags[1:]
    if others:
        st.markdown("\n".join(f"- {sign(flag.level)}: {plain(flag.message)}" for flag in others))
    st.caption(f"{moment.frames} frames checked")


def _events(events: tuple[Event, ...]) -> None:
    passed = [event for event in events if event.level in ("caution", "stop")]
    if not passed:
        return
    st.subheader("So far")
    st.table(
        {
            "When": [when(event) for event in reversed(passed[-SHOWN_EVENTS:])],
            "Level": [sign(event.level) for event in reversed(passed[-SHOWN_EVENTS:])],
            "What": [KINDS[event.kind] for event in reversed(passed[-SHOWN_EVENTS:])],
        },
        hide_index=True,
    )
