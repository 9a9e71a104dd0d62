"""Exports for laboratories and practice software, by function and by command."""

import json
from datetime import date
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle
from typer.testing import CliRunner

import posecheck as pc
from posecheck.cli.main import app
from posecheck.core.errors import OutputError, PosecheckError
from posecheck.history import Score, open_store
from posecheck.recordings.reporting import C3D, FHIR, export
from posecheck.validation.truth import c3d_file
from research.harness.replayed import STRETCH, true_track


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pc.judge(true_track(), STRETCH).save(tmp_path_factory.mktemp("export") / "results")


def run(*arguments: object) -> str:
    told = CliRunner().invoke(app, ["export", *map(str, arguments)], env={"COLUMNS": "80"})
    return f"{told.exit_code} {told.output}"


def test_the_ending_or_the_option_chooses_the_format(folder: Path, tmp_path: Path) -> None:
    assert len(c3d_file.read(export(folder, tmp_path / "a.c3d")).markers) > 33
    by_ending = export(folder, tmp_path / "a.fhir.json").read_bytes()
    assert Bundle.model_validate_json(by_ending).type == "collection"
    assert run(folder, "--fhir", "--out", tmp_path / "b.json").startswith("0")
    assert (tmp_path / "b.json").read_bytes() == by_ending
    assert run(folder, "--c3d", "--out", tmp_path / "b.c3d").startswith("0")
    assert (tmp_path / "b.c3d").read_bytes() == (tmp_path / "a.c3d").read_bytes()


def test_a_patient_and_a_day_are_written_where_they_are_said(folder: Path, tmp_path: Path) -> None:
    told = run(folder, "--fhir", "-o", tmp_path / "a.json", "--patient", "Patient/7", "--when", "2026-05-04T09:15")
    assert told.startswith("0"), told
    first = json.loads((tmp_path / "a.json").read_text())["entry"][0]["resource"]
    assert first["subject"] == {"reference": "Patient/7"}
    assert first["effectiveDateTime"].startswith("2026-05-04T09:15:00")
    assert first["effectiveDateTime"][-6] in "+-", "a time of day needs its zone"


def test_a_persons_scores_go_with_it_and_their_name_does_not(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSECHECK_DB", f"sqlite:///{tmp_path / 'history.db'}")
    with open_store() as store:
        store.keep_score(Score(date(2026, 5, 4), 9), "Quagga")
    assert run(folder, "--fhir", "-o", tmp_path / "a.json", "--person", "Quagga").startswith("0")
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    scores = [one["resource"] for one in json.loads(text)["entry"] if one["resource"]["id"].startswith("rmdq-24")]
    assert [(one["effectiveDateTime"], one["valueQuantity"]["value"]) for one in scores] == [("2026-05-04", 9)]
    assert "Quagga" not in text
    assert "expected a name the history knows" in run(folder, "--fhir", "-o", tmp_path / "b.json", "-p", "Okapi")
    assert not (tmp_path / "b.json").exists()


def test_what_does_not_fit_is_refused_and_nothing_is_written(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"ends in \.trc, \.mot, \.parquet, \.c3d, \.fhir\.json"):
        export(folder, tmp_path / "a.json")
    with pytest.raises(OutputError, match=r"ends in \.json"):
        export(folder, tmp_path / "a.c3d", kind=FHIR)
    with pytest.raises(OutputError, match=r"ends in \.c3d"):
        export(folder, tmp_path / "a.trc", kind=C3D)
    with pytest.raises(OutputError, match="only with FHIR"):
        export(folder, tmp_path / "a.c3d", patient="Patient/7")
    with pytest.raises(OutputError, match="only with FHIR"):
        export(folder, tmp_path / "a.c3d", person="Anna")
    with pytest.raises(PosecheckError, match="FHIR reference"):
        export(folder, tmp_path / "a.fhir.json", patient="Anna")
    with pytest.raises(OutputError, match="another file than the results"):
        export(folder, folder / "summary.json", force=True, kind=FHIR)
    assert run(folder, "--c3d", "--fhir", "-o", tmp_path / "a.json").startswith("2")
    assert not list(tmp_path.iterdir())
