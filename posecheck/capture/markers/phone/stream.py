"""What phones send while a camera watches: checked, and kept for a while, for each place at which a phone is worn.

A phone's page names itself by a word of its own making, and a page that is opened anew by another one: its clock and
the zero of its turn are others then. While a page sends, nobody takes its place: another one is asked to wait. Once it
has been silent for SILENT_S the next one counts, and it is refused for good.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from posecheck.capture.markers.phone.record import PhoneRecord
from posecheck.capture.markers.phone.record_file import MOST
from posecheck.core.arrays import Floats

PAGE_CHARS = 32
MOST_ROWS = 600
"""Readings sent at once: ten seconds of them."""
KEPT = 4096
"""Readings kept of each phone: more than a minute of them."""
PART_S, PARTS = 10.0, 4
"""The fastest message, or picture, of so many times so long counts: clocks run apart slowly, and may stand still while
a phone sleeps."""
EPOCHS = 2
"""Epochs of a page: 0 and 1. Those of the next page are other ones."""
PAGES = 64
"""How many pages that were replaced are remembered."""
SILENT_S = 3.0
"""A page that has sent nothing for so long has left its place; pages send many times a second."""


class Said(Enum):
    """What is answered to a message."""

    TAKEN = "taken"
    WAIT = "wait"
    """Another page sends from that place."""
    REPLACED = "replaced"
    """Another page has taken that one's place."""


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """Hold what came in one message.

    Attributes:
        page: The word by which the page names itself.
        belt: Whether the phone is that at the pelvis.
        rows: (n, 5) readings: seconds by the phone's clock, turn, lean and side-bend in degrees, epoch.
    """

    page: str
    belt: bool
    rows: Floats

    @classmethod
    def read(cls, body: bytes) -> "Sent | None":
        """Return what a message from anybody says; None where no page of ours sends such a message."""
        try:
            told = json.loads(body)
            page, belt = told["page"], told["belt"]
            rows = np.array(told["rows"], np.float64)
        except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError):
            return None
        named = isinstance(page, str) and 0 < len(page) <= PAGE_CHARS and page.isascii() and page.isalnum()
        if not named or not isinstance(belt, bool):
            return None
        if rows.ndim != 2 or rows.shape[1] != 5 or not 0 < len(rows) <= MOST_ROWS:
            return None
        ordered = bool((np.abs(rows) <= MOST).all() and (np.diff(rows[:, 0]) > 0).all())
        return cls(page, belt, rows) if ordered and np.isin(rows[:, 4], (0, 1)).all() else None


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Hold what is known of one phone at a moment.

    Attributes:
        record: Its readings, oldest first, by its own clock.
        later_s: What must be added to its times to have this computer's, as the fastest message had it.
        last_s: When the last message came, by this computer's clock.
        opened: How many pages there were before; their turns count from elsewhere.
    """

    record: PhoneRecord
    later_s: float
    last_s: float
    opened: int


class Least:
    """Hold the least of what was seen lately."""

    def __init__(self) -> None:
        self._parts: list[tuple[float, float]] = []

    def of(self, now: float, value: float) -> float:
        """Return the least value of the last PARTS times PART_S seconds, this one included.

        Args:
            now: The time, by a clock that only goes forward.
            value: What is seen now.
        """
        part = float(np.floor(now / PART_S))
        if self._parts and self._parts[-1][0] == part:
            self._parts[-1] = part, min(self._parts[-1][1], value)
        else:
            self._parts.append((part, value))
        self._parts = [one for one in self._parts if one[0] > part - PARTS]
        return min(value for _, value in self._parts)


class Pages:
    """Join what the pages of one phone send, one opened after the other, into readings by one clock.

    Attributes:
        opened: How many pages there were before the one that counts.
        later_s: See Heard.
        last_s: See Heard.
    """

    def __init__(self) -> None:
        self.opened = -1
        self.later_s = self.last_s = 0.0
        self._least = Least()
        self._page = ""
        self._replaced: list[str] = []
        self._newest_s, self._shift_s = -np.inf, 0.0
        self._heard_s = -np.inf

    def answer(self, sent: Sent, now: float) -> Said:
        """Return what becomes of a message.

        Args:
            sent: What came.
            now: When it came, by this computer's clock.
        """
        if sent.page in self._replaced:
            return Said.REPLACED
        other = self._page not in ("", sent.page)
        return Said.WAIT if other and now - self._heard_s < SILENT_S else Said.TAKEN

    def take(self, sent: Sent, now: float) -> Floats:
        """Return the readings of a message that are new (n, 5). It is one that was answered with TAKEN.

        Args:
            sent: What came.
            now: When it came, by this computer's clock.
        """
        self._heard_s = now
        newest_s = float(sent.rows[-1, 0])
        if sent.page != self._page:
            self._replaced = [*self._replaced[-PAGES + 1 :], self._page]
            self._page, self.opened = sent.page, self.opened + 1
            # Its clock is another one; when it came tells how they stand to each other.
            shift_s = now - self.later_s - newest_s if self.opened else 0.0
            self._shift_s = max(shift_s, self._newest_s - float(sent.rows[0, 0]) + 1e-3) if self.opened else 0.0
        rows: Floats = sent.rows + np.array([self._shift_s, 0.0, 0.0, 0.0, EPOCHS * self.opened])
        rows = rows[rows[:, 0] > self._newest_s]
        if len(rows):
            self.later_s = self._least.of(now, now - float(rows[-1, 0]))
            self.last_s, self._newest_s = now, float(rows[-1, 0])
        return rows


class _Phone:
    """Keep the readings of one phone in an array of twice the length, so that it is seldom moved."""

    def __init__(self) -> None:
        self.pages = Pages()
        self._rows: Floats = np.empty((2 * KEPT, 5))
        self._n = 0

    def add(self, sent: Sent, now: float) -> Said:
        said = self.pages.answer(sent, now)
        if said is not Said.TAKEN:
            return said
        rows = self.pages.take(sent, now)
        if self._n + len(rows) > len(self._rows):
            self._rows[:KEPT] = self._rows[self._n - KEPT : self._n]
            self._n = KEPT
        self._rows[self._n : self._n + len(rows)] = rows
        self._n += len(rows)
        return said

    def heard(self) -> Heard | None:
        if not self._n:
            return None
        kept = self._rows[max(self._n - KEPT, 0) : self._n].copy()
        return Heard(PhoneRecord(*kept.T), self.pages.later_s, self.pages.last_s, self.pages.opened)


class Streams:
    """Take what phones send, from any thread, and hand it to whoever lays it beside a camera's pictures."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without readings.

        Args:
            clock: This computer's clock, in seconds.
        """
        self.clock = clock
        self._lock = threading.Lock()
        self._phones = {False: _Phone(), True: _Phone()}

    def add(self, sent: Sent) -> Said:
        """Take a message, or not; return what is answered to it.

        Args:
            sent: What came.
        """
        with self._lock:
            return self._phones[sent.belt].add(sent, self.clock())

    def heard(self, *, belt: bool = False) -> Heard | None:
        """Return what is known of the phone at the chest, or at the pelvis; None before it has sent anything."""
        with self._lock:
            return self._phones[belt].heard()
