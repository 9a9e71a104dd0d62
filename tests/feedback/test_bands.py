"""Bands on a scale: in order, on the sides they belong to, and never outside what is drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.feedback.bands import bands, scale, whole
from posecheck.stretches.library import find_stretch
from posecheck.stretches.ranges import AngleRange

READINGS = np.array([np.nan, -20.0, 30.0])


@pytest.fixture
def turn() -> AngleRange:
    return find_stretch("chair-twist").range("trunk_rotation")


def test_a_magnitude_has_its_bands_on_both_sides(turn: AngleRange) -> None:
    ends = scale(READINGS, turn, margin=0.1)
    assert ends == (-45.0 - 9.0, 45.0 + 9.0)
    held = list(bands(turn, ends))
    assert [(band.name, band.edge, band.amount) for band in held] == [
        ("target", 15.0, 15.0),
        ("caution", 40.0, 40.0),
        ("stop", 45.0, 45.0),
        ("target", -15.0, 15.0),
        ("caution", -40.0, 40.0),
        ("stop", -45.0, 45.0),
    ]
    assert [(band.low, band.high) for band in held[3:]] == [(-35.0, -15.0), (-45.0, -40.0), (-54.0, -45.0)]


def test_a_limit_below_reaches_down(turn: AngleRange) -> None:
    under = turn.model_copy(update={"along": "signed", "limit": "under", "target": None, "caution": 8.0, "stop": 4.0})
    ends = scale(np.array([3.0, 12.0]), under, margin=0.1)
    assert [(band.name, band.low, band.high) for band in bands(under, ends)] == [
        ("caution", 4.0, 8.0),
        ("stop", 0.0, 4.0),
    ]


def test_a_lower_limit_of_a_magnitude_is_around_zero(turn: AngleRange) -> None:
    under = turn.model_copy(update={"limit": "under", "target": (10.0, 20.0), "caution": 8.0, "stop": 4.0})
    assert sorted((band.low, band.high, band.name) for band in bands(under, (-30.0, 30.0))) == [
        (-20.0, -10.0, "target"),
        (-8.0, -4.0, "caution"),
        (-4.0, 0.0, "stop"),
        (0.0, 4.0, "stop"),
        (4.0, 8.0, "caution"),
        (10.0, 20.0, "target"),
    ]


def test_the_outermost_band_has_no_end_and_caution_ends_at_stop() -> None:
    lean = find_stretch("standing-extension-hands-behind-head").range("trunk_inclination")
    found = [(band.name, band.low, band.high) for band in whole(lean)]
    assert lean.along == "negative"
    assert lean.caution is not None
    assert lean.stop is not None
    assert found[-2:] == [("caution", -lean.stop, -lean.caution), ("stop", -np.inf, -lean.stop)]


@given(st.lists(st.floats(-180, 180) | st.just(float("nan")), max_size=5))
def test_the_scale_holds_everything_and_zero(readings: list[float]) -> None:
    item = find_stretch("standing-extension-hands-behind-head").range("trunk_inclination")
    low, high = scale(np.array(readings, float), item, margin=0.1)
    assert low <= 0 < high
    assert all(low <= v <= high for v in readings if v == v)
    assert all(low <= band.low < band.high <= high for band in bands(item, (low, high)))
