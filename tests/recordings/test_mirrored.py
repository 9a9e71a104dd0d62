"""A recording that shows the person as a mirror does is turned back before anything is found or drawn."""

from pathlib import Path

import pytest

from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Frame, Rgb
from posecheck.core.pose import Pose
from posecheck.recordings import check
from posecheck.recordings.outcome import source_of
from posecheck.recordings.request import Request
from tests.support.clip_makers import colours, quarters, write_clip
from tests.support.people import track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")


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


@pytest.mark.parametrize(("mirrored", "seen"), [(False, "RGBW"), (True, "GRWB")])
def test_the_pose_is_looked_for_in_the_picture_turned_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mirrored: bool, seen: str
) -> None:
    path = write_clip(tmp_path / "selfie.mp4", [quarters()] * 60, [i / 30 for i in range(60)])
    looking = Looking()
    monkeypatch.setattr(check, "ensure", lambda *_: tmp_path / "selfie.mp4")
    monkeypatch.setattr(check, "new_estimator", lambda *_, **__: looking)
    done = check.check(Request(path, "chair-twist", None, mirrored=mirrored))
    assert looking.first is not None
    assert colours(looking.first) == seen
    assert done.source.mirrored is mirrored


def test_only_a_mirror_image_says_so_in_the_summary(tmp_path: Path) -> None:
    with VideoReader(write_clip(tmp_path / "a.mp4", [quarters()] * 3, [0.0, 0.1, 0.2])) as reader:
        info = reader.info
    assert "mirrored" not in source_of(info, None).values()
    assert source_of(info, None, mirrored=True).values()["mirrored"] is True
