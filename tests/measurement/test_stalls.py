"""Pictures that come several times over tell nothing new; what follows is measured over the time that passed."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.assessment.session import Session
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.headline import headline_of
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.neutral import find_neutral
from posecheck.measurement.rates import Rates
from posecheck.measurement.readings import Readings, read
from posecheck.measurement.stalls import STEP_S, Smoothing, Stalls, in_order
from posecheck.stretches.library import find_stretch
from tests.support.people import Posture, script, track_of, twist

STRETCH = find_stretch("chair-twist")
TURN, LEAN = INDEX["trunk_rotation"], INDEX["trunk_inclination"]


def stalled(track: PoseTrack, first: int, last: int) -> PoseTrack:
    """Return the track with the picture before `first` repeated in frames first..last-1."""
    frames = np.arange(len(track))
    frames[first:last] = first - 1
    return replace(track.rows(frames), time_s=track.time_s)


def smoothed(track: PoseTrack, size: int) -> tuple[Readings, Rates]:
    neutral = find_neutral(track.slice(0, 50), False)
    assert neutral is not None
    raw, smoothing = read(track, neutral, STRETCH), Smoothing()
    parts = []
    for at in range(0, len(track), size):
        rows = slice(at, min(at + size, len(track)))
        parts.append(smoothing.update(track.slice(rows.start, rows.stop), raw.slice(rows), neutral))
    values = np.concatenate([one.value for one, _ in parts])
    names = ("value", "error", "way", "jitter")
    rates = Rates(*(np.concatenate([getattr(two, name) for _, two in parts]) for name in names))
    return replace(raw, value=values), rates


def test_parts_begin_with_the_picture_after_a_stall_and_know_when_the_one_before_was_taken() -> None:
    track = stalled(track_of(twist(40.0), noise=0.003), 70, 85)
    first, second = Stalls().update(track)
    assert first == (slice(0, 85), None)
    assert second[0] == slice(85, len(track))
    assert second[1] == pytest.approx(track.time_s[69])
    brief = stalled(track_of(twist(40.0), noise=0.003), 70, 73)
    assert list(Stalls().update(brief)) == [(slice(0, len(brief)), None)]


@pytest.mark.parametrize("azimuth", [0.0, 90.0])
@pytest.mark.parametrize("lasting_s", [0.3, 0.5, 1.0])
def test_after_a_stall_nobody_is_faster_than_they_were(azimuth: float, lasting_s: float) -> None:
    """Somebody turns, or bends, by 20 degrees a second throughout."""

    def moved(share: float) -> Posture:
        return Posture(rotation=50.0 * share) if azimuth == 0.0 else Posture(inclination=50.0 * share)

    postures = script((2.0, lambda _: Posture()), (2.5, moved))
    track = track_of(postures, azimuth=azimuth, noise=0.001)
    row = TURN if azimuth == 0.0 else LEAN
    even, late = (smoothed(one, len(one))[1] for one in (track, stalled(track, 75, 75 + round(30 * lasting_s))))
    fastest = np.nanmax(np.abs(even.value[:, row]))
    assert fastest > 15.0
    assert np.nanmax(np.abs(late.value[:, row])) < 1.25 * fastest


def test_a_fast_turn_within_a_stall_has_the_mean_speed_over_it() -> None:
    track = stalled(track_of(twist(50.0, speed=130.0), noise=0.001), 60, 78)
    rates = smoothed(track, len(track))[1]
    fastest = np.nanmax(np.abs(rates.value[70:100, TURN]))
    assert 40.0 < fastest < 120.0


@pytest.mark.parametrize("azimuth", [0.0, 90.0])
def test_frame_by_frame_and_in_blocks_it_is_the_same(azimuth: float) -> None:
    track = track_of(twist(45.0), azimuth=azimuth, noise=0.003)
    for first, last in ((70, 80), (81, 95), (130, 160), (len(track) - 9, len(track))):
        track = stalled(track, first, last)
    values, rates = smoothed(track, len(track))
    for size in (1, 7):
        one, two = smoothed(track, size)
        np.testing.assert_allclose(one.value, values.value, atol=1e-6)
        for name in ("value", "error", "way", "jitter"):
            np.testing.assert_allclose(getattr(two, name), getattr(rates, name), atol=1e-6, err_msg=name)


def test_a_session_says_live_what_it_says_of_the_recording() -> None:
    track = stalled(stalled(track_of(twist(45.0), noise=0.003), 75, 90), 170, 185)
    neutral = find_neutral(track.slice(0, 50), False)
    whole, live = Session(STRETCH, neutral), Session(STRETCH, neutral)
    told = [*whole.update(track).events, *whole.finish()]
    said = [event for i in range(len(track)) for event in live.update(track.slice(i, i + 1)).events]
    said += live.finish()
    one, other = (sorted((e.key, e.level, round(e.start_s, 3)) for e in part) for part in (told, said))
    assert one == other


def test_times_that_repeat_or_go_back_are_put_in_order() -> None:
    track = replace(track_of([Posture()] * 6), time_s=np.array([0.0, 0.1, 0.1, 0.05, 0.3, 0.4]))
    ordered = in_order(track).time_s
    assert ordered == pytest.approx([0.0, 0.1, 0.1 + STEP_S, 0.1 + 2 * STEP_S, 0.3, 0.4])
    assert in_order(track.slice(0, 2), 0.5).time_s == pytest.approx([0.5 + STEP_S, 0.5 + 2 * STEP_S])
    whole = track.slice(4, 6)
    assert in_order(whole) is whole


def turning() -> PoseTrack:
    """Return somebody who turns by 20 degrees, holds that for three seconds, and comes back."""
    parts = [(2.5, 0, 0), (1.5, 0, 20), (3.0, 20, 20), (1.5, 20, 0), (1.5, 0, 0)]
    return track_of(script(*((seconds, going(start, end)) for seconds, start, end in parts)), noise=0.001)


def going(start: float, end: float) -> Callable[[float], Posture]:
    return lambda share: Posture(rotation=start + (end - start) * share)


def test_a_tenth_of_the_times_said_twice_changes_no_repetition_and_raises_nothing() -> None:
    track, rng = turning(), np.random.default_rng(3)
    time_s = track.time_s.copy()
    for i in np.flatnonzero(rng.random(len(track)) < 0.1).tolist():
        time_s[i] = time_s[max(i - 1, 0)]
    as_it_was, twice = (judge(each, STRETCH) for each in (track, replace(track, time_s=time_s)))
    assert len(twice.repetitions) == len(as_it_was.repetitions) == 1
    assert [event.key for event in twice.events] == [event.key for event in as_it_was.events]
    live = Session(STRETCH, as_it_was.neutral)
    frames = [replace(track, time_s=time_s).slice(i, i + 1) for i in range(len(track))]
    turns = [live.update(frame).readings.value[0, TURN] for frame in frames]
    np.testing.assert_allclose(turns, twice.judged.readings.value[:, TURN], atol=0.01)


def test_with_too_few_pictures_for_speeds_there_is_no_all_clear() -> None:
    track = turning()
    sparse = judge(track.rows(np.arange(0, len(track), 15)), STRETCH)
    assert sparse.summary.verdict == "cannot_judge"
    assert UnjudgedReason.FEW_PICTURES in {item.reason for item in sparse.summary.unjudged}
    assert "no all-clear" in headline_of(sparse)
    assert UnjudgedReason.FEW_PICTURES not in {item.reason for item in judge(track, STRETCH).summary.unjudged}
