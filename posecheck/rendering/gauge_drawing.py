"""Draw the gauges under the picture: label and reading above a bar with its zones, the numbers below.

Zones differ by texture as well as by colour: the target band is solid, caution is striped, stop is cross-hatched.
The marker's shape shows the level, its whisker the stated error.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from posecheck.assessment.judged import JudgedFrames
from posecheck.core.frame import Rgb
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.core.levels import Level
from posecheck.feedback import wording
from posecheck.kinematics.angles import ANGLES
from posecheck.rendering.gauges import Gauge, Scale
from posecheck.rendering.lettering import (
    BLACK,
    BLUE,
    MUTED,
    ORANGE,
    PAPER,
    TRACK,
    VERMILLION,
    WHITE,
    YELLOW,
    Colour,
    fitted,
    marker,
    text_width,
    write,
)

LEVEL_INK: dict[int, Colour] = {Level.BORDERLINE: YELLOW, Level.CAUTION: ORANGE, Level.STOP: (255, 138, 61)}


@dataclass(frozen=True, slots=True)
class Box:
    """Hold where a gauge goes and how large its text is, in pixels.

    Attributes:
        x: The left edge.
        y: The upper edge.
        width: The width.
        label: The text size of label and value.
        tick: The text size of the numbers under the bar.
        bar: The height of the bar.
        short: Whether to use few words.
    """

    x: int
    y: int
    width: int
    label: int
    tick: int
    bar: int
    short: bool = False


def draw_gauge(canvas: Rgb, gauge: Gauge, judged: JudgedFrames, i: int, box: Box, texts: Translator = ENGLISH) -> None:
    """Draw a gauge with its label, value, bar and the numbers of its limits.

    Args:
        canvas: The picture (height, width, 3), changed in place.
        gauge: The gauge.
        judged: The judgement of the frames.
        i: The frame's index in `judged`.
        box: Where the gauge goes.
        texts: The language of the words.
    """
    value, error = gauge.reading(judged, i)
    level = gauge.level(judged, i)
    ink = LEVEL_INK.get(level, WHITE) if np.isfinite(value) else MUTED
    # The label keeps its wording through the whole recording, even when its value gains a digit.
    text, name = gauge.value_text(judged, i, box.short, texts), gauge.label(box.short, texts)
    if not np.isfinite(value) and text_width(name, box.label) + text_width(text, box.label, 600) > box.width:
        text = gauge.value_text(judged, i, short=True, texts=texts)
    text, size = fitted(text, round(box.width * 0.62), box.label, box.tick, 600)
    taken = text_width(text, size, 600)
    write(canvas, text, box.x + box.width - taken, box.y + box.label - size, size, ink, weight=600)
    label, size = fitted(name, box.width - taken - box.tick // 2, box.label, box.tick)
    write(canvas, label, box.x, box.y + box.label - size, size, MUTED)
    top = box.y + round(box.label * 1.4)
    face = _face(gauge, box.width, box.bar, box.tick, texts)[: max(0, canvas.shape[0] - top)]
    canvas[top : top + face.shape[0], box.x : box.x + box.width] = face
    if np.isfinite(value):
        _pointer(canvas, Scale.of(gauge), box, top, value, error, level)


@lru_cache(maxsize=24)
def _face(gauge: Gauge, width: int, bar: int, tick: int, texts: Translator) -> Rgb:
    """Return the part of a gauge that does not change: the bar's zones and the numbers under it."""
    face = np.empty((bar + round(tick * 1.5), width, 3), np.uint8)
    face[:] = PAPER
    scale = Scale.of(gauge)
    _bar(face[:bar], gauge, scale)
    _ticks(face, gauge, scale, bar + max(1, tick // 8), tick, texts)
    face.flags.writeable = False
    return face


def _bar(bar: Rgb, gauge: Gauge, scale: Scale) -> None:
    """Fill the bar with its zones; stop is drawn over caution, and caution over the target."""
    height, width = bar.shape[:2]
    bar[:] = TRACK
    y, x = np.mgrid[0:height, 0:width]
    step = max(4, height // 2)
    stripe = (x + y) % step < step / 2
    hatch = (((x + y) % step < max(1, step // 3)) | ((x - y) % step < max(1, step // 3)))[..., None]
    patterns: dict[str, Rgb] = {
        "target": _solid(bar, BLUE),
        "caution": np.where(stripe[..., None], _solid(bar, ORANGE), _solid(bar, (96, 68, 8))),
        "stop": np.where(hatch, _solid(bar, (90, 30, 0)), _solid(bar, VERMILLION)),
    }
    for name, pattern in patterns.items():
        for band in gauge.bands(name):
            ends = sorted(round(scale.place(edge) * width) for edge in (band.low, band.high))
            bar[:, ends[0] : ends[1]] = pattern[:, ends[0] : ends[1]]
    if scale.two_sided or scale.place(0.0) > 0.02:
        zero = round(scale.place(0.0) * width)
        bar[:, zero : zero + max(1, height // 10)] = MUTED


def _solid(bar: Rgb, colour: Colour) -> Rgb:
    return np.broadcast_to(np.array(colour, np.uint8), bar.shape)


def _ticks(face: Rgb, gauge: Gauge, scale: Scale, y: int, size: int, texts: Translator) -> None:
    """Write the limits' numbers under the bar, most serious first, where there is room; directions at its ends."""
    taken: list[tuple[float, float]] = []
    across = face.shape[1]

    def put(*labels: tuple[str, float]) -> None:
        """Write labels centred at their places, either all of them or none."""
        spots = []
        for text, x in labels:
            width = text_width(text, size)
            left = min(max(0, x - width / 2), across - width)
            spots.append((left - size / 4, left + width + size / 4))
            if any(spots[-1][0] < end and start < spots[-1][1] for start, end in (*taken, *spots[:-1])):
                return
        taken.extend(spots)
        for (text, _), (start, _) in zip(labels, spots, strict=True):
            write(face, text, round(start + size / 4), y, size, MUTED)

    row = ANGLES[gauge.rows[0]]
    if scale.two_sided and row.positive:
        ways = tuple(wording.short_way(way, texts) for way in (row.negative, row.positive))
        put((ways[1 if scale.turned else 0], 0), (ways[0 if scale.turned else 1], across))
    ends = [band.edge for name in ("stop", "caution") for band in gauge.bands(name)]
    ends += [0.0] if gauge.checks[0].unit == "deg" else []
    edges = dict.fromkeys((*ends, *(edge for band in gauge.bands("target") for edge in (band.low, band.high))))
    for size_of in dict.fromkeys(abs(edge) for edge in edges):
        same = [edge for edge in edges if abs(edge) == size_of]
        put(*((wording.amount(edge, gauge.checks[0].unit, texts), scale.place(edge) * across) for edge in same))


def _pointer(canvas: Rgb, scale: Scale, box: Box, top: int, value: float, error: float, level: int) -> None:
    """Draw the marker with the stated error as its whisker; a value past the bar's end is drawn at the end."""
    y, radius, line = top + box.bar // 2, max(3, round(box.bar * 0.45)), max(1, box.bar // 9)

    def at(number: float) -> int:
        return box.x + round(scale.place(number) * box.width)

    if np.isfinite(error):
        ends, cap = (at(value - error), at(value + error)), max(2, box.bar // 4)
        for ink, more in ((BLACK, 2), (WHITE, 0)):
            cv2.line(canvas, (ends[0], y), (ends[1], y), ink, line + more, cv2.LINE_AA)
            for end in ends:
                cv2.line(canvas, (end, y - cap), (end, y + cap), ink, line + more, cv2.LINE_AA)
    x = min(max(at(value), box.x + radius), box.x + box.width - radius)
    marker(canvas, x, y, radius, level, WHITE, BLACK)
