"""The path of a frame: picture, landmarks, readings, levels, events. The whole story, live or recorded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from posecheck.assessment.session import Judged, Session
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose, PoseEstimator, PoseTrack
from posecheck.kinematics.neutral import Neutral


@dataclass(frozen=True, slots=True)
class Step:
    """Hold everything known about one frame; judged holds arrays of one frame."""

    frame: Frame
    pose: Pose | None
    judged: Judged
    neutral: Neutral | None


def run(frames: Iterable[Frame], estimator: PoseEstimator, session: Session) -> Iterator[Step]:
    """Yield a Step for every frame as it comes; the session is finished by the caller.

    A recording goes the same way in one piece (analysis.py), because Session takes many frames as it takes one.
    """
    for frame in frames:
        yield step(frame, estimator, session)


def step(frame: Frame, estimator: PoseEstimator, session: Session) -> Step:
    """Take one frame down the path."""
    return judged_step(frame, estimator.estimate(frame), session)


def judged_step(frame: Frame, pose: Pose | None, session: Session) -> Step:
    """Take one frame whose pose is known down the rest of the path."""
    height, width = frame.rgb.shape[:2]
    judged = session.feed(PoseTrack.of([frame.time_s], [pose], (width, height)))
    return Step(frame, pose, judged, session.neutral)
