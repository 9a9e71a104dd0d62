"""Scripts of all other stretches, with the exact expected output of each; see coached_rows.py."""

from research.datasets.coached import back, bounce, hold, move
from research.datasets.coached_rows import FRONT, OBLIQUE, SIDE, UP, Row, once, rock
from research.synthetic.scene.motion import Step

SWINGING = (move(2.0, amount=1.0), *(move(0.4, amount=0.75), move(0.4, amount=1.0)) * 4, back(), hold(1.0))
# Each hip is judged by itself, so what both do is reported twice.
BOTH_HIPS_BOUNCE = [("hip_flexion_bounce", "stop")] * 2
BOTH_HIPS_UNSTEADY = [("hip_flexion_steadiness", "caution")] * 2

FOLDED = [
    Row("childs-pose", once(held=30.0), SIDE, [("", 163, "", 30)], []),
    Row("childs-pose", once(held=6.0, amount=0.3), SIDE, [("", 91, "short_of_target", 0)], []),
    Row("childs-pose", SWINGING, SIDE, [("", 163, "", 0)], BOTH_HIPS_BOUNCE),
    Row("childs-pose", (move(3.0, amount=0.72), move(9.5, amount=1.0), back(), hold(1.0)), SIDE, [("", 163, "", 10)],
        BOTH_HIPS_UNSTEADY),
    Row("knees-to-chest", once(held=30.0), SIDE, [("", 124, "", 30)], []),
    Row("knees-to-chest", once(held=5.0, amount=0.5), SIDE, [("", 87, "short_of_target", 0)], []),
    Row("knees-to-chest", SWINGING, SIDE, [("", 124, "", 0)], BOTH_HIPS_BOUNCE),
    Row("knees-to-chest", (move(3.0, amount=0.78), move(8.0, amount=1.0), back(), hold(1.0)), SIDE, [("", 124, "", 8)],
        BOTH_HIPS_UNSTEADY),
    Row("knees-to-chest", once(held=5.0, neck_flexion=38.0), SIDE, [("", 124, "", 0)],
        [("neck_bent_forward", "caution")]),
    Row("knees-to-chest", once(held=5.0, neck_flexion=-35.0), SIDE, [("", 124, "", 0)],
        [("neck_tipped_back", "caution")]),
]  # fmt: skip

ROCKING = "rocking-knees-to-chest"
ROUND_AND_ROUND = [
    Row(ROCKING, rock(2.2, amount=0.9) * 3, SIDE, [("", 30, "", 1)] * 3, []),
    Row(ROCKING, rock(1.0, amount=0.9) * 3, SIDE, [("", 30, "", 0)] * 3, [("cycle_time", "caution")] * 2),
    Row(ROCKING, (*rock(2.2, amount=0.9), *rock(0.6, amount=0.9)), SIDE, [("", 30, "", 1), ("", 30, "", 0)],
        [("cycle_time", "caution"), ("trunk_inclination_speed", "caution"), ("trunk_inclination_speed", "caution")]),
    Row(ROCKING, rock(4.0, amount=1.0, pelvis_pitch=12.0) * 2, SIDE, [("", 45, "", 0)] * 2,
        [("trunk_inclination", "caution")] * 2),
    Row(ROCKING, rock(3.0, amount=1.0, pelvis_pitch=20.0) * 2, SIDE, [("", 53, "", 0)] * 2,
        [("trunk_inclination", "stop")] * 2),
    Row(ROCKING, rock(3.0, pelvis_pitch=-30.0) * 2, SIDE, [("", -30, "", 0)] * 2,
        [("weight_on_the_neck", "caution")] * 2),
    Row(ROCKING, rock(3.0, amount=0.9, neck_flexion=30.0) * 2, SIDE, [("", 30, "", 0)] * 2,
        [("neck_bent_forward", "caution")] * 2),
    Row(ROCKING, rock(3.0, amount=0.9, neck_flexion=-65.0) * 2, SIDE, [("", 30, "", 0)] * 2,
        [("neck_tipped_back", "stop")] * 2),
    Row("foam-roller", (UP, hold(1.0), *rock(5.0, forward_m=-0.25) * 2, hold(1.0)), SIDE, [("", 56, "", 2)] * 2, []),
    Row("foam-roller", (UP, hold(1.0), *rock(1.5, forward_m=-0.6), hold(1.0)), SIDE, [("", 129, "", 0)],
        [("rolling_speed", "caution"), ("trunk_travel", "caution"), ("rolling_speed", "caution")]),
    Row("foam-roller", (UP, hold(1.0), *rock(5.0, forward_m=-0.25, neck_flexion=-45.0), hold(1.0)), SIDE,
        [("", 56, "", 0)], [("neck_tipped_back", "stop")]),
    Row("foam-roller", (UP, hold(1.0), *rock(5.0, forward_m=0.25) * 2, hold(1.0)), SIDE, [],
        [("towards_the_neck", "caution")] * 2),
    # More than five minutes of rolling in total; only time in movement counts.
    Row("foam-roller", (UP, hold(1.0), *rock(5.0, forward_m=-0.25) * 40, hold(1.0)), SIDE, [("", 56, "", 2)] * 40,
        [("total_time", "caution")]),
    Row("shoulder-rolls", (Step("roll", times=4), hold(1.0)), FRONT, [("", 7, "", 0)] * 4, []),
    Row("shoulder-rolls", (Step("roll", times=4, seconds=6.4), hold(1.0)), FRONT, [("", 7, "", 0)] * 4,
        [("cycle_time", "caution")] * 3),
    # The side bend itself lifts a shoulder, which counts as a shoulder roll that was too small.
    Row("shoulder-rolls", (Step("roll"), move(2.0, trunk_lateral_flexion=18.0), hold(2.0), back(), hold(1.0)), FRONT,
        [("", 7, "", 0), ("", 7, "", 0), ("", 2, "short_of_target", 0)], [("trunk_lateral_flexion", "caution")]),
    Row("shoulder-rolls", (Step("roll"), move(2.0, neck_rotation=75.0), hold(2.0), back(), hold(1.0)), FRONT,
        [("", 7, "", 0)] * 2, [("neck_rotation", "caution")]),
]  # fmt: skip

