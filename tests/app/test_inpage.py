"""The connection for landmarks: who gets in, how much may come, when frames wait, and what a full server says."""

import asyncio
import json
import pickle
import time
from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from posecheck.app.base import pose_model
from posecheck.app.streaming.feed import FULL, Feed, Wish
from posecheck.app.streaming.inpage import links, nearby, routes, tickets
from posecheck.app.streaming.inpage.judges import Judges, Place
from posecheck.app.streaming.inpage.links import Link, Links
from posecheck.app.streaming.inpage.load import (
    AGAIN_S,
    BLOCK,
    EASIER,
    EASIEST,
    EASY,
    FULLER,
    HURRIED_S,
    LARGER,
    SELDOM_S,
    SETTLE_S,
    SHORT_S,
    SLOW_S,
    SMALLER,
    WINDOW_S,
    Load,
)
from posecheck.app.streaming.inpage.load import FULL as BUSY
from posecheck.core.errors import OutputError, PosecheckError
from posecheck.live.kept import KeptSet
from posecheck.live.remote import surroundings, wire, worker
from posecheck.live.remote.wire import Received
from posecheck.stretches.library import find_stretch
from research.harness.replayed import ReplayedEngine, true_track

WISH = Wish(find_stretch("chair-twist"))


class Held:
    """A place in a process that answers when it is told to."""

    ready = True

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.asked: list[str] = []
        self.wishes: list[Wish] = []
        self.around: list[bytes] = []
        self.left = self.again = 0

    def want(self, wish: Wish) -> None:
        self.wishes.append(wish)

    def connected(self) -> None:
        self.again += 1

    def frames(self, message: bytes) -> None:
        self.got.append(message)

    def surroundings(self, message: bytes) -> None:
        self.around.append(message)

    def ask(self, command: str) -> None:
        self.asked.append(command)

    def leave(self) -> None:
        self.left += 1


class HeldJudges(Judges):
    """Processes that are not there."""

    def __init__(self) -> None:
        super().__init__(2)
        self.places: list[Held] = []

    def enter(self, listener: object, wish: Wish) -> Place:
        self.places.append(Held())
        self.places[-1].want(wish)
        return cast(Place, self.places[-1])


