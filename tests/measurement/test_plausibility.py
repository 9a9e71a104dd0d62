"""What cannot be the body that stood at neutral is not believed: constructed slips, and real clips with known ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posecheck.capture.pose.landmark_file import load_track
from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Frame
from posecheck.core.landmarks import MIRROR
from posecheck.core.pose import Pose, PoseTrack
from posecheck.kinematics.neutral import find_neutral, neutral_of
from posecheck.measurement.plausibility import CLEAN_S, Doubt, Plausibility
from tests.support.clip_makers import shared_clip
from tests.support.people import Posture, body_reversed, script, track_of, twist


def doubts(track: PoseTrack, still: int = 30, one_by_one: bool = False) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Return the doubt of each frame, against a neutral of the first frames."""
    checker = Plausibility(neutral_of(track.slice(0, still)))
    if one_by_one:
        return np.concatenate([checker.update(track.slice(i, i + 1)) for i in range(len(track))])
    return checker.update(track)


def changed(track: PoseTrack, first: int, last: int, other: PoseTrack) -> PoseTrack:
    """Return the track with frames first..last-1 of another one of the same length."""
    image, world = track.image_xy.copy(), track.world_xyz.copy()
    image[first:last], world[first:last] = other.image_xy[first:last], other.world_xyz[first:last]
    return replace(track, image_xy=image, world_xyz=world)


@pytest.mark.parametrize("azimuth", [0.0, 45.0, 90.0])
@pytest.mark.parametrize("fps", [10.0, 30.0])
def test_an_abrupt_but_human_twist_is_believed(azimuth: float, fps: float) -> None:
    track = track_of(twist(60, speed=250, fps=fps), fps=fps, azimuth=azimuth, noise=0.004)
    assert not doubts(track).any()


def test_a_bend_to_the_floor_a_squat_and_a_step_forward_are_believed() -> None:
    postures = script(
        (1.5, lambda _: Posture()),
        (1.0, lambda share: Posture(inclination=80 * share, hip=(80 * share, 80 * share))),
        (1.0, lambda share: Posture(inclination=80 * (1 - share), knee=(100 * share, 100 * share))),
    )
    track = track_of(postures, azimuth=90.0, noise=0.004)
    nearer = track.image_xy * np.linspace(1.0, 1.25, len(track))[:, None, None]
    assert not doubts(replace(track, image_xy=nearer)).any()


@pytest.mark.parametrize("one_by_one", [False, True])
def test_nothing_is_believed_against_a_neutral_whose_face_looks_backward(one_by_one: bool) -> None:
    track = track_of([Posture()] * 40, azimuth=90.0, noise=0.002)
    assert not doubts(track, one_by_one=one_by_one).any()
    assert (doubts(body_reversed(track), one_by_one=one_by_one) == Doubt.IMPLAUSIBLE).all()


def test_another_body_of_other_proportions_is_not_believed_while_it_lasts() -> None:
    track = track_of([Posture()] * 150, noise=0.003)
    narrow = track.world_xyz * np.array([0.55, 1.0, 1.0])
    other = replace(track, world_xyz=narrow, image_xy=400.0 + 320.0 * narrow[..., :2])
    found = doubts(changed(track, 60, 90, other))
    assert not found[:60].any()
    assert (found[60:90] == Doubt.IMPLAUSIBLE).all()
    back = 90 + round(CLEAN_S * 30)
    assert (found[90 : back - 1] == Doubt.IMPLAUSIBLE).all()
    assert not found[back + 1 :].any()


def test_a_slip_to_someone_further_away_is_seen_at_once_and_for_as_long() -> None:
    track = track_of([Posture()] * 150, noise=0.003)
    far = replace(track, image_xy=200.0 + 0.6 * (track.image_xy - 200.0))
    found = doubts(changed(track, 60, 120, far))
    assert not found[:60].any()
    assert (found[60:120] == Doubt.IMPLAUSIBLE).all()
    assert not found[-15:].any()


@pytest.mark.parametrize("azimuth", [0.0, 30.0, -90.0, 90.0])
@pytest.mark.parametrize("fps", [10.0, 30.0])
def test_left_and_right_changing_places_is_not_believed(azimuth: float, fps: float) -> None:
    track = track_of([Posture()] * 120, fps=fps, azimuth=azimuth, noise=0.003)
    swapped = replace(track, image_xy=track.image_xy[:, MIRROR], world_xyz=track.world_xyz[:, MIRROR])
    found = doubts(changed(track, 50, 90, swapped))
    assert not found[:50].any()
    assert (found[50:90] == Doubt.IMPLAUSIBLE).all()
    assert not found[-20:].any()


