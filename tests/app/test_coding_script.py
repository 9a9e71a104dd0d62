"""The worker's own script cuts, encodes and takes turns as the server does, so that both make the same body codes."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from posecheck.app.streaming.inpage import routes
from posecheck.capture.pose.coding import encoder
from posecheck.capture.pose.coding.estimator import Pace
from posecheck.capture.pose.coding.inner_map import CELLS, CHANNELS, crop
from posecheck.core.frame import Rgb

SCRIPTS = Path(routes.__file__).parent
WIDTH, HEIGHT = 96, 72


def played(tmp_path: Path, script: str, **given: np.ndarray[Any, Any]) -> Any:
    """Return what a script makes of some arrays, which it finds by their names."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not here")
    lines = ["const fs = require('fs');"]
    for name, array in given.items():
        (tmp_path / name).write_bytes(array.tobytes())
        kind = {"f": "Float32Array", "u": "Uint8ClampedArray"}[array.dtype.kind]
        lines.append(
            f"const {name} = new {kind}(new Uint8Array(fs.readFileSync({json.dumps(str(tmp_path / name))})).buffer);"
        )
    parts = [(SCRIPTS / name).read_text(encoding="utf-8") for name in ("landmarker.js", "coding.js")]
    text = "\n".join([*parts, *lines, f"console.log(JSON.stringify({script}))"])
    told = subprocess.run([node, "-"], input=text, capture_output=True, text=True, timeout=100, check=True)
    return json.loads(told.stdout)


@pytest.fixture(scope="module")
def picture() -> Rgb:
    return np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)


@pytest.mark.parametrize("mirrored", [False, True], ids=["picture", "mirror image"])
@pytest.mark.parametrize(
    ("middle", "reach"), [((48, 36), 20), ((48, 36), 90), ((10, 60), 30), ((-5, 36), 40), ((500, 36), 40)]
)
def test_the_square_is_that_of_the_server(
    tmp_path: Path, picture: Rgb, middle: tuple[float, float], reach: float, mirrored: bool
) -> None:
    share = np.random.default_rng(1).uniform(-0.7, 0.7, (33, 2)) * reach + middle
    marks = np.zeros((33, 6), np.float32)
    marks[:, :2] = share / (WIDTH, HEIGHT)
    full = np.dstack([picture, np.full((HEIGHT, WIDTH), 255, np.uint8)])
    script = (
        f"(() => {{ const part = {{ data: full, left: 0, top: 0, width: {WIDTH}, height: {HEIGHT} }};"
        f"const square = squareOf(marks, {WIDTH}, {HEIGHT});"
        f"return Array.from(cutOut(part, square, {json.dumps(mirrored)}, new Uint8ClampedArray(4 * 65536))); }})()"
    )
    made = np.array(played(tmp_path, script, full=full, marks=marks)).reshape(256, 256, 4)
    server = crop(picture, marks[:, :2].astype(np.float64) * (WIDTH, HEIGHT))
    apart = np.abs(made[..., :3] - (server[:, ::-1] if mirrored else server).astype(int))
    # OpenCV counts in single precision.
    assert apart.max() <= 1
    assert (apart > 0).mean() < 0.001


def test_the_code_is_that_of_the_servers_encoder(tmp_path: Path) -> None:
    maps = np.random.default_rng(2).normal(0, 8, (CELLS, CHANNELS)).astype(np.float32)
    weights = np.frombuffer(encoder.load().weights(), np.float32)
    made = played(tmp_path, "Array.from(new Encoder(weights).encode(maps))", maps=maps, weights=weights)
    wanted = encoder.load().encode(maps)
    assert np.abs(wanted).max() > 50
    np.testing.assert_array_equal(made, wanted)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    script = "(() => { try { new Encoder(new Float32Array(1000)); } catch (e) { return e.message; } })()"
    assert "no encoder's weights" in played(tmp_path, script)


def test_picture_and_mirror_image_take_the_servers_turns(tmp_path: Path) -> None:
    times_ms = [round(1000 * i / 15) for i in range(40)] + [9000, 9010, 100, 200, 300]
    seen = [i not in (20, 21) for i in range(len(times_ms))]
    script = (
        "(() => { const pace = new CodePace();"
        f"const seen = {json.dumps(seen)};"
        f"return {json.dumps(times_ms)}.map((ms, i) =>"
        "pace.due(seen[i] ? { x: i / 10, y: 0, half: 9 } : null, ms)); })()"
    )
    pace = Pace()
    wanted = [list(pace.due("one" if there else None, ms / 1000)) for there, ms in zip(seen, times_ms, strict=True)]
    assert played(tmp_path, script) == wanted


def test_who_is_suddenly_elsewhere_is_somebody_else(tmp_path: Path) -> None:
    script = (
        "(() => { const pace = new CodePace(); return [0, 8, 20].map((x) => pace.due({ x, y: 0, half: 9 }, x)); })()"
    )
    assert played(tmp_path, script) == [[False, True], [], [False, True]]


def test_codes_end_only_where_the_middle_of_twelve_took_too_long(tmp_path: Path) -> None:
    script = (
        "[[300, 300, 300, ...Array(20).fill(20)], Array(20).fill(60)].map((all) => {"
        "const coding = new Coding({ close() {} }, null, { version: '1', most_ms: 40 }, () => {});"
        "return all.findIndex((took) => (coding.time(took), !coding.embedder)); })"
    )
    assert played(tmp_path, script) == [-1, 11]
