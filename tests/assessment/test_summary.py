"""What a recording comes to: nothing is called fine that was not seen to be."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.landmarks import Landmark
from posecheck.core.pose import PoseTrack
from posecheck.feedback.headline import headline_of
from posecheck.stretches.library import find_stretch
from posecheck.stretches.profiles import Profile
from tests.support.people import Posture, script, track_of

pytestmark = pytest.mark.usefixtures("plain_geometry")


@pytest.mark.parametrize("fps", [5.0, 30.0])
def test_past_a_limit_too_briefly_for_an_event_is_not_in_range(fps: float) -> None:
    calm = Profile.from_settings(["trunk_rotation_speed.caution=900"]).over(find_stretch("chair-twist"))
    limits = {"trunk_rotation_abrupt.caution": 900, "trunk_lateral_flexion.caution": 80}
    calm = Profile.from_settings([f"{name}={value}" for name, value in limits.items()]).over(calm)
    brief = (
        [Posture()] * round(3 * fps) + [Posture(rotation=60)] * (1 if fps == 5 else 7) + [Posture()] * round(3 * fps)
    )
    analysis = judge(track_of(brief, fps=fps, azimuth=45.0), calm)
    peak = analysis.summary.peaks[0]
    assert peak.highest is not None
    assert peak.caution is not None
    assert peak.highest > peak.caution
    assert not [event for event in analysis.events if event.level in ("caution", "stop")]
    assert analysis.summary.verdict == "borderline"
    assert "trunk rotation" in headline_of(analysis)


def test_in_range_says_what_was_not_seen() -> None:
    stretch = find_stretch("lunge")
    track = track_of(script((6.0, lambda _: Posture())), azimuth=90.0)
    whole = judge(track, stretch)
    assert whole.summary.verdict == "clear"
    assert "could not be judged" not in headline_of(whole)
    track.visibility[90:120] = 0.0
    gap = judge(track, stretch)
    assert gap.summary.verdict == "clear"
    assert "For 1.0 s bend of the knee could not be judged." in headline_of(gap)


def test_no_limit_on_how_far_is_said() -> None:
    kneeling = script((4.0, lambda _: Posture(knee=(90, 90))))
    analysis = judge(track_of(kneeling, azimuth=90.0), find_stretch("childs-pose"))
    assert analysis.summary.verdict == "clear"
    assert headline_of(analysis).startswith("No limit passed.")


def test_a_hidden_limb_that_does_something_else_is_not_passed_over() -> None:
    def bent(share: float) -> Posture:
        return Posture(knee=(60 * share, 125 * share), hip=(60 * share, 60 * share))

    track = track_of(script((2.0, lambda _: Posture()), (3.0, bent), (4.0, lambda _: bent(1.0))), azimuth=90.0)
    for landmark in (Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE):
        track.visibility[:, landmark] = 0.1
    analysis = judge(track, find_stretch("lunge"))
    assert analysis.summary.verdict == "cannot_judge"
    assert "bend of the right knee" in headline_of(analysis)


def _lost(track: PoseTrack, first: int, last: int) -> PoseTrack:
    """Return the track with nobody found in some frames."""
    out = replace(track, image_xy=track.image_xy.copy(), world_xyz=track.world_xyz.copy(), people=track.people.copy())
    out.image_xy[first:last], out.world_xyz[first:last] = np.nan, np.nan
    out.visibility[first:last] = 0.0
    out.people[first:last] = 0
    return out


@pytest.mark.parametrize(("lost_s", "verdict"), [(0.0, "clear"), (1.0, "clear"), (4.0, "cannot_judge")])
def test_who_is_not_found_without_having_left_is_not_called_fine(lost_s: float, verdict: str) -> None:
    """Of a folded-up person nobody was found for 28 of 38 seconds, and the rest was called clear."""
    track = track_of(script((10.0, lambda _: Posture())), azimuth=90.0)
    first = 90
    analysis = judge(_lost(track, first, first + round(30 * lost_s)), find_stretch("lunge"))
    assert analysis.summary.verdict == verdict
    assert ("you were not found" in headline_of(analysis)) is (verdict == "cannot_judge")


@pytest.mark.parametrize("part", ["begins", "ends"])
def test_who_comes_later_or_leaves_over_the_edge_is_judged_by_the_rest(part: str) -> None:
    track = track_of(script((10.0, lambda _: Posture())), azimuth=90.0)
    if part == "begins":
        track = _lost(track, 0, 120)
    else:
        track.image_xy[200:210, :, 0] += np.linspace(0.0, track.size_wh[0, 0], 10)[:, None]
        track = _lost(track, 210, 300)
    assert judge(track, find_stretch("lunge")).summary.verdict == "clear"


def test_where_no_angle_with_a_limit_was_seen_nothing_is_clear() -> None:
    """Arms that were seen in a second and a half without any neutral made the verdict clear."""
    track = track_of(script((1.6, lambda t: Posture(inclination=20 + 40 * t))))
    stretch = find_stretch("seated-overhead-reach")
    analysis = judge(track, stretch)
    assert not any(peak.judged_share for peak in analysis.summary.peaks)
    assert analysis.summary.verdict == "cannot_judge"
    assert "could not be read" in headline_of(analysis)
