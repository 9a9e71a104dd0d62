"""What a browser lacks, and what breaks in it in a set: each has its way round, and the page says which is in use."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, expect

from research.harness import browser_app
from tests.support.inpage import BREAKING, NOT_HERE, STILL_S, TOO_FAR, opened, ready, state, with_worker

pytestmark = [
    pytest.mark.skipif(bool(NOT_HERE), reason=NOT_HERE or "nothing is missing"),
    pytest.mark.timeout(600),
]

RUNS = "posecheckLive.now.phase === 'running'"
NO_WORKER = "window.Worker = class { constructor() { throw new Error('no workers here'); } };"
NO_BITMAP = "delete window.createImageBitmap;"
BAD_BITMAP = "window.createImageBitmap = () => Promise.reject(new DOMException('no', 'InvalidStateError'));"
NO_PICTURES_TOLD = "delete HTMLVideoElement.prototype.requestVideoFrameCallback;"
NO_SOUND = "delete window.AudioContext; delete window.webkitAudioContext; delete window.speechSynthesis;"
NO_STORE = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
)
NO_SIMD = """
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = (code, ...about) =>
  code.byteLength < 200 ? Promise.reject(new WebAssembly.CompileError("no SIMD")) : instantiate(code, ...about);
"""
"""The build asks by a module of a few bytes."""
NO_WEBGL = """
for (const kind of [self.HTMLCanvasElement, self.OffscreenCanvas].filter(Boolean)) {
  const { getContext } = kind.prototype;
  kind.prototype.getContext = function (name, ...about) {
    return /webgl/.test(name) ? null : getContext.call(this, name, ...about);
  };
}
"""
NO_WASM = "self.WebAssembly = undefined;"
OLD_PHONE = f"{NO_BITMAP}{NO_PICTURES_TOLD} delete window.OffscreenCanvas; delete window.TransformStream;"
VERY_SLOW = """
const now = performance.now.bind(performance);
self.addEventListener("message", (event) => {
  if (!event.data.picture) return;
  for (const end = now() + 400; now() < end; );
});
"""
NO_CHIP_AFTER_ALL = """
self.addEventListener("message", (event) => {
  if (event.data.delegate !== "GPU") return;
  event.stopImmediatePropagation();
  self.postMessage({ failed: "no kernel for the graphics chip" });
});
"""
SLOW_WITH_CHIP = """
(({ finder }) => {
  Object.assign(finder, { compared: false, chip: true, took: Array(12).fill(100) });
  finder.compare();
})(posecheckLive)
"""
BREAKS_ON_PAGE = """
Object.assign(posecheckBundle.PoseLandmarker.prototype, {
  detectForVideo() { throw new WebAssembly.RuntimeError("Aborted(OOM)"); },
  close() { throw new WebAssembly.RuntimeError("Aborted(OOM)"); },
})
"""
AWAKE = """
window.locks = [];
navigator.wakeLock.request = async (what) => {
  const lock = { what, on: true, async release() { this.on = false; } };
  locks.push(lock);
  return lock;
};
"""
UNSURE = """
[".head", ".title", ".sign"].map((one) => posecheckLive.root.querySelector(one)).map(
  (one, i) => [one.dataset.level, one.textContent.slice(0, 4), one.textContent === "✓"][i])
