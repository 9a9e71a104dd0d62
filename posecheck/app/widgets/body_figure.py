"""The limits of a range drawn on a body: where target, caution and stop lie, and how far the person went.

Axial rotation is drawn from above, flexion and extension from the side, lateral flexion from behind, limbs at their
joint; speeds, ratios and counts on a straight line. Angles in the drawing are degrees clockwise from straight up. Bands
differ in pattern and label, not only in colour.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians, sin

import numpy as np

from posecheck.app.base.language import _, texts
from posecheck.app.base.theme import Colours
from posecheck.feedback import bands
from posecheck.feedback.vocabulary import LIMIT_TITLES
from posecheck.feedback.wording import amount
from posecheck.stretches.checks import Check

WIDE, HIGH = 360, 300
ROOM = 26
"""Extra room left and right of the drawing for the labels, which are longer in some languages."""
FAN_PX = 140
LINE_PX = 17
"""Distance between two lines of labels."""
MARGIN = 0.35
TURNS = ("trunk_rotation", "pelvis_rotation", "shoulder_rotation", "neck_rotation", "lying_roll")
LEANS = ("trunk_inclination", "trunk_flexion")
SIDEWAYS = ("trunk_lateral_flexion", "pelvis_obliquity", "shoulder_tilt")


@dataclass(frozen=True, slots=True)
class _Fan:
    """Describe how an angle is drawn.

    Attributes:
        x, y: The pivot.
        zero: Where a reading of zero points, in degrees clockwise from straight up.
        sense: 1 where readings grow clockwise, -1 where they grow counter-clockwise.
        body: SVG of the body around the pivot.
    """

    x: float
    y: float
    zero: float
    sense: int
    body: str


def svg(check: Check, colours: Colours, measured: Sequence[float] = ()) -> str:
    """Draw a check's limits on a body.

    Args:
        check: The check.
        colours: The colours of the visitor's theme.
        measured: Signed readings, in the check's unit; the lowest and highest get a pointer, NaN is left out.

    Returns:
        The text of an SVG document.
    """
    fan = _fan_of(check, colours)
    known = [value for value in measured if np.isfinite(value)]
    ends = bands.scale(np.array(known or [0.0]), check.range, margin=MARGIN)
    inner = _line(check, colours, ends, known) if fan is None else _fan(check, fan, colours, ends, known)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-ROOM} 0 {WIDE + 2 * ROOM} {HIGH}" '
        f'font-family="system-ui, sans-serif" font-size="13">{_patterns(colours)}{inner}</svg>'
    )


def html(check: Check, colours: Colours, measured: Sequence[float] = ()) -> str:
    """Return the drawing as an HTML image, with the limits as its alternative text for people who cannot see it.

    Args:
        check: The check.
        colours: The colours of the visitor's theme.
        measured: Signed readings, in the check's unit; the lowest and highest get a pointer, NaN is left out.
    """
    code = base64.b64encode(svg(check, colours, measured).encode()).decode()
    item = check.range
    told = [
        f"{_(LIMIT_TITLES[name])} {amount(value, check.unit, texts())}"
        for name, value in (("caution", item.caution), ("stop", item.stop))
        if value is not None
    ]
    return (
        f'<img src="data:image/svg+xml;base64,{code}" alt="{escape(", ".join(told))}" '
        'style="width:100%;max-width:26rem;display:block;margin:auto">'
    )


def _patterns(c: Colours) -> str:
    return (
        '<defs><pattern id="stop" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="7" height="7" fill="{c.stop}" fill-opacity=".3"/>'
        f'<line x1="0" y1="0" x2="0" y2="7" stroke="{c.stop}" stroke-width="3"/></pattern>'
        '<pattern id="caution" width="7" height="7" patternUnits="userSpaceOnUse">'
        f'<rect width="7" height="7" fill="{c.caution}" fill-opacity=".28"/>'
        f'<circle cx="3.5" cy="3.5" r="1.5" fill="{c.caution}"/></pattern></defs>'
    )


def _fill(name: str, c: Colours) -> str:
    return f'fill="{c.target}" fill-opacity=".45"' if name == "target" else f'fill="url(#{name})"'


def _at(fan: _Fan, degrees: float, radius: float) -> tuple[float, float]:
    """Return the point in the drawing for a reading in degrees, at a distance from the pivot."""
    angle = radians(fan.zero + fan.sense * degrees)
    return fan.x + radius * sin(angle), fan.y - radius * cos(angle)


def _sector(fan: _Fan, low: float, high: float, radius: float) -> str:
    low, high = max(low, -179.0), min(high, 179.0)
    (x0, y0), (x1, y1) = _at(fan, low, radius), _at(fan, high, radius)
    large = int(high - low > 180)
    sweep = int(fan.sense > 0)
    return f"M{fan.x:.1f},{fan.y:.1f} L{x0:.1f},{y0:.1f} A{radius},{radius} 0 {large} {sweep} {x1:.1f},{y1:.1f} Z"


def _fan(check: Check, fan: _Fan, c: Colours, ends: tuple[float, float], known: list[float]) -> str:
    parts, words = [], []
    for band in bands.bands(check.range, ends):
        parts.append(
            f'<path d="{_sector(fan, band.low, band.high, FAN_PX)}" {_fill(band.name, c)} '
            f'stroke="{c.text}" stroke-opacity=".35"/>'
        )
        at = (band.low + band.high) / 2 if band.name == "target" else band.edge
        told = "" if band.name == "target" else f" {amount(band.amount, check.unit, texts())}"
        words.append((at, f"{_(LIMIT_TITLES[band.name])}{told}"))
    pointers = [_pointer(fan, check, value, c) for value in _extremes(known)]
    return "".join([*parts, fan.body, *pointers, *_words(fan, words, c)])


def _extremes(known: list[float]) -> list[float]:
    """Return the readings that get a pointer: the lowest and the highest, unless they are within 3 of zero."""
    return [value for value in dict.fromkeys((min(known), max(known))) if abs(value) >= 3] if known else []


def _words(fan: _Fan, words: list[tuple[float, str]], c: Colours) -> list[str]:
    """Return the labels around the fan, each with a line to its edge, moved apart so that none covers another."""
    placed = [(*_at(fan, degrees, FAN_PX + 14), degrees, text) for degrees, text in words]
    out = []
    for on_side in (True, False):
        lowest = float("inf")
        for x, y, degrees, text in sorted((one for one in placed if (one[0] < fan.x) == on_side), key=lambda o: -o[1]):
            y = min(y, lowest - LINE_PX)
            lowest = y
            edge_x, edge_y = _at(fan, degrees, FAN_PX)
            anchor = "end" if on_side else "start"
            out.append(
                f'<line x1="{edge_x:.1f}" y1="{edge_y:.1f}" x2="{x:.1f}" y2="{y:.1f}" stroke="{c.text}" '
                f'stroke-opacity=".5"/><text x="{x + (-4 if on_side else 4):.1f}" y="{y + 4:.1f}" '
                f'text-anchor="{anchor}" fill="{c.text}">{escape(text)}</text>'
            )
    return out


def _pointer(fan: _Fan, check: Check, value: float, c: Colours) -> str:
    x, y = _at(fan, float(np.clip(value, -178, 178)), FAN_PX - 14)
    label_x, label_y = _at(fan, float(np.clip(value, -178, 178)), FAN_PX - 38)
    told = escape(amount(value, check.unit, texts()))
    return (
        f'<line x1="{fan.x}" y1="{fan.y}" x2="{x:.1f}" y2="{y:.1f}" stroke="{c.text}" stroke-width="3"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{c.text}"/>'
        f'<text x="{label_x:.1f}" y="{label_y:.1f}" text-anchor="middle" font-weight="700" fill="{c.text}" '
        f'stroke="{c.paper}" stroke-width="4" paint-order="stroke">{told}</text>'
    )


def _limb(c: Colours, *points: tuple[float, float], wide: int = 15) -> str:
    path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{c.faint}" stroke-width="{wide}" stroke-linecap="round" '
        'stroke-linejoin="round" stroke-opacity=".75"/>'
    )


def _disc(c: Colours, x: float, y: float, r: float) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="{c.faint}" fill-opacity=".75"/>'


def _fan_of(check: Check, c: Colours) -> _Fan | None:
    """Return how an angle is drawn; None for what is drawn on a line: other units, speeds, and other angles."""
    name = check.range.angle.removeprefix("left_").removeprefix("right_")
    if check.unit != "deg" or check.range.measure != "angle":
        return None
    mid = WIDE / 2
    if name in TURNS:
        body = (
            f'<ellipse cx="{mid}" cy="200" rx="58" ry="20" fill="{c.faint}" fill-opacity=".75"/>'
            + _disc(c, mid, 200, 21)
            + f'<path d="M{mid - 7},180 L{mid},168 L{mid + 7},180 Z" fill="{c.faint}"/>'
        )
        return _Fan(mid, 200, 0, -1, body)
    if name in LEANS:
        body = _limb(c, (mid, 215), (mid, 258), (mid + 4, 296)) + _limb(c, (mid, 215), (mid, 132), wide=20)
        return _Fan(mid, 215, 0, 1, body + _disc(c, mid + 3, 98, 18))
    if name in SIDEWAYS:
        body = _limb(c, (mid - 14, 219), (mid - 16, 296)) + _limb(c, (mid + 14, 219), (mid + 16, 296))
        body += _limb(c, (mid, 215), (mid, 132), wide=24) + _disc(c, mid, 98, 18)
        return _Fan(mid, 215, 0, 1, body)
    if name == "neck_flexion":
        body = _limb(c, (mid, 290), (mid, 208), wide=34) + _disc(c, mid + 3, 156, 30)
        return _Fan(mid, 196, 0, 1, body)
    joint = {"knee_flexion": -1, "hip_flexion": 1, "elbow_flexion": 1, "shoulder_flexion": 1, "shoulder_abduction": 1}
    if name in joint:
        body = _limb(c, (mid, 40), (mid, 130), wide=20) + _limb(c, (mid, 130), (mid, 226), wide=14)
        # At zero the limb hangs straight down, so moving it forward (to the right) turns counter-clockwise.
        return _Fan(mid, 130, 180, -joint[name], body)
    return None


def _line(check: Check, c: Colours, ends: tuple[float, float], known: list[float]) -> str:
    """Draw the bands on a straight line, for a speed, a ratio, a count or an angle without a fan."""
    low, high = ends
    left, right, top, deep = 24.0, WIDE - 24.0, 120.0, 56.0

    def x_of(value: float) -> float:
        return left + (right - left) * (value - low) / (high - low)

    frame = f'<rect x="{left}" y="{top}" width="{right - left}" height="{deep}" fill="{c.faint}" fill-opacity=".18"/>'
    parts = [frame]
    for level, band in enumerate(bands.bands(check.range, ends)):
        x0, x1 = x_of(band.low), x_of(band.high)
        parts.append(
            f'<rect x="{x0:.1f}" y="{top}" width="{x1 - x0:.1f}" height="{deep}" {_fill(band.name, c)} '
            f'stroke="{c.text}" stroke-opacity=".35"/>'
        )
        told: str | None = "" if band.name == "target" else f" {amount(band.amount, check.unit, texts())}"
        at = (x0 + x1) / 2 if band.name == "target" else x_of(band.edge)
        if band.name == "target" and bands.ways(check.range) == (1, -1) and band.amount == 0:
            # The target's positive and negative halves meet at zero, so one label is enough.
            at, told = x_of(0.0), told if band.high > 0 else None
        if told is None:
            continue
        at = min(max(at, left + 34), right - 34)
        parts.append(
            f'<text x="{at:.1f}" y="{top - 10 - 18 * (level % 3)}" text-anchor="middle" fill="{c.text}">'
            f"{escape(_(LIMIT_TITLES[band.name]) + told)}</text>"
        )
    for value in _extremes(known) if "deg" in check.unit else [max(known, key=abs)] if known else []:
        x = x_of(float(np.clip(value, low, high)))
        told = escape(amount(value, check.unit, texts()))
        parts.append(
            f'<path d="M{x:.1f},{top + deep} l-8,16 l16,0 Z" fill="{c.text}"/>'
            f'<text x="{min(max(x, left + 20), right - 20):.1f}" y="{top + deep + 34}" text-anchor="middle" '
            f'font-weight="700" fill="{c.text}">{told}</text>'
        )
    return "".join(parts)
