"""The live page whose browser finds the pose, opened in a real one, with a film as its camera."""

import re

from playwright.sync_api import Browser, Page

from posecheck.app.visit.sources import folder
from posecheck.capture.web import build
from research.harness import browser_app

TOO_FAR = folder() / "standing-extension-too-far.mp4"
ANSWER_MS = 150_000
STILL_S = 8
NOT_HERE = browser_app.missing(TOO_FAR) or (
    "" if build.find() else "the web build is not here; run posecheck model web"
)


def opened(browser: Browser, address: str, outside: list[str], before: str = "") -> Page:
    """Open the live page with its stretch chosen."""
    page = browser_app.opened(browser.new_context(viewport={"width": 1280, "height": 1600}), outside)
    page.add_init_script(before)
    page.set_default_timeout(ANSWER_MS)
    ready(page, address)
    return page


def ready(page: Page, address: str) -> None:
    """Choose the stretch on the live page."""
    page.goto(f"{address}/live")
    box = page.get_by_role("combobox", name="Stretch")
    box.click()
    box.fill("behind the head")
    page.get_by_role("option", name=re.compile("behind the head", re.IGNORECASE)).first.click()
    page.get_by_role("button", name="Begin without answering").click()
    page.get_by_role("button", name="Start camera").wait_for()


def state(page: Page, words: str) -> None:
    """Wait until the page says so."""
    page.get_by_role("status").filter(has_text=words).first.wait_for()
