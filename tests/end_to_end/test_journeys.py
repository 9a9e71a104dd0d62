"""What a stranger does first, counted in clicks: to the guided camera, to a finished result, to the desk."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Playwright, expect

from posecheck.app.visit.sources import folder
from posecheck.capture.web import build
from research.harness import browser_app

FILM = folder() / "chair-twist-over-rotation.mp4"
ANSWER_MS = 150_000
AT_MOST = 3
pytestmark = [
    pytest.mark.skipif(bool(browser_app.missing(FILM)), reason=browser_app.missing(FILM) or "nothing is missing"),
    pytest.mark.timeout(900),
]


class Clicks:
    """Click, and count it."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, one: Locator) -> None:
        one.click()
        self.count += 1


def test_three_clicks_lead_to_the_guided_camera(
    address: str, playwright: Playwright, tmp_path: Path, outside: list[str]
) -> None:
    browser = browser_app.launch(playwright, browser_app.as_mjpeg(FILM, tmp_path / "camera.mjpeg", still_s=8))
    try:
        page = browser_app.opened(browser.new_context(viewport={"width": 1280, "height": 800}), outside)
        page.set_default_timeout(ANSWER_MS)
        page.goto(address)
        click = Clicks()
        click(page.get_by_role("button", name="Check me now"))
        click(page.get_by_role("button", name="None of these"))
        expect(page.get_by_role("combobox", name="Stretch")).to_have_value("Chair twist, arms crossed")
        # Where the browser finds the pose itself the button is the page's own, otherwise that of the camera's frame.
        place = page if build.find() else page.frame_locator("iframe")
        click(place.get_by_role("button", name="Start camera"))
        page.get_by_text("frames checked").wait_for()
        assert click.count <= AT_MOST
        page.get_by_role("button", name="Pause").wait_for()
        page.wait_for_timeout(6000)
        page.screenshot(path=browser_app.ARTEFACTS / "test-journey-live.png")
    finally:
        browser_app.last_look(browser)
        browser.close()


@pytest.mark.parametrize("width", [1280, 820, 390])
def test_a_finished_example_is_one_click_away(
    width: int, address: str, playwright: Playwright, outside: list[str]
) -> None:
    browser = browser_app.launch(playwright)
    try:
        context = browser.new_context(viewport={"width": width, "height": 844}, locale="de-AT")
        page = browser_app.opened(context, outside)
        page.set_default_timeout(ANSWER_MS)
        page.goto(address)
        page.get_by_role("button", name="Ein fertiges Beispiel ansehen").click()
        expect(page.get_by_role("status").filter(has_text="■ Stopp").first).to_be_visible(timeout=ANSWER_MS)
        page.locator("video").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        browser_app.last_look(browser)
        browser.close()
