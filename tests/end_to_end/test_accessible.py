"""Every page by axe in a real browser: on a screen in light, on a phone in dark, in both languages, with a picture."""

import re
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from research.harness import browser_app

WAIT_MS = 120_000
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
PAGES = ("", "live", "analyse", "thresholds", "stretches", "own", "safety", "history", "desk")
SCREENS = {
    "screen": ({"width": 1280, "height": 900}, "light", "en-GB"),
    "phone": ({"width": 390, "height": 844}, "dark", "de-AT"),
}

pytestmark = [
    pytest.mark.skipif(not browser_app.CHROMIUM.is_file(), reason="Chromium is not here"),
    pytest.mark.timeout(1500),
]


def faults(page: Page) -> list[str]:
    """Return what axe finds on a page: rule, element and reason, a line each."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "tag", "values": list(RULES)}, "resultTypes": ["violations"]}
    found: dict[str, Any] = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{one['id']}: {node['target']} {' '.join(node['failureSummary'].split())[:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def settled(page: Page) -> None:
    """Wait until the page is drawn, and its changes of colour are over."""
    page.locator("h1").first.wait_for()
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
    page.wait_for_timeout(500)


@pytest.mark.parametrize("screen", SCREENS)
def test_no_page_has_a_fault(screen: str, address: str, playwright: Playwright, outside: list[str]) -> None:
    size, scheme, language = SCREENS[screen]
    browser = browser_app.launch(playwright)
    try:
        context: BrowserContext = browser.new_context(viewport=size, color_scheme=scheme, locale=language)  # type: ignore[arg-type]
        page = browser_app.opened(context, outside)
        page.set_default_timeout(WAIT_MS)
        wrong: dict[str, list[str]] = {}
        for name in PAGES:
            page.goto(f"{address}/{name}")
            settled(page)
            page.screenshot(path=browser_app.ARTEFACTS / f"test-axe-{screen}-{name or 'start'}.png", full_page=True)
            wrong[name or "start"] = faults(page)
        # The first questions, which the door to the camera opens, and one stretch with its pictures.
        page.goto(address)
        settled(page)
        page.locator("[class*='st-key-card-door-'] button").first.click()
        page.locator("h1").first.wait_for()
        settled(page)
        page.screenshot(path=browser_app.ARTEFACTS / f"test-axe-{screen}-questions.png", full_page=True)
        wrong["questions"] = faults(page)
        if not browser_app.missing():
            page.get_by_role("button", name=re.compile("Begin without answering|Ohne Antworten beginnen")).click()
            page.get_by_role("button", name=re.compile("Voice on|Stimme an")).wait_for()
            settled(page)
            page.screenshot(path=browser_app.ARTEFACTS / f"test-axe-{screen}-camera.png", full_page=True)
            wrong["camera"] = faults(page)
        page.goto(f"{address}/stretches")
        settled(page)
        page.locator(".st-key-open-lunge button").click()
        page.get_by_text("●").first.wait_for()
        settled(page)
        wrong["lunge"] = faults(page)
        assert {name: told for name, told in wrong.items() if told} == {}
    finally:
        browser_app.last_look(browser)
        browser.close()


def test_a_fault_is_found(playwright: Playwright) -> None:
    browser = browser_app.launch(playwright)
    try:
        page = browser.new_page()
        page.set_content('<html lang="en"><title>x</title><img src="data:,"><p style="color:#eee">pale</p></html>')
        assert {one.partition(":")[0] for one in faults(page)} == {"color-contrast", "image-alt"}
    finally:
        browser.close()
