"""The files of a validation and its command: from saved results of a sample to the page, and nothing by halves."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Playwright
from typer.testing import CliRunner, Result

from posecheck.assessment.analysis import judge
from posecheck.cli.main import app
from posecheck.core.errors import InputError
from posecheck.core.i18n import ENGLISH, translator
from posecheck.core.paths import sample_videos
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.results.summary_file import Source
from posecheck.stretches.library import find_stretch
from posecheck.validation.notes import NOTES, describe_note
from posecheck.validation.plots import MOST_POINTS, signed, thinned
from posecheck.validation.schema import FORMAT, Note, ValidationFile
from research.harness import browser_app
from research.harness.replayed import STRETCH, TOO_FAR, true_track
from tests.support.references import csv_file, event, lines, movement, peak, repetition, results

OURS = np.arange(0, 16, 1 / 25)
THEIRS = np.arange(0, 16, 1 / 100)
HOSTILE = "<script>alert(1)</script>"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["validate", *map(str, words)])


def refused(result: Result, *parts: str) -> None:
    assert result.exit_code == 2, result.output
    assert len(result.stderr.splitlines()) == 1, result.stderr
    for part in parts:
        assert part in result.stderr


class Sources(HTMLParser):
    """Collect whatever a page could load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "srcset", "href", "data")]


def sources(html: str) -> Sources:
    reader = Sources()
    reader.feed(html)
    return reader


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    changes: dict[str, Any] = {
        "peaks": [peak("trunk_rotation", 15.0, 20.0)],
        "events": [event("stop", 5.5, 7.5), event("caution", 1.0, 1.4)],
    }
    readings = {"trunk_rotation": 0.9 * movement(OURS), "trunk_flexion": movement(OURS) / 10}
    truth = {"trunk_rotation": movement(THEIRS), "trunk_flexion": movement(THEIRS) / 10}
    return results(tmp_path / "r", OURS, readings, changes=changes), csv_file(tmp_path / "t.csv", THEIRS, truth)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the saved results of a sample clip, from its true landmarks in place of the model's."""
    folder = tmp_path_factory.mktemp("sample")
    analysis = judge(true_track(), find_stretch(STRETCH))
    write(folder, Done(analysis, "standing-extension-too-far.mp4", Source(), settings_of(STRETCH, None)))
    return folder


def test_a_sample_against_its_truth(sample: Path) -> None:
    result = run(sample, "--truth", TOO_FAR, "--out", sample / "out")
    assert result.exit_code == 0, result.output
    file = ValidationFile.load(sample / "out" / "validation.json")
    assert file.format == FORMAT
    lean = next(one for one in file.angles if one.angle == "trunk_inclination")
    assert lean.moments is not None
    assert lean.moments.n > 200
    assert (lean.moments.mae or 9) < 3
    assert (lean.moments.icc or 0) > 0.95
    assert abs(file.recordings[0].offset.seconds or 9) < 0.2
    limits = {(one.angle, one.level): one for one in file.limits}
    stop = limits["trunk_inclination", "stop"]
    assert (stop.hits, stop.missed, stop.false) == (1, 0, 0)
    # From the side a twist is not judged, and the landmarks beside the results tell why.
    rotation = next(one for one in file.angles if one.angle == "trunk_rotation")
    assert rotation.unjudged is not None
    assert rotation.unjudged.share == 1.0
    assert set(rotation.unjudged.why) == {"view"}
    assert "trunk_inclination, stop limit: 1 hit, 0 missed" in result.stdout


def test_the_table_has_every_figure_in_every_recording(pair: tuple[Path, Path], tmp_path: Path) -> None:
    assert run(pair[0], "--truth", pair[1], "--out", tmp_path / "out").exit_code == 0
    rows = lines(tmp_path / "out" / "validation.csv")
    assert [(row["recording"], row["angle"], row["basis"]) for row in rows] == [
        (name, angle, "moments") for name in ("all", str(pair[0])) for angle in ("trunk_rotation", "trunk_flexion")
    ]
    assert float(rows[0]["slope"]) == pytest.approx(0.9, abs=0.01)
    assert rows[0]["not_judged"] == "0.0000"
    assert rows[0]["mae_from"] == ""


