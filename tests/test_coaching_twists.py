"""Every twist in sitting and standing, done well and with each fault: exactly these repetitions, holds and events."""

import pytest

from clips.motion import Step
from tests.coached import back, bounce, hold, move
from tests.coached_rows import FRONT, OBLIQUE, UP, Passed, Row, Told, further, names, said, twist

LEFT_RIGHT: Told = [("left", 28, "", 6), ("right", -27, "", 6)]
BOTH = (*twist(28.0), *twist(-27.0))
BOUNCED = (move(2.0, trunk_rotation=-24.0), bounce(-9.0, 4.0, "trunk_rotation"), back(), hold(1.0))
CREEPING = (move(2.0, trunk_rotation=18.0), move(6.0, trunk_rotation=33.0), back(), hold(1.0))
FLUNG_BACK = (move(2.0, trunk_rotation=-30.0), hold(6.0), move(0.5, trunk_rotation=0.0), hold(1.5))
# At 80 % of caution, 32 degrees, such a turn still moves at 40 degrees a second.
ABRUPT, TOO_FAR = ("trunk_rotation_abrupt", "stop"), ("trunk_rotation", "caution")

WELL = [
    Row("chair-twist", BOTH, FRONT, LEFT_RIGHT, []),
    Row("chair-twist-sideways", BOTH, FRONT, LEFT_RIGHT, []),
    Row("chair-twist-leverage", (UP, *BOTH), FRONT, LEFT_RIGHT, []),
    Row("seated-twist-cross-legged", (UP, *BOTH), FRONT, LEFT_RIGHT, []),
    Row("seated-twist-one-leg-bent", (UP, *BOTH), FRONT, LEFT_RIGHT, []),
    Row("standing-twist", BOTH, FRONT, LEFT_RIGHT, []),
    Row("chair-twist", twist(10.0), FRONT, [("left", 10, "short_of_target", 0)], []),
]


def seated(
    name: str,
    *up: Step,
    far: float = 42.0,
    hips: float = 18.0,
    in_one_go: tuple[tuple[str, str], ...] = (ABRUPT, TOO_FAR),
) -> list[Row]:
    """Return what all twists in sitting are told of.

    up: the arms put in place. far: between caution and stop of the turn; hips: of the pelvis. in_one_go: what is
    told when the turn goes there in one go; where both begin in one frame the further turn is told first.
    """
    return [
        Row(name, (*up, *twist(far, 6.0)), FRONT, [("left", round(far), "", 0)], [("trunk_rotation", "caution")]),
        Row(name, (*up, *twist(-47.0, 6.0)), FRONT, [("right", -47, "", 0)], [("trunk_rotation", "stop")]),
        Row(name, (*up, *further("trunk_rotation", -14.0, -far, 1.2)), FRONT, [("right", -round(far), "", 0)],
            list(in_one_go)),
        Row(name, (*up, *twist(30.0, 0.5)), FRONT, [("left", 30, "", 6)], [("trunk_rotation_speed", "caution")]),
        Row(name, (*up, *FLUNG_BACK), FRONT, [("right", -30, "", 6)], [("trunk_rotation_speed", "caution")]),
        Row(name, (*up, *BOUNCED), FRONT, [("right", -33, "", 0)], [("trunk_rotation_bounce", "stop")]),
        Row(name, (*up, *CREEPING), FRONT, [("left", 33, "", 6)], [("trunk_rotation_steadiness", "caution")]),
        Row(name, (*up, *twist(-28.0, trunk_inclination=19.0)), OBLIQUE, [("right", -28, "", 0)],
            [("bent_forward_while_turned", "caution")]),
        Row(name, (*up, *twist(28.0, trunk_inclination=-18.0)), OBLIQUE, [("left", 28, "", 0)],
            [("leaning_back_while_turned", "stop")]),
        Row(name, (*up, *twist(-25.0, pelvis_rotation=-hips)), FRONT, [("right", -25, "", 0)],
            [("pelvis_rotation", "caution")]),
        Row(name, (*up, *twist(25.0, pelvis_rotation=28.0)), FRONT, [("left", 25, "", 0)],
            [("pelvis_rotation", "stop")]),
        Row(name, (*up, *twist(25.0, trunk_lateral_flexion=18.0)), FRONT, [("left", 25, "", 0)],
            [("trunk_lateral_flexion", "caution")]),
        Row(name, (*up, *twist(-25.0, neck_rotation=-75.0)), FRONT, [("right", -25, "", 0)],
            [("neck_rotation", "caution")]),
    ]  # fmt: skip


