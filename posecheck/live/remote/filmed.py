"""When a film that a browser makes of a live set shows what of the set: the film stays on the person's device.

Film and landmarks are timed by one clock, that of the page. The clock of the set stands still in pauses, and is set
anew where the server's lies apart from the page's, so the two go together in parts. These are kept as a fact about the
landmarks, by which the film can be laid under the set later.
"""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass

import numpy as np

from posecheck.assessment.session import Session
from posecheck.core.arrays import Floats
from posecheck.live.coach import LiveFrame

BEGUN = re.compile(r"film (\d{1,10}) (posecheck-\d{4}-\d\d-\d\d-\d{6})")
"""What a page says of a film that it has begun: the milliseconds of its own clock, and the film's name."""
FACT = "film"
"""The fact's name among those about the landmarks: name;set:film;… in seconds, for the beginning of each part."""
MOST_PARTS = 100
SAME_S, LEAST_S = 0.005, 0.0002
"""Times that are further from one another begin another part, and how soon after the last moment of the one before."""
_FACT = re.compile(r"(posecheck-[\d-]{1,20})((?:;-?\d{1,7}\.\d{4}:-?\d{1,7}\.\d{4})+)")


@dataclass(frozen=True, slots=True, eq=False)
class Filmed:
    """Hold which film shows a set, and when.

    Attributes:
        name: The film's name, without its ending.
        set_s: The beginning of each part by the set's clock.
        film_s: The same moments in the film.
    """

    name: str
    set_s: Floats
    film_s: Floats

    @classmethod
    def of(cls, about: Mapping[str, str]) -> "Filmed | None":
        """Read the fact; None where there is none, or none of this form."""
        found = _FACT.fullmatch(about.get(FACT, ""))
        if found is None:
            return None
        parts = np.array([part.split(":") for part in found[2][1:].split(";")], float)
        if len(parts) > MOST_PARTS or (np.diff(parts[:, 0]) <= 0).any():
            return None
        return cls(found[1], parts[:, 0], parts[:, 1])

    def at(self, set_s: Floats) -> Floats:
        """Return where in the film moments of the set are, seconds."""
        part = np.maximum(np.searchsorted(self.set_s, set_s, side="right") - 1, 0)
        return np.asarray(set_s + (self.film_s - self.set_s)[part], np.float64)


class Filming:
    """Follow a set, and note how its clock goes with that of the film."""

    def __init__(self) -> None:
        """Begin without a film."""
        self._said = self._name = ""
        self._start_s = self._last_s = 0.0
        self._session: Session | None = None
        self._parts: list[tuple[float, float]] = []

    def begun(self, said: str) -> bool:
        """Take what a page says of a film; return False where it says something else."""
        found = BEGUN.fullmatch(said)
        if found is not None and said != self._said:
            self._said, self._start_s, self._name = said, int(found[1]) / 1000.0, found[2]
            self._parts = []
        return found is not None

    def follow(self, moments: Sequence[LiveFrame], sent_s: Mapping[int, float]) -> None:
        """Note moments of a set.

        Args:
            moments: As they were judged.
            sent_s: When their frames were, by the page's clock, by the frame's index. The clock that they are judged
                by is set anew where the two lie apart.
        """
        for moment in moments if self._name else ():
            if moment.step is None or moment.session is None:
                continue
            set_s = moment.step.frame.time_s
            if moment.session is not self._session:
                self._session, self._parts = moment.session, []
            film_s = sent_s[moment.frame.index] - self._start_s
            if not self._parts:
                self._parts.append((0.0, film_s - set_s))
            elif abs(film_s - set_s - self._parts[-1][1]) > SAME_S and set_s > self._last_s:
                # Of a block only the last frame is known; the others belong to the new part as well.
                self._parts.append((self._last_s + LEAST_S, film_s - set_s))
            self._last_s = set_s

    def note(self, about: MutableMapping[str, str]) -> None:
        """Add the fact to those about a set that has ended, where a film was begun before its end.

        Args:
            about: The facts about its landmarks.
        """
        if self._parts and len(self._parts) <= MOST_PARTS and self._last_s + self._parts[-1][1] > 0.0:
            about[FACT] = ";".join([self._name, *(f"{at:.4f}:{at + later:.4f}" for at, later in self._parts)])
