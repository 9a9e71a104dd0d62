"""The desktop window with a phone that sends: judged by it where its screen is not seen, and said where it is lost."""

from pathlib import Path

import numpy as np
import pytest

from posecheck.capture.markers.phone.beside import Beside
from posecheck.capture.markers.phone.stream import Said, Sent, Streams
from posecheck.cli.live import Request, run
from posecheck.core.errors import InputError
from posecheck.core.frame import Frame, Rgb
from posecheck.core.pose import PoseTrack
from posecheck.desktop.window import Loop
from posecheck.kinematics.angles import INDEX
from posecheck.live.announcements import PHONES, LiveCues
from posecheck.live.coach import Coach, LiveFrame
from posecheck.live.sets import Set
from posecheck.measurement.readings import FUSED, Basis
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


def test_a_recording_that_plays_slower_has_no_clock_for_a_phone() -> None:
    with pytest.raises(InputError, match="--phone: expected pictures as they come"):
        run(Request("chair-twist", file=Path("x.mp4"), every_frame=True, phone=True))
