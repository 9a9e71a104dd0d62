"""Measure how many people a server can judge whose own browsers find their pose.

Recorded landmarks are sent for the many, at 15 frames a second, as the page's script sends them. The measurement shares
the server's processors.
"""

import asyncio
import json
import os
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil

from posecheck.live.remote import wire
from posecheck.live.remote.wire import Received
from research.benchmarks.live import many_app
from research.benchmarks.live.line import BINARY, TEXT, Line
from research.harness import browser_app
from research.harness.replayed import true_track, with_codes

FPS = 15
GOLDEN = 0.618034
"""Multiples of the golden section spread over an interval without gaps, however many there are."""
STILL_S = 6.0
SETTLE_S = 25.0
"""Time from the last arrival until everybody is past the start position and the server has chosen how to judge."""


class Crowd:
    """Send the landmarks of many people."""

    def __init__(self, address: str, viewers: int, set_s: float = 0.0, arriving_s: float = 5.0) -> None:
        self._address, self._viewers, self._arriving_s = address, viewers, arriving_s
        self._set_frames = round(set_s * FPS)
        track = with_codes(true_track())
        still = [0] * round(STILL_S * FPS)
        # The film has 25 frames a second; at 15 some are left out, so that it keeps its speed.
        played = [int(i * 25 / FPS) for i in range(int(len(track) * FPS / 25))]
        order = [*still, *played]
        poses = [track.pose(i) for i in order]
        self._records = [wire.write([Received(0.0, 0, (640, 480), pose)])[4:] for pose in poses]
        self._loop_from = len(still)
        self._lines: list[Line] = []
        self.frames = self.refused = self.bytes_sent = 0

    @property
    def answers(self) -> int:
        """Return how many answers have come."""
        return sum(line.answers for line in self._lines)

    async def run(self, seconds: float) -> None:
        """Send for some seconds."""
        await asyncio.gather(*(self._one(i, seconds) for i in range(self._viewers)))

    async def _one(self, i: int, seconds: float) -> None:
        # Cameras do not tick together: without the second term many would send in the same moment.
        late_s = self._arriving_s * i / max(1, self._viewers) + (i * GOLDEN % 1.0) / FPS
        await asyncio.sleep(late_s)
        got = await asyncio.to_thread(_got, f"{self._address}/bench/ticket")
        line = await Line.open(f"ws://{urlsplit(self._address).netloc}/inpage/link", self._address)
        self._lines.append(line)
        line.send(TEXT, json.dumps({"ticket": got["ticket"]}).encode())
        await self._speak(line, seconds - late_s)
        self.refused += line.over
        line.close()

    async def _speak(self, line: Line, seconds: float) -> None:
        start, waiting, number, begun = time.monotonic(), list[bytes](), 0, 0
        while (now := time.monotonic()) - start < seconds and not line.over:
            if self._set_frames and number - begun == self._set_frames:
                line.send(TEXT, json.dumps({"ask": "end"}).encode())
            if self._set_frames and number - begun == self._set_frames + FPS:
                line.send(TEXT, json.dumps({"ask": "toggle"}).encode())
                begun = number
            record = bytearray(self._records[self._place(number - begun)])
            number += 1
            record[:12] = np.float64(now).tobytes() + np.uint32(number).tobytes()
            waiting.append(bytes(record))
            if len(waiting) >= line.block:
                message = wire.HEAD + bytes([len(waiting)]) + b"".join(waiting)
                line.send(BINARY, message)
                self.frames += len(waiting)
                self.bytes_sent += len(message)
                waiting.clear()
            await asyncio.sleep(max(0.0, start + number / FPS - time.monotonic()))

    def _place(self, number: int) -> int:
        """Return which record comes next: after the stillness, the film again and again."""
        if number < self._loop_from:
            return number
        return self._loop_from + (number - self._loop_from) % (len(self._records) - self._loop_from)


