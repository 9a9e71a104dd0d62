"""Recordings are opened by what they are, whatever they are called, and none of them opens another file."""

import contextlib
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.capture.video.containers import CONTAINERS, container_of
from posecheck.capture.video.opening import MOST_PIXELS
from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import InputError
from tests.support.hostile import videos

KINDS = [
    ("mp4", "libx264", "mov"),
    ("mov", "libx264", "mov"),
    ("3gp", "libx264", "mov"),
    ("matroska", "libx264", "matroska"),
    ("webm", "libvpx", "matroska"),
    ("avi", "mpeg4", "avi"),
    ("mpegts", "libx264", "mpegts"),
    ("mpeg", "mpeg1video", "mpeg"),
    ("mpeg1video", "mpeg1video", "mpegvideo"),
    ("asf", "mpeg4", "asf"),
    ("flv", "flv1", "flv"),
    ("ogg", "libvpx", "ogg"),
    ("nut", "mpeg4", "nut"),
    ("gif", "gif", "gif"),
]


def film(path: Path, kind: str, codec: str, **options: str) -> Path:
    with av.open(str(path), "w", format=kind, options=options) as out:
        stream: Any = out.add_stream(codec, rate=25)
        stream.width, stream.height = 352, 288
        stream.pix_fmt = "rgb8" if codec == "gif" else "yuv420p"
        for i in range(30):
            frame = av.VideoFrame(352, 288, stream.pix_fmt)
            frame.pts, frame.time_base = i, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("kind", "codec", "reader"), KINDS)
def test_every_kind_of_the_list_is_read_under_any_name(tmp_path: Path, kind: str, codec: str, reader: str) -> None:
    for name in ("a", "a.txt", "a.m3u8"):
        path = film(tmp_path / name, kind, codec)
        assert container_of(path.read_bytes()[:2048]) == reader
        with VideoReader(path) as video:
            assert len(list(video)) >= 25
    assert {reader for _, _, reader in KINDS} == {one.name for one in CONTAINERS}


def test_a_camcorders_stream_is_read(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mts", "mpegts", "libx264", mpegts_m2ts_mode="1")
    with VideoReader(path) as video:
        assert len(list(video)) >= 25


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    return film(tmp_path / "secret.mp4", "mp4", "libx264")


def test_a_file_that_names_another_opens_nothing(tmp_path: Path, secret: Path) -> None:
    for name, content in videos.naming(str(secret)):
        path = tmp_path / name
        path.write_bytes(content)
        sizes = set()
        with contextlib.suppress(InputError), VideoReader(path) as video:
            sizes = {frame.rgb.shape for frame in video}
        assert sizes <= {(48, 64, 3)}, name  # its own pictures, not those of the file that it names


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_other_file_is_opened(tmp_path: Path, secret: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, content in videos.naming(str(secret)):
        (folder / name).write_bytes(content)
    script = f"""
import sys
from pathlib import Path
from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import InputError
for path in sorted(Path({str(folder)!r}).iterdir()):
    try:
        with VideoReader(path) as video:
            list(video)
    except InputError:
        pass
"""
    log = tmp_path / "log"
    command = ["strace", "-f", "-e", "trace=open,openat,connect,socket", "-o", str(log), sys.executable, "-c", script]
    try:
        subprocess.run(command, check=True, timeout=120, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs strace")
    assert str(folder) in log.read_text(errors="replace")
    assert str(secret) not in log.read_text(errors="replace")
    assert "AF_INET" not in log.read_text(errors="replace")


def test_a_film_is_read_after_its_name_is_gone(secret: Path) -> None:
    with VideoReader(secret) as video:
        secret.unlink()
        assert len(list(video)) == 30


def test_stated_sizes_are_bounded_before_memory_is_taken(tmp_path: Path) -> None:
    small = videos.h264(tmp_path / "a.mp4", (64, 48), 5).read_bytes()
    path = tmp_path / "b.mp4"
    for size_wh in ((65535, 65535), (16384, 16384)):
        path.write_bytes(videos.raw_avi(size_wh))
        with pytest.raises(InputError, match=r"expected pictures of at most 35 megapixels|no format|pictures in it"):
            VideoReader(path)
        path.write_bytes(videos.claiming(small, size_wh))
        with VideoReader(path) as video:
            assert {frame.rgb.shape for frame in video} == {(48, 64, 3)}  # the pictures themselves say what they are
    assert 5120 * 2880 < 7680 * 4320 < MOST_PIXELS < 16384 * 4096


@pytest.mark.parametrize("ratio", [Fraction(200), Fraction(1, 200)])
def test_the_width_of_a_pixel_is_bounded(tmp_path: Path, ratio: Fraction) -> None:
    path = videos.h264(tmp_path / "a.mp4", (640, 480), 3, pixel=ratio)
    with pytest.raises(InputError, match="expected pictures of at"):
        VideoReader(path)


@given(st.binary(max_size=400))
def test_random_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("noise") / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(InputError) as told:
        VideoReader(path)
    assert "\n" not in str(told.value)


@given(st.sampled_from([b"\0\0\0\x18ftypmp42", b"\x1aE\xdf\xa3", b"RIFF\0\0\0\0AVI LIST", b"OggS", b"FLV\1", b"GIF89a",
                        b"\0\0\1\xba", b"\0\0\1\xb3"]), st.binary(max_size=2000))  # fmt: skip
def test_random_bytes_after_a_known_beginning_are_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("noise") / "a.mp4"
    path.write_bytes(head + content)
    with contextlib.suppress(InputError), VideoReader(path) as video:
        list(video)
