"""A file is written as a whole or stays as it was, and nothing half-written is left beside it."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from posecheck.core.errors import OutputError
from posecheck.core.files import (
    BusyError,
    ScratchFolder,
    alone,
    beside,
    changed_alone,
    clear_parts,
    clear_scratch,
    renamed_at_end,
    write_whole,
    written_atomically,
)

DIES = """
import os, sys
from pathlib import Path
from posecheck.core import files

with files.renamed_at_end(Path(sys.argv[1])) as part:
    part.write_bytes(b"half of it, and longer than what comes next")
    os._exit(9)
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="an open file can be neither renamed nor removed there")


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.csv", b"old")
    write_whole(tmp_path / "a.csv", b"new")
    (tmp_path / "folder").mkdir()
    for target in (tmp_path / "none" / "b.csv", tmp_path / "folder"):
        with pytest.raises(OutputError, match="expected a place to write to"):
            write_whole(target, b"new")
    assert (tmp_path / "a.csv").read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "folder"]


def test_the_target_stays_as_it_was_until_the_block_has_ended(tmp_path: Path) -> None:
    target = tmp_path / "a.mp4"
    target.write_bytes(b"old")
    with renamed_at_end(target) as part:
        part.write_bytes(b"new")
        assert part.parent == tmp_path
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("error", [OSError(errno.EIO, "a disk"), ValueError("a number"), KeyboardInterrupt()])
def test_an_error_of_the_block_is_passed_on_unchanged(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "a.mp4"
    target.write_bytes(b"old")

    def interrupted() -> None:
        with renamed_at_end(target) as part:
            part.write_bytes(b"half")
            raise error

    with pytest.raises(type(error)) as caught:
        interrupted()
    assert caught.value is error
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_an_error_of_the_disk_names_the_target_where_a_block_only_writes(tmp_path: Path) -> None:
    target = tmp_path / "a.mp4"
    with pytest.raises(OutputError) as caught, written_atomically(target):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert str(caught.value) == f"{target}: expected a place to write to, got: No space left on device"
    assert list(tmp_path.iterdir()) == []


def test_two_who_write_the_same_file_do_not_collide(tmp_path: Path) -> None:
    target = tmp_path / "a.task"
    with renamed_at_end(target) as one:
        one.write_bytes(b"one")
        with renamed_at_end(target) as other:
            assert other != one
            other.write_bytes(b"other")
        assert target.read_bytes() == b"other"
    assert target.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [target]


def killed_while_writing(target: Path) -> None:
    assert subprocess.run([sys.executable, "-c", DIES, str(target)]).returncode == 9


@posix
def test_what_a_killed_process_left_goes_with_the_next_write_of_the_file(tmp_path: Path) -> None:
    target = tmp_path / "profile.toml"
    write_whole(target, b"old")
    killed_while_writing(target)
    assert len(list(tmp_path.iterdir())) == 2
    assert target.read_bytes() == b"old"
    write_whole(target, b"new")
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


@posix
def test_what_killed_processes_left_is_cleared_and_what_is_being_written_stays(tmp_path: Path) -> None:
    killed_while_writing(tmp_path / "a.toml")
    with renamed_at_end(tmp_path / "b.toml") as part:
        part.write_bytes(b"b")
        clear_parts(tmp_path)
        assert list(tmp_path.iterdir()) == [part]
    assert (tmp_path / "b.toml").read_bytes() == b"b"


def test_more_at_once_than_there_are_names_do_not_collide(tmp_path: Path) -> None:
    def deeper(left: int) -> None:
        with renamed_at_end(tmp_path / "a") as part:
            part.write_bytes(b"%d" % left)
            if left:
                deeper(left - 1)
            assert part.read_bytes() == b"%d" % left

    deeper(12)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_only_one_holds_a_lock_and_its_file_is_gone_afterwards(tmp_path: Path) -> None:
    lock = tmp_path / "a.lock"
    with alone(lock):
        with pytest.raises(BusyError), alone(lock):
            pass
        assert lock.exists()
    assert not lock.exists()
    lock.write_bytes(b"")  # of a killed process
    with alone(lock):
        pass
    assert not lock.exists()


def test_a_lock_is_never_held_twice(tmp_path: Path) -> None:
    inside, most, lock = [0], [0], tmp_path / "a.lock"

    def work() -> None:
        for _ in range(50):
            with alone(lock, 60):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert most == [1]
    assert not list(tmp_path.iterdir())


def test_who_changes_a_file_waits_for_another_and_says_so_in_the_end(tmp_path: Path) -> None:
    target = tmp_path / "profile.toml"
    with alone(beside(target, ".lock")), pytest.raises(OutputError) as caught, changed_alone(target, 0.1):
        pass
    assert str(caught.value) == f"{target}: expected no other posecheck to be writing it, found one"
    with changed_alone(target):
        write_whole(target, b"new")
    assert list(tmp_path.iterdir()) == [target]


def test_scratch_folders_of_killed_processes_are_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code = "import os; from posecheck.core.files import ScratchFolder as S; (S('x-').path / 'a').touch(); os._exit(9)"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path)})
    assert len(list(tmp_path.iterdir())) == 2
    with ScratchFolder("x-") as one, ScratchFolder("x-") as other:
        clear_scratch("x-")
        assert {path for path in tmp_path.iterdir() if path.is_dir()} == {one, other}
    assert not list(tmp_path.iterdir())
