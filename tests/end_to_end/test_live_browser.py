"""Live in a browser with a film as its camera, the server finding the pose: led, warned, spoken to, kept; failures."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, FrameLocator, Page, Playwright, expect

from posecheck.app.visit.sources import folder
from research.harness import browser_app

TOO_FAR = folder() / "standing-extension-too-far.mp4"
TWIST = folder() / "standing-twist-over-rotation.mp4"
GOOD = folder() / "standing-extension-good-form.mp4"
LEAN, TURN = "behind the head", "Standing twist"
ANSWER_MS = 150_000
STILL_S = 8
STOP_RED = (168, 56, 0)


pytestmark = [
    pytest.mark.skipif(
        bool(browser_app.missing(TOO_FAR, TWIST, GOOD)),
        reason=browser_app.missing(TOO_FAR, TWIST, GOOD) or "nothing is missing",
    ),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the app with the path on which the server finds the pose."""
    place = tmp_path_factory.mktemp("server-path")
    with browser_app.served(place / "app.log", place / "data", POSECHECK_LIVE_PATH="server") as made:
        yield made


MINDED = "[...document.querySelectorAll('iframe')].some(f => f.contentWindow?.navigator?.mediaDevices?.posecheckMinded)"
"""Whether the page would hear of a camera that goes away; no person clicks sooner than it does."""
LISTENS = "window.posecheckSpeaker.playing"
"""Whether the keys of a running camera are in force; no person presses one sooner than they are."""


def opened(
    browser: Browser, address: str, outside: list[str], stretch: str, before: str = ""
) -> tuple[Page, FrameLocator]:
    """Open the live page with a stretch chosen; return it and the camera's own frame. before: run in every frame.

    The window is so high that nothing scrolls: the page's own header would cover that of the picture.
    """
    page = browser_app.opened(browser.new_context(viewport={"width": 1280, "height": 1800}), outside)
    page.context.add_init_script(before + KEEP_TRACKS)
    page.set_default_timeout(ANSWER_MS)
    page.goto(f"{address}/live")
    box = page.get_by_role("combobox", name="Stretch")
    box.click()
    box.fill(stretch)
    page.get_by_role("option", name=re.compile(re.escape(stretch), re.IGNORECASE)).first.click()
    page.get_by_role("button", name="Begin without answering").click()
    page.get_by_role("button", name="Voice on").wait_for()
    page.wait_for_function(MINDED)
    return page, page.frame_locator("iframe")


def filmed(playwright: Playwright, film: Path, tmp_path: Path) -> Browser:
    return browser_app.launch(playwright, browser_app.as_mjpeg(film, tmp_path / "camera.mjpeg", still_s=STILL_S))


def started(camera: FrameLocator, page: Page) -> None:
    camera.get_by_role("button", name="Start camera").click()
    page.get_by_text("frames checked").wait_for()


def state(page: Page, words: str) -> None:
    """Wait until the page says so of the newest frame."""
    page.get_by_role("status").filter(has_text=words).first.wait_for()


