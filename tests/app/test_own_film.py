"""The film of a live set is laid under its judgement at the right moments, and nothing else is shown."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posecheck.app.streaming import after_set, own_film
from posecheck.assessment.analysis import judge
from posecheck.capture.video.reader import VideoReader
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.errors import PosecheckError
from posecheck.live.remote.filmed import Filmed
from posecheck.stretches.library import find_stretch
from research.harness.replayed import STRETCH, true_track

FPS = 20


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Return four seconds that become brighter by 40 each second."""
    path = tmp_path / "film.mp4"
    with VideoWriter(path, (640, 480)) as writer:
        for i in range(4 * FPS):
            writer.write(np.full((480, 640, 3), 20 + 2 * i, np.uint8), i / FPS)
    return path


def shades(film: Path, times_s: list[float], size_wh: tuple[int, int] = (640, 480)) -> list[float | None]:
    with VideoReader(film) as reader:
        pictures = list(own_film._at(reader, np.array(times_s), size_wh))
    assert all(picture is None or picture.shape == (size_wh[1], size_wh[0], 3) for picture in pictures)
    return [None if picture is None else float(picture.mean()) for picture in pictures]


def test_each_moment_gets_its_picture(film: Path) -> None:
    found = shades(film, [-1.0, 0.0, 0.5, 0.5, 2.0, 3.9, 4.2, 9.0])
    assert found[0] is found[-1] is None
    assert found[1:-1] == pytest.approx([20, 40, 40, 100, 176, 178], abs=4)


def test_another_size_is_fitted_and_another_shape_is_refused(film: Path) -> None:
    assert shades(film, [2.0], (320, 240)) == pytest.approx([100], abs=4)
    with pytest.raises(PosecheckError, match="another shape"):
        shades(film, [2.0], (640, 360))


def test_the_judgement_is_drawn_on_the_film(film: Path, tmp_path: Path) -> None:
    analysis = judge(replace(true_track(), about={}), find_stretch(STRETCH))
    target = tmp_path / "annotated.mp4"
    target.write_bytes(b"before")
    nowhere = Filmed("posecheck-x", np.array([0.0]), np.array([500.0]))
    with pytest.raises(PosecheckError, match="nothing of the set"):
        own_film.lay_under(analysis, nowhere, film, target, lambda *_: None)
    assert target.read_bytes() == b"before"
    own_film.lay_under(
        analysis, Filmed("posecheck-x", np.array([0.0]), np.array([-1.0])), film, target, lambda *_: None
    )
    with VideoReader(target) as reader:
        drawn = list(reader)
    assert len(drawn) == len(analysis.track)
    # The set's third second is the film's second.
    at = int(np.searchsorted(analysis.track.time_s, 3.0))
    assert np.median(drawn[at].rgb) == pytest.approx(100, abs=6)
    ground = np.median(after_set.GROUND)
    assert np.median(drawn[0].rgb) == pytest.approx(ground, abs=12)
