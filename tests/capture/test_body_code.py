"""The body code: what the pose model's inner layers see, computed as often as needed and kept with its encoder."""

import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posecheck.capture.pose import model_file
from posecheck.capture.pose.coding import encoder
from posecheck.capture.pose.coding.estimator import CodedEstimator
from posecheck.capture.pose.coding.inner_map import CELLS, CHANNELS, LAYER, MEMBER, InnerMap, Map, crop
from posecheck.capture.pose.estimator import new_estimator
from posecheck.capture.pose.landmark_file import load_track, save_track
from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Frame, Rgb
from posecheck.core.pose import CODE, Pose, PoseTrack
from tests.support.figures import person

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "chair-twist-good-form.mp4"
BLACK: Rgb = np.zeros((48, 64, 3), np.uint8)


@pytest.fixture(scope="module")
def model() -> Path:
    found = model_file.find()
    if found is None:
        pytest.skip("needs the pose model: posecheck model fetch")
    return found


@pytest.fixture(scope="module")
def square(model: Path) -> Rgb:
    with VideoReader(SAMPLE) as reader:
        frame = next(iter(reader))
    with new_estimator(model, tags=False) as estimator:  # type: ignore[attr-defined]
        pose = estimator.estimate(frame)
    return crop(frame.rgb, pose.image_xy)


# The inner map


