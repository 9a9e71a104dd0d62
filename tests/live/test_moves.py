"""The drawn figures that show a move: one for every stretch that is coached, drawn again the same."""

import json

import numpy as np
import pytest

from posecheck.live.large.moves import BONES, FILE, FRAMES, JOINTS, MOVE_S, WAIT_S, draw_move, move_of
from posecheck.stretches.library import all_stretches
from research import moves

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


@pytest.mark.parametrize("name", ["chair-twist", "supine-twist", "lunge"])
def test_a_figure_stays_within_its_place_and_comes_back(name: str) -> None:
    stretch = all_stretches()[name]
    drawn = []
    for at_s in (0.0, MOVE_S / 2, MOVE_S, MOVE_S + WAIT_S / 2, 2 * (MOVE_S + WAIT_S)):
        place = np.zeros((220, 200, 3), np.uint8)
        draw_move(place, stretch, at_s, (200, 210, 220))
        assert place.any()
        assert not place[[0, -1]].any()
        assert not place[:, [0, -1]].any()
        drawn.append(place)
    np.testing.assert_array_equal(drawn[2], drawn[3])
    np.testing.assert_array_equal(drawn[0], drawn[4])
    assert (drawn[0] != drawn[2]).any()
    place = np.zeros((100, 100, 3), np.uint8)
    draw_move(place, all_stretches()["bear-hug"], 0.0, (200, 210, 220))
    assert not place.any()