TWISTED = (move(3.0, amount=1.0, trunk_rotation=-24.0), bounce(-9.0, 4.0, "trunk_rotation"), back(4.0), hold(1.0))
# The stretch asks for a camera beside the legs that looks down.
SUPINE = [
    row._replace(azimuth=60.0, elevation=35.0)
    for row in (
        Row("supine-twist", once(held=6.0, trunk_rotation=-28.0), SIDE, [("left", -28, "", 6)], []),
        Row("supine-twist", once(held=6.0, trunk_rotation=28.0), SIDE, [("right", 28, "", 6)], []),
        Row("supine-twist", once(4.0, 6.0, trunk_rotation=-42.0), SIDE, [("left", -42, "", 0)],
            [("lying_roll", "caution")]),
        Row("supine-twist", once(5.0, 6.0, trunk_rotation=-50.0), SIDE, [("left", -50, "", 0)],
            [("lying_roll", "stop")]),
        Row("supine-twist", once(4.0, 3.0, trunk_rotation=-50.0), SIDE, [("left", -50, "", 0)],
            [("lying_roll_abrupt", "caution"), ("lying_roll", "stop")]),
        Row("supine-twist", once(0.8, 6.0, trunk_rotation=-30.0), SIDE, [("left", -30, "", 6)],
            [("lying_roll_speed", "caution")]),
        Row("supine-twist", TWISTED, SIDE, [("left", -33, "", 1)], [("lying_roll_bounce", "stop")]),
        Row("supine-twist", (move(3.0, amount=1.0, trunk_rotation=-22.0), move(5.0, trunk_rotation=-34.0), back(4.0),
            hold(1.0)), SIDE, [("left", -34, "", 6)], [("lying_roll_steadiness", "caution")]),
        Row("supine-twist", once(4.0, 6.0, trunk_rotation=-30.0, trunk_roll=15.0), SIDE, [("left", -30, "", 0)],
            [("shoulder_tilt", "caution")]),
        Row("supine-twist", once(4.0, 6.0, trunk_rotation=-30.0, trunk_roll=24.0), SIDE, [("left", -30, "", 0)],
            [("shoulder_tilt", "stop")]),
        Row("supine-twist", once(4.0, 6.0, amount=1.5, trunk_rotation=-25.0), SIDE, [("left", -25, "", 0)],
            [("hip_folded_deep", "caution")]),
        Row("supine-twist", once(4.0, 6.0, trunk_rotation=-25.0, neck_rotation=75.0), SIDE, [("left", -25, "", 0)],
            [("neck_rotation", "caution")]),
    )
]  # fmt: skip

