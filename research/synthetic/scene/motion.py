"""Movement over time: a list of steps becomes one smooth curve per channel.

Channels are degrees (or metres, or 0..1 for `amount` and `arms`) added to the posture of a stretch. Those that end in
_left or _right are of one side and come on top of the channel of both; `squat_m` lowers the hips above planted feet,
`knee_up` lifts one knee. A step covers
[start_s, start_s + seconds). A move follows a minimum-jerk curve; its speed is the peak of its fastest angle.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.rotations import Array

ANGLES = (
    "trunk_rotation", "trunk_lateral_flexion", "trunk_flexion", "trunk_inclination", "pelvis_rotation", "turn",
    "neck_rotation", "neck_flexion", "shoulder_raise", "shoulder_forward", "pelvis_pitch", "trunk_roll",
    "shoulder_raise_left", "shoulder_raise_right", "shoulder_forward_left", "shoulder_forward_right",
    "knee_up_left", "knee_up_right",
)  # fmt: skip
OTHERS = ("amount", "arms", "arms_left", "arms_right", "forward_m", "side_m", "squat_m")
CHANNELS = ANGLES + OTHERS
KINDS = ("neutral", "move", "hold", "return", "bounce", "roll", "walk", "empty")
PEAK = 1.875
"""Ratio of peak to mean speed of a minimum-jerk move."""


@dataclass(frozen=True)
class Step:
    """One step of a clip.

    Attributes:
        kind: `move` goes to new values; `hold` and `neutral` keep still; `return` goes back to zero; `bounce` swings
            about
            the hold; `roll` makes circles of the shoulders; `walk` comes in from the side; `empty` shows nobody.
        seconds: How long it lasts; None to derive it from the speed or the kind.
        speed_deg_s: Peak speed of the fastest angle, degrees per second.
        to: Values at its end, by channel; for `walk` those at its start.
        size_deg: Size and direction of a bounce, degrees.
        times: The number of bounces or circles.
        channel: The channel that bounces.
    """

    kind: str
    seconds: float | None = None
    speed_deg_s: float | None = None
    to: dict[str, float] = field(default_factory=dict)
    size_deg: float = 8.0
    times: float = 2.0
    channel: str = "trunk_rotation"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"motion.do: expected one of {', '.join(KINDS)}, found {self.kind!r}")
        for name in self.to:
            if name not in CHANNELS:
                raise ValueError(f"motion.{name}: expected one of {', '.join(CHANNELS)}, found {name!r}")


def minimum_jerk(t: Array) -> Array:
    """Return 0..1 (n,) for time 0..1 (n,), starting and ending at rest."""
    t = np.clip(t, 0.0, 1.0)
    out: Array = t**3 * (10.0 - 15.0 * t + 6.0 * t * t)
    return out


def duration(step: Step, at: dict[str, float], goal: dict[str, float]) -> float:
    """Return how long a step lasts, seconds.

    Args:
        step: The step.
        at: The channels at its start.
        goal: The channels at its end.
    """
    if step.seconds is not None:
        return step.seconds
    if step.kind in ("move", "return"):
        far = max((abs(goal[name] - at[name]) for name in ANGLES), default=0.0)
        speed = step.speed_deg_s or 30.0
        return max(0.12, PEAK * far / speed) if far > 0.0 else 1.5
    return {"neutral": 2.0, "bounce": 0.8 * step.times, "roll": 2.4 * step.times}.get(step.kind, 2.0)


@dataclass(frozen=True)
class Curves:
    """Channels over time.

    Attributes:
        time_s: Time of each frame (n,), seconds.
        values: Values of each channel (n,).
        present: Whether the person is in the room (n,).
        neutral_s: Start and end of the neutral posture, seconds.
    """

    time_s: Array
    values: dict[str, Array]
    present: NDArray[np.bool_]
    neutral_s: tuple[float, float]


def sway(time_s: Array, size: float, rng: np.random.Generator) -> Array:
    """Return slow natural sway (n,): a sum of four sines between 0.12 and 0.9 Hz.

    Args:
        time_s: Times (n,), seconds.
        size: Its standard deviation.
        rng: The source of randomness.
    """
    hz = rng.uniform([0.12, 0.25, 0.4, 0.7], [0.25, 0.4, 0.7, 0.9])
    phase = rng.uniform(0.0, 2 * np.pi, 4)
    gain = np.array([1.0, 0.7, 0.45, 0.2])
    waves = gain[:, None] * np.sin(2 * np.pi * hz[:, None] * time_s + phase[:, None])
    out: Array = size * waves.sum(axis=0) / np.sqrt(0.5 * (gain**2).sum())
    return out


def curves(steps: tuple[Step, ...], fps: float) -> Curves:
    """Join the steps and sample them at the frame times.

    Args:
        steps: The steps, in order.
        fps: Frames per second.
    """
    at = dict.fromkeys(CHANNELS, 0.0)
    pieces: list[tuple[Step, float, dict[str, float], dict[str, float]]] = []
    total = 0.0
    neutral = None
    for step in steps:
        goal = dict.fromkeys(CHANNELS, 0.0) if step.kind == "return" else dict(at)
        if step.kind == "walk":
            at = at | step.to
            goal = goal | {"side_m": 0.0, "forward_m": 0.0}
        else:
            goal |= step.to
        length = duration(step, at, goal)
        if step.kind == "neutral" and neutral is None:
            neutral = (total, total + length)
        pieces.append((step, length, at, goal))
        total += length
        at = goal
    count = max(1, round(total * fps))
    time_s = np.arange(count) / fps
    values = {name: np.zeros(count) for name in CHANNELS}
    present = np.ones(count, bool)
    start = 0.0
    for step, length, before, after in pieces:
        here = (time_s >= start - 1e-9) & (time_s < start + length + 1.0 / fps)
        t = (time_s[here] - start) / max(length, 1e-6)
        share = np.clip(t, 0.0, 1.0) if step.kind == "walk" else minimum_jerk(t)
        for name in CHANNELS:
            values[name][here] = before[name] + (after[name] - before[name]) * share
        if step.kind == "bounce":
            fade = np.clip(np.minimum(t, 1.0 - t) * 8.0, 0.0, 1.0)
            values[step.channel][here] += 0.5 * step.size_deg * fade * (1.0 - np.cos(2 * np.pi * step.times * t))
        if step.kind == "roll":
            turn = 2 * np.pi * step.times * np.clip(t, 0.0, 1.0)
            values["shoulder_raise"][here] += 9.0 * (1.0 - np.cos(turn))
            values["shoulder_forward"][here] += 9.0 * np.sin(turn)
        present[here] = step.kind != "empty"
        start += length
    return Curves(time_s, values, present, neutral or (0.0, min(1.0, total)))
