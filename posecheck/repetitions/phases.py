"""Where in the exercise each frame is: neutral, moving, or holding near the target."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.neutral import Neutral
from posecheck.stretches.checks import along
from posecheck.stretches.ranges import AngleRange
from posecheck.stretches.stretch import Stretch

NEUTRAL_SHARE, HOLD_SHARE = 0.3, 0.8
"""Shares of the way from neutral to the near edge of the target."""
STILL = {"deg": 6.0, "ratio": 0.06}
"""Fastest slope, a second, that is still a hold: below any move with a purpose, above the jitter."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Measure how far along the exercise a primary angle is: 0 at neutral, 1 at the target's near edge."""

    rows: tuple[int, ...]
    way: str
    start: float
    goal: float

    @classmethod
    def of(cls, stretch: Stretch, neutral: Neutral | None) -> "Progress | None":
        """Build for a stretch with a target for its primary angle; None where there is nothing to go by."""
        main = main_range(stretch)
        if main is None or main.target is None or neutral is None:
            return None
        rows = tuple(INDEX[name] for name in main.rows)
        # Read as every other frame will be: what a row's geometry says of the neutral may be something else.
        value = estimate(neutral.pose, neutral, stretch.pelvis == "still", stretch.hips_roll)[0][0]
        still = np.array([0.0 if ANGLES[row].zeroed else value[row] for row in rows])
        start = float(np.nanmean(along(still, stretch.followed[1]))) if np.isfinite(still).any() else 0.0
        # The edge the person meets first on the way from where they start.
        goal = min(main.target, key=lambda edge: abs(edge - start))
        return None if goal == start else cls(rows, stretch.followed[1], start, goal)

    def share(self, values: Floats) -> Floats:
        """Return progress (n,) for (n, k) values; the side that is further counts."""
        amount = along(values[:, list(self.rows)], self.way)
        # fmax: a limb that cannot be seen leaves the other to go by.
        return np.asarray(np.fmax.reduce((amount - self.start) / (self.goal - self.start), axis=1))

    def phase(self, values: Floats, speeds: Floats) -> NDArray[np.str_]:
        """Return the phase (n,) of each frame; `move` where it is not known."""
        share = self.share(values)
        pace = np.fmax.reduce(np.abs(speeds[:, list(self.rows)]), axis=1)
        out = np.full(len(values), "move", dtype="<U7")
        out[share < NEUTRAL_SHARE] = "neutral"
        out[(share >= HOLD_SHARE) & (np.nan_to_num(pace, nan=np.inf) <= STILL[ANGLES[self.rows[0]].unit])] = "hold"
        return out


def main_range(stretch: Stretch) -> AngleRange | None:
    """Return the range that holds the target of the angle which the stretch is about."""
    for item in stretch.ranges:
        if item.angle == stretch.followed[0] and item.measure == "angle" and item.target is not None:
            return item
    return None
