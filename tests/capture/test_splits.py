"""Split screens: two pictures in one are told from one, and it is said which was judged."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from posecheck.app.visit.sources import folder
from posecheck.capture.pose.detect import detect
from posecheck.capture.video.edits.splits import Split, SplitFinder
from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Frame, Rgb
from posecheck.core.pose import Pose
from tests.support.clip_makers import shared_clip, write_clip
from tests.support.people import Posture, track_of

FPS, SIZE = 5.0, (240, 320)
"""Frames a second; height and width of a whole picture."""


def room(seed: int, width: int = SIZE[1]) -> Rgb:
    """Return a picture of large and small coloured patches, as rooms have them."""
    random, out = np.random.default_rng(seed), np.zeros((SIZE[0], width, 3), np.float32)
    for patch, weight in ((97, 0.6), (31, 0.3), (7, 0.1)):
        cells = random.uniform(0, 255, (SIZE[0] // patch + 2, width // patch + 2, 3)).astype(np.float32)
        out += weight * cv2.resize(cells, (width, SIZE[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(out, 0, 255), np.uint8)


def filmed(picture: Rgb, seconds: float = 4.0, seed: int = 0) -> list[Rgb]:
    """Return a still camera's pictures: noise, and a person-sized block that moves."""
    random, out = np.random.default_rng(seed), []
    for i in range(round(seconds * FPS)):
        noisy = picture + random.normal(0, 3, picture.shape)
        left = round(picture.shape[1] * (0.3 + 0.1 * np.sin(i / 4 + seed)))
        noisy[60:220, left : left + 50] = 30
        out.append(np.clip(noisy, 0, 255).astype(np.uint8))
    return out


def beside(left: list[Rgb], right: list[Rgb]) -> list[Rgb]:
    return [np.concatenate(both, axis=1) for both in zip(left, right, strict=False)]


def above(upper: list[Rgb], lower: list[Rgb]) -> list[Rgb]:
    return [np.concatenate(both, axis=0) for both in zip(upper, lower, strict=False)]


def found(pictures: list[Rgb], company: bool = True) -> Split | None:
    finder = SplitFinder()
    for i, picture in enumerate(pictures):
        finder.update(picture, i / FPS)
    return finder.found(company)


HALF = SIZE[1] // 2
SPLIT = beside(filmed(room(1, HALF)), filmed(room(2, HALF), seed=3))


@pytest.mark.parametrize("seed", range(4))
def test_two_rooms_side_by_side_are_a_split_screen(seed: int) -> None:
    assert found(beside(filmed(room(10 + seed, HALF)), filmed(room(20 + seed, HALF), seed=3))) is Split.BESIDE


@pytest.mark.parametrize("seed", range(4))
def test_two_rooms_one_above_the_other_are_a_split_screen(seed: int) -> None:
    assert found(above(filmed(room(10 + seed)), filmed(room(20 + seed), seed=3))) is Split.ABOVE


def test_one_room_twice_is_one_above_the_other_too() -> None:
    assert found(above(filmed(room(1)), filmed(room(1), seed=3)), company=False) is Split.ABOVE


