"""Limits of left and right apart, judged live: each side by its own, in the words, the events and the set's result."""

from pathlib import Path

import numpy as np
import pytest

from posecheck.core.frame import Frame
from posecheck.core.i18n import translator
from posecheck.feedback.frame_state import FrameStatus
from posecheck.live.announcements import LiveCues
from posecheck.live.coach import Coach
from posecheck.live.picture import state_of
from posecheck.live.sets import Set
from posecheck.stretches.library import find_stretch
from posecheck.stretches.profiles import Profile
from research.harness.replayed import ROOT, true_track

CLIP = ROOT / "sample_videos" / "chair-twist-good-form.truth.json"
"""About 29 degrees to the left, then 27 to the right."""
LEFT_ONLY = Profile.from_settings([f"trunk_rotation_left.{limit}" for limit in ("target=3,8", "caution=10", "stop=12")])

pytestmark = pytest.mark.skipif(not CLIP.is_file(), reason="sample clips are not here")


def followed(language: str) -> tuple[list[tuple[float, FrameStatus]], list[str], Set]:
    """Play the clip as the camera; return the states over time, what was spoken, and the finished set."""
    texts, track = translator(language), true_track(Path(CLIP))
    coach, cues = (
        Coach(LEFT_ONLY.over(find_stretch("chair-twist").for_age(None))),
        LiveCues(translator(language).language),
    )
    states, spoken = [], []
    for i, time_s in enumerate(track.time_s.tolist()):
        moment = coach.update(Frame(i, time_s, np.zeros((480, 640, 3), np.uint8)), track.pose(i), "ready")
        states.append((time_s, state_of(moment, texts)))
        spoken += [one.text for one in cues.tell(moment)]
    coach.finish()
    (done,) = coach.ended()
    return states, spoken, done


@pytest.mark.parametrize(
    ("language", "left", "right", "limit"),
    [("en", "to the left", "to the right", "the limit is 12°"), ("de", "nach links", "nach rechts", "12°")],
)
def test_each_side_is_judged_by_its_own_limits(language: str, left: str, right: str, limit: str) -> None:
    states, spoken, done = followed(language)
    stops = [(at, one) for at, one in states if one.level == 3]
    assert stops
    assert all(left in one.message and limit in one.message for _, one in stops)
    assert any(left in text for text in spoken)
    turned_right = [one for at, one in states if 8.0 < at < 10.0]
    assert all(one.level < 2 and right in one.message for one in turned_right), "27 degrees are safe to the right"
    events = [event for event in done.analysis.events if event.level in ("caution", "stop")]
    assert [(event.key, event.level, event.limit) for event in events] == [("trunk_rotation_left", "stop", 12.0)]
    assert done.analysis.summary.verdict == "stop"
    assert done.headline(translator(language))


def test_at_the_start_no_target_is_named_that_belongs_to_one_side_only() -> None:
    states, _, _ = followed("en")
    resting = [one.message for _, one in states if one.phase == "start"]
    assert resting
    assert not [message for message in resting if "target" in message]
    assert any("target 15° to 35°" in one.message for at, one in states if 7.2 < at < 7.5)
