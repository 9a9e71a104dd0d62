"""Every stretch that arches the back, done well and with each fault: exactly these repetitions, holds and events."""

import pytest

from research.datasets.coached_rows import Row, names, said
from research.datasets.coaching_leans import ARCHES


@pytest.mark.parametrize("row", ARCHES, ids=names(ARCHES))
def test_what_is_said_of_an_arched_back(row: Row) -> None:
    assert said(row) == (row.told, row.passed)
