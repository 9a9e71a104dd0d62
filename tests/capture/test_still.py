"""One picture of a film at a moment, also far from a key frame."""

from pathlib import Path

import numpy as np
import pytest

from posecheck.capture.video.still import still
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.errors import InputError


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a film of 30 s whose brightness tells the time."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    with VideoWriter(path, (64, 48), 10.0) as writer:
        for i in range(300):
            writer.write(np.full((48, 64, 3), 20 + i * 2 // 3, np.uint8), i / 10)
    return path


@pytest.mark.parametrize("time_s", [0.0, 0.1, 4.96, 15.0, 29.9])
def test_the_picture_of_the_moment_is_shown(film: Path, time_s: float) -> None:
    shown = int(time_s * 10 + 1e-6)
    assert still(film, time_s).mean() == pytest.approx(20 + shown * 2 // 3, abs=1.2)


def test_past_the_end_the_last_picture_is_shown(film: Path) -> None:
    assert still(film, 99.0).mean() == pytest.approx(20 + 299 * 2 // 3, abs=1.2)


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_text("words")
    with pytest.raises(InputError, match=r"film\.mp4"):
        still(tmp_path / "film.mp4", 0.0)
