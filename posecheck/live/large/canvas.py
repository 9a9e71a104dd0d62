"""Draws the live picture in landscape: the camera's picture, beside it counter and hold ring, below it large words.

The words are capitals of 7 % of the height: 55 pixels on a laptop of 1366 by 768 pixels, whose screen it fills. The
frame has the colour of the level, and the shape before the words says the same to those who do not see the colour.
"""

import cv2
import numpy as np

from posecheck.core.frame import Rgb
from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.core.levels import Level
from posecheck.live.coach import LiveFrame
from posecheck.live.large.moves import draw_move
from posecheck.live.large.words import LargeWords, describe_stopped, large_words
from posecheck.live.picture import picture, state_of
from posecheck.rendering.lettering import (
    MUTED,
    ORANGE,
    PAPER,
    SKY,
    TRACK,
    WHITE,
    YELLOW,
    Colour,
    fill,
    fitted,
    marker,
    text_width,
    write,
)
from posecheck.rendering.overlay import STRIP, picture_in
from posecheck.repetitions.tally import SideTally

SIZE_WH = (960, 540)
"""No more pixels than the picture with header and gauges had, so that sending it costs no more."""
CAPITAL = 0.72
"""Height of a capital as a share of the text size; measured in the picture by a test."""
WORDS_PX = 54
BAND = 84
FRAME = 8
FRAMES: dict[int, Colour] = {
    Level.UNKNOWN: MUTED,
    Level.CLEAR: SKY,
    Level.BORDERLINE: YELLOW,
    Level.CAUTION: ORANGE,
    Level.STOP: (168, 56, 0),
}


