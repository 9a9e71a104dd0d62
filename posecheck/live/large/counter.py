"""Counts the whole repetitions of a set while it goes on, each side for itself."""

from collections import Counter

from posecheck.assessment.session import Session
from posecheck.live.coach import LiveFrame


class RepetitionCounter:
    """Count whole repetitions by side; call update with every moment, in order of time."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._counts: Counter[str] = Counter()
        self._seen: set[tuple[str, float]] = set()

    def update(self, moment: LiveFrame) -> dict[str, int]:
        """Take a moment and return the counts of the set that is on by side; empty text for a stretch without sides."""
        if moment.session is not None and moment.session is not self._session:
            self._session = moment.session
            self._counts.clear()
            self._seen.clear()
        for one in () if moment.step is None else moment.step.judged.repetitions:
            # Frames that were judged together share what ended in them.
            if one.complete and (one.side, one.start_s) not in self._seen:
                self._seen.add((one.side, one.start_s))
                self._counts[one.side] += 1
        sides = ("left", "right") if moment.session is not None and moment.session.stretch.sides == "both" else ("",)
        return {side: self._counts[side] for side in sides}
