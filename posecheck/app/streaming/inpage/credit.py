"""How much may come over a connection: so much a second, and more at once after a pause."""

import time


class Credit:
    """Bound how much may come: so much a second, and at most so much at once."""

    def __init__(self, rate: float, most: float) -> None:
        """Begin with as much as may come at once.

        Args:
            rate: What is added each second.
            most: Most that may come at once.
        """
        self._rate, self._most = rate, most
        self._left, self._at_s = most, time.monotonic()

    def spend(self, amount: float) -> bool:
        """Take so much off, and tell whether it was there."""
        now = time.monotonic()
        self._left = min(self._most, self._left + self._rate * (now - self._at_s)) - amount
        self._at_s = now
        return self._left >= 0

    @property
    def overdrawn(self) -> bool:
        """Return whether far more has come than may, as from no page of ours."""
        return self._left < -self._most
