"""The desktop window with a phone that sends: judged by it where its screen is not seen, and said where it is lost."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from posecheck.capture.markers.phone.beside import Beside
from posecheck.capture.markers.phone.stream import Said, Sent, Streams
from posecheck.capture.pose.worker import WorkerState
from posecheck.cli.live import Request, run
from posecheck.core.errors import InputError
from posecheck.core.frame import Frame, Rgb
from posecheck.core.levels import Level
from posecheck.core.pose import Pose, PoseTrack
from posecheck.desktop.window import Loop
from posecheck.feedback.frame_state import BY_PHONE
from posecheck.kinematics.angles import INDEX
from posecheck.live.announcements import GO, PHONES, LiveCues
from posecheck.live.coach import Coach, LiveFrame
from posecheck.live.guide import Instruction, Todo
from posecheck.live.instructions import describe_instruction
from posecheck.live.picture import state_of
from posecheck.live.sets import Set, write_set
from posecheck.measurement.readings import FUSED, Basis
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import Changes
from posecheck.stretches.library import find_stretch
from research.harness.replayed import ReplayedEngine
from tests.support.people import Posture, script, track_of

pytestmark = pytest.mark.usefixtures("plain_geometry")

TWIST, BASED = INDEX["trunk_rotation"], FUSED.index("trunk_rotation")
AGE_S = 0.06


class Screen:
    """A screen that keeps the newest picture."""

    def __init__(self) -> None:
        self.picture: Rgb | None = None

    def show(self, rgb: Rgb) -> str:
        self.picture = rgb
        return ""

    def toggle_full(self) -> None:
        """Nothing is shown."""

    def close(self) -> None:
        """Leave nothing."""


def a_set() -> tuple[PoseTrack, list[float]]:
    """Return the landmarks of somebody who twists twice, and their true turns, of which landmarks see two thirds."""
    still = (4.0, lambda s: Posture())
    there = (1.5, lambda s: Posture(rotation=40.0 * s))
    held = (2.0, lambda s: Posture(rotation=40.0))
    back = (1.5, lambda s: Posture(rotation=40.0 * (1 - s)))
    postures = script(still, there, held, back, still, there, held, back, (2.0, lambda s: Posture()))
    seen = [Posture(rotation=one.rotation / 1.5) for one in postures]
    return track_of(seen), [one.rotation for one in postures]


def test_a_set_rests_on_what_the_phone_sends_until_that_is_lost_which_is_said() -> None:
    track, turns = a_set()
    now = [50.0]
    streams = Streams(lambda: now[0])
    moments: list[LiveFrame] = []
    kept: list[Set] = []
    screen = Screen()
    loop = Loop(
        Coach(find_stretch("chair-twist")), ReplayedEngine(track), screen, shown=moments.append, keep=kept.append,
        phones=Beside(streams),
    )  # fmt: skip
    cues, said = LiveCues("en"), []
    lost_from = round(16.0 * 30)
    for i in range(len(track)):
        time_s = float(track.time_s[i])
        now[0] = 50.0 + time_s + AGE_S
        if i < lost_from and i % 2:
            when = [i - 1, i]
            rows = [[300.0 + float(track.time_s[k]), turns[k], 0.0, 0.0, 1] for k in when]
            assert streams.add(Sent("a", False, np.array(rows))) is Said.TAKEN
        loop._one(Frame(i, time_s, np.full((800, 800, 3), 120, np.uint8)))
        said += [one.text for one in cues.tell(moments[-1])]
    assert PHONES["on"] in said
    assert PHONES["lost"] in said
    assert [one.phone for one in moments[:3]] == ["none", "on", "on"]
    assert moments[-1].phone == "lost"
    loop.coach.finish()
    loop._keep()
    judged = [one for one in moments if one.step is not None and one.phase == "running"]
    value = np.array([one.step.judged.readings.value[0, TWIST] for one in judged if one.step is not None])
    error = np.array([one.step.judged.readings.error[0, TWIST] for one in judged if one.step is not None])
    basis = np.array([one.step.judged.readings.basis[0, BASED] for one in judged if one.step is not None])
    true = np.array([turns[one.frame.index] for one in judged])
    sent = np.array([one.frame.index < lost_from for one in judged])
    steady = np.abs(np.gradient(true)) < 0.1
    assert (basis[sent] == Basis.PHONE_BY_NETWORK).mean() > 0.97
    assert np.abs(value - true)[sent & steady].max() < 4.0
    assert (basis[~sent][-60:] != Basis.PHONE_BY_NETWORK).all()
    first = int(np.flatnonzero(~sent)[0])
    assert error[first + 25] > error[first - 5], "it grows while nothing comes"
    # What was sent is in the set's landmarks, so that it is judged by it again.
    (done,) = kept
    assert np.isfinite(done.analysis.track.phone[:, 0]).mean() > 0.6
    assert (done.analysis.judged.readings.basis[:, BASED] == Basis.PHONE_BY_NETWORK).mean() > 0.6
    assert screen.picture is not None


class Blind:
    """An engine that finds somebody only in the light."""

    state: WorkerState = "ready"

    def __init__(self, track: PoseTrack, light_from: int) -> None:
        self._track, self._light_from = track, light_from

    def estimate(self, frame: Frame) -> Pose | None:
        return self._track.pose(frame.index) if frame.index >= self._light_from else None

    def close(self) -> None:
        """Leave nothing."""


def in_the_dark(
    turns: Sequence[float], *, stretch: str = "chair-twist", zero: float = 0.0, light_from: int = 10**6
) -> tuple[list[LiveFrame], list[str], Coach]:
    """Do a set in a dark room with a phone that sends; return its moments, what was said, and the coach."""
    now = [50.0]
    streams = Streams(lambda: now[0])
    moments: list[LiveFrame] = []
    coach = Coach(find_stretch(stretch))
    engine = Blind(track_of([Posture(rotation=turn / 1.5) for turn in turns]), light_from)
    loop = Loop(coach, engine, Screen(), shown=moments.append, phones=Beside(streams))
    cues, said = LiveCues("en"), list[str]()
    for i in range(len(turns)):
        time_s = i / 30
        now[0] = 50.0 + time_s + AGE_S
        if i % 2:
            rows = [[300.0 + k / 30, zero + turns[k], 1.0, -1.0, 1] for k in (i - 1, i)]
            assert streams.add(Sent("a", False, np.array(rows))) is Said.TAKEN
        picture = np.full((800, 800, 3), 120 if i >= light_from else 6, np.uint8)
        loop._one(Frame(i, time_s, picture))
        said += [one.text for one in cues.tell(moments[-1])]
    coach.finish()
    return moments, said, coach


def twisting(to: float) -> list[float]:
    up, back = np.linspace(0.0, to, 45), np.linspace(to, 0.0, 45)
    return [float(one) for one in (*[0.0] * 120, *up, *[to] * 45, *back, *[0.0] * 60)]


def test_a_set_starts_in_the_dark_by_the_phones_own_stillness(tmp_path: Path) -> None:
    moments, said, coach = in_the_dark(twisting(60.0))
    assert describe_instruction(Instruction(Todo.HOLD_PHONE, coach.stretch)) in said
    assert [one for one in said if one in (GO, BY_PHONE)] == [GO, BY_PHONE]
    (done,) = coach.ended()
    neutral = done.summary.neutral
    assert neutral is not None
    assert (neutral.origin, neutral.view) == ("phone", "unseen")
    assert done.summary.verdict == "stop"
    (stop,) = [one for one in done.analysis.events if one.key == "trunk_rotation" and one.level == "stop"]
    assert stop.worst == pytest.approx(60.0, abs=3.0)
    running = [one for one in moments if one.phase == "running"]
    states = {state_of(one).level for one in running}
    assert {Level.CLEAR, Level.STOP} <= states
    assert all(BY_PHONE in state_of(one).message for one in running if state_of(one).level == Level.CLEAR)
    # Kept, it can be judged again and read.
    (tmp_path / "set").mkdir()
    write_set(tmp_path / "set", done, "chair-twist")
    again = rejudge(tmp_path / "set", Changes())
    assert again.analysis.summary.verdict == "stop"
    assert [one.key for one in again.analysis.events] == [one.key for one in done.analysis.events]


def test_no_set_starts_in_the_dark_away_from_the_phones_zero_or_where_a_phone_does_not_measure() -> None:
    away, said, coach = in_the_dark([0.0] * 240, zero=25.0)
    assert away[-1].phase == "guide"
    assert describe_instruction(Instruction(Todo.HOLD_PHONE, coach.stretch)) in said
    for stretch in ("standing-twist", "standing-extension-hand-press", "supine-twist"):
        moments, _, _ = in_the_dark([0.0] * 240, stretch=stretch)
        assert moments[-1].phase == "guide", stretch


def test_with_the_light_on_the_first_stillness_that_is_seen_takes_over() -> None:
    turns = [0.0] * 90 + twisting(30.0) + [0.0] * 60 + twisting(60.0)
    moments, _, coach = in_the_dark(turns, light_from=90 + 315)
    (done,) = coach.ended()
    assert moments[-1].phase == "running", "the same person is seen"
    neutral = done.summary.neutral
    assert neutral is not None
    assert neutral.origin == "phone"
    assert len(neutral.again_s) == 1
    value = done.analysis.judged.readings.value[:, TWIST]
    assert value[-330:] == pytest.approx(turns[-330:], abs=6.0)


def test_a_recording_that_plays_slower_has_no_clock_for_a_phone() -> None:
    with pytest.raises(InputError, match="--phone: expected pictures as they come"):
        run(Request("chair-twist", file=Path("x.mp4"), every_frame=True, phone=True))
