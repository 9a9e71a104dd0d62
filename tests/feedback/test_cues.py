"""Cues: the right sentence at the right moment, no oftener than helps, and the same for a camera and a recording."""

import csv
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from posecheck.assessment.analysis import Analysis, judge
from posecheck.assessment.events import Event, LimitTracker
from posecheck.assessment.judged import JudgedFrames
from posecheck.assessment.session import Session
from posecheck.core.i18n import Language, translator
from posecheck.core.levels import Level
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.cues import (
    AGAIN_S,
    COLUMNS,
    GAP_S,
    STOP_AGAIN_S,
    UNJUDGED_AGAIN_S,
    Cue,
    Cues,
    Urgency,
    cues_of,
    write,
)
from posecheck.feedback.wording import describe_event
from posecheck.kinematics.angles import ANGLES
from posecheck.kinematics.neutral import find_neutral
from posecheck.measurement.rates import Rates
from posecheck.measurement.readings import Readings
from posecheck.stretches.checks import along
from posecheck.stretches.library import find_stretch
from posecheck.stretches.ranges import Kind
from tests.support.people import Posture, script, track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")

CHAIR = find_stretch("chair-twist")
FPS = 10.0
CALM = track_of([Posture()] * 60)


def session(name: str = "chair-twist") -> Session:
    return Session(find_stretch(name), find_neutral(CALM, find_stretch(name).lying))


class Script:
    """Judged frames as somebody writes them: ten a second, everything clear but for what is set."""

    def __init__(self, seconds: float, name: str = "chair-twist") -> None:
        self.session = session(name)
        n, k, c = round(seconds * FPS), len(ANGLES), len(self.session.checks)
        self.time_s = np.arange(n) / FPS
        self.signed = np.zeros((n, c))
        self.levels = np.zeros((n, c), np.int8)
        self.reason = np.zeros((n, k), np.uint8)
        self.hold_s = np.zeros(n)
        self.events: tuple[Event, ...] = ()

    def passed(self, key: str, start_s: float, end_s: float, level: Level, value: float) -> "Script":
        """Let a range be passed for a while."""
        column = next(i for i, check in enumerate(self.session.checks) if check.range.key == key)
        rows = slice(round(start_s * FPS), round(end_s * FPS))
        self.levels[rows, column], self.signed[rows, column] = level, value
        return self

    def unjudged(self, start_s: float, end_s: float, reason: UnjudgedReason) -> "Script":
        self.reason[round(start_s * FPS) : round(end_s * FPS)] = reason
        return self

    def held(self, start_s: float, end_s: float) -> "Script":
        rows = slice(round(start_s * FPS), round(end_s * FPS))
        self.hold_s[rows] = self.time_s[rows] - start_s + 1 / FPS
        return self

    def judged(self, rows: slice) -> JudgedFrames:
        time_s = self.time_s[rows]
        empty = np.zeros((len(time_s), len(ANGLES)))
        readings = Readings(time_s, empty, empty, self.reason[rows])
        ended = tuple(one for one in self.events if len(time_s) and time_s[0] <= one.end_s + 0.05 <= time_s[-1] + 0.1)
        phase = np.full(len(time_s), "move")
        signed, levels, lasting = self.signed[rows], self.levels[rows], self.lasting()[rows]
        rates = Rates(empty, empty, empty, empty)
        return JudgedFrames(readings, rates, phase, signed, levels, lasting, (), ended, (), self.hold_s[rows])

    def lasting(self) -> NDArray[np.int8]:
        """Return the levels that have lasted, as a session follows them."""
        checks = self.session.checks
        amounts = np.stack([along(self.signed[:, i], check.range.along) for i, check in enumerate(checks)], axis=1)
        codes = self.session.grader.codes(amounts, self.levels)
        columns = [
            LimitTracker(check).update(self.time_s, amounts[:, i], self.signed[:, i], codes[:, i])[1]
            for i, check in enumerate(checks)
        ]
        return np.stack(columns, axis=1)

    def cues(self, language: Language = "en") -> tuple[Cue, ...]:
        return Cues(self.session, language).update(self.judged(slice(0, len(self.time_s))))


def brief(cues: tuple[Cue, ...]) -> list[tuple[float, str, str]]:
    return [(round(cue.time_s, 3), cue.level, cue.key) for cue in cues]


def test_when_all_is_well_nothing_is_said() -> None:
    assert Script(60).cues() == ()


