"""The folder of results: whole or not at all, and one clear line where it cannot be."""

import csv
import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from posecheck.assessment.analysis import judge
from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import InputError, OutputError
from posecheck.repetitions.repetition import COLUMNS
from posecheck.results import folder as folder_module
from posecheck.results.folder import FILES, WHOLE, ResultFolder, finish_interrupted
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


DIES = """
import os, sys
from pathlib import Path
from posecheck.results import folder

seen = 0
def heard(event, args):
    global seen
    if event in ("os.rename", "os.remove", "os.rmdir") and sys.argv[1] in str(args[0]) + str(args[1]):
        seen += 1
        if seen == int(sys.argv[2]):
            os._exit(9)
sys.addaudithook(heard)
files = (*folder.FILES, "batch.json")
with folder.ResultFolder(Path(sys.argv[1]), files, force=True) as results:
    for name in ("angles.csv", "events.csv", "batch.json", "summary.json"):
        (results.path / name).write_text("new", encoding="utf-8")
"""


@pytest.mark.parametrize("step", range(1, 18))
def test_killed_between_any_two_moves_it_is_all_old_or_all_new(tmp_path: Path, step: int) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in ("angles.csv", "annotated.mp4", "batch.json", "summary.json", "mine.txt"):
        (out / name).write_text("old", encoding="utf-8")
    code = subprocess.run([sys.executable, "-c", DIES, str(out), str(step)]).returncode
    assert code in (0, 9)
    held = {path.name: path.read_text(encoding="utf-8") for path in out.iterdir() if path.is_file()}
    shown = {text for name, text in held.items() if name not in ("mine.txt", "") and not name.startswith(".")}
    assert shown in ({"old"}, {"new"}) or "summary.json" not in held, "no mixture is taken for results"
    assert "batch.json" in held or "summary.json" not in held, "nothing is taken for results from which a part is gone"
    finish_interrupted(out)
    old = dict.fromkeys(("angles.csv", "annotated.mp4", "batch.json", "summary.json", "mine.txt"), "old")
    new = dict.fromkeys(("angles.csv", "events.csv", "batch.json", "summary.json"), "new") | {"mine.txt": "old"}
    held = {path.name: path.read_text(encoding="utf-8") for path in out.iterdir() if not path.name.startswith(".")}
    assert held in (old, new)
    with ResultFolder(out, (*FILES, "batch.json"), force=True) as folder:
        (folder.path / "summary.json").write_text("third", encoding="utf-8")
    assert {path.name for path in out.iterdir()} == {"summary.json", "mine.txt"}


HOLDS = """
import sys
from pathlib import Path
from posecheck.core.files import alone

with alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_the_lock_of_a_process_that_is_still_dying_is_waited_for(tmp_path: Path) -> None:
    whole = tmp_path / WHOLE
    whole.mkdir()
    (whole / "summary.json").write_text("new", encoding="utf-8")
    words = [sys.executable, "-c", HOLDS, str(tmp_path / folder_module.LOCK)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        let_go = threading.Timer(0.3, holder.stdin.close)
        let_go.start()
        finish_interrupted(tmp_path)
        let_go.join()
    assert (tmp_path / "summary.json").read_text(encoding="utf-8") == "new"
    assert not whole.exists()


def test_new_results_are_never_seen_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed: list[str] = []
    real = Path.rename

    def rename(one: Path, to: Path) -> Path:
        renamed.append(to.name)
        return real(one, to)

    monkeypatch.setattr(Path, "rename", rename)
    with ResultFolder(tmp_path / "out") as folder:
        for name in FILES:
            (folder.path / name).write_text("", encoding="utf-8")
        assert not (tmp_path / "out").exists()
    assert renamed == ["out"]


@pytest.mark.parametrize("there", [False, True])
def test_of_two_at_once_one_says_so(tmp_path: Path, there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "PATIENCE_S", 0.0)
    out = tmp_path / "out"
    if there:
        out.mkdir()
    with ResultFolder(out) as folder:
        (folder.path / "summary.json").write_text("{}", encoding="utf-8")
        with pytest.raises(OutputError) as caught:
            ResultFolder(out)
        assert str(caught.value) == f"{out}: expected no other posecheck to be writing results there, found one"
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "summary.json"]


def test_a_folder_made_meanwhile_stays_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "out"

    def work() -> None:
        with ResultFolder(out) as folder:
            (folder.path / "summary.json").write_text("{}", encoding="utf-8")
            out.mkdir()
            (out / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(OutputError, match="expected no other posecheck"):
        work()
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "mine.txt"]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links")
def test_files_of_another_folder_are_not_moved_in(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "summary.json").write_text("{}", encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / WHOLE).symlink_to(tmp_path / "theirs")
    finish_interrupted(tmp_path / "out")
    assert (tmp_path / "theirs" / "summary.json").exists()
