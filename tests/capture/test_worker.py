"""The pose engine: the same poses from another process, which may die, hang or find no model, and leaves nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from posecheck.capture.pose.landmark_file import RecordedEstimator, load_track, save_track
from posecheck.capture.pose.worker import MAX_DEATHS, PoseEngine
from posecheck.core.errors import InputError, ModelError
from posecheck.core.frame import Frame
from posecheck.core.pose import PoseTrack
from tests.support.people import Posture, track_of

WAIT_S = 60.0
FDS = Path("/proc/self/fd")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return saved landmarks of somebody who turns, with a moment in which nobody is there."""
    whole = track_of([Posture(rotation=float(i)) for i in range(40)], fps=10.0)
    gone = whole.image_xy.copy()
    gone[20:25] = np.nan
    path = tmp_path_factory.mktemp("engine") / "landmarks.npz"
    people = np.where(np.isnan(gone[:, 0, 0]), 0, whole.people).astype(np.int16)
    save_track(
        path, PoseTrack(whole.time_s, gone, whole.world_xyz, whole.visibility, people, whole.subject, whole.size_wh)
    )
    return path


@pytest.fixture
def engine(saved: Path) -> Iterator[PoseEngine]:
    with PoseEngine(saved) as engine:
        engine.wait(WAIT_S)
        yield engine


def frame(i: int, size_wh: tuple[int, int] = (640, 480)) -> Frame:
    return Frame(i, i / 10, np.full((size_wh[1], size_wh[0], 3), i % 250, np.uint8))


def answered(engine: PoseEngine, asked: Frame) -> bool:
    """Ask until there is a pose again."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if engine.estimate(asked) is not None:
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_poses_are_those_of_the_estimator_itself(engine: PoseEngine, saved: Path) -> None:
    here = RecordedEstimator(load_track(saved))
    for i in range(40):
        ours, theirs = here.estimate(frame(i)), engine.estimate(frame(i))
        assert (ours is None) == (theirs is None) == (20 <= i < 25)
        if ours is None or theirs is None:
            continue
        np.testing.assert_array_equal(ours.image_xy, theirs.image_xy)
        np.testing.assert_array_equal(ours.world_xyz, theirs.world_xyz)
        np.testing.assert_array_equal(ours.visibility, theirs.visibility)
        assert (theirs.time_s, theirs.people, theirs.subject) == (i / 10, ours.people, ours.subject)


def test_the_size_of_the_picture_may_change(engine: PoseEngine) -> None:
    for i, size in enumerate([(640, 480), (33, 17), (1920, 1080), (480, 640)]):
        pose = engine.estimate(frame(i, size))
        assert pose is not None


def test_a_view_into_a_larger_picture_is_sent_whole(engine: PoseEngine) -> None:
    large = np.zeros((480, 1280, 3), np.uint8)
    assert engine.estimate(Frame(0, 0.0, large[:, ::2][:, :320])) is not None


def test_one_that_dies_is_replaced(engine: PoseEngine) -> None:
    assert engine.estimate(frame(0)) is not None
    first = engine.pid
    os.kill(first, signal.SIGKILL)
    assert answered(engine, frame(3))
    assert engine.pid != first
    assert engine.state == "ready"
    later = engine.estimate(frame(4))
    assert later is not None
    assert later.subject == 0
    assert not alive(first)


def test_one_that_hangs_is_replaced(saved: Path) -> None:
    with PoseEngine(saved, patience_s=0.5) as engine:
        engine.wait(WAIT_S)
        first = engine.pid
        os.kill(first, signal.SIGSTOP)
        assert engine.estimate(frame(1)) is None
        assert engine.state == "restarting"
        assert answered(engine, frame(3))
        assert not alive(first)


def test_the_subject_goes_on_counting_where_the_one_before_was(tmp_path: Path, saved: Path) -> None:
    track = load_track(saved)
    path = tmp_path / "second.npz"
    second = np.full(len(track), 1, np.int16)
    save_track(
        path,
        PoseTrack(track.time_s, track.image_xy, track.world_xyz, track.visibility, track.people, second, track.size_wh),
    )
    with PoseEngine(path) as engine:
        engine.wait(WAIT_S)
        before = engine.estimate(frame(1))
        os.kill(engine.pid, signal.SIGKILL)
        assert answered(engine, frame(2))
        after = engine.estimate(frame(3))
    assert before is not None
    assert after is not None
    assert before.subject == 1
    assert after.subject == before.subject + 1


def test_one_that_dies_again_and_again_is_given_up(engine: PoseEngine) -> None:
    for _ in range(MAX_DEATHS - 1):
        os.kill(engine.pid, signal.SIGKILL)
        assert answered(engine, frame(0))
    os.kill(engine.pid, signal.SIGKILL)
    with pytest.raises(ModelError, match="expected the pose engine to run, it ended 3 times"):
        answered(engine, frame(0))


def test_a_model_that_is_none_is_said_in_one_line(tmp_path: Path) -> None:
    wrong = tmp_path / "landmarks.npz"
    wrong.write_bytes(b"no landmarks")
    with PoseEngine(wrong) as engine, pytest.raises(ModelError, match="expected saved landmarks") as told:
        engine.wait(WAIT_S)
    assert "\n" not in str(told.value)
    with pytest.raises(InputError):
        load_track(wrong)


@pytest.mark.skipif(not FDS.is_dir(), reason="counts open files in /proc")
def test_nothing_is_left_when_it_is_closed(saved: Path) -> None:
    held = sum(1 for _ in FDS.iterdir())
    for _ in range(3):
        engine = PoseEngine(saved)
        pid = engine.pid
        engine.close()
        engine.close()
        assert not alive(pid)
        assert engine.state == "closed"
    with pytest.raises(ValueError, match="this one is closed"):
        engine.estimate(frame(0))
    assert sum(1 for _ in FDS.iterdir()) == held


def test_it_ends_when_its_owner_does(saved: Path) -> None:
    owner = (
        "import os, sys; from pathlib import Path; from posecheck.capture.pose.worker import PoseEngine\n"
        "engine = PoseEngine(Path(sys.argv[1])); engine.wait(); print(engine.pid, flush=True); os._exit(1)"
    )
    done = subprocess.run([sys.executable, "-c", owner, str(saved)], capture_output=True, text=True, timeout=WAIT_S)
    pid = int(done.stdout)
    end = time.monotonic() + WAIT_S
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive(pid)
