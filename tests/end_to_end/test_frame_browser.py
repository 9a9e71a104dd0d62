"""What surrounds every page in a real browser: menu, switch of language, focus, and the words the browser is told."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from research.harness import browser_app

WAIT_MS = 90_000

pytestmark = [
    pytest.mark.skipif(not browser_app.CHROMIUM.is_file(), reason="Chromium is not here"),
    pytest.mark.timeout(600),
]


def _overlap(page: Page) -> list[str]:
    """Return the links of the menu that lie under the switch of language or are not shown."""
    found: list[str] = page.evaluate(
        """() => {
        const edge = document.querySelector(".st-key-language-row").getBoundingClientRect().left;
        const boxes = [...document.querySelectorAll('[data-testid="stTopNavLink"]')];
        return boxes.filter((one) => {
          const box = one.getBoundingClientRect();
          return box.width === 0 || box.right > edge;
        }).map((one) => one.textContent);
      }"""
    )
    return found


def test_the_frame_of_every_page(address: str, playwright: Playwright, outside: list[str]) -> None:
    browser = browser_app.launch(playwright)
    try:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="de-AT")
        page = browser_app.opened(context, outside)
        page.set_default_timeout(WAIT_MS)
        page.goto(f"{address}/stretches")
        page.get_by_role("heading", name="Übungen", level=1).wait_for()

        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(page).to_have_title("Übungen · posecheck")
        page.get_by_text("English", exact=True).first.click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page).to_have_title("Stretches · posecheck")
        page.get_by_text("Deutsch", exact=True).first.click()
        page.get_by_role("heading", name="Übungen", level=1).wait_for()
        for width in (768, 820, 900, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(500)
            assert not _overlap(page), f"at {width} pixels"

        # The keyboard's focus is shown round the whole list, not as a bar inside it.
        box = page.get_by_role("combobox").first
        box.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        style = "(one) => getComputedStyle(one).outlineStyle"
        assert box.evaluate(style) == "none"
        assert box.locator("xpath=ancestor::*[@role='group'][1]").evaluate(style) == "solid"

        # After a jump to a heading, the bar at the top does not cover it.
        low = page.get_by_test_id("stHeader").evaluate("(one) => one.getBoundingClientRect().bottom")
        margin = page.locator("h1").evaluate("(one) => parseFloat(getComputedStyle(one).scrollMarginTop)")
        assert margin > low

        page.set_viewport_size({"width": 390, "height": 844})
        page.get_by_test_id("stExpandSidebarButton").click()
        menu = page.locator('[data-testid="stSidebar"][data-collapsed="false"]')
        menu.wait_for()
        page.get_by_test_id("stSidebarNavLink").filter(has_text=re.compile("Verlauf$")).click()
        page.get_by_role("heading", name="Verlauf", level=1).wait_for()
        expect(menu).to_have_count(0)
    finally:
        browser_app.last_look(browser)
        browser.close()


def test_an_upload_field_speaks_the_visitors_language(
    address: str, playwright: Playwright, outside: list[str], tmp_path: Path
) -> None:
    large, text = tmp_path / "large.mp4", tmp_path / "notes.txt"
    with large.open("wb") as file:
        file.truncate(400 * 1024 * 1024)
    text.write_text("no recording")
    browser = browser_app.launch(playwright)
    try:
        page = browser_app.opened(browser.new_context(locale="de-AT"), outside)
        page.set_default_timeout(WAIT_MS)
        page.goto(f"{address}/stretches")
        page.get_by_test_id("stTopNavLink").filter(has_text="Auswerten").click()
        page.get_by_text("Meine eigene Aufnahme", exact=True).click()
        field = page.get_by_test_id("stFileUploader")
        field.get_by_text("Datei wählen").or_(field.locator("button")).first.wait_for()
        field.locator("input[type=file]").set_input_files(large)
        expect(field).to_contain_text("Die Datei ist größer als 300")
        field.locator("input[type=file]").set_input_files(text)
        expect(field).to_contain_text("Diese Art von Datei wird nicht gelesen.")
        assert not re.search("must be|not allowed", field.inner_text())
    finally:
        browser_app.last_look(browser)
        browser.close()
