"""The good performances drawn anew: nothing in them is a mistake, and their landmarks are kept."""

import pytest

from research.datasets.coached_rows import Row, said
from research.datasets.coaching import ROWS
from research.datasets.good_forms import HOW_MANY, good_forms
from research.datasets.seen import kept, key

FORMS = good_forms()


def test_there_are_fifty_of_every_kind_and_none_is_a_script() -> None:
    assert len({key(row) for row in FORMS}) == HOW_MANY == 50
    assert not {key(row) for row in FORMS} & {key(row) for row in ROWS}
    assert {row.name for row in FORMS} == {row.name for row in ROWS if not row.passed and row.told}
    assert all(kept(row) for row in FORMS)


@pytest.mark.parametrize("row", FORMS[::4], ids=key)
def test_by_its_true_angles_nothing_is_raised(row: Row) -> None:
    told, passed = said(row)
    assert not passed
    assert told
    assert not any(why for _, _, why, _ in told)
