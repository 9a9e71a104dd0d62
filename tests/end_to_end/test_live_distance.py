"""Live from two metres away, in a real browser: the voice, a slow machine, and the picture that fills the window."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from posecheck.app.visit.sources import folder
from posecheck.capture.web import build
from research.harness import browser_app

FILM = folder() / "standing-extension-too-far.mp4"
WAIT_MS = 120_000
NOT_HERE = browser_app.missing(FILM) or ("" if build.find() else "the web build is not here; run posecheck model web")

pytestmark = [
    pytest.mark.skipif(bool(NOT_HERE), reason=NOT_HERE or "nothing is missing"),
    pytest.mark.timeout(900),
]

VOICES = """
window.spoken = [];
Object.defineProperty(window, "speechSynthesis", {value: {
  speaking: false, cancel() {}, getVoices: () => %s, addEventListener() {}, removeEventListener() {},
  speak: (words) => window.spoken.push(words.text),
}});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
ENGLISH = "[{lang: 'en-GB', localService: true}]"
MARKS = """(() => {
  const marks = new Float32Array(33 * 6).fill(0.5);
  const put = (i, x, y) => marks.set([x, y, 0, 0, 0, 1], 6 * i);
  for (let i = 0; i < 33; i += 1) put(i, 0.5, 0.9);
  put(0, 0.5, 0.3); put(11, 0.6, 0.4); put(12, 0.4, 0.4); put(23, 0.55, 0.7); put(24, 0.45, 0.7);
  put(15, 0.7, %s); put(16, 0.3, %s);
  return marks;
})()"""
UP, ONE_UP, DOWN = MARKS % (0.1, 0.1), MARKS % (0.1, 0.7), MARKS % (0.7, 0.7)
FILLS = """() => {
  const stage = posecheckLive.find("stage").getBoundingClientRect();
  return stage.width === innerWidth && stage.height === innerHeight;
}"""


@pytest.fixture(scope="module", params=["browser", "server"])
def path_and_address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    place = tmp_path_factory.mktemp("distance")
    with browser_app.served(place / "app.log", place / "data", POSECHECK_LIVE_PATH=request.param) as made:
        yield request.param, made


@pytest.fixture
def browser(playwright: Playwright, tmp_path: Path) -> Iterator[Browser]:
    with browser_app.watching(playwright, FILM, tmp_path, still_s=4) as made:
        yield made


def opened(browser: Browser, address: str, outside: list[str], voices: str = ENGLISH, language: str = "en-GB") -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale=language)
    page = browser_app.opened(context, outside)
    page.add_init_script(VOICES % voices)
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{address}/live")
    box = page.get_by_role("combobox").first
    box.click()
    box.fill("behind the head" if language[:2] == "en" else "hinter dem Kopf")
    page.get_by_role("option").first.click()
    page.get_by_role("button", name=re.compile("Begin without answering|Ohne Antworten beginnen")).click()
    page.get_by_role("button", name=re.compile("Voice on|Stimme an")).wait_for()
    return page


def test_the_voice_can_be_tried_and_says_whether_it_is_on(
    path_and_address: tuple[str, str], browser: Browser, outside: list[str]
) -> None:
    page = opened(browser, path_and_address[1], outside)
    on, test = page.get_by_role("button", name="Voice on"), page.get_by_role("button", name="Test the sound")
    expect(page.get_by_text("No voice is installed")).to_be_hidden()
    test.click()
    page.wait_for_function("spoken.includes('This is how you are warned.')")
    look = "(one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).textDecorationLine].join()"
    before = on.evaluate(look)
    on.click()
    off = page.get_by_role("button", name="Voice off")
    assert off.evaluate(look) != before
    assert "line-through" in off.evaluate(look)
    expect(test).to_be_disabled()
    page.get_by_text("The voice is off: warnings are only shown.").wait_for()
    off.click()
    expect(page.get_by_text("The voice is off")).to_be_hidden()


@pytest.mark.parametrize(
    ("voices", "told"),
    [
        ("[]", "In diesem Browser ist keine Stimme installiert"),
        (ENGLISH, "Für Ihre Sprache ist hier keine Stimme installiert"),
    ],
)
def test_silence_is_said(
    voices: str, told: str, path_and_address: tuple[str, str], browser: Browser, outside: list[str]
) -> None:
    page = opened(browser, path_and_address[1], outside, voices, "de-AT")
    page.get_by_text(told).wait_for()


