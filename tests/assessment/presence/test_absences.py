"""How long an angle could not be judged: what flickers is one absence, and live says what a recording says."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.assessment.presence.absences import UnjudgedTracker
from posecheck.core.reasons import UnjudgedReason

J, H, V, N = (
    int(UnjudgedReason.JUDGED),
    int(UnjudgedReason.HIDDEN),
    int(UnjudgedReason.VIEW),
    int(UnjudgedReason.NOBODY),
)


def absences(reasons: list[int], fps: float = 10.0, one_by_one: bool = False) -> list[tuple[float, float, int]]:
    time_s = np.arange(len(reasons)) / fps
    why = np.array(reasons, np.uint8)
    absence = UnjudgedTracker()
    if one_by_one:
        ended = [item for i in range(len(why)) for item in absence.update(time_s[i : i + 1], why[i : i + 1])]
    else:
        ended = absence.update(time_s, why)
    ended += absence.finish(len(reasons) / fps)
    return [(round(start, 3), round(end, 3), reason) for start, end, reason in ended]


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ([J] * 20, []),
        ([J] * 5 + [H] * 4 + [J] * 5, []),
        ([J] * 5 + [H] * 5 + [J] * 5, [(0.5, 1.0, H)]),
        ([J] * 5 + [H, H, V] * 4 + [J] * 5, [(0.5, 1.7, H)]),  # flicker between reasons is one absence
        ([J] * 5 + [H] * 8 + [V] * 9 + [J] * 5, [(0.5, 1.3, H), (1.3, 2.2, V)]),  # reasons that last are two
        ([J] * 5 + [H, H, H, J] * 5 + [J] * 5, [(0.5, 2.4, H)]),  # judged too briefly to warn of anything
        ([J] * 5 + [H] * 6 + [J] * 4 + [H] * 6, [(0.5, 1.1, H), (1.5, 2.1, H)]),
        ([N] * 2 + [H] * 9, [(0.0, 1.1, H)]),
        ([J] * 3 + [V] * 10, [(0.3, 1.3, V)]),
    ],
)
def test_absences(reasons: list[int], expected: list[tuple[float, float, int]]) -> None:
    assert absences(reasons) == expected


@given(st.lists(st.sampled_from([J, J, H, V]), max_size=60))
def test_one_frame_at_a_time_gives_what_all_at_once_give_and_nothing_long_is_lost(reasons: list[int]) -> None:
    found = absences(reasons)
    assert found == absences(reasons, one_by_one=True)
    assert all(end - start > 0 for start, end, _ in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    covered = np.zeros(len(reasons), bool)
    for start, end, _ in found:
        covered[round(start * 10) : round(end * 10)] = True
    runs = "".join("." if why == J else "x" for why in reasons)
    long = [i for part in re.finditer("x{6,}", runs) for i in range(*part.span())]
    assert covered[long].all()
