"""A session that reads only the angles of its stretch judges as one that reads all of them."""

import numpy as np
import pytest

from posecheck.assessment.session import Session
from posecheck.kinematics.angles import measure
from posecheck.kinematics.neutral import neutral_of
from posecheck.stretches.library import find_stretch
from research.harness.replayed import ROOT, true_track

CLIPS = {
    "standing-extension-too-far": "standing-extension-hands-behind-head",
    "chair-twist-over-rotation": "chair-twist",
    "childs-pose": "childs-pose",
    "lunge": "lunge",
    "knees-to-chest": "knees-to-chest",
}


@pytest.mark.parametrize(("clip", "name"), CLIPS.items())
def test_the_judgement_does_not_rest_on_other_angles(clip: str, name: str) -> None:
    track = true_track(ROOT / "sample_videos" / f"{clip}.truth.json")
    stretch = find_stretch(name)
    whole, narrow = Session(stretch), Session(stretch, every_angle=False)
    for at in range(0, min(len(track), 360), 3):
        part = track.slice(at, min(len(track), at + 3))
        one, other = whole.update(part), narrow.update(part)
        for field in ("signed", "levels", "lasting", "hold_s"):
            np.testing.assert_allclose(getattr(one, field), getattr(other, field), rtol=1e-9, err_msg=field)
        assert list(one.phase) == list(other.phase)
        assert (one.flags, repr(one.events), repr(one.repetitions)) == (
            other.flags, repr(other.events), repr(other.repetitions)
        )  # fmt: skip
        rows = list(stretch.primary_rows)
        np.testing.assert_allclose(one.readings.error[:, rows], other.readings.error[:, rows], rtol=1e-9)
        assert (one.readings.reason[:, rows] == other.readings.reason[:, rows]).all()
    assert whole.moment() == narrow.moment()


def test_rows_that_are_not_wanted_are_not_measured() -> None:
    track = true_track().slice(0, 2)
    all_rows, some = measure(track), measure(track, rows=frozenset({0, 3}))
    np.testing.assert_array_equal(all_rows[:, [0, 3]], some[:, [0, 3]])
    assert np.isnan(some[:, [i for i in range(some.shape[1]) if i not in (0, 3)]]).all()


def test_the_posture_of_one_frame_is_that_of_the_same_frame_twice() -> None:
    one, turns = true_track().slice(0, 1), true_track().slice(250, 251)
    for frame in (one, turns):
        np.testing.assert_allclose(neutral_of(frame).raw, neutral_of(frame.joined(frame)).raw, rtol=1e-9, atol=1e-9)
