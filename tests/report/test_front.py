"""The first page of a report: the best and the worst moment, both sides, what changed, and the file's name."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from posecheck.assessment.analysis import Analysis, judge
from posecheck.core.i18n import ENGLISH, translator
from posecheck.history import Score, open_store
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.recordings.reporting import file_name, report
from posecheck.report import front
from posecheck.report.page import Recorded, page
from posecheck.results.summary_file import Source, SummaryFile
from posecheck.stretches.library import find_stretch
from tests.support.histories import NOON, summary
from tests.support.people import track_of, twist


@pytest.fixture
def analysis(plain_geometry: None) -> Analysis:
    """A good turn to each side, and one too far to the left."""
    moves = twist(24.0, hold_s=6.0) + twist(-24.0, hold_s=8.0)[60:] + twist(60.0)[60:]
    return judge(track_of(moves), find_stretch("chair-twist"))


@pytest.fixture
def folder(tmp_path: Path, analysis: Analysis) -> Path:
    path = tmp_path / "results"
    path.mkdir()
    write(path, Done(analysis, "video.mp4", Source(file="video.mp4"), settings_of("chair-twist", 65)))
    return path


def first_page(html: str) -> str:
    """Return the words of the first page."""
    part = html[html.index('<section class="front">') : html.index('<div class="annex">')]
    return " ".join(re.sub(r"<[^>]*>", " ", part).split())


def test_the_best_repetition_is_held_longest_and_the_worst_event_furthest_past(analysis: Analysis) -> None:
    found = front.best(analysis)
    assert found is not None
    assert (found[0], found[1].side) == (2, "right")
    worst = front.worst(analysis)
    assert worst is not None
    assert (worst.level, worst.kind) == ("stop", "over_rotation")
    pictures = {found[1].peak_s: "data:image/jpeg;base64,QQ==", worst.worst_s: "data:image/jpeg;base64,Qg=="}
    shown = front.shown(analysis, pictures, ENGLISH, None, "video.mp4")
    assert {shown["best"].picture, shown["worst"].picture} == set(pictures.values())  # type: ignore[attr-defined]
    assert front.moments(analysis) == (found[1].peak_s,)


def test_what_was_not_there_is_said(analysis: Analysis) -> None:
    nothing = replace(analysis, events=(), repetitions=())
    assert front.best(nothing) is None
    assert front.worst(nothing) is None
    said = first_page(page(nothing, Recorded("a.mp4", Source(), settings_of("chair-twist", 65), None, "2026-01-31")))
    assert "No repetition was whole without a stop." in said
    assert "No limit was passed for certain." in said


def test_the_first_page_has_verdict_sides_and_a_place_for_a_note(folder: Path) -> None:
    said = first_page(report(folder).read_text(encoding="utf-8"))
    for part in (
        "STOP",
        "Best moment",
        "Worst moment",
        "Left Right Difference",
        "Whole repetitions",
        "Note",
        "65 years",
    ):
        assert part in said, part
    assert "trunk_rotation" not in said


def test_a_stretch_without_sides_has_one_column(analysis: Analysis) -> None:
    series = replace(analysis.series, sides=analysis.series.sides[:1])
    shown = front.shown(replace(analysis, series=series), {}, ENGLISH, None, "a.mp4")
    assert not shown["two"]
    assert next(row["what"] for row in shown["rows"]) == "Whole repetitions"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("language", "day"), [("en", "2026-05-04"), ("de", "04.05.2026")])
def test_what_changed_since_the_last_session_counts_only_past_its_error(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, day: str
) -> None:
    monkeypatch.setenv("POSECHECK_DB", f"sqlite:///{tmp_path / 'h.db'}")
    with open_store() as store:
        store.add(summary(left=5.0, right=-24.0), "Mrs Miller, shoulder", NOON)
        # The recording of this report itself is kept too, and is nothing to compare it with.
        store.add(SummaryFile.load(folder), "Mrs Miller, shoulder", NOON + timedelta(days=1))
    written = report(folder, person="Mrs Miller, shoulder", language=language)
    said = first_page(written.read_text(encoding="utf-8"))
    assert "Mrs Miller, shoulder" in said
    assert f"5° ± 4° {'on' if language == 'en' else 'am'} {day}" in said
    if language == "en":
        assert "to the left" in said
        assert "more by more than the error" in said
        assert "no change beyond what the measurement can tell" in said
    name = translator(language).gettext("Chair twist, arms crossed")
    assert written.name == f"Mrs Miller, shoulder - {name} - {date.today():%Y-%m-%d}.html"


def test_somebody_without_a_past_is_named_too(folder: Path) -> None:
    written = report(folder, named="Änne O’Neill (Knie)")
    assert "Änne O’Neill (Knie)" in first_page(written.read_text(encoding="utf-8"))
    assert written.name.startswith("Änne O’Neill (Knie) - Chair twist")


@pytest.mark.parametrize(
    ("person", "begins"),
    [
        ("../../etc/passwd", "etc passwd - "),
        ("a\\b:c*?<d>|e\x00\n", "a b c d e - "),
        ("...", "Lunge - "),
        ("Dr. Müller-Lü, Knie [links].", "Dr. Müller-Lü, Knie [links] - "),
        ("x" * 500, "x" * 60 + " - "),
        ("", "Lunge - "),
    ],
)
def test_a_report_is_called_by_person_stretch_and_day_and_never_a_path(person: str, begins: str) -> None:
    name = file_name(person, "Lunge", date(2026, 5, 4))
    assert name.startswith(begins)
    assert name.endswith("2026-05-04.html")
    assert not set(name) & set('/\\:*?"<>|\x00\n')


def test_the_first_page_speaks_german(folder: Path, tmp_path: Path) -> None:
    said = first_page(report(folder, tmp_path / "r.html", language="de").read_text(encoding="utf-8"))
    for word in ("Best ", "moment", "Repetition ", "held", "Note", "whole", "Difference", "Left", "passed", " at "):
        assert word not in said, word
    assert "Bester Moment" in said


@pytest.mark.parametrize("language", ["en", "de"])
def test_scores_of_the_questionnaire_stand_on_the_first_page_and_in_the_annex(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("POSECHECK_DB", f"sqlite:///{tmp_path / 'h.db'}")
    with open_store() as store:
        store.add(summary(), "Jörg Müller, Knie", NOON)
        without = report(folder, person="Jörg Müller, Knie", language=language).read_text(encoding="utf-8")
        for day, points in ((1, 14), (8, 11), (15, 9)):
            store.keep_score(Score(date(2026, 5, day), points), "Jörg Müller, Knie")
    html = report(folder, person="Jörg Müller, Knie", language=language, force=True).read_text(encoding="utf-8")
    assert "RMDQ" not in without
    told = {
        "en": "RMDQ-24: 9 of 24 on 2026-05-15. Since the first score, 14: less hindered, by as much as is thought",
        "de": "RMDQ-24: 9 von 24 am 15.05.2026. Seit dem ersten Wert, 14: weniger eingeschränkt",
    }[language]
    assert told in first_page(html)
    annex = " ".join(re.sub(r"<[^>]*>", " ", html[html.index('class="annex"') :]).split())
    days = {"en": "2026-05-01 14 2026-05-08 11 2026-05-15 9", "de": "01.05.2026 14 08.05.2026 11 15.05.2026 9"}
    assert days[language] in annex
