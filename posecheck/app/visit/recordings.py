"""The recordings of a visit: a request to analyse one, and an analysed one."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from posecheck.assessment.analysis import Analysis
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.safety import Answers
from posecheck.stretches.profiles import Profile

_numbers = count(1)


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
        number: Counts up with each recording of this server, so that widgets of two recordings have different keys.
    """

    name: str
    age: int | None
    analysis: Analysis
    folder: Path
    problem: str | None = None
    profile: Profile | None = None
    answers: Answers | None = None
    number: int = field(default_factory=lambda: next(_numbers))
