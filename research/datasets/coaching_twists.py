"""Scripts of twists of the trunk, sitting and standing, with the exact expected output of each; see coached_rows.py."""

from dataclasses import replace

from research.datasets.coached import back, bounce, hold, move
from research.datasets.coached_rows import FRONT, OBLIQUE, Row, Told, further, twist
from research.synthetic.scene.motion import Step

LEFT: Told = [("left", 28, "", 6)]
RIGHT: Told = [("right", -27, "", 6)]
BOTH = (*twist(28.0), *twist(-27.0))
BOUNCED = (move(2.0, trunk_rotation=-22.0), bounce(-14.0, 4.0, "trunk_rotation"), back(), hold(1.0))
CREEPING = (move(2.0, trunk_rotation=16.0), move(6.0, trunk_rotation=34.0), back(), hold(1.0))
FLUNG_BACK = (move(2.0, trunk_rotation=-30.0), hold(6.0), move(0.5, trunk_rotation=0.0), hold(1.5))
# At 80 % of the caution limit, that is 32 degrees, such a turn still moves at 55 degrees per second.
ABRUPT, TOO_FAR = ("trunk_rotation_abrupt", "stop"), ("trunk_rotation", "stop")


def armed(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return a turn during which the arms move to where the stretch wants them, and back afterwards."""
    first, *rest = steps
    home = [replace(s, to=dict(s.to) | {"amount": 0.0}) if s.to.get("trunk_rotation") == 0.0 else s for s in rest]
    return (replace(first, to={"amount": 1.0} | dict(first.to)), *home)


WELL = [
    Row("chair-twist", BOTH, FRONT, LEFT + RIGHT, []),
    Row("chair-twist-sideways", BOTH, FRONT, LEFT + RIGHT, []),
    Row("chair-twist-leverage", armed(twist(28.0)), FRONT, LEFT, []),
    Row("chair-twist-leverage", armed(twist(-27.0)), FRONT, RIGHT, []),
    Row("seated-twist-cross-legged", armed(twist(28.0)), FRONT, LEFT, []),
    Row("seated-twist-cross-legged", armed(twist(-27.0)), FRONT, RIGHT, []),
    Row("seated-twist-one-leg-bent", armed(twist(28.0)), FRONT, LEFT, []),
    Row("seated-twist-one-leg-bent", armed(twist(-27.0)), FRONT, RIGHT, []),
    Row("standing-twist", BOTH, FRONT, LEFT + RIGHT, []),
    Row("chair-twist", twist(10.0), FRONT, [("left", 10, "short_of_target", 0)], []),
]


def seated(name: str, arms: bool = False, far: float = 42.0, hips: float = 18.0) -> list[Row]:
    """Return the scripts that all seated twists share.

    Args:
        name: The stretch.
        arms: Whether the arms move into a position during the turn.
        far: A trunk rotation between caution and stop, degrees.
        hips: A pelvis rotation between caution and stop, degrees.
    """
    rows = [
        (twist(far, 6.0), FRONT, ("left", round(far), "", 0), ["trunk_rotation caution"]),
        (twist(-60.0, 6.0, home=4.0), FRONT, ("right", -60, "", 0), ["trunk_rotation stop"]),
        (further("trunk_rotation", -14.0, -60.0, 2.2, home=4.0), FRONT, ("right", -60, "", 0),
         ["trunk_rotation stop", "trunk_rotation_abrupt caution"]),
        (twist(30.0, 0.5), FRONT, ("left", 30, "", 6), ["trunk_rotation_speed caution"]),
        (FLUNG_BACK, FRONT, ("right", -30, "", 6), ["trunk_rotation_speed caution"]),
        (BOUNCED, FRONT, ("right", -36, "", 0), ["trunk_rotation_bounce stop"]),
        (CREEPING, FRONT, ("left", 34, "", 6), ["trunk_rotation_steadiness caution"]),
        (twist(-28.0, trunk_inclination=19.0), OBLIQUE, ("right", -28, "", 0), ["bent_forward_while_turned caution"]),
        (twist(28.0, trunk_inclination=-18.0), OBLIQUE, ("left", 28, "", 0), ["leaning_back_while_turned stop"]),
        (twist(-25.0, pelvis_rotation=-hips), FRONT, ("right", -25, "", 0), ["pelvis_rotation caution"]),
        (twist(25.0, pelvis_rotation=28.0), FRONT, ("left", 25, "", 0), ["pelvis_rotation stop"]),
        (twist(25.0, trunk_lateral_flexion=18.0), FRONT, ("left", 25, "", 0), ["trunk_lateral_flexion caution"]),
        (twist(-25.0, neck_rotation=-75.0), FRONT, ("right", -25, "", 0), ["neck_rotation caution"]),
    ]  # fmt: skip
    return [
        Row(
            name,
            armed(steps) if arms else steps,
            azimuth,
            [told],
            [(key, level) for key, level in map(str.split, passed)],
        )
        for steps, azimuth, told, passed in rows
    ]


# Braked within the limits: neither is an angle too large nor is the last part of the range reached too fast.
BRAKED = further("trunk_rotation", -14.0, -38.0, 1.2)
BENT, CROSSED = "seated-twist-one-leg-bent", "seated-twist-cross-legged"

SEATED = [
    Row("chair-twist", BRAKED, FRONT, [("right", -38, "", 0)], []),
    Row("chair-twist-sideways", BRAKED, FRONT, [("right", -38, "", 0)], []),
    Row(CROSSED, armed(BRAKED), FRONT, [("right", -38, "", 0)], []),
    Row(BENT, armed(BRAKED), FRONT, [("right", -38, "", 0)], []),
    Row("chair-twist", further("trunk_rotation", -14.0, -38.0, 2.0), FRONT, [("right", -38, "", 0)], []),
    *seated("chair-twist"),
    *seated("chair-twist-sideways"),
    *seated("chair-twist-leverage", True, far=41.0),
    *seated(CROSSED, True, hips=22.0),
    *seated(BENT, True, hips=22.0),
    Row("chair-twist", twist(-60.0, home=4.0), FRONT, [("right", -60, "", 0)], [TOO_FAR, ABRUPT]),
    Row("chair-twist-leverage", armed(twist(44.0, 6.0)), FRONT, [("left", 44, "", 0)], [TOO_FAR]),
    Row(CROSSED, armed(twist(25.0, neck_rotation=-35.0)), FRONT, [("left", 25, "", 0)],
        [("head_turned_against_the_chest", "caution")]),
    Row(BENT, armed(twist(-25.0, neck_rotation=35.0)), FRONT, [("right", -25, "", 0)],
        [("head_turned_against_the_chest", "caution")]),
]  # fmt: skip

SWUNG = (move(2.0, trunk_rotation=-20.0), bounce(-12.0, 4.0, "trunk_rotation"), back(), hold(1.0))
ACROSS = (*further("trunk_rotation", 14.0, 28.0, 2.0, 2.0)[:3], move(0.5, trunk_rotation=-28.0), hold(3.0), back())
STANDING = [
    Row("standing-twist", twist(40.0, 6.0), FRONT, [("left", 40, "", 0)], [("trunk_rotation", "caution")]),
    Row("standing-twist", twist(-60.0, 6.0, home=4.0), FRONT, [("right", -60, "", 0)], [TOO_FAR]),
    Row("standing-twist", further("trunk_rotation", -12.0, -60.0, 2.2, home=4.0), FRONT, [("right", -60, "", 0)],
        [TOO_FAR, ("trunk_rotation_abrupt", "caution")]),
    Row("standing-twist", (*ACROSS, hold(1.0)), FRONT, [("left", 28, "", 2), ("right", -28, "", 3)],
        [("trunk_rotation_speed", "stop"), ("whole_turn_speed", "stop"), ("rest_time", "caution")]),
    Row("standing-twist", SWUNG, FRONT, [("right", -32, "", 0)], [("trunk_rotation_bounce", "stop")]),
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
