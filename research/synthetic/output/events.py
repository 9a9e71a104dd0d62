"""What a perfect observer would report: the times when a true angle, or its true speed, is past a limit.

An event spans [start_s, end_s): it starts where the angle first passes the limit, ends where it is `release` degrees
below it again, and counts only if it lasts `min_s`. Both signs of an angle count, unless its limit has a direction.
Speed is the slope over 0.4 s. An angle is its change since neutral, unless its limit states otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.rotations import Array
from research.synthetic.scene.scene import Limit

SPEED_WINDOW_S = 0.4
SPEED_RELEASE = 0.7


@dataclass(frozen=True)
class Event:
    """One time past a limit.

    Attributes:
        angle: The angle.
        kind: "over" for the angle, "too_fast" for its speed.
        level: "caution" or "stop".
        start_s: Where it begins, seconds.
        end_s: Where it ends, seconds.
        worst: The largest value in degrees (or degrees per second), with its sign.
    """

    angle: str
    kind: str
    level: str
    start_s: float
    end_s: float
    worst: float


def slope(values: Array, fps: float) -> Array:
    """Return the least-squares slope (t,) per second over a centred window of 0.4 s.

    Args:
        values: The values (t,); NaN counts as 0.
        fps: Frames per second.
    """
    half = max(1, round(SPEED_WINDOW_S * fps / 2.0))
    lag = np.arange(-half, half + 1) / fps
    padded = np.pad(np.nan_to_num(values), half, mode="edge")
    kernel = lag / (lag**2).sum()
    out: Array = np.convolve(padded, kernel[::-1], mode="valid")
    return out


def _spans(size: Array, limit: float, release: float) -> list[tuple[int, int]]:
    spans, start = [], -1
    for i, value in enumerate(size):
        if start < 0 and value > limit:
            start = i
        elif start >= 0 and not value > limit - release:
            spans.append((start, i))
            start = -1
    if start >= 0:
        spans.append((start, len(size)))
    return spans


def _find(
    angle: str,
    kind: str,
    level: str,
    signed: Array,
    size: Array,
    limit: float,
    release: float,
    min_s: float,
    fps: float,
) -> list[Event]:
    out = []
    for first, last in _spans(size, limit, release):
        if (last - first) / fps >= min_s:
            worst = signed[first + int(np.nanargmax(size[first:last]))]
            out.append(Event(angle, kind, level, first / fps, last / fps, float(worst)))
    return out


def find_events(
    angles: dict[str, Array], limits: dict[str, Limit], fps: float, neutral: NDArray[np.bool_]
) -> list[Event]:
    """Return all events in order of their start; a stop and its caution are separate events.

    Args:
        angles: Each angle (t,), degrees.
        limits: The limits, by angle.
        fps: Frames per second.
        neutral: The frames (t,) of the neutral posture.

    Raises:
        ValueError: If a limit is of an unknown angle.
    """
    out: list[Event] = []
    for name, limit in limits.items():
        if name not in angles:
            raise ValueError(f"limits.{name}: expected one of {', '.join(angles)}, found {name!r}")
        signed = angles[name]
        at_neutral = signed[neutral & np.isfinite(signed)]
        if limit.from_neutral and at_neutral.size:
            signed = signed - at_neutral.mean()
        size = np.abs(signed) if limit.direction == 0.0 else signed * np.sign(limit.direction)
        size = np.nan_to_num(size, nan=-1e9)
        speed = slope(signed, fps)
        for level in ("caution", "stop"):
            bound = getattr(limit, level)
            if bound is not None:
                out += _find(name, "over", level, signed, size, bound, limit.release, limit.min_s, fps)
            fast = getattr(limit, f"speed_{level}")
            if fast is not None:
                quick = np.abs(speed)
                out += _find(name, "too_fast", level, speed, quick, fast, fast * (1 - SPEED_RELEASE), 1.0 / fps, fps)
    return sorted(out, key=lambda e: (e.start_s, e.angle, e.level))
