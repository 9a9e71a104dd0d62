"""In which frames somebody is only briefly elsewhere."""

import numpy as np
import pytest

from posecheck.assessment.presence.spells import briefly_away
from posecheck.core.reasons import UnjudgedReason
from posecheck.measurement.readings import Readings

AWAY = int(UnjudgedReason.MOVED_AWAY)


@pytest.mark.parametrize(("away_s", "times", "counted"), [(4.0, 1, False), (12.0, 1, True), (1.0, 3, True)])
def test_coming_and_going_is_not_counted_as_unjudged_unless_it_is_long_or_frequent(
    away_s: float, times: int, counted: bool
) -> None:
    reason = np.zeros((600, 3), np.uint8)
    for i in range(times):
        reason[50 + 90 * i : 50 + 90 * i + int(10 * away_s)] = AWAY
    nothing = np.zeros((600, 3))
    away = briefly_away(Readings(np.arange(600) / 10.0, nothing, nothing, reason))
    assert away.any() != counted
