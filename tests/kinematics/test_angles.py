import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from posecheck.core.landmarks import MIRROR, Landmark, mirrored
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES, FAMILIES, INDEX, measure
from tests.support.people import Posture, skeleton, to_camera, track_of

degrees = st.floats(-60, 60)


def value(track: PoseTrack, name: str, lying: bool = False) -> float:
    return float(measure(track, lying)[0, INDEX[name]])


@given(rotation=st.floats(-80, 80), lateral=st.floats(-30, 30), azimuth=st.floats(-180, 180))
def test_rotation_and_side_bend_are_exact_from_everywhere(rotation: float, lateral: float, azimuth: float) -> None:
    track = track_of([Posture(rotation=rotation, lateral=lateral)], azimuth=azimuth)
    assert value(track, "trunk_rotation") == pytest.approx(rotation, abs=1e-6)
    assert value(track, "trunk_lateral_flexion") == pytest.approx(lateral, abs=1e-6)


@given(lean=st.floats(-60, 60), pelvis=st.floats(-90, 90))
def test_flexion_and_inclination_are_exact_forward_and_back(lean: float, pelvis: float) -> None:
    track = track_of([Posture(inclination=lean, pelvis=pelvis)])
    assert value(track, "trunk_flexion") == pytest.approx(lean, abs=1e-6)
    assert value(track, "trunk_inclination") == pytest.approx(lean, abs=1e-6)


@given(rotation=degrees, lean=st.floats(-30, 30))
def test_forward_bend_leaves_the_rotation_as_it_is(rotation: float, lean: float) -> None:
    track = track_of([Posture(rotation=rotation, inclination=lean)])
    assert value(track, "trunk_rotation") == pytest.approx(rotation, abs=1e-6)


@given(pelvis=st.floats(-80, 80), rotation=degrees)
def test_pelvis_and_shoulders_turn_as_they_are_turned(pelvis: float, rotation: float) -> None:
    still = measure(track_of([Posture()]))[0]
    turned = measure(track_of([Posture(pelvis=pelvis, rotation=rotation)]))[0]
    for name, expected in (("pelvis_rotation", pelvis), ("shoulder_rotation", pelvis + rotation)):
        change = (turned[INDEX[name]] - still[INDEX[name]] + 180) % 360 - 180
        assert change == pytest.approx((expected + 180) % 360 - 180, abs=1e-6)


@given(turn=st.floats(-70, 70), nod=st.floats(-50, 50))
def test_head_is_measured_against_the_thorax(turn: float, nod: float) -> None:
    still = measure(track_of([Posture(rotation=20)]))[0]
    turned = measure(track_of([Posture(rotation=20, head_rotation=turn)]))[0]
    nodded = measure(track_of([Posture(rotation=20, head_flexion=nod)]))[0]
    rotation, flexion = INDEX["neck_rotation"], INDEX["neck_flexion"]
    assert turned[rotation] - still[rotation] == pytest.approx(turn, abs=1e-6)
    assert nodded[flexion] - still[flexion] == pytest.approx(nod, abs=1e-6)


@given(
    elbow=st.tuples(st.floats(0, 150), st.floats(0, 150)),
    shoulder=st.tuples(st.floats(-60, 180), st.floats(-60, 180)),
    hip=st.tuples(st.floats(-30, 130), st.floats(-30, 130)),
    knee=st.tuples(st.floats(0, 150), st.floats(0, 150)),
    lean=st.floats(-30, 30),
)
def test_limbs_are_exact_on_both_sides(
    elbow: tuple[float, float],
    shoulder: tuple[float, float],
    hip: tuple[float, float],
    knee: tuple[float, float],
    lean: float,
) -> None:
    track = track_of([Posture(elbow=elbow, shoulder_flexion=shoulder, hip=hip, knee=knee, inclination=lean)])
    for i, side in enumerate(("left", "right")):
        assert value(track, f"{side}_elbow_flexion") == pytest.approx(elbow[i], abs=1e-4)
        assert value(track, f"{side}_shoulder_flexion") == pytest.approx(shoulder[i], abs=1e-6)
        assert value(track, f"{side}_hip_flexion") == pytest.approx(hip[i], abs=1e-6)
        assert value(track, f"{side}_knee_flexion") == pytest.approx(knee[i], abs=1e-4)


def test_raised_sideways_is_abduction_and_has_no_flexion() -> None:
    body = skeleton(Posture())
    body[Landmark.LEFT_ELBOW] = body[Landmark.LEFT_SHOULDER] + [0, 0, -0.3]
    body[Landmark.RIGHT_ELBOW] = body[Landmark.RIGHT_SHOULDER] + [0, 0, 0.3]
    track = _of_body(body)
    for side in ("left", "right"):
        assert value(track, f"{side}_shoulder_abduction") == pytest.approx(90)
        assert np.isnan(value(track, f"{side}_shoulder_flexion"))


