"""The visits to this server: found again by their names, and ended once nobody looks at them any more.

A visit ends when none of its pages has been open for AWAY_S seconds, which is when the last one was closed: a reload
opens one again before. While an analysis waits or runs, or its result was not seen yet, it lasts ALONE_S seconds
instead, because phones cut the connection when their screen goes dark.
"""

import logging
import threading
import time
from typing import Generic, Protocol, TypeVar

from posecheck.app.base import sessions
from posecheck.app.visit import folders

AWAY_S, LOOK_S = 40.0, 5.0
"""The longest time without a page, and between two looks: with the deletion this is less than a minute."""
ALONE_S = 600.0
MOST = 200
"""Visits kept at the same time; beyond that, an empty one is ended, or the one that was shown longest ago."""


class Visit(Protocol):
    """What one visitor has loaded.

    Attributes:
        name: The random name that stands in the page's address.
        seen_s: When a page last showed it, by the monotonic clock.
        pages: The ids of the sessions that have shown it.
        ended: Whether it has ended.
    """

    name: str
    seen_s: float
    pages: set[str]
    ended: bool

    @property
    def busy(self) -> bool:
        """Return whether an analysis waits, runs, or has a result that nobody has seen."""

    @property
    def empty(self) -> bool:
        """Return whether nothing would be lost."""

    @property
    def gone(self) -> bool:
        """Return whether nothing is left of it on the disk and no analysis runs that could still write."""

    def end(self) -> None:
        """End the analysis and remove the files; to be called again where something is left."""


_log = logging.getLogger(__name__)
Kind = TypeVar("Kind", bound=Visit)


class Visits(Generic[Kind]):
    """Hold the visits by their names; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, Kind] = {}
        self._ended: list[Kind] = []

    def find(self, name: str) -> Kind | None:
        """Return a visit by its name; None where it is not known or has ended."""
        with self._lock:
            found = self._held.get(name)
            return None if found is None or found.ended else found

    def keep(self, visit: Kind) -> bool:
        """Store a visit so that a reload finds it, and note that it was shown now; False where it has ended."""
        with self._lock:
            if visit.ended:
                return False
            visit.seen_s = time.monotonic()
            self._held[visit.name] = visit
        self._end_left()
        return True

    def end(self, visit: Kind) -> None:
        """End a visit now."""
        with self._lock:
            self._held.pop(visit.name, None)
            self._ended.append(visit)
            visit.ended = True
        visit.end()
        for page in tuple(visit.pages):
            sessions.forget(page)

    def look(self) -> None:
        """Note whose pages are open, end the visits that were left, and remove what is left of ended ones."""
        with self._lock:
            held = list(self._held.values())
        for visit in held:
            if any(sessions.is_open(page) for page in tuple(visit.pages)):
                visit.seen_s = time.monotonic()
        self._end_left()
        for visit in tuple(self._ended):
            visit.end()
        with self._lock:
            self._ended = [visit for visit in self._ended if not visit.gone]

    def _end_left(self) -> None:
        now = time.monotonic()
        with self._lock:
            held = sorted(self._held.values(), key=lambda visit: (not visit.empty, visit.seen_s))
        left = [visit for visit in held if now - visit.seen_s > (ALONE_S if visit.busy else AWAY_S)]
        for visit in dict.fromkeys([*left, *held[: max(0, len(held) - MOST)]]):
            self.end(visit)


def watch(visits: Visits[Kind]) -> None:
    """Look after visits every LOOK_S seconds, in a thread of its own, as long as the server runs."""

    def work() -> None:
        while True:
            time.sleep(LOOK_S)
            try:
                visits.look()
                folders.stay_young()
            except Exception:  # noqa: BLE001 - nothing else would remove what visitors leave behind
                _log.exception("the visits could not be looked after")

    threading.Thread(target=work, name="visits", daemon=True).start()
