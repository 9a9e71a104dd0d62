"""The history on the command line."""

import csv
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from posecheck.cli.history import history_app
from posecheck.core.outside.cells import text_of_cell
from posecheck.history import Score, open_store
from posecheck.history.archive import NAMES
from posecheck.history.progress import NO_CHANGE
from tests.support.histories import NOON, summary, summary_values


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "summary.json").write_text(json.dumps(summary_values()), encoding="utf-8")
    return folder


@pytest.fixture
def _here(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSECHECK_DB", url)


def run(*words: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(history_app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result


@pytest.mark.usefixtures("_here")
def test_the_command_from_first_to_last(results: Path, tmp_path: Path) -> None:
    assert "No sessions of me yet" in run("list").stdout
    assert run("add", results).stdout.startswith("Session 1 of me in ")
    assert run("add", results).stdout == "Already in the history as session 1.\n"
    assert "Session 2" in run("add", results, "--when", "2026-05-05").stdout
    assert "There are sessions of: me." in run("list", "--person", "you").stdout
    listed = run("list", "--stretch", "chair-twist").stdout.splitlines()
    assert listed[0].split() == ["ID", "WHEN", "STRETCH", "VERDICT", "WHOLE", "SOURCE"]
    assert "0 left, 0 right" in listed[1]
    assert len(listed) == 3
    shown = run("show", "1").stdout
    assert "Stop: Past the stop limit once: over-rotation." in shown
    assert "turn of the trunk  -38.5 ± 4.0  41.0 ± 4.0  deg" in shown
    assert "2.0-3.5 s  stop: Turned too far: ease back ä." in shown
    rows = [line.split() for line in shown.splitlines()]
    assert ["NO", "SIDE", "FROM", "TO", "PEAK", "ERROR", "HELD", "IN", "BACK", "UNIT", "WHOLE"] in rows
    assert ["1", "left", "2.0", "5.0", "41.0", "4.0", "1.0", "1.0", "-", "deg", "lost"] in rows
    assert "Left less right, peak: +2.5 ± 5.7 deg, cannot be told with this error" in shown
    assert f"Since the first: {NO_CHANGE}." in run("progress", "chair-twist", "trunk_rotation").stdout
    out = tmp_path / "me.json"
    run("export", "--out", out)
    assert json.loads(out.read_text(encoding="utf-8")) == json.loads(run("export").stdout)
    assert "add --force" in run("export", "--out", out, code=2).stderr
    run("export", "--csv", tmp_path / "tables")
    assert "add --force" in run("export", "--csv", tmp_path / "tables", code=2).stderr
    run("export", "--csv", tmp_path / "tables", "--out", out, "--force")
    refused = run("delete", "--person", "me", code=2)
    assert "This deletes everything of me" in refused.stdout
    assert (
        "2 sessions, 2 peaks, 4 repetitions, 2 events, 0 answers, 0 locks, 0 programmes, 0 RMDQ scores"
        in refused.stdout
    )
    assert "expected --yes where nobody can be asked; nothing was deleted" in refused.stderr
    assert "Deleted of me" in run("delete", "--person", "me", "--yes").stdout
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "5"), "session 5: expected one in the history"),
        (("add", "/nowhere"), "expected a folder with results"),
        (("export", "--person", "you"), "you: expected a name the history knows"),
        (("delete", "--person", "you", "--yes"), "you: expected a name the history knows"),
        (("progress", "lunge", "knee"), "knee: expected a range in a session of lunge by me"),
    ],
)
def test_the_command_refuses_in_one_line(words: tuple[str, ...], said: str) -> None:
    told = run(*words, code=2).stderr.splitlines()
    assert len(told) == 1
    assert told[0].startswith("posecheck: ")
    assert said in told[0]


def test_every_command_has_help_and_none_loads_the_database_for_it() -> None:
    code = "import sys; import posecheck.cli.history; print([m for m in ('sqlalchemy', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert all(command.callback is not None and command.callback.__doc__ for command in history_app.registered_commands)


