"""The picture for somebody two metres away: few words, large enough, in both languages; counter, frame and shape."""

import json
from pathlib import Path

import numpy as np
import pytest

from posecheck.assessment.session import Session
from posecheck.core.frame import Frame
from posecheck.core.i18n import LANGUAGES, Language, translator
from posecheck.core.levels import Level
from posecheck.live import picture
from posecheck.live.announcements import LiveCues
from posecheck.live.coach import Coach, LiveFrame
from posecheck.live.guide import Todo
from posecheck.live.large import words
from posecheck.live.large.canvas import FRAMES, SIZE_WH, WORDS_PX, LargePicture
from posecheck.live.large.words import LargeWords, large_words
from posecheck.live.picture import SET_DONE
from posecheck.live.remote.answers import Answers
from posecheck.rendering.lettering import text_mask, text_width
from posecheck.repetitions.tally import SideTally, Tally
from posecheck.repetitions.tracker import RepetitionPhase
from posecheck.stretches.library import find_stretch
from posecheck.stretches.ranges import Kind
from research.harness.replayed import ROOT, ReplayedEngine, true_track

FAR = ROOT / "sample_videos" / "chair-twist-over-rotation.truth.json"
GOOD = ROOT / "sample_videos" / "chair-twist-good-form.truth.json"
ROOM_PX = SIZE_WH[0] - 120
"""Width that words have beside the shape of their level."""
ALL = [*words.ASKED.values(), *words.STOPPED.values(), *words.CAUTIONED.values(), *words.PHASES.values()]
ALL += [words.STOP, words.CAUTION, words.FAR_ENOUGH, words.UNSEEN, words.PAUSED, words.READY, words.OVER]
ALL += [words.OTHER_SIDE, words.SIDE_DONE, SET_DONE]
pytestmark = pytest.mark.skipif(not FAR.is_file(), reason="sample clips are not here")


def moments(truth: Path, coach: Coach | None = None) -> list[LiveFrame]:
    track = true_track(truth)
    engine, coach = ReplayedEngine(track), coach or Coach(find_stretch("chair-twist").for_age(None))
    grey = np.full((480, 640, 3), 90, np.uint8)
    out = []
    for i, time_s in enumerate(track.time_s.tolist()):
        frame = Frame(i, time_s, grey)
        out.append(coach.update(frame, engine.estimate(frame), "ready"))
    return out


@pytest.fixture(scope="module")
def far() -> list[LiveFrame]:
    return moments(FAR)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", dict.fromkeys(ALL))
def test_words_are_few_and_stand_whole_at_full_size(text: str, language: Language) -> None:
    told = translator(language).gettext(text).upper()
    assert len(told.split()) <= words.MOST_WORDS
    assert text_width(told, WORDS_PX, 700) <= ROOM_PX, told


def test_a_capital_has_seven_percent_of_the_height() -> None:
    rows = np.flatnonzero((text_mask("HENTFLI", WORDS_PX, 700) > 127).any(axis=1))
    capital = rows[-1] - rows[0] + 1
    assert capital >= 0.07 * SIZE_WH[1]
    assert capital / SIZE_WH[1] * 768 >= 53  # on a laptop of 1366 by 768 pixels that it fills


def test_everything_that_can_be_asked_for_has_words() -> None:
    assert set(words.ASKED) == set(Todo)
    silent = {Kind.CANNOT_JUDGE, Kind.ANOTHER_PERSON, Kind.CONTACT, Kind.PHONE_MOVED}
    assert set(words.CAUTIONED) == {str(kind) for kind in set(Kind) - silent}
    assert set(words.STOPPED) <= set(words.CAUTIONED)


def test_a_turn_too_far_is_told_by_words_frame_and_shape(far: list[LiveFrame]) -> None:
    large = LargePicture(translator("de"))
    told: dict[Level, str] = {}
    for moment in far:
        canvas = large.draw(moment)
        assert canvas.shape == (SIZE_WH[1], SIZE_WH[0], 3)
        said = large_words(moment, translator("de"))
        told.setdefault(said.level, said.text)
        np.testing.assert_array_equal(canvas[3, 300], FRAMES[said.level])
        np.testing.assert_array_equal(canvas[-3, 3], FRAMES[said.level])
    assert told[Level.STOP] == "STOPP! ZURÜCKDREHEN"
    assert LargeWords("JETZT STILL HALTEN", Level.UNKNOWN) in [large_words(one, translator("de")) for one in far]


