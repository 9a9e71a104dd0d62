"""What keys and the browser ask for on the live page is kept until it is read, once and in order."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import streamlit as st

from posecheck.app.streaming import voice


class Browser:
    """Stands in for the component in the browser: a trigger lasts for one run of the page."""

    def __init__(self, state: dict[str, object]) -> None:
        self._state = state

    def asks(self, name: str) -> None:
        """Deliver a trigger as Streamlit does: the callback runs first, then the page."""
        self._state[voice.KEY] = SimpleNamespace(key=name)
        self.callback()

    def __call__(self, *, on_key_change: Callable[[], None], **_given: object) -> None:
        self.callback = on_key_change
        self._state[voice.KEY] = SimpleNamespace(key=None)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)
    made = Browser(state)
    monkeypatch.setattr(voice, "_component", lambda: made)
    voice.show((), playing=True)
    return made


def test_a_key_is_read_once(browser: Browser) -> None:
    browser.asks("toggle")
    assert voice.show((), playing=True) == ["toggle"]
    assert voice.show((), playing=True) == []


def test_a_key_survives_a_run_that_ends_before_it_is_read(browser: Browser) -> None:
    browser.asks("toggle")
    browser(on_key_change=browser.callback)  # the interrupted run: the component is drawn, its value is gone
    browser.asks("end")
    assert voice.show((), playing=True) == ["toggle", "end"]
