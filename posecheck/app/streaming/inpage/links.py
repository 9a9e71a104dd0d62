"""The people whose browser finds their pose: one Link each, from the page's ticket to the process that judges.

A link outlives its connection: where the connection is lost, the page connects again with the same ticket, and the set
goes on. All of this runs on the server's event loop, but for the Feed, which pages use from their threads.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Protocol

from posecheck.app.base.environment import whole_number
from posecheck.app.streaming.feed import FULL, Feed, Wish
from posecheck.app.streaming.inpage.credit import Credit
from posecheck.app.streaming.inpage.judges import Judges, Place
from posecheck.app.streaming.inpage.tickets import known
from posecheck.core.errors import PosecheckError
from posecheck.core.i18n import N_, translator
from posecheck.live.kept import KeptSet
from posecheck.live.remote import surroundings, wire, worker
from posecheck.live.remote.filmed import BEGUN

MOST = "POSECHECK_MAX_BROWSER_VIEWERS"
VIEWERS_EACH = 75
"""Viewers for each processor where nothing else is set."""
KEPT_S = 30.0
"""A set goes on where the connection is back within this time."""
RATE, BURST = 40.0, 80.0
"""Most frames a second that are taken from one browser, and how many may come at once after a pause."""
ASKED_RATE, MOST_ASKED = 5.0, 40.0
"""Most words a second that are taken from one browser, buttons and keys among them, and how many may come at once."""
WAITING = 2 * wire.MOST_FRAMES
"""Most frames that wait while earlier ones are judged; older ones are left out."""
LATE_S = 0.3
"""Nobody more is let in while somebody waits longer than this for an answer."""
MODELS = {"light": True, "exact": False}
"""What the browser says of the model that it uses: whether it is the lighter one."""
BROKEN = N_("Your set has ended: what this page sent could not be judged. Start the camera again.")
COMMANDS = ("toggle", "end", "skip", "again")
STOP = "stop"
"""What a browser says whose camera stops: no more frames come, and the set is to be kept now."""


class Line(Protocol):
    """Send to one browser; see routes.py."""

    def send(self, text: str) -> None:
        """Send a message, later."""

    def end(self, code: int, why: str) -> None:
        """Close the connection."""


class Link:
    """Pass one person's frames to their judge, and the answers back; a Listener of the judge."""

    def __init__(self, feed: Feed, links: "Links") -> None:
        self._feed, self._links = feed, links
        self._wish: Wish | None = None
        self._place: Place | None = None
        self._line: Line | None = None
        self._film = ""
        self._busy = False
        self._asked_s = self._came_s = self._since_s = 0.0
        self._waiting = bytearray()
        self._frames, self._asked = Credit(RATE, BURST), Credit(ASKED_RATE, MOST_ASKED)
        self.lost_s: float | None = None

    @property
    def judged(self) -> bool:
        """Return whether the person has a place."""
        return self._place is not None

    def late(self, now: float) -> bool:
        """Return whether the person has waited for an answer for more than LATE_S, their process being there."""
        return self._busy and self._place is not None and self._place.ready and now - self._asked_s > LATE_S

    def connect(self, line: Line) -> None:
        """Begin a connection; one that is still there ends, as the page was opened twice."""
        if self._line is not None:
            self._line.end(4409, "opened elsewhere")
        self._line, self.lost_s = line, None
        self._waiting.clear()
        if self._place is not None:
            self._place.connected()
        self.tell_block()

    def disconnect(self, line: Line) -> None:
        """End a connection; the set waits KEPT_S for the next one."""
        if self._line is line:
            self._line, self.lost_s = None, time.monotonic()

    def tell_block(self) -> None:
        """Tell the browser how many frames to send together."""
        self._tell({"block": self._links.judges.load.block})

    def ask(self, command: str) -> None:
        """Pass on what the person asked for or films, and hear which model their browser finds the pose with."""
        if not self._asked.spend(1):
            if self._asked.overdrawn:
                self.failed(worker.HOSTILE, "too many words")
            return
        if command in MODELS:
            self._feed.light = MODELS[command]
        filmed = BEGUN.fullmatch(command) is not None
        if filmed:
            self._film = command
        if command == STOP and self._place is not None and self._wish is not None:
            # What the coach is asked for waits for the next frame; another wish ends the set at once.
            self._waiting.clear()
            self._place.want(self._wish)
        if (filmed or command in COMMANDS) and self._place is not None:
            self._place.ask(command)

    def frames(self, message: bytes) -> None:
        """Take frames, unread but for their number; while earlier ones are judged they wait, and go on together."""
        count = message[len(wire.HEAD)] if len(message) > len(wire.HEAD) else 0
        start = len(wire.HEAD) + 1
        if not count or not message.startswith(wire.HEAD) or len(message) != start + count * wire.RECORD.itemsize:
            self.failed(worker.HOSTILE, "another form or size")
            return
        if not self._may(count) or not self._wished():
            return
        if not self._waiting:
            self._came_s = time.monotonic()
        self._waiting += message[start:]
        if (more := len(self._waiting) - WAITING * wire.RECORD.itemsize) > 0:
            del self._waiting[:more]
        self._go_on()

    def surroundings(self, message: bytes) -> None:
        """Take what is said about the background and about others, unread but for its length."""
        if len(message) > surroundings.MOST_BYTES:
            self.failed(worker.HOSTILE, "another form or size")
        elif self._may(1) and self._place is not None:
            self._place.surroundings(message)

    def phone(self, message: bytes) -> None:
        """Pass on what the person's phone has measured, which has been checked."""
        if self._place is not None:
            self._place.phone(message)

    def answered(self, answer: bytes) -> None:
        """Send an answer on."""
        if self._busy:
            self._links.judges.load.answered(time.monotonic() - self._since_s)
        self._busy = False
        if self._line is not None:
            self._line.send(answer.decode())
        self._go_on()

    def finished(self, sets: Sequence[KeptSet]) -> None:
        """Show finished sets on the person's page."""
        wish = self._wish
        # Each set brought a stretch of its own; one for all takes less memory.
        self._feed.add(sets if wish is None else [one.shared(wish.stretch, wish.profile) for one in sets])
        self._tell({"kept": len(sets)})

    def failed(self, kind: bytes, why: str | PosecheckError) -> None:
        """End the connection of who sends what no page of ours sends, or cannot be judged any longer."""
        if kind == worker.HOSTILE:
            self._end(4400, str(why))
        else:
            texts = translator("en" if self._wish is None else self._wish.language)
            self._tell({"problem": why.told(texts) if isinstance(why, PosecheckError) else texts.gettext(BROKEN)})
            # What was judged before is kept, where the process is still there.
            self.leave()
            self._end(4500, "not judged")

    def leave(self) -> None:
        """Give the place back."""
        if self._place is not None:
            self._place.leave()
            self._place = None

    def _end(self, code: int, why: str) -> None:
        line, self._line, self.lost_s = self._line, None, time.monotonic()
        self._busy = False
        self._waiting.clear()
        if line is not None:
            line.end(code, why)

    def _wished(self) -> bool:
        """Make sure that the judge knows the newest wish, and tell whether the person is judged at all."""
        wish = self._feed.wish
        if wish is None:
            return False
        if self._place is None:
            if not self._links.room():
                self._tell({"problem": translator(wish.language).gettext(FULL)})
                self._end(4503, "full")
                return False
            self._place = self._links.judges.enter(self, wish)
            if self._film:
                self._place.ask(self._film)
        elif wish is not self._wish:
            self._place.want(wish)
        self._wish = wish
        return True

    def _may(self, count: int) -> bool:
        """Tell whether so many frames may come now."""
        taken = self._frames.spend(count)
        if self._frames.overdrawn:
            self.failed(worker.HOSTILE, "too many frames")
        return taken

    def _go_on(self) -> None:
        if self._busy or not self._waiting or self._place is None:
            return
        size = wire.RECORD.itemsize
        part = bytes(self._waiting[: wire.MOST_FRAMES * size])
        del self._waiting[: len(part)]
        self._busy, self._asked_s, self._since_s = True, time.monotonic(), self._came_s
        self._came_s = self._asked_s
        self._place.frames(wire.HEAD + bytes([len(part) // size]) + part)

    def _tell(self, what: dict[str, object]) -> None:
        if self._line is not None:
            self._line.send(json.dumps(what))


class Links:
    """Hold the links of all people, and decide who gets in."""

    def __init__(self, judges: Judges | None = None, most: int | None = None) -> None:
        """Begin without people.

        Args:
            judges: The processes that judge.
            most: Most people; None for what POSECHECK_MAX_BROWSER_VIEWERS says.

        Raises:
            InputError: POSECHECK_MAX_BROWSER_VIEWERS is not a whole number above zero.
        """
        self.judges = Judges() if judges is None else judges
        self.judges.changed = self._block_changed
        self._most = whole_number(MOST, VIEWERS_EACH * self.judges.most) if most is None else most
        self._links: dict[str, Link] = {}
        self._tidying: asyncio.Task[None] | None = None

    def link(self, ticket: str) -> Link | None:
        """Return the link of a ticket; None where the ticket is not valid."""
        feed = known(ticket)
        if feed is None:
            return None
        if self._tidying is None:
            self._tidying = asyncio.create_task(self._tidy())
        if ticket not in self._links:
            self._links[ticket] = Link(feed, self)
        return self._links[ticket]

    def phone(self, feed: Feed, message: bytes) -> None:
        """Pass on what a visitor's phone has measured, where their own browser finds the pose."""
        if (link := self._links.get(feed.ticket)) is not None:
            link.phone(message)

    def room(self) -> bool:
        """Return whether one more person can be judged without slowing down the others."""
        judged, now = [link for link in self._links.values() if link.judged], time.monotonic()
        late = len(judged) > self.judges.most and any(link.late(now) for link in judged)
        return len(judged) < self._most and not late and self.judges.load.room(len(judged))

    def _block_changed(self) -> None:
        for link in self._links.values():
            link.tell_block()

    async def _tidy(self) -> None:
        """End the sets of people who did not come back."""
        while True:
            await asyncio.sleep(KEPT_S / 6)
            now = time.monotonic()
            for ticket, link in list(self._links.items()):
                if link.lost_s is not None and now - link.lost_s > KEPT_S:
                    link.leave()
                    del self._links[ticket]
