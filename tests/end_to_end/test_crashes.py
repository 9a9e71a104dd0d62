"""Commands that are killed, and two at once in one folder; `python -m tests.support.crashes` does more of it."""

import contextlib
import random
import sys
from pathlib import Path

import pytest

from posecheck.capture.pose import model_file
from posecheck.core.errors import ModelError
from posecheck.core.paths import sample_videos
from tests.support import screens
from tests.support.crashes import killed
from tests.support.crashes.kinds import ALL, Kind

KILLS = 2
NEED_MODEL = ("check", "batch", "live --record")

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc"),
    pytest.mark.timeout(1800),
]


def _needs(kind: Kind) -> None:
    """Skip the test where the model, the clips or a screen is missing."""
    if kind.name in NEED_MODEL:
        found = None
        with contextlib.suppress(ModelError):
            found = model_file.find("full")
        if found is None or not list(sample_videos().glob("*.mp4")):
            pytest.skip("the pose model or the sample clips are not here; run `posecheck model fetch`")
    if kind.screen and not screens.installed():
        pytest.skip("Xvfb is not installed")


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
def test_after_a_kill_the_next_command_works_and_nothing_is_half_written(kind: Kind, tmp_path: Path) -> None:
    _needs(kind)
    with screens.screen() if kind.screen else contextlib.nullcontext() as screen:
        more = {"DISPLAY": screen} if screen else {}
        template = killed.made(kind, tmp_path)
        measured = killed.usual(kind, template, more)
        chance = random.Random(kind.name)
        wrong = [killed.trial(kind, template, measured, chance, more) for _ in range(KILLS)]
    assert [one for one in wrong if one.wrong] == []


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind.name in NEED_MODEL], ids=lambda kind: kind.name)
def test_of_two_at_once_in_one_folder_one_wins_and_the_other_says_so(kind: Kind, tmp_path: Path) -> None:
    _needs(kind)
    with screens.screen() if kind.screen else contextlib.nullcontext() as screen:
        told = sorted(killed.both(kind, killed.made(kind, tmp_path), {"DISPLAY": screen} if screen else {}))
    assert [code for code, _ in told] == [0, 2], told
    assert told[1][1].startswith("posecheck: ")
    assert "expected no other" in told[1][1]
    assert "\n" not in told[1][1]
