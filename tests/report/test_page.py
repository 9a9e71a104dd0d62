"""The report: one page that needs nothing else, says the verdict first and takes no orders from names."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes

from posecheck.assessment.analysis import Analysis, judge
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.errors import InputError, OutputError, PosecheckError
from posecheck.core.i18n import ENGLISH, translator
from posecheck.core.levels import Level
from posecheck.feedback.headline import headline_of
from posecheck.feedback.wording import describe_event, words_for
from posecheck.history import HistoryError, open_store
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.recordings.reporting import export, report
from posecheck.repetitions.series import Difference
from posecheck.report import repetitions
from posecheck.report.page import Recorded, page
from posecheck.report.plots import NAMED, curve, drawn, worst_moments
from posecheck.results.summary_file import JudgedBy, Source
from posecheck.stretches.checks import pick
from posecheck.stretches.library import find_stretch
from tests.support.histories import NOON, summary
from tests.support.people import track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")

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
    return Recorded(name, Source(size_wh=(640, 480)), settings_of("chair-twist", 65), None, "2026-01-31")


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return judge(track_of(twist(60.0), azimuth=0.0), find_stretch("chair-twist").for_age(65))


@pytest.fixture
def folder(tmp_path: Path, analysis: Analysis) -> Path:
    path = tmp_path / "results"
    path.mkdir()
    write(path, Done(analysis, "video.mp4", Source(), settings_of("chair-twist", 65)))
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
    first = html.index(headline_of(analysis))
    assert html.index('<div class="verdict stop"') < html.index("<svg") < first < html.index("<h2>")
    assert ">STOP<" in html
    for event in analysis.events:
        assert describe_event(event, analysis.stretch) in html or event.level == "unknown"
    for item in analysis.summary.unjudged:
        words = words_for(item.angle)
        assert words.capitalize() in html or words in html
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
    ranges = tuple(item.model_copy(update={"source": HOSTILE, "message": HOSTILE}) for item in stretch.ranges)
    camera = stretch.camera.model_copy(update={"cannot_show": (HOSTILE,)})
    hostile = replace(
        analysis,
        stretch=stretch.model_copy(update={"name": HOSTILE, "ranges": ranges, "sources": (HOSTILE,), "camera": camera}),
    )
    told = Recorded(HOSTILE, Source(), JudgedBy(single=(HOSTILE,), profile=HOSTILE), HOSTILE, HOSTILE)
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
    annex = html[html.index('<div class="annex">') :]
    assert annex.count("data:image/jpeg") == len([e for e in analysis.events if e.level in ("caution", "stop")])
    assert worst_moments(tmp_path / "none.mp4", ()) == {}


def test_a_folder_becomes_a_page(folder: Path, analysis: Analysis, tmp_path: Path) -> None:
    written = report(folder)
    assert written == folder / "report.html"
    html = written.read_text(encoding="utf-8")
    assert headline_of(analysis) in html
    assert "No pictures" in html
    with pytest.raises(OutputError, match="no such file yet") as found:
        report(folder)
    assert found.value.hint == "force_file"
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
    with pytest.raises(OutputError, match="no such file yet"):
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
    german = report(folder, tmp_path / "r.de.html", language="de").read_text(encoding="utf-8")
    assert "etwas anderes: neu: Zu weit gedreht bei " in german


def test_repetitions_stand_in_a_table_with_left_against_right() -> None:
    moves = twist(24.0, hold_s=6.0) + twist(-33.0, hold_s=6.0)[60:] + twist(60.0)[60:200]
    both = judge(track_of(moves), find_stretch("chair-twist"))
    rows = repetitions.rows(both, ENGLISH)
    assert [(row["number"], row["side"]) for row in rows] == [("1", "left"), ("2", "right"), ("3", "left")]
    for row, item in zip(rows, both.repetitions, strict=True):
        assert row["peak"].startswith(f"{abs(item.peak):.0f}° ± {item.peak_error:.0f}°")
        assert row["held"] == f"{item.hold_s:.1f} s"
    assert "recording ends before the way back" in rows[2]["result"]
    assert rows[2]["out"] == "–"
    html = page(both, recorded())
    for row in rows:
        assert row["result"] in html
        assert row["when"] in html


@pytest.mark.parametrize(
    ("difference", "told", "flagged"),
    [
        (Difference("peak", 12.4, 4.0, "deg", "uneven"), "12° ± 4° more on the left: differs", "yes"),
        (Difference("peak", -12.4, 4.0, "deg", "uneven"), "12° ± 4° more on the right: differs", "yes"),
        (Difference("peak", 3.0, 1.0, "deg", "even"), "3° ± 1°: about the same", ""),
        (Difference("peak", 12.0, 20.0, "deg", "cannot_tell"), "12° ± 20°: cannot be told with this error", ""),
        (Difference("peak", 12.0, None, "deg", "cannot_tell"), "12°: cannot be told with this error", ""),
    ],
)
def test_a_difference_is_flagged_only_where_it_can_be_told(
    analysis: Analysis, difference: Difference, told: str, flagged: str
) -> None:
    uneven = replace(analysis, series=replace(analysis.series, differences=(difference,)))
    row = repetitions.sides(uneven, ENGLISH)[1]
    assert (row["difference"], row["flagged"]) == (told, flagged)


def test_a_report_speaks_german_throughout(analysis: Analysis) -> None:
    german = translator("de")
    html = page(analysis, recorded(), None, german)
    assert '<html lang="de">' in html
    assert ">STOPP<" in html
    assert headline_of(analysis, german) in html
    text = re.sub(r"<style>.*?</style>|data:[^\"]*|<[^>]*>", " ", html, flags=re.DOTALL)
    # The list of sources stays in the language they are cited in.
    told = text[: text.index(" Quellen ")] + text[text.index(" Einstellungen ") :]
    for word in ("Repetitions", "Recording", "Measured", "left", "right", "whole", " of ", "limit", "our own", "older"):
        assert word not in told, word
    assert "caution" not in told[: told.index(" Einstellungen ")], "a setting is written as a command takes it"


def test_past_sessions_are_told_against_what_can_be_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSECHECK_DB", f"sqlite:///{tmp_path / 'h.db'}")
    with pytest.raises(HistoryError, match="anna: expected a name the history knows"):
        report(folder, person="anna")
    assert not (folder / "report.html").exists()
    with open_store() as store:
        store.add(summary("lunge"), "anna", NOON)
    assert "holds no session of this stretch" in report(folder, person="anna").read_text(encoding="utf-8")
    with open_store() as store:
        for day, left in enumerate((30.0, 35.0, 50.0)):
            store.add(summary(left=left), "anna", NOON + timedelta(days=day))
    html = report(folder, force=True, person="anna").read_text(encoding="utf-8")
    assert "Over the sessions of anna" in html
    assert "Trunk rotation, to the left: more by more than the error." in html
    assert "Trunk rotation, to the right: no change beyond what the measurement can tell." in html
    assert "A change under 7° cannot be told from error." in html
    assert "30° ± 4° to the left" in html
    assert "better" not in re.sub(r"More range is not called better", "", html)


def test_a_language_that_is_none_is_refused(folder: Path) -> None:
    with pytest.raises(PosecheckError, match="language: expected en or de, got 'fr'"):
        report(folder, language="fr")


def test_curves_turn_light_on_a_dark_screen_and_never_on_paper(analysis: Analysis) -> None:
    svg = curve(analysis, drawn(analysis)[0])
    assert "@media screen and (prefers-color-scheme:dark)" in svg
    style, drawing = svg.split("</style>", 1)
    assert all(colour in style for colour in NAMED)
    assert not [colour for colour in NAMED if colour in drawing]
    assert "@media screen and (prefers-color-scheme: dark)" in page(analysis, recorded())


def test_the_error_drawn_is_each_frames_own(analysis: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    i = drawn(analysis)[0]
    readings = analysis.judged.readings
    wide = readings.error * np.linspace(1.0, 2.0, len(readings.error))[:, None]
    varied = replace(analysis, judged=replace(analysis.judged, readings=replace(readings, error=wide)))
    drawn_: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = []
    monkeypatch.setattr(Axes, "fill_between", lambda _, x, low, high, **__: drawn_.append(high - low))
    curve(varied, i)
    check = analysis.session.checks[i]
    np.testing.assert_allclose(drawn_[0], 2 * np.nan_to_num(pick(check, wide, readings.value)))
    assert "Read to between ± " in page(varied, recorded())


def test_a_rhythm_is_told_where_the_stretch_asks_for_one(analysis: Analysis) -> None:
    assert repetitions.has_rhythm(find_stretch("shoulder-rolls"))
    assert not repetitions.has_rhythm(analysis.stretch)
    (one, *_) = analysis.repetitions
    for cycle_s, lag_s, told in (
        (np.nan, np.nan, "–"),
        (3.2, np.nan, "3.2 s"),
        (3.2, 0.4, "3.2 s, left 0.4 s later"),
        (3.2, -0.4, "3.2 s, right 0.4 s later"),
    ):
        rolled = replace(analysis, repetitions=(replace(one, cycle_s=cycle_s, lag_s=lag_s),))
        assert repetitions.rows(rolled, ENGLISH)[0]["rhythm"] == told
