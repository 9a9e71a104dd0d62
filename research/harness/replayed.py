"""Replay a sample's true landmarks in place of the pose engine, for tests of live use."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from posecheck.capture.pose.landmark_file import RecordedEstimator
from posecheck.capture.pose.worker import WorkerState
from posecheck.core.frame import Frame
from posecheck.core.pose import CODE, Pose, PoseTrack

ROOT = Path(__file__).parents[2]
TOO_FAR = ROOT / "sample_videos" / "standing-extension-too-far.truth.json"
STRETCH = "standing-extension-hands-behind-head"


def true_track(truth: Path = TOO_FAR) -> PoseTrack:
    """Return a sample's true landmarks as if they had been detected."""
    held = json.loads(truth.read_text(encoding="utf-8"))
    n = held["frames"]
    image = np.array(held["image_xy_px"], float).reshape(33, n, 2).swapaxes(0, 1)
    world = np.array(held["world_xyz_mm"], float).reshape(33, n, 3).swapaxes(0, 1) / 1000
    ones, zeros = np.ones(n, np.int16), np.zeros(n, np.int16)
    size = np.tile(np.array(held["size_wh"], np.int32), (n, 1))
    return PoseTrack(np.arange(n) / held["fps"], image, world, np.ones((n, 33)), ones, zeros, size)


def with_codes(track: PoseTrack) -> PoseTrack:
    """Return a track with a body code in each frame, the same in all, as of somebody who does not turn."""
    code = np.random.default_rng(0).integers(-127, 128, (2, CODE)).astype(np.int8)
    return replace(track, code=np.broadcast_to(code, (len(track), 2, CODE)))


class ReplayedEngine:
    """Replay a track as a pose engine does; tests may set its attributes.

    Attributes:
        state: The state of the engine; it finds poses only while "ready".
        gone: The time in seconds, from and to, in which nobody is there; None for never.
        subject: The number of the person who is followed.
        instead: A pose to return in place of the recorded one; None for the recorded one.
        closed: How often it was closed.
    """

    def __init__(self, track: PoseTrack) -> None:
        self._estimator = RecordedEstimator(track)
        self.state: WorkerState = "ready"
        self.gone: tuple[float, float] | None = None
        self.subject = 0
        self.instead: Pose | None = None
        self.closed = 0

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the recorded pose at the frame's time; None while nobody is there or the engine is not ready."""
        away = self.gone is not None and self.gone[0] <= frame.time_s < self.gone[1]
        if self.state != "ready" or away:
            return None
        pose = self.instead or self._estimator.estimate(frame)
        if pose is None:
            return None
        return Pose(frame.time_s, pose.image_xy, pose.world_xyz, pose.visibility, pose.size_wh, 1, self.subject)

    def close(self) -> None:
        """Close the engine and count how often that was done."""
        self.closed += 1
        self.state = "closed"