class Told:
    """A browser that keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[dict[str, object]] = []
        self.ended = 0

    def send(self, text: str) -> None:
        self.heard.append(json.loads(text))

    def end(self, code: int, why: str) -> None:
        self.ended = code


def frames(count: int = 1, first: int = 1) -> bytes:
    return wire.write([Received((first + i) / 15, first + i, (640, 480), None) for i in range(count)])


def entered(most: int = 9) -> tuple[Link, Told, HeldJudges, Feed]:
    judges, feed, told = HeldJudges(), Feed(), Told()
    feed.want(WISH)
    link = Link(feed, Links(judges, most))
    link.connect(told)
    return link, told, judges, feed


def test_frames_wait_while_earlier_ones_are_judged_and_go_on_together() -> None:
    link, told, judges, _ = entered()
    for number in range(1, 5):
        link.frames(frames(first=number))
    (place,) = judges.places
    assert [message[3] for message in place.got] == [1]
    link.answered(b'{"n":1}')
    assert [message[3] for message in place.got] == [1, 3]
    assert [one.number for one in wire.read(place.got[1])] == [2, 3, 4]
    assert told.heard[-1] == {"n": 1}


def test_what_waits_is_bounded() -> None:
    link, _, judges, _ = entered()
    for number in range(1, 60):
        link.frames(frames(first=number))
    link.answered(b"{}")
    link.answered(b"{}")
    numbers = [one.number for message in judges.places[0].got[1:] for one in wire.read(message)]
    assert numbers == list(range(60 - links.WAITING, 60))


@pytest.mark.parametrize(
    "message",
    [b"", b"PC\x02", wire.HEAD + b"\0", frames() + b"x", frames(2)[: -wire.RECORD.itemsize], b"XX" + frames()[2:]],
)
def test_another_form_ends_the_connection(message: bytes) -> None:
    link, told, judges, _ = entered()
    link.frames(message)
    assert told.ended == 4400
    assert judges.places == []


def test_too_many_frames_end_the_connection() -> None:
    link, told, _, _ = entered()
    for _ in range(40):
        link.frames(frames(8))
    assert told.ended == 4400


def test_only_known_commands_are_passed_on() -> None:
    link, _, judges, _ = entered()
    link.frames(frames())
    for command in ("toggle", "end", "rm -rf", "", "again"):
        link.ask(command)
    assert judges.places[0].asked == ["toggle", "end", "again"]


def test_a_camera_that_stops_ends_the_set_at_once() -> None:
    link, _, judges, _ = entered()
    link.ask("stop")
    assert judges.places == []
    link.frames(frames(2))
    (place,) = judges.places
    link.frames(frames(3, first=3))
    link.ask("stop")
    # Another wish ends the set with what has been judged; what waits is of before.
    assert (place.wishes, place.asked) == ([WISH, WISH], [])
    link.answered(b"{}")
    assert len(place.got) == 1


def test_too_many_words_are_left_out_and_then_end_the_connection() -> None:
    link, told, judges, _ = entered()
    link.frames(frames())
    for _ in range(round(links.MOST_ASKED) + 5):
        link.ask("toggle")
    assert len(judges.places[0].asked) == pytest.approx(links.MOST_ASKED, abs=1)
    assert told.ended == 0
    for _ in range(round(links.MOST_ASKED)):
        link.ask("nothing known")
    assert told.ended == 4400


def test_what_is_filmed_reaches_the_judge_also_where_it_is_said_first() -> None:
    said = "film 1234 posecheck-2026-11-30-141105"
    link, _, judges, _ = entered()
    for command in (said, "film 1 <script>", f"{said};0.000:0.000"):
        link.ask(command)
    link.frames(frames())
    link.ask(said)
    assert judges.places[0].asked == [said, said]


def test_another_wish_reaches_the_judge_with_the_next_frame() -> None:
    link, _, judges, feed = entered()
    link.frames(frames())
    other = Wish(find_stretch("childs-pose"))
    feed.want(other)
    link.frames(frames(first=2))
    assert judges.places[0].wishes == [WISH, other]


def test_who_is_one_too_many_is_told_so_in_words() -> None:
    link, told, judges, _ = entered(most=0)
    link.frames(frames())
    assert {"problem": FULL} in told.heard
    assert told.ended == 4503
    assert judges.places == []


def test_nobody_more_is_let_in_while_others_wait_for_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    async def late() -> None:
        held, feeds = Links(HeldJudges(), 9), [Feed() for _ in range(4)]
        told = [Told() for _ in feeds]
        for feed, line in zip(feeds, told, strict=True):
            feed.want(WISH)
            link = held.link(tickets.issue(feed))
            assert link is not None
            link.connect(line)
            if feed is feeds[-1]:
                monkeypatch.setattr(links, "LATE_S", -1.0)
            link.frames(frames())
        assert [line.ended for line in told] == [0, 0, 0, 4503]

    asyncio.run(late())


def test_a_failed_process_is_said_and_another_one_asked() -> None:
    link, told, judges, _ = entered()
    link.frames(frames())
    link.failed(worker.BROKEN, "")
    assert told.ended == 4500
    assert told.heard[-1] == {"problem": links.BROKEN}
    # What was judged before is kept, and the process does not hold the person for ever.
    assert judges.places[0].left == 1
    link.connect(again := Told())
    link.frames(frames(first=9))
    assert len(judges.places) == 2
    assert again.heard == [{"block": 1}]


def test_an_error_of_the_judge_is_told_in_the_visitors_language() -> None:
    link, told, _, feed = entered()
    feed.want(Wish(find_stretch("chair-twist"), language="de"))
    link.frames(frames())
    link.failed(worker.BROKEN, OutputError("full", "No space left on device"))
    assert told.heard[-1] == {"problem": "auf dem Datenträger ist kein Platz mehr"}


def test_what_the_process_says_of_an_error_reaches_the_visitor_in_their_language() -> None:
    async def failing() -> object:
        judges, feed, told = Judges(1), Feed(), Told()
        feed.want(Wish(find_stretch("chair-twist"), language="de"))
        link = Link(feed, Links(judges, 1))
        link.connect(told)
        link.frames(frames())
        end = time.monotonic() + 60
        while len(told.heard) < 2 and time.monotonic() < end:
            await asyncio.sleep(0.02)
        process = judges._processes[0]._process
        assert process is not None
        assert process.stdout is not None
        error = pickle.dumps(OutputError("full", "No space left on device"))
        process.stdout.feed_data(worker.TELL.pack(1, worker.BROKEN, len(error), 0.0) + error)
        while told.ended == 0 and time.monotonic() < end:
            await asyncio.sleep(0.02)
        await judges.close()
        return told.heard[-1]

    assert asyncio.run(failing()) == {"problem": "auf dem Datenträger ist kein Platz mehr"}


def test_a_page_opened_twice_keeps_one_connection() -> None:
    link, told, judges, _ = entered()
    link.frames(frames())
    link.connect(other := Told())
    assert told.ended == 4409
    assert judges.places[0].again == 1
    link.disconnect(told)
    link.answered(b'{"n":1}')
    assert other.heard[-1] == {"n": 1}


def test_a_ticket_holds_as_long_as_the_visit() -> None:
    feed = Feed()
    ticket = tickets.issue(feed)
    assert tickets.issue(feed) == ticket
    assert tickets.known(ticket) is feed
    assert tickets.known("") is None
    del feed
    assert tickets.known(ticket) is None


def test_who_does_not_come_back_gives_the_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "KEPT_S", 0.06)

    async def gone() -> None:
        judges, feed, told = HeldJudges(), Feed(), Told()
        feed.want(WISH)
        held = Links(judges, 3)
        link = held.link(tickets.issue(feed))
        assert link is not None
        link.connect(told)
        link.frames(frames())
        link.disconnect(told)
        end = time.monotonic() + 20
        while not judges.places[0].left and time.monotonic() < end:
            await asyncio.sleep(0.02)
        assert judges.places[0].left == 1
        assert held.room()

    asyncio.run(gone())


def busy(load: Load, share: float, start: float, seconds: float = WINDOW_S) -> float:
    """Work a share of the time in pieces of 10 ms; return when it ended."""
    steps = round(seconds / 0.01)
    for i in range(steps):
        load.worked(share * 0.01, start + i * 0.01)
    return start + steps * 0.01


def test_a_full_server_judges_in_blocks_and_one_with_room_does_not() -> None:
    load = Load(1)
    at = busy(load, BUSY - 0.1, 100.0, 2 * SETTLE_S)
    assert load.block == 1
    at = busy(load, BUSY + 0.1, at)
    assert load.block == BLOCK
    at = busy(load, EASIER + 0.1, at, 2 * SETTLE_S)
    assert load.block == BLOCK
    assert load.room(10, at)
    at = busy(load, EASIEST / 2, at, SETTLE_S)
    assert load.block == SMALLER
    busy(load, EASIEST / 2, at, SETTLE_S)
    assert load.block == 1


def test_whom_single_frames_are_too_much_for_are_judged_in_the_smallest_blocks() -> None:
    load = Load(1)
    at = busy(load, BUSY + 0.05, 100.0, 2 * WINDOW_S)
    # Sixty people on two slow processors.
    at = busy(load, 0.40, at, 2 * SETTLE_S)
    assert load.block == SMALLER
    at = busy(load, 0.53, at, 2 * SELDOM_S)
    assert load.block == SMALLER
    busy(load, FULLER + 0.05, at, 2 * WINDOW_S)
    assert load.block == BLOCK


def test_who_fill_the_server_only_at_the_start_are_judged_one_by_one_later() -> None:
    load = Load(1)
    at = busy(load, BUSY + 0.05, 100.0, 2 * WINDOW_S)
    assert load.block == BLOCK
    # Sixty people on two processors, led to the start by then.
    at = busy(load, 0.37, at, SETTLE_S)
    assert load.block == SMALLER
    busy(load, 0.44, at, SETTLE_S + AGAIN_S)
    assert load.block == 1


def test_single_frames_are_tried_ever_more_seldom_where_they_are_too_much() -> None:
    load = Load(1)
    at, waited = 100.0, []
    for _ in range(3):
        while load.block == 1:
            at = busy(load, 1.0, at, 0.5)
        start = at
        while load.block != 1:
            at = busy(load, EASIEST - 0.03, at, 0.5)
        waited.append(at - start)
    assert waited == pytest.approx([AGAIN_S, 2 * AGAIN_S, 4 * AGAIN_S], abs=1.5)
    # What went well for a while is tried soon again.
    at = busy(load, 0.5, at, SHORT_S)
    while load.block == 1:
        at = busy(load, 1.0, at, 0.5)
    busy(load, EASIEST - 0.03, at, AGAIN_S + 1.0)
    assert load.block == 1


def answering(load: Load, took_s: float, at: float) -> None:
    """Answer a hundred times just before a moment, one time in ten as slowly as told."""
    for i in range(100):
        load.answered(0.001 if i % 10 else took_s, at - 0.001)


def test_frames_come_in_blocks_where_answers_are_late_before_the_judges_are_full() -> None:
    for took_s, block in ((HURRIED_S / 2, 1), (HURRIED_S * 2, BLOCK)):
        load = Load(1)
        at = busy(load, BUSY - 0.1, 100.0)
        answering(load, took_s, at)
        busy(load, BUSY - 0.1, at, 0.5)
        assert load.block == block
    # With idle judges blocks would help nobody: something else holds the answers up.
    idle = Load(1)
    at = busy(idle, 0.2, 100.0)
    answering(idle, HURRIED_S * 2, at)
    busy(idle, 0.2, at, 0.5)
    assert idle.block == 1


def test_a_try_of_single_frames_that_is_too_much_is_over_soon() -> None:
    load = Load(1)
    at = busy(load, BUSY + 0.05, 100.0, 2 * WINDOW_S)
    while load.block != 1:
        at = busy(load, EASIEST - 0.03, at, 0.1)
    tried = at
    while load.block == 1:
        at = busy(load, 1.0, at, 0.1)
    # Not before the share of the blocks is forgotten, nor so late that everybody has waited long.
    assert at - tried == pytest.approx(WINDOW_S, abs=0.5)


def test_a_server_full_of_blocks_judges_in_larger_ones_and_goes_back_step_by_step() -> None:
    load = Load(1)
    at = busy(load, BUSY + 0.1, 100.0, 2 * WINDOW_S)
    assert load.block == BLOCK
    at = busy(load, FULLER + 0.05, at, 2 * SETTLE_S)
    assert load.block == LARGER
    # The same people take less time in larger blocks: that alone is no reason to go back.
    at = busy(load, (FULLER + 0.05) * BLOCK / LARGER, at, 2 * SETTLE_S)
    assert load.block == LARGER
    assert load.room(100, at)
    at = busy(load, EASY - 0.05, at, SETTLE_S)
    assert load.block == BLOCK
    at = busy(load, EASIER + 0.05, at, SETTLE_S)
    assert load.block == BLOCK
    at = busy(load, EASIEST / 2, at, SETTLE_S)
    assert load.block == SMALLER
    busy(load, EASIEST / 2, at, SETTLE_S)
    assert load.block == 1


def test_nobody_more_is_let_in_before_blocks_fill_the_time() -> None:
    load = Load(1)
    at = busy(load, 0.95, 100.0, 4 * SETTLE_S)
    assert load.block == LARGER
    assert not load.room(100, at)
    assert Load(1).room(0)


def test_nobody_more_is_let_in_while_answers_are_slow() -> None:
    load = Load(1)
    at = busy(load, BUSY + 0.1, 100.0, 2 * SETTLE_S)
    at = busy(load, 0.5, at)
    assert load.block == LARGER
    for i in range(200):
        load.answered(SLOW_S / 2 if i % 8 else 2 * SLOW_S, at + i * 0.001)
    assert not load.room(100, at + 0.2)
    busy(load, 0.5, at + 0.2, 2 * WINDOW_S)
    assert load.room(100, at + 0.2 + 2 * WINDOW_S)


def test_what_is_around_is_passed_on_and_bounded() -> None:
    link, told, judges, _ = entered()
    message = surroundings.write((640, 480), np.zeros(4), None)
    link.surroundings(message)
    link.frames(frames())
    link.surroundings(message)
    assert judges.places[0].around == [message]
    before = told.ended
    link.surroundings(message + b"x" * surroundings.MOST_BYTES)
    assert (before, told.ended) == (0, 4400)


def test_an_answer_takes_from_the_arrival_of_its_oldest_frame() -> None:
    link, _, judges, _ = entered()
    took: list[float] = []
    judges.load.answered = lambda took_s, now=None: took.append(took_s)  # type: ignore[method-assign]
    link.frames(frames())
    link.frames(frames(first=9))
    time.sleep(0.02)
    link.answered(b'{"n":1}')
    link.answered(b'{"n":9}')
    assert len(took) == 2
    assert min(took) >= 0.02


@pytest.mark.parametrize(
    ("origin", "host", "let_in"),
    [
        ("http://localhost:8501", "localhost:8501", True),
        ("http://127.0.0.1:8501", "127.0.0.1:8501", True),
        (None, "localhost:8501", False),
        ("https://evil.example", "localhost:8501", False),
        ("http://evil.example:8501", "evil.example:8501", False),
        ("null", "localhost:8501", False),
        ("http://localhost:8502", "localhost:8501", False),
        ("http://localhost:8501", None, False),
    ],
)
def test_only_pages_of_this_app_connect(origin: str | None, host: str | None, let_in: bool) -> None:
    assert routes.allowed(origin, host) is let_in


def test_how_fast_the_server_finds_a_pose_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ReplayedEngine(true_track())
    monkeypatch.setattr(pose_model, "new_engine", lambda: engine)
    made = nearby.Measured()
    made.wait()
    assert made.ms is not None
    assert engine.closed == 1


def test_a_process_judges_what_is_sent_and_gives_the_set_back() -> None:
    class Heard:
        def __init__(self) -> None:
            self.answers: list[bytes] = []
            self.sets: list[KeptSet] = []
            self.failures: list[bytes] = []

        def answered(self, answer: bytes) -> None:
            self.answers.append(answer)

        def finished(self, sets: Sequence[KeptSet]) -> None:
            self.sets += sets

        def failed(self, kind: bytes, why: str | PosecheckError) -> None:
            self.failures.append(kind)

    async def judged() -> Heard:
        heard, judges = Heard(), Judges(1)
        place = judges.enter(heard, Wish(find_stretch("standing-extension-hands-behind-head")))
        track = true_track()
        order = [0] * 60 + list(range(0, 160, 2))
        for number, i in enumerate(order, 1):
            place.frames(wire.write([Received(number / 15, number, (640, 480), track.pose(i))]))
        place.leave()
        end = time.monotonic() + 120
        while not heard.sets and not heard.failures and time.monotonic() < end:
            await asyncio.sleep(0.05)
        await judges.close()
        return heard

    heard = asyncio.run(judged())
    assert heard.failures == []
    assert json.loads(heard.answers[-1])["n"] == len(heard.answers) == 140
    assert [done.stretch.id for done in heard.sets] == ["standing-extension-hands-behind-head"]


def test_a_camera_that_stops_because_its_page_was_left_is_no_error() -> None:
    left = "import streamlit as st\nfrom posecheck.app.streaming.inpage import view\n"
    app = AppTest.from_string(f"{left}st.session_state[view.PLAYING] = True\nview._keep_path()\nview._keep_playing()")
    app.run(timeout=60)
    assert not app.exception
    assert app.session_state["inpage-playing"] is False
