"""The recordings of a visit: a request to analyse one, an analysed one, and a request to judge it again."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.other_stretch import OtherStretch
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.recordings.request import Changes
from posecheck.safety import Answers
from posecheck.stretches.profiles import Profile

FILM = "annotated.mp4"
"""The name of the annotated film in the folder of results."""
FIRST_FILM = "first.mp4"
"""The film as it was drawn first; every later one is drawn over it, because the recording itself is not kept."""
_numbers = count(1)


def next_number() -> int:
    """Return the next number of a recording of this server."""
    return next(_numbers)


@dataclass(frozen=True, slots=True, eq=False)
class AnalysisRequest:
    """Hold what is to be analysed, and for whom.

    Attributes:
        video: The file to read.
        name: The visitor's name of the file; it is shown, and never used as a path.
        stretch: The id of the stretch, or the path of a stretch file.
        age: The person's age in years, None for the limits of an adult.
        profile: A named set of limits, None for those of the stretch itself.
        answers: The person's answers about their health, which may lower limits.
        texts: The visitor's language.
        draft: Whether only the angles are wanted, for a stretch still to be defined; no result files are written.
        mirrored: Whether the recording shows the person as a mirror does; it is turned back first.
    """

    video: Path
    name: str
    stretch: str
    age: int | None
    profile: Profile | None = None
    answers: Answers | None = None
    texts: Translator = ENGLISH
    draft: bool = False
    mirrored: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LoadedRecording:
    """Hold an analysed recording.

    Attributes:
        name: The visitor's name of the file.
        age: The person's age in years that the limits are for, None for those of an adult.
        analysis: Readings, events, repetitions and verdict.
        folder: Where its result files are.
        problem: What was wrong with the file although it could be analysed, in the visitor's language.
        profile: The profile that the limits come from, if any.
        answers: The answers about the person's health that the limits respect, if any.
        marked_s: The moment that the visitor marked as the start position, seconds; None where they marked none.
        drawn: The judgement that the first film shows, where it was judged again since; see FIRST_FILM.
        other: Which stretch it shows instead of the chosen one; None where that is not clear.
        number: Counts up with each recording of this server, so that widgets of two recordings have different keys.
    """

    name: str
    age: int | None
    analysis: Analysis
    folder: Path
    problem: str | None = None
    profile: Profile | None = None
    answers: Answers | None = None
    marked_s: float | None = None
    drawn: Analysis | None = None
    other: OtherStretch | None = None
    number: int = field(default_factory=next_number)


@dataclass(frozen=True, slots=True, eq=False)
class JudgeAgain:
    """Hold how an analysed recording is to be judged again, from its landmarks.

    Attributes:
        loaded: The recording.
        changes: What to judge differently.
        marked_s: The moment from which angles are counted, where the visitor marked one, seconds.
        texts: The visitor's language.
        draft: Never; what is judged again has result files.
    """

    loaded: LoadedRecording
    changes: Changes
    marked_s: float | None = None
    texts: Translator = ENGLISH
    draft: bool = False

    @property
    def name(self) -> str:
        """Return the visitor's name of the file."""
        return self.loaded.name
