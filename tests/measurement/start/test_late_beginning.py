"""What a recording is counted from that begins in the middle of the first repetition, as people trim them."""

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import FAMILIES, INDEX
from posecheck.measurement.start.choice import choose_neutral
from posecheck.stretches.library import find_stretch
from posecheck.stretches.stretch import Stretch
from research.datasets.coaching import ROWS
from research.datasets.seen import key, load, to_be_seen


def _script(name: str) -> tuple[PoseTrack, Stretch]:
    row = next(row for row in to_be_seen(ROWS) if key(row) == name)
    return load(row)[0], find_stretch(row.name)


def _from(track: PoseTrack, begin_s: float) -> PoseTrack:
    return track.slice(int(np.searchsorted(track.time_s, begin_s)), len(track))


@pytest.mark.parametrize(
    ("name", "from_s"),
    [
        ("seated-overhead-reach-0bdb52b2", 2.0),
        ("seated-overhead-reach-0bdb52b2", 3.7),
        ("knees-to-chest-c6695003", 3.8),
        ("lunge-0ac455ab", 2.0),
        ("lunge-0ac455ab", 3.7),
        ("butterfly-c7cf7e48", 3.6),
        ("childs-pose-bce7d485", 2.0),
        ("chair-twist-sideways-dbd9d211", 2.05),
        ("chair-lean-back-a6610d04", 2.05),
    ],
)
def test_a_recording_that_begins_late_is_not_counted_from_the_end_position(name: str, from_s: float) -> None:
    track, stretch = _script(name)
    rows = [INDEX[name] for name in FAMILIES.get(stretch.followed[0], stretch.followed[:1])]
    whole, trimmed = (judge(part, stretch) for part in (track, _from(track, from_s)))
    assert trimmed.neutral is not None
    shown = np.fmax.reduce(whole.judged.readings.value[:, rows], axis=1)
    far = np.abs(shown - np.nanmedian(shown[track.time_s < 1.5]))
    taken = (track.time_s >= trimmed.neutral.start_s) & (track.time_s <= trimmed.neutral.end_s)
    assert np.nanmedian(far[taken]) < 0.35 * np.nanmax(far)


def test_a_stop_of_a_reach_is_raised_though_the_recording_begins_with_raised_arms() -> None:
    track, stretch = _script("seated-overhead-reach-0bdb52b2")
    levels = {event.level for event in judge(_from(track, 3.7), stretch).events}
    assert "stop" in levels


def test_a_stretch_that_follows_no_angle_has_a_neutral_too() -> None:
    track, _ = _script("chair-twist-ea02d5ca")
    assert choose_neutral(track, find_stretch("bear-hug")) is not None
