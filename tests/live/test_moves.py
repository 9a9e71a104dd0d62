"""The drawn figures that show a move: one for every stretch that is coached, drawn again the same."""

import json

import numpy as np
import pytest

from posecheck.live.large.moves import BONES, FILE, FRAMES, JOINTS, move_of
from posecheck.stretches.library import all_stretches
from research.synthetic.output import moves

COACHED = sorted(name for name, one in all_stretches().items() if one.advice != "block")
MOST_BYTES = 40_000


def test_every_coached_stretch_has_one_and_no_other() -> None:
    assert sorted(json.loads(FILE.read_text(encoding="utf-8"))) == COACHED
    assert FILE.stat().st_size < MOST_BYTES
    assert all(move_of(one) is None for one in all_stretches().values() if one.advice == "block")


@pytest.mark.parametrize("name", COACHED)
def test_a_figure_has_all_joints_within_its_box_and_moves(name: str) -> None:
    held = np.array(move_of(all_stretches()[name]))
    assert held.shape == (FRAMES, 2 * len(JOINTS))
    assert held.min() == 0
    assert held.max() == moves.PER
    assert np.ptp(held, axis=0).max() >= 10
    assert {joint for bone in BONES for joint in bone} == set(range(1, len(JOINTS)))


def test_the_command_writes_the_same_again() -> None:
    name, frames = next(moves.moves())
    np.testing.assert_allclose(np.array(frames), np.array(move_of(all_stretches()[name])), atol=1)
