"""Cuts from one moment to another of one still camera: found, told from movement, lights and captions, and bridged."""

import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from posecheck.app.visit.sources import folder
from posecheck.capture.pose.detect import SETTLED_S, detect
from posecheck.capture.pose.model_file import find
from posecheck.capture.video.edits.leaps import SMALL_WH, is_leap
from posecheck.capture.video.edits.shots import ShotFinder
from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Frame, Rgb
from posecheck.core.pose import Pose, PoseTrack
from posecheck.core.reasons import UnjudgedReason
from tests.support.clip_makers import write_clip
from tests.support.people import Posture, track_of, twist

FPS = 25.0
SIZE = (240, 320)
"""Height and width of the pictures."""


def room() -> Rgb:
    """Return a picture of large and small coloured patches, as rooms have them."""
    random, out = np.random.default_rng(1), np.zeros((*SIZE, 3), np.float32)
    for patch, weight in ((60, 0.6), (20, 0.3), (8, 0.1)):
        cells = random.uniform(0, 255, (SIZE[0] // patch + 2, SIZE[1] // patch + 2, 3)).astype(np.float32)
        out += weight * cv2.resize(cells, (SIZE[1], SIZE[0]), interpolation=cv2.INTER_NEAREST)
    return np.asarray(out, np.uint8)


def film(place: Callable[[int], float], frames: int = 100) -> list[Rgb]:
    """Return a still camera's pictures of a person-sized block, whose left edge is at place(frame) pixels."""
    random, picture, out = np.random.default_rng(0), room(), []
    for i in range(frames):
        noisy = picture + random.normal(0, 3, picture.shape)
        left = round(place(i))
        noisy[60:220, left : left + 50] = 30
        out.append(np.clip(noisy, 0, 255).astype(np.uint8))
    return out


def leaps(pictures: list[Rgb], fps: float = FPS) -> list[int]:
    finder = ShotFinder()
    for i, picture in enumerate(pictures):
        finder.update(picture, i, i / fps)
    assert finder.starts == (0,)
    return list(finder.leaps)


def still(i: int) -> float:
    return 100.0


def walking(i: int) -> float:
    return 100 + 30 * math.sin(i / 12)


@pytest.mark.parametrize("move", [still, walking])
def test_a_leap_is_found_in_the_frame_in_which_it_is(move: Callable[[int], float]) -> None:
    assert leaps(film(lambda i: move(i) + (60 if i >= 40 else 0))) == [40]


@pytest.mark.parametrize(
    "move",
    [
        still,
        walking,
        lambda i: 100 + 60 * np.clip((i - 40) / 5, 0, 1),  # there in a fifth of a second
        lambda i: 100 + 40 * np.sin(i / 3),  # to and fro, a second and a half each
        lambda i: 60 + 2.0 * max(0, i - 40),  # begins at once
    ],
    ids=["still", "walking", "sudden", "to and fro", "sets off"],
)
def test_a_movement_is_no_leap(move: Callable[[int], float]) -> None:
    assert leaps(film(move)) == []


def test_at_few_frames_a_second_people_leap() -> None:
    assert leaps(film(lambda i: 100.0 + (60 if i >= 40 else 0)), fps=5.0) == []


def test_a_recording_that_stood_still_and_goes_on_is_not_cut() -> None:
    pictures = film(lambda i: 60.0 + 2 * i, 60)
    assert leaps([*pictures[:30], *[pictures[30]] * 8, *pictures[38:]]) == []


def changed_at(xy: np.ndarray, size_wh: tuple[int, int], reach: float = 20.0) -> np.ndarray:
    """Return a small picture that has changed near points (n, 2), pixels."""
    x, y = np.meshgrid(np.arange(SMALL_WH[0]), np.arange(SMALL_WH[1]))
    at = np.stack([x, y], axis=-1) * (np.array(size_wh) / np.array(SMALL_WH))
    return np.asarray(np.linalg.norm(at[:, :, None] - xy, axis=-1).min(axis=2) < reach)


def joined(degrees: float) -> PoseTrack:
    """Return somebody who sits straight for a second and is then at once turned by so much."""
    straight, turned = Posture(), twist(degrees)[len(twist(degrees)) // 2]
    return track_of([straight] * 30 + [turned] * 30, azimuth=0.0)


def test_a_leap_of_the_person_is_one() -> None:
    track = joined(40.0)
    size = tuple(track.size_wh[0])
    assert is_leap(track, 30, changed_at(track.image_xy[[29, 30]].reshape(-1, 2), size))


def test_what_changes_around_a_still_or_steadily_moving_person_is_none() -> None:
    there = joined(0.0)
    size = tuple(there.size_wh[0])
    assert not is_leap(there, 30, changed_at(there.image_xy[30], size))
    moving = track_of(twist(60.0), azimuth=0.0)
    for index in range(60, 240, 20):
        assert not is_leap(moving, index, changed_at(moving.image_xy[index], size))


def test_a_light_that_is_switched_while_the_person_leaps_in_the_landmarks_is_none() -> None:
    track = joined(40.0)
    assert not is_leap(track, 30, np.ones(SMALL_WH[::-1], bool))


def test_nobody_leaps_at_either_end_or_where_nobody_is() -> None:
    track = joined(40.0)
    everywhere = changed_at(track.image_xy[[29, 30]].reshape(-1, 2), tuple(track.size_wh[0]))
    assert not is_leap(track, 0, everywhere)
    for rows in (slice(20, 30), slice(30, 45)):
        track.image_xy[rows] = np.nan
        assert not is_leap(track, 30, everywhere)


class Leaping:
    """An estimator that finds a person who sits straight, and from the frame of the leap on is turned."""

    def __init__(self, leap: int) -> None:
        self._track, self._leap = joined(40.0), leap

    def estimate(self, frame: Frame) -> Pose | None:
        height, width = frame.rgb.shape[:2]
        scale = np.array([width, height]) / self._track.size_wh[0]
        pose = self._track.pose(30 if frame.index >= self._leap else 29)
        assert pose is not None
        return Pose(frame.time_s, pose.image_xy * scale, pose.world_xyz, pose.visibility, (width, height))

    def close(self) -> None:
        """Nothing to free."""


def test_pieces_are_numbered_in_the_track_and_said(tmp_path: Path) -> None:
    estimator = Leaping(40)
    around = estimator.estimate(Frame(0, 0.0, np.zeros((*SIZE, 3), np.uint8)))
    assert around is not None
    low, high = around.image_xy.min(axis=0), around.image_xy.max(axis=0)
    pictures = film(still, 80)
    for i, picture in enumerate(pictures):
        left, top = (low + (high - low) * (0.3 if i >= 40 else 0.1)).astype(int).tolist()
        picture[top : top + 60, left : left + 40] = 250
    path = write_clip(tmp_path / "pieces.mp4", pictures, [i / FPS for i in range(80)])
    with VideoReader(path) as reader:
        track = detect(reader, estimator)
        notes = [note.told() for note in reader.notes]
    assert track.piece.tolist() == [0] * 40 + [1] * 40
    assert not track.shot.any()
    unsettled = round(SETTLED_S * FPS)
    assert track.people.tolist() == track.found.astype(int).tolist()
    assert track.left_out.tolist() == np.where(track.found, 0, UnjudgedReason.JUST_CUT).tolist()
    assert track.found.tolist() == [True] * 40 + [False] * (unsettled + 1) + [True] * (39 - unsettled)
    assert notes == ["pieces.mp4: cut from one moment to another at 1.6 s; no repetition and no speed goes over a cut"]


SAMPLE = folder() / "chair-twist-over-rotation.mp4"


@pytest.mark.skipif(not SAMPLE.is_file() or find("full") is None, reason="sample clip or pose model is not here")
def test_a_real_search_of_a_cut_clip_numbers_its_pieces(tmp_path: Path) -> None:
    from posecheck.capture.pose.mediapipe import MediaPipeEstimator
    from posecheck.capture.pose.model_file import ensure

    with VideoReader(SAMPLE) as reader:
        kept = [frame.rgb for frame in reader if frame.time_s < 2.5 or 5.0 <= frame.time_s < 6.2]
    path = write_clip(tmp_path / "cut.mp4", kept, [i / FPS for i in range(len(kept))])
    with VideoReader(path) as reader, MediaPipeEstimator(ensure()) as estimator:
        track = detect(reader, estimator)
    assert np.flatnonzero(np.diff(track.piece)).tolist() == [62]
