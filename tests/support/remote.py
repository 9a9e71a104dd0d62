"""A person whose browser sends the sample's landmarks, and what that browser would show."""

import json
from typing import Any

import numpy as np

from posecheck.core.frame import Frame
from posecheck.live.coach import Coach
from posecheck.live.remote import wire
from posecheck.live.remote.wire import Received
from posecheck.live.sets import Set
from posecheck.stretches.library import find_stretch
from research.harness.replayed import true_track

STRETCH = find_stretch("standing-extension-hands-behind-head")
FPS, STILL = 25, 90


def frames() -> list[Received]:
    """Return the sample's true landmarks after some seconds of standing still."""
    track = true_track()
    order = [0] * STILL + list(range(len(track)))
    return [Received(n / FPS, n, (640, 480), track.pose(i)) for n, i in enumerate(order, 1)]


def whole_set(sent: list[Received]) -> Set:
    """Return the set that these frames make, as the coach judges it."""
    coach = Coach(STRETCH)
    for one in sent:
        got = wire.read(wire.write([one]))[0]
        coach.update(Frame(one.number, one.time_s, np.zeros((480, 640, 3), np.uint8)), got.pose, "ready")
    coach.finish()
    return coach.sets[0]


class Seen:
    """Keep what the browser would show."""

    def __init__(self) -> None:
        self.now: dict[str, Any] = {}
        self.said: list[str] = []
        self.titles: list[str] = []
        self.events: list[list[Any]] = []

    def hear(self, answer: bytes) -> None:
        what = json.loads(answer)
        self.said += [one["level"] for one in what.get("say", [])]
        self.titles += [what["title"]] if "title" in what else []
        self.events += what.get("events", [])
        self.now.update(what)
