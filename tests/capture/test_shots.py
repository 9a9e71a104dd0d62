"""Shots: cuts and cross-fades are found, and what people, lights and moving cameras do is not taken for one."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.capture.pose.detect import detect
from posecheck.capture.video.edits.leaps import apart
from posecheck.capture.video.edits.shots import CHANGED, ShotFinder, differing
from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Frame, Rgb
from posecheck.core.memory import spooled
from posecheck.core.pose import Pose
from posecheck.core.reasons import UnjudgedReason
from tests.support.clip_makers import write_clip
from tests.support.people import Posture, track_of

FPS = 25.0
SIZE = (120, 160)


def scene(seed: int, width: int = SIZE[1]) -> Rgb:
    """Return a picture of large and small coloured patches, as rooms have them."""
    random, out = np.random.default_rng(seed), np.zeros((SIZE[0], width, 3), np.float32)
    for patch, weight in ((60, 0.6), (20, 0.3), (8, 0.1)):
        cells = random.uniform(0, 255, (SIZE[0] // patch + 2, width // patch + 2, 3)).astype(np.float32)
        out += weight * cv2.resize(cells, (width, SIZE[0]), interpolation=cv2.INTER_NEAREST)
    return np.asarray(out, np.uint8)


def filmed(picture: Rgb, frames: int, seed: int = 0) -> list[Rgb]:
    """Return a still camera's pictures: noise, and a person-sized block that moves."""
    random, out = np.random.default_rng(seed), []
    for i in range(frames):
        noisy = picture + random.normal(0, 3, picture.shape)
        left = 30 + round(40 * np.sin(i / 4))
        noisy[30:110, left : left + 40] = 90
        out.append(np.clip(noisy, 0, 255).astype(np.uint8))
    return out


def faded(first: Rgb, last: Rgb, frames: int) -> list[Rgb]:
    shares = np.linspace(0, 1, frames + 2)[1:-1]
    return [np.asarray((1 - share) * first + share * last, np.uint8) for share in shares]


def found(pictures: list[Rgb], fps: float = FPS) -> ShotFinder:
    finder = ShotFinder()
    for i, picture in enumerate(pictures):
        finder.update(picture, i, i / fps)
    return finder


A, B, C = scene(1), scene(2), scene(3)


def test_a_cut_is_found_in_the_frame_in_which_it_is() -> None:
    finder = found([*filmed(A, 30), *filmed(B, 40), *filmed(C, 30)])
    assert finder.starts == (0, 30, 70)
    assert finder.stills == ()


def test_the_number_of_the_shot_is_known_at_once() -> None:
    finder = ShotFinder()
    pictures = [*filmed(A, 10), *filmed(B, 10)]
    assert [finder.update(picture, i, i / FPS) for i, picture in enumerate(pictures)] == [0] * 10 + [1] * 10


@pytest.mark.parametrize("seconds", [0.4, 0.8, 1.2])
def test_a_cross_fade_is_a_shot_of_its_own(seconds: float) -> None:
    long = round(seconds * FPS)
    finder = found([*filmed(A, 50), *faded(A, B, long), *filmed(B, 50)])
    _, begun, over = finder.starts
    assert 46 <= begun <= 50 + long // 2
    assert begun < over <= 50 + long + 2


@pytest.mark.parametrize("before", [80, 95, 110, 160])
def test_a_cross_fade_is_found_at_any_time(before: int) -> None:
    starts = found([*filmed(A, before), *faded(A, B, 20), *filmed(B, 50)]).starts
    assert len(starts) == 3
    assert before - 4 <= starts[1] < starts[2] <= before + 22


@given(st.integers(0, 255), st.integers(0, 80), st.integers(0, 2**32 - 1))
def test_what_is_compared_quickly_first_is_never_less(level: int, spread: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    before, after = (
        np.clip(level + random.normal(0, spread, (24, 32, 3)) + random.integers(-30, 30), 0, 255).astype(np.uint8)
        for _ in range(2)
    )
    cells = apart(before, after).mean(axis=2).reshape(6, 4, 8, 4).mean(axis=(1, 3)).ravel()
    assert differing(before, after)[0][cells > CHANGED].all()


def test_a_close_up_of_the_same_scene_is_a_cut() -> None:
    near = np.asarray(np.kron(A[30:90, 40:120], np.ones((2, 2, 1))), np.uint8)
    assert found([*filmed(A, 30), *filmed(near, 30)]).starts == (0, 30)


def test_a_still_picture_is_named() -> None:
    finder = found([*([B] * 30), *filmed(A, 30), *([C] * 30)])
    assert finder.starts == (0, 30, 60)
    assert finder.stills == (0, 2)
    assert found([A] * 30).stills == ()


@pytest.mark.parametrize("fps", [1.0, 5.0, 25.0])
def test_a_person_who_moves_is_no_cut(fps: float) -> None:
    assert found(filmed(A, 60), fps).starts == (0,)


def test_a_light_that_is_switched_is_no_cut() -> None:
    dark = [np.asarray(picture * 0.55, np.uint8) for picture in filmed(A, 30)]
    assert found([*filmed(A, 30), *dark]).starts == (0,)


@pytest.mark.parametrize("speed", [1, 4, 9, 25])
def test_a_camera_that_moves_is_no_cut(speed: int) -> None:
    wide = scene(7, 2000)
    offsets = np.concatenate([np.zeros(30, int), np.arange(0, 1800, speed)[:60]])
    pictures = [wide[:, x : x + SIZE[1]] for x in offsets.tolist()]
    assert found(pictures).starts == (0,)


class Everywhere:
    """An estimator that finds the same person in every picture."""

    def estimate(self, frame: Frame) -> Pose | None:
        pose = track_of([Posture()], azimuth=0.0).pose(0)
        return None if pose is None else replace(pose, time_s=frame.time_s)

    def close(self) -> None:
        """Nothing to free."""


@pytest.mark.parametrize("in_memory", [0, 1 << 22], ids=["long", "short"])
def test_shots_are_numbered_in_the_track_and_nobody_is_seen_in_a_still_picture(
    tmp_path: Path, in_memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spooled, "IN_MEMORY_BYTES", in_memory)
    pictures = [*([B] * 30), *filmed(A, 30), *filmed(C, 30)]
    path = write_clip(tmp_path / "edited.mp4", pictures, [i / FPS for i in range(90)])
    with VideoReader(path) as reader:
        track = detect(reader, Everywhere())
        notes = [note.told() for note in reader.notes]
    assert track.shot.tolist() == [0] * 30 + [1] * 30 + [2] * 30
    assert track.found.tolist() == [False] * 30 + [True] * 60
    assert track.people.tolist() == [0] * 30 + [1] * 60
    assert track.left_out.tolist() == [UnjudgedReason.STILL_PICTURE] * 30 + [0] * 60
    assert notes == [
        "edited.mp4: still pictures were left out (0.0–1.2 s)",
        "edited.mp4: cut together of several shots; each was judged for itself",
    ]


def test_one_shot_has_no_notes(tmp_path: Path) -> None:
    with VideoReader(write_clip(tmp_path / "a.mp4", filmed(A, 30), [i / FPS for i in range(30)])) as reader:
        track = detect(reader, Everywhere())
        assert reader.problem is None
    assert not track.shot.any()
