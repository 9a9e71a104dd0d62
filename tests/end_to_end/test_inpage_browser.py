"""Live in a real browser that finds the pose itself: led, warned, kept; nothing but landmarks leaves it; failures."""

import re
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Playwright, WebSocket, expect

from posecheck.capture.pose.coding import encoder
from posecheck.live.remote import wire
from research.harness import browser_app
from tests.support import hosted, proxy
from tests.support.inpage import ANSWER_MS, LOSE, LOSING, NOT_HERE, STILL_S, TOO_FAR, opened, ready, state, with_worker

pytestmark = [
    pytest.mark.skipif(bool(NOT_HERE), reason=NOT_HERE or "nothing is missing"),
    pytest.mark.timeout(600),
]

OUTSIDE = "https://odml.pa.googleapis.com/v1/log"
"""Where the uncut build reports its use."""
NO_WORKER = "window.Worker = class { constructor() { throw new Error('no workers here'); } };"
SLOW = """
(() => {
  const live = posecheckLive;
  // As at the start, on a machine whose browser is slow; a busy one may have found so itself by now.
  if (!live.finder) return;
  Object.assign(live.finder, { compared: true, typical: () => 100 + 3 * live.server_ms });
  live.number = 0;
  live.now.phase = "guide";
})()
"""
CUT = "(() => { const l = posecheckLive.link; l.again = l.open; l.open = () => {}; l.socket.close(); })()"
BACK = "(() => { const l = posecheckLive.link; l.open = l.again; l.open(); })()"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the app with the path that is tested here, also where a busy machine makes the other one faster."""
    place = tmp_path_factory.mktemp("browser-path")
    with browser_app.served(place / "app.log", place / "data", POSECHECK_LIVE_PATH="browser") as made:
        yield made


@pytest.fixture
def browser(playwright: Playwright, tmp_path: Path) -> Iterator[Browser]:
    """Return a browser whose camera is a person who bends back too far."""
    with browser_app.watching(playwright, TOO_FAR, tmp_path, STILL_S) as made:
        yield made


def checked(page: Page) -> int:
    return int(page.evaluate("posecheckLive.checked ?? 0"))


def shot(page: Page, name: str) -> None:
    page.screenshot(path=browser_app.ARTEFACTS / f"test-inpage-{name}.png", full_page=True)


def test_a_film_is_led_warned_and_kept_while_its_pictures_stay(
    address: str, browser: Browser, outside: list[str]
) -> None:
    sent: list[int] = []
    links: list[str] = []

    def note(socket: WebSocket) -> None:
        if socket.url.endswith("/inpage/link"):
            links.append(socket.url)
            socket.on("framesent", lambda data: sent.append(len(data)))

    page = opened(browser, address, outside)
    page.on("websocket", note)
    shot(page, "before")
    page.get_by_role("button", name="Start camera").click()
    state(page, "Step")
    shot(page, "led")
    state(page, "Stop: arched back too far")
    shot(page, "warned")
    expect(page.get_by_text("Your pose is found in this browser, beside the page")).to_be_visible()
    # The room has corners to follow. Whether there is time to look for others depends on the machine; the page says so.
    assert page.evaluate("posecheckLive.camera") is True
    alone = page.get_by_text("Other people are not looked for here")
    assert page.evaluate("posecheckLive.others") is not alone.is_visible()

    page.evaluate(CUT)
    state(page, "Connection lost")
    shot(page, "lost")
    before = checked(page)
    page.evaluate(BACK)
    page.wait_for_function(f"posecheckLive.checked > {before} + 5 && !posecheckLive.lost")
    said = page.evaluate("window.posecheckSpeaker.said.map((one) => one.level)")
    assert {"go", "stop"} <= set(said)

    page.keyboard.press("e")
    page.get_by_text("After the set").wait_for()
    page.get_by_role("button", name="Stop camera").click()
    page.get_by_role("button", name="Start camera").wait_for()
    assert page.evaluate("posecheckLive.video.srcObject") is None
    shot(page, "after")
    assert len(links) == 2
    assert sent
    assert max(sent) <= wire.MOST_BYTES

    page.get_by_role("button", name="Look at it closely").click()
    expect(page.get_by_role("heading", name="Analyse a recording")).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_text("Arched back too far").filter(visible=True).first).to_be_visible(timeout=ANSWER_MS)
    shot(page, "analysed")


VERSION = encoder.load().version


def coded(page: Page) -> list[bool]:
    """Note, for each frame that the page sends from now on, whether it has a code by the encoder in use."""
    seen: list[bool] = []

    def read(data: str | bytes) -> None:
        if isinstance(data, bytes) and data.startswith(wire.HEAD):
            records = np.frombuffer(data, wire.RECORD, offset=len(wire.HEAD) + 1)
            seen.extend((records["encoder"] == int(VERSION, 16)) & records["code"].any(axis=(1, 2)))

    page.on("websocket", lambda socket: socket.on("framesent", read))
    return seen


def test_body_codes_go_with_the_landmarks(address: str, browser: Browser, outside: list[str]) -> None:
    page = opened(browser, address, outside)
    seen = coded(page)
    # A busy machine may take longer for a code than people would wait.
    page.evaluate("posecheckLive.data.at.code.most_ms = 5000")
    page.get_by_role("button", name="Start camera").click()
    page.wait_for_function(f"posecheckLive.finder?.coding === {VERSION!r}")
    before = checked(page)
    page.wait_for_function(f"posecheckLive.checked > {before} + 30")
    assert any(seen)
    assert all(seen[-10:])
    # The lighter model's inner layers mean something else.
    page.evaluate("(({ finder }) => finder.use(finder.at.lite = finder.at.model))(posecheckLive)")
    page.wait_for_function("posecheckLive.finder.coding === null")
    before = checked(page)
    page.wait_for_function(f"posecheckLive.checked > {before} + 10")
    assert not any(seen[-5:])


@pytest.mark.parametrize("why", ["slow", "missing"])
def test_without_body_codes_the_landmarks_go_on(address: str, browser: Browser, outside: list[str], why: str) -> None:
    page = opened(browser, address, outside)
    seen = coded(page)
    if why == "slow":
        page.evaluate("posecheckLive.data.at.code.most_ms = 0")
    else:
        page.route("**/inpage/code/**", lambda route: route.abort())
    page.get_by_role("button", name="Start camera").click()
    page.wait_for_function("posecheckLive.checked > 60")
    page.wait_for_function("posecheckLive.finder.coding === null")
    before = checked(page)
    page.wait_for_function(f"posecheckLive.checked > {before} + 10")
    assert any(seen) is (why == "slow")
    assert not any(seen[-5:])


def test_a_film_is_made_when_asked_for_and_stays_on_the_device(
    address: str, browser: Browser, outside: list[str], tmp_path: Path
) -> None:
    page = opened(browser, address, outside)
    page.get_by_label("Film the set too").check()
    page.get_by_role("button", name="Start camera").click()
    page.wait_for_function("posecheckLive.checked > 20")
    assert page.evaluate("posecheckLive.film.on") is True
    page.get_by_role("button", name="Stop camera").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the film on this device").click()
    kept = tmp_path / saved.value.suggested_filename
    saved.value.save_as(kept)
    with av.open(kept) as film:
        frames = list(film.decode(video=0))
    assert len(frames) > 20
    assert (frames[0].width, frames[0].height) == (640, 480)
    page.get_by_label("Film the set too").uncheck()
    page.get_by_role("button", name="Start camera").click()
    page.wait_for_function("posecheckLive.checked > 5")
    assert page.evaluate("posecheckLive.film.on") is False


def test_without_workers_the_pose_is_found_on_the_page(address: str, browser: Browser, outside: list[str]) -> None:
    page = opened(browser, address, outside, NO_WORKER)
    page.get_by_role("button", name="Start camera").click()
    page.get_by_text("Your pose is found in this browser, on the page itself").wait_for()
    page.wait_for_function("posecheckLive.checked > 20")


SLOWLY = """
const arrived = self.fetch.bind(self);
self.fetch = async (...asked) => {
  const answer = await arrived(...asked);
  if (!answer.url.endsWith(".wasm")) return answer;
  const wait = (part) => new Promise((done) => setTimeout(done, part.byteLength / 400));
  const slow = new TransformStream({ async transform(part, out) { await wait(part); out.enqueue(part); } });
  return new Response(answer.body.pipeThrough(slow), answer);
};
"""
"""The build comes with 0.4 MB a second, which takes half a minute."""
NEVER = "self.fetch = () => new Promise(() => {});"


def test_a_slow_first_visit_is_no_failure_and_says_how_far_it_is(
    address: str, browser: Browser, outside: list[str]
) -> None:
    page = opened(browser, address, outside)
    with_worker(page, SLOWLY)
    page.evaluate("posecheckLive.data.at.silent_ms = 15000")
    page.get_by_role("button", name="Start camera").click()
    state(page, "What finds your pose is being loaded")
    shot(page, "loading")
    shares = set[int]()
    while page.evaluate("!posecheckLive.finder.ready"):
        found = re.search(r"loaded: (\d+) % of (\d+) MB", page.evaluate("posecheckLive.shown().text"))
        if found:
            shares.add(int(found[1]))
            assert 15 < int(found[2]) < 40
        page.wait_for_timeout(500)
    assert len(shares) > 4
    assert max(shares) > 40
    page.wait_for_function("posecheckLive.checked > 5")
    # The first way of three has led there.
    assert page.evaluate("[posecheckLive.finder.way, posecheckLive.finder.ways.length]") == ["worker", 2]
    expect(page.get_by_text("is being loaded")).to_have_count(0)


def test_a_build_of_which_nothing_comes_is_a_failure(address: str, browser: Browser, outside: list[str]) -> None:
    page = opened(browser, address, outside)
    with_worker(page, NEVER)
    page.evaluate("posecheckLive.data.at.silent_ms = 2500")
    page.get_by_role("button", name="Start camera").click()
    page.wait_for_function("posecheckLive.finder?.way === 'page'")
    page.evaluate("posecheckLive.finder.at.silent_ms = 60000")


def test_a_worker_without_a_canvas_of_its_own_is_left_for_the_page(
    address: str, browser: Browser, outside: list[str]
) -> None:
    """As in older browsers on phones, whose workers start but cannot draw."""
    page = opened(browser, address, outside)
    with_worker(page, "self.OffscreenCanvas = undefined;")
    page.get_by_role("button", name="Start camera").click()
    page.get_by_text("Your pose is found in this browser, on the page itself").wait_for()
    page.wait_for_function("posecheckLive.checked > 20")


def test_a_lost_graphics_context_is_replaced(address: str, browser: Browser, outside: list[str]) -> None:
    page = opened(browser, address, outside)
    with_worker(page, LOSING)
    page.get_by_role("button", name="Start camera").click()
    page.wait_for_function("posecheckLive.checked > 20")
    lost = page.evaluate(LOSE)
    assert lost > 0
    page.wait_for_function("posecheckLive.finder.place !== posecheckLive.before && posecheckLive.finder.ready")
    before = checked(page)
    page.wait_for_function(f"posecheckLive.checked > {before} + 20")


def test_where_the_browser_cannot_the_server_finds_the_pose(address: str, browser: Browser, outside: list[str]) -> None:
    page = opened(browser, address, outside)
    page.route("**/inpage/build/**", lambda route: route.abort())
    page.get_by_role("button", name="Start camera").click()
    page.get_by_text("This browser cannot find the pose itself").wait_for()
    page.frame_locator("iframe").get_by_role("button", name="Start camera").wait_for()


def test_on_ones_own_machine_the_faster_path_is_taken(browser: Browser, tmp_path: Path, outside: list[str]) -> None:
    with browser_app.served(tmp_path / "app.log", tmp_path / "data") as address:
        page = opened(browser, address, outside)
        page.get_by_role("button", name="Start camera").click()
        page.wait_for_function("posecheckLive.server_ms > 0 && posecheckLive.finder?.ready || !posecheckLive.on")
        page.evaluate(SLOW)
        page.get_by_text("On this machine the app itself is faster than this browser").wait_for()
        page.frame_locator("iframe").get_by_role("button", name="Start camera").wait_for()


@pytest.mark.parametrize(
    ("error", "told"), [("NotAllowedError", "camera was refused"), ("NotFoundError", "No camera was found")]
)
def test_a_camera_that_cannot_be_had_is_said(
    address: str, browser: Browser, outside: list[str], error: str, told: str
) -> None:
    refuse = f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '{error}'));"
    page = opened(browser, address, outside, refuse)
    page.get_by_role("button", name="Start camera").click()
    state(page, told)


def test_the_policy_for_many_people_stops_nothing_and_opens_nothing(
    browser: Browser, tmp_path: Path, outside: list[str]
) -> None:
    place = tmp_path / "hosted"
    place.mkdir()
    app = browser_app.started(place / "app.log", place / "data", POSECHECK_SHARED="1")
    with app as (_, inner), proxy.before(inner, proxy.headers_of_caddyfile(), "192.0.2.7") as outer:
        page = hosted.visit(browser.new_context(), outer, outside)
        ready(page, outer)
        page.get_by_role("button", name="Start camera").click()
        hosted.until(page, "window.posecheckLive?.checked > 20")
        reached = page.evaluate(f"fetch('{OUTSIDE}', {{mode: 'no-cors'}}).then(() => true, () => false)")
        assert reached is False
        # That one request is the test's own.
        refused, outside[:] = list(outside), []
        assert all(OUTSIDE in one for one in refused)
