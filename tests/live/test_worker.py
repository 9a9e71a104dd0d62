"""The process that judges many people: what it says of errors; nobody waits for another person's set to end."""

import io
import pickle
import threading
import time
from collections.abc import Callable

import pytest

from posecheck.core.errors import OutputError, PosecheckError
from posecheck.core.i18n import translator
from posecheck.live.coach import Coach
from posecheck.live.kept import KeptSet
from posecheck.live.remote import wire, worker
from posecheck.live.remote.viewer import RemoteViewer, Wish
from posecheck.live.remote.worker import Judge
from tests.support.remote import STILL, STRETCH, frames

Told = list[tuple[int, bytes, bytes, float]]


class Answers:
    """A judge with people in it, and what it has told."""

    def __init__(self, people: int = 1) -> None:
        self._out = io.BytesIO()
        self.judge = Judge(self._out)
        for number in range(1, people + 1):
            self.judge.take(number, worker.WISH, pickle.dumps(Wish(STRETCH)), 0.0)

    def frames(self, number: int, first: int, last: int) -> None:
        for one in frames()[first:last]:
            self.judge.take(number, worker.FRAMES, wire.write([one]), 100 + one.time_s)

    def told(self) -> Told:
        content, out, at = self._out.getvalue(), Told(), 0
        while at < len(content):
            number, kind, length, took_s = worker.TELL.unpack_from(content, at)
            at += worker.TELL.size
            out.append((number, kind, content[at : at + length], took_s))
            at += length
        return out

    def kinds(self, number: int) -> list[bytes]:
        return [kind for whose, kind, *_ in self.told() if whose == number]


def refuse(error: Exception) -> Callable[..., bytes]:
    def refused(*_: object) -> bytes:
        raise error

    return refused


def test_an_error_of_the_process_is_told_in_the_visitors_language(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, cause = Answers(), OSError(28, "No space left on device")
    monkeypatch.setattr(
        RemoteViewer, "frames", refuse(OutputError("not_written", "{path}: {error}", path="x", error=cause))
    )
    answers.frames(1, 0, 1)
    ((_, kind, content, _),) = answers.told()
    error = pickle.loads(content)
    assert kind == worker.BROKEN
    assert type(error) is OutputError
    assert error.code == "not_written"
    assert error.told(translator("de")) == "x: auf dem Datenträger ist kein Platz mehr"


def test_what_is_no_error_of_ours_is_told_without_words(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers()
    monkeypatch.setattr(RemoteViewer, "frames", refuse(ValueError("secret")))
    answers.frames(1, 0, 1)
    monkeypatch.setattr(RemoteViewer, "frames", refuse(PosecheckError("code", "{what}", what=threading.Lock())))
    answers.frames(1, 1, 2)
    assert [(kind, content) for _, kind, content, _ in answers.told()] == [(worker.BROKEN, b"")] * 2


@pytest.mark.parametrize("how", ["leaves", "other wish", "asked", "may end"])
def test_nobody_waits_while_somebody_elses_set_ends(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    answers, go_on = Answers(2), threading.Event()
    answers.frames(1, 0, STILL + 20)
    ending = Coach._end

    def slow(coach: Coach, why: str) -> None:
        assert go_on.wait(30)
        ending(coach, why)

    monkeypatch.setattr(Coach, "_end", slow)
    later = frames()[STILL + 20 : STILL + 22]
    if how == "leaves":
        answers.judge.take(1, worker.END, b"", 0.0)
    elif how == "other wish":
        answers.judge.take(1, worker.WISH, pickle.dumps(Wish(STRETCH)), 0.0)
    else:
        if how == "asked":
            answers.judge.take(1, worker.COMMAND, b"end", 0.0)
        else:
            viewer = answers.judge._viewers[1]
            assert not viewer.may_end
            viewer.may_end = True
            viewer.ask("end")
        answers.judge.take(1, worker.FRAMES, wire.write(later[:1]), 100 + later[0].time_s)
    before = len(answers.kinds(1))
    # What follows waits for it; somebody else does not.
    if how != "leaves":
        answers.judge.take(1, worker.FRAMES, wire.write(later[1:]), 100 + later[1].time_s)
    answers.frames(2, 0, 5)
    assert answers.kinds(2) == [worker.ANSWER] * 5
    assert len(answers.kinds(1)) == before
    go_on.set()
    answers.judge.finish()
    kinds = answers.kinds(1)[before:]
    assert kinds == {
        "leaves": [worker.SETS, worker.GONE],
        "other wish": [worker.SETS, worker.ANSWER],
    }.get(how, [worker.ANSWER, worker.SETS, worker.ANSWER])
    (kept,) = pickle.loads(next(content for _, kind, content, _ in answers.told() if kind == worker.SETS))
    assert isinstance(kept, KeptSet)


def test_frames_go_aside_while_the_person_may_end_the_set() -> None:
    viewer = RemoteViewer(Wish(STRETCH))
    sent = frames()
    for one in sent[: STILL + 20]:
        viewer.frames(wire.write([one]), 100 + one.time_s)
    assert not viewer.may_end
    gone = wire.Received(sent[STILL + 20].time_s, STILL + 21, (640, 480), None)
    viewer.frames(wire.write([gone]), 100 + gone.time_s)
    assert viewer.may_end


def test_each_piece_of_time_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server adds them up to how busy the process is."""
    answers = Answers()
    answers.frames(1, 0, STILL + 20)
    before, began = len(answers.told()), time.process_time()
    answers.judge.take(1, worker.END, b"", 0.0)
    answers.judge.finish()
    took = [took_s for *_, took_s in answers.told()[before:]]
    assert 0 < sum(took) <= time.process_time() - began
