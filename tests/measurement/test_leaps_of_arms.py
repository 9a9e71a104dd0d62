"""Arms whose guess leaps turn no trunk; arms that move fast are followed."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.neutral import find_neutral
from posecheck.measurement.cleaning.held_arms import GUESSED, LONGEST_S, HeldArms
from posecheck.measurement.cleaning.leaps import Leaps
from posecheck.measurement.rates import Pace, Rates, from_hips, trunk_px
from posecheck.measurement.readings import read
from posecheck.stretches.library import find_stretch
from tests.support.people import Posture, script, track_of, twist

ARM = [int(row) for row in range(L.LEFT_ELBOW, L.LEFT_HIP, 2)]
TURN = INDEX["trunk_rotation"]
STRETCH = find_stretch("chair-twist")


def leaping(track: PoseTrack, frames: list[int], visibility: float = 0.6) -> PoseTrack:
    """Return the track with the left arm elsewhere, a quarter of a metre away, in some frames, and guessed there."""
    image, world, seen = track.image_xy.copy(), track.world_xyz.copy(), track.visibility.copy()
    world[np.ix_(frames, ARM)] += (0.2, 0.1, 0.1)
    image[np.ix_(frames, ARM)] += (64.0, 32.0)
    seen[np.ix_(frames, ARM)] = visibility
    return replace(track, image_xy=image, world_xyz=world, visibility=seen)


def there_and_back(first: int, last: int) -> list[int]:
    return [i for i in range(first, last) if (i // 2) % 2]


def rates_of(track: PoseTrack) -> Rates:
    neutral = find_neutral(track, False)
    assert neutral is not None
    readings = read(track, neutral, STRETCH)
    return Pace().update(track, readings, readings, neutral)


@pytest.mark.parametrize("fps", [10.0, 30.0])
def test_an_arm_that_leaps_between_two_places_turns_no_trunk(fps: float) -> None:
    track = track_of(twist(40.0, fps=fps), fps=fps, noise=0.002)
    held = round(5.5 * fps)
    disturbed = leaping(track, there_and_back(held, held + round(1.5 * fps)))
    quiet, shaken = rates_of(track), rates_of(disturbed)
    np.testing.assert_allclose(shaken.value[:, TURN], quiet.value[:, TURN], atol=4.0)
    np.testing.assert_allclose(shaken.way[:, TURN], quiet.way[:, TURN], atol=2.0)


@pytest.mark.parametrize("fps", [10.0, 30.0])
def test_a_fast_turn_is_as_fast_as_before(fps: float) -> None:
    track = track_of(twist(50.0, speed=130.0, fps=fps), fps=fps)
    neutral = find_neutral(track, False)
    assert neutral is not None
    place = from_hips(track.image_xy)
    assert Leaps().update(track.time_s, place, trunk_px(neutral.pose.image_xy[0])) is place


def test_leaps_are_left_out_alike_in_blocks_and_frame_by_frame() -> None:
    track = leaping(track_of(twist(40.0), noise=0.004), [100, 101, 105, 106, 107, 110])
    place = from_hips(track.image_xy)
    whole = Leaps().update(track.time_s, place, 160.0)
    assert np.abs(whole - place).max() > 50.0
    for size in (1, 7):
        live = Leaps()
        parts = [
            live.update(track.time_s[i : i + size], place[i : i + size], 160.0) for i in range(0, len(track), size)
        ]
        np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-9)


def test_a_guessed_arm_that_leaps_is_held_and_counts_as_hidden() -> None:
    track = track_of([Posture()] * 120, noise=0.002)
    away = there_and_back(60, 75)
    out = HeldArms().update(leaping(track, away)).track
    np.testing.assert_allclose(out.world_xyz[away], track.world_xyz[away], atol=0.03)
    np.testing.assert_allclose(out.image_xy[away], track.image_xy[away], atol=8.0)
    assert (out.visibility[np.ix_(away, ARM)] < 0.5).all()
    back = [i for i in range(120) if i not in away]
    np.testing.assert_array_equal(out.image_xy[back], track.image_xy[back])
    np.testing.assert_array_equal(out.visibility[back], track.visibility[back])


def test_an_arm_that_stays_away_is_taken_as_it_is_after_a_while() -> None:
    moved = leaping(track_of([Posture()] * 120, noise=0.002), list(range(60, 120)))
    out = HeldArms().update(moved).track
    last = 60 + round(LONGEST_S * 30)
    assert np.abs(out.world_xyz[60:last] - moved.world_xyz[60:last]).max() > 0.1
    np.testing.assert_array_equal(out.world_xyz[last + 1 :], moved.world_xyz[last + 1 :])


def test_arms_that_are_seen_or_swing_with_the_trunk_are_left_as_they_are() -> None:
    track = track_of([Posture()] * 120, noise=0.002)
    sure = leaping(track, there_and_back(60, 75), visibility=GUESSED + 0.1)
    assert HeldArms().update(sure).track is sure
    for fps in (10.0, 30.0):
        turn = track_of(twist(60.0, speed=200.0, fps=fps), fps=fps)
        guessed = replace(turn, visibility=np.full_like(turn.visibility, 0.6))
        assert HeldArms().update(guessed).track is guessed


def test_after_an_absence_or_with_another_person_no_arm_is_held() -> None:
    moved = leaping(track_of([Posture()] * 120, noise=0.002), list(range(60, 120)))
    other = replace(moved, subject=np.repeat(np.array([0, 1], np.int16), 60))
    assert HeldArms().update(other).track is other
    image, world = moved.image_xy.copy(), moved.world_xyz.copy()
    image[40:60] = world[40:60] = np.nan
    gone = replace(moved, image_xy=image, world_xyz=world)
    assert HeldArms().update(gone).track is gone


def test_arms_are_held_alike_in_blocks_and_frame_by_frame() -> None:
    postures = script((1.0, lambda _: Posture()), (3.0, lambda share: Posture(rotation=40.0 * share)))
    track = leaping(track_of(postures, noise=0.004), [40, 41, 45, 46, 47, *range(70, 100)])
    whole = HeldArms().update(track).track
    assert (whole.image_xy != track.image_xy).any()
    for size in (1, 7):
        live = HeldArms()
        parts = [live.update(track.slice(i, min(i + size, len(track)))).track for i in range(0, len(track), size)]
        for name in ("image_xy", "world_xyz", "visibility"):
            joined = np.concatenate([getattr(part, name) for part in parts])
            np.testing.assert_array_equal(joined, getattr(whole, name), err_msg=name)
