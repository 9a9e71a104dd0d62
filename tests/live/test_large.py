"""The picture for somebody two metres away: few words, large enough, in both languages; counter, frame and shape."""

from pathlib import Path

import numpy as np
import pytest

from posecheck.core.frame import Frame
from posecheck.core.i18n import LANGUAGES, Language, translator
from posecheck.core.levels import Level
from posecheck.live.coach import Coach, LiveFrame
from posecheck.live.guide import Todo
from posecheck.live.large import words
from posecheck.live.large.canvas import FRAMES, SIZE_WH, WORDS_PX, LargePicture
from posecheck.live.large.counter import RepetitionCounter
from posecheck.live.large.words import LargeWords, large_words
from posecheck.rendering.lettering import text_mask, text_width
from posecheck.stretches.library import find_stretch
from posecheck.stretches.ranges import Kind
from research.harness.replayed import ROOT, ReplayedEngine, true_track

FAR = ROOT / "sample_videos" / "chair-twist-over-rotation.truth.json"
GOOD = ROOT / "sample_videos" / "chair-twist-good-form.truth.json"
ROOM_PX = SIZE_WH[0] - 120
"""Width that words have beside the shape of their level."""
ALL = [*words.ASKED.values(), *words.STOPPED.values(), *words.CAUTIONED.values(), *words.PHASES.values()]
ALL += [words.STOP, words.CAUTION, words.FAR_ENOUGH, words.UNSEEN, words.PAUSED, words.READY, words.OVER]
pytestmark = pytest.mark.skipif(not FAR.is_file(), reason="sample clips are not here")


def moments(truth: Path) -> list[LiveFrame]:
    track = true_track(truth)
    engine, coach = ReplayedEngine(track), Coach(find_stretch("chair-twist").for_age(None))
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


def test_whole_repetitions_are_counted_by_side() -> None:
    counter, counts = RepetitionCounter(), {}
    whole = {"left": 0, "right": 0}
    for moment in moments(GOOD):
        counts = counter.update(moment)
        for one in () if moment.step is None else moment.step.judged.repetitions:
            whole[one.side] += one.complete
    assert counts == whole
    assert sum(counts.values()) >= 1
