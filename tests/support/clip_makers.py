"""Small videos for tests: numbered pictures, phone rotation, uneven times, and files damaged in known ways."""

import os
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from posecheck.core.frame import Frame, Rgb
from posecheck.core.pose import Pose
from tests.support.people import track_of, twist

TIME_BASE = Fraction(1, 90_000)
RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (235, 235, 235)
MATRICES = {
    0: (1, 0, 0, 1),
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
}
"""How far a player turns the picture clockwise, and the a, b, c, d of the display matrix that asks for it."""


def shared_clip(name: str) -> Path:
    """Return a real clip, or skip the test: POSECHECK_CLIPS, or shared/data beside the repository."""
    folder = Path(os.environ.get("POSECHECK_CLIPS") or Path(__file__).parents[3] / "shared" / "data")
    path = folder / name
    if not path.is_file():
        pytest.skip(f"needs {name}: set POSECHECK_CLIPS to the folder of the real clips")
    return path


def quarters(size_wh: tuple[int, int] = (64, 48)) -> Rgb:
    """Return a picture of four colours: red, green, and below them blue, white."""
    width, height = size_wh
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[: height // 2, : width // 2] = RED
    rgb[: height // 2, width // 2 :] = GREEN
    rgb[height // 2 :, : width // 2] = BLUE
    rgb[height // 2 :, width // 2 :] = WHITE
    return rgb


def colours(rgb: Rgb) -> str:
    """Name the colours of the quarters, row by row: RGBW for an upright quarters picture."""
    height, width = rgb.shape[:2]
    palette = dict(zip("RGBW", (RED, GREEN, BLUE, WHITE), strict=True))
    found = ""
    for y in (height // 4, height * 3 // 4):
        for x in (width // 4, width * 3 // 4):
            pixel = rgb[y, x].astype(int)
            found += min(palette, key=lambda name: int(np.abs(pixel - palette[name]).sum()))
    return found


def noise(n: int, size_wh: tuple[int, int] = (160, 120)) -> list[Rgb]:
    """Return n pictures full of detail, so that every one takes many bytes in the file."""
    rng = np.random.default_rng(1)
    return [rng.integers(0, 255, (size_wh[1], size_wh[0], 3), dtype=np.uint8) for _ in range(n)]


def write_clip(
    path: Path, pictures: Sequence[Rgb], times_s: Sequence[float], *, faststart: bool = False, rotate: int = 0
) -> Path:
    """Write pictures at given times as H.264 in mp4; rotate: clockwise degrees the player is to turn it."""
    options = {"movflags": "faststart"} if faststart else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream("libx264", rate=30)
        assert isinstance(stream, VideoStream)
        height, width = pictures[0].shape[:2]
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = stream.time_base = TIME_BASE
        stream.options = {"preset": "ultrafast", "g": "10"}
        for rgb, time_s in zip(pictures, times_s, strict=True):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            frame.pts, frame.time_base = round(time_s / TIME_BASE), TIME_BASE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    if rotate:
        _set_rotation(path, rotate)
    return path


def _set_rotation(path: Path, degrees: int) -> None:
    """Overwrite the display matrix in the track header, as a phone held upright would have written it."""
    content = bytearray(path.read_bytes())
    matrix = content.index(b"tkhd") + 44
    a, b, c, d = MATRICES[degrees]
    one = 1 << 16
    struct.pack_into(">9i", content, matrix, a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    path.write_bytes(content)


def write_sound(path: Path, seconds: float = 0.5) -> Path:
    """Write a file with sound and no pictures."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16_000)
        assert isinstance(stream, AudioStream)
        for i in range(int(seconds * 16_000 / 1024) + 1):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 16_000, i * 1024, Fraction(1, 16_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def boxes(path: Path) -> dict[str, tuple[int, int]]:
    """Return the top-level boxes of an mp4 in order: name to start and length."""
    content, at, found = path.read_bytes(), 0, {}
    while at + 8 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        if length == 1:
            length = struct.unpack_from(">Q", content, at + 8)[0]
        found[name.decode("latin-1")] = (at, length)
        at += max(length, 8)
    return found


def cut(source: Path, target: Path, share: float) -> Path:
    """Copy the first share of a file, as an interrupted download leaves it."""
    content = source.read_bytes()
    target.write_bytes(content[: int(len(content) * share)])
    return target


def corrupt(source: Path, target: Path, start: float, end: float) -> Path:
    """Copy an mp4 with its pictures overwritten between two shares of their data."""
    content = bytearray(source.read_bytes())
    at, length = boxes(source)["mdat"]
    first, last = at + int(length * start), at + int(length * end)
    content[first:last] = np.random.default_rng(2).integers(0, 255, last - first, dtype=np.uint8).tobytes()
    target.write_bytes(content)
    return target


def set_matrix(path: Path, matrix: tuple[int, int, int, int]) -> Path:
    """Overwrite a, b, c, d of an mp4's display matrix."""
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 44
    a, b, c, d = (number << 16 for number in matrix)
    struct.pack_into(">9i", content, at, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    return path


class Looking:
    """Give a constructed person's poses and remember the first picture."""

    def __init__(self) -> None:
        self._track = track_of(twist(30.0))
        self.first: Rgb | None = None

    def estimate(self, frame: Frame) -> Pose | None:
        self.first = frame.rgb if self.first is None else self.first
        return self._track.pose(min(frame.index, len(self._track) - 1))

    def close(self) -> None:
        return None
