"""The time of a remote person's frames: the browser's own clock, as long as it agrees with the server's.

A browser's time stamps vary less than the times at which messages arrive, so they are what speeds are computed from.
They may not be believed blindly: a computer that slept, a page that was loaded again or a forged message would make
time stand still or leap.
"""

DRIFT_S = 4.0
"""Largest difference between the two clocks since they were last set."""
MIN_STEP_S = 0.001


class FrameClock:
    """Give each frame a time in seconds that always increases."""

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self._arrived_s = 0.0
        self.last_s: float | None = None

    def connected(self) -> None:
        """Begin another connection, whose clock has nothing to do with the one before."""
        self._offset_s = None

    def time_s(self, sent_s: float, arrived_s: float) -> float:
        """Return a frame's time.

        Args:
            sent_s: Its time by the browser's clock.
            arrived_s: When it arrived, by the server's clock.
        """
        if self._offset_s is None or abs(sent_s + self._offset_s - self._server_s(arrived_s)) > DRIFT_S:
            self._offset_s = self._server_s(arrived_s) - sent_s
        now = sent_s + self._offset_s
        if self.last_s is not None:
            now = max(now, self.last_s + MIN_STEP_S)
        self.last_s = now
        return now

    def _server_s(self, arrived_s: float) -> float:
        """Return the time by the server's clock since the first frame arrived."""
        if self.last_s is None:
            self._arrived_s = arrived_s
        return arrived_s - self._arrived_s
