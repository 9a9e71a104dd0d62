"""A large recording is looked at and drawn at the size that is needed, and its landmarks say which that was."""

from pathlib import Path

import av
import pytest

from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose
from posecheck.recordings import api, check
from posecheck.recordings.annotate import MOST_WH
from posecheck.recordings.memory import give_back
from posecheck.recordings.request import Request
from tests.support.clip_makers import quarters, write_clip
from tests.support.people import track_of, twist

SIZE = (2560, 1440)
LOOKED_AT = (1920, 1080)


class Looking:
    """Give a constructed person's poses in pictures of the size that is seen, but nobody in every third one."""

    def __init__(self) -> None:
        self._track = track_of(twist(30.0))
        self.sizes: set[tuple[int, int]] = set()

    def estimate(self, frame: Frame) -> Pose | None:
        size = (frame.rgb.shape[1], frame.rgb.shape[0])
        self.sizes.add(size)
        pose = self._track.pose(min(frame.index, len(self._track) - 1))
        if frame.index % 3 == 2 or pose is None:
            return None
        scale = size[1] / pose.size_wh[1]
        return Pose(frame.time_s, pose.image_xy * scale, pose.world_xyz, pose.visibility, size)

    def close(self) -> None:
        return None


@pytest.fixture
def looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Looking:
    made = Looking()
    monkeypatch.setattr(check, "ensure", lambda *_: tmp_path / "large.mp4")
    monkeypatch.setattr(check, "new_estimator", lambda *_, **__: made)
    return made


@pytest.fixture
def large(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "large.mp4", [quarters(SIZE)] * 24, [i / 30 for i in range(24)])


def test_a_check_looks_at_it_scaled_down_and_draws_what_phones_play(
    tmp_path: Path, looking: Looking, large: Path
) -> None:
    done = check.check(Request(large, "chair-twist", tmp_path / "out"))
    assert looking.sizes == {LOOKED_AT}
    assert {tuple(size) for size in done.analysis.track.size_wh.tolist()} == {LOOKED_AT}
    assert done.source.size_wh == SIZE
    with av.open(str(tmp_path / "out" / "annotated.mp4")) as film:
        context = film.streams.video[0].codec_context
        assert context.width <= MOST_WH[0]
        assert context.height <= MOST_WH[1]
        assert context.extradata is not None
        assert context.extradata[3] <= 42  # the level, times ten: AVCDecoderConfigurationRecord of ISO/IEC 14496-15
    with VideoReader(tmp_path / "out" / "annotated.mp4") as drawn:
        assert len(list(drawn)) == 24


def test_the_library_looks_at_it_scaled_down(looking: Looking, large: Path) -> None:
    api.detect(large)
    assert looking.sizes == {LOOKED_AT}


def test_the_first_decoder_has_ended_before_the_film_is_drawn(
    tmp_path: Path, looking: Looking, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    class Noted(VideoReader):
        def close(self) -> None:
            super().close()
            order.append("closed")

    monkeypatch.setattr(check, "VideoReader", Noted)
    monkeypatch.setattr(check, "annotate", lambda *_, **__: order.append("drawn"))
    check.check(Request(large, "chair-twist", tmp_path / "out"))
    assert order[:2] == ["closed", "drawn"]


def test_freed_memory_is_given_back_or_left_without_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    give_back()
    for platform in ("win32", "darwin"):
        monkeypatch.setattr("sys.platform", platform)
        give_back()
