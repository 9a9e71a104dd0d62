"""The turn after the last reading of a phone, live: what between.py does with as much as is known so far.

The landmarks' turn leads on from the last reading. How far they exaggerate or diminish a turn to either side is learned
from the readings up to then; what they lacked at the last one is forgotten bit by bit. Where a phone was not read at
neutral, its own zero counts, if the landmarks do not contradict it.
"""

from dataclasses import dataclass, field

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.core.worn.phone import wrapped
from posecheck.measurement.phone.gains import APART_S, FORGETS_S, HALF_WIDTH, LATE_S, gains_of, sides_of, spread_of

LONGEST_S = 10.0
"""Time after the last reading in which the landmarks lead on from it; then they count for themselves."""
LEAST, LEAST_S = 8, 1.0
"""Pictures by which landmarks agree with a phone's own zero, or time in which they say nothing of it."""
PICTURES = 300
WITHDRAWN = 1.5
"""A zero that counts is given up if the landmarks contradict it by so many of their stated errors."""


@dataclass
class SoFar:
    """Lead one turn on from its last reading, frame by frame."""

    _squares: Floats = field(default_factory=lambda: np.zeros((2, 2)))
    _products: Floats = field(default_factory=lambda: np.zeros(2))
    _turns: float = 0.0
    _count: int = 0
    _moments: int = 0
    _moment: float = float("nan")
    _most: float = 0.0
    _last: tuple[float, float, float, float] | None = None
    _before: tuple[float, float] | None = None

    def update(
        self,
        time_s: Floats,
        turn: Floats,
        error: Floats,
        read: Bools,
        seen: Floats,
    ) -> tuple[Floats, Floats]:
        """Return the turn and its stated error in the frames (n,) that lack one; NaN in the others.

        Args:
            time_s: (n,) seconds.
            turn: (n,) degrees since neutral; NaN where it is not known.
            error: (n,) its stated error.
            read: (n,) whether it was read in that frame, and not only goes on from the last one.
            seen: (n,) the same turn by the landmarks; NaN where it is not judged.
        """
        value, wide = np.full(len(turn), np.nan), np.full(len(turn), np.nan)
        for i, now in enumerate(time_s.tolist()):
            here, led = float(turn[i]), float(seen[i])
            if np.isfinite(here):
                if read[i] and np.isfinite(led):
                    self._learn(now, here, led)
                self._last, self._before = (now, here, float(error[i]), led), None
            else:
                value[i], wide[i] = self._lead(now, led)
        return value, wide

    def _learn(self, time_s: float, turn: float, seen: float) -> None:
        sides = sides_of(np.array([seen]))[0]
        self._squares += np.outer(sides, sides)
        self._products += sides * turn
        self._turns += turn * turn
        self._count += 1
        self._most = max(self._most, abs(seen))
        moment = np.floor(time_s / APART_S)
        self._moments += int(moment != self._moment)
        self._moment = moment

    def _lead(self, time_s: float, seen: float) -> tuple[float, float]:
        if self._last is None or not np.isfinite(seen):
            return float("nan"), float("nan")
        last_s, turn, error, seen_then = self._last
        if time_s - last_s > LONGEST_S:
            return float("nan"), float("nan")
        weight = self._moments / max(self._count, 1)
        gains = gains_of(self._squares, self._products, weight)
        # The sum of the squares of what the landmarks lacked at all readings.
        lacked = self._turns - 2.0 * gains @ self._products + gains @ self._squares @ gains
        spread = spread_of(max(float(lacked), 0.0) * weight, self._moments)
        led = self._as_phone(seen, gains)
        kept = float(np.exp(-(time_s - last_s) / FORGETS_S)) if np.isfinite(seen_then) else 0.0
        value = led + (kept * (turn - self._as_phone(seen_then, gains)) if kept else 0.0)
        speed = 0.0
        if self._before is not None and time_s > self._before[0]:
            speed = abs(value - self._before[1]) / (time_s - self._before[0])
        self._before = time_s, value
        parts = (spread * np.sqrt(1.0 - kept**2), LATE_S * speed)
        return value, float(np.hypot(error, HALF_WIDTH * np.hypot(*parts)))

    def _as_phone(self, seen: float, gains: Floats) -> float:
        """Return a turn by the landmarks as the readings would have it; see between.py."""
        return seen + float(sides_of(np.clip(np.array([seen]), -self._most, self._most))[0] @ (gains - 1.0))


@dataclass
class OwnZero:
    """Tell whether a phone's own zero counts, of readings that have no neutral; see between.py for recordings."""

    counts: bool = False
    _epoch: float = float("nan")
    _since_s: float = float("nan")
    _off: list[tuple[float, float]] = field(default_factory=list)

    def see(self, time_s: float, turn: float, epoch: float, seen: float, stated: float) -> bool:
        """Take a reading, and return whether it counts from the phone's own zero.

        Args:
            time_s: When it was read.
            turn: Degrees since the phone's zero.
            epoch: The zero that it counts from.
            seen: The same turn since neutral by the landmarks; NaN where it is not judged.
            stated: Its stated error.
        """
        if epoch != self._epoch:
            self.counts, self._epoch, self._since_s, self._off = False, epoch, time_s, []
        if np.isfinite(seen):
            self._off.append((float(wrapped(turn - seen)), stated))
            del self._off[:-PICTURES]
        if len(self._off) >= LEAST:
            off, error = np.median(np.array(self._off), axis=0)
            self.counts = bool(abs(off) <= error * (WITHDRAWN if self.counts else 1.0))
        elif not self._off:
            self.counts = time_s - self._since_s >= LEAST_S
        return self.counts
