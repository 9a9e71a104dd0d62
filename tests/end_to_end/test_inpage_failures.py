"""What the browser's path says and keeps where camera, pose finder or server fail in the middle of a set."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from research.harness import browser_app
from tests.support.inpage import NOT_HERE, STILL_S, TOO_FAR, opened, state

pytestmark = [
    pytest.mark.skipif(bool(NOT_HERE), reason=NOT_HERE or "nothing is missing"),
    pytest.mark.timeout(600),
]

RUNS = "posecheckLive.now.phase === 'running'"
STUCK = "posecheckLive.finder.place.postMessage = () => {}"
TURNING = """
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const video = Object.assign(document.createElement("video"), { srcObject: await real(wanted), muted: true });
  await video.play();
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  window.turn = () => Object.assign(canvas, { width: 480, height: 640 });
  const draw = () => canvas.getContext("2d").drawImage(video, (canvas.width - 640) / 2, (canvas.height - 480) / 2);
  setInterval(draw, 60);
  return canvas.captureStream();
};
"""
HIDE = """
(on) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => on });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""
SAID = "(posecheckSpeaker.said ?? []).map((one) => one.text)"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("failures")
    with browser_app.served(place / "app.log", place / "data", POSECHECK_LIVE_PATH="browser") as made:
        yield made


@pytest.fixture
def browser(playwright: Playwright, tmp_path: Path) -> Iterator[Browser]:
    with browser_app.watching(playwright, TOO_FAR, tmp_path, STILL_S) as made:
        yield made


@pytest.fixture
def page(address: str, browser: Browser, outside: list[str]) -> Page:
    """Open the live page, and wait until a set has begun."""
    made = opened(browser, address, outside)
    made.get_by_role("button", name="Start camera").click()
    made.wait_for_function(RUNS)
    return made


def test_a_stopped_camera_keeps_the_set_at_once_and_starts_again(page: Page) -> None:
    page.wait_for_timeout(2500)
    page.evaluate("posecheckLive.start.click()")
    page.evaluate("posecheckLive.start.click()")
    expect(page.get_by_text("The camera stopped, which ended the set")).to_be_visible(timeout=15_000)
    page.wait_for_function(RUNS)
    # The connection before has been closed by now, without a word about another window.
    page.wait_for_timeout(6000)
    assert page.evaluate("posecheckLive.on && !posecheckLive.problem && !posecheckLive.lost")


def test_the_result_is_in_sight_once_the_camera_is_stopped(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(2500)
    page.evaluate("posecheckLive.find('stage').scrollIntoView({ block: 'start' })")
    page.get_by_role("button", name="Stop camera").click()
    page.get_by_text("After the set").wait_for()
    page.wait_for_timeout(2500)
    expect(page.get_by_text("After the set")).to_be_in_viewport()


def test_nothing_is_called_in_range_while_no_pose_is_found(page: Page) -> None:
    page.evaluate(STUCK)
    state(page, "Nothing is judged until it is found again")
    assert page.evaluate("posecheckLive.find('head').dataset.level") == "-1"
    # A worker that does not answer is replaced, and the set goes on, with no word about a lost connection.
    page.wait_for_function(f"{RUNS} && !posecheckLive.blind && posecheckLive.finder.ready")
    said = page.evaluate(SAID)
    assert "Your pose is found again." in said
    assert not any("connection" in one for one in said)


def test_a_page_that_was_hidden_shows_nothing_of_before(page: Page) -> None:
    """Browsers give a hidden page no pictures; once it is seen again, one is judged before anything is said."""
    page.evaluate(HIDE, True)
    page.evaluate("posecheckLive.video.pause()")
    state(page, "This page is hidden: nothing is judged until it is seen again")
    page.wait_for_timeout(4000)
    page.evaluate(HIDE, False)
    assert page.evaluate("[posecheckLive.find('head').dataset.level, posecheckLive.blind]") == ["-1", "hidden"]
    assert page.evaluate("posecheckLive.lost") is False
    page.evaluate("posecheckLive.video.play()")
    page.wait_for_function("!posecheckLive.blind && posecheckLive.now.phase === 'running'")
    said = page.evaluate(SAID)
    assert said.count("This page is hidden: nothing is judged until it is seen again.") == 1
    assert "Your pose is found again." in said
    assert not any("connection" in one for one in said)


def test_a_camera_that_gives_no_pictures_is_said(page: Page) -> None:
    page.evaluate("posecheckLive.video.pause()")
    state(page, "No picture has come from the camera for some seconds")
    page.evaluate("posecheckLive.video.play()")
    page.wait_for_function("!posecheckLive.blind && posecheckLive.marks")
    assert page.evaluate("posecheckLive.on")


def test_another_camera_begins_a_set_of_its_own(page: Page) -> None:
    """The start position was measured by the camera before."""
    page.wait_for_timeout(2500)
    page.evaluate("posecheckLive.swap()")
    expect(page.get_by_text("The camera stopped, which ended the set")).to_be_visible(timeout=15_000)
    state(page, "Step")


@pytest.mark.parametrize("broken", ["**/inpage/build/**/*.wasm", "**/inpage/model/*"])
def test_files_that_arrive_broken_lead_to_the_servers_path(
    broken: str, address: str, browser: Browser, outside: list[str]
) -> None:
    page = opened(browser, address, outside)
    page.route(broken, lambda route: route.fulfill(body="broken"))
    page.get_by_role("button", name="Start camera").click()
    page.get_by_text("This browser cannot find the pose itself").wait_for()


def test_a_picture_that_is_turned_is_judged_on(address: str, browser: Browser, outside: list[str]) -> None:
    """As a phone's is that is turned in the middle of a set."""
    page = opened(browser, address, outside, TURNING)
    page.get_by_role("button", name="Start camera").click()
    page.wait_for_function(RUNS)
    page.evaluate("turn()")
    page.wait_for_function("posecheckLive.canvas.width === 480 && posecheckLive.canvas.height === 640")
    state(page, "Stop: arched back too far")