class LargePicture:
    """Draw one set after the other for one person, in one language."""

    def __init__(self, texts: Translator = ENGLISH) -> None:
        self._texts = texts

    def draw(self, moment: LiveFrame, *, mirrored: bool = True) -> Rgb:
        """Return what is shown for a moment, of SIZE_WH; a picture in portrait is drawn as on the desktop.

        Args:
            moment: What the coach made of the newest picture.
            mirrored: Whether the picture is shown as by a mirror.
        """
        height, width = moment.frame.rgb.shape[:2]
        landscape = width > height
        drawn = picture(moment, mirrored=mirrored, texts=self._texts, badge=not landscape)
        if not landscape:
            return drawn
        words = large_words(moment, self._texts)
        canvas = np.empty((SIZE_WH[1], SIZE_WH[0], 3), np.uint8)
        fill(canvas, PAPER)
        room = SIZE_WH[1] - BAND - FRAME
        view_w = min(round(room * width / height), SIZE_WH[0] - FRAME - 200)
        view_h = round(view_w * height / width)
        view = cv2.resize(picture_in(drawn, (width, height))[:, :width], (view_w, view_h), interpolation=cv2.INTER_AREA)
        canvas[FRAME : FRAME + view_h, FRAME : FRAME + view_w] = view
        side = canvas[FRAME:room, FRAME + view_w + 14 : SIZE_WH[0] - FRAME - 12]
        self._beside(side, moment)
        _words(canvas[SIZE_WH[1] - BAND :], words)
        cv2.rectangle(canvas, (0, 0), (SIZE_WH[0] - 1, SIZE_WH[1] - 1), FRAMES[words.level], 2 * FRAME - 1)
        return canvas

    def _beside(self, strip: Rgb, moment: LiveFrame) -> None:
        """Draw counter and hold ring while a set is on, otherwise what to do in a sentence, and the move before it."""
        if moment.phase != "running" or moment.session is None:
            _sentence(strip, state_of(moment, self._texts).message)
            if moment.phase == "guide" and moment.guidance.instruction is not None:
                low = strip[-min(strip.shape[1], strip.shape[0] // 2) :]
                draw_move(low, moment.guidance.instruction.stretch, moment.frame.time_s, MUTED)
            return
        texts, stretch, now = self._texts, moment.session.stretch, moment.session.moment()
        y = 6
        for one in now.tally.sides:
            ink = WHITE if one.side in ("", now.side) or not now.side else MUTED
            y = _count(strip, y, one, ink, texts)
        if stretch.hold is not None:
            _hold(strip, y, now.hold_s, stretch.hold.seconds[0], texts)


def _count(strip: Rgb, top: int, one: SideTally, ink: Colour, texts: Translator) -> int:
    """Draw the count of a side, with a tick once it is done and what did not count below; return where it ends."""
    name = texts.gettext({"left": N_("left"), "right": N_("right")}.get(one.side, N_("repetitions")))
    told, edge = one.shown, strip.shape[1]
    if one.done:
        edge -= 40
        tick = np.array([(-0.9, 0.1), (-0.25, 0.75), (0.95, -0.75)]) * 15 + (edge + 22, top + 42)
        cv2.polylines(strip, [tick.round().astype(np.int32)], False, SKY, 7, cv2.LINE_AA)
    left = edge - text_width(told, 60, 700)
    write(strip, told, left, top, 60, SKY if one.done else ink, PAPER, 700)
    name, size = fitted(name, left - 8, 30, 14, 600)
    write(strip, name, 0, top + 24, size, ink, PAPER, 600)
    if not one.stopped:
        return top + 84
    note, size = fitted(describe_stopped(one, texts), strip.shape[1], 22, 10, 500)
    write(strip, note, 0, top + 76, size, ORANGE, PAPER, 500)
    return top + 112


def _hold(strip: Rgb, top: int, held_s: float, wanted_s: float, texts: Translator) -> None:
    """Draw a ring that fills while the end position is held, with the seconds in it."""
    radius = min(92, (strip.shape[0] - top) // 2 - 16, strip.shape[1] // 2 - 14)
    if radius < 30:
        return
    middle = (strip.shape[1] // 2, top + radius + 14)
    cv2.circle(strip, middle, radius, TRACK, 14, cv2.LINE_AA)
    share = min(held_s / wanted_s, 1.0) if wanted_s > 0 else 0.0
    if share > 0:
        cv2.ellipse(strip, middle, (radius, radius), -90, 0, 360 * share, SKY, 14, cv2.LINE_AA)
    told = texts.number(held_s, 0)
    write(strip, told, middle[0] - text_width(told, 64, 700) // 2, middle[1] - 48, 64, WHITE, PAPER, 700)
    unit = f"/ {texts.number(wanted_s, 0)} s"
    write(strip, unit, middle[0] - text_width(unit, 26, 500) // 2, middle[1] + 24, 26, MUTED, PAPER, 500)


def _sentence(strip: Rgb, text: str) -> None:
    """Write a sentence, broken at spaces."""
    size, line = 26, ""
    lines: list[str] = []
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size, 500) > strip.shape[1]:
            lines, line = [*lines, line], word
        else:
            line = longer
    for k, told in enumerate([*lines, line][: strip.shape[0] // 34]):
        if told:
            told, fit = fitted(told, strip.shape[1], size, 12, 500)
            write(strip, told, 0, 6 + k * 34, fit, WHITE, PAPER, 500)


def _words(band: Rgb, words: LargeWords) -> None:
    """Write the words over the whole width, with the shape of their level before them."""
    paper, ink = STRIP[words.level]
    fill(band, paper)
    ink = WHITE if paper == PAPER else ink
    radius, left = 26, FRAME + 18
    inner = FRAMES[words.level] if paper == PAPER else ink
    marker(band, left + radius, BAND // 2 - 4, radius, int(words.level), inner, paper)
    left += 2 * radius + 22
    text, size = fitted(words.text, band.shape[1] - left - 2 * FRAME, WORDS_PX, 30, 700)
    write(band, text, left, (BAND - FRAME - round(size * 1.32)) // 2, size, ink, paper, 700)
