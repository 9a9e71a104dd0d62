"""Scripts of leans back and arches, with the exact expected output of each; see coached_rows.py."""

from research.datasets.coached import back, bounce, hold, move
from research.datasets.coached_rows import OBLIQUE, SIDE, UP, Row, further, lean, once

HAND, HEAD, CHAIR = "standing-extension-hand-press", "standing-extension-hands-behind-head", "chair-lean-back"
INCLINED = "trunk_inclination"
UP_TOO_FAST = ("speed_coming_up", "caution")


def leaning(name: str, far: float, much: float) -> list[Row]:
    """Return the scripts that all leans back share.

    Args:
        name: The stretch.
        far: A good inclination backward, degrees.
        much: An inclination between caution and stop, degrees.
    """
    good = -round(far)
    return [
        Row(name, lean(much, 5.0), SIDE, [("", -round(much), "", 0)], [(INCLINED, "caution")]),
        Row(name, lean(30.0, 6.0), SIDE, [("", -30, "", 0)], [(INCLINED, "stop")]),
        Row(name, lean(far, held=4.0, trunk_rotation=12.5), OBLIQUE, [("", good, "", 0)],
            [("turned_while_leaning_back", "caution")]),
        Row(name, lean(far, held=4.0, trunk_rotation=-18.0), OBLIQUE, [("", good, "", 0)],
            [("turned_while_leaning_back", "stop")]),
        Row(name, lean(far, held=4.0, trunk_lateral_flexion=18.0), OBLIQUE, [("", good, "", 0)],
            [("trunk_lateral_flexion", "caution")]),
        Row(name, lean(far, held=4.0, neck_flexion=-37.0), SIDE, [("", good, "", 0)],
            [("neck_tipped_back", "caution")]),
        Row(name, lean(far, held=4.0, neck_flexion=54.0), SIDE, [("", good, "", 0)],
            [("neck_bent_forward", "caution")]),
        Row(name, (UP, move(2.0, trunk_inclination=-10.0), bounce(-9.0, 4.0, INCLINED), back(), hold(1.0)), SIDE,
            [("", -19, "", 1)], [("trunk_inclination_bounce", "stop")]),
    ]  # fmt: skip


LEANS = [
    Row(HAND, lean(14.0, held=11.0), SIDE, [("", -14, "", 12)], []),
    Row(HEAD, lean(11.0, held=21.0), SIDE, [("", -11, "", 22)], []),
    Row(CHAIR, lean(11.0), SIDE, [("", -11, "", 7)], []),
    *leaning(HAND, 14.0, 23.4),
    *leaning(HEAD, 11.0, 22.4),
    *leaning(CHAIR, 11.0, 22.4),
    Row(HAND, (UP, *further(INCLINED, 15.0, -13.0, 0.6, 4.0)), SIDE, [("", -13, "", 4)],
        [("speed_bending_back", "caution")]),
    Row(HEAD, (UP, *further(INCLINED, 15.0, -13.0, 0.6, 4.0)), SIDE, [("", -13, "", 4)],
        [("speed_bending_back", "caution")]),
    Row(CHAIR, (UP, *further(INCLINED, 8.0, -13.0, 0.6, 4.0)), SIDE, [("", -13, "", 4)],
        [("speed_bending_back", "caution")]),
    Row(CHAIR, (UP, *further(INCLINED, 15.0, -13.0, 0.6, 4.0)), SIDE, [("", -13, "", 4)],
        [("speed_bending_back", "stop")]),
    # Within the limits the way up is too short to become too fast. Pressing the hips forward also opens them.
    Row(HAND, lean(34.0, 6.0, 3.0, 0.4), SIDE, [("", -34, "", 0)],
        [(INCLINED, "stop"), ("hips_opening", "caution"), ("hips_opening", "caution"), UP_TOO_FAST]),
    Row(HEAD, lean(34.0, 4.0, 3.0, 0.4), SIDE, [("", -34, "", 0)], [(INCLINED, "stop"), UP_TOO_FAST]),
    Row(CHAIR, lean(34.0, 6.0, 3.0, 0.4), SIDE, [("", -34, "", 0)], [(INCLINED, "stop"), UP_TOO_FAST]),
    # The 4 degrees between the end of range and caution pass before a speed is known; past the stop it is reported.
    Row(HAND, (UP, *further(INCLINED, -8.0, -30.0, 1.2, 4.0)), SIDE, [("", -30, "", 0)],
        [(INCLINED, "stop"), ("trunk_inclination_abrupt", "stop")]),
    Row(HEAD, (UP, *further(INCLINED, -6.0, -24.0, 1.0, 4.0)), SIDE, [("", -24, "", 1)],
        [(INCLINED, "caution"), ("trunk_inclination_abrupt", "caution")]),
    Row(CHAIR, (UP, *further(INCLINED, -6.0, -24.0, 1.0, 4.0)), SIDE, [("", -24, "", 0)],
        [(INCLINED, "caution"), ("trunk_inclination_abrupt", "caution")]),
    Row(HAND, (UP, *further(INCLINED, -4.0, -21.0, 6.0, 4.0)), SIDE, [("", -21, "", 8)],
        [("trunk_inclination_steadiness", "caution")]),
    Row(HEAD, (UP, *further(INCLINED, -3.0, -18.0, 6.0, 4.0)), SIDE, [("", -18, "", 9)],
        [("trunk_inclination_steadiness", "caution")]),
    Row(CHAIR, (UP, *further(INCLINED, -3.0, -18.0, 6.0, 4.0)), SIDE, [("", -18, "", 8)],
        [("trunk_inclination_steadiness", "caution")]),
]  # fmt: skip

