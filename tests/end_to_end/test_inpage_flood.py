"""The connection for landmarks under attack: whoever else is judged goes on, and the server's memory does not grow."""

import asyncio
import contextlib
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from posecheck.app.streaming.inpage.routes import BASE, MOST_UNANSWERED
from posecheck.live.remote import surroundings, wire
from posecheck.live.remote.wire import Received
from research.harness import browser_app
from tests.support import ticket_app

pytestmark = pytest.mark.timeout(200)
HONEST_S = 10.0
LATE_S = 2.0
"""Longest that the honest one may wait for an answer; a busy machine takes a good part of it."""
GROWN_MB = 30
"""Most that server and judges may grow by in so short a time; code that they load later comes in here."""
Server = tuple[int, str]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with browser_app.started(tmp_path / "log", tmp_path / "data", Path(ticket_app.__file__)) as (process, address):
        yield process.pid, address
    # What comes over the connection is no error of the server.
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def ticket(address: str) -> str:
    with urllib.request.urlopen(f"{address}/ticket", timeout=30) as answer:
        return str(json.load(answer)["ticket"])


def memory_mb(pid: int) -> float:
    server = psutil.Process(pid)
    return float(sum(one.memory_info().rss for one in (server, *server.children(recursive=True)))) / 1e6


def linked(address: str, origin: str = "") -> Any:
    return connect(f"ws://{urlsplit(address).netloc}{BASE}/link", origin=Origin(origin or address), open_timeout=30)


def frame(number: int, count: int = 1, time_s: float | None = None) -> bytes:
    first = number / 15 if time_s is None else time_s
    return wire.write([Received(first + i / 15, number + i, (640, 480), None) for i in range(count)])


async def honest(address: str, seconds: float) -> list[float]:
    """Return how long answers took, in seconds, to somebody who sends as a page does."""
    delays = list[float]()
    clock = asyncio.get_running_loop()
    async with linked(address) as socket:
        await socket.send(json.dumps({"ticket": await asyncio.to_thread(ticket, address)}))
        sent, number, end = dict[int, float](), 0, clock.time() + seconds

        async def listen() -> None:
            async for message in socket:
                answer = json.loads(message)
                if "n" in answer:
                    delays.append(clock.time() - sent[answer["n"]])

        listening = asyncio.create_task(listen())
        while clock.time() < end:
            number += 1
            sent[number] = clock.time()
            await socket.send(frame(number))
            await asyncio.sleep(1 / 15)
        await asyncio.sleep(0.5)
        await socket.close()
        await listening
    return delays


def hostile_message(chance: np.random.Generator, number: int) -> bytes | str:
    """Return one of the messages that no page of ours sends, or that one sends far too often."""
    good = bytearray(frame(number, 3))
    at = len(wire.HEAD) + 1
    kind = int(chance.integers(9))
    if kind == 0:
        return bytes(good[: int(chance.integers(1, len(good)))])
    if kind == 1:
        return chance.bytes(int(chance.integers(1, wire.MOST_BYTES)))
    if kind == 2:
        return "x" * int(chance.integers(1, 5000))
    if kind == 3:
        return json.dumps({"ask": str(chance.choice(["toggle", "end", "again", "skip", "stop", "light", "nothing"]))})
    if kind == 4:
        return "[" * 5000
    if kind == 5:
        return surroundings.HEAD + chance.bytes(int(chance.integers(0, 1500)))
    if kind == 6:
        return frame(number, 3, time_s=float(chance.choice([0.0, 1e6, -1.0, np.nan, 1e30])))
    if kind == 7:
        record = np.frombuffer(good, wire.RECORD, 3, at)
        record["found"] = 1
        record["marks"] = chance.choice([np.nan, 1e30, -np.inf, 0.5, 9.0])
    return bytes(good)


async def attack(address: str, seconds: float, seed: int) -> int:
    """Send as much as goes through, with one ticket, again and again; return how many connections were ended."""
    chance, ended, number = np.random.default_rng(seed), 0, 0
    own = await asyncio.to_thread(ticket, address)
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        with contextlib.suppress(ConnectionClosed, InvalidHandshake, OSError):
            async with linked(address) as socket:
                await socket.send(json.dumps({"ticket": own}))
                while asyncio.get_running_loop().time() < end:
                    number += 3
                    await socket.send(hostile_message(chance, number))
                    await asyncio.sleep(0)
        ended += 1
        await asyncio.sleep(0.05)
    return ended


def test_attackers_slow_nobody_down_and_take_no_memory(server: Server) -> None:
    pid, address = server

    async def together() -> tuple[list[float], list[int]]:
        # Several people, so that all the processes that judge are there.
        await asyncio.gather(*(honest(address, 3) for _ in range(4)))
        before.append(memory_mb(pid))
        attacking = [asyncio.create_task(attack(address, HONEST_S, seed)) for seed in range(3)]
        delays = await honest(address, HONEST_S)
        return delays, [await one for one in attacking]

    before = list[float]()
    delays, ended = asyncio.run(together())
    assert min(ended) > 1
    assert len(delays) > 5 * HONEST_S
    assert max(delays) < LATE_S
    assert memory_mb(pid) - before[0] < GROWN_MB


def test_those_who_show_no_ticket_make_room_for_one_who_does(server: Server) -> None:
    _, address = server

    async def crowded() -> tuple[int, list[float]]:
        async with contextlib.AsyncExitStack() as stack:
            waiting = list[ClientConnection]()
            for _ in range(MOST_UNANSWERED + 40):
                waiting.append(await stack.enter_async_context(linked(address)))
            delays = await honest(address, 4)
            await asyncio.sleep(0.5)
            return sum(one.close_code == 4401 for one in waiting), delays

    closed, delays = asyncio.run(crowded())
    assert closed >= 40
    assert len(delays) > 10


def test_another_origin_does_not_get_in(server: Server) -> None:
    _, address = server

    async def tried(origin: str) -> int:
        try:
            async with linked(address, origin):
                return 101
        except InvalidHandshake as refused:
            return int(getattr(getattr(refused, "response", None), "status_code", 0))

    for origin in ("https://evil.example", "null", f"{address}.evil.example", address.replace("http://", "http://x@")):
        assert asyncio.run(tried(origin)) == 403
