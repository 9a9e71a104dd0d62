"""Every twist in sitting and standing, done well and with each fault: exactly these repetitions, holds and events."""

import pytest

from research.datasets.coached_rows import Row, names, said
from research.datasets.coaching_twists import TWISTS


@pytest.mark.parametrize("row", TWISTS, ids=names(TWISTS))
def test_what_is_said_of_a_twist(row: Row) -> None:
    assert said(row) == (row.told, row.passed)
