"""The report: one page that needs nothing else, says the verdict first and takes no orders from names."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from posecheck import recording
from posecheck.analysis import Analysis, judge
from posecheck.checks import Level
from posecheck.errors import InputError, OutputError
from posecheck.recording import Done
from posecheck.report import Recorded, page
from posecheck.report_cli import export, report
from posecheck.report_plots import curve, drawn, worst_moments
from posecheck.stretches import find_stretch
from posecheck.video import VideoWriter
from tests.people import track_of, twist

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"


class Tags(HTMLParser):
    """Collect every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags_of(html: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = Tags()
    reader.feed(html)
    return reader.tags


def recorded(name: str = "video.mp4") -> Recorded:
    return Recorded(name, {"size_wh": [640, 480]}, recording.settings_of("chair-twist", 65), None, "2026-01-31")


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return judge(track_of(twist(60.0), azimuth=0.0), find_stretch("chair-twist").for_age(65))


@pytest.fixture
def folder(tmp_path: Path, analysis: Analysis) -> Path:
    path = tmp_path / "results"
    path.mkdir()
    recording.write(path, Done(analysis, "video.mp4", {}, recording.settings_of("chair-twist", 65)))
    return path


def film(path: Path, analysis: Analysis) -> Path:
    with VideoWriter(path, (64, 48)) as writer:
        for time_s in analysis.track.time_s[::5].tolist():
            writer.write(np.full((48, 64, 3), 90, np.uint8), time_s)
    return path


def test_the_page_needs_nothing_else(analysis: Analysis) -> None:
    html = page(analysis, recorded())
    tags = tags_of(html)
    assert not {"script", "link", "iframe", "object", "form"} & {tag for tag, _ in tags}
    for _, attributes in tags:
        for name in ("src", "srcset", "href", "data", "action"):
            assert (attributes.get(name) or "data:").startswith("data:")
        assert not [name for name in attributes if name.startswith("on")]
    outside = re.sub(r'data:[^"]*', "", html)
    assert "http://" not in outside
    assert "https://" not in outside
    assert "@import" not in html
    assert "url(" not in html


def test_the_verdict_comes_first_in_words_and_shape(analysis: Analysis) -> None:
    html = page(analysis, recorded())
    assert analysis.summary.verdict == "stop"
    first = html.index(analysis.summary.headline)
    assert html.index('<div class="verdict stop"') < html.index("<svg") < first < html.index("<h2>")
    assert ">STOP<" in html
    for event in analysis.events:
        assert event.message in html or event.level == "unknown"
    for item in analysis.summary.unjudged:
        assert item.words.capitalize() in html or item.words in html
    assert "ot medical advice" in html
    assert "published norm" in html
    assert "own judgement" in html
    assert "65 years" in html


@pytest.mark.parametrize("verdict", ["stop", "caution", "borderline", "clear", "cannot_judge"])
def test_every_verdict_has_its_own_shape(analysis: Analysis, verdict: str) -> None:
    changed = replace(analysis, summary=replace(analysis.summary, verdict=verdict), events=())
    html = page(changed, recorded())
    shape = html[html.index("<svg") : html.index("</svg>")]
    expected = {"stop": "<rect", "caution": "M16 3", "borderline": "M16 2", "clear": 'r="13" fill="#0072b2"'}
    assert expected.get(verdict, 'fill="none"') in shape


def test_names_and_texts_stay_text(analysis: Analysis) -> None:
    stretch = analysis.stretch
    ranges = tuple(item.model_copy(update={"source": HOSTILE}) for item in stretch.ranges)
    camera = stretch.camera.model_copy(update={"cannot_show": (HOSTILE,)})
    hostile = replace(
        analysis,
        stretch=stretch.model_copy(update={"name": HOSTILE, "ranges": ranges, "sources": (HOSTILE,), "camera": camera}),
        events=tuple(replace(event, message=HOSTILE) for event in analysis.events),
        summary=replace(analysis.summary, headline=HOSTILE),
    )
    told = Recorded(HOSTILE, {"size_wh": [HOSTILE, 1]}, {"set": [HOSTILE], "profile": HOSTILE}, HOSTILE, HOSTILE)
    html = page(hostile, told)

    def kinds(text: str) -> set[str]:
        return {tag for tag, _ in tags_of(text)}

    assert kinds(html) == kinds(page(replace(analysis), recorded())) | ({"p"} & kinds(html))
    assert not [name for _, attributes in tags_of(html) for name in attributes if name.startswith("on")]
    assert "{{ 7 * 7 }}" in html


def test_curves_are_the_same_every_time_and_name_no_font(analysis: Analysis) -> None:
    shown = drawn(analysis)
    assert shown
    for i in shown:
        svg = curve(analysis, i)
        assert svg == curve(analysis, i)
        assert "<text" not in svg
        assert len(curve(analysis, i, narrow=True)) > 1000


def test_worst_moments_have_pictures(tmp_path: Path, analysis: Analysis) -> None:
    found = worst_moments(film(tmp_path / "v.mp4", analysis), analysis.events)
    assert {event.worst_s for event in analysis.events if event.level == "stop"} <= set(found)
    assert all(uri.startswith("data:image/jpeg;base64,/9j/") for uri in found.values())
    html = page(analysis, recorded(), found)
    assert html.count("data:image/jpeg") == len([e for e in analysis.events if e.level in ("caution", "stop")])
    assert worst_moments(tmp_path / "none.mp4", ()) == {}


def test_a_folder_becomes_a_page(folder: Path, analysis: Analysis, tmp_path: Path) -> None:
    written = report(folder)
    assert written == folder / "report.html"
    html = written.read_text(encoding="utf-8")
    assert analysis.summary.headline in html
    assert "No pictures" in html
    with pytest.raises(OutputError, match="--force"):
        report(folder)
    video = film(tmp_path / "v.mp4", analysis)
    report(folder, None, video, force=True)
    assert "data:image/jpeg" in written.read_text(encoding="utf-8")
    video.rename(folder / "annotated.mp4")
    assert "data:image/jpeg" in report(folder, tmp_path / "other.html").read_text(encoding="utf-8")
    (folder / "annotated.mp4").write_bytes(b"damaged")
    assert "No pictures" in report(folder, tmp_path / "third.html").read_text(encoding="utf-8")


def test_settings_of_the_folder_hold(folder: Path, tmp_path: Path) -> None:
    text = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    text["settings"]["set"] = ["trunk_rotation.stop=77", "trunk_rotation.caution=66"]
    (folder / "summary.json").write_text(json.dumps(text), encoding="utf-8")
    html = report(folder, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "77°" in html
    assert "trunk_rotation.stop=77" in html


def test_what_is_wrong_is_one_line_and_nothing_is_written(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match=r"summary\.json"):
        report(empty)
    with pytest.raises(InputError, match="expected a video"):
        report(folder, None, tmp_path / "none.mp4")
    with pytest.raises(OutputError, match="found a folder"):
        report(folder, empty)
    with pytest.raises(OutputError, match="expected a place to write to"):
        report(folder, tmp_path / "no" / "r.html")
    assert not (folder / "report.html").exists()
    assert list(empty.iterdir()) == []


def test_inputs_are_never_written_over(folder: Path, tmp_path: Path, analysis: Analysis) -> None:
    before = (folder / "landmarks.npz").read_bytes()
    with pytest.raises(OutputError, match="expected another file"):
        report(folder, folder / "landmarks.npz", force=True)
    video = film(tmp_path / "v.mp4", analysis)
    with pytest.raises(OutputError, match="expected another file"):
        report(folder, video, video, force=True)
    assert (folder / "landmarks.npz").read_bytes() == before


def test_the_ending_chooses_the_format(folder: Path, tmp_path: Path) -> None:
    assert export(folder, tmp_path / "a.trc").read_text(encoding="utf-8").startswith("PathFileType\t4")
    assert "endheader" in export(folder, tmp_path / "a.mot").read_text(encoding="utf-8")
    assert export(folder, tmp_path / "a.parquet").read_bytes()[:4] == b"PAR1"
    with pytest.raises(OutputError, match="--force"):
        export(folder, tmp_path / "a.trc")
    with pytest.raises(OutputError, match=r"ends in \.trc, \.mot, \.parquet"):
        export(folder, tmp_path / "a.csv")


def test_what_is_read_too_inaccurately_is_not_called_fine(analysis: Analysis) -> None:
    names = [check.angle for check in analysis.session.checks]
    levels = analysis.judged.levels.copy()
    levels[:, names.index("trunk_lateral_flexion")] = Level.UNKNOWN
    blind = replace(analysis, judged=replace(analysis.judged, levels=levels))
    assert "too inaccurately to rule it out" in page(blind, recorded())


def test_a_judgement_that_has_changed_is_said(folder: Path, tmp_path: Path) -> None:
    text = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    text["events"] = []
    (folder / "summary.json").write_text(json.dumps(text), encoding="utf-8")
    assert "said otherwise: new: turned too far" in report(folder, tmp_path / "r.html").read_text(encoding="utf-8")
