"""One step of a programme in the desktop window: a card that says what comes, then sets until the step is done.

The card stands during the pause before the step. A set ends by itself once every repetition that was asked for is
counted; the space bar or a raised hand then goes on, as it otherwise begins the next set.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np

from posecheck.core.frame import Frame, Rgb
from posecheck.core.i18n import N_, Translator
from posecheck.desktop.display import ESCAPE
from posecheck.desktop.window import Loop
from posecheck.live.coach import LiveFrame
from posecheck.rendering.lettering import MUTED, PAPER, SKY, TRACK, WHITE, fitted, text_width, write
from posecheck.rendering.overlay import canvas_size

STEP_KEYS = (
    "space: go on, pause, next step · n: leave this step out · e: end the set · a: measure the start anew · "
    "g: start as you stand · f: full screen · m: mute · + -: volume · q: quit"
)
LETTERS = ((20, SKY, 700), (11, WHITE, 700), (16, WHITE, 500), (24, MUTED, 400))
"""Of each line of a card: its largest size as a part of the width, its colour and its weight."""
Left = Literal["done", "skipped", "quit"]


@dataclass(slots=True)
class StepLoop(Loop):
    """Show a card, then judge and show frames until the step is done or left.

    Attributes:
        card: The lines of the card: which step, what it is called, what to do, a note.
        card_s: Seconds that the card stands; 0 shows none.
        asked: How many clean repetitions a set asks for, by side as its tally counts them.
        is_done: Whether every set of the step is done; asked when a set has ended.
        left: How the step was left; None while it is on, or where the camera ended.
    """

    card: tuple[str, ...] = ()
    card_s: float = 0.0
    asked: Mapping[str, int] = field(default_factory=dict)
    is_done: Callable[[], bool] = bool
    left: Left | None = None
    _until_s: float | None = None
    _on_card: bool = False
    _ended: int = -1

    def __post_init__(self) -> None:
        """Look at each moment after it was shown."""
        self.shown = self._look

    def _one(self, frame: Frame) -> bool:
        if self._until_s is None:
            self._until_s = frame.time_s + self.card_s
        self._on_card = frame.time_s < self._until_s
        if self._on_card:
            drawn = card_picture(frame, self.card, self._until_s - frame.time_s, self.texts)
            return self._press(self.screen.show(drawn))
        return Loop._one(self, frame) or self.left is not None

    def _look(self, moment: LiveFrame) -> None:
        """End the set when all is counted, and leave the step when its last set is over and the person goes on."""
        sets = self.coach.done
        if moment.phase == "running":
            counts = counts_of(moment)
            enough = bool(self.asked) and all(counts.get(side, 0) >= n for side, n in self.asked.items())
            if enough and self._ended != sets:
                self._ended = sets
                self.coach.ask("end")
        elif moment.phase == "guide" and sets:
            self._keep()
            if self.is_done():
                self.left = "done"

    def _press(self, key: str) -> bool:
        if key in (ESCAPE, "q"):
            self.left = "quit"
        elif key == "n":
            self.left = "skipped"
        elif self._on_card and key == " ":
            self._until_s = 0.0
        elif key == "a":
            self.coach.ask("again")
        elif key == "f" or not self._on_card:
            return Loop._press(self, key)
        return self.left is not None


def counts_of(moment: LiveFrame) -> dict[str, int]:
    """Return how many clean repetitions were counted so far, by side; empty outside a set."""
    session = moment.session
    return {} if session is None else {one.side: one.clean for one in session.moment().tally.sides}


def card_picture(frame: Frame, lines: tuple[str, ...], left_s: float, texts: Translator) -> Rgb:
    """Return the card of a step (height, width, 3): large letters, and the seconds left.

    Args:
        frame: The camera's picture.
        lines: Which step, what it is called, what to do, a note.
        left_s: Seconds until the step begins.
        texts: The person's language.
    """
    height, width = frame.rgb.shape[:2]
    wide, high = canvas_size((width, height))
    canvas = np.empty((high, wide, 3), np.uint8)
    canvas[:] = PAPER
    pad, y = round(wide * 0.05), round(high * 0.08)
    for line, (share, ink, weight) in zip(lines, LETTERS, strict=False):
        largest = max(6, round(wide / share))
        for part in _broken(line, wide - 2 * pad, largest):
            text, size = fitted(part, wide - 2 * pad, largest, max(6, largest // 3), weight)
            write(canvas, text, pad, y, size, ink, PAPER, weight)
            y += round(size * 1.35)
        y += round(largest * 0.3)
    count = str(max(1, round(left_s + 0.5)))
    radius = round(min(wide, high) * 0.11)
    middle = (wide - pad - radius, high - pad - radius)
    cv2.circle(canvas, middle, radius, TRACK, max(3, radius // 8), cv2.LINE_AA)
    size = max(6, round(radius * 0.9))
    x = middle[0] - text_width(count, size, 700) // 2
    write(canvas, count, x, middle[1] - round(size * 0.63), size, WHITE, PAPER, 700)
    keys = texts.gettext(N_("Space bar: begin now · N: leave it out"))
    room = middle[0] - radius - 2 * pad
    text, size = fitted(keys, room, max(6, wide // 36), max(6, wide // 60))
    write(canvas, text, pad, high - pad - round(size * 1.3), size, MUTED, PAPER)
    return canvas


def _broken(line: str, room: int, size: int) -> list[str]:
    """Break a line into at most two at a space, so that it stays large."""
    words = line.split()
    if len(words) < 2 or text_width(line, size) <= room:
        return [line]
    halves = [(" ".join(words[:k]), " ".join(words[k:])) for k in range(1, len(words))]
    return list(min(halves, key=lambda pair: max(text_width(part, size) for part in pair)))
