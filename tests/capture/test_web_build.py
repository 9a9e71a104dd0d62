"""The web build is fetched once, verified, and cut off from the internet; what goes wrong leaves nothing to serve."""

import hashlib
import io
import tarfile
from pathlib import Path
from typing import BinaryIO

import pytest

from posecheck.capture.web import build
from posecheck.core.errors import ModelError
from tests.support.net import Net, refuse

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


def sent(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Net:
    monkeypatch.setattr(build, "PACKAGE_HASH", hashlib.sha256(data).hexdigest())
    return Net(lambda: io.BytesIO(data))


def test_it_is_fetched_once_without_what_reports_its_use(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert build.find() is None
    net = sent(package(), monkeypatch)
    place = build.ensure(opener=net)
    assert build.ensure(opener=net) == place == build.find()
    assert len(net.asked) == 1
    assert net.asked[0].endswith(f"-{build.VERSION}.tgz")
    assert {path.name for path in place.iterdir()} == set(build.FILES)
    bundle = (place / build.BUNDLE).read_bytes()
    assert bundle.startswith(b"before ")
    assert b"googleapis" not in bundle


def test_another_registry_can_be_named(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "https://mirror.example/npm/")
    net = sent(package(), monkeypatch)
    build.fetch(opener=net)
    assert net.asked[0].startswith("https://mirror.example/npm/@mediapipe/")


def test_a_changed_file_is_not_served(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = build.fetch(opener=sent(package(), monkeypatch))
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
        build.fetch(opener=sent(package(bundle), monkeypatch))
    assert build.find() is None


def other_content() -> BinaryIO:
    return io.BytesIO(b"something else")


@pytest.mark.parametrize("answer", [other_content, refuse(OSError("no route to host"))], ids=["other", "none"])
def test_what_goes_wrong_is_one_line_and_leaves_nothing(
    cache: Path, answer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelError, match=r"pose finding in the browser: .*the server finds poses instead"):
        build.fetch(opener=Net(answer))  # type: ignore[arg-type]
    assert build.find() is None


def test_the_real_bundle_is_cut_off() -> None:
    place = build.find()
    if place is None:
        pytest.skip("the web build is not here; run `posecheck model web`")
    bundle = (place / build.BUNDLE).read_text(encoding="utf-8")
    assert "https://" not in bundle
