"""The slow drift of a phone's gyroscope, found by how the screen is seen to be turned.

The marker's shape in the picture shows how far the screen is turned away from the camera, without drift, but with a
bias of a degree or two that depends on the turn. So turns are compared only with what the shape showed at the same turn
before: what has changed since is drift. It also does not say to which side the screen is turned: that is found once,
from the first turns that were seen.
"""

from dataclasses import dataclass, field

import numpy as np

from posecheck.core.arrays import Floats

LEAST_DEG, MOST_DEG = 22.0, 68.0
"""Angles between screen and camera at which the shape is precise: nearer to the front it hardly changes, farther away
the marker is too narrow."""
FIRST, SPAN_DEG, FITS_DEG, CLEARLY, APART_DEG = 24, 12.0, 3.5, 2.0, 12.0
"""Readings from which the camera's place is found, if they span so much, fit so well on average, and no other place at
least APART_DEG away fits better than so many times worse."""
STEP_DEG, LEARNED, SAME_S = 8.0, 10, 0.1
"""Width of a turn that counts as the same, the readings from which its bias is learned, and the time between two."""
TAU_S, MOST_DEG_S = 20.0, 0.1
"""Time in which the drift follows what is seen, and the fastest drift that is believed."""
FOV_DEG = 60.0
"""Field of view assumed: who stands beside the middle of the picture is seen at an angle."""


@dataclass
class Drift:
    """Follow the drift of one phone since a neutral.

    Attributes:
        degrees: What the phone's turn exceeds the true one by.
        checked_s: When it was last compared; None where it never was.
    """

    degrees: float = 0.0
    checked_s: float | None = None
    _camera: float | None = None
    _first: list[tuple[float, float, float]] = field(default_factory=list)
    _biases: dict[int, tuple[int, float]] = field(default_factory=dict)
    _taken_s: float = -np.inf

    def see(self, time_s: float, turn: float, facing: float, beside: float) -> None:
        """Take a reading at which the person hardly turned.

        Args:
            time_s: Its time.
            turn: Degrees since neutral, as the phone says.
            facing: Angle between screen and camera by the marker's shape, without sign; NaN where it is not known.
            beside: Where the phone is in the picture: degrees to the right of its middle.
        """
        if not LEAST_DEG <= facing <= MOST_DEG or time_s - self._taken_s < SAME_S:
            return
        passed, self._taken_s = time_s - self._taken_s, time_s
        if self._camera is None:
            self._first.append((turn, facing, beside))
            if len(self._first) >= FIRST:
                self._camera = camera_of(np.array(self._first))
                del self._first[: FIRST // 2]
            return
        held = turn - self.degrees
        side = 1.0 if self._camera + held + beside > 0 else -1.0
        off = turn - (side * facing - beside - self._camera)
        same = round(held / STEP_DEG)
        count, bias = self._biases.get(same, (0, 0.0))
        if count < LEARNED:
            self._biases[same] = count + 1, bias + (off - self.degrees - bias) / (count + 1)
            return
        passed = min(passed, TAU_S)
        most = MOST_DEG_S * passed
        self.degrees += float(np.clip((off - bias - self.degrees) * passed / TAU_S, -most, most))
        self.checked_s = time_s


def camera_of(seen: Floats) -> float | None:
    """Return how far the screen is turned away from the camera at neutral, in degrees to the person's left.

    Args:
        seen: (n, 3) turn, angle to the camera without sign, and place beside the middle, in degrees.

    Returns:
        None where the turns do not tell.
    """
    turn, facing, beside = seen.T
    if np.ptp(turn) < SPAN_DEG:
        return None
    places = np.arange(-110.0, 110.5, 0.5)
    off = np.abs(np.abs(places[:, None] + turn + beside) - facing).mean(axis=1)
    best = int(np.argmin(off))
    others = off[np.abs(places - places[best]) >= APART_DEG]
    return float(places[best]) if off[best] <= FITS_DEG and others.min() > CLEARLY * off[best] else None


def beside_deg(x_px: Floats, width_px: Floats) -> Floats:
    """Return how far to the right of the picture's middle something is (n,), in degrees."""
    half = np.tan(np.radians(FOV_DEG / 2))
    return np.asarray(np.degrees(np.arctan((2.0 * x_px / width_px - 1.0) * half)))
