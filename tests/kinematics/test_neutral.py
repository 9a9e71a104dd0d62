from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.assessment.session import Session
from posecheck.core.errors import InputError
from posecheck.core.pose import columns
from posecheck.feedback.headline import headline_of
from posecheck.kinematics.angles import INDEX, measure
from posecheck.kinematics.camera_view import azimuth, upright_views
from posecheck.kinematics.neutral import find_neutral, neutral_between, neutral_of, still_postures
from posecheck.stretches.library import find_stretch
from tests.support.people import Posture, body_reversed, script, track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")


@pytest.mark.parametrize("where", [-150.0, -90.0, -45.0, 0.0, 30.0, 70.0, 120.0])
def test_azimuth_says_where_the_camera_stands(where: float) -> None:
    assert azimuth(track_of([Posture()], azimuth=where).world_xyz)[0] == pytest.approx(where)


@pytest.mark.parametrize(
    ("where", "view"), [(0, "front"), (-29, "front"), (45, "oblique"), (-90, "side"), (160, "back")]
)
def test_view_is_named_from_the_azimuth(where: float, view: str) -> None:
    assert neutral_of(track_of([Posture()] * 5, azimuth=where)).view == view


def test_the_end_of_a_view_belongs_to_it_on_either_side() -> None:
    named = upright_views(np.array([-30.0, 30.1, -65.0, 65.1, 115.0, -115.1]))
    assert named.tolist() == ["front", "oblique", "oblique", "side", "side", "back"]


def test_first_still_second_is_the_neutral_with_noise_too() -> None:
    neutral = find_neutral(track_of(twist(40), noise=0.002))
    assert neutral is not None
    assert neutral.start_s == 0.0
    assert 1.0 <= neutral.end_s <= 2.1


def test_a_held_twist_is_not_taken_for_neutral() -> None:
    held = script(
        (3.0, lambda _: Posture(rotation=45)),
        (1.5, lambda share: Posture(rotation=45 * (1 - share))),
        (2.0, lambda _: Posture()),
    )
    neutral = find_neutral(track_of(held))
    assert neutral is not None
    assert neutral.start_s > 4.0
    assert abs(neutral.raw[INDEX["trunk_rotation"]]) < 2.0


def test_somebody_always_moving_has_no_neutral() -> None:
    swaying = [Posture(inclination=30 * np.sin(i / 5)) for i in range(200)]
    assert find_neutral(track_of(swaying)) is None


def test_change_wraps_round_the_back() -> None:
    track = track_of([Posture(pelvis=angle) for angle in (170, 190)], azimuth=10)
    neutral = neutral_of(track.slice(0, 1))
    change = neutral.change(measure(track))
    assert change[1, INDEX["pelvis_rotation"]] == pytest.approx(20)


def test_named_neutral_is_used_and_must_show_somebody() -> None:
    track = track_of(twist(40))
    assert neutral_between(track, 0.5, 1.0).start_s == pytest.approx(0.5)
    with pytest.raises(InputError, match="found nobody"):
        neutral_between(track, 900, 901)


def test_gaps_are_not_stillness() -> None:
    track = track_of([Posture()] * 60)
    image = track.image_xy.copy()
    image[10:60:10] = np.nan
    assert find_neutral(replace(track, image_xy=image)) is None


def test_too_few_frames_have_no_neutral() -> None:
    assert find_neutral(track_of([Posture()] * 2)) is None
    assert find_neutral(track_of([])) is None


def test_standing_before_a_stretch_that_is_done_lying_is_no_neutral() -> None:
    track = track_of(
        script(
            (2.0, lambda _: Posture()),
            (6.0, lambda share: Posture(inclination=90 * share)),
            (2.0, lambda _: Posture(inclination=90)),
            (5.0, lambda share: Posture(inclination=90 - 50 * share)),
            (4.0, lambda _: Posture(inclination=40)),
        ),
        azimuth=90.0,
    )
    neutral = find_neutral(track, lying=True)
    assert neutral is not None
    assert neutral.lying
    assert neutral.start_s > 7
    analysis = judge(track, find_stretch("prone-arch"))
    assert analysis.summary.verdict == "stop"
    assert any(event.kind == "excessive_extension" for event in analysis.events)
    upright = judge(track.slice(0, 60), find_stretch("prone-arch"))
    assert upright.summary.verdict == "cannot_judge"
    assert "not in the posture of this stretch" in headline_of(upright)


@pytest.mark.parametrize("azimuth", [90.0, -90.0])
def test_an_arch_already_held_is_no_neutral_of_a_stretch_that_starts_flat(azimuth: float) -> None:
    held = track_of(script((3.0, lambda _: Posture(inclination=66))), azimuth=azimuth)
    assert find_neutral(held, lying=True) is not None
    assert find_neutral(held, lying=True, flat=True) is None
    flat = track_of(script((3.0, lambda _: Posture(inclination=88))), azimuth=azimuth)
    assert find_neutral(flat, lying=True, flat=True) is not None


def test_live_and_recorded_measure_from_the_same_neutral() -> None:
    track, stretch = track_of(twist(40), noise=0.002), find_stretch("chair-twist")
    recorded, live = judge(track, stretch).neutral, Session(stretch)
    for i in range(len(track)):
        live.update(track.slice(i, i + 1))
    assert recorded is not None
    assert live.neutral is not None
    assert (live.neutral.start_s, live.neutral.end_s) == (recorded.start_s, recorded.end_s)
    np.testing.assert_allclose(live.neutral.raw, recorded.raw)


def test_a_stillness_that_reaches_the_last_frame_may_go_on() -> None:
    track = track_of(script((1.5, lambda _: Posture())))
    assert len(list(still_postures(track))) == 1
    assert not list(still_postures(track, over=True))
    (held,) = still_postures(track_of(script((3.0, lambda _: Posture()))), over=True)
    assert held.end_s == pytest.approx(2.0, abs=0.1)


def test_a_view_can_be_asked_for_without_the_angles() -> None:
    track = track_of(script((3.0, lambda _: Posture()))).slice(0, 1)
    whole, view = neutral_of(track), neutral_of(track, rows=frozenset())
    assert (view.view, view.lying, view.azimuth_deg) == (whole.view, whole.lying, whole.azimuth_deg)
    assert np.isnan(view.raw).all()


@pytest.mark.parametrize("where", [-110.0, -70.0, 70.0, 90.0, 110.0])
def test_whose_face_looks_backward_is_no_neutral_seen_from_the_side(where: float) -> None:
    track = track_of([Posture()] * 60, azimuth=where, noise=0.002)
    found = find_neutral(track)
    assert found is not None
    assert not found.contrary
    # What leans forward would be read as leaning back.
    assert neutral_of(body_reversed(track)).contrary
    assert find_neutral(body_reversed(track)) is None


@pytest.mark.parametrize("turn", [-60.0, 60.0])
def test_a_head_turned_aside_is_no_face_that_looks_backward(turn: float) -> None:
    assert not neutral_of(track_of([Posture(head_rotation=turn)] * 60, azimuth=90.0)).contrary


def test_from_the_front_the_face_says_nothing_about_the_way() -> None:
    assert not neutral_of(body_reversed(track_of([Posture()] * 60, azimuth=10.0))).contrary


def test_a_neutral_keeps_nothing_of_the_recording_in_memory() -> None:
    track = track_of(twist(30.0), azimuth=0.0)
    pose = neutral_between(track, 0.0, 1.0).pose
    for column in columns():
        assert not np.shares_memory(getattr(pose, column.name), getattr(track, column.name)), column.name
