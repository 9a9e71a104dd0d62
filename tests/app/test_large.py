"""A visitor's large recording is looked at scaled down, so that it takes no more memory than others."""

from pathlib import Path

import pytest

from posecheck.app.base import pose_model
from posecheck.app.visit.analysis_run import analyse
from posecheck.app.visit.recordings import AnalysisRequest
from posecheck.capture.pose.landmark_file import RecordedEstimator
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose
from tests.support.clip_makers import quarters, write_clip
from tests.support.people import track_of, twist


class Looking(RecordedEstimator):
    """Give a constructed person's poses and remember how large the pictures were."""

    def __init__(self) -> None:
        super().__init__(track_of(twist(30.0)))
        self.shapes: set[tuple[int, ...]] = set()

    def estimate(self, frame: Frame) -> Pose | None:
        self.shapes.add(frame.rgb.shape)
        return super().estimate(frame)


def test_a_large_recording_is_looked_at_scaled_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_clip(tmp_path / "large.mp4", [quarters((2560, 1440))] * 24, [i / 30 for i in range(24)])
    looking = Looking()
    monkeypatch.setattr(pose_model, "new_estimator", lambda *_: looking)
    (tmp_path / "out").mkdir()
    analyse(AnalysisRequest(path, "mine.mp4", "chair-twist", None), tmp_path / "out", lambda *_: None)
    assert looking.shapes == {(1080, 1920, 3)}
