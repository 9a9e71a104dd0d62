"""The browser's path and the server's judge the same pictures alike."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Playwright

from posecheck.app.visit.sources import all_samples
from posecheck.capture.web import build
from research.harness import browser_app
from research.web.same import compare

CLIPS = {sample.path.stem: sample for sample in all_samples() if sample.stretch}
CHECKED = ("standing-extension-too-far", "standing-extension-good-form", "standing-twist-over-rotation", "childs-pose")
NOT_HERE = browser_app.missing(*(CLIPS[name].path for name in CHECKED if name in CLIPS)) or (
    "" if build.find() else "the web build is not here; run `posecheck model web`"
)
APART_DEG, APART_PX, APART_CODE = 1.0, 3.0, 6.0
"""Largest median difference of the main angle and of the landmarks, and largest mean one of the body code, of ±127."""

pytestmark = [
    pytest.mark.skipif(bool(NOT_HERE), reason=NOT_HERE or "nothing is missing"),
    pytest.mark.timeout(600),
]


@pytest.mark.parametrize("name", CHECKED)
def test_verdict_warnings_and_angles_are_the_same(name: str, playwright: Playwright, tmp_path: Path) -> None:
    browser = browser_app.launch(playwright)
    try:
        made = compare(browser, CLIPS[name])
    finally:
        browser.close()
    assert made.browser.summary.verdict == made.server.summary.verdict
    assert made.events()[1:] == (0, 0)
    assert made.image_px < APART_PX
    assert made.code < APART_CODE
    for code in (False, True):
        apart = made.apart(code=code)
        assert all(np.median(apart[row]) < APART_DEG for row in made.main_angles() if len(apart[row]))
