"""MediaPipe finds the subject, keeps silent, and neither reports its use nor stays behind."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from posecheck.capture.pose import model_file
from posecheck.capture.pose.mediapipe import MediaPipeEstimator
from posecheck.capture.pose.native import NoContact, Quiet
from posecheck.capture.pose.subject_finder import LOOKS, SubjectFinder
from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import ModelError
from posecheck.core.frame import Frame, Rgb
from posecheck.core.pose import Pose
from tests.support import clip_makers as make
from tests.support.figures import person

SAMPLES = Path(__file__).parents[2] / "sample_videos"


@pytest.fixture(scope="module")
def model() -> Path:
    found = model_file.find()
    if found is None:
        pytest.skip("needs the pose model: posecheck model fetch")
    return found


def sample(name: str) -> Path:
    path = SAMPLES / f"{name}.mp4"
    if not path.is_file():
        pytest.skip(f"needs sample_videos/{name}.mp4")
    return path


def first_frames(path: Path, n: int) -> list[Frame]:
    with VideoReader(path) as reader:
        return [frame for frame, _ in zip(reader, range(n), strict=False)]


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    return first_frames(sample("chair-twist-good-form"), 12)


# What it finds


def test_a_sitting_person_is_found_where_they_are(model: Path, frames: list[Frame]) -> None:
    with MediaPipeEstimator(model) as estimator:
        poses = [estimator.estimate(frame) for frame in frames]
    for frame, pose in zip(frames, poses, strict=True):
        assert pose is not None
        assert (pose.time_s, pose.size_wh, pose.people, pose.subject) == (frame.time_s, (640, 480), 1, 0)
        assert 0.6 < pose.visibility.mean() <= 1.0
        assert (pose.image_xy[:25] > 0).all()
        assert (pose.image_xy[:25] < (640, 480)).all()
        assert np.abs(pose.world_xyz[[23, 24]].mean(axis=0)).max() < 0.02


def test_the_bystander_is_not_followed(model: Path) -> None:
    with MediaPipeEstimator(model) as estimator:
        poses = [estimator.estimate(frame) for frame in first_frames(sample("chair-twist-bystander"), 45)]
    found = [pose for pose in poses if pose is not None]
    assert len(found) == len(poses)
    assert {pose.people for pose in found} == {2}
    assert {pose.subject for pose in found} == {0}
    middles = np.array([pose.image_xy[[11, 12, 23, 24], 0].mean() for pose in found])
    assert (np.abs(middles - 320) < 40).all()


def test_the_moving_man_takes_over_from_a_bystander_found_first(model: Path) -> None:
    clip = make.shared_clip("pose2sim_multi_cam01.mp4")
    with MediaPipeEstimator(model) as estimator:
        poses = [estimator.estimate(frame) for frame in first_frames(clip, 45)]
    last = poses[-1]
    assert last is not None
    assert last.subject == 1
    assert last.image_xy[[11, 12, 23, 24], 0].mean() < 650  # the woman stands further to the right


def test_nobody_is_no_pose(model: Path) -> None:
    grey = np.full((120, 160, 3), 90, np.uint8)
    with MediaPipeEstimator(model) as estimator:
        assert [estimator.estimate(Frame(i, i / 30, grey)) for i in range(3)] == [None] * 3


def test_times_may_be_equal_or_closer_than_a_millisecond(model: Path, frames: list[Frame]) -> None:
    times = [0.0, 0.0, 0.0001, 0.0002, 0.0002, 5.0]
    with MediaPipeEstimator(model) as estimator:
        poses = [
            estimator.estimate(Frame(i, time_s, frame.rgb))
            for i, (time_s, frame) in enumerate(zip(times, frames, strict=False))
        ]
    assert [pose.time_s for pose in poses if pose is not None] == times


def test_the_picture_may_change_its_size(model: Path, frames: list[Frame]) -> None:
    with MediaPipeEstimator(model) as estimator:
        for i, step in enumerate((1, 1, 2, 2, 1)):
            rgb = frames[i].rgb[::step, ::step]
            pose = estimator.estimate(Frame(i, i / 30, rgb))
            assert pose is not None
            assert pose.size_wh == (640 // step, 480 // step)


def test_closing_twice_is_harmless_and_a_closed_one_says_so(model: Path, frames: list[Frame]) -> None:
    estimator = MediaPipeEstimator(model, max_people=1)
    estimator.close()
    estimator.close()
    with pytest.raises(ValueError, match="closed"):
        estimator.estimate(frames[0])


def test_a_damaged_model_is_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken model.task"
    for content in (b"", b"not a model" * 100):
        broken.write_bytes(content)
        with pytest.raises(ModelError, match="expected a pose model") as caught:
            MediaPipeEstimator(broken)
        assert "\n" not in str(caught.value)
        assert str(broken) in str(caught.value)
    with pytest.raises(ModelError) as caught:
        MediaPipeEstimator(tmp_path / "missing.task")
    assert "\n" not in str(caught.value)
    assert NoContact._users == 0


# Whom to ask: with made-up finders


class Told:
    """Find what a function of the time says; remember when it was asked and what it was shown."""

    def __init__(self, people: Callable[[float], list[Pose]]) -> None:
        self.people = people
        self.asked: list[float] = []
        self.shown: list[Rgb] = []

    def find(self, rgb: Rgb, time_s: float) -> list[Pose]:
        self.asked.append(time_s)
        self.shown.append(rgb)
        return self.people(time_s)


PICTURE = np.full((480, 640, 3), 200, np.uint8)


def follow(one: Told, several: Told, seconds: float = 6.0, fps: float = 30.0) -> list[Pose | None]:
    finder = SubjectFinder(one, several)
    return [finder.find(PICTURE, i / fps) for i in range(int(seconds * fps))]


def subject_at(time_s: float) -> Pose:
    return person(time_s, x=320, height=300)


def bystander_at(time_s: float) -> Pose:
    return person(time_s, x=560, height=200)


def test_one_person_is_looked_around_for_seldom() -> None:
    one, several = Told(lambda t: [subject_at(t)]), Told(lambda t: [subject_at(t)])
    poses = follow(one, several, seconds=20.0)
    assert all(pose is not None and (pose.people, pose.subject) == (1, 0) for pose in poses)
    assert len(one.asked) == 600
    assert len(several.asked) <= len(LOOKS) + 600 // LOOKS[-1] + 1
    assert several.asked[0] == 0.0


def test_a_finder_on_the_bystander_is_shown_the_subject_only_until_it_follows() -> None:
    steered = False

    def stubborn(time_s: float) -> list[Pose]:
        nonlocal steered
        steered = steered or bool((one.shown[-1][100:400, 560] == 127).all() and len(one.shown) > 3)
        return [subject_at(time_s) if steered else bystander_at(time_s)]

    one, several = Told(stubborn), Told(lambda t: [bystander_at(t), subject_at(t)])
    poses = follow(one, several)
    for pose in poses:
        assert pose is not None
        assert abs(pose.image_xy[:, 0].mean() - 320) < 30
        assert (pose.people, pose.subject) == (2, 0)
    assert (PICTURE == 200).all()
    assert len(several.asked) < 75  # all of them until it is settled, then one in ten


def test_someone_in_the_way_makes_the_several_speak() -> None:
    def near(time_s: float) -> list[Pose]:
        return [subject_at(time_s), person(time_s, x=390, height=300)]

    one, several = Told(lambda t: [person(t, x=390, height=300)]), Told(near)
    poses = follow(one, several)
    assert all(pose is not None and abs(pose.image_xy[:, 0].mean() - 320) < 30 for pose in poses)


def test_a_jump_of_the_finder_is_checked_at_once() -> None:
    one = Told(lambda t: [subject_at(t) if t < 3 else bystander_at(t)])
    several = Told(lambda t: [subject_at(t), bystander_at(t)] if t >= 3 else [subject_at(t)])
    poses = follow(one, several)
    assert all(pose is not None and abs(pose.image_xy[:, 0].mean() - 320) < 30 for pose in poses)


def test_an_empty_room_is_watched_by_one_alone() -> None:
    one, several = (Told(lambda t: [subject_at(t)] if t > 4 else []) for _ in range(2))
    poses = follow(one, several)
    assert [pose is not None for pose in poses] == [i / 30 > 4 for i in range(180)]
    assert len(several.asked) < 15


# Contact with the outside


SCRIPT = """
import sys
from pathlib import Path
from posecheck.capture.pose.mediapipe import MediaPipeEstimator
from posecheck.capture.video.reader import VideoReader
estimator = MediaPipeEstimator(Path(sys.argv[1]), silence_contact=sys.argv[3] == "silent")
with VideoReader(Path(sys.argv[2])) as reader:
    for frame in reader:
        estimator.estimate(frame)
        if frame.index == 70:
            break
