"""A recording that was cut together: each shot is judged for itself, and nothing spans a cut or a leap."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posecheck.assessment.analysis import judge, judge_again
from posecheck.capture.pose.landmark_file import load_track, save_track
from posecheck.core.i18n import translator
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.cues import cues_of
from posecheck.feedback.frame_state import LEFT_OUT, state_at
from posecheck.feedback.vocabulary import SHORT
from posecheck.rendering.gauges import gauges_of
from posecheck.stretches.library import find_stretch
from tests.support.people import script, track_of, twist

CHAIR = find_stretch("chair-twist")
FPS = 30.0


def cut_together(*shots: PoseTrack) -> PoseTrack:
    """Return shots one after the other, each with its number."""
    whole, end_s = None, 0.0
    for number, shot in enumerate(shots):
        moved = replace(shot, time_s=shot.time_s + end_s, shot=np.full(len(shot), number, np.int32))
        whole = moved if whole is None else whole.joined(moved)
        end_s = float(moved.time_s[-1]) + 1 / FPS
    assert whole is not None
    return whole


def seen_from(azimuth: float, degrees: float) -> PoseTrack:
    return track_of(twist(degrees), azimuth=azimuth)


def test_each_shot_is_counted_from_its_own_neutral() -> None:
    shots = [seen_from(0.0, 60.0), seen_from(45.0, 60.0), seen_from(-45.0, 20.0)]
    analysis = judge(cut_together(*shots), CHAIR)
    alone = [judge(shot, CHAIR) for shot in shots]
    starts = np.cumsum([0.0, *(len(shot) / FPS for shot in shots)])
    expected = [
        (event.key, event.level, round(event.start_s + start, 2), round(event.end_s + start, 2))
        for one, start in zip(alone, starts.tolist(), strict=False)
        for event in one.events
    ]
    found = [(event.key, event.level, round(event.start_s, 2), round(event.end_s, 2)) for event in analysis.events]
    assert found == sorted(expected, key=lambda item: item[2])
    assert analysis.summary.verdict == "stop"
    assert len(analysis.repetitions) == sum(len(one.repetitions) for one in alone)
    assert len(analysis.session.renewals) == 2
    assert analysis.neutral is not None
    assert analysis.neutral.start_s < 1.0


def test_a_cut_is_not_another_person_and_ends_what_is_open() -> None:
    turned = track_of(script((2.5, lambda _: twist(0.0)[0]), (4.0, lambda _: twist(60.0)[200])), azimuth=0.0)
    analysis = judge(cut_together(turned, seen_from(0.0, 0.0)), CHAIR)
    assert {event.kind for event in analysis.events}.isdisjoint({"another_person"})
    stops = [event for event in analysis.events if event.key == "trunk_rotation" and event.level == "stop"]
    assert len(stops) == 1
    assert stops[0].end_s == pytest.approx(len(turned) / FPS, abs=0.1)
    assert analysis.judged.readings.reason[len(turned) + 5, 0] == UnjudgedReason.JUDGED


def test_a_shot_without_a_start_position_does_not_spoil_the_others() -> None:
    short = seen_from(0.0, 60.0).slice(55, 65)
    analysis = judge(cut_together(short, seen_from(0.0, 60.0)), CHAIR)
    assert analysis.summary.verdict == "stop"
    reasons = analysis.judged.readings.reason[:, 0]
    assert reasons[5] != UnjudgedReason.JUDGED
    assert (reasons[20:] == UnjudgedReason.JUDGED).mean() > 0.9


def test_a_recording_that_was_cut_is_judged_again_as_before() -> None:
    analysis = judge(cut_together(seen_from(0.0, 60.0), seen_from(45.0, 60.0)), CHAIR)
    again = judge_again(analysis, CHAIR)
    assert repr(again.events) == repr(analysis.events)
    assert repr(again.repetitions) == repr(analysis.repetitions)
    assert cues_of(again) == cues_of(analysis)


def in_pieces(degrees: float, left_out_s: float = 1.0) -> PoseTrack:
    """Return a slow twist of which the way there is left out: one still camera, cut from one moment to another."""
    whole = track_of(twist(degrees, speed=degrees / left_out_s), azimuth=0.0, noise=0.001)
    before, after = whole.slice(0, 60), whole.slice(60 + round(left_out_s * FPS), len(whole))
    joined = before.joined(replace(after, time_s=after.time_s - left_out_s))
    return replace(joined, piece=np.repeat([0, 1], [len(before), len(after)]).astype(np.int32))


def test_no_speed_and_no_repetition_goes_over_a_leap_and_the_neutral_stays() -> None:
    track = in_pieces(35.0)
    analysis = judge(track, CHAIR)
    assert {event.kind for event in analysis.events} == {"cannot_judge"}
    assert analysis.session.renewals == ()
    assert [repetition.complete for repetition in analysis.repetitions] == [False]
    # Without the leap's mark the same landmarks are a fast movement.
    unmarked = judge(replace(track, piece=np.zeros(len(track), np.int32)), CHAIR)
    apart, through = (float(np.nanmax(np.abs(one.judged.rates.value[:, 0]))) for one in (analysis, unmarked))
    assert apart < 25.0 < 30.0 < through
    assert analysis.judged.signed[90, 0] == pytest.approx(unmarked.judged.signed[90, 0], abs=1.0)


@pytest.mark.parametrize("why", [UnjudgedReason.JUST_CUT, UnjudgedReason.STILL_PICTURE])
def test_a_frame_that_was_left_out_says_why(why: UnjudgedReason, tmp_path: Path) -> None:
    track = track_of(twist(20.0), azimuth=0.0)
    gone = slice(90, 120)
    for array in (track.image_xy, track.world_xyz, track.visibility):
        array[gone] = np.nan
    track.people[gone], track.left_out[gone] = 0, why
    save_track(tmp_path / "landmarks.npz", track)
    analysis = judge(load_track(tmp_path / "landmarks.npz"), CHAIR)
    assert set(analysis.judged.readings.reason[gone].ravel()) == {why}
    assert why not in set(analysis.judged.readings.reason[:90].ravel())
    assert analysis.summary.found_share == pytest.approx(1 - 30 / len(track), abs=1e-3)
    assert {event.reason for event in analysis.events if event.angle == "trunk_rotation"} == {why}
    for language in ("en", "de"):
        texts = translator(language)
        states = [state_at(analysis.judged, i, analysis.session, analysis.events, False, texts) for i in (95, 115)]
        title, message = LEFT_OUT[why]
        assert {(one.title, one.message) for one in states} == {(texts.gettext(title), texts.gettext(message))}
        assert (texts.gettext(title) == title) == (language == "en")
    told = {gauge.value_text(analysis.judged, 95) for gauge in gauges_of(analysis.session.checks)}
    assert told == {f"cannot judge ({SHORT[why]})"}


def test_past_a_limit_stays_past_it_after_a_leap() -> None:
    track = in_pieces(60.0)
    analysis = judge(track, CHAIR)
    assert analysis.summary.verdict == "stop"
    again = judge_again(analysis, CHAIR)
    assert repr(again.events) == repr(analysis.events)
    assert repr(again.repetitions) == repr(analysis.repetitions)
