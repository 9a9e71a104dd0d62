"""Faults that strangers saw: each stays mended, in a real browser, in German and on a phone where it was seen there."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect

from research.harness import browser_app

ANSWER_MS = 150_000
pytestmark = [
    pytest.mark.skipif(not browser_app.CHROMIUM.is_file(), reason="Chromium is not here"),
    pytest.mark.timeout(600),
]


@pytest.fixture
def german(playwright: Playwright, outside: list[str]) -> Iterator[Page]:
    """Give a German visitor's page on a phone."""
    browser = browser_app.launch(playwright)
    try:
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="de-AT")
        page = browser_app.opened(context, outside)
        page.set_default_timeout(ANSWER_MS)
        yield page
    finally:
        browser_app.last_look(browser)
        browser.close()


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    page.get_by_text("kein medizinischer Rat").wait_for()  # the end of the page
    page.wait_for_timeout(500)
    return page


def test_the_page_says_its_language_and_its_title(german: Page, address: str) -> None:
    opened(german, f"{address}/history")
    expect(german).to_have_title("Verlauf · posecheck", timeout=ANSWER_MS)
    german.wait_for_function("document.documentElement.lang === 'de'")
    german.get_by_text("English", exact=True).first.click()
    german.get_by_role("heading", name="History", level=1).wait_for()
    expect(german).to_have_title("History · posecheck", timeout=ANSWER_MS)
    german.wait_for_function("document.documentElement.lang === 'en'")


def test_the_menu_of_a_phone_closes_once_a_page_was_chosen(german: Page, address: str) -> None:
    opened(german, address)
    german.get_by_test_id("stExpandSidebarButton").click()
    german.get_by_test_id("stSidebar").get_by_text("Verlauf", exact=True).click()
    german.get_by_role("heading", name="Verlauf", level=1).wait_for()
    german.wait_for_function("document.querySelector('[data-testid=stSidebar]')?.getBoundingClientRect().right <= 0")


def test_a_heading_that_was_jumped_to_stands_below_the_header(german: Page, address: str) -> None:
    opened(german, f"{address}/safety")
    header = german.get_by_test_id("stHeader").bounding_box()
    assert header is not None
    heading = german.get_by_role("heading", name="Gute Gewohnheiten, und woher sie kommen")
    heading.evaluate("(one) => one.scrollIntoView({ block: 'start' })")
    german.wait_for_timeout(500)
    place, size = heading.bounding_box(), german.viewport_size
    assert place is not None
    assert size is not None
    assert header["y"] + header["height"] <= place["y"] < size["height"]


def test_a_box_to_choose_from_shows_its_focus_once(german: Page, address: str) -> None:
    opened(german, f"{address}/stretches")
    box = german.get_by_role("combobox").first
    box.focus()
    german.keyboard.press("ArrowDown")
    assert box.evaluate("(one) => getComputedStyle(one).outlineStyle") == "none"
    group = german.locator("[data-testid=stSelectbox] [role=group]").first
    assert group.evaluate("(one) => parseFloat(getComputedStyle(one).outlineWidth)") >= 3


def test_on_a_phone_the_verdict_is_seen_once_whole_or_in_short(german: Page, address: str) -> None:
    opened(german, address)
    german.get_by_role("button", name="Ein fertiges Beispiel ansehen").click()
    german.locator("video").wait_for()
    found = re.search(r"visit=([^&]+)", german.url)
    assert found is not None
    opened(german, f"{address}/thresholds?visit={found[1]}")
    short = german.locator(".st-key-verdict-in-short")
    short.wait_for()
    whole = german.locator(":has(> .st-key-verdict)").first
    seen = (
        "(one) => { const r = one.getBoundingClientRect();"
        " return one.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)); }"
    )
    whole.locator("text=Stoppgrenze einmal").wait_for()
    assert not short.evaluate(seen)
    german.get_by_role("heading", name="Profile").evaluate("(one) => one.scrollIntoView()")
    german.wait_for_timeout(500)
    assert short.evaluate(seen)
    place = short.bounding_box()
    assert place is not None
    assert place["y"] < 100
    assert place["height"] < 60
