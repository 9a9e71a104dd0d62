"""The annotated picture: the camera's picture with the skeleton on it, a verdict above and gauges below.

Only the skeleton covers the picture. The state is shown by its words, the shape of its icon and its place as well as by
colour (Okabe and Ito's palette, which colour-blind people can tell apart).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from posecheck.assessment.events import Event
from posecheck.assessment.judged import JudgedFrames
from posecheck.assessment.session import Session
from posecheck.core.frame import Rgb
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.core.landmarks import BONES, MIN_VISIBILITY
from posecheck.core.levels import Level
from posecheck.core.pose import Pose, visible
from posecheck.feedback.frame_state import HEAD, FrameStatus, state_at
from posecheck.feedback.wording import capital
from posecheck.rendering.gauge_drawing import Box, draw_gauge
from posecheck.rendering.gauges import chosen
from posecheck.rendering.lettering import (
    BLACK,
    MUTED,
    ORANGE,
    PAPER,
    SKY,
    VERMILLION,
    WHITE,
    YELLOW,
    Colour,
    fill,
    fitted,
    shape,
    text_width,
    wrapped,
    write,
)

STRIP: dict[int, tuple[Colour, Colour]] = {
    Level.UNKNOWN: (PAPER, MUTED),
    Level.CLEAR: (PAPER, SKY),
    Level.BORDERLINE: (PAPER, YELLOW),
    Level.CAUTION: (ORANGE, BLACK),
    Level.STOP: ((168, 56, 0), WHITE),
}
"""Background of the header and colour of its title, by level."""
LIMB_INK: dict[int, Colour] = {Level.CAUTION: ORANGE, Level.STOP: VERMILLION}
"""Colour of limbs past a limit, by level."""
_JOINTS = sorted({end for bone in BONES for end in bone})


@dataclass(frozen=True, slots=True)
class Layout:
    """Hold the places on the canvas in pixels; all follow from the picture's size.

    Attributes:
        width: The canvas's width, even.
        height: The picture's height.
        header: The header's height.
        total: The canvas's height, even.
    """

    width: int
    height: int
    header: int
    total: int

    @classmethod
    def of(cls, size_wh: tuple[int, int]) -> "Layout":
        """Return the layout for a picture of this width and height."""
        width, height = size_wh
        header, footer = max(8, round(width * 0.19)), max(8, round(width * 0.24))
        total = header + height + footer
        return cls(width + width % 2, height, header, total + total % 2)


def canvas_size(size_wh: tuple[int, int]) -> tuple[int, int]:
    """Return width and height, both even, of what `draw` returns for a picture of this width and height."""
    layout = Layout.of(size_wh)
    return layout.width, layout.total


def picture_in(canvas: Rgb, size_wh: tuple[int, int]) -> Rgb:
    """Return the camera's picture in an annotated one, as a view of it.

    Args:
        canvas: An annotated picture, as `draw` returns it.
        size_wh: Width and height of the camera's picture in pixels.
    """
    layout = Layout.of(size_wh)
    return canvas[layout.header : layout.header + layout.height, : layout.width]


def draw(
    rgb: Rgb,
    pose: Pose | None,
    judged: JudgedFrames,
    i: int,
    session: Session,
    *,
    mirrored: bool = False,
    events: Sequence[Event] = (),
    texts: Translator = ENGLISH,
    over: FrameStatus | None = None,
) -> Rgb:
    """Draw a judged frame: the picture with its skeleton, a header above it and gauges below.

    Args:
        rgb: The picture (height, width, 3).
        pose: The landmarks of the person in it; None where nobody was found.
        judged: The judgement of the frames; live, of this one frame.
        i: The frame's index in `judged`; live, 0.
        session: The session that judged it.
        mirrored: Whether to flip the picture as a mirror does; sides are still named as the person's own.
        events: The events of the whole recording, so that a warning is shown exactly as long as its event lasts.
            Without
            them the session's current flags are shown.
        texts: The language of the words.
        over: The state by which a skeleton was drawn into this picture before; its thick limbs are covered.

    Returns:
        The annotated picture (height, width, 3), of the size that `canvas_size` states.
    """
    state = state_at(judged, i, session, events, visible(pose) is not None, texts)
    canvas, footer = framed(rgb, pose, state, float(judged.readings.time_s[i]), mirrored=mirrored, over=over)
    _footer(footer, judged, i, session, texts)
    return canvas


def framed(
    rgb: Rgb,
    pose: Pose | None,
    state: FrameStatus,
    time_s: float | None,
    *,
    mirrored: bool = False,
    over: FrameStatus | None = None,
) -> tuple[Rgb, Rgb]:
    """Return the picture with skeleton and header, and an empty strip below it.

    Args:
        rgb: The picture (height, width, 3).
        pose: The landmarks of the person in it; None where nobody was found.
        state: What the header states.
        time_s: The time to write into the header, seconds; None leaves it out.
        mirrored: Whether to flip the picture as a mirror does.
        over: The state by which a skeleton was drawn into this picture before.

    Returns:
        The canvas (height, width, 3), and the strip at its lower edge as a view of it, not yet painted.
    """
    layout = Layout.of((rgb.shape[1], rgb.shape[0]))
    canvas = np.empty((layout.total, layout.width, 3), np.uint8)
    canvas[:, rgb.shape[1] :] = PAPER
    picture = canvas[layout.header : layout.header + layout.height, : rgb.shape[1]]
    picture[:] = cv2.flip(rgb, 1) if mirrored else rgb
    if pose is not None and pose.found:
        _skeleton(picture, pose, state, mirrored, over)
    _header(canvas[: layout.header], state, time_s)
    return canvas, canvas[layout.header + layout.height :]


def _skeleton(picture: Rgb, pose: Pose, state: FrameStatus, mirrored: bool, over: FrameStatus | None = None) -> None:
    """Draw the bones: warned limbs thick in the warning's colour, poorly visible ones thin and grey.

    Limbs that `over` warned of are drawn as thick, so that nothing is left to be seen of them.
    """
    covered = {} if over is None else over.limbs
    height, width = picture.shape[:2]
    ratio = np.array([width / max(1, pose.size_wh[0]), height / max(1, pose.size_wh[1])])
    xy = pose.image_xy * ratio
    if mirrored:
        xy = np.stack([width - 1 - xy[:, 0], xy[:, 1]], axis=1)
    known = np.isfinite(xy).all(axis=1)
    within = np.clip(np.where(known[:, None], xy, 0.0), -4 * width - 99, 4 * width + 99)
    spots: list[tuple[int, int]] = [(x, y) for x, y in within.round().astype(int).tolist()]
    seen: list[bool] = ((pose.visibility >= MIN_VISIBILITY) & known).tolist()
    drawn: list[bool] = known.tolist()
    line = max(2, round(np.sqrt(width * height) / 190))
    bones = [
        (int(state.limbs.get(bone, Level.CLEAR)), seen[bone[0]] and seen[bone[1]], bone)
        for bone in (*BONES, *(bone for bone in HEAD if bone in state.limbs or bone in covered))
        if drawn[bone[0]] and drawn[bone[1]]
    ]
    for level, clear, bone in sorted(bones, key=lambda item: item[:2]):
        warned = level >= Level.CAUTION
        ink = LIMB_INK.get(level, SKY)
        wide = warned or bone in covered
        thick = 2 * line if wide else line
        if not clear and not wide:
            ink, thick = (150, 150, 150), max(1, line // 2)
        a, b = spots[bone[0]], spots[bone[1]]
        if clear or wide:
            cv2.line(picture, a, b, BLACK, thick + max(2, line), cv2.LINE_AA)
        cv2.line(picture, a, b, ink, thick, cv2.LINE_AA)
    for joint in _JOINTS:
        if seen[joint]:
            cv2.circle(picture, spots[joint], line + 1, BLACK, -1, cv2.LINE_AA)
            cv2.circle(picture, spots[joint], line, WHITE, -1, cv2.LINE_AA)


def _header(strip: Rgb, state: FrameStatus, time_s: float | None) -> None:
    """Write icon, title, phase, time and up to three lines of message; a long title replaces the phase."""
    height, width = strip.shape[:2]
    paper, ink = STRIP[state.level]
    pad, _, room, small, tiny = _measures(width)
    clock = "" if time_s is None else f"{int(time_s // 60)}:{time_s % 60:04.1f}"
    aside = " · ".join(filter(None, (state.phase, clock)))
    if text_width(state.title, tiny, 700) > room - text_width(aside, tiny) - small:
        aside = clock
    used = text_width(aside, tiny)
    strip[:] = _told(height, width, state.level, state.title, state.message, used)
    top = round(height * 0.09)
    quiet = MUTED if paper == PAPER else ink
    write(strip, aside, width - pad - used, top + small - tiny, tiny, quiet, paper)


def _measures(width: int) -> tuple[int, int, int, int, int]:
    """Return the header's padding, icon radius, width for text, title size and smallest text size, in pixels."""
    pad, radius = round(width * 0.022), round(width * 0.05)
    return pad, radius, width - 3 * pad - 2 * radius, max(6, round(width / 31)), max(6, round(width / 38))


