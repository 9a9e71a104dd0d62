"""Compare the browser's path with the server's on the same pictures: landmarks, angles, events and verdicts.

    python -m research.web.same [--write] [--firefox] [CLIP ...]

Without names all sample clips are compared. The server's path is the whole one, which also looks for other people,
follows the background; the browser's finds one person, and gives each frame the body code of the frames before it.
"""

import argparse
import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from posecheck.app.visit.sources import Sample, all_samples
from posecheck.assessment.analysis import Analysis, judge
from posecheck.capture.pose.detect import detect
from posecheck.capture.pose.estimator import new_estimator
from posecheck.capture.pose.model_file import ensure
from posecheck.capture.video.reader import VideoReader
from posecheck.kinematics.angles import ANGLES
from posecheck.stretches.library import find_stretch
from research.docs_block import replace_block
from research.harness import browser_app, firefox
from research.harness.firefox import Firefox
from research.web.found import found

DOCS = Path(__file__).parents[2] / "docs" / "performance.md"
NEAR_S = 0.3
"""Events of both paths that begin within this time of one another, in the same check, are the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Hold what both paths make of one recording.

    Attributes:
        name: The recording.
        server: Judged from the server's landmarks and body codes.
        browser: Judged from the browser's landmarks and body codes.
        server_alone: Judged from the server's landmarks alone.
        browser_alone: Judged from the browser's landmarks alone.
        took_ms: Milliseconds a frame took in the browser, the median.
        codes_ms: Milliseconds that each body code took there besides.
    """

    name: str
    server: Analysis
    browser: Analysis
    server_alone: Analysis
    browser_alone: Analysis
    took_ms: float
    codes_ms: list[float]

    @property
    def image_px(self) -> float:
        """The median distance of a landmark in the picture, pixels."""
        apart = np.linalg.norm(self.browser.track.image_xy - self.server.track.image_xy, axis=-1)
        return float(np.nanmedian(apart))

    @property
    def world_mm(self) -> float:
        """The median distance of a landmark in the world, millimetres."""
        apart = np.linalg.norm(self.browser.track.world_xyz - self.server.track.world_xyz, axis=-1)
        return float(np.nanmedian(apart) * 1000)

    @property
    def code(self) -> float:
        """The mean difference of a number of the body code, which is from -127 to 127."""
        one, other = self.server.track, self.browser.track
        both = one.coded[:-1] & other.coded[1:]
        return float(np.abs(one.code[:-1][both].astype(int) - other.code[1:][both]).mean())

    def apart(self, *, code: bool = False) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
        """Return how far the angles differ in the frames where both are known, degrees, by the angle's name.

        Args:
            code: Whether they are read with each path's body codes too; otherwise from landmarks alone.
        """
        one, other = (self.browser, self.server) if code else (self.browser_alone, self.server_alone)
        both = one.judged.readings.value - other.judged.readings.value
        return {
            row.name: np.abs(both[:, i][np.isfinite(both[:, i])]) for i, row in enumerate(ANGLES) if row.unit == "deg"
        }

    def main_angles(self) -> list[str]:
        """Return the names of the stretch's main angles that are in degrees."""
        return [ANGLES[row].name for row in self.server.stretch.primary_rows if ANGLES[row].unit == "deg"]

    def events(self) -> tuple[int, int, int]:
        """Return how many warnings both give, only the server's path, and only the browser's."""
        one, other = (
            [(e.key, e.level, e.start_s) for e in made.events if e.level in ("caution", "stop")]
            for made in (self.server, self.browser)
        )
        both = 0
        for key, level, start in one:
            match = next((o for o in other if o[:2] == (key, level) and abs(o[2] - start) <= NEAR_S), None)
            if match is not None:
                other.remove(match)
                both += 1
        return both, len(one) - both, len(other)


