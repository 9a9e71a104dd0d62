"""The drawn pictures of right and wrong: one set for every stretch, small, and drawn again the same."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from posecheck.stretches.library import all_stretches
from research.synthetic.output.pictures import SIZE_WH, write

FOLDER = Path(__file__).parents[2] / "posecheck" / "app" / "pictures"
MOST_BYTES = 15_000


def expected() -> set[str]:
    """Return the pictures there must be: what is not coached has no right way to show."""
    ways = {"block": ("wrong",)}
    return {f"{s.id}-{way}.webp" for s in all_stretches().values() for way in ways.get(s.advice, ("right", "wrong"))}


def test_every_stretch_has_its_pictures_and_there_are_no_others() -> None:
    assert {path.name for path in FOLDER.iterdir()} == expected()


@pytest.mark.parametrize("name", sorted(expected()))
def test_a_picture_is_small_and_shows_something(name: str) -> None:
    path = FOLDER / name
    picture = cv2.imread(str(path))
    assert path.stat().st_size < MOST_BYTES
    assert picture is not None
    assert picture.shape[1::-1] == SIZE_WH
    assert picture.std() > 10


def test_right_and_wrong_differ() -> None:
    for right in FOLDER.glob("*-right.webp"):
        wrong = right.with_name(right.name.replace("-right", "-wrong"))
        a, b = cv2.imread(str(right)), cv2.imread(str(wrong))
        assert a is not None
        assert b is not None
        assert np.abs(a.astype(int) - b).mean() > 1, right.name


def test_the_command_draws_the_same_again(tmp_path: Path) -> None:
    again = list(write(tmp_path, ("chair-twist",)))
    assert [path.name for path in again] == ["chair-twist-right.webp", "chair-twist-wrong.webp"]
    for path in again:
        new, kept = cv2.imread(str(path)), cv2.imread(str(FOLDER / path.name))
        assert new is not None
        assert kept is not None
        assert np.abs(new.astype(int) - kept).mean() < 2