@lru_cache(maxsize=4)
def _told(height: int, width: int, level: Level, title: str, message: str, used: int) -> Rgb:
    """Return the header without phase and time, which take `used` pixels; cached, as it stays for many frames."""
    strip = np.empty((height, width, 3), np.uint8)
    paper, ink = STRIP[level]
    fill(strip, paper)
    pad, radius, room, small, tiny = _measures(width)
    _icon(strip, pad + radius, height // 2, radius, level)
    left, top = 2 * pad + 2 * radius, round(height * 0.09)
    title, size = fitted(title, room - used - small, small, tiny, 700)
    write(strip, title, left, top + small - size, size, ink, paper, 700)
    tail = message.partition(": ")[2] if level == Level.UNKNOWN else ""
    lines, size = wrapped((message, capital(tail)), room, width)
    step = round(size * 1.22)
    space = height - top - round(small * 1.3)
    y = top + round(small * 1.3) + max(0, (space - step * len(lines)) // 2 - round(size * 0.1))
    for k, text in enumerate(lines):
        write(strip, text, left, y + k * step, size, ink if paper != PAPER else WHITE, paper, 500)
    strip.flags.writeable = False
    return strip


def _icon(strip: Rgb, x: int, y: int, radius: int, level: Level) -> None:
    """Draw a disc with a tick, a diamond with a tilde, a triangle, an octagon with a bar, or a question mark."""
    line = max(2, radius // 6)
    if level == Level.CLEAR:
        cv2.circle(strip, (x, y), radius, SKY, -1, cv2.LINE_AA)
        tick = np.array([(-0.45, 0.02), (-0.12, 0.36), (0.48, -0.34)]) * radius + (x, y)
        cv2.polylines(strip, [tick.round().astype(np.int32)], False, PAPER, line + 1, cv2.LINE_AA)
    elif level == Level.BORDERLINE:
        cv2.fillPoly(strip, [shape(x, y, radius, level)], YELLOW, cv2.LINE_AA)
        along = np.linspace(-0.45, 0.45, 17)
        wave = np.stack([along, -0.16 * np.sin(along * 2 * np.pi / 0.9)], axis=1) * radius + (x, y)
        cv2.polylines(strip, [wave.round().astype(np.int32)], False, PAPER, line, cv2.LINE_AA)
    elif level == Level.CAUTION:
        cv2.fillPoly(strip, [shape(x, y, radius * 1.12, level)], BLACK, cv2.LINE_AA)
        cv2.line(strip, (x, y - radius // 3), (x, y + radius // 5), ORANGE, line + 1, cv2.LINE_AA)
        cv2.circle(strip, (x, y + round(radius * 0.52)), max(1, line // 2 + 1), ORANGE, -1, cv2.LINE_AA)
    elif level == Level.STOP:
        cv2.fillPoly(strip, [shape(x, y, radius, level)], WHITE, cv2.LINE_AA)
        half = round(radius * 0.55)
        cv2.rectangle(strip, (x - half, y - radius // 6), (x + half, y + radius // 6), STRIP[level][0], -1)
    else:
        cv2.circle(strip, (x, y), radius, MUTED, line, cv2.LINE_AA)
        size = max(6, round(radius * 1.3))
        write(strip, "?", x - text_width("?", size, 700) // 2, y - round(size * 0.63), size, MUTED, weight=700)


def _footer(strip: Rgb, judged: JudgedFrames, i: int, session: Session, texts: Translator) -> None:
    """Draw the gauges: the primary angle over the whole width, up to two others side by side below it."""
    fill(strip, PAPER)
    width = strip.shape[1]
    pad, gap = round(width * 0.022), round(width * 0.045)
    large, tick, bar = max(6, round(width / 27)), max(6, round(width / 42)), max(4, round(width / 30))
    gauges = chosen(session, judged)
    y = round(width * 0.014)
    if gauges:
        draw_gauge(strip, gauges[0], judged, i, Box(pad, y, width - 2 * pad, large, tick, bar), texts)
    half, below = (width - 2 * pad - gap) // 2, y + round(large * 1.4) + bar + round(tick * 1.5)
    for k, gauge in enumerate(gauges[1:]):
        small, thin = max(6, round(width / 33)), max(4, round(width / 40))
        draw_gauge(
            strip, gauge, judged, i, Box(pad + k * (half + gap), below, half, small, tick, thin, short=True), texts
        )
