"""The page's own script finds how the background has moved, and says nothing where it cannot know."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from posecheck.app.streaming.inpage import routes

SCRIPTS = Path(routes.__file__).parent
PLAY = """
const [W, H] = [160, 120];
// A smooth texture that can be asked for at any place, also between pixels.
const waves = Array.from({ length: 40 }, (_, i) => [Math.sin(12.9 * i) * 0.7, Math.cos(7.1 * i) * 0.7, i]);
const paper = (x, y) => 128 + 9 * waves.reduce((sum, [u, v, w]) => sum + Math.sin(u * x + v * y + w), 0);
const shot = (shift, degrees, zoom, empty) => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180) / zoom, Math.sin((degrees * Math.PI) / 180) / zoom];
  return Float32Array.from({ length: W * H }, (_, i) => {
    const [x, y] = [(i % W) - W / 2 - shift[0] * W, Math.floor(i / W) - H / 2 - shift[1] * W];
    return empty ? 128 : paper(c * x + s * y, c * y - s * x);
  });
};
const free = (x, y) => x < 60 || x > 100;
const follow = (moves) => {
  const background = new Background();
  return moves.map(([shift, degrees, zoom, empty], i) =>
    background.update(shot(shift, degrees, zoom, empty), W, H, free, 200 * i));
};
"""


def played(script: str) -> Any:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not here")
    parts = [(SCRIPTS / name).read_text(encoding="utf-8") for name in ("landmarker.js", "surroundings.js")]
    told = subprocess.run(
        [node, "-"], input="\n".join([*parts, PLAY, f"console.log(JSON.stringify({script}))"]),
        capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip
    return json.loads(told.stdout)


@pytest.mark.parametrize(
    "moves",
    [
        [[0, 0], 0, 1],
        [[0.01, 0], 0, 1],
        [[0.03, -0.02], 0, 1],
        [[-0.07, 0.05], 0, 1],
        [[0.0, 0.0], 3, 1],
        [[0.01, 0.0], -2, 1.03],
    ],
)
def test_a_movement_is_told_as_it_was(moves: list[Any]) -> None:
    _, there, back = played(f"follow([[[0, 0], 0, 1], {json.dumps(moves)}, [[0, 0], 0, 1]])")
    (x, y), degrees, zoom = moves
    assert there == pytest.approx([x, y, degrees, zoom], abs=0.15)
    assert there[:2] == pytest.approx([x, y], abs=0.003)
    assert there[3] == pytest.approx(zoom, abs=0.01)
    assert back[:2] == pytest.approx([0, 0], abs=0.003)


def test_a_long_pan_adds_up() -> None:
    told = played("follow(Array.from({ length: 12 }, (_, i) => [[0.03 * i, 0], 0, 1]))")
    assert told[-1][:2] == pytest.approx([0.33, 0], abs=0.01)


def test_of_a_blank_wall_nothing_is_known() -> None:
    assert played("follow([[[0, 0], 0, 1, true], [[0, 0], 0, 1, true]])") == [None, None]


def test_another_scene_counts_as_far_away() -> None:
    told = played("follow([[[0, 0], 0, 1], ...Array.from({ length: 6 }, () => [[40, 7], 0, 1])])")
    assert told[1] is None
    assert told[-1][0] == pytest.approx(1.0, abs=0.01)
