"""How many viewers a machine can serve: when it is full, a new viewer is refused, so that the others stay smooth."""

import threading
import time
from collections import deque
from functools import cache

from posecheck.app.base.environment import processors, whole_number

MOST = "POSECHECK_MAX_VIEWERS"
SLOW_RATE, BUSY = 10.0, 0.8
"""New viewers are refused while one gets fewer frames a second than SLOW_RATE although the machine works on them for
more than BUSY of the time."""
WINDOW_S = 5.0
IDLE_S = 30.0
"""A place without a frame for this many seconds is free again: its viewer left without ending the stream."""


class Slot:
    """Hold one viewer's place, and measure how many frames they get."""

    def __init__(self, places: "Capacity") -> None:
        self._places = places
        self._done: deque[tuple[float, float]] = deque()
        self._last_s = time.monotonic()
        self._since_s = self._last_s

    def served(self, took_s: float) -> None:
        """Note that a frame was finished now, and how many seconds it took."""
        self._last_s = time.monotonic()
        self._done.append((self._last_s, took_s))
        while self._last_s - self._done[0][0] > WINDOW_S:
            self._done.popleft()

    @property
    def rate(self) -> float:
        """Return frames a second over the last WINDOW_S seconds."""
        return len(self._recent()) / WINDOW_S

    @property
    def slow(self) -> bool:
        """Return whether the machine, not the camera, limits this viewer's frame rate; False in the first seconds."""
        if time.monotonic() - self._since_s < 2 * WINDOW_S:
            return False
        return self.rate < SLOW_RATE and sum(self._recent()) / WINDOW_S > BUSY

    def _recent(self) -> list[float]:
        """Return how many seconds each frame of the last WINDOW_S seconds took.

        The clock decides, not the newest frame: a viewer who closed the page sends no more frames, and must not keep
        others out as one who is served too slowly.
        """
        now = time.monotonic()
        return [took for at, took in tuple(self._done) if now - at <= WINDOW_S]

    @property
    def idle(self) -> bool:
        """Return whether no frame has come for more than IDLE_S seconds."""
        return time.monotonic() - self._last_s > IDLE_S

    def leave(self) -> None:
        """Give the place back; may be called more than once."""
        self._places.leave(self)


class Capacity:
    """Hand out places to viewers; every method may be called from any thread."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._taken: list[Slot] = []

    def enter(self) -> Slot | None:
        """Return a place, or None when the machine is full."""
        with self._lock:
            if self._full():
                return None
            place = Slot(self)
            self._taken.append(place)
            return place

    @property
    def full(self) -> bool:
        """Return whether the next viewer would be refused."""
        with self._lock:
            return self._full()

    @property
    def taken(self) -> int:
        """Return how many places are taken."""
        with self._lock:
            return len(self._taken)

    def leave(self, place: Slot) -> None:
        """Free a place; unknown places are ignored."""
        with self._lock:
            if place in self._taken:
                self._taken.remove(place)

    def _full(self) -> bool:
        self._taken = [place for place in self._taken if not place.idle]
        return len(self._taken) >= self._most or any(place.slow for place in self._taken)


def most() -> int:
    """Return how many viewers this machine may serve: POSECHECK_MAX_VIEWERS, else one for each processor.

    Raises:
        InputError: POSECHECK_MAX_VIEWERS is not a whole number above zero.
    """
    return whole_number(MOST, processors())


@cache
def places() -> Capacity:
    """Return the one Capacity that all viewers of this server share."""
    return Capacity(most())