def _got(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return dict(json.load(answer))


def _judging(pid: int) -> Iterator[psutil.Process]:
    server = psutil.Process(pid)
    yield server
    for child in server.children():
        if "posecheck.live.remote.worker" in " ".join(child.cmdline()):
            yield child


def _processor_s(pid: int) -> dict[str, float]:
    """Return the processor seconds of the server and of all judging processes."""
    server, *judges = _judging(pid)
    used = [sum(one.cpu_times()[:2]) for one in (server, *judges)]
    return {"server": used[0], "judges": sum(used[1:])}


def _memories_mb(pid: int) -> dict[str, float]:
    """Return the memory of the server and of all judging processes, which nobody else shares."""
    server, *judges = (one.memory_full_info().uss / 1e6 for one in _judging(pid))
    return {"server": round(server, 1), "judges": round(sum(judges), 1)}


def _memory_mb(pid: int) -> float:
    return sum(_memories_mb(pid).values())


def many(seconds: float, viewers: int, set_s: float = 0.0, arriving_s: float = 5.0) -> dict[str, object]:
    """Let many people be judged at once.

    Args:
        seconds: How long to measure.
        viewers: How many.
        set_s: How long each set lasts, after which another one begins; 0 for one set.
        arriving_s: Within which time they all arrive, one after the other. Whoever is led to the start costs most.

    Returns:
        The delays of answers, frames and answers a second, processors used and memory.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        environment = {"POSECHECK_SHARED": "1", "POSECHECK_LIVE_PATH": "browser"}
        script = Path(many_app.__file__)
        with browser_app.started(folder / "log", folder / "data", script, **environment) as (_, address):
            return asyncio.run(_measure(address, seconds, viewers, set_s, arriving_s))


async def _measure(address: str, seconds: float, viewers: int, set_s: float, arriving_s: float) -> dict[str, object]:
    # As many as there are processes, so that their own memory is not counted as anybody's.
    first = Crowd(address, len(os.sched_getaffinity(0)))
    await first.run(3.0)
    told = await asyncio.to_thread(_got, f"{address}/bench/told")
    empty_mb = _memory_mb(told["pid"])
    crowd = Crowd(address, viewers, set_s, arriving_s)
    running = asyncio.create_task(crowd.run(arriving_s + SETTLE_S + seconds))
    await asyncio.sleep(arriving_s + SETTLE_S)
    begun_mb = _memory_mb(told["pid"])
    begun_s = (await asyncio.to_thread(_got, f"{address}/bench/told"))["at_s"]
    before, frames, answers, bytes_sent = _processor_s(told["pid"]), crowd.frames, crowd.answers, crowd.bytes_sent
    began = time.monotonic()
    delays_s, minutes = list[float](), [_memories_mb(told["pid"])]
    p95s, changes = list[int](), list[str]()
    while (left := began + seconds - 5 - time.monotonic()) > 0:
        await asyncio.sleep(min(60.0, left))
        told = await asyncio.to_thread(_got, f"{address}/bench/told")
        delays_s += told["delays"]
        p95s.append(round(1000 * float(np.percentile(told["delays"] or [np.nan], 95))))
        changes += [
            f"{one['at_s'] - begun_s:.0f} s: {one['block']} ({one['busy']:.2f} busy, p95 {one['p95_ms']:.0f} ms)"
            for one in told["changes"]
        ]
        minutes.append(_memories_mb(told["pid"]))
    took, bytes_sent = time.monotonic() - began, crowd.bytes_sent - bytes_sent
    after, frames, answers = _processor_s(told["pid"]), crowd.frames - frames, crowd.answers - answers
    ended_mb = _memory_mb(told["pid"])
    await running
    delays = np.array(delays_s) * 1000 if delays_s else np.full(1, np.nan)
    here = viewers - crowd.refused
    return {
        "viewers": here,
        "refused": crowd.refused,
        "block": told["block"],
        "blocks_from": changes,
        "frames_s_each": round(frames / took / max(1, here), 1),
        "answers_s": round(answers / took),
        "ms_received_to_sent": {
            "median": round(float(np.median(delays))),
            "p95": round(float(np.percentile(delays, 95))),
            "worst": round(float(delays.max())),
        },
        "p95_each_minute": p95s,
        "processors_used": {name: round((after[name] - before[name]) / took, 2) for name in after},
        "ms_of_judges_each_answer": round(1000 * (after["judges"] - before["judges"]) / max(1, answers), 2),
        "memory_mb_each": round((begun_mb - empty_mb) / max(1, here), 2),
        "memory_mb_grown": round(ended_mb - begun_mb, 1),
        "memory_mb_each_minute": {name: [one[name] for one in minutes] for name in minutes[0]},
        "kb_s_each": round(bytes_sent / 1000 / took / max(1, here), 1),
    }
