"""The folder of results: whole or not at all, and one clear line where it cannot be."""

import csv
import errno
from pathlib import Path

import pytest

from posecheck.assessment.analysis import judge
from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import InputError, OutputError
from posecheck.repetitions.repetition import COLUMNS
from posecheck.results.folder import FILES, ResultFolder
from posecheck.results.tables import write_repetitions
from posecheck.stretches.library import find_stretch
from tests.support.people import track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")


def test_results_come_together_and_nothing_else_stays(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    with ResultFolder(out) as folder:
        (folder.path / "summary.json").write_text("{}", encoding="utf-8")
        assert not (out / "summary.json").exists()
    assert [path.name for path in out.iterdir()] == ["summary.json"]


def test_force_takes_away_what_was_not_made_again(tmp_path: Path) -> None:
    for name in ("summary.json", "annotated.mp4", "mine.txt"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    with pytest.raises(OutputError, match=r"found summary\.json") as caught:
        ResultFolder(tmp_path)
    assert caught.value.hint == "force"
    with ResultFolder(tmp_path, force=True) as folder:
        (folder.path / "summary.json").write_text("new", encoding="utf-8")
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        "summary.json": "new",
        "mine.txt": "old",
    }


def test_a_full_disk_is_said_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"

    def work() -> None:
        with ResultFolder(out) as folder:
            (folder.path / "angles.csv").write_text("half", encoding="utf-8")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match="expected to be able to write, got: No space left"):
        work()
    assert not out.parent.exists()


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(InputError), ResultFolder(tmp_path / "out"):
        raise InputError("nobody")
    assert not (tmp_path / "out").exists()


def test_names_that_no_disk_takes_are_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="expected a folder that can be written to"):
        ResultFolder(tmp_path / ("a" * 300))
    with pytest.raises(InputError, match="expected a video"):
        VideoReader(tmp_path / ("a" * 300 + ".mp4"))
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="not a directory"):
        VideoReader(tmp_path / "file" / "below.mp4")


def test_repetitions_are_a_table_with_a_row_each(tmp_path: Path) -> None:
    path = tmp_path / "repetitions.csv"
    moves = twist(30.0) + twist(-24.0)[60:] + twist(60.0)[60:200]
    analysis = judge(track_of(moves), find_stretch("chair-twist"))
    write_repetitions(path, analysis)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    assert [row["side"] for row in rows] == ["left", "right", "left"]
    assert list(rows[0]) == ["number", *COLUMNS]
    assert [row["complete"] for row in rows] == ["true", "true", "false"]
    assert float(rows[0]["peak"]) > 0 > float(rows[1]["peak"])
    # How long the way back took is not known where the recording ends before it.
    assert [bool(row["out_s"]) for row in rows] == [True, True, False]
    assert rows[2]["reason"] == "cut"
    assert path.name in FILES


def test_a_recording_without_repetitions_has_the_columns_alone(tmp_path: Path) -> None:
    analysis = judge(track_of(twist(0.0)), find_stretch("chair-twist"))
    write_repetitions(tmp_path / "repetitions.csv", analysis)
    assert (tmp_path / "repetitions.csv").read_text(encoding="utf-8").splitlines() == [",".join(["number", *COLUMNS])]
