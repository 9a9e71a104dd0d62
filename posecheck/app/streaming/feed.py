"""The link between the stream's threads, which judge the camera's pictures, and the page, which shows the results."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from posecheck.assessment.events import Event
from posecheck.capture.markers.phone.stream import Streams
from posecheck.core.i18n import N_
from posecheck.feedback.frame_state import FrameStatus
from posecheck.live.announcements import Saying
from posecheck.live.coach import Command, LiveFrame
from posecheck.live.kept import KeptSet
from posecheck.live.remote.viewer import Wish as Wish

KEPT_EVENTS, KEPT_SAYINGS, KEPT_SETS = 50, 8, 10
SILENT_S = 3.0
"""After this many seconds without a picture, the page says what the reason may be."""
FULL = N_("This machine is watching as many people as it can. Try again when somebody has left.")


@dataclass(frozen=True, slots=True)
class News:
    """Hold what the page shows.

    Attributes:
        moment: The newest judged picture; None before the first one.
        state: The state of that moment in words.
        events: The events of the current set, oldest first, at most KEPT_EVENTS.
        sayings: The newest things to say with their running numbers, oldest first, at most KEPT_SAYINGS.
        sets: Finished sets, oldest first, at most KEPT_SETS.
        problem: Why no further pictures are judged; None while there is no problem.
        silent: Whether no picture has come for more than SILENT_S seconds.
        fills: How often both hands have asked to fill the window, or to leave it.
    """

    moment: LiveFrame | None
    state: FrameStatus | None
    events: tuple[Event, ...]
    sayings: tuple[tuple[int, Saying], ...]
    sets: tuple[KeptSet, ...]
    problem: str | None
    silent: bool
    fills: int = 0


class Feed:
    """Pass wishes from the page to the stream's threads, and results back; all methods are safe in any thread.

    Attributes:
        light: Whether the lighter pose model is wanted, by the server or by the browser that finds the pose.
        phones: What the visitor's phones send.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wish: Wish | None = None
        self._commands: list[Command] = []
        self._sets: deque[KeptSet] = deque(maxlen=KEPT_SETS)
        self._sayings: deque[tuple[int, Saying]] = deque(maxlen=KEPT_SAYINGS)
        self._number = 0
        self._fills = 0
        self.ticket = self.phone_key = ""
        self.phones = Streams()
        self.light = self._was_light = False
        self.clear()

    def clear(self) -> None:
        """Forget an earlier stream; finished sets, numbered sayings and the wish stay."""
        with self._lock:
            self._moment: LiveFrame | None = None
            self._state: FrameStatus | None = None
            self._events: deque[Event] = deque(maxlen=KEPT_EVENTS)
            self._problem: str | None = None
            self._commands.clear()
            self._at_s = time.monotonic()

    def want(self, wish: Wish) -> None:
        """Ask for a stretch; a wish that differs from the current one ends the current set and begins a new one."""
        with self._lock:
            if wish != self._wish:
                self._wish = wish

    @property
    def wish(self) -> Wish | None:
        """Return the current wish; it is the same object until a different one is asked for."""
        with self._lock:
            return self._wish

    def ask(self, command: Command) -> None:
        """Add a command for the coach."""
        with self._lock:
            self._commands.append(command)

    def commands(self) -> list[Command]:
        """Return the commands since the last call."""
        with self._lock:
            out, self._commands = self._commands, []
            return out

    def publish(self, moment: LiveFrame, state: FrameStatus, sayings: Sequence[Saying]) -> None:
        """Replace the newest moment, and add its events and sayings.

        Args:
            moment: What the coach made of the newest picture.
            state: Its state in words.
            sayings: What is to be said now.
        """
        with self._lock:
            self._moment, self._state, self._at_s = moment, state, time.monotonic()
            self._events.extend(moment.events)
            for saying in sayings:
                self._number += 1
                self._sayings.append((self._number, saying))

    def fill(self) -> None:
        """Ask the page to fill the window with the picture, or to take it back."""
        with self._lock:
            self._fills += 1

    def add(self, done: Sequence[KeptSet]) -> None:
        """Add finished sets; their events are no longer listed."""
        with self._lock:
            # A change of the model ends the current set, which may be added before or after the change.
            other = self.light or (bool(done) and self._was_light)
            self._sets.extend(replace(one, other_model=other) for one in done)
            self._was_light = self.light if done else self._was_light or self.light
            if done:
                self._events.clear()

    def fail(self, problem: str) -> None:
        """Set the reason why there will be no further moments."""
        with self._lock:
            self._problem = problem

    def newest(self) -> News:
        """Return everything that the page shows."""
        with self._lock:
            return News(
                self._moment,
                self._state,
                tuple(self._events),
                tuple(self._sayings),
                tuple(self._sets),
                self._problem,
                self._moment is not None and time.monotonic() - self._at_s > SILENT_S,
                self._fills,
            )
