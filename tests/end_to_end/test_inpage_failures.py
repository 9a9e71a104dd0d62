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
SAID = "(posecheckSpeaker.said ?? []).map((one) => one.text)"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("failures")
    with browser_app.served(place / "app.log", place / "data", POSECHECK_LIVE_PATH="browser") as made:
        yield made


@pytest.fixture
def browser(playwright: Playwright, tmp_path: Path) -> Iterator[Browser]:
    made = browser_app.launch(playwright, browser_app.as_mjpeg(TOO_FAR, tmp_path / "camera.mjpeg", still_s=STILL_S))
    try:
        yield made
    finally:
        browser_app.last_look(made)
        made.close()


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


def test_nothing_is_called_in_range_while_no_pose_is_found(page: Page) -> None:
    page.evaluate(STUCK)
    state(page, "Nothing is judged until it is found again")
    assert page.evaluate("posecheckLive.find('head').dataset.level") == "-1"
    # A worker that does not answer is replaced, and the set goes on, with no word about a lost connection.
    page.wait_for_function(f"{RUNS} && !posecheckLive.blind && posecheckLive.finder.ready")
    said = page.evaluate(SAID)
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
