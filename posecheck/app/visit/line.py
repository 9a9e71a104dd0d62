"""Whose recording is analysed: as many at a time as there are processors, and the others wait in line.

The sibling of streaming/capacity.py, which hands out the places before the camera. There, a visitor who finds no place
is refused, because pictures that come late are of no use. Here they wait, are told how many are before them, and are
refused only where the line is long, or where as many recordings of theirs are in it as one visitor may have.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from posecheck.app.base.environment import processors, whole_number
from posecheck.core.i18n import N_, Translator

AT_ONCE = "POSECHECK_MAX_ANALYSES"
EACH, EACH_OTHERWISE = "POSECHECK_MAX_EACH", 2
LONGEST = 20
"""Recordings that may wait at the same time: each is stored until its turn comes."""
LOOK_S = 0.25
FULL = N_("Too many recordings are waiting already. Try again in a few minutes.")

Tell = Callable[[float, str], None]
"""Called with the share of the work that is done, 0 to 1, and what is being done; it may raise to end the work."""


class RefusedError(Exception):
    """Raised where a recording may not wait in line; its text is in the visitor's language."""


class Turn:
    """Hold a recording's place, in line or at work; every method may be called from any thread."""

    def __init__(self, line: "Line", visitor: str) -> None:
        self._line = line
        self.visitor = visitor
        self.given_up = False

    @property
    def before(self) -> int | None:
        """Return how many are before this one in line; None once it is its turn."""
        return self._line.before(self)

    def give_up(self) -> None:
        """Leave the line; one that is at work keeps its place until leave(), but no longer counts as the visitor's."""
        self._line.give_up(self)

    def leave(self) -> None:
        """Give the place back; may be called more than once."""
        self._line.leave(self)

    @contextmanager
    def taken(self, tell: Tell, texts: Translator) -> Iterator[None]:
        """Wait for the turn, report the waiting, and give the place back at the end.

        Args:
            tell: Called while waiting; an exception from it ends the wait.
            texts: The visitor's language.
        """
        try:
            while (before := self.before) is not None:
                tell(0.0, told(before, texts))
                self._line.wait(LOOK_S)
            yield
        finally:
            self.leave()


class Line:
    """Let recordings be analysed in the order in which they came; every method may be called from any thread."""

    def __init__(self, at_once: int, each: int, longest: int = LONGEST) -> None:
        """Begin with nobody in line.

        Args:
            at_once: How many are analysed at the same time.
            each: How many of one visitor may be waiting or at work.
            longest: How many may wait.
        """
        self._changed = threading.Condition()
        self._at_once, self._each, self._longest = at_once, each, longest
        self._at_work: list[Turn] = []
        self._waiting: list[Turn] = []

    def enter(self, visitor: str, texts: Translator) -> Turn:
        """Return a turn at the end of the line.

        Args:
            visitor: Who asks; see privacy.visitor. Empty where nobody has to be told from others.
            texts: The visitor's language.

        Raises:
            RefusedError: The line is full, or as many of this visitor are in it as may be.
        """
        with self._changed:
            known = [turn for turn in (*self._at_work, *self._waiting) if not turn.given_up]
            if visitor and sum(turn.visitor == visitor for turn in known) >= self._each:
                raise RefusedError(
                    texts.ngettext(
                        "{n} recording from your connection is being analysed, or waits for it. Try again when it is "
                        "done.",
                        "{n} recordings from your connection are being analysed, or wait for it. Try again when one "
                        "of them is done.",
                        self._each,
                    ).format(n=self._each)
                )
            if len(self._waiting) >= self._longest:
                raise RefusedError(texts.gettext(FULL))
            turn = Turn(self, visitor)
            self._waiting.append(turn)
            self._advance()
            return turn

    def before(self, turn: Turn) -> int | None:
        """Return how many wait before a turn; None where it is at work, or has left."""
        with self._changed:
            return self._waiting.index(turn) if turn in self._waiting else None

    def give_up(self, turn: Turn) -> None:
        """Take a turn out of the line; one that is at work goes on, and no longer counts as its visitor's."""
        with self._changed:
            turn.given_up = True

    def leave(self, turn: Turn) -> None:
        """Free a turn's place; unknown ones are ignored."""
        with self._changed:
            for held in (self._at_work, self._waiting):
                if turn in held:
                    held.remove(turn)
            self._advance()

    def wait(self, seconds: float) -> None:
        """Wait until somebody has moved up or left, at most this many seconds."""
        with self._changed:
            self._changed.wait(seconds)

    def _advance(self) -> None:
        while self._waiting and len(self._at_work) < self._at_once:
            self._at_work.append(self._waiting.pop(0))
        self._changed.notify_all()


def told(before: int, texts: Translator) -> str:
    """Return what a waiting visitor is told.

    Args:
        before: How many wait before them.
        texts: Their language.
    """
    if before == 0:
        return texts.gettext("Other recordings are being analysed; yours is next …")
    return texts.ngettext(
        "Other recordings are being analysed: {n} before you …",
        "Other recordings are being analysed: {n} before you …",
        before,
    ).format(n=before)


@cache
def line() -> Line:
    """Return the one Line that all visitors of this server share.

    Raises:
        InputError: POSECHECK_MAX_ANALYSES or POSECHECK_MAX_EACH is not a whole number above zero.
    """
    return Line(whole_number(AT_ONCE, processors()), whole_number(EACH, EACH_OTHERWISE))
