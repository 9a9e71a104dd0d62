"""All eight ways in which a picture can be stored come out upright."""

import sys
from pathlib import Path

import av
import numpy as np
import pytest

from posecheck.capture.video.orientation import Orientation
from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Rgb
from tests.support import clip_makers as make


def placed(rgb: Rgb, matrix: tuple[int, int, int, int]) -> Rgb:
    """Put every pixel where the matrix says: (x, y) to (a x + c y, b x + d y), moved back into the picture."""
    a, b, c, d = matrix
    ys, xs = np.mgrid[: rgb.shape[0], : rgb.shape[1]]
    new_x, new_y = a * xs + c * ys, b * xs + d * ys
    new_x, new_y = new_x - new_x.min(), new_y - new_y.min()
    out = np.zeros((int(new_y.max()) + 1, int(new_x.max()) + 1, 3), np.uint8)
    out[new_y, new_x] = rgb
    return out


MATRICES = [(s, 0, 0, t) for s in (1, -1) for t in (1, -1)] + [(0, s, t, 0) for s in (1, -1) for t in (1, -1)]


@pytest.mark.parametrize("matrix", MATRICES)
def test_a_picture_is_shown_as_its_display_matrix_asks(tmp_path: Path, matrix: tuple[int, int, int, int]) -> None:
    path = make.write_clip(tmp_path / "stored.mp4", [make.quarters()] * 3, [0.0, 0.1, 0.2])
    make.set_matrix(path, matrix)
    with VideoReader(path) as reader:
        frame = next(iter(reader))
    expected = placed(make.quarters(), matrix)
    assert frame.rgb.shape == expected.shape
    assert make.colours(frame.rgb) == make.colours(expected)
    assert frame.rgb.flags.c_contiguous
    assert reader.info.size_wh == (expected.shape[1], expected.shape[0])


def test_a_mirrored_selfie_is_turned_back(tmp_path: Path) -> None:
    path = make.write_clip(tmp_path / "selfie.mp4", [make.quarters()] * 3, [0.0, 0.1, 0.2])
    with VideoReader(path, mirrored=True) as reader:
        assert make.colours(next(iter(reader)).rgb) == "GRWB"


def test_looking_at_a_picture_does_not_keep_it() -> None:
    picture = av.VideoFrame(64, 48, "rgb24")
    before = sys.getrefcount(picture)
    Orientation.of(picture)
    assert sys.getrefcount(picture) == before
