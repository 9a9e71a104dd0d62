"""What a type checker sees of `import posecheck` (mypy reads it, test_public_api runs it)."""

from pathlib import Path
from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import posecheck as pc


def see(folder: Path, track: pc.PoseTrack) -> None:
    """Use the public names as a program would, with the types that each should have."""
    stretch = pc.load_stretch("standing-extension-hands-behind-head")
    assert_type(stretch, pc.Stretch)
    assert_type(pc.list_stretches(), tuple[pc.Stretch, ...])
    assert_type(stretch.ranges, tuple[pc.AngleRange, ...])
    analysis = pc.judge(track, stretch, age=40)
    assert_type(analysis, pc.Analysis)
    assert_type(analysis.events, tuple[pc.Event, ...])
    assert_type(analysis.repetitions, tuple[pc.Repetition, ...])
    assert_type(analysis.summary, pc.Summary)
    assert_type(analysis.judged.readings, pc.Readings)
    assert_type(analysis.judged.readings.value, NDArray[np.float64])
    assert_type(analysis.headline("de"), str)
    assert_type(analysis.save(folder), Path)
    assert_type(pc.load_landmarks(folder / "landmarks.npz"), pc.PoseTrack)
    profile = pc.Profile.from_settings(["trunk_inclination.stop=20"])
    assert_type(pc.rejudge(str(folder), profile=profile), pc.Analysis)
    session = pc.Session(stretch)
    pose = track.pose(0)
    assert_type(pose, pc.Pose | None)
    session.judge_pose(0.0, pose, (640, 480))
    assert_type(pc.ANGLES[0].name, str)


def misspelt() -> object:
    """Name what does not exist: an error for a type checker, which would call this comment unneeded otherwise."""
    return pc.chekc  # type: ignore[attr-defined]
