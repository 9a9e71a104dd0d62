"""Every stretch that is neither a twist in sitting nor an arch, done well and with each fault, likewise exactly."""

import pytest

from research.datasets.coached_rows import Row, names, said
from research.datasets.coaching_others import OTHERS


@pytest.mark.parametrize("row", OTHERS, ids=names(OTHERS))
def test_what_is_said_of_another_stretch(row: Row) -> None:
    assert said(row) == (row.told, row.passed)
