"""The functions behind `import posecheck`: judge a recording in one call, judge saved landmarks again, load files."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from posecheck.assessment import analysis as assessment
from posecheck.capture.pose.landmark_file import load_track, save_track
from posecheck.capture.video.conversion import ENOUGH_WH
from posecheck.capture.video.reader import VideoReader
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.neutral import Neutral
from posecheck.recordings import check as checking
from posecheck.recordings import rejudge as rejudging
from posecheck.recordings.judged import Analysis, AnyPath
from posecheck.recordings.outcome import Done, settings_of
from posecheck.recordings.request import Changes, Request, tag_mode, variant_of
from posecheck.results.summary_file import Source, SummaryFile
from posecheck.safety import Answers
from posecheck.stretches.library import all_stretches, coached, find_stretch
from posecheck.stretches.profiles import Profile
from posecheck.stretches.stretch import Stretch

Span = tuple[float, float]
"""From and to, in seconds."""
Progress = Callable[[float, float | None], None]
"""Called with the seconds of video that are done and, where it is known, the length of the video in seconds."""


def load_stretch(name: AnyPath) -> Stretch:
    """Load a stretch.

    Args:
        name: The id of a stretch that comes with posecheck or is one of your own, or the path of a `.toml` file.

    Raises:
        StretchError: Where there is no such stretch, or its file is wrong; every mistake of the file is named.
    """
    return find_stretch(os.fspath(name))


def list_stretches() -> tuple[Stretch, ...]:
    """Return the stretches that come with posecheck, in order of their ids.

    Some of them are explained but not coached: their `advice` is `block`.
    """
    return tuple(all_stretches().values())


def load_landmarks(path: AnyPath) -> PoseTrack:
    """Load the landmarks of a recording from a `landmarks.npz`.

    Raises:
        InputError: Where there is no such file, or it holds no landmarks.
    """
    return load_track(Path(path))


def save_landmarks(path: AnyPath, track: PoseTrack) -> None:
    """Save landmarks, rounded to float32, which is 1/1000 pixel.

    Raises:
        OutputError: Where the file cannot be written.
    """
    save_track(Path(path), track)


def detect(
    video: AnyPath,
    *,
    model: str = "full",
    model_file: AnyPath | None = None,
    every: int = 1,
    mirrored: bool = False,
    tags: str = "auto",
    progress: Progress | None = None,
) -> PoseTrack:
    """Find the landmarks of the person in a recording.

    Args:
        video: Any file that FFmpeg reads.
        model: `lite`, `full` or `heavy`. The stated errors hold for `full`.
        model_file: The model's file; None takes the cached one, or fetches it once.
        every: Look at each Nth frame.
        mirrored: Whether the video shows the person as a mirror does.
        tags: Whether printed tags are looked for: `auto`, `off`, or `on` if they must be found.
        progress: Called as the work goes on.

    Raises:
        InputError: Where the video cannot be read, is too short or shows nobody.
        ModelError: Where the pose model cannot be had.
    """
    file = None if model_file is None else Path(model_file)
    with VideoReader(Path(video), every, mirrored=mirrored, fit_wh=ENOUGH_WH) as reader:
        return checking.find_landmarks(reader, variant_of(model), file, tag_mode(tags), _report(progress))


def judge(
    track: PoseTrack, stretch: Stretch | str, *, age: int | None = None, neutral: Neutral | Span | None = None
) -> Analysis:
    """Judge landmarks against a stretch.

    Args:
        track: The landmarks of a whole recording.
        stretch: Its id, or a Stretch, whose limits are taken as they stand but for the age.
        age: In years; it lowers the limits that shrink with age.
        neutral: The moment of standing or sitting still that angles are measured from, as seconds from and to; None
            finds it.

    Raises:
        InputError: Where nothing can be measured from the neutral that was named.
        NotCoachedError: Where the stretch is not coached.
        StretchError: Where there is no such stretch.
    """
    chosen = coached(find_stretch(stretch) if isinstance(stretch, str) else stretch).for_age(age)
    span = neutral if isinstance(neutral, tuple) else None
    start = neutral if isinstance(neutral, Neutral) else checking.neutral_of(track, span, chosen)
    judged = assessment.judge(track, chosen, start)
    settings = settings_of(
        stretch if isinstance(stretch, str) else stretch.id, age, None if span is None else _span_text(span)
    )
    name = track.about.get("video", "landmarks")
    return Analysis.of(Done(judged, name, Source(file=name, problem=None), settings))


def check(
    video: AnyPath,
    stretch: AnyPath,
    *,
    age: int | None = None,
    neutral: Span | None = None,
    profile: Profile | AnyPath | None = None,
    settings: Sequence[str] = (),
    answers: Answers | None = None,
    model: str = "full",
    model_file: AnyPath | None = None,
    every: int = 1,
    mirrored: bool = False,
    tags: str = "auto",
    progress: Progress | None = None,
) -> Analysis:
    """Judge a recorded video. Nothing is written; `Analysis.save` writes.

    Args:
        video: Any file that FFmpeg reads.
        stretch: The id of a stretch, or the path of its `.toml` file.
        age: In years; it lowers the limits that shrink with age.
        neutral: The moment of standing or sitting still that angles are measured from, as seconds from and to; None
            finds it.
        profile: The limits of a person or a clinic, or their file.
        settings: Single limits, such as `trunk_rotation.stop=40`; they come after the profile.
        answers: Answers to the health questions; None judges by limits that allow for no illness or injury.
        model: `lite`, `full` or `heavy`. The stated errors hold for `full`.
        model_file: The model's file; None takes the cached one, or fetches it once.
        every: Judge each Nth frame.
        mirrored: Whether the video shows the person as a mirror does.
        tags: Whether printed tags are looked for: `auto`, `off`, or `on` if they must be found.
        progress: Called as the work goes on.

    Raises:
        InputError: Where the video cannot be read, is too short or shows nobody.
        ModelError: Where the pose model cannot be had.
        NotCoachedError: Where the stretch is not coached, or the answers rule it out.
        StretchError: Where the stretch, the profile or a setting is wrong.
    """
    path, name = Path(video), os.fspath(stretch)
    file, given = _profile(profile, name)
    request = Request(
        path,
        name,
        None,
        None if neutral is None else _span_text(neutral),
        age,
        model,
        None if model_file is None else Path(model_file),
        (*given, *settings),
        file,
        every=every,
        tags=tags,
        answers=answers,
        mirrored=mirrored,
    )
    return Analysis.of(checking.check(request, _report(progress)), path)


def rejudge(
    folder: AnyPath,
    *,
    stretch: AnyPath | None = None,
    age: int | None = None,
    neutral: Span | None = None,
    profile: Profile | AnyPath | None = None,
    settings: Sequence[str] = (),
    answers: Answers | None = None,
) -> Analysis:
    """Judge the landmarks in a folder of results again, without the video. Nothing is written.

    Args:
        folder: A folder that `posecheck check` or `Analysis.save` wrote.
        stretch: Another stretch; None keeps that of before, as for every other argument.
        age: In years.
        neutral: Seconds from and to.
        profile: The limits of a person or a clinic, or their file.
        settings: Single limits, such as `trunk_rotation.stop=40`; they come after those of before.
        answers: Answers to the health questions.

    Raises:
        InputError: Where the folder holds no results.
        NotCoachedError: Where the stretch is not coached, or the answers rule it out.
        StretchError: Where the stretch, the profile or a setting is wrong.
    """
    file, given = _profile(profile, _judged_before(Path(folder)) if stretch is None else os.fspath(stretch))
    changes = Changes(
        (*given, *settings),
        file,
        None if stretch is None else os.fspath(stretch),
        age,
        None if neutral is None else _span_text(neutral),
        answers,
    )
    return Analysis.of(rejudging.rejudge(Path(folder), changes))


def _profile(profile: Profile | AnyPath | None, stretch: str) -> tuple[Path | None, tuple[str, ...]]:
    """Return a profile's file, or for a profile without a file its limits as settings."""
    if not isinstance(profile, Profile):
        return None if profile is None else Path(profile), ()
    chosen = find_stretch(stretch)
    # Check here, so that an error names the profile; later it would name the setting.
    profile.over(chosen)
    return None, profile.settings(chosen.id)


def _judged_before(folder: Path) -> str:
    """Return the stretch that a folder's results were judged against, as it was named then."""
    return SummaryFile.load(folder).settings.stretch


def _span_text(span: Span) -> str:
    """Format a span as FROM-TO, the form of a request."""
    return f"{span[0]:g}-{span[1]:g}"


def _report(progress: Progress | None) -> checking.Report:
    if progress is None:
        return checking.no_report
    return lambda _, done, total: progress(done, total)
