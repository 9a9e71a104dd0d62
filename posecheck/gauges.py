"""Gauges under the picture: an angle, its error and its limits as words, a number and a bar.

Zones differ by texture as well as by colour (Okabe and Ito's palette): the target band is solid, caution is
striped, stop is cross-hatched. The marker's shape is that of the level, its whisker the stated error.
Text is drawn from cached masks, which is ten times faster than setting it anew in every frame.
"""

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck import words
from posecheck.angles import ANGLES, FAMILIES, INDEX
from posecheck.checks import Check, Level, pick
from posecheck.frame import Rgb
from posecheck.readings import Reason
from posecheck.session import Judged, Session
from posecheck.stretches import AngleRange

Colour = tuple[int, int, int]
Span = tuple[float, float]

SKY: Colour = (86, 180, 233)
BLUE: Colour = (0, 114, 178)
YELLOW: Colour = (240, 228, 66)
ORANGE: Colour = (230, 159, 0)
VERMILLION: Colour = (213, 94, 0)
PAPER: Colour = (20, 25, 31)
TRACK: Colour = (58, 66, 76)
MUTED: Colour = (168, 178, 188)
WHITE: Colour = (245, 247, 250)
BLACK: Colour = (10, 12, 14)

LEVEL_INK: dict[int, Colour] = {Level.BORDERLINE: YELLOW, Level.CAUTION: ORANGE, Level.STOP: (255, 138, 61)}
SHORT: dict[int, str] = {
    Reason.NOBODY: "nobody there",
    Reason.HIDDEN: "hidden",
    Reason.NO_NEUTRAL: "no start position",
    Reason.VIEW: "not from here",
    Reason.OUT_OF_PLANE: "no clear value",
    Reason.UNCERTAIN: "too uncertain",
    Reason.ANOTHER_PERSON: "someone else",
}
MAX_GAUGES = 3
MIN_SHARE = 0.05
"""An angle judged in a smaller share of the frames is shown only when nothing better is there."""
_FACE = cv2.FontFace("sans")
_SETTING = Lock()
"""OpenCV's type setting mixes up letters when two threads use it at once; camera callbacks are threads."""


@lru_cache(maxsize=512)
def _word(word: str, size: int, weight: int) -> NDArray[np.uint8]:
    """Return the coverage of a word (height, width), 0..255; size is the height of the type in pixels."""
    mask = np.zeros((round(size * 1.32) + 1, _word_width(word, size, weight)), np.uint8)
    with _SETTING:
        cv2.putText(mask, word, (1, size), (255,), _FACE, size, weight)
    mask.flags.writeable = False
    return mask


def _space(size: int) -> int:
    return max(1, round(size * 0.22))


def text_mask(text: str, size: int, weight: int = 400) -> NDArray[np.uint8]:
    """Return the coverage of a line, put together from its words: numbers change, most words come again."""
    parts = [_word(word, size, weight) for word in text.split()]
    gap = np.zeros((parts[0].shape[0], _space(size)), np.uint8)
    return np.hstack([part for word in parts for part in (gap, word)][1:])


def text_width(text: str, size: int, weight: int = 400) -> int:
    """Return how wide a line of text comes out, in pixels."""
    parts = [_word_width(word, size, weight) for word in text.split()]
    return sum(parts) + _space(size) * max(0, len(parts) - 1)


@lru_cache(maxsize=4096)
def _word_width(word: str, size: int, weight: int) -> int:
    with _SETTING:
        box = cv2.getTextSize((1 << 16, 1 << 10), word, (0, 0), _FACE, size, weight)
    return max(1, box[0] + box[2] + 2)


@lru_cache(maxsize=64)
def _blend(ink: Colour, paper: Colour) -> NDArray[np.uint8]:
    """Return the colour (256, 3) of each coverage of ink on paper."""
    share = np.arange(256)[:, None] / 255
    return np.round(np.array(paper) * (1 - share) + np.array(ink) * share).astype(np.uint8)


def write(
    canvas: Rgb, text: str, x: int, y: int, size: int, ink: Colour, paper: Colour = PAPER, weight: int = 400
) -> None:
    """Set a line of text with its upper left corner at x, y on a flat background of colour paper."""
    if not text.strip():
        return
    height, width = canvas.shape[:2]
    mask = text_mask(text, size, weight)[max(0, -y) : max(0, height - y), max(0, -x) : max(0, width - x)]
    top, left = max(0, y), max(0, x)
    canvas[top : top + mask.shape[0], left : left + mask.shape[1]] = np.take(_blend(ink, paper), mask, axis=0)


