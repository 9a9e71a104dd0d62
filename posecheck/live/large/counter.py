"""Counts the whole repetitions of a set while it goes on, each side for itself."""

from collections import Counter

from posecheck.assessment.session import Session
from posecheck.live.coach import LiveFrame


class RepetitionCounter:
    """Count whole repetitions by side; call update with every moment, in order of time."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._counts: Counter[str] = Counter()

    def update(self, moment: LiveFrame) -> dict[str, int]:
        """Take a moment and return the counts of the set that is on by side; empty text for a stretch without sides."""
        if moment.session is not None and moment.session is not self._session:
            self._session = moment.session
            self._counts.clear()
        if moment.step is not None:
            self._counts.update(one.side for one in moment.step.judged.repetitions if one.complete)
        sides = ("left", "right") if moment.session is not None and moment.session.stretch.sides == "both" else ("",)
        return {side: self._counts[side] for side in sides}
