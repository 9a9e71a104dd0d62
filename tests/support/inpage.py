"""The live page whose browser finds the pose, opened in a real one, with a film as its camera."""

import re

from playwright.sync_api import Browser, Page

from posecheck.app.streaming.inpage import routes
from posecheck.app.visit.sources import folder
from posecheck.capture.web import build
from research.harness import browser_app

TOO_FAR = folder() / "standing-extension-too-far.mp4"
ANSWER_MS = 150_000
STILL_S = 8
NOT_HERE = browser_app.missing(TOO_FAR) or (
    "" if build.find() else "the web build is not here; run posecheck model web"
)


LOSING = """
const made = [];
const getContext = OffscreenCanvas.prototype.getContext;
OffscreenCanvas.prototype.getContext = function (...about) {
  const context = getContext.apply(this, about);
  if (/webgl/.test(about[0]) && context) made.push(context);
  return context;
};
self.addEventListener("message", (event) => {
  if (!event.data.lose) return;
  event.stopImmediatePropagation();
  for (const context of made) context.getExtension("WEBGL_lose_context")?.loseContext();
  event.ports[0].postMessage(made.length);
});
"""
LOSE = """
() => new Promise((told) => {
  const { finder } = posecheckLive;
  posecheckLive.before = finder.place;
  const channel = new MessageChannel();
  channel.port1.onmessage = ({ data }) => told(data);
  finder.place.postMessage({ lose: true }, [channel.port2]);
})
"""
"""Loses the graphics context of the page's worker; how many there were is told."""
BREAKING = """
self.addEventListener("message", (event) => {
  if (!event.data.breaks) return;
  event.stopImmediatePropagation();
  if (event.data.breaks === "dies") return self.close();
  const fail = () => { throw new WebAssembly.RuntimeError(event.data.breaks); };
  if (event.data.breaks === "others") around.update = fail;
  else Object.assign(landmarker, { detectForVideo: fail, close: fail });
});
"""
"""Lets a part of the page's worker fail when it is told to."""
WORDS = {
    "en": ("Stretch", "behind the head", "Begin without answering", "Start camera"),
    "de": ("Übung", "hinter dem Kopf", "Ohne Antworten beginnen", "Kamera starten"),
}
"""What the live page calls its choice of stretches, the stretch, and its two buttons."""


def opened(browser: Browser, address: str, outside: list[str], before: str = "", language: str = "en") -> Page:
    """Open the live page with its stretch chosen."""
    context = browser.new_context(viewport={"width": 1280, "height": 1600}, locale=language)
    page = browser_app.opened(context, outside)
    page.add_init_script(before)
    page.set_default_timeout(ANSWER_MS)
    ready(page, address, language)
    return page


def ready(page: Page, address: str, language: str = "en") -> None:
    """Choose the stretch on the live page."""
    choice, stretch, go_on, start = WORDS[language]
    page.goto(f"{address}/live")
    box = page.get_by_role("combobox", name=choice)
    box.click()
    box.fill(stretch)
    page.get_by_role("option", name=re.compile(stretch, re.IGNORECASE)).first.click()
    page.get_by_role("button", name=go_on).click()
    page.get_by_role("button", name=start).wait_for()


def state(page: Page, words: str) -> None:
    """Wait until the page says so."""
    page.get_by_role("status").filter(has_text=words).first.wait_for()


def with_worker(page: Page, before: str) -> None:
    """Run something in the page's worker before its own script."""
    script = before + routes.worker_script()
    page.route("**/inpage/worker.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
