"""The search for the first neutral of a session, while its frames arrive."""

import numpy as np

from posecheck.core.pose import PoseTrack
from posecheck.kinematics.neutral import MAX_S, Neutral
from posecheck.kinematics.observation import Observation
from posecheck.measurement.phone.blind import still_start
from posecheck.measurement.start.choice import first_still
from posecheck.stretches.stretch import Stretch


class NeutralSearch:
    """Search for the first neutral in frames that come in order of time; the result is the same live as recorded.

    Attributes:
        waiting: The newest frames while a neutral is searched for; None before the first ones and once it is found.
    """

    def __init__(self, stretch: Stretch) -> None:
        self._stretch = stretch
        self._seen = False
        self.waiting: PoseTrack | None = None

    def update(self, track: PoseTrack) -> Neutral | None:
        """Take the frames that follow those before; return the neutral once it is known."""
        waiting = track if self.waiting is None else self.waiting.joined(track)
        # Waiting until a stillness is over gives the same neutral live as recorded.
        neutral, _ = first_still(Observation(waiting), self._stretch, whole=False)
        self._seen |= bool(waiting.found.any() or (waiting.people > 0).any())
        if neutral is None and not self._seen:
            neutral = still_start(waiting, self._stretch)
        first = int(np.searchsorted(waiting.time_s, waiting.time_s[-1] - MAX_S - 0.5)) if len(waiting) else 0
        self.waiting = None if neutral is not None else waiting.slice(first, len(waiting))
        return neutral
