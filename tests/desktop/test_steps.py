"""A programme in the desktop window: cards, keys and the end of a set, with a screen in memory and recorded poses."""

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from posecheck.capture.video.camera import NewestFrame
from posecheck.cli.programme import run as programme_run
from posecheck.cli.programme.run import Request
from posecheck.core.errors import InputError, NotCoachedError
from posecheck.core.frame import Frame, Rgb
from posecheck.core.i18n import ENGLISH, translator
from posecheck.desktop import steps
from posecheck.desktop.steps import StepLoop, card_picture
from posecheck.history import open_store
from posecheck.live.coach import Coach, LiveFrame
from posecheck.live.sets import Set
from posecheck.programme.sitting import Sitting
from posecheck.rendering.overlay import canvas_size
from posecheck.safety import Answer, Answers, HealthRecord
from posecheck.stretches.library import find_stretch
from research.harness.replayed import STRETCH, TOO_FAR, ReplayedEngine, true_track

pytestmark = pytest.mark.skipif(not TOO_FAR.is_file(), reason="sample clips are not here")
PLAN = f"""
name = "After the office"
warm_up_min = 2
[[steps]]
stretch = "{STRETCH}"
repetitions = 1
hold_s = 5
[[steps]]
stretch = "butterfly"
repetitions = 2
pause_s = 1
[[steps]]
stretch = "rounded-back"
repetitions = 2
"""


class Frames:
    """A camera of grey pictures, 25 a second by their own times."""

    def __init__(self, seconds: float) -> None:
        self._n = round(seconds * 25)

    def __iter__(self) -> Iterator[Frame]:
        for i in range(self._n):
            yield Frame(i, i / 25, np.full((480, 640, 3), 90, np.uint8))

    def close(self) -> None:
        """Leave nothing."""


class Keyed:
    """A screen in memory from which keys come at given pictures."""

    def __init__(self, keys: dict[int, str]) -> None:
        self._keys = keys
        self.pictures: list[Rgb] = []

    def show(self, rgb: Rgb) -> str:
        self.pictures.append(rgb)
        return self._keys.get(len(self.pictures) - 1, "")

    def toggle_full(self) -> None:
        """There is nothing to fill."""

    def close(self) -> None:
        """Leave nothing."""


def loop(keys: dict[int, str], **more: Any) -> StepLoop:
    coach, engine = Coach(find_stretch(STRETCH)), ReplayedEngine(true_track())
    return StepLoop(coach, engine, Keyed(keys), **more)


def went(made: StepLoop, seconds: float = 11) -> StepLoop:
    with NewestFrame(Frames(seconds), every=True) as camera:
        made.run(camera)
    return made


def shown(made: StepLoop) -> list[Rgb]:
    assert isinstance(made.screen, Keyed)
    return made.screen.pictures


def test_a_card_stands_for_its_time_and_no_longer_than_wanted() -> None:
    card = ("Step 1 of 2", "Butterfly", "3 times", "Slowly.")
    made = went(loop({}, card=card, card_s=1.0), 2)
    kinds = [bool((picture == (20, 25, 31)).all(axis=2).mean() > 0.6) for picture in shown(made)]
    assert kinds == [True] * 25 + [False] * 25
    early = went(loop({10: " "}, card=card, card_s=1.0), 2)
    assert early.coach.done == 0
    assert early.left is None
    pictures = shown(early)
    assert [bool((one == (20, 25, 31)).all(axis=2).mean() > 0.6) for one in pictures].count(True) == 11


@pytest.mark.parametrize(("key", "left"), [("n", "skipped"), ("q", "quit")])
@pytest.mark.parametrize("card_s", [0.0, 5.0])
def test_a_step_is_left_by_its_keys_with_its_card_and_without(key: str, left: str, card_s: float) -> None:
    made = went(loop({20: key}, card=("a", "b"), card_s=card_s), 2)
    assert (made.left, len(shown(made))) == (left, 21)


def test_the_start_is_measured_anew_by_a_key_of_its_own() -> None:
    phases: list[str] = []
    made = loop({100: "a"})
    look = made._look

    def told(moment: LiveFrame) -> None:
        phases.append(moment.phase)
        look(moment)

    made.shown = told
    went(made, 6)
    assert (phases[100], phases[101]) == ("running", "guide")
    assert (made.coach.done, made.coach.last and made.coach.last.why) == (1, "asked")


def test_a_set_ends_by_itself_when_all_is_counted_and_going_on_leaves_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[object] = []
    asked: Callable[[], bool] = lambda: bool(kept)  # noqa: E731
    made = loop({258: " "}, keep=kept.append, is_done=asked, asked={"": 1})
    monkeypatch.setattr(steps, "counts_of", lambda moment: {"": int(moment.set_s > 5)})
    went(made, 11)
    assert len(kept) == 1
    assert made.coach.last is not None
    assert made.coach.last.why == "asked"
    assert (made.left, len(shown(made))) == ("done", 260)


def test_a_step_that_is_not_done_begins_another_set() -> None:
    made = went(loop({150: "e", 160: " "}, is_done=lambda: False), 8)
    assert made.left is None
    assert made.coach.last is not None
    assert made.coach.last.why == "asked"


