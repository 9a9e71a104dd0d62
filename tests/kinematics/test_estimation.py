"""The method that reads each angle, where rendered people and true landmarks disagree about which is better."""

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.arrays import Floats
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics import estimation, regressor
from posecheck.kinematics.angles import INDEX, Rows, measure
from posecheck.kinematics.estimation import (
    NOD_APART,
    NOD_ERROR_DEG,
    READ,
    SHARED_DEG,
    STRANGE,
    TIPPED_SHARE,
    estimate,
    geometry,
)
from posecheck.kinematics.image_plane import NOD_GAIN, from_the_side
from posecheck.kinematics.neutral import find_neutral
from posecheck.kinematics.observation import Observation
from posecheck.kinematics.uncertainty import judged_up_to, learned, of_geometry, plain, rules
from posecheck.measurement.readings import read
from posecheck.stretches.library import find_stretch
from research.datasets.coached import staged, track_of, truths
from research.datasets.coached_rows import START
from research.datasets.coaching import ROWS
from research.datasets.coaching_others import OTHERS
from research.datasets.seen import drawn, kept, key, load, to_be_seen
from research.synthetic.output.film import clip_angles
from research.synthetic.scene.motion import Step


@pytest.mark.parametrize(("joint", "true_deg"), [("hip", 60.0), ("knee", 146.0)])
def test_who_kneels_is_read_in_the_picture_from_the_side(joint: str, true_deg: float) -> None:
    row = next(row for row in OTHERS if row.name == "childs-pose")
    scene = staged(row.name, START, *row.steps, azimuth=row.azimuth, side=row.side, arms=row.arms)
    track = track_of(scene, truths(scene))
    neutral = find_neutral(track, False)
    assert neutral is not None
    assert neutral.view == "side"
    value, error, in_picture = estimate(neutral.pose, neutral, False)
    rows = [INDEX[f"{side}_{joint}_flexion"] for side in ("left", "right")]
    assert value[0, rows] == pytest.approx(true_deg, abs=2.0)
    assert in_picture[0, rows].all()
    assert (error[0, rows] >= 5.0).all(), "the picture's own error is stated, not the network's"


def test_hips_of_who_does_not_kneel_are_read_by_the_network() -> None:
    row = next(row for row in OTHERS if row.name == "lunge")
    scene = staged(row.name, START, *row.steps, azimuth=90.0)
    track = track_of(scene, truths(scene)).rows(np.arange(4))
    neutral = find_neutral(track_of(scene, truths(scene)), False)
    assert neutral is not None
    _, _, in_picture = estimate(track, neutral, False)
    assert not in_picture[:, INDEX["left_hip_flexion"]].any()


@pytest.mark.parametrize("azimuth", [90.0, -90.0])
@pytest.mark.parametrize("nod_deg", [30.0, -30.0])
def test_nods_of_who_lies_are_read_by_the_whole_face_in_the_picture(azimuth: float, nod_deg: float) -> None:
    scene = staged("knees-to-chest", START, Step("move", to={"neck_flexion": nod_deg}, seconds=1.0), azimuth=azimuth)
    frames = truths(scene)
    track = track_of(scene, frames)
    neutral = find_neutral(track, True)
    assert neutral is not None
    assert (neutral.view, neutral.lying) == ("side", True)
    true = clip_angles(scene, frames)["neck_flexion"]
    row, last = INDEX["neck_flexion"], slice(-3, None)
    value, error, _ = estimate(track, neutral, False)
    assert value[last, row] / NOD_GAIN == pytest.approx(true[last] - true[:5].mean(), abs=6.0)
    assert (error[last, row] == 15.0).all()


@pytest.mark.parametrize("name", ["prone-arch", "foam-roller"])
def test_nods_that_the_picture_hardly_shows_are_not_judged(name: str) -> None:
    scene = staged(name, START, Step("move", to={"neck_flexion": -40.0}, seconds=1.0), azimuth=90.0)
    track = track_of(scene, truths(scene))
    neutral = find_neutral(track, True)
    assert neutral is not None
    readings = read(track, neutral, find_stretch(name))
    assert (readings.reason[:, INDEX["neck_flexion"]] == UnjudgedReason.UNCERTAIN).all()


def test_from_the_side_a_nod_needs_two_witnesses() -> None:
    scene = staged(
        "standing-extension-hand-press", START, Step("move", to={"neck_flexion": -40.0}, seconds=1.0), azimuth=90.0
    )
    track = track_of(scene, truths(scene))
    neutral = find_neutral(track, False)
    assert neutral is not None
    assert neutral.view == "side"
    row, net = INDEX["neck_flexion"], regressor.load("upright")
    found = net.estimate(track, neutral.pose)
    by = rules(net.names, "side", "upright")
    alone = by.of(found.value, found.spread)[0][:, np.flatnonzero(by.row == row)[0]]
    shown = from_the_side(track, neutral)[row]
    value, error, _ = estimate(track, neutral, False)
    read = found.strange <= STRANGE
    assert read.any()
    by_picture = np.where(shown < 0.0, TIPPED_SHARE, 0.5)
    assert value[read, row] == pytest.approx((by_picture * shown + (1.0 - by_picture) * alone)[read])
    assert error[read, row] == pytest.approx(np.maximum(NOD_ERROR_DEG, NOD_APART * np.abs(alone - shown)[read]))


