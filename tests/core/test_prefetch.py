"""Threads beside the path: order, errors, and that nothing goes on after the block."""

import threading
import time
from collections.abc import Iterator

import pytest

from posecheck.core.prefetch import DEPTH, BackgroundWorker, Prefetcher


def names() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("posecheck-")]


def test_items_come_in_order_and_are_made_beside_their_use() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for i in range(20):
            made.append(i)
            yield i

    with Prefetcher(items()) as ahead:
        numbers = iter(ahead)
        assert next(numbers) == 0
        deadline = time.monotonic() + 10
        while len(made) < DEPTH + 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.05)
        # One is in hand, DEPTH wait, one more is made and waits for room.
        assert len(made) == DEPTH + 2
        assert list(numbers) == list(range(1, 20))
    assert names() == []


def test_an_error_while_making_comes_after_what_was_made() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    seen = []
    with pytest.raises(ValueError, match="broken"), Prefetcher(items()) as ahead:
        seen += list(ahead)
    with Prefetcher(items()) as ahead:
        seen += [next(iter(ahead))]
    assert seen == [1]
    assert names() == []


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_leaving_early_ends_the_thread_that_waits_for_room(kind: type[BaseException]) -> None:
    closed = threading.Event()

    def items() -> Iterator[int]:
        try:
            yield from range(10_000)
        finally:
            closed.set()

    def leave() -> None:
        with Prefetcher(items()) as ahead:
            next(iter(ahead))
            raise kind

    with pytest.raises(kind):
        leave()
    assert closed.is_set()
    assert names() == []


def test_all_is_done_in_order_when_the_block_ends() -> None:
    done: list[int] = []

    def slowly(item: int) -> None:
        time.sleep(0.002)
        done.append(item)

    with BackgroundWorker(slowly) as behind:
        for i in range(30):
            behind(i)
    assert done == list(range(30))
    assert names() == []


def test_an_error_of_the_thread_is_raised_where_items_are_given() -> None:
    def fail(_: int) -> None:
        raise OSError("disk full")

    def give() -> None:
        with BackgroundWorker(fail) as behind:
            for i in range(1000):
                behind(i)
                time.sleep(0.001)

    with pytest.raises(OSError, match="disk full"):
        give()
    with pytest.raises(OSError, match="disk full"), BackgroundWorker(fail) as behind:
        behind(1)
    assert names() == []


def test_a_block_left_with_an_error_drops_what_waits() -> None:
    started, go, done = threading.Event(), threading.Event(), []

    def work(item: int) -> None:
        started.set()
        go.wait(10)
        done.append(item)

    def give() -> None:
        with BackgroundWorker(work) as behind:
            behind(0)
            started.wait(10)
            behind(1)
            go.set()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give()
    assert len(done) <= 2
    assert names() == []
