"""A mistake of the program is one line, an exit code and a report in a file; it is never a traceback."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from posecheck.cli import errors, main
from posecheck.stretches import library


def test_a_mistake_of_the_program_is_one_line_with_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(_: str) -> None:
        raise KeyError("what\x1b[31m")

    monkeypatch.setenv("POSECHECK_DATA", str(tmp_path))
    monkeypatch.setattr(library, "find_stretch", wrong)
    monkeypatch.setattr("posecheck.cli.stretches.find_stretch", wrong)
    done = CliRunner().invoke(main.app, ["stretches", "chair-twist"])
    assert done.exit_code == errors.UNEXPECTED
    (line,) = done.stderr.splitlines()
    (report,) = (tmp_path / "reports").iterdir()
    assert line.startswith("posecheck: a mistake of the program, not of yours (KeyError: ")
    assert line.endswith(f"told in {report}")
    assert "\x1b" not in line
    assert "Traceback" not in done.output
    assert "in wrong" in report.read_text(encoding="utf-8")


def test_where_no_report_can_be_written_it_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POSECHECK_DATA", "/dev/null/none")
    monkeypatch.setattr("tempfile.gettempdir", lambda: "/dev/null/none")
    errors.unexpected(ValueError("x" * 100_000))
    said = capsys.readouterr().err
    assert said.endswith("could not be written to a file\n")
    assert len(said) < 1000


def test_names_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    errors.say("a\x1b[31m\nb\udcff")
    assert capsys.readouterr().out == "a\\x1b[31m\nb\\udcff\n"
