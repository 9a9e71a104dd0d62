"""In a real browser: a recording that begins in the stretch is marked on curve and picture, and the mark taken back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from posecheck.app.visit.sources import folder
from posecheck.capture.video.reader import VideoReader
from posecheck.capture.video.writer import VideoWriter
from research.harness import browser_app

SAMPLE = folder() / "chair-twist-over-rotation.mp4"
BEGUN_S, LONG_S = 2.4, 4.0
"""The recording is cut off where the turn has just begun, and ends before the person comes back."""
ANSWER_MS = 120_000

pytestmark = [
    pytest.mark.skipif(bool(browser_app.missing(SAMPLE)), reason=browser_app.missing(SAMPLE) or "nothing is missing"),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cut") / "turn.mp4"
    with VideoReader(SAMPLE) as reader:
        frames = [frame for frame in reader if BEGUN_S <= frame.time_s < BEGUN_S + LONG_S]
        size = (frames[0].rgb.shape[1], frames[0].rgb.shape[0])
        with VideoWriter(path, size, reader.info.fps) as writer:
            for frame in frames:
                writer.write(frame.rgb, frame.time_s - frames[0].time_s)
    return path


def _count(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Count from this moment")).click()


def _go_to_the_beginning(page: Page) -> None:
    """Move the slider to its left end; while the page still shows the refusal, it puts the slider back once.

    A key pressed while the page is drawn may move the slider without being told to the page. The same key moves it no
    further then, so another one comes first.
    """
    for _ in range(20):
        slider = page.get_by_role("slider").first
        slider.focus()
        slider.press("ArrowRight")
        slider.press("Home")
        page.wait_for_timeout(1000)
        if page.get_by_role("button", name=re.compile(r"^Count from this moment \(0\.0")).count():
            return
    raise AssertionError("the slider does not go to the beginning")


def test_a_moment_is_marked_refused_and_taken_back(cut: Path, address: str, playwright: Playwright) -> None:
    outside: list[str] = []
    browser = browser_app.launch(playwright)
    try:
        page = browser_app.opened(browser.new_context(viewport={"width": 1280, "height": 2400}), outside)
        page.set_default_timeout(ANSWER_MS)
        page.goto(f"{address}/analyse")
        page.get_by_text("My own recording").click()
        page.locator("input[type=file]").set_input_files(cut)
        box = page.get_by_role("combobox", name="Stretch")
        box.click()
        box.fill("arms crossed")
        page.get_by_role("option", name="Chair twist, arms crossed").click()
        page.get_by_role("button", name="Analyse", exact=True).click()
        status = page.get_by_role("status")
        expect(status.filter(has_text="? Cannot judge")).to_contain_text("Mark below", timeout=4 * ANSWER_MS)
        page.get_by_role("heading", name="Mark the moment you sat straight").wait_for()

        # A click on the curve moves the video and the moment; there the person has long been turned.
        page.locator("video").wait_for()
        page.wait_for_function("document.querySelector('video').readyState >= 1")
        chart = page.get_by_test_id("stVegaLiteChart").first
        chart.locator("canvas, svg").first.wait_for()
        place = chart.bounding_box()
        assert place is not None
        page.mouse.click(place["x"] + 0.75 * place["width"], place["y"] + 0.4 * place["height"])
        page.wait_for_function("document.querySelector('video').currentTime > 2")
        expect(page.get_by_role("button", name=re.compile(r"^Count from this moment \([23]\."))).to_be_visible()
        page.screenshot(path=browser_app.ARTEFACTS / "test-marking.png", full_page=True)
        _count(page)
        expect(page.get_by_text("you are already in the stretch")).to_be_visible(timeout=ANSWER_MS)

        _go_to_the_beginning(page)
        _count(page)
        expect(status.filter(has_text="■ Stop")).to_contain_text("turned too far", timeout=2 * ANSWER_MS)
        expect(page.get_by_text("counted from the moment you marked (0.0")).to_be_visible()

        page.get_by_text("Counted from the moment you marked: change it").click()
        page.get_by_role("button", name="Take the mark back").click()
        expect(status.filter(has_text="? Cannot judge")).to_be_visible(timeout=2 * ANSWER_MS)
    finally:
        browser_app.last_look(browser)
        browser.close()
    assert outside == []
