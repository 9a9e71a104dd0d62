"""How many people a machine can watch: who comes when it is full is told so, and those present keep their rate."""

import os
import threading
import time
from collections import deque
from functools import cache

from posecheck.core.errors import InputError

MOST = "POSECHECK_MAX_VIEWERS"
SLOW_RATE, BUSY = 10.0, 0.8
"""Someone served fewer frames a second than SLOW_RATE, in more than BUSY of the time, is as slow as may be."""
WINDOW_S = 5.0
IDLE_S = 30.0
"""A place from which nothing has come for so long is free: its viewer has gone without a word."""


class Slot:
    """Hold one viewer's place, and how well they are served."""

    def __init__(self, places: "Capacity") -> None:
        self._places = places
        self._done: deque[tuple[float, float]] = deque()
        self._last_s = time.monotonic()
        self._since_s = self._last_s

    def served(self, took_s: float) -> None:
        """Note that a frame was done now, and how long it took."""
        now = time.monotonic()
        self._last_s = now
        self._done.append((now, took_s))
        while self._done and now - self._done[0][0] > WINDOW_S:
            self._done.popleft()

    @property
    def rate(self) -> float:
        """Return frames a second of late."""
        return len(self._done) / WINDOW_S

    @property
    def slow(self) -> bool:
        """Tell whether the machine, not the camera, keeps this viewer's rate down."""
        if time.monotonic() - self._since_s < 2 * WINDOW_S:
            return False
        return self.rate < SLOW_RATE and sum(took for _, took in tuple(self._done)) / WINDOW_S > BUSY

    @property
    def idle(self) -> bool:
        """Tell whether nothing has come for long."""
        return time.monotonic() - self._last_s > IDLE_S

    def leave(self) -> None:
        """Give the place up; harmless when repeated."""
        self._places.leave(self)


class Capacity:
    """Hand out places; every method may be called from any thread."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._taken: list[Slot] = []

    def enter(self) -> Slot | None:
        """Return a place, or None when the machine can carry no more."""
        with self._lock:
            if self._full():
                return None
            place = Slot(self)
            self._taken.append(place)
            return place

    @property
    def full(self) -> bool:
        """Tell whether the next one would be turned away."""
        with self._lock:
            return self._full()

    @property
    def taken(self) -> int:
        """Return how many are being watched."""
        with self._lock:
            return len(self._taken)

    def leave(self, place: Slot) -> None:
        """Take a place back."""
        with self._lock:
            if place in self._taken:
                self._taken.remove(place)

    def _full(self) -> bool:
        self._taken = [place for place in self._taken if not place.idle]
        return len(self._taken) >= self._most or any(place.slow for place in self._taken)


def most() -> int:
    """Return how many viewers this machine may have: POSECHECK_MAX_VIEWERS, else one for each of its processors.

    Raises InputError when that is set to something else than a whole number above zero.
    """
    text = os.environ.get(MOST, "")
    if not text:
        return max(1, os.cpu_count() or 1)
    if not text.isdigit() or int(text) < 1:
        raise InputError(
            "viewers", "{variable}: expected a whole number above 0, got {got}", variable=MOST, got=repr(text)
        )
    return int(text)


@cache
def places() -> Capacity:
    """Return this server's places, one for all its viewers."""
    return Capacity(most())
