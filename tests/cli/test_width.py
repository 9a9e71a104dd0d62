"""What the commands print in a terminal of 80 columns."""

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.core import TyperGroup
from typer.testing import CliRunner

from posecheck.cli import stretches
from posecheck.cli.main import app
from posecheck.cli.reference import commands
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


LISTS = (
    ["stretches"],
    ["safety", "show"],
    ["safety", "show", "chair-twist"],
    ["safety", "emergency", "--language", "de"],
    ["safety", "felt", "dizziness"],
)


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_lists_fit_a_terminal_and_stay_whole_in_a_file(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("POSECHECK_DB", raising=False)
    told = []
    for name, columns in (("terminal", {"COLUMNS": "80"}), ("file", {})):
        env = {**columns, "POSECHECK_DATA": str(tmp_path / name)}
        result = CliRunner().invoke(app, words, env=env)
        assert result.exit_code == 0, result.output
        told.append(result.output.splitlines())
    assert max(map(len, told[0])) <= 80
    assert "".join("".join(told[0]).split()) == "".join("".join(told[1]).split())
    assert len(told[0]) > len(told[1])
    for name in all_stretches():
        lines = [sum(name in line for line in lines) for lines in told]
        assert lines[0] == lines[1], f"{name} is broken over two lines"


COMMANDS = [pytest.param(name, command, id=name) for name, command in commands()]


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_help_fits_and_ends_with_an_example_that_works(name: str, command: Any) -> None:
    words = name.split()[1:]
    told = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80"}).output
    assert max(map(len, told.splitlines())) <= 80
    if isinstance(command, TyperGroup) and name not in ("posecheck safety",):
        return
    example = told[told.index("For example: posecheck ") :].split("╭")[0].split()[3:]
    assert example[: len(words)] == words
    given = example[len(words) :]
    if ">" in given:
        given = given[: given.index(">")]
    command.make_context(name, given).close()


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