def test_the_edge_of_a_floor_in_the_middle_is_none_unless_two_people_are_there() -> None:
    picture = np.full((*SIZE, 3), 190, np.uint8)
    picture[SIZE[0] // 2 :] = 90
    assert found(filmed(picture), company=False) is None


def test_one_room_twice_is_one_even_without_a_step() -> None:
    once = room(1, HALF)
    shade = np.linspace(0, 1, HALF)[:, None]
    # Both edges have the same colour.
    once = np.asarray(once * (1 - shade) + once[:, :1] * shade, np.uint8)
    assert found(beside(filmed(once), filmed(once, seed=3)), company=False) is Split.BESIDE


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("blur", [0, 2])
def test_one_room_is_none(seed: int, blur: int) -> None:
    picture = room(30 + seed)
    assert not found(filmed(cv2.GaussianBlur(picture, (0, 0), blur).astype(np.uint8) if blur else picture))


def test_a_plain_wall_and_a_symmetric_room_are_none() -> None:
    assert not found(filmed(np.full((*SIZE, 3), 180, np.uint8)))
    half = room(3, HALF)
    assert not found(filmed(np.concatenate([half, half[:, ::-1]], axis=1)))


def test_a_door_frame_in_the_middle_is_none_unless_two_people_are_there() -> None:
    picture = cv2.GaussianBlur(room(4), (0, 0), 6).astype(np.uint8)
    picture[: SIZE[0] // 2, HALF:] = 255 - picture[: SIZE[0] // 2, HALF:] // 4
    assert not found(filmed(picture), company=False)


def test_a_moment_shows_nothing_and_small_pictures_are_taken() -> None:
    assert not found(SPLIT[:5])
    assert not found([picture[:30, HALF - 8 : HALF + 8] for picture in SPLIT[:3]])


def on_the(side: float, split: Split = Split.BESIDE) -> Callable[[float], Pose]:
    """Return who finds somebody in a half of the picture: -1 for the first, 1 for the second, 0 for the middle."""
    width, height = SIZE[1], SIZE[0] * (1 + split)

    def at(time_s: float) -> Pose:
        pose = track_of([Posture()], azimuth=0.0).pose(0)
        assert pose is not None
        shape = (pose.image_xy - pose.image_xy.mean(axis=0)) / np.ptp(pose.image_xy[:, 1])
        # Nobody who moves is a photograph.
        middle = np.array([width, height]) / 2
        middle[split] *= 1 + side / 2
        xy = shape * 150 + middle + (15 * np.sin(2 * time_s), 0)
        return replace(pose, image_xy=xy, time_s=time_s, size_wh=(width, height), people=2)

    return at


class Standing:
    """An estimator that finds somebody at one place."""

    def __init__(self, at: Callable[[float], Pose]) -> None:
        self._at = at

    def estimate(self, frame: Frame) -> Pose | None:
        return self._at(frame.time_s)

    def close(self) -> None:
        """Nothing to free."""


@pytest.mark.parametrize(
    ("side", "told"),
    [
        (-1, ["split.mp4: a split screen; only the picture on the left was judged"]),
        (1, ["split.mp4: a split screen; only the picture on the right was judged"]),
        (0, []),  # whoever stands in the middle is in one picture
    ],
)
def test_it_is_said_which_picture_was_judged(side: float, told: list[str], tmp_path: Path) -> None:
    path = write_clip(tmp_path / "split.mp4", SPLIT, [i / FPS for i in range(len(SPLIT))])
    with VideoReader(path) as reader:
        detect(reader, Standing(on_the(side)))
        assert [note.told() for note in reader.notes] == told


@pytest.mark.parametrize(("side", "which"), [(-1, "upper"), (1, "lower")])
def test_it_is_said_which_of_two_above_each_other_was_judged(side: float, which: str, tmp_path: Path) -> None:
    pictures = above(filmed(room(1)), filmed(room(2), seed=3))
    path = write_clip(tmp_path / "split.mp4", pictures, [i / FPS for i in range(len(pictures))])
    with VideoReader(path) as reader:
        detect(reader, Standing(on_the(side, Split.ABOVE)))
        told = [note.told() for note in reader.notes]
    assert told == [f"split.mp4: a split screen; only the {which} picture was judged"]


def pictures_of(path: Path, seconds: float = 4.0) -> list[Rgb]:
    """Return the pictures of a clip, FPS of them a second."""
    out: list[Rgb] = []
    with VideoReader(path) as reader:
        for frame in reader:
            if frame.time_s >= seconds:
                break
            if frame.time_s >= len(out) / FPS:
                out.append(frame.rgb)
    return out


@pytest.mark.parametrize("name", ["chair-twist-bystander.mp4", "standing-twist-over-rotation.mp4"])
def test_a_sample_clip_is_none(name: str) -> None:
    path = folder() / name
    if not path.is_file():
        pytest.skip("the sample clips are not here")
    assert not found(pictures_of(path))


def test_real_clips_side_by_side_are_one_and_alone_are_none() -> None:
    clips = [pictures_of(shared_clip(name)) for name in ("tfjs_pose_1.mp4", "sports2d_demo_2people_gymnast.mp4")]
    assert [found(clip) for clip in clips] == [None, None]
    halves = [[cv2.resize(picture, (320, 480)).astype(np.uint8) for picture in clip] for clip in clips]
    assert found(beside(*halves)) is Split.BESIDE
    halves = [[cv2.resize(picture, (640, 240)).astype(np.uint8) for picture in clip] for clip in clips]
    assert found(above(*halves)) is Split.ABOVE