def compare(browser: Browser | Firefox, sample: Sample) -> Compared:
    """Judge a sample clip by both paths.

    Args:
        browser: A running browser.
        sample: The clip, whose stretch is known.
    """
    assert sample.stretch is not None
    stretch = find_stretch(sample.stretch)
    with VideoReader(sample.path) as reader, contextlib.closing(new_estimator(ensure(), tags=False)) as estimator:
        seen = detect(reader, estimator)
    track, took, codes_ms = found(browser, sample.path)
    server, browser_ = judge(seen, stretch), judge(track, stretch)
    alone = [judge(replace(one, code=np.zeros_like(one.code)), stretch) for one in (seen, track)]
    return Compared(sample.path.stem, server, browser_, alone[0], alone[1], float(np.median(took)), codes_ms)


def table(made: list[Compared]) -> str:
    """Return the comparison as Markdown."""
    lines = [
        "| clip | landmarks apart, px | mm | body code apart | main angle apart by landmarks (95 %), ° "
        "| with body codes | warnings of both (server's, browser's alone) | verdict: server, browser | ms a frame |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in made:
        angles = [
            _told(np.concatenate([np.zeros(0), *(apart[name] for name in one.main_angles())]))
            for apart in (one.apart(), one.apart(code=True))
        ]
        both, server, browser = one.events()
        verdicts = f"{one.server.summary.verdict}, {one.browser.summary.verdict}"
        warnings = f"{both} ({server}, {browser})"
        lines.append(
            f"| {one.name} | {one.image_px:.1f} | {one.world_mm:.0f} | {one.code:.1f} | {' | '.join(angles)} "
            f"| {warnings} | {verdicts} | {one.took_ms:.0f} |"
        )
    return "\n".join([*lines, "", *_angles(made)])


def _angles(made: list[Compared]) -> list[str]:
    """Return the table of all angles over all clips, those that differ most first."""
    rows = []
    for name in made[0].apart():
        plain, coded = (np.concatenate([one.apart(code=code)[name] for one in made]) for code in (False, True))
        if len(coded):
            order = (float(np.median(coded)), float(np.percentile(coded, 95)))
            rows.append((order, f"| {name} | {len(coded)} | {_told(plain)} | {_told(coded)} |"))
    lines = ["| angle | frames | apart by landmarks (95 %), ° | with body codes |", "|---|---|---|---|"]
    return lines + [row for _, row in sorted(rows, reverse=True)]


def _told(apart: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    """Return the middle of some differences, and below which 95 % of them are."""
    return f"{np.median(apart):.1f} ({np.percentile(apart, 95):.1f})" if len(apart) else "not read"


def main() -> None:
    """Compare, print the tables, and put them into the documentation where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="*")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--firefox", action="store_true", help="in Firefox, in place of Chromium")
    asked = parser.parse_args()
    if asked.write and asked.firefox:
        parser.error("the documentation's table is of Chromium")
    samples = [one for one in all_samples() if one.stretch and (not asked.clips or one.path.stem in asked.clips)]
    made = []
    with _firefox() if asked.firefox else _chromium() as browser:
        for sample in samples:
            made.append(compare(browser, sample))
            print(table(made[-1:]).partition("\n\n")[0].splitlines()[-1], flush=True)
    least, middle, most = np.percentile(np.concatenate([one.codes_ms for one in made]), [0, 50, 90])
    text = (
        f"{table(made)}\n\nA body code takes {least:.0f} ms at least, {middle:.0f} in the middle, {most:.0f} at 90 %. "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end."
    )
    print(text)
    if asked.write:
        replace_block(DOCS, "same", text)


@contextlib.contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = browser_app.launch(playwright)
        yield browser
        browser.close()


@contextlib.contextmanager
def _firefox() -> Iterator[firefox.Firefox]:
    program = firefox.found()
    if program is None:
        raise SystemExit("Firefox is not here")
    with tempfile.TemporaryDirectory() as folder, firefox.started(program, Path(folder)) as browser:
        yield browser


if __name__ == "__main__":
    main()
