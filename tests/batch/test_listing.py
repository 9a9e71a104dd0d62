"""Which files of a folder a batch takes for recordings, and that the others are named."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from posecheck.app.visit import uploads
from posecheck.batch.manifest import of_paths
from posecheck.capture.video.endings import ENDINGS, has_video_ending
from posecheck.cli.main import app


def files(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")
    return folder


def told(folder: Path, *, out: Path) -> list[str]:
    """Return the lines on standard error of a batch over a folder, which ends before its work for want of a model."""
    words = ["batch", str(folder), "--stretch", "chair-twist", "--out", str(out), "--model", "huge"]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 2
    return found.stderr.splitlines()


def test_the_app_and_the_batch_take_the_same_endings(tmp_path: Path) -> None:
    assert [f".{kind}" for kind in uploads.TYPES] == list(ENDINGS)
    files(tmp_path, *(f"a{i}{ending.upper()}" for i, ending in enumerate(ENDINGS)))
    assert len(of_paths([str(tmp_path)], "chair-twist", tmp_path / "out")) == len(ENDINGS)
    assert not has_video_ending("notes.txt")
    assert not has_video_ending(".mp4")


def test_skipped_files_are_named_in_one_line(tmp_path: Path) -> None:
    folder = files(tmp_path / "in", "a.mp4", "notes.txt", "anna/b.ogv", "README", ".hidden", ".git/x.txt")
    files(folder / "results", "summary.json")
    lines = told(folder, out=folder / "results")
    assert lines[0] == ("posecheck: skipped 3 files whose name does not end like a video's: README, b.ogv, notes.txt")
    assert "--model" in lines[1]
    assert len(lines) == 2


def test_many_skipped_files_are_counted_by_their_endings(tmp_path: Path) -> None:
    folder = files(tmp_path / "in", "a.mp4", *(f"{i}.JPG" for i in range(20)), *(f"{i}.{i}" for i in range(9)), "x")
    (line, _) = told(folder, out=tmp_path / "out")
    assert "skipped 30 files" in line
    assert ": .jpg (20), " in line
    assert line.endswith(", 6 more endings")


def test_the_line_stays_short_and_one_line(tmp_path: Path) -> None:
    folder = files(tmp_path / "in", "a.mp4", "two\nlines.txt", f"{'long' * 50}.txt")
    (line, _) = told(folder, out=tmp_path / "out")
    assert "two?lines.txt" in line
    assert len(line) < 200


def test_nothing_is_said_where_nothing_is_skipped(tmp_path: Path) -> None:
    (line,) = told(files(tmp_path / "in", "a.mp4"), out=tmp_path / "out")
    assert "skipped" not in line


def test_a_folder_without_recordings_tells_what_is_there(tmp_path: Path) -> None:
    lines = told(files(tmp_path / "in", "a.ogv"), out=tmp_path / "out")
    assert lines[0].endswith(": a.ogv")
    assert "expected recordings, found none" in lines[1]


@pytest.mark.parametrize("name", ["clip.ogv", "clip"])
def test_a_file_named_directly_may_have_any_ending(tmp_path: Path, name: str) -> None:
    files(tmp_path, name)
    skipped: list[str] = []
    (item,) = of_paths([str(tmp_path / name)], "chair-twist", tmp_path / "out", skip=skipped.append)
    assert Path(item.video).name == name
    assert skipped == []


def test_files_on_shared_storage_are_named_too() -> None:
    import fsspec

    store = fsspec.filesystem("memory")
    store.pipe("/archive/one.MP4", b"60")
    store.pipe("/archive/notes.txt", b"60")
    skipped: list[str] = []
    of_paths(["memory://archive"], "chair-twist", Path("out"), skip=skipped.append)
    assert [Path(name).name for name in skipped] == ["notes.txt"]
