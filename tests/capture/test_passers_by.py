"""Somebody who passes in front of the subject is never measured in their place, and the subject is found again."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.capture.pose.appearance import Appearance, Stir
from posecheck.capture.pose.relations import hides, middle, size
from posecheck.capture.pose.subject_finder import SubjectFinder
from posecheck.core.frame import Rgb
from posecheck.core.pose import Pose, visible
from tests.support.people import Posture, track_of

FPS, WIDE, HIGH = 25.0, 640, 480
GREEN, RED, BLUE, GREY = (60, 120, 60), (190, 50, 50), (40, 40, 110), (200, 195, 190)
found = track_of([Posture()], azimuth=0.0).pose(0)
assert found is not None
SHAPE = (found.image_xy - middle(found)) / size(found)
BODY = found


def person(x: float, time_s: float, lower_px: float = 0.0) -> Pose:
    image = SHAPE * 150 + (x, 230 + lower_px)
    return replace(BODY, image_xy=image, time_s=time_s, size_wh=(WIDE, HIGH))


def painted(people: list[tuple[Pose, tuple[int, int, int]]]) -> Rgb:
    """Return a picture of people in shirts of a colour and blue trousers, the last one in front."""
    picture = np.full((HIGH, WIDE, 3), GREY, np.uint8)
    for pose, shirt in people:
        (left, top), (right, bottom) = pose.image_xy.min(axis=0).astype(int), pose.image_xy.max(axis=0).astype(int)
        hip = int(pose.image_xy[[23, 24], 1].mean())
        left, right = max(left, 0), max(right, 0)
        picture[max(top, 0) : hip, left:right] = shirt
        picture[hip : max(bottom, 0), left:right] = BLUE
    return picture


class Passing:
    """Somebody walks from right to left in front of the subject between seconds 3 and 5."""

    def __init__(self, shirt: tuple[int, int, int]) -> None:
        self._shirt = shirt
        self._dragged = False

    def walker(self, time_s: float) -> Pose | None:
        return person(700 - 380 * (time_s - 3), time_s, 12) if 3 <= time_s <= 5 else None

    def picture(self, time_s: float) -> Rgb:
        walker = self.walker(time_s)
        others = [] if walker is None else [(walker, self._shirt)]
        return painted([(person(300, time_s), GREEN), *others])

    def find(self, _: Rgb, time_s: float) -> list[Pose]:
        """Find one person, as a detector does that glides from one to the other where they cross."""
        walker = self.walker(time_s)
        if walker is None:
            self._dragged = False
            return [person(300, time_s)]
        self._dragged |= abs(float(middle(walker)[0]) - 300) < 30
        return [walker if self._dragged else person(300, time_s)]


class Everybody:
    """Find all people, but of two who overlap only the one in front."""

    def __init__(self, passing: Passing) -> None:
        self._passing = passing

    def find(self, _: Rgb, time_s: float) -> list[Pose]:
        walker = self._passing.walker(time_s)
        if walker is None:
            return [person(300, time_s)]
        if abs(float(middle(walker)[0]) - 300) < 60:
            return [walker]
        return [walker, person(300, time_s)]


@pytest.mark.parametrize("shirt", [RED, GREEN])
def test_who_passes_in_front_is_not_followed(shirt: tuple[int, int, int]) -> None:
    passing = Passing(shirt)
    finder = SubjectFinder(passing, Everybody(passing))
    poses = [finder.find(passing.picture(i / FPS), i / FPS) for i in range(round(8 * FPS))]
    apart = [abs(float(middle(pose)[0]) - 300) / size(pose) for pose in poses if pose is not None and pose.found]
    assert max(apart) < (0.05 if shirt == RED else 0.6)
    assert all(visible(pose) is not None for pose in (*poses[: round(3 * FPS)], *poses[round(5.7 * FPS) :]))
    assert {pose.subject for pose in poses if pose is not None} == {0}
    covered = [pose for pose in poses if visible(pose) is None]
    assert covered
    assert all(pose is not None and pose.people >= 1 for pose in covered)


def test_who_stands_behind_or_beside_hides_nobody() -> None:
    subject = person(300, 0.0)
    assert hides(person(310, 0.0, 12), subject)
    assert not hides(person(310, 0.0, -12), subject)
    assert not hides(person(480, 0.0, 12), subject)
    small = person(310, 0.0, 12)
    half = (small.image_xy - middle(small)) * 0.5 + (310, 330)
    assert not hides(replace(small, image_xy=half), subject)


def learnt(shirt: tuple[int, int, int], frames: int = 50) -> Appearance:
    known = Appearance()
    for i in range(frames):
        known.learn(painted([(person(300, i / FPS), shirt)]), person(300, i / FPS))
    return known


def test_other_colours_are_another_person() -> None:
    known = learnt(GREEN)
    pose = person(300, 3.0)
    assert not known.differs(painted([(pose, GREEN)]), pose)
    assert known.differs(painted([(pose, RED)]), pose)
    darker = (painted([(pose, GREEN)]) * 0.85).astype(np.uint8)
    assert not known.differs(darker, pose)


def test_crossed_arms_are_not_another_person() -> None:
    known, pose = learnt(GREEN), person(300, 3.0)
    picture = painted([(pose, GREEN)])
    shoulder, hip = int(pose.image_xy[[11, 12], 1].mean()), int(pose.image_xy[[23, 24], 1].mean())
    picture[shoulder : (2 * hip + shoulder) // 3] = (220, 180, 150)
    assert not known.differs(picture, pose)


def test_too_little_was_seen_to_tell_others() -> None:
    pose = person(300, 0.1)
    assert not learnt(GREEN, 2).differs(painted([(pose, RED)]), pose)


def test_movement_beside_the_subject_is_noticed() -> None:
    subject, stir = person(300, 0.0), Stir()
    calm = painted([(subject, GREEN)])
    assert [stir.update(calm, subject) for _ in range(3)] == [False] * 3
    assert not stir.update(painted([(subject, RED)]), subject)
    assert stir.update(painted([(subject, RED), (person(560, 0.0), BLUE)]), subject)