class Done:
    """A programme that was followed."""

    name, began, pain_before, pain_after = "=Mornings", NOON, 4, None

    def rows(self) -> list[dict[str, object]]:
        return [{"stretch": "butterfly", "state": "done"}]


def tables(folder: Path) -> dict[str, list[dict[str, str]]]:
    out = {}
    for path in folder.iterdir():
        with path.open(encoding="utf-8", newline="") as file:
            out[path.name] = list(csv.DictReader(file))
    return out


@pytest.mark.usefixtures("_here")
def test_scores_of_the_questionnaire_are_kept_listed_and_taken_back() -> None:
    assert "No RMDQ-24 score of anna yet" in run("rmdq", "--person", "anna").stdout
    assert "nothing to compare yet" in run("rmdq", "14", "--person", "anna", "--day", "2026-05-04").stdout
    run("rmdq", "22", "--person", "anna", "--day", "2026-06-01")
    told = run("rmdq", "9", "--person", "anna", "--day", "2026-06-01").stdout.splitlines()
    assert told == [
        "2026-05-04  14 of 24",
        "2026-06-01   9 of 24",
        "Since the first: less hindered, by as much as is thought important.",
    ]
    assert "2026-06-01" not in run("rmdq", "--person", "anna", "--day", "2026-06-01", "--remove").stdout
    for wrong in (("25",), ("5", "--day", "2999-01-01"), ("5", "--remove"), ("--remove",)):
        assert run("rmdq", *wrong, "--person", "anna", code=2).stderr


@pytest.mark.usefixtures("_here")
def test_tables_hold_all_that_json_does(tmp_path: Path, url: str) -> None:
    with open_store(url) as store:
        first = store.add(summary(source='=cmd,\n"x".mp4'), "me", NOON)
        store.add(summary(left=None, error=None), "me", NOON)
        store.answer("pain", "none", "me", NOON, first)
        store.answer("osteoporosis", "no", "me", NOON)
        store.lock("numbness", NOON + timedelta(days=1), "me", NOON)
        store.keep_programme(Done(), "me")
        store.keep_score(Score(NOON.date(), 14), "me")
        held = store.export("me")
    run("export", "--csv", tmp_path / "out")
    found = tables(tmp_path / "out")
    assert set(found) == set(NAMES)
    sources = [row["source"] for row in found["sessions.csv"]]
    assert sources == ['\'=cmd,\n"x".mp4', "monday.mp4"]  # no spreadsheet runs the first
    assert text_of_cell(sources[0]) == '=cmd,\n"x".mp4'
    assert json.loads(found["sessions.csv"][0]["settings"]) == held[0]["settings"]
    assert [(row["session"], row["number"], row["side"], row["peak"]) for row in found["repetitions.csv"]] == [
        (str(first), "1", "left", "41.0"),
        (str(first), "2", "right", "-38.5"),
        (str(first + 1), "1", "left", ""),
        (str(first + 1), "2", "right", "-38.5"),
    ]
    assert [row["complete"] for row in found["repetitions.csv"]] == ["false"] * 4
    assert found["rmdq_scores.csv"] == [{"person": "me", "day": "2026-05-04", "points": "14"}]
    assert held[-1] == {"record": "rmdq_score", "person": "me", "day": "2026-05-04", "points": 14}
    assert [len(found[f"{name}.csv"]) for name in ("peaks", "events", "locks")] == [2, 2, 1]
    assert [(row["session"], row["person"], row["question"]) for row in found["answers.csv"]] == [
        (str(first), "me", "pain"),
        ("", "me", "osteoporosis"),
    ]
    assert found["locks.csv"][0]["until"] == "2026-05-05T12:00:00+00:00"
    (programme,) = found["programmes.csv"]
    assert (programme["name"], programme["pain_before"], programme["pain_after"]) == ("'=Mornings", "4", "")
    assert json.loads(programme["steps"])[0]["state"] == "done"
