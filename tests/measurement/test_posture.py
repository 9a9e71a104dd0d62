"""Postures that are not those of the stretch: nobody is judged in them."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.observation import Observation
from posecheck.measurement.posture import in_other_posture
from posecheck.measurement.readings import read
from posecheck.measurement.start.choice import choose_neutral
from posecheck.stretches.library import find_stretch
from research.datasets.coaching import ROWS
from research.datasets.seen import load, to_be_seen
from tests.support.people import Posture, track_of

FRAMES = 3
KNEELING = find_stretch("childs-pose")


def side_view(shoulders: tuple[float, float], knees: tuple[float, float], ankles: tuple[float, float]) -> PoseTrack:
    """Return somebody seen from the side, with the hips at (300, 300); places in pixels, y down."""
    track = track_of([Posture()] * FRAMES, azimuth=90.0)
    xy = track.image_xy.copy()
    for pair, place in (
        ((L.LEFT_SHOULDER, L.RIGHT_SHOULDER), shoulders),
        ((L.LEFT_HIP, L.RIGHT_HIP), (300.0, 300.0)),
        ((L.LEFT_KNEE, L.RIGHT_KNEE), knees),
        ((L.LEFT_ANKLE, L.RIGHT_ANKLE), ankles),
    ):
        xy[:, list(pair)] = place
    return replace(track, image_xy=xy)


@pytest.mark.parametrize(
    ("track", "other"),
    [
        (side_view((150, 290), (300, 400), (400, 405)), False),  # on all fours
        (side_view((180, 380), (220, 390), (320, 395)), False),  # sitting on the heels, bent forward
        (side_view((150, 290), (300, 400), (315, 440)), False),  # the shanks point to the camera: seen short
        (side_view((310, 150), (400, 300), (405, 400)), True),  # on all fours, in a picture stored sideways
        (side_view((300, 150), (300, 400), (300, 500)), True),  # standing
    ],
)
def test_shanks_lie_on_the_floor_in_a_kneeling_stretch(track: PoseTrack, other: bool) -> None:
    found = in_other_posture(Observation(track), KNEELING)
    assert found.tolist() == [other] * FRAMES


def test_nobody_is_in_no_posture() -> None:
    track = track_of([Posture()] * FRAMES, azimuth=90.0)
    empty = replace(track, image_xy=np.full_like(track.image_xy, np.nan))
    assert not in_other_posture(Observation(empty), KNEELING).any()


def turned(track: PoseTrack, quarters: int) -> PoseTrack:
    """Return the track as a picture stored turned by quarters would show it, clockwise."""
    image, world = track.image_xy.copy(), track.world_xyz.copy()
    for _ in range(quarters):
        image, world = image.copy(), world.copy()
        image[..., 0], image[..., 1] = -image[..., 1].copy(), image[..., 0].copy()
        world[..., 0], world[..., 1] = -world[..., 1].copy(), world[..., 0].copy()
    return replace(track, image_xy=image, world_xyz=world)


STORED = {row.name: row for row in to_be_seen(ROWS) if find_stretch(row.name).position != "kneeling"}
"""A script of each stretch but the one with a test of its own above."""


@pytest.mark.parametrize("name", STORED)
def test_a_picture_stored_turned_shows_another_posture(name: str) -> None:
    track, stretch = load(STORED[name])[0], find_stretch(name)

    def share(quarters: int) -> float:
        seen = Observation(turned(track, quarters))
        return float(in_other_posture(seen, stretch)[seen.found].mean())

    assert share(0) == 0.0
    assert share(2) > 0.9
    # Who leans far is for that time less than level; who lies with the feet to the camera looks alike in both.
    if not stretch.lying:
        assert min(share(1), share(3)) > 0.6


@pytest.mark.parametrize("name", [name for name in STORED if find_stretch(name).lying])
def test_who_lies_in_a_picture_stored_sideways_is_not_told_to_hold_still(name: str) -> None:
    track, stretch = load(STORED[name])[0], find_stretch(name)
    for quarters in (1, 3):
        sideways = turned(track, quarters)
        reason = read(sideways, choose_neutral(sideways, stretch), stretch).reason[sideways.found]
        why = np.bincount(reason[:, stretch.primary_rows[0]])
        assert UnjudgedReason(int(why.argmax())) == UnjudgedReason.OTHER_POSTURE
        assert why[UnjudgedReason.JUDGED] == 0


def from_the_foot_end(track: PoseTrack) -> PoseTrack:
    """Return somebody who lies across the picture as a camera at their feet would see them."""
    world = track.world_xyz
    away = np.sign(np.nanmedian(Observation(track).body.trunk[:, 0]))
    turned_xyz = np.stack([-away * world[..., 2], world[..., 1], away * world[..., 0]], axis=-1)
    xy = 300 + 700 * turned_xyz[..., :2] / (turned_xyz[..., 2:] + 2.5)
    return replace(track, world_xyz=turned_xyz, image_xy=xy, size_wh=np.full_like(track.size_wh, 600))


@pytest.mark.parametrize("name", [name for name in STORED if find_stretch(name).lying])
@pytest.mark.parametrize("quarters", [0, 1, 3])
def test_from_the_foot_end_nothing_false_is_said_however_the_picture_is_stored(name: str, quarters: int) -> None:
    stretch = find_stretch(name)
    track = turned(from_the_foot_end(load(STORED[name])[0]), quarters)
    reason = read(track, choose_neutral(track, stretch), stretch).reason[track.found][:, list(stretch.primary_rows)]
    assert set(reason.ravel()) <= {UnjudgedReason.VIEW, UnjudgedReason.OTHER_POSTURE}
