"""A programme from the physiotherapist's page to the patient's, and on to Live, in a real browser."""

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from research.harness import browser_app

ANSWER_MS = 150_000
pytestmark = [
    pytest.mark.skipif(bool(browser_app.missing()), reason=browser_app.missing() or "nothing is missing"),
    pytest.mark.timeout(900),
]


def opened(browser: Browser, address: str, width: int, outside: list[str]) -> Page:
    """Open the page of programmes for a new visitor."""
    page = browser_app.opened(browser.new_context(viewport={"width": width, "height": 844}, locale="en"), outside)
    page.set_default_timeout(ANSWER_MS)
    page.goto(f"{address}/programme")
    page.get_by_role("heading", name="Upper back").wait_for()
    return page


def fits(page: Page, width: int, name: str) -> None:
    page.screenshot(path=browser_app.ARTEFACTS / f"test-programme-{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("(m => m.scrollWidth - m.clientWidth)(document.querySelector('[data-testid=stMain]'))") <= 0


@pytest.mark.parametrize("width", [1280, 390])
def test_a_programme_is_made_handed_on_and_followed(
    width: int, address: str, playwright: Playwright, outside: list[str]
) -> None:
    browser = browser_app.launch(playwright)
    try:
        therapist = opened(browser, address, width, outside)
        fits(therapist, width, "choice")
        therapist.get_by_role("button", name="Make a programme").click()
        therapist.get_by_role("textbox", name="Name").fill("Mrs Miller, shoulder")
        therapist.keyboard.press("Tab")
        therapist.get_by_text("It keeps every safety rule").wait_for()
        fits(therapist, width, "made")
        therapist.get_by_text("The text of the code").click()
        text = therapist.locator("code").inner_text()

        patient = opened(browser, address, width, outside)
        patient.get_by_text("Open a programme that you were given").click()
        patient.get_by_role("textbox", name="Or the text of its QR code").fill(text)
        patient.get_by_role("button", name="Open it").click()
        patient.get_by_role("heading", name="Mrs Miller, shoulder").wait_for()
        patient.get_by_role("radio", name="3", exact=True).or_(
            patient.get_by_role("button", name="3", exact=True)
        ).first.click()
        fits(patient, width, "followed")
        patient.get_by_role("button", name="Next step in Live").click()
        expect(patient.get_by_role("combobox", name="Stretch")).to_have_value("Shoulder rolls")
        patient.get_by_text("Step 1 of 1").wait_for()
        fits(patient, width, "live")
    finally:
        browser_app.last_look(browser)
        browser.close()
