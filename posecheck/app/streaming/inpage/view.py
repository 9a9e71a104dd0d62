"""The live page's camera where the visitor's own browser finds the pose: a Streamlit component of our own."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import streamlit as st
from streamlit.components import v2

from posecheck.app.base.language import _, language, texts
from posecheck.app.base.privacy import private
from posecheck.app.base.problems import describe_error
from posecheck.app.streaming import webcam
from posecheck.app.streaming.capacity import places
from posecheck.app.streaming.feed import Feed
from posecheck.app.streaming.inpage import nearby, routes, tickets
from posecheck.app.streaming.voice import script, words
from posecheck.capture.web import build
from posecheck.core.errors import InputError, ModelError
from posecheck.core.landmarks import BONES
from posecheck.core.levels import Level
from posecheck.feedback.frame_state import HEAD
from posecheck.feedback.vocabulary import MARKS
from posecheck.live.guide import GuideStep
from posecheck.live.hand_signal import END_S, TOGGLE_S
from posecheck.live.instructions import TITLES
from posecheck.live.large.moves import BONES as BONES_DRAWN
from posecheck.live.large.moves import move_of
from posecheck.rendering.gauge_drawing import LEVEL_INK
from posecheck.rendering.lettering import SKY, Colour
from posecheck.rendering.overlay import LIMB_INK, STRIP

KEY, PLAYING, PATH, WHY = "inpage", "inpage-playing", "live-path", "live-path-why"
CHOICE = "POSECHECK_LIVE_PATH"
"""Environment variable: `browser` or `server` finds the pose; the page chooses where it is not set."""
EVERY_MS = {True: 40, False: 66}
"""Milliseconds between two pictures that are looked at: on one's own machine, and on a server that many share."""
_HERE = Path(__file__).parent
_SCRIPTS = (
    "landmarker.js", "surroundings.js", "finder.js", "link.js", "film.js", "drawing.js", "distance.js", "page.js",
)  # fmt: skip


def wanted() -> bool:
    """Return whether the pose is to be found in the visitor's browser.

    So it is where this server has what is needed for it, unless the visitor's browser could not do it, or the server's
    owner wants otherwise.

    Raises:
        InputError: POSECHECK_LIVE_PATH is neither `browser` nor `server`.
    """
    choice = os.environ.get(CHOICE, "")
    if choice not in ("", "browser", "server"):
        raise InputError(
            "live_path", "{setting}: expected browser or server, got {got}", setting=CHOICE, got=repr(choice)
        )
    return choice != "server" and routes.attached() and st.session_state.get(PATH) != "server" and _built()


def _built() -> bool:
    """Return whether the browser's part is here; it is fetched once, and where that fails the page says why."""
    try:
        build.ensure()
    except ModelError as error:
        st.session_state[PATH], st.session_state[WHY] = "server", describe_error(error, texts())
        return False
    return True


def playing() -> bool:
    """Return whether the visitor's camera runs; this can be asked before show() shows it."""
    return bool(st.session_state.get(PLAYING))


def why_not() -> str:
    """Return why the pose is not found in the visitor's browser, empty where it is or nothing is known."""
    return str(st.session_state.get(WHY, ""))


