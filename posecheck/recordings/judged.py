"""A judged recording as `import posecheck` returns it: the analysis, its sentences, and its result files."""

import os
from dataclasses import dataclass, field, fields
from pathlib import Path

from posecheck.assessment import analysis as assessment
from posecheck.assessment.events import Event
from posecheck.core.i18n import translator
from posecheck.feedback.headline import headline_of
from posecheck.feedback.safety_notes import describe_suited
from posecheck.feedback.wording import describe_event
from posecheck.recordings.annotate import annotate
from posecheck.recordings.outcome import Done, write
from posecheck.results.folder import ResultFolder
from posecheck.results.summary_file import JudgedBy, Source
from posecheck.safety import Suited

AnyPath = str | os.PathLike[str]
Language = str
"""`en` or `de`."""


@dataclass(frozen=True, slots=True, eq=False)
class Analysis(assessment.Analysis):
    """Hold a judged recording, and what is needed to write its result files.

    Attributes:
        track: The landmarks, a frame a row.
        stretch: The stretch with the limits that were judged by.
        judged: Readings, levels and speed of each frame.
        events: Every limit that was passed and every angle that could not be judged, in order of time.
        repetitions: Every repetition, in order of time.
        series: Left against right.
        summary: The verdict and the furthest reading of each angle.
        name: The name of the recording.
        source: The recording's file, size and faults, as in summary.json.
        settings: How it was judged, as in summary.json.
        problem: What is wrong with the recording though it could be judged, such as a broken end; None if nothing.
        safety: The stretch with what the answers to the health questions mean for it.
        video: The recording's file; None where only landmarks were judged.
    """

    name: str = ""
    source: Source = field(default_factory=Source)
    settings: JudgedBy = field(default_factory=JudgedBy)
    problem: str | None = None
    safety: Suited | None = None
    video: Path | None = None

    @classmethod
    def of(cls, done: Done, video: Path | None = None) -> "Analysis":
        """Build from the outcome of a check, and the recording's file if there is one."""
        base = {item.name: getattr(done.analysis, item.name) for item in fields(assessment.Analysis)}
        return cls(
            **base,
            name=done.name,
            source=done.source,
            settings=done.settings,
            problem=done.problem,
            safety=done.safety,
            video=video,
        )

    def headline(self, language: Language = "en") -> str:
        """Return the verdict in one sentence."""
        return headline_of(self, translator(language))

    def notes(self, language: Language = "en") -> tuple[str, ...]:
        """Return what the answers to the health questions mean for this stretch, in sentences."""
        return () if self.safety is None else describe_suited(self.safety, translator(language))

    def describe(self, event: Event, language: Language = "en") -> str:
        """Return an event in one sentence: what happened, or why an angle could not be judged."""
        return describe_event(event, self.stretch, translator(language))

    def save(self, folder: AnyPath, *, video: bool = False, force: bool = False) -> Path:
        """Write the result files that `posecheck check` writes.

        Args:
            folder: The folder to write into; it is created if it does not exist.
            video: Also write annotated.mp4, which reads the recording again.
            force: Replace results that the folder holds already.

        Returns:
            The folder.

        Raises:
            OutputError: Where the folder cannot be written to, or holds results.
            ValueError: Where a video is asked for and only landmarks were judged.
        """
        if video and self.video is None:
            raise ValueError("save: expected an analysis of a video, got one of landmarks")
        out = Path(folder)
        with ResultFolder(out, force=force) as target:
            write(target.path, Done(self, self.name, self.source, self.settings, self.problem, out))
            if video and self.video is not None:
                every, mirrored = self.source.every, self.source.mirrored
                annotate(self.video, target.path / "annotated.mp4", self, lambda _: None, every, mirrored=mirrored)
        return out
