"""Measure live use in a browser: the app, a Chromium with a film as its camera, and the pictures it shows.

The browser is Debian's headless Chromium without a graphics chip, as in the tests. With `--disable-gpu` it composes
pages on the processor, so it is not faster than a user's browser. The measurement shares the two cores: it decodes the
played film and reads numbers from two videos.
"""

import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from posecheck.core.arrays import Floats
from research.benchmarks.footing import CLIP as FILM
from research.benchmarks.live import coded_film
from research.benchmarks.live.delays import STILL, Seen, figures, is_red, passed

WATCH_JS = Path(__file__).with_name("watch.js")
SETTLE_S = 10.0
MISREAD = 100
"""A number that is off by this many pictures (four seconds) has a misread bit."""
USUAL_S = 0.5
"""A typical delay, used only to decide which repetition of the film a picture belongs to."""


def browser(seconds: float, viewers: int) -> dict[str, object]:
    """Run the app with several viewers in one Chromium and measure the picture returned to each.

    Args:
        seconds: How long to measure.
        viewers: The number of pages that are open at once.

    Returns:
        The figures of each viewer, and how many processors were busy on average, by kind of process.

    Raises:
        SystemExit: If a page stopped checking frames.
    """
    from playwright.sync_api import sync_playwright

    from research.harness import browser_app

    call = "(a) => { window.measured = (" + WATCH_JS.read_text(encoding="utf-8").rstrip().rstrip(";") + ")(a); }"
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "camera.mjpeg"
        length = coded_film.write_mjpeg(FILM, film, STILL)
        with (
            browser_app.served(
                Path(folder) / "app.log", Path(folder) / "data", POSECHECK_LIVE_PATH="server"
            ) as address,
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
            # All pages measure at the same time; each keeps its result until it is asked for.
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
    """Return the figures of one page.

    Args:
        noted: What watch.js recorded, each with its time in seconds: under `taken` the numbers of camera pictures,
            under
            `seen` those of returned pictures with the header's colour.
        length: The number of pictures in the film.

    Returns:
        The figures; only the number of frames where fewer than two pictures were seen.
    """
    taken, shown = noted["taken"], noted["seen"]
    if len(taken) < 2 or len(shown) < 2:
        return {"frames": len(shown)}
    numbers, at = unrolled(taken, length)
    seen = []
    for one in shown:
        # The time alone tells which repetition of the film it is: one repetition takes more than ten seconds.
        near = float(np.interp(one[1] - USUAL_S, at, numbers))
        whole = int(one[0]) + round((near - one[0]) / length) * length
        if numbers[0] <= whole <= numbers[-1] and abs(whole - near) < MISREAD:
            seen.append(Seen(whole, float(one[1]), is_red([int(part) for part in one[2:]])))

    def taken_s(whole: int) -> float:
        return float(np.interp(whole, numbers, at)) if numbers[0] <= whole <= numbers[-1] else float("nan")

    return figures(seen, taken_s, length, passed())


def unrolled(taken: Sequence[Sequence[float]], length: int) -> tuple[Floats, Floats]:
    """Count the numbers of the camera's pictures on through the repetitions of the film.

    Args:
        taken: Number and time in seconds of each picture.
        length: The number of pictures in the film.

    Returns:
        Numbers and times in seconds (pictures,); misread ones are left out.
    """
    numbers, at = [float(taken[0][0])], [float(taken[0][1])]
    for number, at_s in taken[1:]:
        expected = numbers[-1] + coded_film.FPS * (at_s - at[-1])
        whole = number + round((expected - number) / length) * length
        if numbers[-1] < whole and abs(whole - expected) < MISREAD:
            numbers.append(whole)
            at.append(at_s)
    return np.array(numbers), np.array(at)


def processor_s() -> dict[str, float]:
    """Return the processor seconds used by all descendants of this process, by kind of process."""
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
    if "posecheck.capture.pose.worker" in command:
        return "pose engines"
    if "streamlit" in command or "posecheck" in command:
        return "server"
    if "chromium" not in command:
        return "other"
    kind = command.partition("--type=")[2].partition("\0")[0].partition(" ")[0]
    if "video_capture" in command:
        return "browser: the played camera"
    return {"renderer": "browser: page", "gpu-process": "browser: composing"}.get(kind, "browser: other")