PRONE = [
    Row("prone-arch", once(held=6.0, amount=0.8), SIDE, [("", -20, "", 7)], []),
    Row("prone-arch", once(5.0, 6.0, 5.0, trunk_flexion=-14.0), SIDE, [("", -34, "", 0)], [(INCLINED, "caution")]),
    Row("prone-arch", once(5.0, 6.0, 6.0, trunk_flexion=-40.0), SIDE, [("", -53, "", 0)], [(INCLINED, "stop")]),
    Row("prone-arch", once(0.6, 6.0, amount=0.8), SIDE, [("", -20, "", 6)], [("speed_bending_back", "caution")]),
    Row("prone-arch", once(3.0, 6.0, 0.6, amount=0.8), SIDE, [("", -20, "", 6)], [UP_TOO_FAST]),
    Row("prone-arch", (move(3.0, amount=0.5), move(1.0, amount=1.3), hold(6.0), back(4.0), hold(1.0)), SIDE,
        [("", -32, "", 1)],
        [("speed_bending_back", "caution"), (INCLINED, "caution"), ("trunk_inclination_abrupt", "caution")]),
    Row("prone-arch", (move(3.0, amount=0.7), bounce(-9.0, 4.0, INCLINED), back(3.0), hold(1.0)), SIDE,
        [("", -26, "", 1)], [("trunk_inclination_bounce", "stop")]),
    Row("prone-arch", (move(3.0, amount=0.5), move(5.0, amount=1.0), back(3.0), hold(1.0)), SIDE,
        [("", -25, "", 6)], [("trunk_inclination_steadiness", "caution")]),
    Row("prone-arch", once(4.0, 6.0, 5.0, amount=0.8, pelvis_pitch=-8.0), SIDE, [("", -28, "", 0)],
        [("hips_lifting", "caution")]),
    Row("prone-arch", once(held=3.0, amount=0.8, neck_flexion=-32.0), SIDE, [("", -20, "", 0)],
        [("neck_tipped_back", "caution")]),
    Row("prone-arch", once(4.0, 6.0, amount=0.8, neck_flexion=63.0), SIDE, [("", -20, "", 0)],
        [("neck_bent_forward", "caution")]),
]  # fmt: skip

ARCHES = [*LEANS, *PRONE]