def test_every_set_of_a_step_ends_by_itself_not_only_two(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Set] = []
    made = loop({}, keep=kept.append, is_done=lambda: False, asked={"": 1})
    monkeypatch.setattr(steps, "counts_of", lambda moment: {"": int(moment.set_s > 2)})
    made.engine.instead = true_track().pose(0)  # type: ignore[attr-defined]
    look = made._look

    def told(moment: LiveFrame) -> None:
        look(moment)
        if moment.phase == "over":
            made.coach.ask("toggle")

    made.shown = told
    went(made, 24)
    assert [done.why for done in kept[:3]] == ["asked"] * 3


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (1920, 1080), (160, 120)])
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_card_fits_every_picture(size: tuple[int, int], language: str) -> None:
    frame = Frame(0, 0.0, np.zeros((size[1], size[0], 3), np.uint8))
    texts = translator(language)
    lines = ("Step 12 of 12", texts.gettext(find_stretch(STRETCH).name), "left and right, 12 times each, hold 30 s")
    canvas = card_picture(frame, (*lines, "note " * 60), 199.2, texts)
    assert canvas.shape == (*canvas_size(size)[::-1], 3)
    assert canvas.std() > 5
    assert (canvas[-3:] == (20, 25, 31)).all(), "nothing is cut off below"
    assert not np.array_equal(canvas, card_picture(frame, lines, 3.0, ENGLISH))


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Sitting]:
    """Give what runs the command with recorded poses and a screen in memory in place of model and window."""
    monkeypatch.setenv("POSECHECK_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("POSECHECK_DB", raising=False)
    monkeypatch.setattr(programme_run, "ensure", lambda *_: Path("none"))
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")

    def ran(keys: dict[int, str], seconds: float = 30, **more: Any) -> Sitting:
        class Opened:
            def __init__(self, *_: object, **__: object) -> None:
                self.engine, self.screen = ReplayedEngine(true_track()), Keyed(keys)

            def __enter__(self) -> "Opened":
                self.camera = NewestFrame(Frames(seconds), every=True).__enter__()
                return self

            def __exit__(self, *_: object) -> None:
                self.camera.__exit__(None, None, None)

        monkeypatch.setattr(programme_run, "Opened", Opened)
        plan = more.pop("programme", str(tmp_path / "plan.toml"))
        return programme_run.run(Request(programme=plan, recording=Path("clip.mp4"), **more))

    return ran


def test_the_command_goes_step_by_step_and_keeps_what_was_done(
    window: Callable[..., Sitting], capsys: pytest.CaptureFixture[str]
) -> None:
    # Two of the steps: the first ended by hand and left by the space bar, the second left out, the third quit.
    done = window({258: "e", 262: " ", 300: "n", 340: "q"}, person="Änne", pain=3, rmdq=11, state=HealthRecord())
    assert [taken.state for taken in done.steps] == ["done", "skipped", "open"]
    told = capsys.readouterr()
    assert "Standing back bend, hands behind the head: done" in told.out
    assert "2. Butterfly for the upper back: left out" in told.out
    assert "1 of 3 steps done." in told.out
    assert "1 day this week" in told.out
    assert "Space" not in told.out
    assert "n: leave this step out" in told.err
    with open_store() as store:
        assert [score.points for score in store.scores("Änne")] == [11]
        (kept,) = store.programmes("Änne")
        assert (kept.name, kept.pain_before, kept.pain_after) == ("After the office", 3, None)
        assert [row["state"] for row in kept.steps] == ["done", "skipped", "open"]
        (session,) = store.sessions("Änne")
        assert (session.stretch, session.source[:5]) == (STRETCH, "live ")


def test_without_a_person_nothing_is_kept(window: Callable[..., Sitting], tmp_path: Path) -> None:
    window({258: "e", 262: "q"})
    assert not (tmp_path / "data" / "history.db").exists()


def test_a_recording_that_ends_leaves_the_rest_to_come(window: Callable[..., Sitting]) -> None:
    done = window({}, seconds=10.6)
    assert [taken.state for taken in done.steps][1:] == ["open", "open"]


def test_it_is_enough_after_as_many_times_as_are_safe(window: Callable[..., Sitting]) -> None:
    window({258: "e", 262: "q"}, person="me", state=HealthRecord())
    with pytest.raises(NotCoachedError, match="After the office: That is enough for today"):
        window({}, person="me", state=HealthRecord())


def test_what_the_answers_rule_out_is_left_out_with_its_reason(
    window: Callable[..., Sitting], capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now().astimezone()
    state = HealthRecord(Answers.of([Answer("slip_or_stenosis", "yes", now)]))
    done = window({20: "q"}, state=state)
    assert [taken.state for taken in done.steps] == ["skipped", "open", "open"]
    assert "is not for you now" in capsys.readouterr().out


def test_wrong_input_is_said_before_anything_opens(window: Callable[..., Sitting], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--every-frame: expected a recording"):
        programme_run.run(Request(programme="upper-back", every_frame=True))
    (tmp_path / "plan.toml").write_text(PLAN.replace("repetitions = 1", "repetitions = 40"), encoding="utf-8")
    with pytest.raises(Exception, match=r"plan\.toml: steps\.1\.repetitions: expected at most 3"):
        window({})


def test_pain_is_asked_at_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert programme_run._pain("Pain?", ENGLISH) is None
    said = iter(["eleven", "11", "7", ""])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(said))
    assert programme_run._pain("Pain?", ENGLISH) == 7
    assert programme_run._pain("Pain?", ENGLISH) is None
