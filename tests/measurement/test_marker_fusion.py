"""Rotation from printed sheets: read where they are seen, without a jump where they are not, kept in the landmarks."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posecheck.assessment.analysis import judge
from posecheck.assessment.session import Session
from posecheck.capture.markers.alignment import Bend, Lens, Placed, align
from posecheck.capture.markers.estimator import TagEstimator
from posecheck.capture.markers.reader import TagReader, place_by_corners
from posecheck.capture.markers.sheet import BOARDS, motif
from posecheck.capture.pose.landmark_file import load_track, save_track
from posecheck.core.errors import InputError
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose, PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.core.worn.sheet import CHEST, MarkerPose
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.neutral import Neutral, neutral_of
from posecheck.measurement.marker_fusion import HOLD_S, MarkerFusion
from posecheck.measurement.readings import Readings
from posecheck.measurement.sheets import MOST_SD_DEG, measure
from posecheck.recordings.check import check
from posecheck.recordings.request import Request, tag_mode
from posecheck.stretches.library import find_stretch
from research.synthetic.output.render import Scene
from research.synthetic.raster.camera import Camera
from research.synthetic.scene.motion import Step
from research.synthetic.scene.tags import Tags
from research.synthetic.scenes import random_clip
from tests.support.people import Posture, sheets_turned, track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")

TWIST = INDEX["trunk_rotation"]


def wearing(track: PoseTrack, chest_deg: Sequence[float], belt_deg: Sequence[float]) -> PoseTrack:
    return replace(track, tags=sheets_turned(chest_deg, belt_deg))


def lens() -> Lens:
    return Lens(554.0, (320.0, 240.0))


def board_picture(turn_deg: float, name: str = "chest", gray: float = 120.0) -> NDArray[np.float32]:
    """Draw a flat sheet 2 m in front of the lens, turned about its upright, larger than it is shown and shrunk."""
    ink = motif(name, 1000).astype(np.float32)
    h, w = ink.shape
    turn = np.asarray(cv2.Rodrigues(np.array([0.0, np.radians(turn_deg), 0.0]))[0])
    corners = np.array([[-w / 2, -h / 2, 0], [w / 2, -h / 2, 0], [w / 2, h / 2, 0], [-w / 2, h / 2, 0]]) / 1000
    seen = corners @ turn.T + np.array([0.05, -0.1, 2.0])
    xy = 4 * (lens().focal_px * seen[:, :2] / seen[:, 2:] + np.array(lens().centre_xy)) - 0.5
    source = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(source, xy.astype(np.float32))
    large = cv2.warpPerspective(20 + 0.8 * ink, matrix, (2560, 1920), borderValue=gray)
    outside = cv2.warpPerspective(np.ones_like(ink), matrix, (2560, 1920))
    large = large * outside + gray * (1 - outside)
    return np.asarray(cv2.GaussianBlur(cv2.resize(large, (640, 480), interpolation=cv2.INTER_AREA), (0, 0), 0.5))


@pytest.mark.parametrize("turn_deg", [-50.0, -20.0, 0.0, 35.0])
def test_a_sheet_is_aligned_to_a_fraction_of_a_degree(turn_deg: float) -> None:
    flat = Bend(np.zeros(3), np.diag([0.05, 0.05, 0.05]))
    off = np.asarray(cv2.Rodrigues(np.array([0.03, np.radians(turn_deg + 6.0), -0.04]))[0], np.float64)
    start = Placed(off, np.array([0.055, -0.095, 2.06]), flat)
    found = align(board_picture(turn_deg), lens(), "chest", start)
    assert found is not None
    assert np.degrees(np.arctan2(found.turn[0, 2], found.turn[2, 2])) == pytest.approx(turn_deg, abs=1.0)
    assert found.place == pytest.approx([0.05, -0.1, 2.0], abs=0.02)
    assert found.likeness > 0.97


def test_what_is_not_a_sheet_is_not_found() -> None:
    rng = np.random.default_rng(4)
    noise = cv2.GaussianBlur(rng.uniform(0, 255, (480, 640)).astype(np.float32), (0, 0), 4.0)
    rgb = np.repeat(np.clip(noise, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    reader = TagReader()
    for i in range(12):
        assert np.isnan(reader.read(rgb, i / 30)).all()


def test_measured_is_the_change_since_neutral_whatever_the_fastening() -> None:
    people = track_of([Posture()] * 3)
    neutral = wearing(people, [7.0] * 3, [-4.0] * 3).slice(0, 1)
    turned = measure(wearing(people, [7.0, 47.0, np.nan], [-4.0, 2.0, 10.0]), neutral)
    assert turned.trunk[:2] == pytest.approx([0.0, 34.0], abs=0.01)
    assert turned.pelvis == pytest.approx([0.0, 6.0, 14.0], abs=0.01)
    assert turned.chest[:2] == pytest.approx([0.0, 40.0], abs=0.01)
    assert np.isnan(turned.trunk[2])
    assert turned.trunk_error[1] > turned.trunk_error[0] > 0.0


def test_a_sheet_whose_turn_the_fit_hardly_determines_is_not_read() -> None:
    people = track_of([Posture()] * 2)
    worn = wearing(people, [-42.0, 5.0], [0.0, 0.0])
    tags = worn.tags.copy()
    # Nearly edge-on the mirror image fits as well.
    unsure = MarkerPose.unpack(tags[1, CHEST])
    unsure.turn_sd_deg[...] = 2.0 * MOST_SD_DEG
    turned = measure(replace(worn, tags=tags), wearing(people, [0.0] * 2, [0.0] * 2).slice(0, 1))
    assert turned.trunk[0] == pytest.approx(-42.0, abs=0.01)
    assert np.isnan([turned.trunk[1], turned.chest[1]]).all()
    assert turned.pelvis[1] == pytest.approx(0.0, abs=0.01)


def test_turns_by_sheets_are_not_late_and_what_follows_them_does_not_jump() -> None:
    turn = np.concatenate([np.zeros(90), np.linspace(0.0, 60.0, 30), np.full(60, 60.0)])
    people = track_of([Posture(rotation=one / 1.2) for one in turn])
    chest = turn.copy()
    chest[150:] = np.nan
    judged = judge(wearing(people, chest.tolist(), [0.0] * len(turn)), find_stretch("seated-twist-cross-legged")).judged
    read = judged.readings.value[:, TWIST]
    assert read[90:120] == pytest.approx(turn[90:120], abs=0.8)
    assert np.abs(np.diff(read[140:])).max() < 3.0


def test_no_tags_at_neutral_tell_nothing() -> None:
    people = track_of([Posture()] * 2)
    nan = float("nan")
    turned = measure(wearing(people, [10.0] * 2, [0.0] * 2), wearing(people, [nan] * 2, [nan] * 2).slice(0, 1))
    assert np.isnan(turned.trunk).all()
    assert np.isnan(turned.pelvis).all()


def ordinary(track: PoseTrack, value: float, error: float) -> Readings:
    shape = (len(track), len(ANGLES))
    reason = np.full(shape, UnjudgedReason.JUDGED if np.isfinite(value) else UnjudgedReason.VIEW, np.uint8)
    return Readings(track.time_s, np.full(shape, value), np.full(shape, error), reason)


def a_neutral(track: PoseTrack) -> Neutral:
    return neutral_of(wearing(track, [0.0] * len(track), [0.0] * len(track)))


def test_a_hidden_tag_falls_back_without_a_jump_and_comes_back_without_one() -> None:
    n = 30 * 6
    people = track_of([Posture()] * n)
    chest = np.full(n, 40.0)
    chest[60:130] = np.nan
    read = MarkerFusion().update(
        wearing(people, chest.tolist(), [0.0] * n), ordinary(people, 18.0, 25.0), a_neutral(people.slice(0, 5)),
        find_stretch("seated-twist-cross-legged").model_copy(update={"pelvis": "free"}),
    )  # fmt: skip
    value, error = read.value[:, TWIST], read.error[:, TWIST]
    assert value[:60] == pytest.approx(40.0, abs=0.01)
    assert error[59] < 6.0
    assert value[100:130] == pytest.approx(18.0, abs=0.01)
    assert error[100:130] == pytest.approx(25.0, abs=0.01)
    assert value[150:] == pytest.approx(40.0, abs=0.01)
    assert error[-1] < 6.0
    assert np.abs(np.diff(value)).max() < 3.0
    assert (np.diff(error[60:90]) > -1e-9).all()
    assert error[130] > 20.0
    # All the while the truth, 40 degrees, stays within what is stated.
    assert (np.abs(value - 40.0) <= error + 1e-6).all()


def test_where_the_ordinary_reading_is_refused_the_last_is_held_for_a_moment_only() -> None:
    people = track_of([Posture()] * 60)
    chest = np.where(np.arange(60) < 30, 20.0, np.nan)
    stretch = find_stretch("seated-twist-cross-legged").model_copy(update={"pelvis": "free"})
    read = MarkerFusion().update(
        wearing(people, chest.tolist(), [0.0] * 60),
        ordinary(people, np.nan, np.nan),
        a_neutral(people.slice(0, 5)),
        stretch,
    )
    judged = read.reason[:, TWIST] == UnjudgedReason.JUDGED
    last = int(np.flatnonzero(judged)[-1])
    assert 0.0 < people.time_s[last] - people.time_s[29] <= HOLD_S
    assert read.error[last, TWIST] > read.error[29, TWIST] + 5.0
    assert (read.reason[last + 1 :, TWIST] == UnjudgedReason.VIEW).all()
    assert np.isnan(read.value[last + 1 :, TWIST]).all()


def test_the_chest_alone_counts_where_the_pelvis_is_meant_to_stay() -> None:
    people = track_of([Posture()] * 10)
    hidden = wearing(people, [30.0] * 10, [np.nan] * 10)
    neutral, plain = a_neutral(people.slice(0, 5)), ordinary(people, np.nan, np.nan)
    still, free = (
        MarkerFusion().update(hidden, plain, neutral, find_stretch("chair-twist").model_copy(update={"pelvis": pelvis}))
        for pelvis in ("still", "free")
    )
    assert still.value[:, TWIST] == pytest.approx(30.0, abs=0.01)
    assert still.error[:, TWIST].min() > 8.0
    assert np.isnan(free.value[:, TWIST]).all()


def test_somebody_else_is_never_read_by_tags() -> None:
    people = track_of([Posture()] * 10)
    plain = ordinary(people, np.nan, np.nan)
    plain.reason[:] = UnjudgedReason.ANOTHER_PERSON
    read = MarkerFusion().update(
        wearing(people, [30.0] * 10, [0.0] * 10), plain, a_neutral(people.slice(0, 5)), find_stretch("chair-twist")
    )
    assert np.isnan(read.value).all()


def worn_twist() -> PoseTrack:
    postures = twist(50.0, speed=40.0)
    chest = np.array([p.rotation for p in postures])
    chest[150:165] = np.nan
    return wearing(track_of(postures), chest.tolist(), [0.0] * len(postures))


def test_live_and_recorded_agree() -> None:
    track = worn_twist()
    stretch = find_stretch("standing-twist")
    neutral = neutral_of(track.slice(0, 45))
    whole = Session(stretch, neutral).update(track)
    session = Session(stretch, neutral)
    parts = [session.update(track.slice(i, i + 1)) for i in range(len(track))]
    value = np.concatenate([part.readings.value[:, TWIST] for part in parts])
    np.testing.assert_allclose(value, whole.readings.value[:, TWIST], atol=1e-6)


def test_tags_survive_the_file_and_old_files_stay_readable(tmp_path: Path) -> None:
    track = worn_twist()
    save_track(tmp_path / "landmarks.npz", track)
    again = load_track(tmp_path / "landmarks.npz")
    np.testing.assert_array_equal(again.tags, track.tags)
    stretch = find_stretch("standing-twist")
    np.testing.assert_allclose(
        judge(again, stretch).judged.readings.value[:, TWIST], judge(track, stretch).judged.readings.value[:, TWIST],
        atol=0.05,
    )  # fmt: skip
    with np.load(tmp_path / "landmarks.npz") as data:
        old = {name: data[name] for name in data.files if name != "tags"}
    np.savez(tmp_path / "old.npz", **old)
    assert np.isnan(load_track(tmp_path / "old.npz").tags).all()
    np.savez(tmp_path / "odd.npz", **old, tags=np.zeros((3, 2, 19)))
    with pytest.raises(InputError, match="tags: expected shape"):
        load_track(tmp_path / "odd.npz")


def rendered() -> tuple[Scene, list[int]]:
    """Return somebody who wears the sheets, and frames of neutral and of a twist to the left."""
    clip = random_clip("standing-twist", 31, "dev", azimuth_deg=0.0, arms="out", fps=10.0)
    motion = (
        Step("neutral", seconds=1.0),
        Step("move", to={"trunk_rotation": 42.0}, speed_deg_s=80.0),
        Step("hold", seconds=0.5),
    )
    camera = Camera(azimuth_deg=0.0, elevation_deg=4.0, distance_m=2.4, fov_deg=46.0, target=(0.0, 0.95, 0.0))
    tags = Tags(hold=1.0, wrinkle_mm=1.5, loose_deg=0.0, chest_deg=3.0, belt_deg=-2.0)
    scene = Scene(replace(clip, motion=motion, camera=camera, tags=tags))
    return scene, [0, 5, *range(10, len(scene), 2)]


def test_a_rendered_twist_is_read_within_a_few_degrees() -> None:
    scene, frames = rendered()
    reader = TagReader()
    read, times, truth = [], [], []
    for i in frames:
        frame = scene.truth(i)
        pose = Pose(frame.time_s, frame.image_xy, frame.camera_xyz, np.ones(33), scene.clip.camera.size_wh)
        read.append(reader.read(scene.picture(i), frame.time_s, pose))
        times.append(frame.time_s)
        truth.append(frame.bones.trunk[0])
    tags = np.array(read)
    assert np.isfinite(tags[:, :, 0]).all()
    people = track_of([Posture()] * len(tags))
    track = replace(people, tags=tags)
    turned = measure(track, neutral_of(track.slice(0, 2)).pose)
    true = np.array(truth) - np.mean(truth[:2])
    assert np.abs(true).max() > 38.0
    assert turned.trunk == pytest.approx(true, abs=4.0)
    assert (np.abs(turned.trunk - true) <= turned.trunk_error).mean() >= 0.8
    assert np.abs(turned.pelvis).max() < 4.0


class _Somebody:
    closed = False

    def __init__(self, pose: Pose | None) -> None:
        self._pose = pose

    def estimate(self, frame: Frame) -> Pose | None:
        return None if self._pose is None else replace(self._pose, time_s=frame.time_s)

    def close(self) -> None:
        self.closed = True


def test_the_estimator_lays_tags_beside_the_pose_and_closes_what_it_holds() -> None:
    pose = track_of([Posture()]).pose(0)
    assert pose is not None
    inner = _Somebody(pose)
    with TagEstimator(inner) as estimator:
        found = estimator.estimate(Frame(0, 0.0, np.full((480, 640, 3), 90, np.uint8)))
        assert found is not None
        assert np.isnan(found.tags).all()
        np.testing.assert_array_equal(found.world_xyz, pose.world_xyz)
    assert inner.closed
    assert TagEstimator(_Somebody(None)).estimate(Frame(0, 0.0, np.zeros((48, 64, 3), np.uint8))) is None


def test_an_unknown_mode_is_named() -> None:
    with pytest.raises(InputError, match="tags: expected auto, off or on, got 'maybe'"):
        tag_mode("maybe")
    with pytest.raises(InputError, match="tags"):
        check(Request(Path("nowhere.mp4"), "chair-twist", Path("out"), tags="maybe"))


def test_a_speck_misread_as_a_tag_is_no_sheet() -> None:
    speck = {0: np.full((4, 2), 100.0), 1: np.full((4, 2), 100.0)}
    assert place_by_corners(BOARDS["chest"], speck, Lens(554.0, (320.0, 240.0)), Bend.unknown()) is None
