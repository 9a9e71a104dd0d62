"""Who else is in a remote person's picture, and whether its camera moves, from one look of the browser to the next."""

from dataclasses import replace

import numpy as np

from posecheck.capture.pose.relations import distinct, hides, same, touching
from posecheck.core.arrays import Floats
from posecheck.core.pose import N_BACKGROUND, Pose
from posecheck.live.remote.surroundings import Surroundings

OLD_S = 4.0
"""A look that is older says nothing about now; the page looks once a second, and more often in company."""


class Company:
    """Keep what the last look showed.

    Attributes:
        background: (4,) position of the background, as in Pose; NaN where it is not known.
        others: How many others were seen.
        touched: Whether one of them touches the subject.
        hidden: Whether one of them covers the subject, or the subject was not the one whose landmarks came.
    """

    def __init__(self) -> None:
        self.background: Floats = np.full(N_BACKGROUND, np.nan)
        self.others = 0
        self.touched = self.hidden = False
        self._look: tuple[Pose, ...] | None = None
        self._judged_s = -np.inf

    def hear(self, told: Surroundings) -> None:
        """Take what the browser says."""
        self.background = told.background
        if told.people is not None:
            self._look = told.people

    def beside(self, pose: Pose) -> list[Pose] | None:
        """Return the others of a look that has not been judged yet; None where there is none.

        Args:
            pose: The person whose landmarks came with the newest frame.
        """
        if self._look is None:
            if pose.time_s - self._judged_s > OLD_S:
                self.others, self.touched, self.hidden = 0, False, False
            return None
        look, self._look = self._look, None
        found = [replace(one, time_s=pose.time_s) for one in look if one.size_wh == pose.size_wh]
        others = [one for one in distinct(found) if not same(one, pose)]
        self.others = len(others)
        return others

    def judge(self, pose: Pose, others: list[Pose] | None, *, followed: bool) -> None:
        """Decide whether the subject is touched or hidden.

        Args:
            pose: The person whose landmarks came.
            others: The others of a new look; None where there was none.
            followed: Whether that person is the subject.
        """
        if others is None:
            return
        self._judged_s = pose.time_s
        self.touched = followed and any(touching(pose, other) for other in others)
        self.hidden = any(hides(other, pose) for other in others)
