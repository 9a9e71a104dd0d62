"""The app with a sample's true landmarks in place of the pose model: `streamlit run` serves this file in tests.

An analysis waits at its first frame until the file that GATE names is there.
"""

import os
import runpy
import time
from pathlib import Path

from posecheck.app import server
from posecheck.app.base import pose_model
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose
from research.harness.replayed import ReplayedEngine, true_track

GATE = "POSECHECK_TEST_GATE"


class Gated(ReplayedEngine):
    """Landmarks that come once the gate is open."""

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the recorded pose at the frame's time."""
        while not Path(os.environ[GATE]).exists():
            time.sleep(0.05)
        return super().estimate(frame)


if __name__ == "__main__":
    held = true_track()
    pose_model.new_estimator = lambda *_: Gated(held)
    pose_model.new_engine = lambda: Gated(held)
    pose_model.ready = lambda *_: None
    pose_model.prepare = lambda: None
    runpy.run_path(str(server.script()), run_name="__main__")
