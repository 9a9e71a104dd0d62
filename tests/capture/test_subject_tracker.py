"""Who is followed: people made of 33 points that stand, walk, cross, leave and come back."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posecheck.capture.pose.relations import distinct, middle, overlapping, same_place
from posecheck.capture.pose.subject_tracker import AWAY_S, GONE_S, SETTLE_S, SubjectPicker
from posecheck.core.pose import Pose
from tests.support.figures import person

FPS = 30.0


def follow(*frames: tuple[float, Sequence[Pose]], picker: SubjectPicker | None = None) -> list[Pose | None]:
    picker = picker or SubjectPicker()
    return [picker.pick(people) for _, people in frames]


def times(start_s: float, end_s: float, fps: float = FPS) -> list[float]:
    return [i / fps for i in range(round(start_s * fps), round(end_s * fps))]


def middles(poses: Sequence[Pose | None]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([np.nan if pose is None else middle(pose)[0] for pose in poses])


def subjects(poses: Sequence[Pose | None]) -> list[int]:
    """Return the subject counters in order, each once."""
    seen: list[int] = []
    for pose in poses:
        if pose is not None and (not seen or seen[-1] != pose.subject):
            seen.append(pose.subject)
    return seen


def test_nobody_is_nobody() -> None:
    assert SubjectPicker().pick([]) is None


def test_the_pose_is_handed_on_with_counters() -> None:
    pose = person(0.0)
    found = SubjectPicker().pick([pose, person(0.0, x=100, height=150)])
    assert found is not None
    assert found.image_xy is pose.image_xy
    assert (found.people, found.subject) == (2, 0)


@pytest.mark.parametrize(
    ("subject", "bystander"),
    [
        (person(0, x=320, height=300), person(0, x=320 + 200, height=200)),
        (person(0, x=320, height=250), person(0, x=60, height=300)),
        (person(0, x=250, height=300), person(0, x=500, height=150)),
    ],
    ids=["larger", "central", "larger and central"],
)
def test_the_first_choice_is_large_and_central(subject: Pose, bystander: Pose) -> None:
    for people in ([subject, bystander], [bystander, subject]):
        found = SubjectPicker().pick(people)
        assert found is not None
        assert found.image_xy is subject.image_xy


def test_a_bystander_who_is_larger_for_a_moment_does_not_steal() -> None:
    poses = follow(*((t, [person(t)] + ([person(t, x=500, height=460)] if 2 < t < 4 else [])) for t in times(0, 6)))
    np.testing.assert_allclose(middles(poses), 320, atol=15)
    assert subjects(poses) == [0]
    assert {pose.people for pose in poses if pose} == {1, 2}


@pytest.mark.parametrize("gone_s", [0.2, 0.9])
def test_a_short_absence_changes_nothing_even_with_others_there(gone_s: float) -> None:
    poses = follow(
        *((t, [person(t, x=560, height=200)] + ([] if 2 < t < 2 + gone_s else [person(t)])) for t in times(0, 4))
    )
    assert subjects(poses) == [0]
    gone = [2 < t < 2 + gone_s for t in times(0, 4)]
    assert [pose is None for pose in poses] == gone


def test_another_takes_over_when_the_subject_has_gone_and_counts_once() -> None:
    poses = follow(*((t, [person(t, x=560, height=200)] + ([person(t)] if t < 2 else [])) for t in times(0, 8)))
    assert subjects(poses) == [0, 1]
    change = next(t for t, pose in zip(times(0, 8), poses, strict=True) if pose is not None and pose.subject == 1)
    assert 2 + GONE_S - 0.1 <= change <= 2 + GONE_S + 0.1


def test_the_first_does_not_take_back_what_another_has_taken() -> None:
    poses = follow(
        *((t, [person(t, x=560, height=240)] + ([] if 2 < t < 5 else [person(t, height=200)])) for t in times(0, 10))
    )
    assert subjects(poses) == [0, 1]
    np.testing.assert_allclose(middles(poses)[-1], 560, atol=15)


@pytest.mark.parametrize(("gone_s", "expected"), [(2.5, [0]), (AWAY_S + 0.5, [0, 1]), (30.0, [0, 1])])
def test_whoever_stands_there_after_a_long_absence_is_another_person(gone_s: float, expected: list[int]) -> None:
    poses = follow(*((t, [] if 2 < t < 2 + gone_s else [person(t)]) for t in times(0, 4 + gone_s)))
    assert subjects(poses) == expected


def test_six_people_in_turn_are_five_changes() -> None:
    poses = follow(*((t, [person(t, x=300 + 10 * (t % 7))] if t % 7 < 3 else []) for t in times(0, 42, 10)))
    assert subjects(poses) == [0, 1, 2, 3, 4, 5]


def test_someone_half_seen_while_entering_is_no_person_of_their_own() -> None:
    entering = [(t, [person(t)]) for t in times(0, 2)]
    entering += [(t, [person(t, x=200, height=100)] if round(t * 10) % 5 == 0 else []) for t in times(6, 7, 10)]
    entering += [(t, [person(t, x=400)]) for t in times(8.5, 10)]
    assert subjects(follow(*entering)) == [0, 1]


def test_walking_towards_the_camera_is_the_same_person() -> None:
    poses = follow(*((t, [person(t, x=100 + 60 * t, height=170 + 30 * t, sway=0.05)]) for t in times(0, 7)))
    assert None not in poses
    assert subjects(poses) == [0]


@pytest.mark.parametrize("fps", [5.0, 15.0, 60.0])
def test_two_who_cross_keep_who_they_are(fps: float) -> None:
    poses = follow(*((t, [person(t, x=560 - 80 * t, height=235), person(t, x=200 + 60 * t)]) for t in times(0, 5, fps)))
    expected = 200 + 60 * np.array(times(0, 5, fps))
    np.testing.assert_allclose(middles(poses), expected, atol=80)
    assert subjects(poses) == [0]
    assert abs(middles(poses)[-1] - expected[-1]) < 15


def test_the_livelier_of_two_takes_over_while_the_choice_settles_and_not_later() -> None:
    def both(start_s: float) -> list[Pose | None]:
        return follow(
            *(
                (t, [person(t, x=400, height=300), person(t, x=180, height=280, sway=0.1 if t > start_s else 0.0)])
                for t in times(0, 6)
            )
        )

    early = both(0.0)
    assert subjects(early) == [0, 1]
    assert middles(early)[-1] == pytest.approx(180, abs=15)
    assert {pose.subject for pose in early if pose and pose.time_s > SETTLE_S} == {1}
    assert subjects(both(2.0)) == [0]


def test_one_person_found_twice_counts_once() -> None:
    pose = person(0.0)
    twin = person(0.0, x=324, y=253)
    assert [id(kept) for kept in distinct([pose, twin])] == [id(pose)]
    found = SubjectPicker().pick([pose, twin])
    assert found is not None
    assert found.people == 1


def test_someone_tiny_is_nobody() -> None:
    assert SubjectPicker().pick([person(0.0, height=60)]) is None


def test_continues_is_about_the_last_second() -> None:
    picker = SubjectPicker()
    assert not picker.continues(person(0.0))
    picker.pick([person(0.0)])
    assert picker.continues(person(0.1))
    assert not picker.continues(person(0.1, x=600))
    assert not picker.continues(person(0.1, height=460))
    assert not picker.continues(person(2.0))


def test_same_place_and_overlapping() -> None:
    assert same_place(person(0.0), person(0.0, x=340, height=250))
    assert not same_place(person(0.0), person(0.0, x=500))
    assert not same_place(person(0.0), person(0.0, height=100))
    assert overlapping(person(0.0), person(0.0, x=350))
    assert not overlapping(person(0.0), person(0.0, x=600))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(0, 640), st.floats(20, 480)), max_size=4),
        min_size=1,
        max_size=40,
    ),
    st.floats(0.02, 1.2),
)
def test_whatever_comes_the_subject_is_one_of_the_people_and_counters_grow(
    frames: list[list[tuple[float, float]]], step_s: float
) -> None:
    picker = SubjectPicker()
    before = 0
    for i, people in enumerate(frames):
        candidates = [person(i * step_s, x=x, height=height) for x, height in people]
        pose = picker.pick(candidates)
        if pose is None:
            continue
        assert any(pose.image_xy is candidate.image_xy for candidate in candidates)
        assert 1 <= pose.people <= len(candidates)
        assert pose.subject in (before, before + 1)
        before = pose.subject


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([2, 4]), st.lists(st.tuples(st.floats(0, 640), st.floats(80, 480)), min_size=1, max_size=8))
def test_the_choice_does_not_depend_on_the_size_of_the_picture(scale: int, people: list[tuple[float, float]]) -> None:
    def chosen(factor: int) -> int | None:
        wh = (640 * factor, 480 * factor)
        candidates = [person(0.0, x * factor, height * factor, 250 * factor, size_wh=wh) for x, height in people]
        pose = SubjectPicker().pick(candidates)
        return next((i for i, c in enumerate(candidates) if pose and c.image_xy is pose.image_xy), None)

    assert chosen(1) == chosen(scale)