def test_who_bends_sideways_is_not_called_fine_where_geometry_reads() -> None:
    row = next(row for row in to_be_seen(ROWS) if key(row) == "lunge-d57c5412")
    track, seed = load(row)
    neutral = find_neutral(track, False)
    assert neutral is not None
    assert neutral.view == "oblique"
    bent = clip_angles(scene := drawn(row, seed), truths(scene))["trunk_lateral_flexion"] > 17.0
    value, error = geometry(track.rows(np.flatnonzero(bent)), neutral, False)
    column = INDEX["trunk_lateral_flexion"]
    caution = 15.0
    assert (np.abs(value[:, column]) + error[:, column] > caution).all(), "a bend of 18 degrees was read as 6 +/- 6"
    assert (np.abs(value[:, column]) > caution).mean() > 0.5


def test_an_error_of_geometry_grows_with_what_it_reads_until_it_is_still_judged() -> None:
    scene = staged("rounded-back", START, Step("move", to={"trunk_inclination": 60.0}, seconds=2.0), azimuth=90.0)
    track = track_of(scene, truths(scene))
    neutral = find_neutral(track, False)
    assert neutral is not None
    row = INDEX["trunk_inclination"]
    value, error = (part[:, row] for part in geometry(track, neutral, False))
    by = plain("trunk_inclination", "side")
    assert value.max() > 50.0
    assert error == pytest.approx(np.clip(by.share * np.abs(value), by.floor, SHARED_DEG))
    assert (error <= judged_up_to(row)).all()


@pytest.mark.parametrize(("name", "view"), [("left_knee_flexion", "front"), ("right_hip_flexion", "side")])
@pytest.mark.parametrize("kind", ["upright", "coded"])
def test_legs_neither_straight_nor_as_on_a_chair_are_not_judged_by_a_network(
    name: str, view: str, kind: regressor.Kind
) -> None:
    by = rules((name,), view, kind)
    read = np.array([[3.0], [26.0], [45.0], [60.0], [90.0]])
    value, error = by.of(read, np.full(read.shape, 0.5))
    assert value == pytest.approx(read)
    assert (error[:, 0] > judged_up_to(INDEX[name])).tolist() == [False, True, True, True, False]


@pytest.mark.parametrize("name", ["trunk_lateral_flexion", "pelvis_rotation"])
@pytest.mark.parametrize("kind", ["upright", "coded"])
def test_what_the_side_does_not_show_is_not_judged_from_there(name: str, kind: regressor.Kind) -> None:
    assert np.isnan(of_geometry(name, "side"))
    assert learned(name, "side", kind) is None


def test_a_head_that_may_face_away_from_the_camera_is_not_judged() -> None:
    row = next(row for row in to_be_seen(ROWS) if key(row) == "chair-twist-ea02d5ca")
    track, seed = load(row)
    scene = drawn(row, seed)
    true = np.abs(clip_angles(scene, truths(scene))["neck_rotation"])
    readings = judge(track, find_stretch(row.name)).judged.readings
    column = INDEX["neck_rotation"]
    assert np.isnan(readings.value[true > 70.0, column]).all(), "read as 35 degrees where it is 77"
    assert np.isfinite(readings.value[true < 5.0, column]).all()


def test_what_network_or_picture_reads_and_what_no_view_shows_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    row = next(row for row in ROWS if row.name == "chair-twist" and kept(row))
    track, _ = load(row)
    neutral = find_neutral(track)
    assert neutral is not None
    asked: list[Rows] = []

    def noted(frames: Observation, lying: bool = False, rows: Rows = None) -> Floats:
        asked.append(rows)
        return measure(frames, lying, rows)

    monkeypatch.setattr(estimation, "measure", noted)
    wanted = frozenset(INDEX[name] for name in ("trunk_rotation", "trunk_inclination", "stance_width"))
    one = track.slice(9, 10)
    value, error, _ = estimate(one, neutral, False)
    asked.clear()
    read_value, read_error, _ = estimate(one, neutral, False, rows=READ | wanted)
    assert asked == [frozenset({INDEX["stance_width"]})]
    judged = [i for i in sorted(READ | wanted) if error[0, i] <= judged_up_to(i)]
    assert INDEX["trunk_rotation"] in judged
    np.testing.assert_array_equal(read_value[:, judged], value[:, judged])
    np.testing.assert_array_equal(read_error[:, judged], error[:, judged])


@pytest.mark.parametrize("lean_deg", [-25.0, 30.0])
def test_the_head_of_who_leans_with_a_still_neck_is_not_read_as_tipped(lean_deg: float) -> None:
    scene = staged(
        "standing-extension-hand-press",
        START,
        Step("move", to={"trunk_inclination": lean_deg}, seconds=1.0),
        azimuth=90.0,
    )
    frames = truths(scene)
    track = track_of(scene, frames)
    neutral = find_neutral(track, False)
    assert neutral is not None
    truth = clip_angles(scene, frames)
    nod = from_the_side(track, neutral)[INDEX["neck_flexion"]] / NOD_GAIN
    still = truth["neck_flexion"] - truth["neck_flexion"][scene.neutral].mean()
    assert np.abs(nod - still)[-3:].max() < 5.0, "8 to 9 degrees with the line from hips to shoulders as the thorax"