"""
SAID = "(posecheckSpeaker.said ?? []).map((one) => one.text)"
ON_PAGE = "Your pose is found in this browser, on the page itself"
BESIDE = "Your pose is found in this browser, beside the page"
BY_SERVER = "This browser cannot find the pose itself. The server finds your pose"
BY_SERVER_DE = "Dieser Browser kann die Haltung nicht selbst finden. Der Server findet Ihre Haltung"
ALONE = "Angles are read from the 33 points alone here"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("fallbacks")
    with browser_app.served(place / "app.log", place / "data", POSECHECK_LIVE_PATH="browser") as made:
        yield made


@pytest.fixture
def browser(playwright: Playwright, tmp_path: Path) -> Iterator[Browser]:
    with browser_app.watching(playwright, TOO_FAR, tmp_path, STILL_S) as made:
        yield made


def begin(page: Page) -> None:
    page.get_by_role("button", name="Start camera").click()


def judged(page: Page, more: int = 20) -> None:
    """Wait until so many further frames have been judged."""
    page.wait_for_function(f"posecheckLive.checked > {int(page.evaluate('posecheckLive.checked ?? 0'))} + {more}")


def tried(page: Page) -> list[str]:
    """Note each way that finds the pose from now on."""
    ways: list[str] = []
    page.expose_function("noteWay", lambda way: ways.append(way))
    page.evaluate(
        "(() => { const path = posecheckLive.path.bind(posecheckLive);"
        "posecheckLive.path = (way, delegate) => { noteWay(`${way}-${delegate}`); path(way, delegate); }; })()"
    )
    return ways


@pytest.mark.parametrize("broken", ["syntax", "missing", "silent"])
def test_a_worker_that_does_not_begin_is_left_for_the_page(
    broken: str, address: str, browser: Browser, outside: list[str]
) -> None:
    page = opened(browser, address, outside)
    about = {"syntax": (200, "}{"), "missing": (404, ""), "silent": (200, "")}[broken]
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=about[0], body=about[1], content_type="text/javascript")

    page.route("**/inpage/worker.js", answer)
    begin(page)
    page.get_by_text(ON_PAGE).wait_for(timeout=60_000)
    judged(page)
    # It would not begin the second time either.
    assert len(asked) == 1


@pytest.mark.parametrize("lacks", [NO_BITMAP, BAD_BITMAP])
def test_where_a_video_becomes_no_bitmap_it_is_drawn(
    lacks: str, address: str, browser: Browser, outside: list[str]
) -> None:
    page = opened(browser, address, outside, lacks)
    begin(page)
    page.get_by_text(ON_PAGE).wait_for()
    state(page, "Stop: arched back too far")
    assert not any("No picture" in one for one in page.evaluate(SAID))


@pytest.mark.parametrize("device", ["iPhone 8", "Galaxy S9+"])
def test_an_old_phone_judges_a_set_on_its_page(
    device: str, address: str, browser: Browser, playwright: Playwright, outside: list[str]
) -> None:
    context: BrowserContext = browser.new_context(**playwright.devices[device])
    page = browser_app.opened(context, outside)
    page.set_default_timeout(150_000)
    page.add_init_script(OLD_PHONE)
    ready(page, address)
    with_worker(page, "self.OffscreenCanvas = undefined;")
    begin(page)
    page.get_by_text(ON_PAGE).wait_for()
    state(page, "Stop: arched back too far")
    page.screenshot(path=browser_app.ARTEFACTS / f"test-inpage-old-{device.split()[0]}.png", full_page=True)


def test_the_same_picture_again_is_no_still_person(address: str, browser: Browser, outside: list[str]) -> None:
    """Where the browser does not tell of each picture, one that stays the same is not judged."""
    page = opened(browser, address, outside, NO_PICTURES_TOLD)
    begin(page)
    page.wait_for_function(RUNS)
    page.evaluate("posecheckLive.video.pause()")
    state(page, "No picture has come from the camera for some seconds")
    assert page.evaluate("posecheckLive.find('head').dataset.level") == "-1"
    page.evaluate("posecheckLive.video.play()")
    page.wait_for_function("!posecheckLive.blind && posecheckLive.marks")


@pytest.mark.parametrize("lacks", [NO_SOUND, NO_STORE])
def test_without_sound_or_store_the_set_goes_on(lacks: str, address: str, browser: Browser, outside: list[str]) -> None:
    page = opened(browser, address, outside, lacks)
    begin(page)
    judged(page)
    page.keyboard.press("m")
    page.wait_for_function("posecheckLive.voice.dataset.on === 'false'")


def test_without_vector_instructions_the_plain_build_is_used(
    address: str, browser: Browser, outside: list[str]
) -> None:
    page = opened(browser, address, outside)
    with_worker(page, NO_SIMD)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    begin(page)
    page.get_by_text(BESIDE).wait_for()
    judged(page)
    assert any(one.endswith("vision_wasm_nosimd_internal.wasm") for one in asked)


@pytest.mark.parametrize(("lacks", "language"), [(NO_WEBGL, "en"), (NO_WASM, "de")])
def test_without_graphics_or_webassembly_the_server_finds_the_pose(
    lacks: str, language: str, address: str, browser: Browser, outside: list[str]
) -> None:
    page = opened(browser, address, outside, lacks, language)
    with_worker(page, lacks)
    by_server, aloud, start = {
        "en": (BY_SERVER, "Start the camera again", "Start camera"),
        "de": (BY_SERVER_DE, "Starten Sie die Kamera neu", "Kamera starten"),
    }[language]
    page.get_by_role("button", name=start).click()
    page.get_by_text(by_server).wait_for()
    page.frame_locator("iframe").get_by_role("button", name=start).wait_for()
    assert any(aloud in one for one in page.evaluate(SAID))


def test_the_way_in_use_is_said_in_german_too(address: str, browser: Browser, outside: list[str]) -> None:
    page = opened(browser, address, outside, NO_WORKER, "de")
    page.get_by_role("button", name="Kamera starten").click()
    page.get_by_text("Ihre Haltung findet dieser Browser auf der Seite selbst").wait_for()
    judged(page)
    expect(page.get_by_text("Winkel werden hier allein aus den 33 Punkten gelesen")).to_be_visible()


@pytest.mark.parametrize("part", ["**/inpage/build/**/*.wasm", "**/inpage/model/*"])
def test_files_that_are_cut_short_lead_to_the_servers_path(
    part: str, address: str, browser: Browser, outside: list[str]
) -> None:
    page = opened(browser, address, outside)
    page.route(part, lambda route: route.fulfill(body=route.fetch().body()[:3_000_000]))
    begin(page)
    page.get_by_text(BY_SERVER).wait_for()


def test_a_worker_short_of_memory_is_replaced_by_one_that_takes_less(
    address: str, browser: Browser, outside: list[str]
) -> None:
    page = opened(browser, address, outside)
    with_worker(page, BREAKING)
    begin(page)
    page.wait_for_function(RUNS)
    page.evaluate("posecheckLive.finder.place.postMessage({ breaks: 'Aborted(OOM)' })")
    page.wait_for_function("posecheckLive.finder.ways.length === 1 && posecheckLive.finder.ready")
    judged(page, 40)
    assert page.evaluate("[posecheckLive.finder.coding, posecheckLive.others]") == [None, False]
    expect(page.get_by_text(BESIDE).filter(has_text=ALONE)).to_be_visible()
    # It is the same set.
    state(page, "Stop: arched back too far")
    assert not page.evaluate("posecheckLive.now.sets")


def test_a_worker_that_dies_in_a_set_is_replaced(address: str, browser: Browser, outside: list[str]) -> None:
    page = opened(browser, address, outside)
    with_worker(page, BREAKING)
    begin(page)
    page.wait_for_function(RUNS)
    page.evaluate("posecheckLive.finder.place.postMessage({ breaks: 'dies' })")
    state(page, "Nothing is judged until it is found again")
    page.wait_for_function(f"{RUNS} && !posecheckLive.blind && posecheckLive.finder.ready")
    judged(page)
    assert not page.evaluate("posecheckLive.now.sets")


def test_a_page_short_of_memory_keeps_the_set_and_asks_for_the_server_aloud(
    address: str, browser: Browser, outside: list[str]
) -> None:
    """What broke down may not even close."""
    page = opened(browser, address, outside, NO_WORKER)
    begin(page)
    page.wait_for_function(RUNS)
    page.wait_for_timeout(2500)
    page.evaluate(BREAKS_ON_PAGE)
    page.get_by_text(BY_SERVER).wait_for()
    assert any(one.startswith("This browser cannot find your pose") for one in page.evaluate(SAID))
    page.get_by_text("After the set").wait_for()


def test_where_the_chip_fails_the_processor_goes_on(address: str, browser: Browser, outside: list[str]) -> None:
    page = opened(browser, address, outside)
    with_worker(page, NO_CHIP_AFTER_ALL)
    ways = tried(page)
    begin(page)
    judged(page)
    page.evaluate(SLOW_WITH_CHIP)
    page.wait_for_function(
        "posecheckLive.finder.why === 'no kernel for the graphics chip' && posecheckLive.finder.ready"
    )
    judged(page)
    assert set(ways) == {"worker-CPU"}
    # And the chip is not tried again.
    assert page.evaluate("[posecheckLive.finder.compared, posecheckLive.finder.ways.length]") == [True, 2]


def test_what_is_no_longer_looked_for_is_said_again(address: str, browser: Browser, outside: list[str]) -> None:
    page = opened(browser, address, outside)
    with_worker(page, BREAKING)
    begin(page)
    page.wait_for_function("posecheckLive.camera")
    page.evaluate("posecheckLive.around({ people: [], background: [0, 0, 0, 1], width: 640, height: 480 })")
    expect(page.get_by_text("Other people are not looked for here")).to_have_count(0)
    page.evaluate("posecheckLive.finder.place.postMessage({ breaks: 'others' })")
    page.get_by_text("Other people are not looked for here").wait_for()
    page.get_by_text("Whether the camera moves is not seen here").wait_for()
    judged(page)


def test_a_very_slow_browser_shows_its_rate_and_offers_the_server(
    address: str, browser: Browser, outside: list[str]
) -> None:
    page = opened(browser, address, outside)
    with_worker(page, VERY_SLOW)
    begin(page)
    page.get_by_text(re.compile(r"Only \d(\.\d)? pictures a second are looked at here")).first.wait_for()
    # In the picture too, for somebody two metres away, in place of any praise; warnings still hold.
    expect(page.locator(".quiet").filter(has_text=re.compile(r"Only \d(\.\d)? pictures a second$"))).to_be_visible()
    page.wait_for_function(f"{RUNS} && posecheckLive.now.level === 0")
    assert page.evaluate(UNSURE) == ["-1", "Only", False]
    page.wait_for_function(f"{RUNS} && posecheckLive.now.level >= 2")
    assert page.evaluate(UNSURE)[0] != "-1"
    page.screenshot(path=browser_app.ARTEFACTS / "test-inpage-slow.png", full_page=True)
    page.get_by_role("button", name="Let the server find your pose").click()
    page.get_by_text("because this browser is slow. The server finds your pose").wait_for()
    page.frame_locator("iframe").get_by_role("button", name="Start camera").wait_for()


def test_a_somewhat_slow_browser_is_not_sent_to_the_server(address: str, browser: Browser, outside: list[str]) -> None:
    page = opened(browser, address, outside)
    begin(page)
    judged(page)
    # Eight pictures a second: repetitions are counted, and nobody's picture has to go anywhere.
    page.evaluate(
        "((live) => { live.pace.told = true; live.paceText = 'slow'; live.pace.rate = () => 8;"
        "live.finder.turn = () => 120; })(posecheckLive)"
    )
    judged(page)
    expect(page.get_by_text("slow", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Let the server find your pose")).to_have_count(0)


def test_the_screen_stays_on_while_the_camera_runs(address: str, browser: Browser, outside: list[str]) -> None:
    page = opened(browser, address, outside, AWAKE)
    begin(page)
    judged(page)
    on = "locks.filter((one) => one.what === 'screen' && one.on).length"
    assert page.evaluate(on) == 1
    # Browsers let go of it while a page is hidden.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function(f"locks.length === 2 && {on} === 1")
    page.get_by_role("button", name="Stop camera").click()
    page.wait_for_function(f"{on} === 0")
