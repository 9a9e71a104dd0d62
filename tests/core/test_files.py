"""A file is written as a whole or stays as it was, and nothing half-written is left beside it."""

import errno
from pathlib import Path

import pytest

from posecheck.core.errors import OutputError
from posecheck.core.files import renamed_at_end, write_whole, written_atomically


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