def test_half_the_network_says_what_the_whole_network_says_there(model: Path, square: Rgb) -> None:
    from ai_edge_litert.interpreter import Interpreter

    with zipfile.ZipFile(model) as task:
        network = task.read(MEMBER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that keeping every layer is for debugging
        whole = Interpreter(model_content=network, num_threads=1, experimental_preserve_all_tensors=True)
    whole.allocate_tensors()
    layer = next(item["index"] for item in whole.get_tensor_details() if item["name"].encode() == LAYER)
    maps = InnerMap(network).both(square)
    for picture, half in zip((square, square[:, ::-1]), maps, strict=True):
        whole.set_tensor(whole.get_input_details()[0]["index"], picture[None].astype(np.float32) / 255.0)
        whole.invoke()
        np.testing.assert_allclose(half, whole.get_tensor(layer).reshape(CELLS, CHANNELS), rtol=1e-4, atol=1e-3)


def test_another_network_or_a_damaged_file_has_no_inner_map(tmp_path: Path) -> None:
    other, damaged, empty = (tmp_path / name for name in ("other.task", "damaged.task", "empty.task"))
    with zipfile.ZipFile(other, "w") as task:
        task.writestr(MEMBER, b"another network")
    with zipfile.ZipFile(empty, "w") as task:
        task.writestr("pose_detector.tflite", b"")
    damaged.write_bytes(b"no zip")
    for path in (other, damaged, empty, tmp_path / "missing.task"):
        assert InnerMap.of_model(path) is None


def test_the_square_holds_the_person_whatever_the_picture(square: Rgb) -> None:
    assert square.shape == (256, 256, 3)
    one = np.full((33, 2), 20.0)  # all landmarks in one place
    assert crop(BLACK, one).shape == (256, 256, 3)
    away = one + 1e5
    assert not crop(BLACK + np.uint8(255), away).any()


# How often


class Counting:
    """An inner map that counts how often it is asked, for the picture and for its mirror image."""

    def __init__(self) -> None:
        self.asked = [0, 0]

    def of(self, square: Rgb, mirrored: bool) -> Map:
        self.asked[mirrored] += 1
        return np.full((CELLS, CHANNELS), float(sum(self.asked)), np.float32)


class Poses:
    """An estimator that returns poses one after the other."""

    def __init__(self, poses: list[Pose | None]) -> None:
        self._poses: Iterator[Pose | None] = iter(poses)

    def estimate(self, frame: Frame) -> Pose | None:
        return next(self._poses)

    def close(self) -> None:
        pass


def poses_at(times_s: list[float], subject: int = 0) -> list[Pose | None]:
    return [replace(person(time_s), subject=subject) for time_s in times_s]


def run(
    poses: list[Pose | None], times_s: list[float], shots: list[int] | None = None
) -> tuple[list[list[int]], list[Pose | None]]:
    inner = Counting()
    estimator = CodedEstimator(Poses(poses), inner)  # type: ignore[arg-type]
    asked, out = [], []
    for i, time_s in enumerate(times_s):
        out.append(estimator.estimate(Frame(i, time_s, BLACK, shots[i] if shots else 0)))
        asked.append(list(inner.asked))
    return asked, out


@pytest.mark.parametrize(("fps", "each"), [(5, 1), (6, 1), (12, 2), (15, 3), (25, 4), (30, 5), (60, 10)])
def test_picture_and_mirror_image_take_turns_six_times_a_second(fps: int, each: int) -> None:
    times = [round(i / fps, 3) for i in range(24)]
    asked, out = run(poses_at(times), times)
    assert asked == [[1 + i // each // 2, 1 + (i // each + 1) // 2] for i in range(24)]
    assert all(pose is not None and pose.code.any(axis=1).all() for pose in out)


def test_another_person_and_another_shot_get_their_own_code() -> None:
    times = [0.0, 0.01, 0.02, 0.03]
    asked, _ = run([*poses_at(times[:2]), *poses_at(times[2:], subject=1)], times)
    assert asked == [[1, 1], [1, 1], [2, 2], [2, 2]]
    asked, _ = run(poses_at(times), times, [0, 0, 1, 1])
    assert asked == [[1, 1], [1, 1], [2, 2], [2, 2]]


def test_a_pose_keeps_its_code_when_a_later_one_is_computed() -> None:
    times = [0.0, 1.0]
    _, out = run(poses_at(times), times)
    assert out[0] is not None
    assert out[1] is not None
    assert (out[0].code[0] == out[1].code[0]).all()
    assert (out[0].code[1] != out[1].code[1]).any()


def test_who_is_not_seen_has_no_code_and_a_new_one_afterwards() -> None:
    times = [0.0, 0.01, 0.02, 0.03]
    hidden = Pose.hidden(0.01, (64, 48), people=1, subject=0)
    asked, out = run([*poses_at(times[:1]), hidden, None, *poses_at(times[3:])], times)
    assert asked == [[1, 1], [1, 1], [1, 1], [2, 2]]
    assert out[1] is not None
    assert not out[1].code.any()
    assert out[2] is None


# In a file


def track(n: int = 6) -> PoseTrack:
    rng = np.random.default_rng(0)
    some = PoseTrack.of([i / 10 for i in range(n)], poses_at([i / 10 for i in range(n)]), (64, 48))
    return replace(some, code=rng.integers(-127, 128, (n, 2, CODE)).astype(np.int8))


def test_codes_come_back_with_the_landmarks(tmp_path: Path) -> None:
    save_track(tmp_path / "a.npz", track())
    np.testing.assert_array_equal(load_track(tmp_path / "a.npz").code, track().code)


def test_codes_by_another_encoder_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_track(tmp_path / "a.npz", track())
    later = replace(encoder.load(), version="01234567")
    monkeypatch.setattr(encoder, "load", lambda: later)
    found = load_track(tmp_path / "a.npz")
    assert not found.code.any()
    np.testing.assert_allclose(found.image_xy, track().image_xy, atol=1e-3)


def test_landmarks_from_before_there_were_codes_have_none(tmp_path: Path) -> None:
    save_track(tmp_path / "a.npz", replace(track(), code=np.zeros((6, 2, CODE), np.int8)))
    with np.load(tmp_path / "a.npz") as data:
        old = {name: data[name] for name in data.files if name != "code"}
    np.savez(tmp_path / "old.npz", **old)
    assert not load_track(tmp_path / "old.npz").coded.any()


# In a recording


def test_a_recording_has_a_code_wherever_somebody_is_found(model: Path) -> None:
    with VideoReader(SAMPLE) as reader, new_estimator(model) as estimator:  # type: ignore[attr-defined]
        poses = [estimator.estimate(frame) for frame, _ in zip(reader, range(12), strict=False)]
    assert all(pose.code.any() for pose in poses)
    assert len({pose.code.tobytes() for pose in poses}) == 3
    with VideoReader(SAMPLE) as reader, new_estimator(model, code=False) as estimator:  # type: ignore[attr-defined]
        assert not estimator.estimate(next(iter(reader))).code.any()
