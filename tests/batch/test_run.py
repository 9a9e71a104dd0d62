"""Batches: listing of recordings, their results, and that finished work is not repeated."""

import contextlib
import csv
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from pyarrow import parquet  # type: ignore[import-untyped]

from posecheck.batch import Batch, run, tasks
from posecheck.batch.executors import LocalProcesses, WorkerDied
from posecheck.batch.manifest import Item, of_manifest, of_paths
from posecheck.batch.tasks import DONE, MARK, PARTIAL, Options, Row
from posecheck.core.errors import InputError, ModelError, OutputError, PosecheckError
from posecheck.recordings import check
from tests.support import batch_work

T = TypeVar("T")
R = TypeVar("R")
FAST = Options(draw=False, report=False)


class Here:
    """An executor that works in this process, and stops early where asked."""

    def __init__(self, stop_after: int | None = None) -> None:
        self._left = stop_after

    def results(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[T, R | WorkerDied]]:
        for task in tasks:
            if self._left == 0:
                raise KeyboardInterrupt
            self._left = None if self._left is None else self._left - 1
            yield task, work(task)


@pytest.fixture(autouse=True)
def constructed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tmp_path / "model.task"
    model.write_bytes(b"model")
    monkeypatch.setattr(tasks, "ensure", lambda *_: model)
    monkeypatch.setattr(check, "check", batch_work.judged)


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    (folder / "anna").mkdir(parents=True)
    for name, twist in (("a.mp4", "20"), ("anna/a.mp4", "30"), ("b.mp4", "60"), ("broken.mp4", "no")):
        (folder / name).write_text(twist, encoding="utf-8")
    return folder


def asked(videos: Path, tmp_path: Path, options: Options = FAST) -> Batch:
    out = tmp_path / "out"
    return Batch(of_paths([str(videos)], "chair-twist", out), out, options)


def kinds(rows: list[Row]) -> dict[str, str]:
    return {Path(row.recording).name if row.status == "failed" else row.folder: row.status for row in rows}


