"""The browser's path in Firefox: led, warned and kept, with body codes; the same numbers; without WebGL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from posecheck.app.visit.sources import all_samples
from posecheck.capture.pose.coding import encoder
from research.harness import browser_app, firefox
from research.web.same import compare
from tests.support.inpage import NOT_HERE, STILL_S, TOO_FAR

PROGRAM = firefox.found()

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="Firefox is not here"),
    pytest.mark.skipif(bool(NOT_HERE), reason=NOT_HERE or "nothing is missing"),
    pytest.mark.timeout(600),
]

CLICK = """(() => {{
  const one = [...document.querySelectorAll("button")].find((button) => button.textContent.includes("{}"));
  one?.click();
  return Boolean(one);
}})()"""
LIVE = "window.posecheckLive"
DRAWS = "Boolean(new OffscreenCanvas(1, 1).getContext('webgl2'))"
NO_SCREEN = "Firefox has no WebGL here: install Xvfb"
NOTE_CODES = """() => {
  const { link } = posecheckLive;
  const { send } = link;
  posecheckLive.coded = [];
  link.send = (frame) => {
    posecheckLive.coded.push(frame.code?.numbers.some((number) => number) ? frame.code.version : null);
    send.call(link, frame);
  };
}"""


@contextmanager
def visited(tmp_path: Path, more: dict[str, Any] | None = None) -> Iterator[firefox.Firefox]:
    """Open the live page in a Firefox, with a film of somebody who bends back too far as its camera."""
    assert PROGRAM is not None
    profile = tmp_path / "profile"
    profile.mkdir()
    with (
        browser_app.served(tmp_path / "log", tmp_path / "data", POSECHECK_LIVE_PATH="browser") as address,
        firefox.started(PROGRAM, profile, more) as browser,
    ):
        browser.open(f"{address}/live")
        browser.wait("Boolean(document.querySelector('input[role=combobox][aria-label*=Stretch]'))", 100)
        browser.type("input[role=combobox][aria-label*=Stretch]", "behind the head")
        browser.wait(CLICK.format("Begin without answering"), 100)
        browser.wait(f"Boolean({LIVE}?.start) && !document.body.innerText.includes('Begin without answering')", 100)
        browser.film(TOO_FAR, STILL_S)
        yield browser


def test_a_set_is_led_warned_and_kept_in_firefox(tmp_path: Path) -> None:
    with visited(tmp_path) as browser:
        if not browser.run(DRAWS):
            pytest.skip(NO_SCREEN)
        # A busy machine may take longer for a code than people would wait.
        browser.run(f"{LIVE}.data.at.code.most_ms = 5000")
        browser.run(f"{LIVE}.start.click()")
        browser.wait(f"{LIVE}.finder?.coding === {encoder.load().version!r}", 150)
        browser.evaluate(NOTE_CODES)
        browser.wait(f"{LIVE}.events.some(([from, to, level]) => level === 'stop')", 150)
        assert browser.run(f"{LIVE}.finder.way") == "worker"
        assert "beside the page" in browser.run(f"{LIVE}.find('path').textContent")
        assert "33 points alone" not in browser.run(f"{LIVE}.find('path').textContent")
        sent = browser.run(f"{LIVE}.coded")
        assert set(sent[-10:]) == {int(encoder.load().version, 16)}
        browser.run(f"{LIVE}.start.click()")
        browser.wait("document.body.innerText.includes('After the set')", 30)


def test_without_webgl_the_server_finds_the_pose(tmp_path: Path) -> None:
    with visited(tmp_path, {"webgl.disabled": True}) as browser:
        assert not browser.run(DRAWS)
        browser.run(f"{LIVE}.start.click()")
        browser.wait("document.body.innerText.includes('This browser cannot find the pose itself')", 150)


def test_codes_and_verdict_are_those_of_python(tmp_path: Path) -> None:
    assert PROGRAM is not None
    sample = next(one for one in all_samples() if one.path == TOO_FAR)
    with firefox.started(PROGRAM, tmp_path) as browser:
        browser.open("about:blank")
        if not browser.run(DRAWS):
            pytest.skip(NO_SCREEN)
        made = compare(browser, sample)
    assert made.browser.track.coded.mean() > 0.9
    assert made.browser.summary.verdict == made.server.summary.verdict == "stop"
    assert made.events()[1:] == (0, 0)
    assert made.image_px < 3.0
    assert made.code < 6.0
    apart = made.apart(code=True)
    assert all(np.median(apart[row]) < 1.0 for row in made.main_angles() if len(apart[row]))