def drawn_red(page: Page) -> bool:
    """Tell whether the band of words in the returned picture is that of a stop, by looking at the screen."""
    path = browser_app.ARTEFACTS / "test-live-frame.png"
    page.frame_locator("iframe").locator("video").screenshot(path=path)
    rgb = np.asarray(Image.open(path).convert("RGB")).astype(int)
    band = rgb[-rgb.shape[0] // 8 : -2]
    return bool((np.abs(band - STOP_RED).max(axis=2) < 40).mean() > 0.4)


def seen_red(page: Page) -> bool:
    """Look at the screen until its band is red: a busy machine is late, and the film comes round again."""
    end = time.monotonic() + ANSWER_MS / 1000
    while time.monotonic() < end:
        if drawn_red(page):
            return True
        page.wait_for_timeout(100)
    return False


def said(page: Page) -> list[dict[str, object]]:
    return list(page.evaluate("(window.posecheckSpeaker && window.posecheckSpeaker.said) || []"))


def tracks(page: Page) -> list[str]:
    """Return the state of every camera track the page has been given."""
    return list(page.evaluate("window.posecheckTracks.map(track => track.readyState)"))


REFUSE = """
if (window.MediaDevices) {
  MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException("no", "%s"));
}
"""
KEEP_TRACKS = """
window.top.posecheckTracks = window.top.posecheckTracks || [];
if (navigator.mediaDevices) {
  const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (asked) => {
    const stream = await given(asked);
    window.top.posecheckTracks.push(...stream.getTracks());
    return stream;
  };
}
"""


@pytest.mark.parametrize(
    ("film", "stretch", "told", "word"),
    [
        (TOO_FAR, LEAN, "Stop: arched back too far", "Arched back too far"),
        (TWIST, TURN, "turned too far", "Turned too far"),
    ],
    ids=["lean", "twist"],
)
def test_a_film_is_led_warned_and_kept(
    address: str,
    playwright: Playwright,
    tmp_path: Path,
    outside: list[str],
    film: Path,
    stretch: str,
    told: str,
    word: str,
) -> None:
    browser = filmed(playwright, film, tmp_path)
    try:
        page, camera = opened(browser, address, outside, stretch)
        started(camera, page)
        state(page, told)
        red = told.startswith("Stop") and seen_red(page)
        page.screenshot(path=browser_app.ARTEFACTS / f"test-live-{film.stem}.png", full_page=True)
        assert red or not told.startswith("Stop")
        levels = [str(one["level"]) for one in said(page)]
        assert "go" in levels
        assert {"stop", "caution"} & set(levels)
        page.keyboard.press("e")
        page.get_by_text("After the set").wait_for()
        camera.get_by_role("button", name="Stop camera").click()
        camera.get_by_role("button", name="Start camera").wait_for()
        assert tracks(page)
        assert set(tracks(page)) == {"ended"}
        page.get_by_role("button", name="Look at it closely").click()
        expect(page.get_by_role("heading", name="Analyse a recording")).to_be_visible(timeout=ANSWER_MS)
        expect(page.get_by_text(word).filter(visible=True).first).to_be_visible(timeout=ANSWER_MS)
    finally:
        browser_app.last_look(browser)
        browser.close()


def test_good_form_raises_no_flag(address: str, playwright: Playwright, tmp_path: Path, outside: list[str]) -> None:
    browser = filmed(playwright, GOOD, tmp_path)
    try:
        page, camera = opened(browser, address, outside, LEAN)
        started(camera, page)
        page.get_by_role("button", name="Pause").wait_for()
        page.wait_for_timeout(15_000)
        page.screenshot(path=browser_app.ARTEFACTS / "test-live-good.png", full_page=True)
        page.keyboard.press("e")
        page.get_by_text("After the set").wait_for()
        assert not {"stop"} & {str(one["level"]) for one in said(page)}
        expect(page.get_by_role("status").filter(has_text="Past the stop limit")).to_have_count(0)
    finally:
        browser_app.last_look(browser)
        browser.close()


def test_keys_pause_go_on_and_mute(address: str, playwright: Playwright, tmp_path: Path, outside: list[str]) -> None:
    browser = filmed(playwright, TOO_FAR, tmp_path)
    try:
        page, camera = opened(browser, address, outside, LEAN)
        page.get_by_role("heading", name="Check your form live").click()
        page.keyboard.press("m")
        expect(page.get_by_role("button", name="Voice off")).to_be_visible()
        page.keyboard.press("m")
        page.keyboard.press("c")
        page.get_by_role("button", name="Pause").wait_for()
        page.wait_for_function(LISTENS)
        page.keyboard.press(" ")
        page.get_by_role("button", name="Go on").wait_for()
        page.keyboard.press(" ")
        page.get_by_role("button", name="Pause").wait_for()
        page.keyboard.press("c")
        camera.get_by_role("button", name="Start camera").wait_for()
    finally:
        browser_app.last_look(browser)
        browser.close()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("NotAllowedError", "camera was refused"),
        ("NotFoundError", "No camera was found"),
        ("NotReadableError", "another program"),
    ],
)
def test_a_camera_that_cannot_be_had_is_said(
    address: str, playwright: Playwright, outside: list[str], error: str, told: str
) -> None:
    browser = browser_app.launch(playwright)
    try:
        page, camera = opened(browser, address, outside, LEAN, REFUSE % error)
        page.wait_for_timeout(1000)
        camera.get_by_role("button", name="Start camera").click()
        expect(page.get_by_role("alert").filter(has_text=told)).to_be_visible(timeout=ANSWER_MS)
    finally:
        browser_app.last_look(browser)
        browser.close()


def test_an_unplugged_camera_is_said_and_the_set_is_kept(
    address: str, playwright: Playwright, tmp_path: Path, outside: list[str]
) -> None:
    browser = filmed(playwright, TOO_FAR, tmp_path)
    try:
        page, camera = opened(browser, address, outside, LEAN)
        started(camera, page)
        page.get_by_role("button", name="Pause").wait_for()
        page.wait_for_timeout(2000)
        page.evaluate(
            "window.posecheckTracks.forEach(track => { track.stop(); track.dispatchEvent(new Event('ended')); })"
        )
        told = page.get_by_role("alert").filter(has_text="unplugged or switched off")
        expect(told).to_be_visible(timeout=ANSWER_MS)
        camera.get_by_role("button", name="Stop camera").click()
        page.get_by_text("After the set").wait_for()
    finally:
        browser_app.last_look(browser)
        browser.close()
