"""Repetitions of the chair twist, made by tracking angles of a given shape over time."""

from dataclasses import replace

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.levels import Level
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.measurement.motion import slope
from posecheck.measurement.readings import Readings
from posecheck.repetitions.holds import length
from posecheck.repetitions.phases import Progress
from posecheck.repetitions.repetition import Repetition
from posecheck.repetitions.tracker import RepetitionTracker
from posecheck.stretches.library import find_stretch

Shape = list[tuple[float, float]]
"""Seconds and the angle at their end; from one to the next it changes evenly."""

CHAIR = find_stretch("chair-twist")
ROTATION = INDEX["trunk_rotation"]


def curve(shape: Shape, fps: float = 30.0) -> tuple[Floats, Floats]:
    """Return times and angles through the corners of a shape."""
    at = np.cumsum([0.0, *(seconds for seconds, _ in shape)])
    time = np.arange(round(at[-1] * fps) + 1) / fps
    return time, np.interp(time, at, [0.0, *(angle for _, angle in shape)])


def slopes(time: Floats, values: Floats) -> Floats:
    """Return the speed at each frame as a session has it."""
    return slope(time, values[:, None])[:, 0]


def fed(
    follower: RepetitionTracker,
    time: Floats,
    values: Floats,
    cuts: list[int] | None = None,
    shift_s: float = 0.0,
    gap: UnjudgedReason = UnjudgedReason.JUDGED,
    stopped_s: tuple[float, float] | None = None,
    error_deg: float = 4.0,
    rough: bool = False,
) -> list[Repetition]:
    """Feed a follower of chair-twist with true rotations, in pieces; `gap` is why a missing value is missing.

    stopped_s: from when to when a stop limit other than that of the angle is passed. rough: see Progress.
    """
    n = len(time)
    value, speed = np.full((2, n, len(ANGLES)), np.nan)
    value[:, ROTATION], speed[:, ROTATION] = values, slopes(time, values)
    size = np.abs(values)
    level = np.where(size >= 45, Level.STOP, np.where(size >= 40, Level.CAUTION, Level.CLEAR)).astype(np.int8)
    level[np.isnan(values)] = Level.UNKNOWN
    progress = Progress((ROTATION,), "magnitude", 0.0, 15.0, rough=rough)
    error, reason = np.where(np.isfinite(value), error_deg, np.nan), np.where(np.isnan(value), gap, 0).astype(np.uint8)
    out: list[Repetition] = []
    first_s, last_s = stopped_s or (np.inf, np.inf)
    stops = (time >= first_s) & (time < last_s)
    for i, j in zip([0, *(cuts or [])], [*(cuts or []), n], strict=True):
        part = Readings(time[i:j] + shift_s, value[i:j], error[i:j], reason[i:j])
        out += follower.update(part, speed[i:j], level[i:j], progress, stops[i:j])
    return [*out, *follower.finish()]


def of_shape(shape: Shape, fps: float = 30.0, error_deg: float = 4.0) -> list[Repetition]:
    """Return the repetitions of an angle that passes through the corners of a shape."""
    return fed(RepetitionTracker(CHAIR), *curve(shape, fps), error_deg=error_deg)


ONE_SIDE: Shape = [(2, 0), (2, 30), (6, 30), (2, 0), (1, 0)]


def done(side: str, peak: float, hold_s: float = 6.0, error: float = 2.0, **changes: object) -> Repetition:
    """Return a repetition with this side, peak (degrees) and hold (seconds), and other fields changed as named."""
    base = of_shape(ONE_SIDE)[0]
    made = replace(base, side=side, peak=peak, peak_error=error, hold_s=hold_s, hold=length(hold_s, CHAIR.hold))
    return replace(made, **changes)  # type: ignore[arg-type]
