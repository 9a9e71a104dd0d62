"""A person whose browser sends the sample's landmarks, and what that browser would show."""

import json
from typing import Any

from posecheck.live.remote.wire import Received
from posecheck.stretches.library import find_stretch
from research.harness.replayed import true_track

STRETCH = find_stretch("standing-extension-hands-behind-head")
FPS, STILL = 25, 90


def frames() -> list[Received]:
    """Return the sample's true landmarks after some seconds of standing still."""
    track = true_track()
    order = [0] * STILL + list(range(len(track)))
    return [Received(n / FPS, n, (640, 480), track.pose(i)) for n, i in enumerate(order, 1)]


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
