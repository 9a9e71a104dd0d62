"""A photograph of a person beside the one who moves, as in a split screen, is not taken for a person."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posecheck.capture.pose.appearance import StillPerson
from posecheck.capture.pose.detect import detect
from posecheck.capture.pose.relations import middle, size
from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import InputError
from posecheck.core.frame import Frame, Rgb
from posecheck.core.pose import Pose
from tests.support.clip_makers import write_clip
from tests.support.people import Posture, track_of

FPS, WIDE, HIGH = 10.0, 320, 160
FIRST, SECOND, MOVER = 60, 150, 250
_found = track_of([Posture()]).pose(0)
assert _found is not None
BODY = _found
SHAPE = (BODY.image_xy - middle(BODY)) / size(BODY)
ROOM = np.random.default_rng(0).integers(60, 200, (HIGH, WIDE, 3), np.uint8)


def person(x: float, time_s: float) -> Pose:
    return replace(BODY, image_xy=SHAPE * 60 + (x, 80), time_s=time_s, size_wh=(WIDE, HIGH))


def box(x: float) -> tuple[slice, slice]:
    low, high = person(x, 0).image_xy.min(axis=0).astype(int), person(x, 0).image_xy.max(axis=0).astype(int) + 1
    return slice(max(low[1], 0), high[1]), slice(max(low[0], 0), high[0])


def filmed(seconds: float, *, noise: float = 2.0, breath: float = 0.0) -> list[Rgb]:
    """Return pictures of two people who do not move and one who does; breath: what it changes in the first."""
    random, out = np.random.default_rng(1), []
    for i in range(round(seconds * FPS)):
        picture = ROOM + random.normal(0, noise, ROOM.shape)
        rows, columns = box(FIRST)
        picture[rows.start + 20 : rows.start + 40, columns] += breath * np.sin(i / 4)
        left = MOVER - 20 + round(15 * np.sin(i / 3))
        picture[30:130, left : left + 40] = 20
        out.append(np.clip(picture, 0, 255).astype(np.uint8))
    return out


class Nearest:
    """Finds the first of those who are not covered, from the left, and keeps what it was told."""

    def __init__(self, places: tuple[int, ...]) -> None:
        self._places = places
        self.times_s: list[float] = []
        self.shots: list[int] = []

    def estimate(self, frame: Frame) -> Pose | None:
        self.times_s.append(frame.time_s)
        self.shots.append(frame.shot)
        for x in self._places:
            if frame.rgb[80 - 20 : 80 + 20, x - 8 : x + 8].std() > 5 or x == MOVER:
                return person(x, frame.time_s)
        return None

    def close(self) -> None:
        """Do nothing."""


def looked(tmp_path: Path, pictures: list[Rgb], places: tuple[int, ...]) -> tuple[list[int], list[str], Nearest]:
    """Return where the person who was followed stands in each frame, and the notes."""
    path = write_clip(tmp_path / "split.mp4", pictures, [i / FPS for i in range(len(pictures))])
    estimator = Nearest(places)
    with VideoReader(path) as reader:
        track = detect(reader, estimator)
        notes = [note.told() for note in reader.notes]
    assert np.allclose(track.time_s, np.arange(len(pictures)) / FPS, atol=1e-3)
    return [round(float(xy[[11, 12, 23, 24], 0].mean())) for xy in track.image_xy], notes, estimator


TOLD = ["split.mp4: a photograph of a person beside the one who moves was left out"]


def test_the_one_who_moves_is_followed_from_the_first_frame(tmp_path: Path) -> None:
    places, notes, estimator = looked(tmp_path, filmed(4), (FIRST, MOVER))
    assert set(places) == {MOVER}
    assert notes == TOLD
    # Whoever finds the poses is told of a second search as of another shot, later.
    assert np.all(np.diff(estimator.times_s) > 0)
    assert len(set(estimator.shots)) == 2


def test_two_photographs_are_left_out(tmp_path: Path) -> None:
    places, notes, _ = looked(tmp_path, filmed(4), (FIRST, SECOND, MOVER))
    assert set(places) == {MOVER}
    assert notes == TOLD


def test_somebody_who_only_breathes_is_no_photograph(tmp_path: Path) -> None:
    places, notes, _ = looked(tmp_path, filmed(4, breath=25.0), (FIRST, MOVER))
    assert set(places) == {FIRST}
    assert notes == []


def test_a_short_recording_does_not_show_whether_it_is_one(tmp_path: Path) -> None:
    places, notes, _ = looked(tmp_path, filmed(2), (FIRST, MOVER))
    assert set(places) == {FIRST}
    assert notes == []


def test_a_photograph_alone_leaves_nobody(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found only a photograph of one in 40 frames"):
        looked(tmp_path, filmed(4), (FIRST,))


def test_where_nothing_moves_nobody_is_told_to_be_a_photograph() -> None:
    watched = StillPerson()
    for i in range(60):
        watched.update(ROOM, person(FIRST, i / FPS))
    assert watched.photograph is None


def test_somebody_who_went_elsewhere_is_no_photograph() -> None:
    watched = StillPerson()
    for i, picture in enumerate(filmed(4)):
        watched.update(picture, person(FIRST if i < 20 else SECOND, i / FPS))
    assert watched.photograph is None
