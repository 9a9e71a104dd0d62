"""The first neutral of a session is the same whether frames come singly or all at once."""

import pytest

from posecheck.core.pose import PoseTrack
from posecheck.kinematics.neutral import MAX_S, Neutral
from posecheck.measurement.start.search import NeutralSearch
from posecheck.stretches.library import find_stretch
from tests.support.people import Posture, track_of

pytestmark = pytest.mark.usefixtures("plain_geometry")

CHAIR = find_stretch("chair-twist")
RESTLESS = [Posture(inclination=20.0 * (i % 30) / 30) for i in range(150)]


def search(track: PoseTrack, block: int) -> tuple[Neutral | None, NeutralSearch]:
    search_ = NeutralSearch(CHAIR)
    for first in range(0, len(track), block):
        neutral = search_.update(track.slice(first, min(first + block, len(track))))
        if neutral is not None:
            return neutral, search_
    return None, search_


@pytest.mark.parametrize("block", [1, 10])
def test_frames_in_blocks_give_the_neutral_of_the_whole(block: int) -> None:
    track = track_of([*RESTLESS, *[Posture()] * 90, *[Posture(inclination=2.0 * i) for i in range(20)]])
    whole, _ = search(track, len(track))
    found, search_ = search(track, block)
    assert whole is not None
    assert found is not None
    assert (found.start_s, found.end_s) == (whole.start_s, whole.end_s)
    assert search_.waiting is None


def test_only_the_newest_frames_wait() -> None:
    found, search_ = search(track_of(RESTLESS), 10)
    assert found is None
    assert search_.waiting is not None
    assert search_.waiting.time_s[-1] - search_.waiting.time_s[0] <= MAX_S + 0.5
