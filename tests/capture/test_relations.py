"""Two people: who touches whom, and what coaching does then."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.assessment.session import Session
from posecheck.capture.pose.landmark_file import load_track, save_track
from posecheck.capture.pose.relations import touching
from posecheck.capture.pose.subject_finder import SubjectFinder
from posecheck.core.landmarks import MIRROR
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import Pose, PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.wording import describe_event
from posecheck.stretches.library import find_stretch
from tests.support.people import Posture, track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")

CHAIR = find_stretch("chair-twist")


def person(x: float = 400.0, scale: float = 1.0, posture: Posture | None = None) -> Pose:
    """Return somebody in a picture of 800 x 800 with their hips at x, looking so many times as large."""
    pose = track_of([posture or Posture()]).pose(0)
    assert pose is not None
    at = np.array([x, 400.0])
    return replace(pose, image_xy=at + scale * (pose.image_xy - np.array([400.0, 400.0])))


def mirrored(pose: Pose) -> Pose:
    """Return the pose of the mirror image."""
    image = pose.image_xy[MIRROR] * np.array([-1.0, 1.0]) + np.array([pose.size_wh[0], 0.0])
    world = pose.world_xyz[MIRROR] * np.array([-1.0, 1.0, 1.0])
    return replace(pose, image_xy=image, world_xyz=world, visibility=pose.visibility[MIRROR])


def hand_at(pose: Pose, x: float, y: float) -> Pose:
    """Return the pose with the left hand at a place in the picture."""
    image = pose.image_xy.copy()
    image[[L.LEFT_WRIST, L.LEFT_INDEX, L.LEFT_PINKY, L.LEFT_THUMB]] = (x, y)
    return replace(pose, image_xy=image)


TRUNK_PX = 160.0
"""Length of the trunk in these pictures: half a metre at 320 pixels a metre."""


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (person(700.0), False),
        (hand_at(person(700.0), 400.0, 330.0), True),  # on the chest
        (hand_at(person(700.0), 480.0, 240.0), True),  # at the shoulder
        (hand_at(person(700.0), 400.0, 60.0), False),  # waving over the head
        (person(430.0), True),  # a hug
        (person(430.0, 0.5), False),  # far behind
        (hand_at(person(620.0, 0.55), 400.0, 330.0), False),  # far behind, hand before the chest
        (hand_at(person(700.0, 1.3), 400.0, 330.0), True),
    ],
)
def test_who_touches(other: Pose, expected: bool) -> None:
    subject = person()
    assert touching(subject, other) == expected
    assert touching(other, subject) == expected
    assert touching(mirrored(subject), mirrored(other)) == expected


def test_a_hand_that_is_not_seen_touches_nobody() -> None:
    other = hand_at(person(700.0), 400.0, 330.0)
    assert not touching(person(), replace(other, visibility=np.full(33, 0.2)))


def touched(track: PoseTrack, from_s: float, to_s: float) -> PoseTrack:
    return replace(track, touched=((track.time_s >= from_s) & (track.time_s < to_s)).astype(np.uint8))


HELPED = touched(track_of(twist(30.0, hold_s=4.0)), 5.0, 6.5)
"""A twist into whose hold somebody reaches for a second and a half."""


def test_contact_suspends_coaching_and_says_so() -> None:
    analysis = judge(HELPED, CHAIR)
    (event,) = [event for event in analysis.events if event.kind == "contact"]
    assert (event.start_s, event.end_s) == pytest.approx((5.0, 6.5), abs=0.04)
    assert "waits until they let go" in describe_event(event, CHAIR)
    on = HELPED.touched.astype(bool)
    assert np.isnan(analysis.judged.readings.value[on]).all()
    assert (analysis.judged.readings.reason[on] == UnjudgedReason.CONTACT).all()
    assert np.isfinite(analysis.judged.readings.value[~on]).any()
    assert not any(r.complete for r in analysis.repetitions), "half of it was not seen"
    assert analysis.summary.verdict == "cannot_judge"


def test_the_same_live_and_recorded() -> None:
    whole = judge(HELPED, CHAIR)
    session = Session(CHAIR, whole.neutral)
    live = [event for i in range(len(HELPED)) for event in session.update(HELPED.slice(i, i + 1)).events]
    live += session.finish()
    told = [[(e.kind, e.start_s, e.end_s) for e in events if e.kind == "contact"] for events in (live, whole.events)]
    assert told[0] == told[1] != []


def test_a_brush_in_passing_is_not_told() -> None:
    analysis = judge(touched(track_of(twist(30.0)), 5.0, 5.2), CHAIR)
    assert not any(event.kind == "contact" for event in analysis.events)


def test_it_is_kept_with_the_landmarks(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("kept") / "landmarks.npz"
    save_track(path, HELPED)
    assert (load_track(path).touched == HELPED.touched).all()


class Scripted:
    """Find who is in a script, a list of poses for each picture; the one finder sees only the first."""

    def __init__(self, pictures: list[list[Pose]], people: int) -> None:
        self.pictures, self.people = pictures, people

    def find(self, rgb: object, time_s: float) -> list[Pose]:
        """Return who is there at a time, 25 pictures a second."""
        return [replace(pose, time_s=time_s) for pose in self.pictures[round(time_s * 25)][: self.people]]


def test_the_finder_marks_the_subject_while_a_helper_reaches_over() -> None:
    helper, reaching = person(700.0), hand_at(person(700.0), 400.0, 330.0)
    pictures = [[person(), reaching if 25 <= i < 75 else helper] for i in range(125)]
    finder = SubjectFinder(Scripted(pictures, 1), Scripted(pictures, 3))
    blank = np.zeros((800, 800, 3), np.uint8)
    found = [finder.find(blank, i / 25) for i in range(125)]
    marks = [pose is not None and pose.touched for pose in found]
    assert not any(marks[:25])
    assert all(marks[37:75]), "somebody else in the picture is looked at every ten frames"
    assert not any(marks[87:])
