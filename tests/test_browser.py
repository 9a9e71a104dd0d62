"""The app in a real browser: a sample analysed, a limit moved, a film before the camera; nothing leaves the machine."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from posecheck import model_file
from posecheck.errors import ModelError
from posecheck.ui.samples import folder
from tests import browser_app

SAMPLE = folder() / "standing-extension-too-far.mp4"
STRETCH = "Standing back bend, hands behind the head"
ANSWER_MS = 90_000


def missing() -> str:
    """Return what this machine lacks for a browser test, or nothing."""
    if not browser_app.CHROMIUM.is_file():
        return f"{browser_app.CHROMIUM} is not installed"
    if not SAMPLE.is_file():
        return f"{SAMPLE.name} is not here"
    try:
        found = model_file.find("full")
    except ModelError as error:
        return str(error)
    return "" if found else "the pose model is not here; run `posecheck model fetch`"


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "nothing is missing")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with browser_app.served(tmp_path_factory.mktemp("app") / "app.log") as address:
        yield address


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    browser_app.ARTEFACTS.mkdir(exist_ok=True)
    with sync_playwright() as running:
        yield running


def _last_look(browser: Browser) -> None:
    """Keep what was on the screen at the end, the first thing to see when a test fails."""
    for page in browser.contexts[0].pages if browser.contexts else []:
        page.screenshot(path=browser_app.ARTEFACTS / "test-last.png", timeout=10_000)


def test_a_sample_is_analysed_and_a_limit_moved(address: str, playwright: Playwright) -> None:
    outside: list[str] = []
    browser = browser_app.launch(playwright)
    try:
        page = browser_app.opened(browser.new_context(viewport={"width": 1280, "height": 900}), outside)
        page.set_default_timeout(ANSWER_MS)
        page.goto(address)
        page.get_by_role("combobox", name="Sample clip").click()
        page.get_by_role("option", name="leans back 34 degrees").click()
        chosen = page.get_by_role("combobox", name="Stretch")
        expect(chosen).to_have_value(re.compile(STRETCH))
        page.get_by_role("button", name="Analyse", exact=True).click()
        verdict = page.get_by_role("status").filter(has_text="■ Stop")
        expect(verdict).to_contain_text("arched back too far", timeout=ANSWER_MS)
        page.locator("video").wait_for()
        page.wait_for_function("document.querySelector('video').readyState >= 2")
        expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
        page.screenshot(path=browser_app.ARTEFACTS / "test-analyse.png", full_page=True)

        page.get_by_role("link", name="Thresholds").click()
        stop = page.get_by_role("slider", name="Stop")
        stop.focus()
        for _ in range(12):
            stop.press("ArrowRight")
        changed = page.get_by_text("Changed: arched back too far")
        expect(changed).to_contain_text("■ Stop → ▲ Caution", timeout=ANSWER_MS)
        page.screenshot(path=browser_app.ARTEFACTS / "test-thresholds.png", full_page=True)
    finally:
        _last_look(browser)
        browser.close()
    assert outside == []


def test_a_film_before_the_camera_raises_its_flag(address: str, playwright: Playwright, tmp_path: Path) -> None:
    outside: list[str] = []
    browser = browser_app.launch(playwright, browser_app.as_mjpeg(SAMPLE, tmp_path / "camera.mjpeg", still_s=8))
    try:
        page = browser_app.opened(browser.new_context(viewport={"width": 1280, "height": 1000}), outside)
        page.set_default_timeout(ANSWER_MS)
        page.goto(f"{address}/live")
        box = page.get_by_role("combobox", name="Stretch")
        box.click()
        box.fill("hands behind the head")
        page.get_by_role("option", name=STRETCH).click()
        page.get_by_text("Coached with tighter limits").wait_for()
        camera = page.frame_locator("iframe")
        camera.get_by_role("button", name="Start camera").click()
        page.get_by_text("frames checked").wait_for()
        # The film stands still for ten seconds, then leans back past the stop, over and over.
        page.get_by_role("status").filter(has_text="Stop: arched back too far").wait_for()
        page.screenshot(path=browser_app.ARTEFACTS / "test-live.png", full_page=True)
        camera.get_by_role("button", name="Stop camera").click()
        camera.get_by_role("button", name="Start camera").wait_for()
        expect(page.get_by_test_id("stTable")).to_contain_text("Arched back too far", timeout=ANSWER_MS)
    finally:
        _last_look(browser)
        browser.close()
    assert outside == []
