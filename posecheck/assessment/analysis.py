"""Judge the landmarks of a recording, as often as limits change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from posecheck.assessment.events import Event
from posecheck.assessment.judged import JudgedFrames
from posecheck.assessment.session import Session
from posecheck.assessment.summary import Summary, summarise
from posecheck.core.pose import PoseTrack
from posecheck.core.spooled import SpooledConcatenation, release
from posecheck.kinematics.neutral import MAX_S, MIN_S, Neutral
from posecheck.measurement.neutral_choice import choose_neutral
from posecheck.repetitions.repetition import Repetition, Series, series
from posecheck.stretches.stretch import Stretch

BLOCK = 4096
"""Frames judged at a time: more would only take more memory."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Hold a judged recording; see JudgedFrames for the arrays."""

    track: PoseTrack
    stretch: Stretch
    session: Session
    judged: JudgedFrames
    events: tuple[Event, ...]
    summary: Summary
    repetitions: tuple[Repetition, ...]
    series: Series

    @property
    def neutral(self) -> Neutral | None:
        """Return the neutral the readings are measured from, the first where it had to be taken anew."""
        return self.session.first_neutral


def judge(track: PoseTrack, stretch: Stretch, neutral: Neutral | None = None) -> Analysis:
    """Judge a recording's landmarks against a stretch whose limits already suit the person.

    A recording knows its neutral from the start, so frames before it are judged too; live they are not. It is
    that of the person who is followed the longest.
    """
    session = Session(stretch, neutral if neutral is not None else _neutral(track, stretch))
    return _analysis(track, session, (session.update(part) for part in _parts(track)))


def judge_again(before: Analysis, stretch: Stretch) -> Analysis:
    """Judge a recording anew with other limits: the readings are kept where they do not hang on what has changed."""
    if before.session.renewals or before.stretch.model_copy(update={"ranges": stretch.ranges}) != stretch:
        return judge(before.track, stretch, before.neutral)
    session = Session(stretch, before.neutral)
    return _analysis(before.track, session, _kept(before, session))


def _parts(track: PoseTrack) -> Iterator[PoseTrack]:
    """Yield a track in blocks of at least BLOCK frames."""
    starts = [*range(0, max(1, len(track) - BLOCK + 1), BLOCK)]
    for first, last in zip(starts, [*starts[1:], len(track)], strict=True):
        yield track.slice(first, last)
        release(track)


def _kept(before: Analysis, session: Session) -> Iterator[JudgedFrames]:
    """Yield the blocks of a recording, judged by the readings that were taken before."""
    judged = before.judged
    first = 0
    for part in _parts(before.track):
        rows = slice(first, first + len(part))
        yield session.judge(part, judged.readings.slice(rows), judged.speed[rows])
        first = rows.stop


def _neutral(track: PoseTrack, stretch: Stretch) -> Neutral | None:
    """Return the neutral of the one who is followed the longest; mostly the first minutes are enough to find it."""
    subject, frames = track.main_subject(), BLOCK
    while True:
        part = track.slice(0, frames).of_subject(subject)
        found = choose_neutral(part, stretch)
        if frames >= len(track):
            return found
        # Nothing after these seconds can change which stillness comes first, nor how long it lasts.
        if found is not None and found.sure and found.start_s + MAX_S + 2 * MIN_S < part.time_s[-1]:
            return found
        frames *= 4


def _analysis(track: PoseTrack, session: Session, parts: Iterable[JudgedFrames]) -> Analysis:
    """Put together what a session says of the parts of a recording, and end it."""
    growing: SpooledConcatenation[JudgedFrames] = SpooledConcatenation()
    events: list[Event] = []
    repetitions: list[Repetition] = []
    for part in parts:
        growing.add(part)
        events += part.events
        repetitions += part.repetitions
    judged = replace(growing.whole(), events=tuple(events), repetitions=tuple(repetitions))
    events = sorted((*events, *session.finish()), key=lambda event: event.start_s)
    summary = summarise(session, judged.readings, judged.signed, judged.levels, tuple(events))
    whole = (*repetitions, *session.finish_repetitions())
    release(judged)
    return Analysis(
        track, session.stretch, session, judged, tuple(events), summary, whole, series(session.stretch, whole)
    )
