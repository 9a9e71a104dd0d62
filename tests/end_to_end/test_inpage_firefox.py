"""The browser's path in Firefox: led, warned and kept, with body codes; the same numbers; without WebGL."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from posecheck.app.visit.sources import all_samples
from posecheck.capture.pose.coding import encoder
from research.harness import browser_app, firefox
from research.web.same import compare
from tests.support.inpage import BREAKING, LOSE, LOSING, NOT_HERE, STILL_S, TOO_FAR

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
ON_PAGE = f"{LIVE}.find('path').textContent.includes('found in this browser, on the page itself')"
OUTSIDE = "https://odml.pa.googleapis.com/v1/log"
ASK_OUTSIDE = """new Promise((done) => {
  fetch("%s", { mode: "no-cors" }).then(done, done);
  new Worker(URL.createObjectURL(new Blob(["fetch('%s').then(() => {}, () => {})"])));
  setTimeout(done, 3000);
})
"""
WITH_WORKER = """
(before) => {
  const { at } = posecheckLive.data;
  const absolute = (address) => new URL(address, location.href).href;
  for (const name of ["build", "model"]) at[name] = absolute(at[name]);
  for (const name of ["network", "weights"]) at.code[name] = absolute(at.code[name]);
  const Real = Worker;
  window.Worker = function (address) {
    const script = new Blob([before, `importScripts("${absolute(address)}")`]);
    return new Real(URL.createObjectURL(script));
  };
}
"""
"""Runs something in the page's worker before its own script."""
NO_WORKER = "() => { window.Worker = class { constructor() { throw new Error('no workers here'); } }; }"
NO_BITMAP = """() => {
  const made = createImageBitmap;
  window.createImageBitmap = (what) => (what === posecheckLive.video ? Promise.reject(new Error("no")) : made(what));
  delete HTMLVideoElement.prototype.requestVideoFrameCallback;
  delete window.OffscreenCanvas;
}"""
KEPT_FILM = """(async () => {
  const film = await fetch(posecheckLive.saved.href).then((answer) => answer.blob());
  const reader = new FileReader();
  await new Promise((done) => { reader.onload = done; reader.readAsDataURL(film); });
  return reader.result.split(",")[1];
})()"""
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
        browser.watch()
        yield browser
        assert browser.asked() == []


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
        browser.wait(says("After the set"), 30)


def says(text: str) -> str:
    return f"document.body.innerText.includes({text!r})"


def test_what_pages_and_workers_ask_of_others_is_noticed(tmp_path: Path) -> None:
    """Else the tests here would hold nothing."""
    assert PROGRAM is not None
    with firefox.started(PROGRAM, tmp_path) as browser:
        browser.open("about:blank")
        browser.watch()
        browser.run(ASK_OUTSIDE % (OUTSIDE, OUTSIDE))
        assert browser.asked() == [OUTSIDE] * 2


def test_what_breaks_in_a_set_is_replaced_in_firefox(tmp_path: Path) -> None:
    with visited(tmp_path) as browser:
        if not browser.run(DRAWS):
            pytest.skip(NO_SCREEN)
        browser.evaluate(WITH_WORKER, LOSING + BREAKING)
        browser.run(f"{LIVE}.start.click()")
        browser.wait(f"{LIVE}.now.phase === 'running'", 150)
        again = f"{LIVE}.finder.place !== {LIVE}.before && {LIVE}.finder.ready && {LIVE}.checked > {LIVE}.then + 20"
        assert browser.evaluate(LOSE) > 0
        browser.run(f"({LIVE}.then = {LIVE}.checked)")
        browser.wait(again, 100)
        assert browser.run(f"[{LIVE}.finder.way, {LIVE}.finder.ways.length]") == ["worker", 1]
        browser.run(f"({LIVE}.before = {LIVE}.finder.place, {LIVE}.then = {LIVE}.checked, 1)")
        browser.run(f"{LIVE}.finder.place.postMessage({{ breaks: 'out of memory' }})")
        browser.wait(again, 100)
        browser.wait(ON_PAGE, 30)
        # It is the same set.
        assert not browser.run(f"{LIVE}.now.sets")
        assert "running" in browser.run(f"{LIVE}.now.phase")


@pytest.mark.parametrize("lacks", [NO_WORKER, NO_BITMAP])
def test_what_firefox_lacks_leaves_the_pose_to_the_page(lacks: str, tmp_path: Path) -> None:
    with visited(tmp_path) as browser:
        if not browser.run(DRAWS):
            pytest.skip(NO_SCREEN)
        browser.evaluate(lacks)
        browser.run(f"{LIVE}.start.click()")
        browser.wait(ON_PAGE, 100)
        browser.wait(f"{LIVE}.events.some(([from, to, level]) => level === 'stop')", 150)


def test_a_film_of_firefox_is_kept_and_its_set_opens_everywhere(tmp_path: Path) -> None:
    with visited(tmp_path) as browser:
        if not browser.run(DRAWS):
            pytest.skip(NO_SCREEN)
        browser.run(f"{LIVE}.asked.click()")
        browser.run(f"{LIVE}.start.click()")
        browser.wait(f"{LIVE}.events.some(([from, to, level]) => level === 'stop')", 150)
        browser.run(f"{LIVE}.start.click()")
        browser.wait(f"!{LIVE}.saved.hidden", 30)
        film = tmp_path / browser.run(f"{LIVE}.saved.download")
        film.write_bytes(base64.b64decode(browser.run(KEPT_FILM)))
        with av.open(film) as opened:
            frames = list(opened.decode(video=0))
        assert len(frames) > 20
        assert (frames[0].width, frames[0].height) == (640, 480)
        browser.wait(CLICK.format("Look at it closely"), 60)
        browser.wait(says("Analyse a recording") + "&&" + says("Arched back too far"), 150)
        browser.run(
            "[...document.querySelectorAll('[data-testid=stTopNavLink]')]"
            ".find((one) => one.textContent.includes('Thresholds')).click()"
        )
        browser.wait(says("As soon as you move a limit") + "&&" + says("With the limits as they came"), 100)


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
