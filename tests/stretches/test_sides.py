"""Left and right apart: a range in two halves, each judged by limits of its own."""

from datetime import timedelta
from pathlib import Path

import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.errors import StretchError
from posecheck.history import open_store
from posecheck.kinematics.angles import Direction
from posecheck.recordings.outcome import settings_of
from posecheck.repetitions.phases import targets
from posecheck.results.summary_file import Source
from posecheck.results.tables import summary_of
from posecheck.safety.caps import _capped
from posecheck.safety.screening import Cap
from posecheck.stretches import sides
from posecheck.stretches.library import all_stretches, find_stretch
from posecheck.stretches.profiles import Profile
from posecheck.validation import measured
from tests.support.histories import NOON
from tests.support.histories import summary as past_summary
from tests.support.people import track_of, twist

TWIST = "chair-twist"


def test_only_what_turns_either_way_can_be_parted() -> None:
    found = {
        stretch.id for stretch in all_stretches().values() for one in stretch.ranges if sides.can_part(one, stretch)
    }
    assert {"chair-twist", "supine-twist", "standing-twist", "lunge"} <= found
    for name in found:
        stretch = all_stretches()[name]
        assert stretch.sides == "both"
        for item in stretch.ranges:
            if sides.can_part(item, stretch):
                left, right = (sides.parted(stretch, item.key).range(key) for key in sides.halves_of(item.key))
                assert {left.along, right.along} == {"positive", "negative"}
                assert (left.target, left.caution, left.stop) == (right.target, right.caution, right.stop)
                assert (left.stop, left.source) == (item.stop, item.source)
    assert Direction.LEFT.value == "left"


def test_a_profile_that_names_a_half_parts_the_range_and_leaves_the_other_half() -> None:
    stretch = find_stretch(TWIST)
    before = stretch.range("trunk_rotation")
    changed = Profile.from_settings(["trunk_rotation_left.stop=25"]).over(stretch)
    assert changed.range("trunk_rotation_left").stop == 25
    assert changed.range("trunk_rotation_right").stop == before.stop
    assert "trunk_rotation" not in {item.key for item in changed.ranges}
    again = Profile.from_settings(["trunk_rotation_right.stop=30"]).over(changed)
    assert (again.range("trunk_rotation_left").stop, again.range("trunk_rotation_right").stop) == (25, 30)


def test_what_is_said_of_the_whole_holds_for_both_halves_unless_a_half_says_more() -> None:
    stretch = find_stretch(TWIST)
    both = Profile.from_settings(["trunk_rotation.stop=33", "trunk_rotation_left.stop=25"]).over(stretch)
    assert (both.range("trunk_rotation_left").stop, both.range("trunk_rotation_right").stop) == (25, 33)
    later = Profile.from_settings(["trunk_rotation.stop=22"]).over(both)
    assert (later.range("trunk_rotation_left").stop, later.range("trunk_rotation_right").stop) == (22, 22)


def test_a_half_of_what_has_none_is_refused() -> None:
    with pytest.raises(StretchError, match="there is no 'trunk_inclination_left'"):
        Profile.from_settings(["trunk_inclination_left.stop=25"]).over(find_stretch("childs-pose"))


def test_conditions_on_the_whole_follow_the_lower_half() -> None:
    whole = find_stretch(TWIST)
    item = next(one for one in whole.ranges if one.when is not None and one.when.share is not None)
    assert item.when is not None
    less = Profile.from_settings(["trunk_rotation_right.target=10,15", "trunk_rotation_right.caution=20"]).over(whole)
    before, after = whole.beyond(item.when), less.beyond(item.when)
    assert before is not None
    assert after is not None
    assert after < before


def test_caps_of_health_answers_hold_for_both_halves() -> None:
    parted = sides.parted(find_stretch(TWIST), "trunk_rotation")
    cap = Cap(angle="trunk_rotation", along="magnitude", caution=15.0, stop=20.0)
    for key in sides.halves_of("trunk_rotation"):
        assert _capped(parted.range(key), [cap])["stop"] == 20.0


@pytest.mark.parametrize(("peak", "verdict"), [(28.0, "stop"), (-28.0, "clear")])
def test_each_side_is_judged_by_its_own_limits(peak: float, verdict: str, plain_geometry: None) -> None:
    settings = ["trunk_rotation_left.caution=18", "trunk_rotation_left.stop=22"]
    stretch = Profile.from_settings(settings).over(find_stretch(TWIST))
    analysis = judge(track_of(twist(peak, hold_s=4.0)), stretch)
    passed = {event.key for event in analysis.events if event.level == "stop"}
    assert passed == ({"trunk_rotation_left"} if verdict == "stop" else set())


def test_each_side_has_a_target_of_its_own(plain_geometry: None) -> None:
    settings = ["trunk_rotation_right.target=8,14", "trunk_rotation_right.caution=16", "trunk_rotation_right.stop=20"]
    stretch = Profile.from_settings(settings).over(find_stretch(TWIST))
    above, below = targets(stretch)
    assert above == find_stretch(TWIST).range("trunk_rotation").target
    assert below == (8.0, 14.0)
    moves = twist(11.0, hold_s=6.0) + twist(-11.0, hold_s=6.0)
    found = {one.side: one.reached for one in judge(track_of(moves), stretch).repetitions}
    assert found == {"left": False, "right": True}


def test_parting_alone_changes_no_judgement(plain_geometry: None) -> None:
    whole = find_stretch(TWIST)
    track = track_of(twist(50.0) + twist(-24.0, hold_s=6.0))
    one, two = judge(track, whole), judge(track, sides.parted(whole, "trunk_rotation"))
    assert one.summary.verdict == two.summary.verdict
    told = [
        [(sides.whole_key(event.key), event.level, event.start_s, event.end_s) for event in found.events]
        for found in (one, two)
    ]
    assert sorted(told[0]) == sorted(told[1])
    assert repr(one.repetitions) == repr(two.repetitions)


def test_only_the_ranges_that_another_has_in_halves_are_parted_alike() -> None:
    whole = find_stretch(TWIST)
    half = sides.parted(whole, "trunk_rotation")
    assert sides.alike(whole, half) == half
    assert sides.alike(whole, whole) == whole


def test_results_of_a_half_are_validated_and_followed_by_its_own_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain_geometry: None
) -> None:
    monkeypatch.setenv("POSECHECK_DB", f"sqlite:///{tmp_path / 'h.db'}")
    settings = ("trunk_rotation_left.caution=18", "trunk_rotation_left.stop=22")
    stretch = Profile.from_settings(settings).over(find_stretch(TWIST))
    told = settings_of(TWIST, None, None, None, settings)
    summary = summary_of(judge(track_of(twist(28.0)), stretch), Source(file="b.mp4"), told)
    again = measured._stretch(summary)
    assert again is not None
    assert again.range("trunk_rotation_left").stop == 22
    assert again.range("trunk_rotation_right").stop == find_stretch(TWIST).range("trunk_rotation").stop
    with open_store() as store:
        store.add(past_summary(left=20.0), "Anna", NOON)
        store.add(summary, "Anna", NOON + timedelta(days=1))
        trends = store.progress("Anna", TWIST, "trunk_rotation")
    # Sessions before and after left and right were parted are one line.
    assert [(one.end, len(one.readings)) for one in trends] == [("highest", 2), ("lowest", 2)]