REACH = "seated-overhead-reach"
UPPER = [
    Row("rounded-back", once(held=5.0), SIDE, [("", 21, "", 6)], []),
    Row("rounded-back", once(3.0, 5.0, trunk_inclination=12.0), SIDE, [("", 33, "", 0)],
        [("trunk_inclination", "caution")]),
    Row("rounded-back", once(held=5.0, trunk_inclination=24.0), SIDE, [("", 46, "", 0)],
        [("trunk_inclination", "stop")]),
    Row("rounded-back", once(3.0, 5.0, neck_flexion=20.0), SIDE, [("", 21, "", 0)], [("neck_bent_forward", "caution")]),
    Row("rounded-back", (move(2.0, amount=0.8), bounce(8.0, 4.0, "trunk_inclination"), back(), hold(1.0)), SIDE,
        [("", 25, "", 1)], [("trunk_inclination_bounce", "stop")]),
    Row("rounded-back", (move(3.0, amount=1.0), move(5.0, trunk_inclination=-12.0), back(), hold(1.0)), SIDE,
        [("", 21, "", 6)], [("trunk_inclination_steadiness", "caution")]),
    # Both arms are overhead instead of ahead, and each is reported.
    Row("rounded-back", once(3.0, 5.0), SIDE, [("", 21, "", 0)], [("shoulder_flexion", "stop")] * 2, "overhead"),
    Row(REACH, once(held=10.0), SIDE, [("", 171, "", 10)], []),
    Row(REACH, once(held=10.0), FRONT, [("", 171, "", 10)], []),
    Row(REACH, once(held=3.0, trunk_inclination=-18.0), SIDE, [("", 175, "", 0)], [("trunk_inclination", "stop")]),
    Row(REACH, once(held=3.0, trunk_rotation=34.0), FRONT, [("", 173, "", 0)], [("trunk_rotation", "caution")]),
    Row(REACH, once(3.0, 4.0, pelvis_rotation=34.0), FRONT, [("", 171, "", 0)], [("pelvis_rotation", "stop")]),
    Row(REACH, once(3.0, 4.0, trunk_lateral_flexion=18.0), FRONT, [("", 172, "", 0)],
        [("trunk_lateral_flexion", "caution")]),
    Row(REACH, once(3.0, 4.0, neck_flexion=-40.0), SIDE, [("", 171, "", 0)], [("neck_tipped_back", "caution")]),
    Row(REACH, once(3.0, 4.0, neck_rotation=75.0), FRONT, [("", 171, "", 0)], [("neck_rotation", "caution")]),
    # Each arm is reported by itself.
    Row(REACH, (move(3.0, amount=0.66), move(10.0, amount=1.0), back(), hold(1.0)), SIDE, [("", 171, "", 8)],
        [("arm_elevation_steadiness", "caution")] * 2),
    Row("butterfly", once(held=6.0), FRONT, [("", 71, "", 6)], []),
    Row("butterfly", once(held=6.0, amount=0.75), OBLIQUE, [("", 108, "short_of_target", 0)], []),
    Row("butterfly", once(2.0, 4.0, trunk_inclination=19.0), OBLIQUE, [("", 71, "", 0)],
        [("bent_forward", "caution")]),
    Row("butterfly", once(2.0, 4.0, trunk_inclination=-24.0), OBLIQUE, [("", 71, "", 0)],
        [("leaning_back", "caution")]),
    Row("butterfly", once(2.0, 4.0, shoulder_raise=35.0), FRONT, [("", 69, "", 0)],
        [("shoulder_rise", "caution")] * 2),
]  # fmt: skip

LUNGES = [
    Row("lunge", once(), SIDE, [("left", 84, "", 1)], []),
    Row("lunge", once(), -SIDE, [("right", 84, "", 1)], [], other=True),
    Row("lunge", once(0.8), SIDE, [("left", 84, "", 1)], [("in_time", "caution")]),
    Row("lunge", once(trunk_inclination=26.0), SIDE, [("left", 84, "", 0)], [("bent_forward", "caution")]),
    Row("lunge", once(trunk_inclination=-28.0), SIDE, [("left", 84, "", 0)],
        [("rear_hip", "stop"), ("leaning_back", "caution")]),
    Row("lunge", once(trunk_lateral_flexion=18.0), OBLIQUE, [("left", 84, "", 0)],
        [("trunk_lateral_flexion", "caution")]),
    Row("lunge", once(3.0, amount=1.35), SIDE, [("left", 112, "", 0)], [("knee_too_deep", "caution")]),
]  # fmt: skip

OTHERS = [*FOLDED, *ROUND_AND_ROUND, *SUPINE, *UPPER, *LUNGES]
