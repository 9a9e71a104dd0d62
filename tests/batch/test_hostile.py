"""A batch whose manifest, storage or names are hostile: nothing lies outside its folder, and nothing takes long."""

import time
from pathlib import Path, PurePosixPath

import pytest

from posecheck.batch.manifest import OVERVIEW, Item, _with_own_folders, of_manifest, of_paths
from posecheck.batch.tasks import MARK, Options, Task, _read_mark, work
from posecheck.core.errors import InputError


def names(*given: str) -> list[str]:
    return [item.name for item in _with_own_folders([Item(name, "chair-twist", name) for name in given])]


@pytest.mark.parametrize(
    "name", ["..", ".", "", "/", "../a", "a/../../b", "/etc/passwd", ".lock", ".partial", ".done.mp4", "...", "a/.."]
)
def test_results_lie_below_the_batchs_folder(name: str) -> None:
    (found,) = names(name)
    path = PurePosixPath(found)
    assert path.parts
    assert not path.is_absolute()
    assert ".." not in path.parts
    assert not path.parts[0].startswith(".")


def test_results_never_take_the_place_of_the_overview() -> None:
    assert not {*OVERVIEW} & {*names(*(f"{name}.mp4" for name in OVERVIEW))}


def test_long_names_are_cut_and_stay_apart() -> None:
    found = names("n" * 250, "n" * 250, "\U0001f600" * 90 + ".mp4")
    assert len(set(found)) == 3
    assert max(len(name.encode()) for name in found) < 255


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "local:///etc/passwd",
        "zip://a::file:///etc/passwd",
        "reference://::file:///etc/passwd",
        "simplecache::file:///dev/zero",
        "nonsense://x",
        "github://a:b@c/d",
    ],
)
def test_only_storage_of_the_list_is_asked(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="expected a URL that begins with one of s3://"):
        of_paths([url], "chair-twist", tmp_path / "out")
    manifest = tmp_path / "m.csv"
    manifest.write_text(f"video,stretch\n{url},chair-twist\n")
    with pytest.raises(InputError, match=r"m\.csv: row 2: .*expected a URL"):
        of_manifest(manifest)
    row = work(Task(Item(url, "chair-twist", "a"), tmp_path / "out", Options()))
    assert row.status == "failed"
    assert "expected a URL" in row.error


def test_a_hundred_thousand_rows_are_read_in_time(tmp_path: Path) -> None:
    manifest = tmp_path / "m.csv"
    manifest.write_text("video,stretch\n" + "a.mp4,chair-twist\n" * 100_000)
    start = time.process_time()
    items = of_manifest(manifest)
    assert time.process_time() - start < 20
    assert len({item.name for item in items}) == 100_000
    manifest.write_text("video,stretch\n" + "a.mp4,chair-twist\n" * 100_001)
    with pytest.raises(InputError, match="at most 100000 rows"):
        of_manifest(manifest)


@pytest.mark.parametrize("age", ["²", "9" * 5000, "-1", "４０"])
def test_an_odd_age_is_refused(tmp_path: Path, age: str) -> None:
    manifest = tmp_path / "m.csv"
    manifest.write_text(f"video,stretch,age\na.mp4,chair-twist,{age}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"row 2: age: expected"):
        of_manifest(manifest)


@pytest.mark.parametrize("text", ["", "[" * 10_000, "{}", '{"key": 1, "row": 3}', '{"key": 1, "row": {"frames": "x"}}'])
def test_an_odd_mark_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / MARK).write_text(text)
    assert _read_mark(tmp_path) is None


def test_links_in_a_circle_are_refused_in_a_row(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").symlink_to("a.mp4")
    (item,) = of_paths([str(tmp_path / "a.mp4")], "chair-twist", tmp_path / "out")
    row = work(Task(item, tmp_path / "out", Options()))
    assert row.status == "failed"
    assert "expected a video" in row.error
