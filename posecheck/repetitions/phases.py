"""The phase of the exercise in each frame: at neutral, moving, or holding near the target."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.neutral import Neutral
from posecheck.kinematics.uncertainty import plainly_judged_up_to, usual
from posecheck.stretches.checks import along
from posecheck.stretches.ranges import AngleRange
from posecheck.stretches.sides import whole_key
from posecheck.stretches.stretch import Stretch

NEUTRAL_SHARE, HOLD_SHARE = 0.3, 0.8
"""Progress below which a frame is at neutral, and from which it can be a hold; see Progress."""
STILL = {"deg": 6.0, "ratio": 0.06}
"""Largest speed per second that counts as a hold: below any intended movement, above the jitter."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Measure the progress of the followed angle: 0 at neutral, 1 at the near edge of the target.

    Attributes:
        rows: Rows of ANGLES that are followed: one, or both sides of a paired angle.
        way: Direction that counts, see checks.along.
        start: Amount at neutral.
        goal: Amount at the edge of the target that is reached first from there.
        goal_below: The same for readings below zero, where that side has a target of its own; None where it has not.
        rough: Whether this view shows the angle so roughly that most others would not be judged at all.
    """

    rows: tuple[int, ...]
    way: str
    start: float
    goal: float
    goal_below: float | None = None
    rough: bool = False

    @classmethod
    def of(cls, stretch: Stretch, neutral: Neutral | None) -> "Progress | None":
        """Build from the target of a stretch and the person's neutral.

        Args:
            stretch: The stretch.
            neutral: The person's neutral, or None.

        Returns:
            The measure, or None if the stretch has no target for its followed angle, there is no neutral, or neutral is
            at the target's edge.
        """
        main = main_range(stretch)
        if main is None or main.target is None or neutral is None:
            return None
        rows = tuple(INDEX[name] for name in main.rows)
        # The neutral is estimated as every other frame is, because geometry alone may give another value.
        value = np.full(len(ANGLES), np.nan)
        if not neutral.blind:
            pelvis_still = stretch.pelvis == "still"
            value = estimate(neutral.pose, neutral, pelvis_still, stretch.hips_roll, on_floor=stretch.on_floor)[0][0]
        still = np.array([0.0 if ANGLES[row].zeroed else value[row] for row in rows])
        start = float(np.nanmean(along(still, stretch.followed[1]))) if np.isfinite(still).any() else 0.0
        # The edge of the target that the person reaches first.
        goal, below = (min(target, key=lambda edge: abs(edge - start)) for target in targets(stretch))
        apart = None if below == goal else below
        rough = usual(main.rows[0], neutral.view) > plainly_judged_up_to(rows[0])
        return None if start in (goal, below) else cls(rows, stretch.followed[1], start, goal, apart, rough)

    @property
    def rough_edges(self) -> tuple[float | None, float | None]:
        """Goals of readings above and below zero near which it cannot be told if they were reached; None for none."""
        below = self.goal if self.goal_below is None else self.goal_below
        return (self.goal, below) if self.rough else (None, None)

    def shares(self, values: Floats) -> Floats:
        """Return the progress (n, r) of each of the r followed rows for their values (n, r)."""
        amount = along(values, self.way)
        goal = self.goal if self.goal_below is None else np.where(values < 0, self.goal_below, self.goal)
        return np.asarray((amount - self.start) / (goal - self.start))

    def share(self, values: Floats) -> Floats:
        """Return the progress (n,) for values (n, k) of all rows; of two sides the one that is further counts."""
        # fmax ignores NaN, so if one limb is not visible the other one counts.
        return np.asarray(np.fmax.reduce(self.shares(values[:, list(self.rows)]), axis=1))

    def phase(self, values: Floats, speeds: Floats) -> NDArray[np.str_]:
        """Return the phase of each frame.

        Args:
            values: (n, k) degrees or ratios of all rows of ANGLES, NaN where not judged.
            speeds: (n, k) their change per second.

        Returns:
            (n,) "neutral", "move" or "hold"; "move" where it is not known.
        """
        share = self.share(values)
        pace = np.fmax.reduce(np.abs(speeds[:, list(self.rows)]), axis=1)
        out = np.full(len(values), "move", dtype="<U7")
        out[share < NEUTRAL_SHARE] = "neutral"
        # A pace that is not known is below nothing.
        out[(share >= HOLD_SHARE) & (pace <= STILL[ANGLES[self.rows[0]].unit])] = "hold"
        return out


def main_range(stretch: Stretch) -> AngleRange | None:
    """Return the range with the target of the followed angle of a stretch, None if there is none."""
    for item in stretch.ranges:
        if item.angle == stretch.followed[0] and item.measure == "angle" and item.target is not None:
            return item
    return None


NO_TARGET = (np.inf, -np.inf)


def targets(stretch: Stretch) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the target of the followed angle for readings above zero, and for those below.

    Both are the same unless left and right were given limits of their own; NO_TARGET where there is none.

    Args:
        stretch: The stretch.
    """
    main = main_range(stretch)
    if main is None or main.target is None:
        return NO_TARGET, NO_TARGET
    if whole_key(main.key) != main.key:
        halves = {item.along: item.target for item in stretch.ranges if whole_key(item.key) == whole_key(main.key)}
        above, below = halves.get("positive"), halves.get("negative")
        if above is not None and below is not None:
            return above, below
    return main.target, main.target
