"""Large recordings are read at the size that is needed, with bounded memory; small ones as they are."""

import gc
import os
import subprocess
import sys
from collections.abc import Generator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import av
import numpy as np
import pytest

from posecheck.capture.video.opening import limit_threads
from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Frame, Rgb
from tests.support import clip_makers as make

BOX = (320, 320)


def clip(folder: Path, size_wh: tuple[int, int], n: int = 4, **kinds: Any) -> Path:
    return make.write_clip(folder / "a.mp4", [make.quarters(size_wh)] * n, [i / 30 for i in range(n)], **kinds)


def pictures(path: Path, **how: Any) -> list[Rgb]:
    with VideoReader(path, **how) as reader:
        return [frame.rgb for frame in reader]


@pytest.mark.parametrize(
    ("size_wh", "read_wh"),
    [
        ((640, 480), (320, 240)),
        ((480, 640), (240, 320)),
        ((640, 360), (320, 180)),
        ((676, 380), (320, 180)),
        ((320, 240), (320, 240)),
        ((64, 48), (64, 48)),
    ],
)
def test_a_picture_is_scaled_down_into_its_box_and_never_up(
    tmp_path: Path, size_wh: tuple[int, int], read_wh: tuple[int, int]
) -> None:
    path = clip(tmp_path, size_wh)
    with VideoReader(path, fit_wh=BOX) as reader:
        found = [frame.rgb for frame in reader]
    assert reader.info.size_wh == size_wh
    assert {(rgb.shape[1], rgb.shape[0]) for rgb in found} == {read_wh}
    assert len(found) == 4
    assert {make.colours(rgb) for rgb in found} == {"RGBW"}
    assert all(rgb.flags.c_contiguous for rgb in found)


def test_the_box_is_for_the_upright_picture(tmp_path: Path) -> None:
    path = clip(tmp_path, (640, 320), rotate=90)
    rgb = pictures(path, fit_wh=(160, 1000))[0]
    assert rgb.shape == (320, 160, 3)
    assert make.colours(rgb) == make.colours(pictures(path)[0])


def test_scaled_pictures_are_turned_back_and_left_out_like_others(tmp_path: Path) -> None:
    path = clip(tmp_path, (640, 480), n=30)
    with VideoReader(path, 3, mirrored=True, fit_wh=BOX) as reader:
        frames = list(reader)
    assert [frame.index for frame in frames] == list(range(10))
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(10) / 10, atol=1e-3)
    assert {make.colours(frame.rgb) for frame in frames} == {"GRWB"}


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "gbrp"])
def test_scaled_colours_are_those_of_the_picture(tmp_path: Path, pixels: str) -> None:
    path = tmp_path / "a.nut"
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("rawvideo", rate=30)
        stream.width, stream.height, stream.pix_fmt = 640, 480, pixels
        for _ in range(3):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(make.quarters((640, 480)), format="rgb24")))
        out.mux(stream.encode())
    whole, small = pictures(path)[0], pictures(path, fit_wh=BOX)[0]
    assert make.colours(small) == "RGBW"
    inner = np.abs(whole[4::120, 4::160].astype(int) - small[2::60, 2::80].astype(int))
    assert inner.max() <= 6  # rounded twice


def test_pixels_that_are_not_square_are_scaled_once(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 320, 480, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2)
        out.mux(stream.encode(av.VideoFrame.from_ndarray(make.quarters((320, 480)), format="rgb24")))
        out.mux(stream.encode())
    assert pictures(path)[0].shape == (480, 640, 3)
    assert pictures(path, fit_wh=BOX)[0].shape == (240, 320, 3)


def context(width: int, height: int, bits: int) -> Any:
    inner = SimpleNamespace(
        width=width, height=height, format=SimpleNamespace(padded_bits_per_pixel=bits), thread_count=0
    )
    return SimpleNamespace(codec_context=inner, thread_type="")


@pytest.mark.parametrize(
    ("size_wh", "bits", "kind", "threads"),
    [
        ((640, 480), 12, "AUTO", 0),
        ((1920, 1080), 12, "AUTO", 13),
        ((3840, 2160), 12, "AUTO", 3),
        ((3840, 2160), 24, "SLICE", 0),
        ((5120, 2880), 12, "SLICE", 0),
        ((0, 0), 12, "AUTO", 0),
    ],
)
def test_few_large_pictures_are_decoded_at_the_same_time(
    monkeypatch: pytest.MonkeyPatch, size_wh: tuple[int, int], bits: int, kind: str, threads: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    stream = context(*size_wh, bits)
    limit_threads(cast(Any, stream))
    assert (stream.thread_type, stream.codec_context.thread_count) == (kind, threads)


def test_two_processors_decode_ordinary_pictures_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    for size_wh in ((640, 480), (1920, 1080), (3840, 2160)):
        stream = context(*size_wh, 12)
        limit_threads(cast(Any, stream))
        assert (stream.thread_type, stream.codec_context.thread_count) == ("AUTO", 0)


def test_a_closed_reader_lets_go_of_its_decoder(tmp_path: Path) -> None:
    reader = VideoReader(clip(tmp_path, (640, 480), n=40))
    frames = cast(Generator[Frame], iter(reader))
    next(frames)
    stream = reader._container.streams.video[0]
    before = sys.getrefcount(stream)
    reader.close()
    frames.close()
    assert sys.getrefcount(stream) < before
    gc.disable()
    try:
        assert sys.getrefcount(stream) == 2  # this name, and the argument
    finally:
        gc.enable()


MEMORY = """
import gc, sys
from pathlib import Path
from posecheck.capture.video.reader import VideoReader

def highest_mb():
    told = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(told["VmHWM"].split()[0]) / 1024

gc.disable()
with VideoReader(Path(sys.argv[1])) as reader:
    begun = highest_mb()
    for frame in reader:
        pass
print(highest_mb() - begun)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux tells it")
def test_pictures_that_were_read_do_not_wait_for_the_garbage_collection(tmp_path: Path) -> None:
    """60 decoded pictures of 2560 x 1440 are 330 MB; a few are needed at a time."""
    path = clip(tmp_path, (2560, 1440), n=60)
    done = subprocess.run([sys.executable, "-c", MEMORY, str(path)], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 150
