"""The app as it is served to several people, behind a proxy with the headers of deploy/Caddyfile, and its visitors."""

import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from posecheck.app.base.labels import JOINER
from posecheck.app.visit.sources import folder
from posecheck.stretches.library import all_stretches
from research.harness import browser_app
from tests.support import proxy, replayed_app

SAMPLE = folder() / "standing-extension-too-far.mp4"
STRETCH = "standing-extension-hands-behind-head"
ANSWER_MS = 200_000
HEADINGS = {
    "Analyse": "Analyse a recording",
    "Live": "Check your form live",
    "Thresholds": "Adjust the thresholds",
    "Your own": "A stretch of your own",
}
"""The heading of each page where that is not its name in the navigation."""
TELL = """
addEventListener("securitypolicyviolation", (event) => {
  // Streamlit does without WebAssembly where it may not have it.
  if (event.blockedURI !== "wasm-eval") console.error("refused:", event.violatedDirective, event.blockedURI);
});
"""
MADE = """
() => [...document.querySelectorAll("a:not([href^='#']), img, iframe, script, .katex, [class*=stMarkdownColored]")]
  .filter((one) => one.matches(".katex, [class*=stMarkdownColored]") || one.getAttribute("src") === "x" ||
    /evil|javascript|mailto|hacked/.test(one.outerHTML))
  .map((one) => one.outerHTML)
"""


class Hosted:
    """A server with its proxy.

    Attributes:
        address: Its address, that of the proxy before it.
        inner: The address behind the proxy.
        data: The folder of what it keeps where it is private.
        temporary: Where it keeps the visitors' files.
        gate: The file whose presence lets the analyses go on.
        log: Its output.
    """

    def __init__(self, place: Path) -> None:
        self.data, self.temporary = place / "data", place / "tmp"
        self.gate, self.log = place / "gate", place / "app.log"
        self.temporary.mkdir()
        self.address = self.inner = ""

    def files(self) -> list[str]:
        """Return the names of the files of all visits."""
        return [path.name for path in self.temporary.rglob("*") if path.is_file() and path.name != "held"]


@contextlib.contextmanager
def served(place: Path, *, shared: bool = True) -> Iterator[Hosted]:
    """Serve the app through the proxy, with a sample's true landmarks in place of the pose model.

    Args:
        place: An empty folder.
        shared: Whether several people use it; otherwise it is one's own, and the proxy names no visitor.
    """
    made = Hosted(place)
    about = {"POSECHECK_MAX_ANALYSES": "1", "TMPDIR": str(made.temporary), replayed_app.GATE: str(made.gate)}
    if shared:
        about["POSECHECK_SHARED"] = "1"
    app = browser_app.started(made.log, made.data, Path(replayed_app.__file__), **about)
    headers, visitor = proxy.headers_of_caddyfile(), "192.0.2.7" if shared else ""
    with app as (_, made.inner), proxy.before(made.inner, headers, visitor) as made.address:
        yield made


def visit(context: BrowserContext, address: str, faults: list[str]) -> Page:
    """Open a page, and note whatever leaves its origin or is refused by the content security policy.

    Args:
        context: The visitor's browser.
        address: The page's address.
        faults: The list that this is added to.
    """
    page = browser_app.opened(context, faults)
    page.add_init_script(TELL)
    page.on("console", lambda told: faults.append(told.text) if _is_refusal(told.text) else None)
    page.set_default_timeout(ANSWER_MS)
    page.goto(f"{address}/analyse")
    return page


def _is_refusal(text: str) -> bool:
    return text.startswith("refused:") or "Content Security Policy" in text


def film(name: str) -> FilePayload:
    """Return the sample's recording under another name."""
    return FilePayload(name=name, mimeType="video/mp4", buffer=SAMPLE.read_bytes())


def ask(page: Page, recording: FilePayload, *, mirrored: bool = False) -> None:
    """Have a recording of one's own analysed, on the page for it, which holds no other recording yet."""
    page.get_by_text("My own recording").click()
    page.locator("input[type=file]").set_input_files(recording)
    button = page.get_by_role("button", name="Analyse", exact=True)
    expect(button).to_be_enabled()
    if mirrored:
        page.get_by_text("The recording is mirrored").click()
    name = all_stretches()[STRETCH].name
    box = page.get_by_role("combobox", name="Stretch")
    box.click()
    box.fill(name)
    page.get_by_role("option", name=name).click()
    page.get_by_text("Coached with tighter limits.").wait_for()
    button.click()


def go(page: Page, name: str) -> None:
    """Open a page by the navigation, and wait until it is there."""
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", level=1, name=HEADINGS.get(name, name), exact=True).wait_for()


def until(page: Page, script: str) -> None:
    """Wait until a script returns something true; the page's own policy keeps Playwright's wait_for_function out."""
    end = time.monotonic() + ANSWER_MS / 1000
    while not page.evaluate(script):
        assert time.monotonic() < end, script
        page.wait_for_timeout(100)


def written(page: Page, text: str) -> Locator:
    """Return what says a text exactly as it is written."""
    joined = f"{JOINER}?".join(re.escape(one) for one in text)
    return page.get_by_text(re.compile(joined)).locator("visible=true").first


def assert_only_text(page: Page) -> None:
    """Check that nothing on a page was made from a hostile text, and that no script of one ran."""
    made = page.evaluate(MADE)
    assert made == [], made
    assert page.evaluate("window.hacked") is None
