"""Movement follows its plan; events follow their limits; bodies follow their parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research.synthetic.anatomy.body import Shape, make_body, target_weights
from research.synthetic.anatomy.limbs import Reach, limb_rest, solve
from research.synthetic.output.events import find_events, slope
from research.synthetic.scene.motion import Step, curves
from research.synthetic.scene.scene import Limit

FPS = 50.0


def test_a_move_peaks_at_the_asked_speed() -> None:
    made = curves((Step("neutral", seconds=1.0), Step("move", to={"trunk_rotation": 40.0}, speed_deg_s=50.0)), FPS)
    angle = made.values["trunk_rotation"]
    assert angle[-1] == pytest.approx(40.0, abs=0.5)
    assert (np.diff(angle) * FPS).max() == pytest.approx(50.0, rel=0.03)
    assert made.neutral_s == (0.0, 1.0)


def test_a_return_goes_back_to_zero_and_a_bounce_comes_back() -> None:
    steps = (
        Step("move", to={"trunk_rotation": 30.0}, seconds=1.0),
        Step("bounce", times=2.0, size_deg=10.0),
        Step("return", seconds=1.0),
        Step("hold", seconds=0.2),
    )
    angle = curves(steps, FPS).values["trunk_rotation"]
    assert angle.max() == pytest.approx(40.0, abs=0.6)
    assert abs(angle[-1]) < 0.05


def test_an_event_is_half_open_and_has_its_worst() -> None:
    angle = np.concatenate([np.zeros(50), np.linspace(0.0, -60.0, 50), np.full(50, -60.0), np.linspace(-60.0, 0.0, 50)])
    neutral = np.arange(200) < 40
    found = find_events({"trunk_rotation": angle}, {"trunk_rotation": Limit(stop=45.0)}, FPS, neutral)
    assert [e.level for e in found] == ["stop"]
    first, last = round(found[0].start_s * FPS), round(found[0].end_s * FPS)
    assert angle[first] < -45.0 <= angle[first - 1]
    assert angle[last] >= -42.0 > angle[last - 1]
    assert found[0].worst == pytest.approx(-60.0)
    left_only = {"trunk_rotation": Limit(stop=45.0, direction=1.0)}
    assert find_events({"trunk_rotation": angle}, left_only, FPS, neutral) == []


def test_an_offset_at_neutral_is_taken_off() -> None:
    angle = np.concatenate([np.full(50, 4.0), np.full(50, 27.0)])
    neutral = np.arange(100) < 50
    for from_neutral, count in ((True, 0), (False, 1)):
        limits = {"trunk_inclination": Limit(stop=25.0, from_neutral=from_neutral)}
        assert len(find_events({"trunk_inclination": angle}, limits, FPS, neutral)) == count


def test_the_slope_of_a_ramp_is_its_speed() -> None:
    assert slope(np.arange(100) / FPS * 30.0, FPS)[50] == pytest.approx(30.0)


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_any_body_is_symmetric_and_of_human_size(g: float, a: float, w: float, m: float, h: float) -> None:
    body = make_body(Shape(gender=g, age=a, weight=w, muscle=m, height=h))
    assert 1.3 < body.stature_m < 2.1
    for name, point in body.points.items():
        if name.endswith(".L"):
            other = body.points[name[:-1] + "R"]
            np.testing.assert_allclose(point * np.array([1.0, 1.0, -1.0]), other, atol=1e-9)


def test_the_weights_of_ancestry_and_age_sum_to_one() -> None:
    weights = target_weights(Shape(gender=0.3, age=0.6, ancestry=(2.0, 1.0, 1.0)))
    kinds = ("african", "asian", "caucasian")
    assert sum(v for k, v in weights.items() if k.startswith(kinds)) == pytest.approx(1.0)


@settings(max_examples=50, deadline=None)
@given(st.tuples(*[st.floats(-0.4, 0.4)] * 3), st.tuples(*[st.floats(-1, 1)] * 3))
def test_a_limb_reaches_what_is_in_reach(end: tuple[float, ...], pole: tuple[float, ...]) -> None:
    rest = limb_rest(np.zeros(3), np.array([0.02, -0.3, 0.0]), np.array([0.1, -0.55, 0.0]))
    target = np.array(end)
    distance = float(np.linalg.norm(target))
    sideways = np.linalg.norm(np.cross(target, np.array(pole)))
    if not 0.1 < distance < 0.54 or sideways < 1e-3:
        return
    upper, lower, reached = solve(rest, Reach(target, np.array(pole)))
    np.testing.assert_allclose(reached, target, atol=1e-9)
    chain = upper @ rest.upper * rest.upper_m + lower @ rest.lower * rest.lower_m
    np.testing.assert_allclose(chain, target, atol=1e-7)
    for turn in (upper, lower):
        np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-9)