@cache
def _component() -> Callable[..., Any]:
    """Register the component at its first use, because only a running app can register one, and return it."""
    javascript = script("speech.js") + script(*_SCRIPTS, folder=_HERE)
    html, css = ((_HERE / f"page.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
    return v2.component("posecheck_inpage", html=html, css=css, js=javascript)


def show(feed: Feed) -> None:
    """Show camera, drawing, words and buttons; the browser does all of it from here on.

    Args:
        feed: The visitor's feed, with the stretch that is wanted.
    """
    width, height = webcam.SIZE_WH
    data = {
        "ticket": tickets.issue(feed),
        "at": routes.addresses(),
        "language": language(),
        "every_ms": EVERY_MS[private()],
        "compare": _compared(),
        "served": not places().full,
        "camera": {"width": {"ideal": width}, "height": {"ideal": height}, "frameRate": {"ideal": 30, "max": 30}},
        "bones": [[int(a), int(b)] for a, b in BONES],
        "head": [[int(a), int(b)] for a, b in HEAD],
        "bone": _hex(SKY),
        "limbs": {int(level): _hex(ink) for level, ink in LIMB_INK.items()},
        "inks": {int(level): _hex(ink) for level, ink in LEVEL_INK.items()},
        "strip": {int(level): [_hex(paper), _hex(ink)] for level, (paper, ink) in STRIP.items()},
        "signs": {int(level): mark for level, mark in _SIGNS.items()},
        "held": [TOGGLE_S, END_S],
        "move": _move(feed),
        "texts": _texts(),
    }
    _component()(
        data=data,
        key=KEY,
        on_playing_change=_keep_playing,
        on_path_change=_keep_path,
        on_kept_change=lambda: None,
    )


def _move(feed: Feed) -> dict[str, object] | None:
    """Return the figure that shows the wanted stretch's move; None for a stretch without one."""
    frames = None if feed.wish is None else move_of(feed.wish.stretch)
    return None if frames is None else {"frames": frames, "bones": BONES_DRAWN}


def _compared() -> bool:
    """Return whether the page compares the browser with the server; the server's part of that then begins."""
    return private() and not os.environ.get(CHOICE) and bool(nearby.measured())


_SIGNS = {
    Level.UNKNOWN: "?",
    Level.CLEAR: "✓",
    Level.BORDERLINE: MARKS["borderline"],
    Level.CAUTION: MARKS["caution"],
    Level.STOP: MARKS["stop"],
}


def _texts() -> dict[str, object]:
    return {
        "ready": _("Ready"),
        "readyText": _("Start the camera and step into the picture: you are led from there."),
        "starting": _("Starting"),
        "startingText": _("The camera and the pose model are getting ready."),
        "coming": _("What finds your pose is being loaded: {share} % of {all} MB. The next time it is here already."),
        "start": _("Start camera"),
        "stop": _("Stop camera"),
        "pause": _("Pause"),
        "goOn": _("Go on"),
        "end": _("End the set"),
        "again": _("Start anew"),
        "nextSet": _("Next set"),
        "skip": _("Start as I am"),
        **words(),
        "hands": _("Both hands up, before a set or after it: fill the window"),
        "move": _("Drawn: how the stretch goes"),
        "film": _("Film the set too"),
        "saveFilm": _("Save the film on this device"),
        "noFilm": _("This browser could not film. The set itself is kept as always."),
        "private": _(
            "No picture leaves this browser: this app gets 33 points of each body, 64 numbers on how you look from the "
            "camera, and how the background moves, and judges them."
        ),
        "checked": _("{n} frames checked"),
        "hold": _("hold {held} s"),
        "steps": [_(TITLES[step]) for step in GuideStep],
        "levels": {"caution": _("Caution"), "stop": _("Stop")},
        "lostTitle": _("Connection lost"),
        "lost": _("The connection to the server is lost. Nothing is judged until it is back."),
        "back": _("The connection is back."),
        "blindTitle": _("Nothing is judged"),
        "noPicture": _(
            "No picture has come from the camera for some seconds. Was it unplugged, or taken by another program? "
            "Is the computer asleep? Stop the camera and start it again."
        ),
        "noFinder": _("The pose is not being found just now. Nothing is judged until it is found again."),
        "seen": _("Your pose is found again."),
        "hidden": _("This page is hidden: nothing is judged until it is seen again."),
        "problem": _("Not watching"),
        "insecure": _("This browser gives no camera here: open the page by https or on localhost."),
        "noOthers": _("Other people are not looked for here: be alone in the picture."),
        "noCamera": _("Whether the camera moves is not seen here: let it stand still."),
        "noCodes": _("Angles are read from the 33 points alone here, which is less exact."),
        "paths": {
            "worker": _("Your pose is found in this browser, beside the page; no picture leaves it."),
            "worker-GPU": _("Your pose is found in this browser, by its graphics chip; no picture leaves it."),
            "page": _("Your pose is found in this browser, on the page itself; no picture leaves it."),
        },
        "left": {
            "cannot": _(
                "This browser cannot find your pose. Start the camera again: the server then finds it, and "
                "your picture goes to it."
            ),
            "slow": _("The app itself is faster than this browser. Start the camera again."),
            "asked": _("Start the camera again: the server then finds your pose, and your picture goes to it."),
        },
        "pace": {
            "slow": _("Only {n} pictures a second are looked at here: quick movements may be missed."),
            "offer": _("A lighter model is faster, but reads angles less exactly than the stated errors say."),
            "close": _("Close other programs and tabs, or use a faster computer."),
            "dark": _(
                "Only {n} pictures a second come from the camera: more light, or fewer other programs, make it faster."
            ),
            "few": _("Only {n} pictures a second"),
            "unsure": _("What happens in between is not seen: move slowly, and do not rely on being warned."),
            "served": _("Let the server find your pose: your picture goes to it"),
            "use": _("Use the lighter model"),
            "taken": _("The lighter model is used, because this computer is slow: angles are less exact than stated."),
            "back": _("Use the exact model"),
        },
        "over": {
            "refused": _("The server refused what this page sent. Load the page again."),
            "expired": _("The server no longer knows this visit, and a set that was on is lost. Load the page again."),
            "elsewhere": _("The camera was started in another window of the same visit."),
            "full": _("This machine is watching as many people as it can. Try again when somebody has left."),
        },
        "cameras": {
            "NotAllowedError": _("The camera was refused. Allow it beside the address bar, then start again."),
            "NotFoundError": _("No camera was found. Plug one in, then start again."),
            "NotReadableError": _("The camera is taken by another program. Close that one, then start again."),
            "ended": _("The camera was unplugged or switched off. Your set up to then is kept."),
            "insecure": _("This browser gives no camera here: open the page by https or on localhost."),
            "other": _("The camera could not be started. Look whether it is plugged in and free, then start again."),
        },
    }


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


def _keep_playing() -> None:
    st.session_state[PLAYING] = bool(_said("playing"))


def _keep_path() -> None:
    why = {
        "cannot": _("This browser cannot find the pose itself."),
        "slow": _("On this machine the app itself is faster than this browser."),
        "asked": _("You asked for it, because this browser is slow."),
    }.get(str(_said("path")))
    if why:
        st.session_state[PATH], st.session_state[PLAYING], st.session_state[WHY] = "server", False, why


def _said(name: str) -> object:
    # A camera that is switched off because its page was left is still reported, by a component that is gone.
    return cast(Any, getattr(st.session_state.get(KEY), name, None))