def test_a_limit_passed_says_what_to_do_with_its_number_and_side() -> None:
    (cue,) = Script(3).passed("trunk_rotation", 1, 3, Level.STOP, 52.0).cues()
    assert cue.text == "Ease back a little: you have turned 52° to the left, the limit is 45°."
    assert cue.time_s == pytest.approx(1.3)
    assert (cue.urgency, cue.interrupts) == (Urgency.STOP, True)
    (right,) = Script(3).passed("trunk_rotation", 1, 3, Level.CAUTION, -42.0).cues()
    assert "42° to the right, the limit is 40°" in right.text
    assert not right.interrupts


def test_german_says_the_same_at_the_same_time() -> None:
    script_ = Script(3).passed("trunk_rotation", 1, 3, Level.STOP, 52.0)
    (cue,) = script_.cues("de")
    assert cue.text == "Geben Sie etwas nach: Sie haben sich 52° nach links gedreht, die Grenze ist 45°."
    assert cue.time_s == script_.cues()[0].time_s


def test_too_brief_a_pass_is_not_spoken_of() -> None:
    assert Script(3).passed("trunk_rotation", 1, 1.3, Level.STOP, 52.0).cues() == ()


def test_a_stop_is_repeated_while_it_lasts_a_caution_more_seldom() -> None:
    stops = Script(12).passed("trunk_rotation", 0, 12, Level.STOP, 50.0).cues()
    assert [cue.time_s for cue in stops] == pytest.approx([0.3, 0.3 + STOP_AGAIN_S, 0.3 + 2 * STOP_AGAIN_S])
    cautions = Script(12).passed("trunk_rotation", 0, 12, Level.CAUTION, 42.0).cues()
    assert [cue.time_s for cue in cautions] == pytest.approx([0.3, 0.3 + AGAIN_S])


def test_a_caution_that_becomes_a_stop_is_interrupted() -> None:
    script_ = Script(5).passed("trunk_rotation", 0, 1, Level.CAUTION, 42.0)
    cues = script_.passed("trunk_rotation", 1, 5, Level.STOP, 50.0).cues()
    assert brief(cues)[:2] == [
        (0.3, "caution", "trunk_rotation"),
        (1.3, "stop", "trunk_rotation"),
    ]


def test_the_most_urgent_comes_first_and_one_that_hurts_more_interrupts() -> None:
    script_ = Script(4).passed("trunk_lateral_flexion", 0, 4, Level.CAUTION, 16.0)
    cues = script_.passed("trunk_rotation", 0, 4, Level.STOP, 50.0).cues()
    assert brief(cues)[0][1:] == ("stop", "trunk_rotation")
    fast = Script(4).passed("trunk_rotation_speed", 0, 4, Level.STOP, 110.0)
    both = fast.passed("neck_rotation", 0.5, 4, Level.STOP, 85.0).cues()
    assert (
        brief(both)
        == [
            (0.1, "stop", "trunk_rotation_speed"),
            (0.8, "stop", "neck_rotation"),
            (pytest.approx(4.1), "stop", "trunk_rotation_speed"),
        ][: len(both)]
    )
    assert len(both) >= 2


def test_two_cautions_wait_for_one_another() -> None:
    script_ = Script(8).passed("trunk_rotation", 0, 8, Level.CAUTION, 42.0)
    cues = script_.passed("trunk_lateral_flexion", 0, 8, Level.CAUTION, 16.0).cues()
    assert [cue.key for cue in cues] == ["trunk_rotation", "trunk_lateral_flexion"]
    assert cues[1].time_s - cues[0].time_s == pytest.approx(GAP_S)


def test_a_hold_is_counted_down_and_interrupted_by_what_is_wrong() -> None:
    texts = [cue.text for cue in Script(10).held(1, 8).cues()]
    assert texts == [
        "Hold for 5 seconds, and keep breathing.",
        "2 seconds more",
        "1 second more",
        "Held long enough: come back slowly.",
    ]
    passing = Script(10).held(1, 8).passed("trunk_rotation", 3, 10, Level.CAUTION, 42.0).cues()
    assert [cue.level for cue in passing] == ["hold", "caution"]
    assert Script(10).held(1, 1.4).cues() == ()
    long = Script(40, "knees-to-chest").held(1, 35).cues()
    counted = [cue.text for cue in long]
    assert counted[0].startswith("Hold for 30 seconds")
    assert counted[1:7] == [f"{n} seconds more" for n in (25, 20, 15, 10, 5, 3)]
    assert counted[-1].startswith("Held long enough")


