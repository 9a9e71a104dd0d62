"""The browser's camera: the only call to streamlit-webrtc, so that a test has to replace one function only."""

import json
import os
from collections.abc import Callable
from typing import Any, cast

import streamlit as st
from streamlit_webrtc import WebRtcMode, webrtc_streamer

from posecheck.app.base.language import _
from posecheck.app.streaming.transport import Exchange, Handler
from posecheck.core.errors import InputError

ICE_SERVERS = "POSECHECK_ICE_SERVERS"
SIZE_WH = (640, 480)
WANTED = {
    "width": {"ideal": SIZE_WH[0]},
    "height": {"ideal": SIZE_WH[1]},
    "frameRate": {"ideal": 25, "max": 30},
}


def ice_servers() -> list[dict[str, Any]]:
    """Return the STUN and TURN servers that help browsers through firewalls.

    There are none unless POSECHECK_ICE_SERVERS names them, so that no server outside is contacted.

    Raises:
        InputError: POSECHECK_ICE_SERVERS is not a JSON list of servers.
    """
    text = os.environ.get(ICE_SERVERS, "[]")
    try:
        servers = json.loads(text)
    except ValueError:
        servers = None
    if not isinstance(servers, list) or not all(isinstance(item, dict) and "urls" in item for item in servers):
        told, form = "{variable}: expected a JSON list like {form}, got {got}", '[{"urls": "turn:host:3478"}]'
        raise InputError("ice_servers", told, variable=ICE_SERVERS, form=form, got=repr(text))
    return servers


def stream(key: str, handler: Callable[[], Handler], shape_wh: tuple[int, int]) -> bool:
    """Show the camera with its start button, and return whether it runs.

    Args:
        key: Streamlit key of the camera.
        handler: Called for each stream; makes the Handler of its pictures.
        shape_wh: Width and height of the picture that is sent back; the video on the page keeps their ratio, because it
            does not adapt by itself.

    Raises:
        InputError: POSECHECK_ICE_SERVERS is not a JSON list of servers.
    """
    exchange = _exchange(f"{key}-exchange", handler)
    style = {"width": "100%", "aspectRatio": f"{shape_wh[0]} / {shape_wh[1]}", "objectFit": "contain"}
    context = webrtc_streamer(
        key=key,
        mode=WebRtcMode.SENDRECV,
        rtc_configuration={"iceServers": ice_servers()},
        media_stream_constraints={"video": WANTED, "audio": False},
        sink_video_track=exchange,
        source_video_track=exchange.drawn,
        video_html_attrs={"autoPlay": True, "controls": False, "muted": True, "style": style},
        translations={
            "start": _("Start camera"),
            "stop": _("Stop camera"),
            "select_device": _("Cameras"),
            "device_ask_permission": _("Please allow the camera in your browser."),
            "device_access_denied": _(
                "The camera was refused. Allow it beside the address bar, then start again. "
                "If it was allowed, another program may be using it."
            ),
            "device_not_available": _("No camera was found, or another program is using it."),
            "media_api_not_available": _("This browser gives no camera here: open the page by https or on localhost."),
        },
    )
    if not context.state.playing:
        exchange.finish()
    return bool(context.state.playing)


def playing(key: str) -> bool:
    """Return whether the camera runs; this can be asked before stream() shows it."""
    context = st.session_state.get(key)
    return bool(context is not None and context.state.playing)


def _exchange(key: str, handler: Callable[[], Handler]) -> Exchange:
    """Return the exchange of the current stream, or a new one where the last stream is over."""
    held = cast(Exchange | None, st.session_state.get(key))
    if held is not None and not held.over:
        return held
    if held is not None:
        held.finish()
    st.session_state[key] = Exchange(handler)
    return cast(Exchange, st.session_state[key])
