"""The folder of results: whole or not at all, and one clear line where it cannot be."""

import errno
from pathlib import Path

import pytest

from posecheck.errors import InputError, OutputError
from posecheck.results import ResultFolder
from posecheck.video import VideoReader


def test_results_come_together_and_nothing_else_stays(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    with ResultFolder(out) as folder:
        (folder.path / "summary.json").write_text("{}", encoding="utf-8")
        assert not (out / "summary.json").exists()
    assert [path.name for path in out.iterdir()] == ["summary.json"]


def test_force_takes_away_what_was_not_made_again(tmp_path: Path) -> None:
    for name in ("summary.json", "annotated.mp4", "mine.txt"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    with pytest.raises(OutputError, match="--force"):
        ResultFolder(tmp_path)
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