def test_what_cannot_be_judged_is_said_once_it_has_lasted() -> None:
    hidden = Script(40).unjudged(1, 40, UnjudgedReason.HIDDEN).cues()
    assert [cue.time_s for cue in hidden] == pytest.approx([3.0, 3.0 + UNJUDGED_AGAIN_S])
    assert "step back" in hidden[0].text
    assert Script(10).unjudged(1, 2.5, UnjudgedReason.HIDDEN).cues() == ()
    rough = Script(90).unjudged(0, 90, UnjudgedReason.UNCERTAIN).cues()
    assert [cue.text.split(":")[0] for cue in rough] == ["Trunk rotation"]
    (still,) = Script(5).unjudged(0, 5, UnjudgedReason.NO_NEUTRAL).cues()
    assert still.text.startswith("Hold still for two seconds")


def test_what_is_known_at_its_end_is_told_once() -> None:
    script_ = Script(10)
    nan = float("nan")
    text = "Another person is being followed from here on; start anew with one person in the picture."
    why = UnjudgedReason.ANOTHER_PERSON
    script_.events = (Event("person", "person", Kind.ANOTHER_PERSON, "unknown", 2, 2, nan, 2, "", nan, why),)
    (cue,) = script_.cues()
    assert (cue.level, cue.text) == ("person", text)
    assert 2 < cue.time_s < 3
    assert script_.cues("de")[0].text != text


def test_events_are_told_in_the_readers_language() -> None:
    german = translator("de")
    analysis = judge(track_of(twist(60, hold_s=4)), CHAIR)
    passed = [event for event in analysis.events if event.key == "trunk_rotation"]
    assert passed
    for event in analysis.events:
        text = describe_event(event, analysis.stretch, german)
        assert text != describe_event(event, analysis.stretch)
        assert "{" not in text


def live(analysis: Analysis, track: PoseTrack, language: Language = "en") -> tuple[Cue, ...]:
    one = Session(analysis.stretch, analysis.session.first_neutral)
    cues = Cues(one, language)
    return tuple(cue for i in range(len(track)) for cue in cues.update(one.update(track.slice(i, i + 1))))


@pytest.mark.parametrize(
    "postures",
    [
        lambda: twist(30, hold_s=6),
        lambda: twist(60, hold_s=6),
        lambda: twist(-60, speed=120, hold_s=2),
        lambda: script((2, lambda _: Posture()), (6, lambda share: Posture(rotation=30, lateral=25 * share))),
    ],
)
def test_a_camera_and_a_recording_say_the_same(postures: Callable[[], list[Posture]]) -> None:
    track = track_of(postures())
    analysis = judge(track, CHAIR)
    assert live(analysis, track) == cues_of(analysis)
    assert [cue.time_s for cue in cues_of(analysis, "de")] == [cue.time_s for cue in cues_of(analysis)]


def test_a_person_who_holds_well_is_counted_down() -> None:
    said = cues_of(judge(track_of(twist(25, hold_s=8)), CHAIR))
    assert [cue.level for cue in said][:1] == ["hold"]
    assert {cue.level for cue in said} == {"hold"}
    assert said[-1].text.startswith("Held long enough")


@settings(max_examples=60, deadline=None)
@given(
    spans=st.lists(
        st.tuples(
            st.sampled_from(["trunk_rotation", "trunk_lateral_flexion", "neck_rotation", "trunk_rotation_speed"]),
            st.floats(0, 18),
            st.floats(0.1, 10),
            st.sampled_from([Level.CAUTION, Level.STOP]),
        ),
        max_size=8,
    ),
    cuts=st.sets(st.integers(1, 199), max_size=5),
)
def test_cues_keep_their_distance_however_frames_come(
    spans: list[tuple[str, float, float, Level]], cuts: set[int]
) -> None:
    script_ = Script(20)
    for key, start, length, level in spans:
        script_.passed(key, start, min(20, start + length), level, 60.0)
    whole = script_.cues()
    cues = Cues(script_.session)
    edges = [0, *sorted(cuts), 200]
    pieces = tuple(cue for a, b in pairwise(edges) for cue in cues.update(script_.judged(slice(a, b))))
    assert pieces == whole
    for one, other in pairwise(whole):
        assert other.interrupts or other.time_s - one.time_s >= GAP_S - 1e-6
    stops = [cue for cue in whole if cue.urgency == Urgency.STOP]
    for key in {cue.key for cue in stops}:
        times = [cue.time_s for cue in stops if cue.key == key]
        assert all(b - a >= STOP_AGAIN_S - 1e-6 for a, b in pairwise(times))


def test_cues_are_a_table(tmp_path: Path) -> None:
    path = tmp_path / "cues.csv"
    write(path, Script(3).passed("trunk_rotation", 1, 3, Level.STOP, 52.0).cues())
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == list(COLUMNS)
    assert rows[1][:3] == ["1.300", "stop", "trunk_rotation"]
