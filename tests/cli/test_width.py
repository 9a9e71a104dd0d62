"""What the commands print in a terminal of 80 columns."""

import pytest
from rich.console import Console
from typer.testing import CliRunner

from posecheck.cli import stretches
from posecheck.cli.main import app
from posecheck.stretches.library import all_stretches


@pytest.mark.parametrize("name", all_stretches())
def test_a_stretch_fits_and_its_lines_hang(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stretches, "Console", lambda **_: Console(width=80, highlight=False, markup=False))
    stretches.show(name)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    sources = lines[lines.index("Sources:") + 1 :]
    assert all(line.startswith(("  - ", "    ")) for line in sources)


@pytest.mark.parametrize("command", ["check", "live"])
def test_help_ends_with_an_example(command: str) -> None:
    told = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "80"}).output
    assert f"posecheck {command}" in told[told.index("For example") :]


def test_help_begins_with_the_three_ways_in() -> None:
    told = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "80"}).output
    before = told[: told.index("Options")]
    assert [line.split(":")[0].strip() for line in before.splitlines() if ":" in line][1:] == [
        "Check me now (camera)",
        "Judge a video",
        "I am a physiotherapist",
    ]
    assert "posecheck live" in before
    assert "posecheck check" in before
    assert "posecheck app" in before