def test_the_page_needs_nothing_else(pair: tuple[Path, Path], tmp_path: Path) -> None:
    assert run(pair[0], "--truth", pair[1], "--out", tmp_path / "out").exit_code == 0
    html = (tmp_path / "out" / "validation.html").read_text()
    found = sources(html)
    assert "script" not in found.tags
    assert found.addresses
    assert all(address.startswith("data:image/svg+xml;base64,") for address in found.addresses)
    assert "default-src 'none'" in html
    assert "url(" not in html.split("</style>")[0]


def test_the_page_says_what_was_found(pair: tuple[Path, Path], tmp_path: Path) -> None:
    assert run(pair[0], "--truth", pair[1], "--out", tmp_path / "out").exit_code == 0
    html = (tmp_path / "out" / "validation.html").read_text()
    assert "Trunk rotation: mean error" in html
    assert "<td>Trunk rotation</td>" in html
    # Of four passages of both limits three were missed, and one caution is false.
    table = html[html.index("<h2>Limits passed") : html.index("<h2>Not judged")]
    assert table.count(">missed<") == 6
    assert table.count(">false<") == 1
    assert "<details>" in html


def test_the_german_page_has_no_english_left(pair: tuple[Path, Path], tmp_path: Path) -> None:
    assert run(pair[0], "--truth", pair[1], "--out", tmp_path / "out", "--language", "de").exit_code == 0
    html = (tmp_path / "out" / "validation.html").read_text()
    assert '<html lang="de">' in html
    assert "Rumpfrotation: mittlerer Fehler" in html
    assert "Übereinstimmungsgrenzen" in html
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S)
    english = {"the", "and", "reading", "bias", "missed", "judged", "errors", "slope", "recordings", "with"}
    assert {word for word in re.findall(r"[a-z]+", text.lower()) if word in english} == set()
    assert re.search(r"\d\.\d°", text) is None


def test_a_goniometer_page_claims_nothing_of_what_it_cannot_know(tmp_path: Path) -> None:
    rows = {"repetitions": [repetition(2.0, 5.0, 35.0), repetition(5.0, 8.0, -41.0)]}
    folder = results(tmp_path / "r", OURS, {"trunk_rotation": movement(OURS)}, changes=rows)
    truth = tmp_path / "g.csv"
    truth.write_text("repetition,trunk_rotation\n1,33\n2,-40\n")
    assert run(folder, "--truth", truth).exit_code == 0
    html = (folder / "validation" / "validation.html").read_text()
    assert "by the number of the repetition" in html
    assert html.count("Not known: the reference") == 2
    assert "passed no limit" not in html
    assert "judged throughout" not in html


@pytest.mark.skipif(not browser_app.CHROMIUM.is_file(), reason="no Chromium on this machine")
@pytest.mark.parametrize("width", [1280, 390])
def test_the_german_page_fits_a_screen_and_a_phone(width: int, pair: tuple[Path, Path], playwright: Playwright) -> None:
    assert run(pair[0], "--truth", pair[1], "--language", "de").exit_code == 0
    browser = browser_app.launch(playwright)
    try:
        page = browser.new_page(viewport={"width": width, "height": 900})
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto((pair[0] / "validation" / "validation.html").as_uri())
        page.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate("[...document.images].every(one => one.naturalWidth > 0)")
        assert said == []
    finally:
        browser.close()


def test_names_of_files_add_nothing_to_the_page(tmp_path: Path) -> None:
    folder = results(tmp_path / HOSTILE.replace("/", "_"), OURS, {"trunk_rotation": movement(OURS)})
    truth = csv_file(tmp_path / "t.csv", THEIRS, {HOSTILE: movement(THEIRS)})
    result = run(folder, "--truth", truth, "--angle", f"trunk_rotation={HOSTILE}", "--person", HOSTILE)
    assert result.exit_code == 0, result.output
    html = (folder / "validation" / "validation.html").read_text()
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_people_of_a_manifest_are_pooled_with_intervals(tmp_path: Path) -> None:
    rows = ["results,truth,person,offset"]
    for number, bias in enumerate([-3.0, 0.0, 1.0, 4.0]):
        results(tmp_path / f"r{number}", OURS, {"trunk_rotation": movement(OURS) + bias})
        csv_file(tmp_path / f"t{number}.csv", THEIRS, {"trunk_rotation": movement(THEIRS)})
        rows.append(f"r{number},t{number}.csv,{'ABCC'[number]},0")
    manifest = tmp_path / "pairs.csv"
    manifest.write_text("\n".join(rows) + "\n")
    assert run("--manifest", manifest, "--out", tmp_path / "out", "--draws", "200").exit_code == 0
    file = ValidationFile.load(tmp_path / "out" / "validation.json")
    assert file.bootstrap.model_dump() == {"draws": 200, "seed": 0, "clusters": "person", "people": 3}
    figures = file.angles[0].moments
    assert figures is not None
    low, high = figures.intervals["bias"]
    assert low < (figures.bias or 0) < high
    assert (low, high) == pytest.approx((-3.0, 2.5), abs=0.3)
    assert (file.angles[0].people, file.angles[0].recordings) == (3, 4)
    html = (tmp_path / "out" / "validation.html").read_text()
    assert "from people drawn again 200 times" in html