def fill(strip: Rgb, colour: Colour) -> None:
    """Paint a strip of the canvas in one colour."""
    cv2.rectangle(strip, (0, 0), (strip.shape[1], strip.shape[0]), colour, -1)


@lru_cache(maxsize=512)
def fitted(text: str, width: int, size: int, smallest: int, weight: int = 400) -> tuple[str, int]:
    """Return the text and the size at which it fits: smaller first, then cut short."""
    while text_width(text, size, weight) > width and size > smallest:
        size -= 1
    if text_width(text, size, weight) > width:
        while text and text_width(text + "…", size, weight) > width:
            text = text[:-1].rstrip(" ,;:")
        text += "…"
    return text, size


def marker(canvas: Rgb, x: int, y: int, radius: int, level: int, ink: Colour, edge: Colour) -> None:
    """Draw the shape of a level: disc, diamond, triangle or octagon."""
    if level not in (Level.BORDERLINE, Level.CAUTION, Level.STOP):
        cv2.circle(canvas, (x, y), radius + 1, edge, -1, cv2.LINE_AA)
        cv2.circle(canvas, (x, y), max(1, radius - 1), ink, -1, cv2.LINE_AA)
        return
    points = shape(x, y, radius + 1, level)
    cv2.fillPoly(canvas, [points], ink, cv2.LINE_AA)
    cv2.polylines(canvas, [points], True, edge, max(1, radius // 4), cv2.LINE_AA)
    if level == Level.STOP:
        cv2.line(canvas, (x - radius // 2, y), (x + radius // 2, y), edge, max(2, radius // 3))


def shape(x: float, y: float, radius: float, level: int) -> NDArray[np.int32]:
    """Return the corners (n, 2) of a level's shape: diamond, triangle or octagon."""
    sides, first = {Level.BORDERLINE: (4, 0.0), Level.CAUTION: (3, -90.0)}.get(Level(level), (8, 22.5))
    turn = np.radians(first + 360 / sides * np.arange(sides))
    low = 0.22 * radius if sides == 3 else 0.0
    around = np.stack([x + radius * np.cos(turn), y + low + radius * np.sin(turn)], axis=1)
    return np.round(around).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Gauge:
    """Show one reading against every range that limits it; columns are its checks' places in Session.checks."""

    columns: tuple[int, ...]
    checks: tuple[Check, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """Return the rows of ANGLES that are read."""
        return self.checks[0].rows

    def label(self, short: bool = False) -> str:
        """Return what is shown in words: Bend of the right hip, or short, Right hip bend."""
        text = words.words_for(self.checks[0].angle)
        what, _, rest = text.partition(" of the ")
        if short and 0 < len(rest.split()) <= 2:
            text = f"{rest} {what}"
        text = f"{self.checks[0].range.side} {text}" if len(self.rows) > 1 else text
        return text[:1].upper() + text[1:]

    def level(self, judged: Judged, i: int) -> int:
        """Return the gravest level of its checks in frame i."""
        return int(judged.levels[i, list(self.columns)].max())

    def reading(self, judged: Judged, i: int) -> tuple[float, float]:
        """Return value and stated error in frame i, NaN where it cannot be judged."""
        part = slice(i, i + 1)
        check = self.checks[0]
        return float(pick(check, judged.readings.value[part])[0]), float(pick(check, judged.readings.error[part])[0])

    def value_text(self, judged: Judged, i: int, short: bool = False) -> str:
        """Return `41° ± 14 left`, or that it cannot be judged and, unless short, why."""
        value, error = self.reading(judged, i)
        if not np.isfinite(value):
            reasons = judged.readings.reason[i, list(self.rows)]
            why = "" if short else SHORT.get(int(reasons.max()), "")
            return f"cannot judge ({why})" if why else "cannot judge"
        unit = self.checks[0].unit
        text = words.amount(value, unit)
        if np.isfinite(error):
            text += f" ± {error:.0f}" if unit == "deg" else f" ± {error:.2f}"
        way = words.side(value, self.checks[0].angle).removeprefix("to the ")
        return f"{text} {way}" if way and text[0] != "0" else text


def gauges_of(checks: tuple[Check, ...]) -> list[Gauge]:
    """Return one gauge for each reading whose checks limit an angle, in the order of the ranges."""
    groups: dict[tuple[tuple[int, ...], str], list[int]] = {}
    for i, check in enumerate(checks):
        if check.range.measure == "angle":
            groups.setdefault((check.rows, check.range.side if len(check.rows) > 1 else ""), []).append(i)
    return [Gauge(tuple(columns), tuple(checks[i] for i in columns)) for columns in groups.values()]


def primary_rows(session: Session) -> tuple[int, ...]:
    """Return the rows of the stretch's primary angle, none where it has none."""
    name = session.stretch.primary
    return tuple(INDEX[part] for part in FAMILIES.get(name, (name,)) if part in INDEX)


def chosen(session: Session, judged: Judged) -> tuple[Gauge, ...]:
    """Return at most three gauges, the same in every frame of a recording: the primary angle, then what limits it.

    Others are preferred that can be judged, and in a recording those that came nearest to their limits; they
    stand in the order of the stretch's ranges. One frame alone prefers what its view can show.
    """
    main = set(primary_rows(session))
    limited = [gauge for gauge in gauges_of(session.checks) if any(check.limits for check in gauge.checks)]
    first = [gauge for gauge in limited if main & set(gauge.rows)] or [
        gauge for gauge in gauges_of(session.checks) if main & set(gauge.rows)
    ]
    first = sorted(first, key=lambda gauge: len(gauge.rows))[:2]
    others = [gauge for gauge in limited if not main & set(gauge.rows)]
    ranked = sorted(others, key=lambda gauge: _merit(gauge, judged), reverse=True)[: MAX_GAUGES - len(first)]
    return (*first, *(gauge for gauge in others if gauge in ranked))


def _merit(gauge: Gauge, judged: Judged) -> tuple[bool, int]:
    reasons = judged.readings.reason[:, list(gauge.rows)]
    if len(reasons) == 1:
        return not bool(np.isin(reasons, (Reason.VIEW, Reason.UNCERTAIN)).any()), 0
    judged_share = float((reasons == Reason.JUDGED).all(axis=1).mean()) if len(reasons) else 0.0
    return judged_share >= MIN_SHARE, int(judged.levels[:, list(gauge.columns)].max(initial=Level.OFF))


def _past(item: AngleRange, limit: float | None) -> list[Span]:
    """Return the signed values that are past a limit, as open intervals."""
    if limit is None:
        return []
    if item.limit == "under":
        return [{"negative": (-limit, np.inf), "magnitude": (-limit, limit)}.get(item.along, (-np.inf, limit))]
    up, down = (limit, np.inf), (-np.inf, -limit)
    return {"negative": [down], "magnitude": [down, up]}.get(item.along, [up])


def _target(item: AngleRange) -> list[Span]:
    if item.target is None:
        return []
    up, down = item.target, (-item.target[1], -item.target[0])
    return {"negative": [down], "magnitude": [down, up]}.get(item.along, [up])


@dataclass(frozen=True, slots=True)
class Scale:
    """Place signed values on a bar: low at its left end unless turned, then high."""

    low: float
    high: float
    turned: bool

    @classmethod
    def of(cls, gauge: Gauge) -> "Scale":
        """Reach well past the outermost limit; even on both sides of zero where both directions count.

        The person's left is the bar's left; what counts in one direction only grows to the right.
        """
        edges = [0.0]
        for item in (check.range for check in gauge.checks):
            spans = [*_target(item), *_past(item, item.caution), *_past(item, item.stop)]
            edges += [edge for span in spans for edge in span if np.isfinite(edge)]
        low, high = min(edges), max(edges)
        row = ANGLES[gauge.rows[0]]
        two_sided = low < 0 < high and row.positive != ""
        if two_sided:
            high = max(high, -low)
            low = -high
        reach = max(high - low, 1e-6)
        # Room for the words at the ends of a two-sided bar, and for readings past the limit.
        pad = (0.65 if two_sided else 0.45) * max(high, -low)
        low, high = (low - pad if low < 0 else -0.07 * reach), (high + pad if high > 0 else 0.07 * reach)
        one_way = all(check.range.along == "negative" for check in gauge.checks)
        return cls(low, high, one_way or (two_sided and row.positive == "to the left"))

    def place(self, value: float) -> float:
        """Return 0..1 along the bar, clipped to its ends."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return 1 - share if self.turned else share

    @property
    def two_sided(self) -> bool:
        """Return whether both directions count."""
        return self.low < 0 < self.high and min(-self.low, self.high) > 0.2 * max(-self.low, self.high)


@dataclass(frozen=True, slots=True)
class Box:
    """Say where a gauge goes and how large its type is, in pixels. short: use few words."""

    x: int
    y: int
    width: int
    label: int
    tick: int
    bar: int
    short: bool = False


def draw_gauge(canvas: Rgb, gauge: Gauge, judged: Judged, i: int, box: Box) -> None:
    """Draw label, value, bar and the numbers of its limits."""
    value, error = gauge.reading(judged, i)
    level = gauge.level(judged, i)
    ink = LEVEL_INK.get(level, WHITE) if np.isfinite(value) else MUTED
    # One wording for the whole recording: a label must not change when its value grows by a digit.
    text, name = gauge.value_text(judged, i, box.short), gauge.label(box.short)
    if not np.isfinite(value) and text_width(name, box.label) + text_width(text, box.label, 600) > box.width:
        text = gauge.value_text(judged, i, short=True)
    text, size = fitted(text, round(box.width * 0.62), box.label, box.tick, 600)
    taken = text_width(text, size, 600)
    write(canvas, text, box.x + box.width - taken, box.y + box.label - size, size, ink, weight=600)
    label, size = fitted(name, box.width - taken - box.tick // 2, box.label, box.tick)
    write(canvas, label, box.x, box.y + box.label - size, size, MUTED)
    top = box.y + round(box.label * 1.4)
    face = _face(gauge, box.width, box.bar, box.tick)[: max(0, canvas.shape[0] - top)]
    canvas[top : top + face.shape[0], box.x : box.x + box.width] = face
    if np.isfinite(value):
        _pointer(canvas, Scale.of(gauge), box, top, value, error, level)


@lru_cache(maxsize=24)
def _face(gauge: Gauge, width: int, bar: int, tick: int) -> Rgb:
    """Return what does not change of a gauge: the bar's zones and the numbers under it."""
    face = np.empty((bar + round(tick * 1.5), width, 3), np.uint8)
    face[:] = PAPER
    scale = Scale.of(gauge)
    _bar(face[:bar], gauge, scale)
    _ticks(face, gauge, scale, bar + max(1, tick // 8), tick)
    face.flags.writeable = False
    return face


def _bar(bar: Rgb, gauge: Gauge, scale: Scale) -> None:
    """Fill a bar's pixels with its zones, the graver over the lighter."""
    height, width = bar.shape[:2]
    bar[:] = TRACK
    y, x = np.mgrid[0:height, 0:width]
    step = max(4, height // 2)
    stripe = (x + y) % step < step / 2
    hatch = (((x + y) % step < max(1, step // 3)) | ((x - y) % step < max(1, step // 3)))[..., None]
    items = [check.range for check in gauge.checks]
    layers: list[tuple[list[Span], Rgb]] = [
        ([span for item in items for span in _target(item)], _solid(bar, BLUE)),
        (
            [span for item in items for span in _past(item, item.caution)],
            np.where(stripe[..., None], _solid(bar, ORANGE), _solid(bar, (96, 68, 8))),
        ),
        (
            [span for item in items for span in _past(item, item.stop)],
            np.where(hatch, _solid(bar, (90, 30, 0)), _solid(bar, VERMILLION)),
        ),
    ]
    for spans, pattern in layers:
        for span in spans:
            ends = sorted(round(scale.place(edge) * width) for edge in span)
            bar[:, ends[0] : ends[1]] = pattern[:, ends[0] : ends[1]]
    if scale.two_sided or scale.place(0.0) > 0.02:
        zero = round(scale.place(0.0) * width)
        bar[:, zero : zero + max(1, height // 10)] = MUTED


def _solid(bar: Rgb, colour: Colour) -> Rgb:
    return np.broadcast_to(np.array(colour, np.uint8), bar.shape)


def _ticks(face: Rgb, gauge: Gauge, scale: Scale, y: int, size: int) -> None:
    """Write the numbers of the limits under the bar, gravest first, where there is room; directions at its ends."""
    taken: list[Span] = []
    across = face.shape[1]

    def put(*labels: tuple[str, float]) -> None:
        """Write labels centred at their places, all of them or none."""
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
        ends = (row.negative.removeprefix("to the "), row.positive.removeprefix("to the "))
        put((ends[1 if scale.turned else 0], 0), (ends[0 if scale.turned else 1], across))
    items = [check.range for check in gauge.checks]
    spans = [span for item in items for span in _past(item, item.stop)]
    spans += [span for item in items for span in _past(item, item.caution)]
    spans += [(0.0, 0.0)] if gauge.checks[0].unit == "deg" else []
    spans += [span for item in items for span in _target(item)]
    edges = dict.fromkeys(edge for span in spans for edge in span if np.isfinite(edge))
    for size_of in dict.fromkeys(abs(edge) for edge in edges):
        same = [edge for edge in edges if abs(edge) == size_of]
        put(*((words.amount(edge, gauge.checks[0].unit), scale.place(edge) * across) for edge in same))


def _pointer(canvas: Rgb, scale: Scale, box: Box, top: int, value: float, error: float, level: int) -> None:
    """Draw the marker with the stated error as its whisker; past the bar's end it stays at the end."""
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
