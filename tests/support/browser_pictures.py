"""Pictures of the app for the README: `python -m tests.support.browser_pictures` draws them anew into docs/."""

import re
import tempfile
from pathlib import Path

import cv2
from playwright.sync_api import Browser, Page, sync_playwright

from research.harness import browser_app

DOCS = browser_app.ROOT / "docs"
WAIT_MS = 300_000
STILL_MS = 6000
"""When the moving picture of the start page stands still."""
QUALITY = 82
"""Of WebP: a third of the bytes of a PNG, and the words stay sharp."""


def main() -> None:
    """Serve the app, analyse a sample and keep the pages that show best what it is."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        with browser_app.served(folder / "app.log", folder / "data") as address:
            browser = browser_app.launch(playwright)
            _start(browser, address, folder)
            visit = _analysed(browser, address, folder)
            _phone(browser, f"{address}/analyse?visit={visit}", folder)
            browser.close()


def _page(browser: Browser, size: tuple[int, int], *, dark: bool = False) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light", locale="en-GB"
    )
    page = browser_app.opened(context, [])
    page.set_default_timeout(WAIT_MS)
    return page


def _start(browser: Browser, address: str, folder: Path) -> None:
    """Keep the start page, with its moving picture at its end."""
    page = _page(browser, (1280, 760))
    page.goto(address)
    page.get_by_role("button", name="Look at a finished example").wait_for()
    page.wait_for_timeout(STILL_MS)
    _keep(page, "app-start", folder)


def _analysed(browser: Browser, address: str, folder: Path) -> str:
    """Keep the result, the thresholds and the library on a laptop; return the visit's name."""
    page = _page(browser, (1280, 860))
    page.goto(f"{address}/analyse")
    box = page.get_by_role("combobox", name="Sample clip")
    box.click()
    page.get_by_role("option", name="leans back 34 degrees").click()
    page.get_by_text("Coached with tighter limits").wait_for()
    page.get_by_role("button", name="Analyse", exact=True).click()
    page.locator("video").wait_for()
    page.get_by_role("button", name=re.compile(r"4\.\d–8")).first.click()
    page.wait_for_function("document.querySelector('video').currentTime > 3")
    _keep(page, "app-analyse", folder)
    found = re.search(r"visit=([^&]+)", page.url)
    assert found is not None
    for path, name in (("thresholds", "app-thresholds"), ("stretches", "app-stretches")):
        page.goto(f"{address}/{path}?visit={found[1]}")
        page.get_by_role("heading", level=1).wait_for()
        _keep(page, name, folder)
    return found[1]


def _phone(browser: Browser, address: str, folder: Path) -> None:
    page = _page(browser, (390, 844), dark=True)
    page.goto(address)
    page.locator("video").wait_for()
    _keep(page, "app-phone", folder)


def _keep(page: Page, name: str, folder: Path) -> None:
    """Write what the window shows, once nothing is being loaded any more."""
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
    page.wait_for_timeout(1500)
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=folder / f"{name}.png")
    picture = cv2.imread(str(folder / f"{name}.png"))
    assert picture is not None
    path = DOCS / f"{name}.webp"
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    print(f"{path.relative_to(browser_app.ROOT)} {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
