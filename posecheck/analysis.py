"""A recording from file to verdict: find the landmarks once, judge them as often as limits change."""

from collections.abc import Callable
from dataclasses import dataclass

from posecheck.errors import InputError, NotCoachedError
from posecheck.events import Event
from posecheck.neutral import Neutral, find_neutral
from posecheck.pose import Pose, PoseEstimator, PoseTrack
from posecheck.repetitions import Repetition, Series, series
from posecheck.session import Judged, Session
from posecheck.stretches import Stretch, find_stretch
from posecheck.summary import Summary, summarise
from posecheck.video import VideoReader

Progress = Callable[[float], None]
"""Told the time of the frame that has just been done, in seconds."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Hold a judged recording; see Judged for the arrays."""

    track: PoseTrack
    stretch: Stretch
    session: Session
    judged: Judged
    events: tuple[Event, ...]
    summary: Summary
    repetitions: tuple[Repetition, ...]
    series: Series

    @property
    def neutral(self) -> Neutral | None:
        """Return the neutral the readings are measured from."""
        return self.session.neutral


def detect(reader: VideoReader, estimator: PoseEstimator, progress: Progress | None = None) -> PoseTrack:
    """Find the subject's landmarks in every frame of a recording.

    Raises InputError when nobody is found in any frame.
    """
    times: list[float] = []
    poses: list[Pose | None] = []
    size = (0, 0)
    for frame in reader:
        size = (frame.rgb.shape[1], frame.rgb.shape[0])
        times.append(frame.time_s)
        poses.append(estimator.estimate(frame))
        if progress is not None:
            progress(frame.time_s)
    if not any(pose is not None for pose in poses):
        raise InputError(f"{reader.info.path}: expected a person in the picture, found nobody in {len(times)} frames")
    return PoseTrack.of(times, poses, size)


def judge(track: PoseTrack, stretch: Stretch, neutral: Neutral | None = None) -> Analysis:
    """Judge a recording's landmarks against a stretch whose limits already suit the person.

    A recording knows its neutral from the start, so frames before it are judged too; live they are not. It is
    that of the person who is followed the longest.
    """
    if neutral is None:
        neutral = find_neutral(track.of_subject(track.main_subject()), stretch.lying)
    session = Session(stretch, neutral)
    judged = session.feed(track)
    events = tuple(sorted((*judged.events, *session.finish()), key=lambda event: event.start_s))
    summary = summarise(session, judged.readings, judged.signed, judged.levels, events)
    repetitions = (*judged.repetitions, *session.finish_repetitions())
    return Analysis(track, stretch, session, judged, events, summary, repetitions, series(stretch, repetitions))


def coached(stretch: Stretch) -> Stretch:
    """Return the stretch, or raise NotCoachedError with the reason and what is safer."""
    if stretch.advice != "block":
        return stretch
    safer = find_stretch(stretch.alternative)
    raise NotCoachedError(
        f"{stretch.name} is not coached. {stretch.reason} Safer instead: {safer.name} (--stretch {safer.id})."
    )
