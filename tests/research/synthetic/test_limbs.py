"""Two-bone limbs bend where their angles say, whatever the lengths of their bones."""

import numpy as np
import pytest

from research.synthetic.anatomy.limbs import bent, limb_rest, solve

FORWARD, DOWN = np.array([1.0, 0.0, 0.0]), np.array([0.0, -1.0, 0.0])
HINGE = np.array([0.0, 0.0, -1.0])


@pytest.mark.parametrize("shank_m", [0.34, 0.38, 0.40, 0.42, 0.48])
@pytest.mark.parametrize("flexion", [0.0, 10.0, 90.0, 130.0, 140.0, 146.0, 150.0, 152.0])
def test_a_knee_is_where_the_thigh_points_however_long_the_shank(shank_m: float, flexion: float) -> None:
    thigh_m = 0.34
    rest = limb_rest(np.zeros(3), thigh_m * DOWN, (thigh_m + shank_m) * DOWN, HINGE)
    upper, lower, end = solve(rest, bent(rest, FORWARD, DOWN, flexion))
    if flexion == 0.0:
        # A leg is never drawn quite straight.
        assert upper @ rest.upper == pytest.approx(FORWARD, abs=0.05)
        return
    assert upper @ rest.upper == pytest.approx(FORWARD, abs=1e-6)
    bend = np.radians(flexion)
    assert lower @ rest.lower == pytest.approx(np.cos(bend) * FORWARD + np.sin(bend) * DOWN, abs=1e-6)
    assert end == pytest.approx(thigh_m * (upper @ rest.upper) + shank_m * (lower @ rest.lower), abs=1e-6)
