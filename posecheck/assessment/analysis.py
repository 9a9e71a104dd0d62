"""Judge the landmarks of a recording, also again when limits change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from posecheck.assessment.events import Event
from posecheck.assessment.judged import JudgedFrames
from posecheck.assessment.session import Session
from posecheck.assessment.summary import Summary, summarise
from posecheck.core.memory.spooled import SpooledConcatenation, release
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.neutral import MAX_S, MIN_S, Neutral
from posecheck.measurement.phone.between import between
from posecheck.measurement.phone.blind import still_start
from posecheck.measurement.stalls import in_order
from posecheck.measurement.start.choice import choose_neutral
from posecheck.repetitions.repetition import Repetition
from posecheck.repetitions.series import Series, series
from posecheck.stretches.stretch import Stretch

BLOCK = 4096
"""Frames judged at a time; more would only use more memory."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Hold a judged recording.

    Attributes:
        track: The landmarks.
        stretch: The stretch with the limits that they were judged by.
        session: The session that judged them.
        judged: The judgement of every frame.
        events: All events, in order of their start.
        summary: The verdict and what it is based on.
        repetitions: All repetitions.
        series: The repetitions of each side, and the comparison of left and right.
    """

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
        """The neutral that readings are measured from; the first one where it had to be replaced."""
        return self.session.first_neutral


def judge(track: PoseTrack, stretch: Stretch, neutral: Neutral | None = None) -> Analysis:
    """Judge a recording's landmarks.

    Each shot of an edited recording is judged for itself, from its own neutral. Pieces of one shot have its neutral,
    and nothing else in common.

    The neutral is that of the person who is followed longest. In a recording it is known from the start, so frames
    before
    it are judged too, unlike live.

    Args:
        track: The landmarks.
        stretch: The stretch, with limits that already suit the person.
        neutral: The neutral to measure from, in the shot that it lies in; None to find it in the landmarks.
    """
    track = in_order(track)
    shots = [track.rows(part) for part in track.parts("shot")]
    neutrals = [_neutral_of_shot(shot, stretch, neutral) for shot in shots]
    session = Session(stretch, neutrals[0])
    return _analysis(track, session, _judged(session, shots, neutrals))


def judge_again(before: Analysis, stretch: Stretch) -> Analysis:
    """Judge a recording again with other limits.

    Readings are reused if only the ranges of the stretch have changed and the neutral was never replaced.

    Args:
        before: The earlier judgement.
        stretch: The stretch with the new limits.
    """
    cut = len(before.track.parts("shot")) > 1
    joined = len(before.track.parts("piece")) > 1
    other = before.stretch.model_copy(update={"ranges": stretch.ranges}) != stretch
    if cut or joined or before.session.renewals or other:
        return judge(before.track, stretch, None if cut else before.neutral)
    session = Session(stretch, before.neutral)
    return _analysis(before.track, session, _kept(before, session))


def _neutral_of_shot(shot: PoseTrack, stretch: Stretch, asked: Neutral | None) -> Neutral | None:
    """Return the neutral of a shot: the one asked for if it lies in it."""
    if not len(shot) or (asked is not None and shot.time_s[0] <= asked.start_s <= shot.time_s[-1]):
        return asked
    found, blind = _neutral(shot, stretch), still_start(shot, stretch)
    # What was measured before anybody was seen counts from there, as live.
    later = found is None or not found.sure or (blind is not None and found.start_s > blind.end_s)
    return blind if blind is not None and later else found


def _judged(session: Session, shots: list[PoseTrack], neutrals: list[Neutral | None]) -> Iterator[JudgedFrames]:
    """Yield the judgement of the shots, in blocks."""
    events: tuple[Event, ...] = ()
    repetitions: tuple[Repetition, ...] = ()
    for i, (shot, neutral) in enumerate(zip(shots, neutrals, strict=True)):
        led = between(shot, neutral, session.stretch)
        for j, piece in enumerate(shot.parts("piece")):
            if i or j:
                events, repetitions = session.cut(session.neutral if j else neutral)
            session.markers.between = led
            for part in _parts(shot.rows(piece)):
                judged = session.update(part)
                if events or repetitions:
                    judged = replace(
                        judged, events=(*events, *judged.events), repetitions=(*repetitions, *judged.repetitions)
                    )
                events, repetitions = (), ()
                yield judged


def _parts(track: PoseTrack) -> Iterator[PoseTrack]:
    """Yield a track in blocks of at least BLOCK frames."""
    starts = [*range(0, max(1, len(track) - BLOCK + 1), BLOCK)]
    for first, last in zip(starts, [*starts[1:], len(track)], strict=True):
        yield track.slice(first, last)
        release(track)


def _kept(before: Analysis, session: Session) -> Iterator[JudgedFrames]:
    """Yield the blocks of a recording, judged by the readings of the earlier judgement."""
    judged = before.judged
    first = 0
    for part in _parts(before.track):
        rows = slice(first, first + len(part))
        yield session.judge(part, judged.readings.slice(rows), judged.rates.slice(rows))
        first = rows.stop


def _neutral(track: PoseTrack, stretch: Stretch) -> Neutral | None:
    """Return the neutral of the person who is followed longest; mostly the first minutes are enough to find it."""
    subject, frames = track.main_subject(), BLOCK
    while True:
        part = track.slice(0, frames).of_subject(subject)
        found = choose_neutral(part, stretch)
        if frames >= len(track):
            return found
        # Later frames can change neither which stillness comes first nor how long it lasts.
        if found is not None and found.sure and found.start_s + MAX_S + 2 * MIN_S < part.time_s[-1]:
            return found
        frames *= 4


def _analysis(track: PoseTrack, session: Session, parts: Iterable[JudgedFrames]) -> Analysis:
    """Collect what a session reports of the parts of a recording, and end the session."""
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