# Braked within the limits: no angle is too far, and the last part of the range was reached too fast all the same.
BRAKED = further("trunk_rotation", -14.0, -38.0, 1.2)
BRAKED_TOLD: Passed = [("trunk_rotation_abrupt", "caution")]

SEATED = [
    Row("chair-twist", BRAKED, FRONT, [("right", -38, "", 0)], BRAKED_TOLD),
    Row("chair-twist-sideways", BRAKED, FRONT, [("right", -38, "", 0)], BRAKED_TOLD),
    Row("seated-twist-cross-legged", (UP, *BRAKED), FRONT, [("right", -38, "", 0)], BRAKED_TOLD),
    Row("seated-twist-one-leg-bent", (UP, *BRAKED), FRONT, [("right", -38, "", 0)], BRAKED_TOLD),
    Row("chair-twist", further("trunk_rotation", -14.0, -38.0, 2.0), FRONT, [("right", -38, "", 0)], []),
    *seated("chair-twist"),
    *seated("chair-twist-sideways"),
    *seated("chair-twist-leverage", UP, far=41.0, in_one_go=(TOO_FAR, ABRUPT)),
    *seated("seated-twist-cross-legged", UP, hips=22.0),
    *seated("seated-twist-one-leg-bent", UP, hips=22.0),
    Row("chair-twist", twist(-52.0), FRONT, [("right", -52, "", 0)],
        [("trunk_rotation", "stop"), ("trunk_rotation_abrupt", "stop")]),
    Row("chair-twist-leverage", (UP, *twist(44.0, 6.0)), FRONT, [("left", 44, "", 0)], [("trunk_rotation", "stop")]),
    Row("seated-twist-cross-legged", (UP, *twist(25.0, neck_rotation=-35.0)), FRONT, [("left", 25, "", 0)],
        [("head_turned_against_the_chest", "caution")]),
    Row("seated-twist-one-leg-bent", (UP, *twist(-25.0, neck_rotation=35.0)), FRONT, [("right", -25, "", 0)],
        [("head_turned_against_the_chest", "caution")]),
]  # fmt: skip

ACROSS = (*further("trunk_rotation", 14.0, 28.0, 2.0, 2.0)[:3], move(0.5, trunk_rotation=-28.0), hold(3.0), back())
STANDING = [
    Row("standing-twist", twist(40.0, 6.0), FRONT, [("left", 40, "", 0)], [("trunk_rotation", "caution")]),
    Row("standing-twist", twist(-47.0, 6.0), FRONT, [("right", -47, "", 0)], [("trunk_rotation", "stop")]),
    Row("standing-twist", further("trunk_rotation", -12.0, -37.0, 1.1), FRONT, [("right", -37, "", 0)],
        [("trunk_rotation", "caution"), ("trunk_rotation_abrupt", "caution")]),
    Row("standing-twist", (*ACROSS, hold(1.0)), FRONT, [("left", 28, "", 2), ("right", -28, "", 3)],
        [("trunk_rotation_speed", "stop"), ("whole_turn_speed", "stop"), ("rest_time", "caution")]),
    Row("standing-twist", BOUNCED, FRONT, [("right", -33, "", 0)], [("trunk_rotation_bounce", "stop")]),
    Row("standing-twist", twist(-28.0, trunk_inclination=18.0), OBLIQUE, [("right", -28, "", 0)],
        [("bent_forward_while_turned", "caution")]),
    Row("standing-twist", twist(28.0, trunk_inclination=-18.0), OBLIQUE, [("left", 28, "", 0)],
        [("leaning_back_while_turned", "stop")]),
    Row("standing-twist", twist(25.0, trunk_lateral_flexion=18.0), FRONT, [("left", 25, "", 0)],
        [("trunk_lateral_flexion", "caution")]),
    Row("standing-twist", twist(-25.0, neck_rotation=-75.0), FRONT, [("right", -25, "", 0)],
        [("neck_rotation", "caution")]),
    Row("standing-twist", (*twist(25.0, rest=0.1), *twist(-25.0)), FRONT,
        [("left", 25, "", 6), ("right", -25, "", 6)], [("rest_time", "caution")]),
    Row("standing-twist", twist(25.0, 3.0, pelvis_rotation=60.0), FRONT, [("left", 25, "", 0)],
        [("whole_turn", "caution"), ("pelvis_rotation", "caution")]),
]  # fmt: skip

TWISTS = [*WELL, *SEATED, *STANDING]


@pytest.mark.parametrize("row", TWISTS, ids=names(TWISTS))
def test_what_is_said_of_a_twist(row: Row) -> None:
    assert said(row) == (row.told, row.passed)
