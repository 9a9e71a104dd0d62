"""Pictures of the app for the README and the guides, drawn anew into docs/.

`python -m tests.support.browser_pictures` draws all; `... desk programme` only these.
"""

import re
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
from playwright.sync_api import Browser, Page, sync_playwright

from posecheck.history import Score, open_store
from research.harness import browser_app
from tests.support.histories import summary

DOCS = browser_app.ROOT / "docs"
WAIT_MS = 300_000
STILL_MS = 6000
"""When the moving picture of the start page stands still."""
QUALITY = 82
"""Of WebP: a third of the bytes of a PNG, and the words stay sharp."""
PEOPLE = {
    "Anna": ((40, 30.0), (20, 36.0), (2, 50.0)),
    "Mrs Miller, shoulder": ((26, 30.0), (19, 31.0), (12, 29.0), (5, 32.0)),
}
"""Invented: how many days ago each session was, and how far they turned to the left, degrees."""
SCORES = {"Anna": ((80, 17), (40, 14), (3, 7))}
"""Likewise, of the RMDQ-24."""


def main(wanted: list[str]) -> None:
    """Serve the app, analyse a sample and keep the pages that show best what it is.

    Args:
        wanted: Names of pictures; all where there are none.
    """
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        with browser_app.served(folder / "app.log", folder / "data") as address:
            browser = browser_app.launch(playwright)
            if not wanted or "start" in wanted:
                _start(browser, address, folder)
            if not wanted or "analyse" in wanted:
                visit = _analysed(browser, address, folder)
                _phone(browser, f"{address}/analyse?visit={visit}", folder)
            if not wanted or "programme" in wanted:
                _programme(browser, address, folder)
            if not wanted or "desk" in wanted:
                _desk(browser, address, folder)
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


def _programme(browser: Browser, address: str, folder: Path) -> None:
    """Keep a programme that has just been begun."""
    page = _page(browser, (1280, 860))
    page.goto(f"{address}/programme")
    page.get_by_role("heading", name="Stiff after sitting").wait_for()
    page.get_by_role("button", name="Begin").first.click()
    page.get_by_role("button", name="Next step in Live").wait_for()
    _keep(page, "app-programme", folder)


def _desk(browser: Browser, address: str, folder: Path) -> None:
    """Keep the physiotherapist's desk with the people of PEOPLE."""
    now = datetime.now(UTC)
    with open_store(f"sqlite:///{folder / 'data' / 'history.db'}") as store:
        for name, sessions in PEOPLE.items():
            for days, left in sessions:
                store.add(summary(left=left), name, now - timedelta(days=days))
            for days, points in SCORES.get(name, ()):
                store.keep_score(Score((now - timedelta(days=days)).date(), points), name)
    page = _page(browser, (1280, 860))
    page.goto(f"{address}/desk")
    page.get_by_role("heading", name="Anna").wait_for()
    page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").last.wait_for()
    _keep(page, "app-desk", folder)


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
    main(sys.argv[1:])
