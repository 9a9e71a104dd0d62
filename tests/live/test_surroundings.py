"""A remote person's camera that moves, and others beside them, are noticed as before a camera of this machine."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.core.pose import Pose
from posecheck.core.reasons import UnjudgedReason
from posecheck.live.remote import surroundings, wire
from posecheck.live.remote.viewer import RemoteViewer, Wish
from posecheck.live.remote.wire import HostileError
from posecheck.live.sets import Set
from tests.support.remote import FPS, STILL, STRETCH, Seen, frames

SIZE = (640, 480)
NOWHERE, STAYED = np.full(4, np.nan), np.array([0.0, 0.0, 0.0, 1.0])


def beside(pose: Pose, across: float, larger: float = 1.0) -> Pose:
    """Return somebody of the same posture further to the right, in widths of the picture."""
    middle = pose.image_xy.mean(axis=0)
    return replace(pose, image_xy=(pose.image_xy - middle) * larger + middle + (across * SIZE[0], 0.0))


def played(looks: dict[int, bytes]) -> tuple[Seen, Set]:
    """Send the sample's first frames in threes, and each message before the frame of its number or the next."""
    viewer, seen, sent = RemoteViewer(Wish(STRETCH)), Seen(), frames()[: STILL + 240]
    for at in range(0, len(sent), 3):
        part = sent[at : at + 3]
        for number in (one.number for one in part if one.number in looks):
            viewer.surroundings(looks[number])
        seen.hear(viewer.frames(wire.write(part), 100 + part[-1].time_s))
    viewer.end()
    (done,) = viewer.sets()
    return seen, done.opened()


def with_another(numbers: range, across: float, larger: float = 1.0) -> dict[int, bytes]:
    """Return what is seen before the frames of these numbers: the person, and somebody beside them."""
    poses = {one.number: one.pose for one in frames()}
    held = {n: pose for n, pose in poses.items() if n in numbers and pose is not None}
    return {n: surroundings.write(SIZE, STAYED, [pose, beside(pose, across, larger)]) for n, pose in held.items()}


def kinds(done: Set) -> set[str]:
    return {str(event.kind) for event in done.analysis.events}


def test_a_message_is_read_as_it_was_sent() -> None:
    one = frames()[0].pose
    assert one is not None
    got = surroundings.read(surroundings.write(SIZE, np.array([0.1, -0.2, 3.0, 1.01]), [one, beside(one, 0.2)]))
    np.testing.assert_allclose(got.background, [0.1, -0.2, 3.0, 1.01], rtol=1e-6)
    assert got.people is not None
    np.testing.assert_allclose(got.people[0].image_xy, one.image_xy, atol=1e-3)
    assert surroundings.read(surroundings.write(SIZE, NOWHERE, None)).people is None
    assert surroundings.read(surroundings.write(SIZE, NOWHERE, [])).people == ()


def test_who_stands_apart_changes_nothing_and_is_counted() -> None:
    alone, (_, company) = played({})[1], played(with_another(range(STILL + 20, STILL + 240, FPS), 0.4, 0.7))
    assert kinds(company) == kinds(alone)
    assert company.analysis.track.people.max() == 2
    assert not company.analysis.track.touched.any()


def test_nothing_is_judged_while_somebody_touches_the_person() -> None:
    _, done = played(with_another(range(STILL + 20, STILL + 100, FPS), 0.09))
    assert "contact" in kinds(done)
    assert done.analysis.track.touched.any()
    # A look that is long past says nothing of now.
    assert not done.analysis.track.touched[-1]


def test_a_camera_that_moves_is_noticed() -> None:
    moved = np.array([0.08, 0.0, 0.0, 1.0])
    still = surroundings.write(SIZE, STAYED, None)
    _, done = played({1: still, STILL + 60: surroundings.write(SIZE, moved, None)})
    reasons = set(np.unique(done.analysis.judged.readings.reason[STILL + 70 : STILL + 80]).tolist())
    assert UnjudgedReason.CAMERA_MOVED in reasons
    assert UnjudgedReason.CAMERA_MOVED not in set(np.unique(played({1: still})[1].analysis.judged.readings.reason))


def test_the_subject_is_not_exchanged_for_who_is_followed_by_mistake() -> None:
    """The browser's landmarks leap to a bystander: they are not judged as the subject's."""
    viewer, seen = RemoteViewer(Wish(STRETCH)), Seen()
    for one in frames()[: STILL + 60]:
        assert one.pose is not None
        if one.number > STILL + 40:
            other = beside(one.pose, 0.4)
            viewer.surroundings(surroundings.write(SIZE, STAYED, [one.pose, other]))
            one = replace(one, pose=other)
        seen.hear(viewer.frames(wire.write([one]), 100 + one.time_s))
    assert seen.now["title"] in ("You are not seen", "Nobody found") or seen.now["level"] == -1


def changed(**fields: object) -> bytes:
    about = np.frombuffer(surroundings.write(SIZE, STAYED, None), surroundings.ABOUT, 1, len(surroundings.HEAD)).copy()
    for name, value in fields.items():
        about[name] = value
    return surroundings.HEAD + about.tobytes()


@pytest.mark.parametrize(
    "message",
    [
        b"",
        surroundings.HEAD,
        surroundings.write(SIZE, STAYED, None)[:-1],
        surroundings.write(SIZE, STAYED, None) + b"\x00",
        changed(people=1),
        changed(looked=1, people=1),
        changed(looked=1, people=255),
        changed(looked=2),
        changed(width=0),
        changed(background=[np.inf, 0, 0, 1]),
        changed(background=[np.nan, 0, 0, 1]),
        changed(background=[0, 0, 0, 0]),
        surroundings.write(SIZE, STAYED, [])[:-20]
        + b"\x01\x03"
        + b"\x00" * (18 + 3 * surroundings.PERSON.itemsize - 1),
    ],
)
def test_what_no_page_sends_is_refused(message: bytes) -> None:
    with pytest.raises(HostileError):
        surroundings.read(message)


@given(st.binary(max_size=2 * surroundings.PERSON.itemsize))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for message in (content, surroundings.HEAD + content):
        try:
            got = surroundings.read(message)
        except HostileError:
            continue
        assert all(np.isfinite(one.image_xy).all() for one in got.people or ())