@pytest.mark.parametrize("truth", [GOOD, FAR])
def test_what_is_counted_live_is_what_the_summary_counts(truth: Path) -> None:
    coach = Coach(find_stretch("chair-twist").for_age(None))
    session = next(moment.session for moment in reversed(moments(truth, coach)) if moment.session is not None)
    tally = session.moment().tally
    coach.finish()
    assert coach.last is not None
    summed = coach.last.series
    assert [(one.side, one.clean) for one in tally.sides] == [(side.side, side.clean) for side in summed.sides]
    assert [one.stopped for one in tally.sides] == [side.complete - side.clean for side in summed.sides]
    assert sum(one.stopped if truth == FAR else one.clean for one in tally.sides) >= 1


def counted(left: int, right: int = 0, stopped: int = 0) -> Tally:
    return Tally((SideTally("left", 2, left, stopped), SideTally("right", 2, right)))


@pytest.mark.parametrize(
    ("phase", "side", "tally", "told"),
    [
        ("neutral", "", counted(0), "BEGIN SLOWLY"),
        ("in", "left", counted(1), "GOOD, GO ON SLOWLY"),
        ("neutral", "", counted(2), "NOW THE OTHER SIDE"),
        ("in", "left", counted(2), "ENOUGH ON THIS SIDE"),
        ("hold", "left", counted(3), "ENOUGH ON THIS SIDE"),
        ("out", "left", counted(3), "GOOD, BACK SLOWLY"),
        ("in", "right", counted(2), "GOOD, GO ON SLOWLY"),
        ("neutral", "", counted(2, 2), "ENOUGH FOR NOW. REST"),
        ("in", "left", counted(2, 4), "ENOUGH FOR NOW. REST"),
        ("out", "right", counted(2, 4), "GOOD, BACK SLOWLY"),
        ("in", "right", Tally((SideTally("left", 2, 1),)), "NOW THE OTHER SIDE"),
        ("in", "left", Tally((SideTally("left", 2, 1),)), "GOOD, GO ON SLOWLY"),
        ("neutral", "", Tally((SideTally("left", 2, 2),)), "ENOUGH FOR NOW. REST"),
    ],
)
def test_nothing_is_encouraged_beyond_what_is_asked_for(
    phase: str, side: str, tally: Tally, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear = next(one for one in moments(GOOD) if large_words(one).level == Level.CLEAR)
    monkeypatch.setattr(Session, "moment", lambda _: RepetitionPhase(phase, side, 0.0, tally))
    assert large_words(clear).text == told


def test_the_count_ends_at_what_is_asked_for_and_says_what_did_not_count() -> None:
    shown = [one.shown for one in (*counted(4, 1).sides, SideTally("", None, 7))]
    assert shown == ["2/2", "1/2", "7"]
    assert [one.done for one in (*counted(4, 1).sides, SideTally("", None, 7))] == [True, False, False]
    assert words.describe_stopped(SideTally("", 2, 1, 0)) == ""
    assert words.describe_stopped(SideTally("", 2, 1, 1)) == "1 not counted: stop"


def test_the_voice_says_what_is_done_and_what_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now = counted(0)
    monkeypatch.setattr(Session, "moment", lambda _: RepetitionPhase("neutral", "", 0.0, now))
    running = [one for one in moments(GOOD) if one.phase == "running"]
    cues, said = LiveCues("en"), []
    for i, moment in enumerate(running[:60]):
        now = [counted(0), counted(1), counted(1, 0, 1), counted(2, 1, 1), counted(2, 2, 1), counted(2, 3, 1)][i // 10]
        said += [one.text for one in cues.tell(moment) if one.level == "guide"]
    assert said == [
        "That one is not counted: it went past a stop limit.",
        "The left side is done. Now the right side.",
        "That is enough for now: all repetitions are done. Rest.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_browser_is_told_the_count_in_words(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "moment", lambda _: RepetitionPhase("neutral", "", 0.0, counted(4, 1, 1)))
    clear = next(one for one in moments(GOOD) if one.phase == "running" and one.step is not None)
    told = json.loads(Answers(translator(language)).of(clear, 1, (), (), 0))["counts"]
    left, right, note = {
        "en": ("Left", "Right", "1 not counted: stop"),
        "de": ("Links", "Rechts", "1 zählt nicht: Stopp"),
    }[language]
    assert told == [[left, "2/2", True, note], [right, "1/2", False, ""]]


@pytest.mark.parametrize(
    ("tally", "told"), [(counted(0), ""), (counted(2, 1), "left 2/2 · right 1/2"), (counted(3, 2), SET_DONE)]
)
def test_the_window_keeps_the_count_between_repetitions(
    tally: Tally, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(picture, "write", lambda _, text, *__: written.append(text))
    monkeypatch.setattr(Session, "moment", lambda _: RepetitionPhase("neutral", "", 0.0, tally))
    picture.picture(next(one for one in moments(GOOD) if one.phase == "running" and one.step is not None))
    assert written == ([told] if told else [])
