"""A batch turns recordings back that show the person as a mirror does: all, or those a manifest names."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner

from posecheck.batch import Batch, run, tasks
from posecheck.batch.executors import WorkerDied
from posecheck.batch.manifest import Item, of_manifest, of_paths
from posecheck.batch.tasks import Options
from posecheck.cli import batch as batch_cli
from posecheck.cli.main import app
from posecheck.core.errors import InputError
from posecheck.recordings import check
from posecheck.recordings.outcome import Done
from posecheck.recordings.request import Request
from tests.support import batch_work

T = TypeVar("T")
R = TypeVar("R")


class Here:
    """An executor that works in this process."""

    def results(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[T, R | WorkerDied]]:
        for task in tasks:
            yield task, work(task)


def video(folder: Path, name: str) -> str:
    (folder / name).write_text("30", encoding="utf-8")
    return str(folder / name)


def manifest(folder: Path, text: str) -> Path:
    (folder / "manifest.csv").write_text(text, encoding="utf-8")
    return folder / "manifest.csv"


ROWS = "video,stretch,mirrored\na.mp4,chair-twist,yes\nb.mp4,chair-twist,No\nc.mp4,chair-twist,\nd.mp4,chair-twist,1\n"


@pytest.mark.parametrize("others", [False, True])
def test_a_manifest_names_what_is_mirrored(tmp_path: Path, others: bool) -> None:
    items = of_manifest(manifest(tmp_path, ROWS), mirrored=others)
    assert [item.mirrored for item in items] == [True, False, others, True]


def test_a_cell_that_is_neither_yes_nor_no_is_named(tmp_path: Path) -> None:
    path = manifest(tmp_path, "video,stretch,mirrored\na.mp4,chair-twist,left\n")
    with pytest.raises(InputError, match=r"manifest\.csv: row 2: mirrored: expected yes or no, got 'left'$"):
        of_manifest(path)


def test_the_check_is_told_and_it_is_other_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def judged(request: Request) -> Done:
        asked.append(request.mirrored)
        return batch_work.judged(request)

    model = tmp_path / "model.task"
    model.write_bytes(b"model")
    monkeypatch.setattr(tasks, "ensure", lambda *_: model)
    monkeypatch.setattr(check, "check", judged)
    path, out = video(tmp_path, "a.mp4"), tmp_path / "out"
    for mirrored, status in ((False, "done"), (True, "done"), (True, "kept")):
        items = of_paths([path], "chair-twist", out, mirrored=mirrored)
        (row,) = run(Batch(items, out, Options(draw=False, report=False)), Here())
        assert row.status == status
    assert asked == [False, True]


@pytest.mark.parametrize("by_manifest", [False, True])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_option_is_for_all_that_say_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_manifest: bool, mirrored: bool
) -> None:
    asked: list[Item] = []

    def begun(items: list[Item], *_: object) -> list[object]:
        asked.extend(items)
        raise KeyboardInterrupt

    monkeypatch.setattr(batch_cli, "_run", begun)
    text = "video,stretch,mirrored\na.mp4,chair-twist,\nb.mp4,chair-twist,no\n"
    named = [video(tmp_path, "a.mp4"), "--stretch", "chair-twist"]
    words = ["--manifest", str(manifest(tmp_path, text))] if by_manifest else named
    CliRunner().invoke(app, ["batch", *words, "--out", str(tmp_path / "out"), *(["--mirrored"] if mirrored else [])])
    assert [item.mirrored for item in asked] == ([mirrored, False] if by_manifest else [mirrored])