def _of_body(body: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> PoseTrack:
    world = to_camera(body[None])
    ones = np.ones(1, np.int16)
    return PoseTrack(
        np.zeros(1), world[..., :2], world, np.ones((1, 33)), ones, ones * 0, np.full((1, 2), 800, np.int32)
    )


@given(
    p=st.builds(
        Posture,
        rotation=degrees,
        lateral=st.floats(-20, 20),
        inclination=st.floats(-30, 30),
        pelvis=st.floats(-40, 40),
        head_rotation=degrees,
        elbow=st.tuples(st.floats(5, 140), st.floats(5, 140)),
        hip=st.tuples(st.floats(-20, 100), st.floats(-20, 100)),
        knee=st.tuples(st.floats(5, 140), st.floats(5, 140)),
    )
)
@settings(deadline=None)
def test_mirror_swaps_sides_and_turns(p: Posture) -> None:
    track = track_of([p])
    world = track.world_xyz[:, MIRROR] * [-1, 1, 1]
    other = PoseTrack(track.time_s, track.image_xy, world, track.visibility, track.people, track.subject, track.size_wh)
    here, there = measure(track)[0], measure(other)[0]
    sideways = {
        "trunk_rotation", "trunk_lateral_flexion", "neck_rotation", "pelvis_obliquity", "shoulder_tilt", "lying_roll",
    }  # fmt: skip
    for i, row in enumerate(ANGLES):
        if row.name in ("pelvis_rotation", "shoulder_rotation"):
            total = (here[i] + there[i]) % 360
            assert min(total, 360 - total) == pytest.approx(0, abs=1e-6)
        elif row.name in sideways:
            assert there[i] == pytest.approx(-here[i], abs=1e-6, nan_ok=True)
        else:
            name = row.name.replace("left", "*").replace("right", "left").replace("*", "right")
            assert there[INDEX[name]] == pytest.approx(here[i], abs=1e-4, nan_ok=True)


@given(
    scale=st.floats(0.5, 2), shift=st.tuples(*[st.floats(-3, 3)] * 3), azimuth=st.floats(-180, 180), twist_deg=degrees
)
def test_moving_turning_and_scaling_the_person_changes_nothing(
    scale: float, shift: tuple[float, float, float], azimuth: float, twist_deg: float
) -> None:
    p = Posture(rotation=twist_deg, inclination=10, elbow=(30, 60), hip=(20, 40), knee=(20, 50))
    base, moved = track_of([p]), track_of([p], azimuth=azimuth, scale=scale)
    moved.world_xyz[:] += shift
    turns = [INDEX["pelvis_rotation"], INDEX["shoulder_rotation"]]
    before, after = np.delete(measure(base)[0], turns), np.delete(measure(moved)[0], turns)
    np.testing.assert_allclose(after, before, atol=1e-4)


@given(rotation=st.floats(-60, 60), roll=st.floats(-180, 180))
def test_roll_of_hips_against_shoulders_is_the_same_lying(rotation: float, roll: float) -> None:
    supine = Rotation.from_euler("y", roll, degrees=True) * Rotation.from_euler("z", 90, degrees=True)
    track = track_of([Posture(rotation=rotation)], turn=supine)
    assert value(track, "lying_roll", lying=True) == pytest.approx(rotation, abs=1e-6)
    assert value(track, "trunk_rotation", lying=True) == pytest.approx(rotation, abs=1e-6)


def test_nobody_gives_nan_in_every_row() -> None:
    track = track_of([Posture(), Posture()])
    track.world_xyz[1] = np.nan
    result = measure(track)
    assert np.isfinite(result[0]).sum() > 25
    assert np.isnan(result[1]).all()


def test_right_rows_are_the_mirrored_left_rows() -> None:
    for left, right in FAMILIES.values():
        a, b = ANGLES[INDEX[left]], ANGLES[INDEX[right]]
        assert b.needs == tuple(mirrored(landmark) for landmark in a.needs)
        assert "left" not in b.words or "right" in a.words
    assert len(INDEX) == len(ANGLES)


def test_ratios_of_a_known_body() -> None:
    track = track_of([Posture()])
    assert value(track, "stance_width") == pytest.approx(0.32 / 0.36)
    assert value(track, "elbow_gap") == pytest.approx(1.0)
    assert value(track, "left_hand_to_shoulder") == pytest.approx(0.56 / 0.5)
    assert value(track, "hips_above_shoulders") == pytest.approx(-1.0)
    one_knee_up = track_of([Posture(hip=(90, 0), knee=(90, 0))])
    assert value(one_knee_up, "stance_width") == pytest.approx(np.hypot(0.32, 0.42) / 0.36)
    kneeling = track_of([Posture(hip=(90, 90), knee=(90, 90))])
    # Knee 0.42 ahead of the hip, toes 0.20 ahead of the ankle that stands under the knee.
    height = (0.5 + 0.42 + 0.40) / 0.78
    assert value(kneeling, "left_knee_past_toes") == pytest.approx(-0.20 / height)
