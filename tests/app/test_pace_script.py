"""The page's own script notices a slow machine, and one that is fast again."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from posecheck.app.streaming.inpage import routes

PLAY = """
const pace = new Pace();
const told = [];
let now = 0;
let last = false;
const play = (seconds, rate) => {
  for (const end = now + 1000 * seconds; now < end; now += 1000 / rate) {
    if (pace.slow(now)) told.push(["slow", Math.round(now / 1000)]);
    if (pace.recovered(now)) told.push(["well", Math.round(now / 1000)]);
    const few = pace.few(now);
    if (few !== last) told.push([few ? "few" : "enough", Math.round(now / 1000)]);
    last = few;
  }
};
"""


KINDS = {"pace": ("slow", "well"), "few": ("few", "enough")}


def played(*parts: tuple[float, float], of: str = "pace") -> list[list[object]]:
    """Return what is told, and after how many seconds, where pictures come so many seconds at so many a second."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not here")
    script = (Path(routes.__file__).parent / "distance.js").read_text(encoding="utf-8")
    play = f"{PLAY} for (const part of {json.dumps(parts)}) play(...part); console.log(JSON.stringify(told));"
    done = subprocess.run(
        [node, "-"], input=f"{script}\n{play}", capture_output=True, text=True, timeout=60, check=True
    )
    return [one for one in json.loads(done.stdout) if one[0] in KINDS[of]]


def test_a_slow_machine_is_told_once_and_no_longer_once_it_is_fast_again() -> None:
    told = played((5, 15), (20, 4), (20, 15), (20, 4))
    assert [what for what, _ in told] == ["slow", "well", "slow"]
    assert told[0][1] == pytest.approx(5 + 1 + 4, abs=2)
    assert told[1][1] == pytest.approx(25 + 2 + 4, abs=2)


def test_a_time_without_pictures_is_no_slow_machine() -> None:
    assert played((5, 15), (2, 4), (60, 1 / 60), (20, 15)) == []


def test_praise_ends_while_pictures_are_few() -> None:
    """It comes back above the bound only, so that it does not flicker."""
    told = played((5, 15), (5, 3), (5, 5.5), (5, 8), of="few")
    assert [what for what, _ in told] == ["few", "enough"]
    assert told[0][1] == pytest.approx(5 + 2, abs=1)
    assert told[1][1] == pytest.approx(15 + 1, abs=1)


def test_a_short_delay_is_not_told() -> None:
    assert played((5, 15), (3, 4), (20, 15)) == []
