"""What others wrote is read within bounds: files, TOML and JSON, cells; and shown so that it steers no terminal."""

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.core.errors import MOST_PROBLEMS, VALUE_CHARS, InputError, Problem, is_plain, printable
from posecheck.core.outside.cells import text_cell, text_of_cell
from posecheck.core.outside.documents import MOST_DEPTH, json_text, parse_toml, read_json, read_text
from posecheck.core.outside.files import Most, UnfitFileError, name_of, open_regular, read_regular
from tests.support.hostile import texts

LINUX = pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs devices")


def made_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


@LINUX
@pytest.mark.parametrize("kind", ["pipe", "/dev/zero", "/dev/urandom", "/dev/null", "link"])
def test_what_is_no_regular_file_is_never_opened(tmp_path: Path, kind: str) -> None:
    path = made_pipe(tmp_path) if kind == "pipe" else Path(kind)
    if kind == "link":
        path = tmp_path / "link"
        path.symlink_to("/dev/zero")
    start = time.monotonic()
    with pytest.raises(UnfitFileError, match=r"^a (pipe|device), which is no regular file$"):
        read_regular(path, 10)
    assert time.monotonic() - start < 5


def test_a_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 10)
    assert read_regular(path, 10) == b"x" * 10
    with pytest.raises(UnfitFileError, match="10 bytes, which is more than 9 bytes"):
        read_regular(path, 9)
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(UnfitFileError, match="1024 GB, which is more than 128 kB"):
        open_regular(path, Most.DOCUMENT)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs /proc")
def test_a_file_that_states_no_size_is_bounded_too() -> None:
    with pytest.raises(UnfitFileError, match="more than 100 bytes"):
        read_regular(Path("/proc/self/maps"), 100)


def test_a_folder_and_nothing_are_said_as_ever(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path, 10)
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "none", 10)
    with pytest.raises(ValueError, match="null"):
        read_regular(Path("a\0b"), 10)


def told(read: Callable[[], object]) -> str:
    """Return what is said of a file that cannot be read; nothing of one that can."""
    start = time.process_time()
    said = ""
    try:
        read()
    except (OSError, ValueError) as error:
        said = str(error)
    assert time.process_time() - start < 20
    return said


def test_odd_toml_is_read_or_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    for name, content in texts.any_toml():
        path.write_bytes(content)
        assert "\n" not in told(lambda: parse_toml(read_text(path))), name


def test_odd_json_is_read_or_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for name, content in texts.any_json():
        path.write_bytes(content)
        assert "\n" not in told(lambda: read_json(path)), name


def test_depth_and_digits_are_bounded(tmp_path: Path) -> None:
    assert parse_toml(f"a = {'[' * (MOST_DEPTH - 2)}{']' * (MOST_DEPTH - 2)}")
    for text in (
        f"a = {'[' * MOST_DEPTH}{']' * MOST_DEPTH}",
        f"{'.'.join(['a'] * (MOST_DEPTH + 1))} = 1",
        "a." * 100_000,
        f"a = 0x{'f' * 17}",
        f"a = {2**63}",
    ):
        with pytest.raises(ValueError, match=r"more than 32|64 bits"):
            parse_toml(text)
    assert parse_toml(f"a = {2**63 - 1}") == {"a": 2**63 - 1}
    (tmp_path / "a.json").write_text(json.dumps({"a": 10**30}), encoding="utf-8")
    with pytest.raises(ValueError, match="64 bits"):
        read_json(tmp_path / "a.json")


@given(st.text())
def test_a_key_is_searched_for_dots_in_time(text: str) -> None:
    told(lambda: parse_toml(text * 50))


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(), st.lists, max_leaves=20))
def test_json_comes_back_and_is_plain(value: object) -> None:
    text = json_text(value)
    assert json.loads(text) == value
    assert is_plain(text, keep="\n")


@given(st.text())
def test_a_cell_comes_back_and_runs_nowhere(text: str) -> None:
    cell = text_cell(text)
    assert text_of_cell(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("text", ["plain", "3.5", "'quoted'", "a=b", ""])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert text_cell(text) == text


@given(st.text(st.characters(codec=None)))
def test_what_is_shown_steers_no_terminal_and_is_short(text: str) -> None:
    shown = printable(text)
    assert is_plain(shown)
    assert len(shown) <= 2 * VALUE_CHARS
    if is_plain(text) and len(text) <= VALUE_CHARS:
        assert shown == text


def test_names_are_escaped_and_cut_in_errors() -> None:
    for name in ("a\x1b[31m", "a\nb", "\udcff", "\u202egpj", "\x9b2J", "n" * 100_000):
        for error in (InputError("code", "{file}: wrong", file=Path(name)), InputError(f"{name}: wrong"),
                      InputError("code", "wrong").within(name)):  # fmt: skip
            assert is_plain(str(error))
            assert len(str(error)) < 5000
    assert str(InputError("code", "{file}: wrong", file="Übung ✓ 👩\u200d⚕️.mp4")) == "Übung ✓ 👩\u200d⚕️.mp4: wrong"
    assert str(InputError("code", "{n:.1f}", n=2.0)) == "2.0"


def test_very_many_problems_are_counted() -> None:
    error = InputError.gathered(Problem("code", f"{i}") for i in range(1000))
    assert len(error.problems) == MOST_PROBLEMS + 1
    assert str(error.within("file")).splitlines()[-1] == f"file: problems that are not shown: {1000 - MOST_PROBLEMS}"
    assert (
        len(InputError.gathered(Problem("code", "x") for _ in range(MOST_PROBLEMS + 1)).problems) == MOST_PROBLEMS + 1
    )


@pytest.mark.skipif(os.name == "nt", reason="names there are text")
def test_a_name_that_is_no_text_becomes_one() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / os.fsdecode(b"\xff.mp4")
        assert name_of(path) == "\ufffd.mp4"
    assert name_of(Path("Übung.mp4")) == "Übung.mp4"