def test_nothing_is_replaced_without_force(pair: tuple[Path, Path]) -> None:
    assert run(pair[0], "--truth", pair[1]).exit_code == 0
    page = pair[0] / "validation" / "validation.html"
    page.write_text("mine")
    refused(run(pair[0], "--truth", pair[1]), "validation", "add --force to replace them")
    assert page.read_text() == "mine"
    assert run(pair[0], "--truth", pair[1], "--force").exit_code == 0
    assert page.read_text() != "mine"
    assert (pair[0] / "angles.csv").exists()


def test_bad_input_is_one_line_and_writes_nothing(pair: tuple[Path, Path], tmp_path: Path) -> None:
    folder, truth = pair
    out = tmp_path / "out"
    refused(run(folder, "--truth", tmp_path / "no.csv", "--out", out), "no.csv", "No such file")
    refused(run(folder), "expected RESULTS and --truth FILE, or --manifest FILE")
    refused(run("--truth", truth), "expected RESULTS and --truth FILE")
    refused(run(folder, "--truth", truth, "--manifest", truth), "and not both")
    refused(run("--manifest", truth), "expected --out with --manifest")
    refused(run("--manifest", truth, "--offset", "1", "--out", out), "the manifest's column offset")
    refused(run(folder, "--truth", truth, "--up", "north", "--out", out), "--up: expected x or y or z, got 'north'")
    refused(run(folder, "--truth", truth, "--zero", "all", "--out", out), "--zero: expected neutral or none")
    refused(run(folder, "--truth", truth, "--language", "fr", "--out", out), "--language: expected en or de")
    refused(run(folder, "--truth", truth, "--angle", "twist=a", "--out", out), "--angle: expected an angle")
    same = ("--angle", "trunk_rotation=a", "--angle", "trunk_rotation=b")
    refused(run(folder, "--truth", truth, *same, "--out", out), "each angle once, got trunk_rotation twice")
    unnamed = csv_file(tmp_path / "u.csv", THEIRS, {"yaw": movement(THEIRS)})
    refused(run(folder, "--truth", unnamed, "--out", out), "found yaw; name the columns with --angle")
    turned = csv_file(tmp_path / "v.csv", THEIRS, {"trunk_rotation": -movement(THEIRS)})
    refused(run(folder, "--truth", turned, "--search", "1", "--out", out), "add ,flip to --angle")
    assert not out.exists()


def test_a_file_of_another_kind_is_no_validation(tmp_path: Path) -> None:
    path = tmp_path / "validation.json"
    for text, told in (("{", "expected a validation.json"), (json.dumps({"format": 99}), "format")):
        path.write_text(text)
        with pytest.raises(InputError, match=told):
            ValidationFile.load(path)


def test_every_note_has_its_words() -> None:
    for code in NOTES:
        for texts in (ENGLISH, translator("de")):
            told = describe_note(Note(code=code, angle="trunk_rotation", value=-1.25), texts)
            assert told
            assert "{" not in told


def test_points_are_drawn_evenly_and_not_too_many() -> None:
    assert thinned(3).tolist() == [0, 1, 2]
    many = thinned(10_000)
    assert len(many) == MOST_POINTS
    assert (many[0], many[-1]) == (0, 9_999)


def test_numbers_have_a_sign_but_not_a_rounded_zero() -> None:
    assert [signed(value, "deg", ENGLISH) for value in (1.25, -1.25, -0.04)] == ["+1.2°", "−1.2°", "0.0°"]
    assert signed(-0.5, "ratio", translator("de")) == "−0,50"


def test_the_samples_have_their_truth_beside_them() -> None:
    assert all(path.with_suffix(".truth.json").is_file() for path in sample_videos().glob("*.mp4"))