def test_a_slow_machine_is_noticed_and_the_lighter_model_taken_when_allowed(
    path_and_address: tuple[str, str], browser: Browser, outside: list[str]
) -> None:
    path, address = path_and_address
    if path != "browser":
        pytest.skip("the server's path has a test of its own")
    page = opened(browser, address, outside)
    page.evaluate("localStorage.removeItem('posecheck-lighter')")
    page.get_by_role("button", name="Start camera").click()
    page.wait_for_function("(posecheckLive.checked ?? 0) > 3")
    # As a slow machine: few pictures, each of which takes long.
    slow = """(lite) => {
      const live = posecheckLive;
      live.data.at.lite = lite ? live.data.at.model : null;
      live.finder.typical = live.finder.turn = () => 300;
      live.pace.reset();
      live.pace.rate = () => 4;
    }"""
    page.evaluate(slow, False)
    page.get_by_text("Only 4 pictures a second are looked at here").wait_for()
    page.get_by_text("Close other programs and tabs").wait_for()
    expect(page.get_by_role("button", name="Use the lighter model")).to_be_hidden()
    page.evaluate(slow, True)
    page.get_by_role("button", name="Use the lighter model").click()
    page.get_by_text("The lighter model is used, because this computer is slow").wait_for()
    before = page.evaluate("posecheckLive.number")
    page.wait_for_function(f"posecheckLive.finder.ready && posecheckLive.number > {before}")
    assert any("lighter model" in text for text in page.evaluate("spoken"))
    page.get_by_role("button", name="Use the exact model").click()
    expect(page.get_by_text("The lighter model is used")).to_be_hidden()


def test_the_picture_of_the_server_fills_the_window_and_gives_it_back(
    path_and_address: tuple[str, str], browser: Browser, outside: list[str]
) -> None:
    path, address = path_and_address
    if path != "server":
        pytest.skip("the browser's path has a test of its own")
    page = opened(browser, address, outside)
    page.frame_locator("iframe").get_by_role("button", name="Start camera").click()
    page.get_by_text("frames checked").wait_for()
    whole = """() => {
      const frame = [...document.querySelectorAll('iframe')].find((one) => one.contentDocument?.querySelector('video'));
      const { x, y, width, height } = frame.getBoundingClientRect();
      const top = document.elementFromPoint(innerWidth / 2, innerHeight / 2) === frame;
      return top && x === 0 && y === 0 && width === innerWidth && height === innerHeight;
    }"""
    assert not page.evaluate(whole)
    page.evaluate("posecheckSpeaker.fill(true)")  # as when the server has seen both hands up
    page.wait_for_function(whole)
    page.wait_for_timeout(1500)
    page.screenshot(path=browser_app.ARTEFACTS / "test-distance-filled-server.png")
    before = page.get_by_text("frames checked").inner_text()
    page.wait_for_function(f"!document.body.innerText.includes({before!r})")  # the picture was not loaded anew
    assert page.evaluate(whole)
    page.keyboard.press("Escape")
    page.wait_for_function(f"!({whole})()")


def test_the_picture_fills_the_window_by_both_hands_and_the_screen_by_a_key(
    path_and_address: tuple[str, str], browser: Browser, outside: list[str]
) -> None:
    path, address = path_and_address
    if path != "browser":
        pytest.skip("on the server's path the picture stands in a frame of its own")
    page = opened(browser, address, outside)
    page.get_by_role("button", name="Start camera").click()
    page.wait_for_function("(posecheckLive.checked ?? 0) > 3")
    hold = """(marks) => {
      const live = posecheckLive, began = performance.now();
      const each = setInterval(() => {
        live.found(marks(), performance.now());
        if (performance.now() - began > 2500) clearInterval(each);
      }, 50);
    }"""
    # The film goes on meanwhile; only what the test holds up counts.
    page.evaluate("posecheckLive.finder.find = (picture) => picture.close(); posecheckLive.link.send = () => {}")

    def held(marks: str, phase: str) -> None:
        page.evaluate(f"posecheckLive.now.phase = '{phase}'; posecheckLive.now.step = [1, 0]")
        page.evaluate(f"({hold})(() => {marks})")
        page.wait_for_timeout(3000)

    held(ONE_UP, "guide")
    assert not page.evaluate(FILLS)
    held(UP, "running")
    assert not page.evaluate(FILLS), "in a set both hands may be up"
    held(DOWN, "guide")
    held(UP, "guide")
    assert page.evaluate(FILLS)
    page.screenshot(path=browser_app.ARTEFACTS / "test-distance-filled.png")
    size = page.evaluate("parseFloat(getComputedStyle(posecheckLive.find('large')).fontSize)")
    assert size >= 55
    held(DOWN, "over")
    held(UP, "over")
    assert not page.evaluate(FILLS)
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement !== null")
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement === null")
