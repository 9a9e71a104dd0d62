"""What the plane of the picture shows, and where a limb leaves it."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.estimation import UNKNOWN_DEG, estimate
from posecheck.kinematics.image_plane import limbs_aside
from posecheck.kinematics.neutral import Neutral, find_neutral
from posecheck.kinematics.uncertainty import judged_up_to, plain
from research.datasets.coached import staged, track_of, truths
from research.datasets.coached_rows import START

LEFT_LEG = [L.LEFT_KNEE, L.LEFT_ANKLE, L.LEFT_HEEL, L.LEFT_FOOT_INDEX]


def seated() -> tuple[PoseTrack, Neutral]:
    """Return somebody who sits on a chair, seen from the left side, by their true landmarks."""
    scene = staged("chair-lean-back", START, azimuth=90.0)
    track = track_of(scene, truths(scene))
    neutral = find_neutral(track, False)
    assert neutral is not None
    assert neutral.view == "side"
    return track, neutral


def spread(track: PoseTrack, degrees: float) -> PoseTrack:
    """Return a track whose left leg is turned outward, about a line through the hip that points up."""
    turn = np.radians(degrees)
    spin: Floats = np.array([[np.cos(turn), 0.0, np.sin(turn)], [0.0, 1.0, 0.0], [-np.sin(turn), 0.0, np.cos(turn)]])
    world, image = track.world_xyz.copy(), track.image_xy.copy()
    hip = world[:, [L.LEFT_HIP]]
    trunk = (
        (world[:, L.LEFT_SHOULDER] - world[:, L.LEFT_HIP])[:, 1],
        (track.image_xy[:, L.LEFT_SHOULDER] - track.image_xy[:, L.LEFT_HIP])[:, 1],
    )
    scale = (trunk[1] / trunk[0])[:, None, None]
    world[:, LEFT_LEG] = hip + (world[:, LEFT_LEG] - hip) @ spin.T
    image[:, LEFT_LEG] = track.image_xy[:, [L.LEFT_HIP]] + scale * (world[:, LEFT_LEG] - hip)[..., :2]
    return replace(track, world_xyz=world, image_xy=image)


@pytest.mark.parametrize("degrees", [50.0, -50.0, 75.0])
def test_a_leg_that_leaves_the_plane_of_the_picture_is_not_judged(degrees: float) -> None:
    track, neutral = seated()
    value, error, _ = estimate(spread(track, degrees), neutral, False)
    knee, other = INDEX["left_knee_flexion"], INDEX["right_knee_flexion"]
    assert (error[:, knee] > judged_up_to(knee)).all()
    assert (error[:, other] <= judged_up_to(other)).all(), "the other leg has not moved"
    assert np.isfinite(value[:, knee]).all()


def test_legs_in_the_plane_of_the_picture_are_judged_with_an_error_that_grows() -> None:
    track, neutral = seated()
    knee, rule = INDEX["left_knee_flexion"], plain("knee_flexion", "side")
    value, error, in_picture = estimate(track, neutral, False)
    assert in_picture[:, knee].all()
    assert value[:, knee].min() > 70.0
    assert error[:, knee] == pytest.approx(np.maximum(rule.floor, rule.share * value[:, knee]))
    assert rule.share * 70.0 > rule.floor
    straight, _ = estimate(spread(track, 10.0), neutral, False)[1::-1]
    assert (straight[:, knee] < UNKNOWN_DEG).all(), "ten degrees are within the plane"


def test_nothing_is_aside_where_nobody_was_found() -> None:
    track, _ = seated()
    lost = replace(
        track, world_xyz=np.full_like(track.world_xyz, np.nan), image_xy=np.full_like(track.image_xy, np.nan)
    )
    assert not limbs_aside(lost).any()
