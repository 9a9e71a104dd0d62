"""Live sets on a sample's true landmarks: led, judged as a recording is, paused, ended, left, written, judged again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posecheck.assessment.analysis import Analysis, judge
from posecheck.capture.pose.landmark_file import load_track
from posecheck.core.frame import Frame
from posecheck.core.i18n import translator
from posecheck.core.pose import Pose
from posecheck.feedback.headline import headline_of
from posecheck.live.announcements import GO, LiveCues, Saying
from posecheck.live.coach import GAP_S, Coach, LiveFrame
from posecheck.live.guide import GuideStep
from posecheck.live.picture import picture, state_of
from posecheck.live.sets import Set, write_set
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import Changes
from posecheck.rendering.overlay import canvas_size
from posecheck.stretches.library import find_stretch
from research.harness.replayed import STRETCH, TOO_FAR, ReplayedEngine, true_track
from tests.support.people import Posture, track_of

pytestmark = [
    pytest.mark.usefixtures("plain_geometry"),
    pytest.mark.skipif(not TOO_FAR.is_file(), reason="sample clips are not here"),
]
FPS = 25


class Watching(Coach):
    """A coach with an engine that looks for it."""

    def __init__(self, engine: ReplayedEngine, age: int | None = None) -> None:
        super().__init__(find_stretch(STRETCH).for_age(age), age=age)
        self._engine = engine

    def see(self, frame: Frame) -> LiveFrame:
        return self.update(frame, self._engine.estimate(frame), self._engine.state)


def coach(age: int | None = None) -> tuple[Watching, ReplayedEngine]:
    engine = ReplayedEngine(true_track())
    return Watching(engine, age), engine


def frame(time_s: float, size_wh: tuple[int, int] = (640, 480)) -> Frame:
    return Frame(round(time_s * FPS), time_s, np.full((size_wh[1], size_wh[0], 3), 90, np.uint8))


def watched(
    coach: Watching, from_s: float, to_s: float, at: Callable[[LiveFrame], None] = lambda moment: None
) -> list[LiveFrame]:
    """Show a stretch of time to the coach."""
    moments = []
    for i in range(round(from_s * FPS), round(to_s * FPS)):
        moments.append(coach.see(frame(i / FPS)))
        at(moments[-1])
    return moments


def only(coach: Coach) -> Set:
    assert len(coach.sets) == 1
    return coach.sets[0]


def kinds(done: Set) -> list[tuple[str, str]]:
    return [(event.kind, event.level) for event in done.analysis.events if event.level in ("caution", "stop")]


def test_a_set_is_led_to_judged_and_kept() -> None:
    live, _ = coach(age=40)
    moments = watched(live, 0, 10.6)
    phases = list(dict.fromkeys((moment.phase, moment.guidance.step) for moment in moments))
    assert phases == [
        ("guide", GuideStep.BODY),
        ("guide", GuideStep.VIEW),
        ("guide", GuideStep.NEUTRAL),
        ("running", GuideStep.GO),
    ]
    titles = {state_of(moment).title for moment in moments if moment.phase == "running"}
    assert any(title.startswith("Stop: arched back too far") for title in titles)
    live.finish()
    done = only(live)
    assert done.why == "camera"
    assert done.age == 40
    assert done.analysis.summary.verdict == "stop"
    assert ("excessive_extension", "stop") in kinds(done)


def test_live_and_judged_again_are_one() -> None:
    live, _ = coach()
    moments = watched(live, 0, 10.6)
    live.finish()
    done = only(live)
    session = next(moment.session for moment in moments if moment.phase == "running")
    assert session is not None
    assert session.first_neutral is not None
    assert done.analysis.neutral is not None
    np.testing.assert_allclose(session.first_neutral.raw, done.analysis.neutral.raw)
    running = [event for moment in moments for event in moment.events if event.level == "stop"]
    again = [event for event in done.analysis.events if event.level == "stop"]
    for then, later in zip(running, again, strict=False):
        assert (then.key, then.start_s) == (later.key, later.start_s)
        assert then.worst == pytest.approx(later.worst, abs=0.01)
    assert running


def test_nothing_is_judged_in_a_pause_nor_across_it() -> None:
    live, _ = coach()
    watched(live, 0, 4.0)
    live.ask("toggle")
    paused = watched(live, 4.0, 9.0)
    assert {moment.phase for moment in paused} == {"paused"}
    assert state_of(paused[-1]).title == "Paused"
    assert paused[0].set_s == paused[-1].set_s
    live.ask("toggle")
    after = watched(live, 9.0, 10.6)
    assert after[-1].phase == "running"
    assert after[0].set_s == pytest.approx(paused[0].set_s + GAP_S)
    live.finish()
    done = only(live)
    # The lean past the limit fell into the pause.
    assert ("excessive_extension", "stop") not in kinds(done)
    assert done.analysis.summary.duration_s < 5.5


def test_a_hand_held_up_pauses_and_goes_on_and_ends() -> None:
    one_up = track_of([Posture(shoulder_flexion=(175.0, 0.0))], azimuth=90.0).pose(0)
    live, engine = coach()
    watched(live, 0, 4.0)
    engine.instead = one_up
    assert watched(live, 4.0, 5.5)[-1].phase == "paused"
    engine.instead = None
    assert watched(live, 5.5, 6.5)[-1].phase == "paused"
    engine.instead = one_up
    assert watched(live, 6.5, 8.0)[-1].phase == "running"
    last = watched(live, 8.0, 10.5)[-1]
    assert last.phase == "over"
    assert last.last is only(live)
    assert only(live).why == "asked"
    assert state_of(last).title == "Set done"
    engine.instead = None
    watched(live, 10.5, 11.0)
    engine.instead = one_up
    assert watched(live, 11.0, 12.5)[-1].phase == "guide"


def test_sets_that_were_handed_out_do_not_stay_in_memory() -> None:
    live, _ = coach()
    handed_out: list[Set] = []
    for again in range(3):
        watched(live, 20.0 * again, 20.0 * again + 8.0)
        live.ask("end")
        watched(live, 20.0 * again + 8.0, 20.0 * again + 8.2)
        live.ask("again")
        watched(live, 20.0 * again + 8.2, 20.0 * again + 8.4)
        fresh = live.ended()
        assert live.ended() == []
        handed_out += fresh
        assert [done.why for done in fresh] == ["asked"]
        assert live.sets == []
        assert live.last is fresh[-1]
    assert len({done.began for done in handed_out}) == 3


def test_who_leaves_ends_the_set_and_is_led_again() -> None:
    live, engine = coach()
    engine.gone = (5.0, 9.5)
    moments = watched(live, 0, 9.0)
    assert moments[round(6.0 * FPS)].phase == "running"
    assert moments[-1].phase == "guide"
    assert only(live).why == "left"
    assert "You left the picture" in state_of(moments[-1]).message
    assert moments[-1].guidance.step == GuideStep.BODY


def test_a_short_absence_ends_nothing() -> None:
    live, engine = coach()
    engine.gone = (5.0, 7.0)
    assert watched(live, 0, 10)[-1].phase == "running"
    assert not live.sets


def test_who_is_covered_by_somebody_else_is_told_so() -> None:
    live, _ = coach()
    watched(live, 0, 5.0)
    for i in range(25):
        now = frame(5.0 + i / FPS)
        moment = live.update(now, Pose.hidden(now.time_s, (640, 480), 1, 0), "ready")
    assert moment.phase == "running"
    assert moment.pose is None
    assert state_of(moment).title == "You are not seen"
    assert "Somebody else" in state_of(moment).message
    assert picture(moment).shape[1] >= 640
    assert watched(live, 6.0, 7.0)[-1].phase == "running"
    assert not live.sets


def test_someone_else_ends_the_set() -> None:
    live, engine = coach()
    watched(live, 0, 4.0)
    engine.subject = 1
    assert watched(live, 4.0, 4.8)[-1].phase == "running"
    assert watched(live, 4.8, 6.0)[-1].phase == "guide"
    assert only(live).why == "other"


def test_a_set_outlives_its_engine() -> None:
    live, engine = coach()
    watched(live, 0, 4.0)
    engine.state = "restarting"
    moments = watched(live, 4.0, 8.0)
    assert {moment.phase for moment in moments} == {"running"}
    assert "starting again" in state_of(moments[-1]).message
    engine.state = "ready"
    watched(live, 8.0, 10.6)
    live.finish()
    assert only(live).analysis.summary.verdict in ("stop", "clear", "borderline", "caution")


def test_a_set_too_short_is_none() -> None:
    live, _ = coach()
    watched(live, 0, 0.2)
    live.ask("end")
    live.finish()
    assert not live.sets


def test_the_start_is_measured_anew_when_asked() -> None:
    live, _ = coach()
    watched(live, 0, 4.0)
    live.ask("again")
    assert watched(live, 4.0, 4.2)[-1].phase == "guide"
    assert only(live).why == "asked"


def test_a_set_written_is_a_folder_of_results(tmp_path: Path) -> None:
    live, _ = coach(age=70)
    watched(live, 0, 10.6)
    live.finish()
    done = only(live)
    write_set(tmp_path, done, STRETCH)
    again = rejudge(tmp_path, Changes())
    assert _told(again.analysis) == _told(done.analysis)
    assert again.settings.age == 70
    track = load_track(tmp_path / "landmarks.npz")
    np.testing.assert_allclose(track.image_xy, done.analysis.track.image_xy, atol=0.01)
    assert headline_of(judge(track, done.analysis.stretch)) == headline_of(done.analysis)


def _told(analysis: Analysis) -> tuple[object, ...]:
    summary = analysis.summary
    return summary.verdict, headline_of(analysis), summary.frames, summary.duration_s


@pytest.mark.parametrize("size_wh", [(640, 480), (320, 240), (480, 640), (1280, 720)])
@pytest.mark.parametrize("mirrored", [True, False])
def test_every_moment_can_be_drawn_at_every_size(size_wh: tuple[int, int], mirrored: bool) -> None:
    live, engine = coach()
    for state in ("loading", "ready"):
        engine.state = state
        for time_s in (0.0, 2.0, 2.5, 3.0, 5.0):
            moment = live.see(frame(time_s, size_wh))
            assert picture(moment, mirrored=mirrored).shape[1::-1] == canvas_size(size_wh)
    watched(live, 6, 6.2)
    live.ask("toggle")
    assert picture(live.see(frame(6.3, size_wh)), mirrored=mirrored).shape[1::-1] == canvas_size(size_wh)
    live.ask("end")
    assert picture(live.see(frame(6.4, size_wh)), mirrored=mirrored).shape[1::-1] == canvas_size(size_wh)


def test_what_is_said_leads_warns_and_tells_the_end() -> None:
    live, _ = coach()
    cues = LiveCues("en")
    said: list[Saying] = []
    moments = watched(live, 0, 10.6, lambda moment: said.extend(cues.tell(moment)))
    levels = [one.level for one in said]
    assert levels.index("go") < levels.index("stop")
    assert next(one for one in said if one.level == "stop").interrupts
    live.ask("end")
    end = cues.tell(live.see(frame(10.7)))
    assert [one.level for one in end] == ["end"]
    assert "Past the stop limit" in end[0].text
    assert moments


def test_what_to_do_is_said_when_it_has_stood_and_again_when_it_is_not_done() -> None:
    live, engine = coach()
    engine.gone = (0.0, 60.0)
    cues = LiveCues("en")
    times = [moment.frame.time_s for moment in watched(live, 0, 20) if cues.tell(moment)]
    assert len(times) == 2
    assert times[0] == pytest.approx(1.0, abs=0.1)


def test_the_voice_speaks_the_language_of_its_listener() -> None:
    live, _ = coach()
    cues, german = LiveCues("de"), translator("de")
    said = [one for moment in watched(live, 0, 6) for one in cues.tell(moment)]
    assert german.gettext(GO) in [one.text for one in said if one.level == "go"]
    stretch = live.stretch
    stops = [one.text for one in said if one.level == "stop"]
    begun = {german.gettext(item.message).partition("{")[0] for item in stretch.ranges}
    assert stops
    assert all(any(text.startswith(start) for start in begun) for text in stops)


def test_frames_before_the_step_are_not_part_of_the_set() -> None:
    live, engine = coach()
    engine.gone = (0.0, 0.8)
    moments = watched(live, 0, 4)
    first = next(moment for moment in moments if moment.step is not None)
    assert first.step is not None
    assert first.step.frame.time_s == 0.0
    assert replace(first.frame, time_s=0.0).index == first.step.frame.index