def test_each_recording_has_a_folder_and_the_table_a_row(videos: Path, tmp_path: Path) -> None:
    told: list[Row] = []
    rows = run(asked(videos, tmp_path), Here(), told.append)
    assert rows == told
    assert kinds(rows) == {"a": "done", "anna/a": "done", "b": "done", "broken.mp4": "failed"}
    out = tmp_path / "out"
    for name in ("a", "anna/a", "b"):
        held = {path.name for path in (out / name).iterdir()}
        assert held >= {"summary.json", "angles.csv", "events.csv", "landmarks.npz", MARK}
    assert not (out / "broken").exists()
    assert not (out / PARTIAL).exists()
    with (out / "recordings.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert table[2]["verdict"] in ("caution", "stop")
    assert table[3]["verdict"] == ""
    assert "broken.mp4: expected a video, found a file in no format" in table[3]["error"]
    columns = parquet.read_table(out / "recordings.parquet").to_pylist()
    assert [row["sha256"] for row in columns] == [row["sha256"] for row in table]
    assert columns[2]["stop_events"] == int(table[2]["stop_events"])
    assert columns[3]["frames"] is None


def test_the_page_leads_to_each_folder_and_escapes_names(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "<b>x & y.mp4").write_text("20", encoding="utf-8")
    (folder / "bad.mp4").write_text("?", encoding="utf-8")
    run(asked(folder, tmp_path), Here())
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;x &amp; y" in page
    assert "<b>x" not in page
    assert 'href="%3Cb%3Ex%20%26%20y/"' in page
    assert "Not analysed" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_what_is_done_is_left_as_it_is(videos: Path, tmp_path: Path) -> None:
    run(asked(videos, tmp_path), Here())
    mark = tmp_path / "out" / "a" / MARK
    before = mark.stat().st_mtime_ns, mark.stat().st_ino
    rows = run(asked(videos, tmp_path), Here())
    assert kinds(rows) == {"a": "kept", "anna/a": "kept", "b": "kept", "broken.mp4": "failed"}
    assert (mark.stat().st_mtime_ns, mark.stat().st_ino) == before
    assert [row.headline for row in rows[:3]] == [row.headline for row in run(asked(videos, tmp_path), Here())[:3]]


def test_an_interrupted_batch_keeps_what_was_done_and_goes_on(videos: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(asked(videos, tmp_path), Here(stop_after=2))
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "2 more are not done yet" in page
    rows = run(asked(videos, tmp_path), Here())
    assert [row.status for row in rows] == ["kept", "kept", "done", "failed"]


def test_large_recordings_are_begun_first_and_rows_stay_as_asked_for(videos: Path, tmp_path: Path) -> None:
    """The last to be done should be short, so that no worker waits long for another."""
    (videos / "b.mp4").write_text("60.000", encoding="utf-8")
    begun: list[str] = []
    rows = run(asked(videos, tmp_path), Here(), lambda row: begun.append(Path(row.recording).name))
    assert begun == ["b.mp4", "a.mp4", "a.mp4", "broken.mp4"]
    assert [Path(row.recording).name for row in rows] == ["a.mp4", "a.mp4", "b.mp4", "broken.mp4"]


def test_another_limit_content_or_version_is_other_work(
    videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(asked(videos, tmp_path), Here())
    note = tmp_path / "out" / "a" / "note of the physiotherapist.txt"
    note.write_text("looks fine", encoding="utf-8")
    tighter = Options(draw=False, report=False, settings=("trunk_rotation.stop=41",))
    rows = run(asked(videos, tmp_path, tighter), Here())
    assert {row.status for row in rows[:3]} == {"done"}
    assert note.read_text(encoding="utf-8") == "looks fine"
    assert {row.status for row in run(asked(videos, tmp_path, tighter), Here())[:3]} == {"kept"}
    (videos / "a.mp4").write_text("25", encoding="utf-8")
    assert [row.status for row in run(asked(videos, tmp_path, tighter), Here())[:3]] == ["done", "kept", "kept"]
    monkeypatch.setattr(tasks, "__version__", "9.9")
    newer = Batch(asked(videos, tmp_path).items, tmp_path / "out", tighter)
    assert "this worker has posecheck 9.9" in run(newer, Here())[0].error


def test_a_recording_under_a_new_name_is_recognised(videos: Path, tmp_path: Path) -> None:
    run(asked(videos, tmp_path), Here())
    (videos / "b.mp4").rename(videos / "renamed.mp4")
    rows = {Path(row.recording).name: row for row in run(asked(videos, tmp_path), Here())}
    assert (rows["renamed.mp4"].status, rows["renamed.mp4"].folder) == ("kept", "b")


def test_half_done_results_of_a_killed_run_do_not_count(videos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / PARTIAL / "a-1234").mkdir(parents=True)
    (out / "a").mkdir()
    (out / "a" / "summary.json").write_text("{}", encoding="utf-8")
    rows = run(asked(videos, tmp_path), Here())
    assert rows[0].status == "done"
    assert not (out / PARTIAL).exists()
    (out / DONE / ".posecheck-123456789abc-0.part").write_bytes(b"half a key")
    run(asked(videos, tmp_path), Here())
    assert not list((out / DONE).glob(".posecheck-*"))


def test_results_whose_key_was_not_noted_count_as_done(videos: Path, tmp_path: Path) -> None:
    run(asked(videos, tmp_path), Here())
    shutil.rmtree(tmp_path / "out" / DONE)
    assert {row.status for row in run(asked(videos, tmp_path), Here())} == {"kept", "failed"}


def test_a_file_of_somebody_else_outlives_a_kill_while_results_are_replaced(
    videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(asked(videos, tmp_path), Here())
    note = tmp_path / "out" / "a" / "note.txt"
    note.write_text("mine", encoding="utf-8")
    other = Options(draw=False, report=False, settings=("trunk_rotation.stop=55",))
    real = os.rename
    for step in range(1, 8):
        left = [step]

        def rename(one: Path, to: Path, left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise KeyboardInterrupt  # nothing that follows is done
            real(one, to)

        with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt):
            patched.setattr("os.rename", rename)
            run(asked(videos, tmp_path, other), Here())
        assert note.read_text(encoding="utf-8") == "mine"
    rows = run(asked(videos, tmp_path, other), Here())
    assert {row.status for row in rows} <= {"done", "kept", "failed"}
    assert note.read_text(encoding="utf-8") == "mine"


def test_two_batches_do_not_mix(videos: Path, tmp_path: Path) -> None:
    class Second(Here):
        def results(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[T, R | WorkerDied]]:
            with pytest.raises(OutputError, match="expected no other batch at work there"):
                run(asked(videos, tmp_path), Here())
            yield from super().results(work, tasks)

    assert len(run(asked(videos, tmp_path), Second())) == 4


def test_no_model_ends_the_batch(videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> Path:
        raise ModelError("model full: not on this machine yet")

    monkeypatch.setattr(tasks, "ensure", none)
    with pytest.raises(ModelError):
        run(asked(videos, tmp_path), Here())


def test_recordings_on_shared_storage_are_read_by_url(tmp_path: Path) -> None:
    import fsspec

    store = fsspec.filesystem("memory")
    store.pipe("/clinic/anna/one.mp4", b"60")
    store.pipe("/clinic/two.mp4", b"?")
    store.pipe("/clinic/notes.txt", b"60")
    out = tmp_path / "out"
    items = of_paths(["memory://clinic"], "chair-twist", out)
    assert [item.name for item in items] == ["anna/one", "two"]
    rows = run(Batch(items, out, FAST), Here())
    assert [row.status for row in rows] == ["done", "failed"]
    assert rows[0].verdict in ("caution", "stop")
    assert rows[1].error.startswith("memory://clinic/two.mp4: expected a video") or "memory:///clinic" in rows[1].error
    gone = run(Batch([Item("memory://clinic/gone.mp4", "chair-twist", "gone")], out, FAST), Here())
    assert gone[0].error.startswith("memory://clinic/gone.mp4: expected a recording on storage")


def test_paths_take_folders_apart_and_leave_the_results_out(videos: Path, tmp_path: Path) -> None:
    out = videos / "results"
    (out / "a").mkdir(parents=True)
    (out / "a" / "annotated.mp4").write_text("1", encoding="utf-8")
    (videos / "a.mov").write_text("1", encoding="utf-8")
    (videos / ".hidden.mp4").write_text("1", encoding="utf-8")
    items = of_paths([str(videos), str(videos / "b.mp4")], "chair-twist", out)
    assert [item.name for item in items] == ["a", "a.mp4", "anna/a", "b", "broken"]
    with pytest.raises(InputError, match="expected recordings, found none"):
        of_paths([str(out)], "chair-twist", out)


def manifest(folder: Path, text: str) -> Path:
    path = folder / "manifest.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_manifest_names_a_stretch_for_each_recording(tmp_path: Path) -> None:
    text = "\ufeffvideo, stretch, age, neutral, name\na.mp4, chair-twist, 65, 0-2, anna/monday\n"
    text += "a.mp4,standing-twist,,,\ns3://bucket/x.mp4,,,,\n\n"
    items = of_manifest(manifest(tmp_path, text), "chair-twist", 40)
    assert items == [
        Item(str(tmp_path / "a.mp4"), "chair-twist", "anna/monday", 65, "0-2"),
        Item(str(tmp_path / "a.mp4"), "standing-twist", "a", 40),
        Item("s3://bucket/x.mp4", "chair-twist", "x", 40),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "expected the columns video, stretch"),
        ("video\n", "expected a row for each recording, found none"),
        ("video,strech\na.mp4,x\n", "expected the columns video, stretch"),
        ("video\na.mp4\n", "row 2: stretch: expected a stretch, found nothing"),
        ("video,stretch\n,chair-twist\n", "row 2: video: expected a path or a URL, found nothing"),
        ("video,stretch\na.mp4,chair-twits\n", "row 2: .*did you mean chair-twist"),
        ("video,stretch,age\na.mp4,chair-twist,old\n", "row 2: age: expected whole years from 1 to 120, got 'old'"),
        ("video,stretch,neutral\na.mp4,chair-twist,2\n", "row 2: neutral: expected FROM-TO"),
        ("video,stretch,name\na.mp4,chair-twist,../x\n", "row 2: name: expected a name for a folder below"),
        ("video,stretch\na.mp4,chair-twist,1\n", "row 2: expected a cell for each column, found more"),
    ],
)
def test_a_wrong_manifest_is_said_in_one_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected) as caught:
        of_manifest(manifest(tmp_path, text))
    assert "manifest.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_processes_answer_for_each_task() -> None:
    found = dict(LocalProcesses(2).results(batch_work.double, range(5)))
    assert found == {i: 2 * i for i in range(5)}


def test_the_task_of_a_process_that_dies_is_done_by_another_but_not_for_ever(tmp_path: Path) -> None:
    for deaths in ("0", "1", "7"):
        (tmp_path / deaths).mkdir()
    places = [str(tmp_path / deaths) for deaths in ("0", "1", "7")]
    found = dict(LocalProcesses(2).results(batch_work.deadly, places))
    assert isinstance(found[places[0]], int)
    assert isinstance(found[places[1]], int)
    assert len(list((tmp_path / "1").iterdir())) == 2
    assert found[places[2]] == WorkerDied(3)
    assert len(list((tmp_path / "7").iterdir())) == 3


def test_an_error_for_all_comes_out_of_the_processes() -> None:
    with pytest.raises(ModelError, match="not on this machine"):
        list(LocalProcesses(1).results(batch_work.refuses, [1, 2]))


def test_no_cluster_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from posecheck.batch import dask_cluster

    monkeypatch.setattr(dask_cluster, "CONNECT_S", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        with pytest.raises(PosecheckError, match="expected a Dask scheduler"):
            dask_cluster.DaskCluster(address)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "expected recordings or folders, or --manifest FILE"),
        (("a.mp4", "--manifest", "m.csv"), "and not both"),
        (("a.mp4",), "expected --stretch"),
        (("a.mp4", "--stretch", "chair-twits"), "did you mean chair-twist"),
        (("--manifest", "none.csv"), "none.csv: expected a manifest"),
        (("a.mp4", "--stretch", "chair-twist", "--model", "huge"), "--model: expected lite, full or heavy"),
    ],
)
def test_a_wrong_command_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    from typer.testing import CliRunner

    from posecheck.cli.main import app

    found = CliRunner().invoke(app, ["batch", *words, "--out", str(tmp_path / "out")])
    assert found.exit_code == 2
    assert told in " ".join(found.output.split())
    assert not (tmp_path / "out").exists()
