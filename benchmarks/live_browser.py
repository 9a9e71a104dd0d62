"""The browser's part of benchmarks/live.py: the app, a Chromium with a film as its camera, and what it shows.

The browser is Debian's Chromium without a window and without a graphics chip, as the tests use it (`--disable-gpu`: it
composes pages on the processor, which a user's browser mostly leaves to the chip; no flag makes it faster than theirs).
Decoding the played film and reading numbers out of two videos is the measurement's own share of the same two cores.
"""

import os
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from benchmarks import coded_film
from benchmarks.footing import CLIP as FILM
from benchmarks.live_delays import STILL, Seen, counted, figures, is_red, passed

WATCH_JS = Path(__file__).with_name("live_watch.js")
SETTLE_S = 10.0
USUAL_S = 0.5


def browser(seconds: float, viewers: int) -> dict[str, object]:
    """Run the app with so many viewers in one Chromium and watch every one's returned picture."""
    from playwright.sync_api import sync_playwright

    from tests import browser_app

    call = "(a) => { window.measured = (" + WATCH_JS.read_text(encoding="utf-8").rstrip().rstrip(";") + ")(a); }"
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "camera.mjpeg"
        length = coded_film.write_mjpeg(FILM, film, STILL)
        with (
            browser_app.served(Path(folder) / "app.log", Path(folder) / "data") as address,
            sync_playwright() as playwright,
        ):
            chromium = browser_app.launch(playwright, film)
            pages = []
            for _ in range(viewers):
                page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
                page.set_default_timeout(120_000)
                page.goto(f"{address}/live")
                box = page.get_by_role("combobox", name="Stretch")
                box.click()
                box.fill("behind the head")
                page.get_by_role("option").first.click()
                page.get_by_role("button", name="Begin without answering").click()
                page.frame_locator("iframe").get_by_role("button", name="Start camera").click()
                page.get_by_text("frames checked").wait_for()
                pages.append(page)
            time.sleep(SETTLE_S)
            geometry = [coded_film.SQUARE, coded_film.EDGE, coded_film.CELLS, coded_film.WIDTH]
            before, began = processor_s(), time.monotonic()
            # All at once: each page measures itself, and hands over when asked.
            for page in pages:
                page.evaluate(call, [seconds, geometry])
            results = [page.evaluate("() => window.measured") for page in pages]
            after, took = processor_s(), time.monotonic() - began
            for page in pages:
                if not page.get_by_text("frames checked").is_visible():
                    said = " ".join(page.get_by_role("alert").all_inner_texts())
                    raise SystemExit(f"the page no longer watches, so nothing was measured; it says: {said}")
            chromium.close()
    return {
        "viewers": viewers,
        "each": [of_page(one, length) for one in results],
        "processors_used": {name: round((after[name] - before[name]) / took, 2) for name in sorted(after)},
    }


def of_page(noted: dict[str, list[list[float]]], length: int) -> dict[str, object]:
    """Return the figures of one page; when a picture was taken is read off those of the camera that were seen."""
    taken, shown = noted["taken"], noted["seen"]
    if len(taken) < 2 or len(shown) < 2:
        return {"frames": len(shown)}
    numbers = np.array(counted([int(one[0]) for one in taken], length), np.float64)
    at = np.array([one[1] for one in taken])
    wholes = np.array(counted([int(one[0]) for one in shown], length))
    per_s = np.polyfit(numbers, at, 1)
    # A round of the film takes 15 s: only one of them gives a delay that may be.
    first = min((-1, 0, 1), key=lambda k: abs(shown[0][1] - np.polyval(per_s, wholes[0] + k * length) - USUAL_S))
    seen = [
        Seen(int(whole) + first * length, float(one[1]), is_red([int(part) for part in one[2:]]))
        for whole, one in zip(wholes, shown, strict=True)
        if numbers[0] <= whole + first * length <= numbers[-1]
    ]

    def taken_s(whole: int) -> float:
        inside = numbers[0] <= whole <= numbers[-1]
        return float(np.interp(whole, numbers, at) if inside else np.polyval(per_s, whole))

    return figures(seen, taken_s, length, passed())


def processor_s() -> dict[str, float]:
    """Return the processor seconds that this process's descendants have used, by what they are."""
    found: dict[int, tuple[int, str, float]] = {}
    tick = os.sysconf("SC_CLK_TCK")
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()
            command = (entry / "cmdline").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        found[int(entry.name)] = (int(stat[1]), _what(command), (int(stat[11]) + int(stat[12])) / tick)
    out: dict[str, float] = defaultdict(float)
    for pid, (_, what, used) in found.items():
        above = pid
        while above in found and above != os.getpid():
            above = found[above][0]
        if above == os.getpid() and pid != os.getpid():
            out[what] += used
    return out


def _what(command: str) -> str:
    if "posecheck.engine" in command:
        return "pose engines"
    if "streamlit" in command or "posecheck" in command:
        return "server"
    if "chromium" not in command:
        return "other"
    kind = command.partition("--type=")[2].partition("\0")[0].partition(" ")[0]
    if "video_capture" in command:
        return "browser: the played camera"
    return {"renderer": "browser: page", "gpu-process": "browser: composing"}.get(kind, "browser: other")