def test_turning_round_at_a_human_pace_is_a_turn_and_over_when_turned_back() -> None:
    postures = script(
        (1.5, lambda _: Posture()),
        (2.0, lambda share: Posture(pelvis=150 * share)),
        (1.0, lambda _: Posture(pelvis=150)),
        (2.0, lambda share: Posture(pelvis=150 * (1 - share))),
        (1.0, lambda _: Posture()),
    )
    found = doubts(track_of(postures, noise=0.003))
    assert (found[105:135] == Doubt.TURNED).all()
    assert set(np.unique(found)) == {Doubt.NONE, Doubt.TURNED}
    assert not found[-25:].any()


def test_a_twist_of_the_trunk_alone_is_no_turn() -> None:
    assert not doubts(track_of(twist(85, speed=60), noise=0.003)).any()


def test_rolling_over_while_lying_is_a_turn() -> None:
    from scipy.spatial.transform import Rotation

    lying = Rotation.from_euler("z", 90, degrees=True)
    postures = [Posture()] * 150
    track = track_of(postures, azimuth=90.0, turn=lying, noise=0.002)
    # Round the long axis of the body, at 60 degrees a second.
    hips = track.world_xyz[:, [23, 24]].mean(axis=1, keepdims=True)
    axis = track.world_xyz[0, [11, 12]].mean(axis=0) - track.world_xyz[0, [23, 24]].mean(axis=0)
    axis /= np.linalg.norm(axis)
    roll = np.radians(np.interp(np.arange(150) / 30, [1.5, 4.0], [0.0, 150.0]))
    world = np.stack(
        [Rotation.from_rotvec(axis * r).apply(w) for r, w in zip(roll, track.world_xyz - hips, strict=True)]
    )
    rolled = replace(track, world_xyz=world, image_xy=400.0 + 320.0 * world[..., :2])
    found = doubts(rolled)
    assert not found[:60].any()
    assert (found[-25:] == Doubt.TURNED).all()


def test_frames_without_anybody_are_nobody_and_no_jump() -> None:
    track = track_of(twist(40), noise=0.003)
    image, world = track.image_xy.copy(), track.world_xyz.copy()
    image[70:80] = world[70:80] = np.nan
    assert not doubts(replace(track, image_xy=image, world_xyz=world)).any()


def test_a_picture_of_another_size_is_no_jump() -> None:
    track = track_of([Posture()] * 60, noise=0.002)
    size = track.size_wh.copy()
    size[30:] //= 2
    image = track.image_xy.copy()
    image[30:] /= 2
    assert not doubts(replace(track, image_xy=image, size_wh=size)).any()


def test_one_frame_at_a_time_gives_what_all_at_once_give() -> None:
    track = track_of(twist(50), noise=0.01)
    swapped = replace(track, image_xy=track.image_xy[:, MIRROR], world_xyz=track.world_xyz[:, MIRROR])
    slipped = changed(changed(track, 70, 76, swapped), 120, 160, replace(track, world_xyz=track.world_xyz * 0.5))
    np.testing.assert_array_equal(doubts(slipped), doubts(slipped, one_by_one=True))
    assert doubts(slipped).any()


def _seen(name: str) -> PoseTrack:
    """Return what MediaPipe sees of a real clip; skipped where the clip, or the model, is not there."""
    from posecheck.capture.pose.model_file import find

    clip, model = shared_clip(name), find("full")
    if model is None:
        pytest.skip("the pose model is not on this machine")
    from posecheck.capture.pose.mediapipe import MediaPipeEstimator

    times: list[float] = []
    poses: list[Pose | None] = []
    with VideoReader(clip) as reader, MediaPipeEstimator(model) as estimator:
        for frame in reader:
            times.append(frame.time_s)
            poses.append(estimator.estimate(Frame(frame.index, frame.time_s, frame.rgb)))
        return PoseTrack.of(times, poses, reader.info.size_wh)


def test_a_real_slip_to_a_bystander_is_not_believed() -> None:
    track = _seen("pose2sim_multi_cam03.mp4")
    found = doubts(track, 12)
    after = found[track.found & (track.time_s > 0.95)]
    assert (after == Doubt.IMPLAUSIBLE).mean() > 0.95
    assert not found[track.time_s < 0.8].any()


def test_a_real_person_alone_is_believed() -> None:
    track = _seen("tfjs_pose_squats.mp4")
    neutral = find_neutral(track)
    assert neutral is not None
    assert (Plausibility(neutral).update(track) != Doubt.NONE).mean() <= 0.02


def test_saved_landmarks_give_the_same_doubts(tmp_path: Path) -> None:
    from posecheck.capture.pose.landmark_file import save_track

    track = track_of(twist(50), noise=0.004)
    swapped = replace(track, image_xy=track.image_xy[:, MIRROR], world_xyz=track.world_xyz[:, MIRROR])
    slipped = changed(track, 100, 130, swapped)
    save_track(tmp_path / "a.npz", slipped)
    np.testing.assert_array_equal(doubts(load_track(tmp_path / "a.npz")), doubts(slipped))
