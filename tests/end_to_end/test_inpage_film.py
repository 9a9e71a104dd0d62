"""The film that the browser makes stays on the device, and lies under its set at the right moments once added."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Playwright, expect

from posecheck.capture.pose import model_file
from posecheck.capture.pose.detect import detect
from posecheck.capture.pose.estimator import new_estimator
from posecheck.capture.pose.landmark_file import load_track
from posecheck.capture.video.reader import VideoReader
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.live.remote.filmed import Filmed
from research.harness import browser_app
from tests.support.inpage import ANSWER_MS, NOT_HERE, STILL_S, TOO_FAR, opened, state

APART_S = 0.4
"""Most between film and set: a busy machine looks at one or two pictures a second, between which a line is drawn."""

pytestmark = [
    pytest.mark.skipif(bool(NOT_HERE), reason=NOT_HERE or "nothing is missing"),
    pytest.mark.timeout(600),
]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with browser_app.served(tmp_path / "app.log", tmp_path / "data", POSECHECK_LIVE_PATH="browser") as made:
        yield made


@pytest.fixture
def browser(playwright: Playwright, tmp_path: Path) -> Iterator[Browser]:
    with browser_app.watching(playwright, TOO_FAR, tmp_path, STILL_S) as made:
        yield made


def late_s(film: Path, track: PoseTrack, filmed: Filmed) -> float:
    """Return how much later than noted the film shows what the set holds, by how the nose moves in both."""
    made = new_estimator(model_file.ensure(), code=False, tags=False)
    with VideoReader(film) as reader, contextlib.closing(made) as estimator:
        seen = detect(reader, estimator)
    nose = seen.image_xy[seen.found][:, L.NOSE, 1]
    times = seen.time_s[seen.found] - seen.time_s[0]
    wanted, there = filmed.at(track.time_s[track.found]), track.image_xy[track.found][:, L.NOSE, 1]
    shifts = np.arange(-0.5, 0.5, 0.01)
    apart = [np.abs(np.interp(wanted + shift, times, nose) - there).mean() for shift in shifts]
    return float(shifts[int(np.argmin(apart))])


def test_a_film_lies_under_its_set_once_it_is_added(
    address: str, browser: Browser, outside: list[str], tmp_path: Path
) -> None:
    page = opened(browser, address, outside)
    page.get_by_label("Film the set too").check()
    page.get_by_role("button", name="Start camera").click()
    state(page, "Stop: arched back too far")
    page.wait_for_timeout(2000)
    page.keyboard.press("e")
    page.get_by_text("After the set").wait_for()
    page.get_by_role("button", name="Stop camera").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the film on this device").click()
    film = tmp_path / saved.value.suggested_filename
    saved.value.save_as(film)

    page.get_by_role("button", name="Look at it closely").click()
    expect(page.get_by_role("heading", name="Analyse a recording")).to_be_visible(timeout=ANSWER_MS)
    page.get_by_text("Add your film").click(timeout=ANSWER_MS)
    place = page.get_by_test_id("stExpander").filter(has_text="Add your film")
    place.locator("input[type=file]").set_input_files(film)
    expect(page.get_by_text("another film")).to_have_count(0)
    page.get_by_role("button", name="Draw on it").click()
    page.get_by_role("button", name="Draw on it").wait_for(state="hidden", timeout=ANSWER_MS)
    page.screenshot(path=browser_app.ARTEFACTS / "test-inpage-film-added.png", full_page=True)

    page.get_by_text("Single files, for a spreadsheet or another program").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Landmarks (npz)").click()
    saved.value.save_as(tmp_path / "landmarks.npz")
    track = load_track(tmp_path / "landmarks.npz")
    filmed = Filmed.of(track.about)
    assert filmed is not None
    assert film.stem == filmed.name
    late = late_s(film, track, filmed)
    print(f"the film is {late:+.2f} s late")
    assert abs(late) < APART_S