if sys.argv[4] == "close":
    estimator.close()
"""


def run(model: Path, guard: str, ending: str, trace: Path | None, environment: dict[str, str]) -> str:
    """Run SCRIPT, with its network calls traced to a file; return what it wrote to the terminal."""
    prefix = ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(trace)] if trace else []
    clip = str(sample("chair-twist-good-form"))
    command = [*prefix, sys.executable, "-c", SCRIPT, str(model), clip, guard, ending]
    done = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def contacts(trace: Path) -> list[str]:
    """Return the calls that leave the machine: to an address other than loopback, or to a name server."""
    calls = []
    for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        if not re.search(r"\b(connect|sendto|sendmsg|sendmmsg)\(", line) or "AF_INET" not in line:
            continue
        own = re.search(r'inet_addr\("127\.|inet_pton\(AF_INET6, "::1"', line)
        if not own or "htons(53)" in line:
            calls.append(line)
    return calls


@pytest.fixture
def tracing(tmp_path: Path) -> Path:
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    probe = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("needs leave to trace processes")
    return tmp_path / "trace"


@pytest.mark.parametrize(
    ("ending", "environment"),
    [("close", {}), ("leave open", {"no_proxy": "*", "NO_PROXY": "*", "https_proxy": ""})],
)
def test_no_contact_with_the_outside(model: Path, tracing: Path, ending: str, environment: dict[str, str]) -> None:
    run(model, "silent", ending, tracing, environment)
    assert contacts(tracing) == []


def test_without_the_guard_the_trace_shows_contact(model: Path, tracing: Path) -> None:
    run(model, "open", "close", tracing, {"no_proxy": "*"})
    assert contacts(tracing) != []


@pytest.mark.parametrize("ending", ["close", "leave open"])
def test_nothing_reaches_the_terminal(model: Path, ending: str) -> None:
    assert run(model, "silent", ending, None, {}) == ""


def native(name: str) -> str | None:
    """Return a variable as native code and new processes see it."""
    command = [sys.executable, "-c", f"import os; print(os.environ.get({name!r}))"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    return None if found == "None" else found


@pytest.mark.parametrize("before", [None, "http://proxy.example:3128"])
def test_the_environment_is_as_before_after_the_last_close(
    model: Path, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    if before is None:
        monkeypatch.delenv("https_proxy", raising=False)
    else:
        monkeypatch.setenv("https_proxy", before)
    first = MediaPipeEstimator(model, max_people=1)
    second = MediaPipeEstimator(model, max_people=1)
    first.close()
    assert native("https_proxy") not in (None, before)
    second.close()
    assert native("https_proxy") == before
    assert os.environ.get("https_proxy") == before


def test_silence_ends_with_the_last_who_asked_for_it(capfd: pytest.CaptureFixture[str]) -> None:
    outer, inner = Quiet(), Quiet()
    outer.__enter__()
    inner.__enter__()
    outer.__exit__()
    os.write(2, b"hidden")
    inner.__exit__()
    os.write(2, b"seen")
    assert capfd.readouterr().err == "seen"
