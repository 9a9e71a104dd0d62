"""Measure one person in a real browser by both paths, one after the other: the browser finds the pose, the server does.

Of the browser's path the page itself notes when a picture was taken and when its answer came; until it is drawn, at
most one picture of the screen follows. Of the server's path see browser.py.
"""

import re
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from research.benchmarks.footing import CLIP as FILM
from research.benchmarks.live import coded_film
from research.benchmarks.live.browser import SETTLE_S, browser, processor_s
from research.benchmarks.live.delays import STILL
from research.harness import browser_app

NOTED = "[posecheckLive.number, posecheckLive.checked, posecheckLive.finder.typical(), posecheckLive.delays]"


def beside(seconds: float) -> dict[str, object]:
    """Return the figures of both paths.

    Args:
        seconds: How long each is measured.
    """
    return {"browser": in_browser(seconds), "server": browser(seconds, 1)}


def in_browser(seconds: float) -> dict[str, object]:
    """Return pictures a second, delays from picture to answer, and processors used, the browser finding the pose.

    Args:
        seconds: How long to measure.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        coded_film.write_mjpeg(FILM, folder / "camera.mjpeg", STILL)
        fixed = {"POSECHECK_LIVE_PATH": "browser"}
        with (
            browser_app.served(folder / "app.log", folder / "data", **fixed) as address,
            sync_playwright() as playwright,
        ):
            chromium = browser_app.launch(playwright, folder / "camera.mjpeg")
            page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.set_default_timeout(120_000)
            page.goto(f"{address}/live")
            box = page.get_by_role("combobox", name="Stretch")
            box.click()
            box.fill("behind the head")
            page.get_by_role("option", name=re.compile("behind the head", re.IGNORECASE)).first.click()
            page.get_by_role("button", name="Begin without answering").click()
            page.get_by_role("button", name="Start camera").click()
            page.wait_for_function("posecheckLive.checked > 20")
            time.sleep(SETTLE_S)
            page.evaluate("posecheckLive.delays = []")
            before, used, began = page.evaluate(NOTED), processor_s(), time.monotonic()
            time.sleep(seconds)
            after, now, took = page.evaluate(NOTED), processor_s(), time.monotonic() - began
            chromium.close()
    delays = np.array([one for one in after[3] if one is not None])
    return {
        "pictures_s": round((after[0] - before[0]) / took, 1),
        "finding_ms": round(after[2], 1),
        "picture_to_answer_ms": {
            "median": round(float(np.median(delays))),
            "p95": round(float(np.percentile(delays, 95))),
        },
        "processors_used": {name: round((now[name] - used.get(name, 0.0)) / took, 2) for name in sorted(now)},
    }
