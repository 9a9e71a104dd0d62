"""Scores of the RMDQ-24: kept by day, compared with the first by published changes."""

from datetime import timedelta

import pytest

from posecheck.history import HistoryError, Score, Store
from posecheck.history.disability import BETTER, MUCH_BETTER, NO_CHANGE, TOO_FEW, WORSE, change
from tests.support.histories import NOON

DAY = NOON.date()


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([14], TOO_FEW),
        ([14, 10], NO_CHANGE),
        ([14, 18], NO_CHANGE),
        ([14, 9], MUCH_BETTER),
        ([14, 19], WORSE),
        # Five points of a high score are more than chance, but less than 30 % of it.
        ([20, 15], BETTER),
        ([20, 14], MUCH_BETTER),
        # From a low score nothing can be told by which it fell.
        ([4, 0], NO_CHANGE),
        # The newest counts against the first, whatever lies between.
        ([14, 2, 13], NO_CHANGE),
    ],
)
def test_a_change_counts_from_the_published_one_on(points: list[int], said: str) -> None:
    assert change([Score(DAY + timedelta(days=i), n) for i, n in enumerate(points)]) == said


def test_scores_are_kept_by_day_oldest_first(store: Store) -> None:
    late = Score(DAY + timedelta(days=30), 7)
    store.keep_score(late, "Anna")
    store.keep_score(Score(DAY, 41 // 2), "Anna")
    store.keep_score(Score(DAY, 12), "Anna")
    store.keep_score(Score(DAY, 3), "Bo")
    assert store.scores("Anna") == [Score(DAY, 12), late]
    assert store.scores("nobody") == []
    store.drop_score(DAY, "Anna")
    assert store.scores("Anna") == [late]
    assert store.scores("Bo") == [Score(DAY, 3)]
    with pytest.raises(HistoryError, match="expected one of Anna of 2026-05-04, found none"):
        store.drop_score(DAY, "Anna")


@pytest.mark.parametrize("points", [-1, 25])
def test_there_are_24_sentences(store: Store, points: int) -> None:
    with pytest.raises(HistoryError, match="from 0 to 24"):
        store.keep_score(Score(DAY, points), "Anna")
    assert store.people() == []
