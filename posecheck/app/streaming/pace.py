"""A machine too slow to look at enough pictures is noticed, on the path where the server finds the pose."""

import time
from collections import deque

import streamlit as st

from posecheck.app.base import pose_model
from posecheck.app.base.language import _
from posecheck.app.streaming.feed import Feed, News

LEAST_RATE = 10.0
"""Pictures a second below which quick movements may be missed."""
SLOW_S = 4.0
"""For so long it has to be too slow, so that a short stutter is not told."""
WINDOW_S = 2.0
KEY = "live-pace"


class Pace:
    """Follow how many pictures a second were judged."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._since_s: float | None = None
        self.rate = 0.0

    def update(self, frames: int, now_s: float) -> bool:
        """Take how many pictures were judged by now, and return whether it has been too slow for SLOW_S.

        Args:
            frames: Pictures since the camera was started; fewer than before is another start.
            now_s: The time now, seconds.
        """
        if self._seen and frames < self._seen[-1][1]:
            self._seen.clear()
            self._since_s = None
        self._seen.append((now_s, frames))
        while now_s - self._seen[1 if len(self._seen) > 1 else 0][0] >= WINDOW_S:
            self._seen.popleft()
        first_s, before = self._seen[0]
        if now_s - first_s < WINDOW_S:
            return False
        self.rate = (frames - before) / (now_s - first_s)
        if self.rate >= LEAST_RATE:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = now_s
        return self._since_s is not None and now_s - self._since_s >= SLOW_S


def show(feed: Feed, news: News, *, playing: bool) -> None:
    """Say that this machine is slow, and offer the lighter model; called again and again while the camera runs.

    Args:
        feed: The visitor's feed.
        news: Its newest.
        playing: Whether the camera runs.
    """
    moment = news.moment
    if not playing or moment is None or moment.engine != "ready":
        st.session_state.pop(KEY, None)
        return
    if feed.light:
        st.warning(
            _("The lighter model is used, because this computer is slow: angles are less exact than stated."),
            icon=":material/speed:",
        )
        st.button(_("Use the exact model"), key="live-exact", on_click=_take, args=(feed, False))
        return
    pace: Pace = st.session_state.setdefault(KEY, Pace())
    if not pace.update(moment.frames, time.monotonic()):
        return
    told = _("Only {n} pictures a second are looked at here: quick movements may be missed.").format(n=round(pace.rate))
    if pose_model.lighter():
        help_ = _("A lighter model is faster, but reads angles less exactly than the stated errors say.")
    else:
        help_ = _("Close other programs and tabs, or use a faster computer.")
    st.warning(f"{told} {help_}", icon=":material/speed:")
    if pose_model.lighter():
        st.button(_("Use the lighter model"), key="live-lighter", on_click=_take, args=(feed, True))


def _take(feed: Feed, light: bool) -> None:
    feed.light = light
    st.session_state.pop(KEY, None)
