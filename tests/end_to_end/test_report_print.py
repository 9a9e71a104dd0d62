"""A report in Chromium: its first page is one sheet of paper, and nothing of it is cut off on a phone."""

import base64
import re
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Playwright

from posecheck.assessment.analysis import judge
from posecheck.core.i18n import translator
from posecheck.history import PastSession, Reading, Score
from posecheck.history.progress import End, trend
from posecheck.recordings.outcome import settings_of
from posecheck.report.page import Recorded, page
from posecheck.report.trend import Past
from posecheck.results.summary_file import Source
from posecheck.stretches.library import find_stretch
from research.harness import browser_app
from tests.support.histories import NOON
from tests.support.people import track_of, twist

pytestmark = pytest.mark.skipif(not browser_app.CHROMIUM.is_file(), reason="Chromium is not here")

NOTE = "With osteoporosis, turning and bending should be agreed with a professional, so the limits are lower here."


def _written(folder: Path, language: str, size_wh: tuple[int, int]) -> Path:
    """Write a report that has as much to say on its first page as there can be."""
    moves = twist(24.0, hold_s=6.0) + twist(-24.0, hold_s=8.0)[60:] + twist(60.0)[60:]
    analysis = judge(track_of(moves), find_stretch("chair-twist").for_age(65))
    ways: tuple[tuple[End, float], ...] = (("highest", 5.0), ("lowest", -24.0))
    ends = [
        trend("trunk_rotation", "trunk_rotation", "trunk rotation", "deg", end, [Reading(1, NOON, value, 4.0, 1.0)])
        for end, value in ways
    ]
    kept = PastSession(1, "", NOON, "chair-twist", "a.mp4", "", "stop", "", 9.0, 65, {}, None)
    scores = tuple(Score(date(2026, 4, day), 20 - day) for day in range(1, 14))
    past = Past("Mrs Miller, shoulder", (kept,), tuple(ends), scores)
    about = Recorded(
        "2026-05-04 Mrs Miller in the practice, from the front.mp4", Source(size_wh=size_wh),
        settings_of("chair-twist", 65, None, Path("Mrs Miller, shoulder.toml"), ("trunk_rotation.stop=30",)),
        "the recording was cut short", "2026-05-04", ("new: turned too far at 12.0 s",), (NOTE, NOTE),
        None, "Mrs Miller, shoulder",
    )  # fmt: skip
    times = [*(one.peak_s for one in analysis.repetitions), *(event.worst_s for event in analysis.events)]
    picture = cv2.imencode(".jpg", np.full((size_wh[1], size_wh[0], 3), 120, np.uint8))[1].tobytes()
    uri = f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
    path = folder / "report.html"
    path.write_text(page(analysis, about, dict.fromkeys(times, uri), translator(language), past), encoding="utf-8")
    return path


@pytest.mark.parametrize(("language", "size_wh"), [("en", (480, 270)), ("de", (270, 480))])
def test_the_first_page_of_a_report_is_one_sheet(
    language: str, size_wh: tuple[int, int], playwright: Playwright, tmp_path: Path, plain_geometry: None
) -> None:
    path = _written(tmp_path, language, size_wh)
    browser = browser_app.launch(playwright)
    try:
        shown = browser.new_page(viewport={"width": 390, "height": 844})
        shown.goto(path.as_uri())
        assert shown.evaluate("document.documentElement.scrollWidth") <= 390
        shown.locator(".note").fill("Turn less far to the left.")
        whole = shown.pdf(prefer_css_page_size=True)
        shown.evaluate("document.querySelector('.annex').remove()")
        first = shown.pdf(prefer_css_page_size=True)
    finally:
        browser.close()
    (browser_app.ARTEFACTS / f"test-report-{language}.pdf").write_bytes(whole)
    assert _sheets(first) == 1
    assert _sheets(whole) > 1


def _sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
