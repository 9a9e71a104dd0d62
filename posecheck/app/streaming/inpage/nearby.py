"""How fast the server finds a pose, for the one who runs it on their own machine: the page takes the faster path.

Elsewhere nobody asks: a picture does not leave the visitor's browser because the server is faster.
"""

import statistics
import threading
import time
from functools import cache

import numpy as np

from posecheck.app.base import pose_model
from posecheck.core.errors import PosecheckError
from posecheck.core.frame import Frame

PICTURES, SIZE_WH = 12, (640, 480)
PATIENCE_S = 30.0


class Measured:
    """Measure once how long the server takes to look at a picture, in a thread of its own."""

    def __init__(self) -> None:
        self.ms: float | None = None
        self._thread = threading.Thread(target=self._measure, name="measuring", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until it is known, or cannot be."""
        self._thread.join()

    def _measure(self) -> None:
        try:
            engine = pose_model.new_engine()
        except PosecheckError:
            return
        try:
            made = np.random.default_rng(0)
            took, end_s = list[float](), time.monotonic() + PATIENCE_S
            while len(took) < PICTURES and time.monotonic() < end_s:
                rgb = made.integers(0, 255, (SIZE_WH[1], SIZE_WH[0], 3), np.uint8)
                began = time.monotonic()
                engine.estimate(Frame(len(took), began, rgb))
                if engine.state == "ready":
                    took.append(time.monotonic() - began)
                else:
                    time.sleep(0.1)
            # The first picture makes the model ready.
            self.ms = round(1000 * statistics.median(took[1:]), 1) if len(took) == PICTURES else None
        except PosecheckError:
            pass
        finally:
            engine.close()


@cache
def measured() -> Measured:
    """Return the one measurement of this server; the first call begins it."""
    return Measured()


def known_ms() -> float | None:
    """Return what was measured, in milliseconds a picture; None where nothing was, or it is not known yet."""
    return measured().ms if measured.cache_info().currsize else None
