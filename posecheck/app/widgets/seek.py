"""Moves the page's video to a moment, without loading it anew."""

import streamlit as st

KEY = "seek"

_JS = """
export default function (component) {
  const { data } = component;
  if (!data || !data.count || window.posecheckSeek === data.count) return;
  window.posecheckSeek = data.count;
  const found = document.querySelector('[data-testid="stVideo"]');
  const video = found && (found.tagName === "VIDEO" ? found : found.querySelector("video"));
  if (!video) return;
  video.pause();
  video.currentTime = data.time_s;
  const box = video.getBoundingClientRect();
  if (box.top < 0 || box.bottom > window.innerHeight) video.scrollIntoView({ block: "center" });
}
"""

_mover = st.components.v2.component("posecheck_seek", js=_JS)


def to(time_s: float) -> None:
    """Ask for a moment of the video, in seconds; the next `show` moves it there."""
    _, count = st.session_state.get(KEY, (0.0, 0))
    st.session_state[KEY] = (time_s, count + 1)


def show() -> None:
    """Move the video when a moment has been asked for."""
    time_s, count = st.session_state.get(KEY, (0.0, 0))
    _mover(key="seek-mover", data={"time_s": time_s, "count": count}, height=1)
