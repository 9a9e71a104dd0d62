"""Landmarks that change sides for a moment are put back; a person who turns around is followed."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.core.landmarks import MIRROR, N_LANDMARKS
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.neutral import neutral_of
from posecheck.measurement.cleaning.labels import LONGEST_S, Labels
from posecheck.measurement.plausibility import Doubt, Plausibility
from posecheck.measurement.start.keeper import NeutralKeeper
from posecheck.stretches.library import find_stretch
from tests.support.people import Posture, script, track_of, twist

PARTS = {
    "whole body": range(N_LANDMARKS),
    "head": range(L.LEFT_SHOULDER),
    "shoulders and arms": range(L.LEFT_SHOULDER, L.LEFT_HIP),
    "arms": range(L.LEFT_ELBOW, L.LEFT_HIP),
    "hips and legs": range(L.LEFT_HIP, N_LANDMARKS),
}


def swapped(track: PoseTrack, first: int, last: int, rows: range = PARTS["whole body"]) -> PoseTrack:
    """Return the track with the labels of some landmarks exchanged in frames first..last-1."""
    arrays = [track.image_xy.copy(), track.world_xyz.copy(), track.visibility.copy()]
    for array in arrays:
        array[first:last, rows] = array[first:last, MIRROR[rows]]
    return replace(track, image_xy=arrays[0], world_xyz=arrays[1], visibility=arrays[2])


def same(one: PoseTrack, other: PoseTrack) -> None:
    for name in ("image_xy", "world_xyz", "visibility"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("azimuth", [0.0, 45.0])
@pytest.mark.parametrize("fps", [10.0, 30.0])
def test_labels_exchanged_for_a_moment_are_put_back(part: str, azimuth: float, fps: float) -> None:
    track = track_of(twist(45, speed=40, fps=fps), fps=fps, azimuth=azimuth, noise=0.003)
    first = round(1.4 * fps)
    shown = swapped(track, first, first + round(0.8 * fps), PARTS[part])
    same(Labels().update(shown).track, track)


@pytest.mark.parametrize("speed", [15.0, 120.0, 250.0])
def test_what_a_person_can_do_is_left_as_it_is(speed: float) -> None:
    for fps in (10.0, 30.0):
        track = track_of(twist(60, speed=speed, fps=fps), fps=fps, noise=0.004)
        same(Labels().update(track).track, track)


def test_a_shoulder_guessed_behind_for_a_moment_is_put_back_in_front() -> None:
    track = track_of(twist(45), noise=0.003)
    world, arms = track.world_xyz.copy(), range(L.LEFT_SHOULDER, L.LEFT_HIP)
    change = world[120:140, L.RIGHT_SHOULDER, 2] - world[120:140, L.LEFT_SHOULDER, 2]
    for row in arms:
        world[120:140, row, 2] += change if "LEFT" in L(row).name else -change
    assert np.abs(change).min() > 0.1
    put_back = Labels().update(replace(track, world_xyz=world)).track
    np.testing.assert_allclose(put_back.world_xyz, track.world_xyz, atol=0.01)


def test_a_person_seen_from_behind_from_now_on_is_taken_so_after_a_while_and_not_judged() -> None:
    track = track_of([Posture()] * 150, noise=0.003)
    shown = swapped(track, 60, 150)
    put_back = Labels().update(shown).track
    last = 60 + round(LONGEST_S * 30)
    same(put_back.slice(0, last), track.slice(0, last))
    same(put_back.slice(last + 2, 150), shown.slice(last + 2, 150))
    found = Plausibility(neutral_of(track.slice(0, 30))).update(put_back)
    assert not found[:last].any()
    assert (found[last + 2 :] == Doubt.IMPLAUSIBLE).all()


def test_labels_that_come_back_late_are_taken_as_they_are() -> None:
    track = track_of([Posture()] * 200, noise=0.003)
    put_back = Labels().update(swapped(track, 60, 130)).track
    same(put_back.slice(130, 200), track.slice(130, 200))


def test_who_turns_around_is_followed() -> None:
    postures = script(
        (1.5, lambda _: Posture()),
        (1.0, lambda share: Posture(pelvis=180 * share)),
        (1.0, lambda _: Posture(pelvis=180)),
    )
    for fps in (10.0, 30.0):
        track = track_of(postures[:: round(30 / fps)], fps=fps, noise=0.004)
        same(Labels().update(track).track, track)


def test_after_an_absence_or_with_another_person_nothing_is_put_back() -> None:
    track = track_of([Posture()] * 120, noise=0.003)
    other = replace(swapped(track, 60, 120), subject=np.repeat(np.array([0, 1], np.int16), 60))
    same(Labels().update(other).track, other)
    image, world = track.image_xy.copy(), track.world_xyz.copy()
    image[40:60] = world[40:60] = np.nan
    gone = swapped(replace(track, image_xy=image, world_xyz=world), 60, 120)
    same(Labels().update(gone).track, gone)


def test_frame_by_frame_and_in_blocks_it_is_the_same() -> None:
    track = track_of(twist(50), noise=0.01)
    for first, last, rows in (
        (70, 76, PARTS["arms"]),
        (90, 150, PARTS["whole body"]),
        (180, 190, PARTS["hips and legs"]),
    ):
        track = swapped(track, first, last, rows)
    whole = Labels().update(track).track
    for size in (1, 7):
        labels = Labels()
        parts = [labels.update(track.slice(at, min(at + size, len(track)))).track for at in range(0, len(track), size)]
        joined = parts[0]
        for part in parts[1:]:
            joined = joined.joined(part)
        same(joined, whole)


def test_a_short_exchange_costs_no_frame() -> None:
    track = track_of(twist(45), noise=0.003)
    keeper = NeutralKeeper(neutral_of(track.slice(0, 30)), find_stretch("chair-twist"))
    (kept,) = keeper.update(swapped(track, 100, 115))
    assert not kept.doubt.any()
    same(kept.frames.track, track)
