"""The guided start and the hand that is held up, on constructed people."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.core.pose import Pose
from posecheck.core.worn.phone import SENT, PhoneReading
from posecheck.live.guide import Guide, GuideStep, framed, viewed
from posecheck.live.hand_signal import BOTH_S, END_S, TOGGLE_S, BothHands, HandSignal, is_hand_raised
from posecheck.live.instructions import describe_instruction
from posecheck.stretches.library import all_stretches, find_stretch
from posecheck.stretches.stretch import Stretch
from tests.support.people import Posture, track_of

pytestmark = pytest.mark.usefixtures("plain_geometry")

SIDE = find_stretch("standing-extension-hands-behind-head")
FRONT = find_stretch("chair-twist")


def pose(
    posture: Posture | None = None, azimuth: float = 0.0, scale: float = 1.0, shift: tuple[float, float] = (0, 0)
) -> Pose:
    """Return one person in the picture (800 x 800); shift: moved by so many pixels."""
    one = track_of([posture or Posture()], azimuth=azimuth, scale=1.0).pose(0)
    assert one is not None
    xy = 400 + (one.image_xy - 400) * scale + np.array(shift)
    return Pose(0.0, xy, one.world_xyz, one.visibility, one.size_wh)


def led(guide: Guide, shown: Pose | None, from_s: float, to_s: float) -> list[GuideStep]:
    """Show the same for a time; return the steps in the order in which they were on."""
    seen: list[GuideStep] = []
    for time_s in np.arange(from_s, to_s, 0.05):
        step = guide.update(shown, float(time_s)).step
        if not seen or seen[-1] != step:
            seen.append(step)
    return seen


def test_each_step_turns_green_by_itself() -> None:
    guide = Guide(SIDE)
    assert led(guide, None, 0.0, 1.0) == [GuideStep.BODY]
    assert led(guide, pose(azimuth=0.0), 1.0, 3.0) == [GuideStep.BODY, GuideStep.VIEW]
    assert led(guide, pose(azimuth=90.0), 3.0, 5.0) == [GuideStep.VIEW, GuideStep.NEUTRAL]
    now = guide.update(pose(azimuth=90.0), 5.0)
    assert now.done == (GuideStep.CAMERA, GuideStep.BODY, GuideStep.VIEW)
    assert now.measuring
    assert "hold still" in describe_instruction(now.instruction)


def test_a_step_that_is_lost_turns_back_but_not_at_once() -> None:
    guide = Guide(FRONT)
    led(guide, pose(), 0.0, 2.0)
    assert led(guide, None, 2.0, 2.8) == [GuideStep.NEUTRAL]
    assert led(guide, None, 2.8, 3.5) == [GuideStep.NEUTRAL, GuideStep.BODY]
    assert led(guide, pose(), 3.5, 6.0) == [GuideStep.BODY, GuideStep.VIEW, GuideStep.NEUTRAL]


def sending(pose: Pose, *, belt: bool = False) -> Pose:
    said = PhoneReading(2.0, 1.0, -1.0, SENT, 1.0, np.nan, np.nan, np.nan).pack()
    return replace(pose, phone=said, belt_phone=said if belt else pose.belt_phone)


@pytest.mark.parametrize("azimuth", [90.0, 180.0])
def test_with_a_phone_that_sends_a_twist_may_be_done_seen_from_any_side(azimuth: float) -> None:
    seen, standing = pose(azimuth=azimuth), find_stretch("standing-twist")
    assert led(Guide(FRONT), seen, 0.0, 2.0)[-1] == GuideStep.VIEW
    assert led(Guide(FRONT), sending(seen), 0.0, 2.0)[-1] == GuideStep.NEUTRAL
    # Where the pelvis may turn, the chest's turn alone is not the twist.
    assert led(Guide(standing), sending(seen), 0.0, 2.0)[-1] == GuideStep.VIEW
    assert led(Guide(standing), sending(seen, belt=True), 0.0, 2.0)[-1] == GuideStep.NEUTRAL
    assert led(Guide(SIDE), sending(pose()), 0.0, 2.0)[-1] == GuideStep.VIEW


def test_in_the_dark_only_who_holds_a_phone_that_measures_the_stretch_is_asked_to_hold_still() -> None:
    dark = sending(Pose.hidden(0.0, (800, 800), 0, 0))
    assert led(Guide(FRONT), dark, 0.0, 1.0) == [GuideStep.NEUTRAL]
    told = Guide(FRONT).update(dark, 0.0).instruction
    assert "You are not seen. Hold the phone flat" in describe_instruction(told)
    assert Guide(FRONT).update(dark, 0.0).done == (GuideStep.CAMERA,), "nothing is known of body and view"
    assert led(Guide(SIDE), dark, 0.0, 1.0) == [GuideStep.BODY]
    assert led(Guide(FRONT), replace(dark, people=1), 0.0, 1.0) == [GuideStep.BODY]


def test_who_skips_is_measured_from_where_they_are() -> None:
    guide = Guide(SIDE)
    led(guide, pose(azimuth=0.0), 0.0, 2.0)
    guide.skip()
    assert led(guide, pose(azimuth=0.0), 2.0, 4.0)[-1] == GuideStep.NEUTRAL
    assert led(Guide(SIDE), None, 0.0, 2.0) == [GuideStep.BODY]


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (None, "Nobody"),
        (pose(scale=0.25), "come closer"),
        (pose(shift=(0, -260)), "until your head and hands are in the picture"),
        (pose(shift=(0, 300)), "until your hips and knees are in the picture"),
        (pose(shift=(380, 0)), "move to your right"),
        (pose(shift=(-380, 0)), "move to your left"),
        (pose(shift=(0, 170)), "until your feet are in the picture"),
        (pose(scale=2.5), "step back"),
        (pose(), ""),
    ],
)
def test_what_to_do_about_the_picture(shown: Pose | None, told: str) -> None:
    said = describe_instruction(framed(shown, SIDE))
    assert told in said
    assert bool(said) == bool(told)


def test_the_far_side_may_be_hidden() -> None:
    one = pose(azimuth=90.0)
    one.visibility[[11, 13, 15, 23, 25, 27, 29, 31]] = 0.1
    assert framed(one, SIDE) is None


def test_what_to_do_about_the_view() -> None:
    assert "the camera stands diagonally on your left" in describe_instruction(viewed(pose(azimuth=5.0), SIDE))
    assert "the camera stands diagonally on your right" in describe_instruction(viewed(pose(azimuth=-5.0), SIDE))
    assert viewed(pose(azimuth=90.0), SIDE) is None
    assert viewed(pose(azimuth=0.0), FRONT) is None
    assert describe_instruction(viewed(pose(azimuth=90.0), FRONT)).startswith("Turn to your left")
    assert describe_instruction(viewed(pose(azimuth=-90.0), FRONT)).startswith("Turn to your right")
    assert "Lie down" in describe_instruction(viewed(pose(), find_stretch("knees-to-chest")))


def test_the_way_to_turn_does_not_flicker() -> None:
    guide = Guide(SIDE)
    led(guide, pose(azimuth=4.0), 0.0, 2.0)
    told = {
        guide.update(pose(azimuth=azimuth), 2.0 + i * 0.05).instruction for i, azimuth in enumerate((-4.0, 4.0) * 40)
    }
    assert told == {viewed(pose(azimuth=4.0), SIDE)}
    led(guide, pose(azimuth=-15.0), 6.0, 7.5)
    assert guide.update(pose(azimuth=-15.0), 7.5).instruction == viewed(pose(azimuth=-15.0), SIDE)


@pytest.mark.parametrize("stretch", all_stretches().values(), ids=lambda stretch: stretch.id)
def test_every_stretch_can_be_led_to(stretch: Stretch) -> None:
    assert viewed(pose(azimuth=150.0), stretch) or "back" in stretch.camera.views


ONE_UP = Posture(shoulder_flexion=(175.0, 0.0))


def test_one_hand_up_is_a_signal_and_nothing_else_is() -> None:
    for azimuth in (-90.0, -45.0, 0.0, 45.0, 90.0):
        assert is_hand_raised(pose(ONE_UP, azimuth))
        assert not is_hand_raised(pose(Posture(), azimuth))
        assert not is_hand_raised(pose(Posture(shoulder_flexion=(175.0, 175.0)), azimuth)), "both reach overhead"
        assert not is_hand_raised(pose(Posture(shoulder_flexion=(130.0, 130.0), elbow=(140.0, 140.0)), azimuth)), (
            "behind the head"
        )
        assert not is_hand_raised(pose(Posture(shoulder_flexion=(90.0, 0.0)), azimuth)), "forward"
    assert not is_hand_raised(None)


def test_the_hand_tells_each_thing_once() -> None:
    signal, told = HandSignal(), []
    for i in range(120):
        now = signal.update(pose(ONE_UP), i * 0.05)
        told += [(round(now.held_s, 2), now.means)] if now.means else []
    assert told == [(TOGGLE_S, "toggle"), (END_S, "end")]
    assert signal.update(None, 6.1).held_s > 0
    assert signal.update(None, 7.0).held_s == 0
    assert [signal.update(pose(ONE_UP), 8 + i * 0.1).means for i in range(14)].count("toggle") == 1


BOTH_UP = Posture(shoulder_flexion=(175.0, 175.0))


@pytest.mark.parametrize("azimuth", [-45.0, 0.0, 45.0])
def test_both_hands_up_are_told_once_each_time(azimuth: float) -> None:
    hands = BothHands()
    told = [i * 0.05 for i in range(80) if hands.update(pose(BOTH_UP, azimuth), i * 0.05)]
    assert told == [pytest.approx(BOTH_S)]
    assert not hands.update(None, 4.2)
    assert not any(hands.update(pose(BOTH_UP, azimuth), 4.2 + i * 0.05) for i in range(40)), "not seen for a moment"
    assert not hands.update(None, 7.0)
    assert sum(hands.update(pose(BOTH_UP, azimuth), 7.1 + i * 0.05) for i in range(40)) == 1


def test_nothing_else_are_both_hands_up() -> None:
    hidden = pose(BOTH_UP)
    hidden.visibility[15] = 0.2
    behind = pose(Posture(shoulder_flexion=(130.0, 130.0), elbow=(140.0, 140.0)))
    for shown in (pose(ONE_UP), pose(), hidden, behind, None):
        hands = BothHands()
        assert not any(hands.update(shown, i * 0.05) for i in range(60))


def test_a_hand_that_is_hardly_seen_is_no_signal() -> None:
    hidden = pose(ONE_UP)
    hidden.visibility[[15, 16]] = 0.2
    assert not is_hand_raised(hidden)
