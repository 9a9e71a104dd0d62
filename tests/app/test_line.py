"""The line before the analyses: as many at once as may be, in order, the place told, a limit a visitor."""

import threading

import pytest

from posecheck.app.base import environment
from posecheck.app.visit import line as lines
from posecheck.app.visit.line import Line, RefusedError, Turn, told
from posecheck.core.errors import InputError
from posecheck.core.i18n import ENGLISH, translator

GERMAN = translator("de")


def entered(line: Line, *visitors: str) -> list[Turn]:
    return [line.enter(visitor, ENGLISH) for visitor in visitors]


def test_as_many_as_may_be_are_at_work_and_the_others_know_their_place() -> None:
    turns = entered(Line(2, 9), "a", "b", "c", "d", "e")
    assert [turn.before for turn in turns] == [None, None, 0, 1, 2]
    turns[1].leave()
    assert [turn.before for turn in turns] == [None, None, None, 0, 1]
    turns[3].leave()  # cancelled while it waited
    assert turns[4].before == 0
    turns[4].leave()
    turns[4].leave()
    assert [turn.before for turn in entered(Line(1, 9), "a", "b")] == [None, 0]


def test_the_place_is_told_while_waiting_and_given_back_at_the_end() -> None:
    line = Line(1, 9)
    first, second, third = entered(line, "a", "b", "c")
    heard, at_work = [], threading.Event()
    waits_third = threading.Event()

    def tell(share: float, text: str) -> None:
        heard.append(text)
        waits_third.set()

    def work() -> None:
        with third.taken(tell, GERMAN):
            at_work.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert waits_third.wait(60)
    assert heard[0] == "Gerade werden andere Aufnahmen ausgewertet: noch 1 vor Ihnen …"
    assert not at_work.is_set()
    first.leave()
    second.leave()
    assert at_work.wait(60)
    thread.join(60)
    assert entered(line, "d")[0].before is None


def test_an_interrupted_wait_leaves_the_line() -> None:
    line = Line(1, 9)
    first, second, third = entered(line, "a", "b", "c")

    def end(share: float, text: str) -> None:
        raise KeyError(text)

    with pytest.raises(KeyError), second.taken(end, ENGLISH):
        pass
    assert third.before == 0
    with pytest.raises(ZeroDivisionError), first.taken(end, ENGLISH):
        _ = 1 / 0
    assert third.before is None


def test_a_visitor_has_only_so_many_until_one_is_done_or_given_up() -> None:
    line = Line(1, 2)
    first, second = entered(line, "a", "a")
    with pytest.raises(RefusedError, match="2 recordings from your connection"):
        line.enter("a", ENGLISH)
    assert line.enter("b", ENGLISH).before == 1
    first.give_up()  # it still works until it looks whether it should
    assert second.before == 0
    assert line.enter("a", ENGLISH).before == 2
    with pytest.raises(RefusedError, match="2 Aufnahmen von Ihrem Anschluss"):
        line.enter("a", GERMAN)
    # Nobody is told from others on one's own machine.
    assert [turn.before for turn in entered(line, "", "", "")] == [3, 4, 5]


def test_a_long_line_takes_nobody_more() -> None:
    line = Line(1, 9, longest=2)
    entered(line, "a", "b", "c")
    with pytest.raises(RefusedError, match="Es warten schon zu viele"):
        line.enter("d", GERMAN)


def test_the_place_in_words() -> None:
    assert "yours is next" in told(0, ENGLISH)
    assert "1 before you" in told(1, ENGLISH)
    assert "2 before you" in told(2, ENGLISH)


def test_one_a_processor_unless_its_owner_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(lines.AT_ONCE, raising=False)
    monkeypatch.setattr(lines, "processors", lambda: 3)
    lines.line.cache_clear()
    try:
        turns = entered(lines.line(), "a", "b", "c", "d")
        assert [turn.before for turn in turns] == [None, None, None, 0]
        monkeypatch.setenv(lines.AT_ONCE, "many")
        lines.line.cache_clear()
        with pytest.raises(InputError, match="POSECHECK_MAX_ANALYSES: expected a whole number above 0, got 'many'"):
            lines.line()
    finally:
        lines.line.cache_clear()
    assert environment.processors() >= 1
