"""The main job: a recording's file to a folder of results, and a folder judged again."""

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal, cast, get_args

import numpy as np
from rich import progress as rich_progress
from rich.console import Console

from posecheck import __version__
from posecheck.assessment.analysis import BLOCK, Analysis, Progress, coached, detect, judge
from posecheck.capture.markers.reader import TagEstimator
from posecheck.capture.pose.landmark_file import load_track, save_track
from posecheck.capture.pose.model_file import Variant, ensure, fetch
from posecheck.capture.video.reader import VideoInfo, VideoReader, VideoWriter
from posecheck.cli import console as verdict
from posecheck.core.errors import InputError, ModelError
from posecheck.core.frame import Frame, Rgb
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.core.pose import PoseEstimator, PoseTrack
from posecheck.core.prefetch import Ahead, Behind
from posecheck.core.spooled import release
from posecheck.feedback import cues
from posecheck.kinematics.neutral import Neutral, neutral_between
from posecheck.measurement.motion import MIN_FPS
from posecheck.rendering.overlay import canvas_size, draw
from posecheck.results import tables
from posecheck.results.folder import ResultFolder, load_summary
from posecheck.safety import Answers, screening, suited
from posecheck.safety.answers import from_table
from posecheck.stretches.profiles import Profile
from posecheck.stretches.stretch import Stretch, find_stretch

MIN_S = 0.5
"""A recording shorter than this holds nothing a limit could be judged by (0.3 s) and a moment before it."""
TagMode = Literal["auto", "off", "on"]
"""Whether printed tags are looked for, and must be found."""
SECONDS = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*$")


@dataclass(frozen=True, slots=True)
class Request:
    """Hold what `posecheck check` was asked for."""

    video: Path
    stretch: str
    out: Path
    neutral: str | None = None
    age: int | None = None
    model: str = "full"
    model_file: Path | None = None
    settings: Sequence[str] = ()
    profile: Path | None = None
    draw: bool = True
    force: bool = False
    every: int = 1
    tags: str = "auto"
    answers: Answers | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Hold what a folder of results is judged again with; None keeps what it was judged with."""

    settings: Sequence[str] = ()
    profile: Path | None = None
    stretch: str | None = None
    age: int | None = None
    neutral: str | None = None
    answers: Answers | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Hold a judged recording and all that is said of it. safety: what the person's answers say of the stretch."""

    analysis: Analysis
    name: str
    source: dict[str, object]
    settings: dict[str, object]
    problem: str | None = None
    out: Path | None = None
    changes: tuple[str, ...] = ()
    safety: tuple[str, ...] = ()


def variant_of(name: str) -> Variant:
    """Return a model's variant by name; ModelError when there is no such one."""
    if name not in get_args(Variant):
        raise ModelError(f"--model: expected lite, full or heavy, got {name!r}")
    return cast(Variant, name)


def tag_mode(name: str) -> TagMode:
    """Return a mode of printed tags by name; InputError when there is no such one."""
    if name not in get_args(TagMode):
        raise InputError(f"--tags: expected auto, off or on, got {name!r}")
    return cast(TagMode, name)


def _finder(estimator: PoseEstimator, tags: TagMode) -> AbstractContextManager[PoseEstimator]:
    """Return what finds the pose, and the printed tags beside it where they are looked for; closed when done."""
    return closing(estimator if tags == "off" else TagEstimator(estimator))


def _worn(track: PoseTrack, tags: TagMode, video: Path) -> None:
    """Raise InputError where tags had to be found and were not."""
    if tags == "on" and not np.isfinite(track.tags[:, :, 0]).any():
        raise InputError(
            f"{video}: expected printed tags on chest or belt (--tags on), found none in {len(track)} frames; "
            "print them with posecheck tags, and see docs/tags.md"
        )


def neutral_span(text: str) -> tuple[float, float]:
    """Read `0-2` as seconds from 0 to 2; InputError when it is not that."""
    found = SECONDS.match(text)
    start, end = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    if found is None or end <= start:
        raise InputError(f"--neutral: expected FROM-TO in seconds, e.g. 0-2, got {text!r}")
    return start, end


def limits(stretch: str, age: int | None, profile: Profile | None, settings: Sequence[str]) -> Stretch:
    """Return a coached stretch with the limits that hold: for the age, then a profile's, then single settings."""
    chosen = coached(find_stretch(stretch)).for_age(age)
    if profile is not None:
        chosen = profile.over(chosen)
    return Profile.from_settings(settings).over(chosen)


def bar(*columns: rich_progress.ProgressColumn, quiet: bool = False) -> rich_progress.Progress:
    """Return a progress bar with time left on the error stream, so that it never mixes with results."""
    return rich_progress.Progress(
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        *(columns or (rich_progress.TaskProgressColumn(),)),
        rich_progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=quiet,
    )


def fetched_model(variant: Variant) -> Path:
    """Fetch a model with a bar that shows how much has come."""
    with bar(rich_progress.DownloadColumn()) as progress:
        task = progress.add_task(f"pose model ({variant})", total=None)
        return fetch(variant, lambda done, total: progress.update(task, completed=done, total=total))


def check(request: Request, *, quiet: bool = False) -> Done:
    """Analyse a recording and write its results; what is wrong with the request is said before any work.

    Raises a PosecheckError for bad input; then, and when interrupted, nothing is written.
    """
    from posecheck.capture.pose.mediapipe import MediaPipeEstimator

    profile = None if request.profile is None else Profile.load(request.profile)
    age = _age(request.age, request.answers)
    fit = suited(limits(request.stretch, age, profile, request.settings), request.answers, _now())
    stretch = fit.stretch
    variant, tags = variant_of(request.model), tag_mode(request.tags)
    span = neutral_span(request.neutral) if request.neutral else None
    with (
        VideoReader(request.video, request.every) as reader,
        ResultFolder(request.out, force=request.force) as folder,
    ):
        _fast_enough(reader)
        model = ensure(variant, request.model_file)
        with bar(quiet=quiet) as progress, _finder(MediaPipeEstimator(model), tags) as estimator:
            task = progress.add_task("finding the pose", total=reader.info.duration_s)
            track = landmarks(reader, estimator, lambda time_s: progress.update(task, completed=time_s))
        _worn(track, tags, request.video)
        track.about.update(model_about(model, variant))
        analysis = judge(track, stretch, _neutral(track, span, stretch))
        changed = () if profile is None else profile.settings(stretch.id)
        settings = settings_of(
            request.stretch, age, request.neutral, request.profile, request.settings, changed, request.answers
        )
        source = source_of(reader.info, reader.problem, reader.every)
        done = Done(analysis, request.video.name, source, settings, reader.problem, request.out, safety=fit.notes)
        write(folder.path, done)
        if request.draw:
            with bar(quiet=quiet) as progress:
                task = progress.add_task("drawing the video", total=len(track))
                target = folder.path / "annotated.mp4"
                annotate(request.video, target, analysis, lambda n: progress.update(task, completed=n), request.every)
    return done


def _age(age: int | None, answers: Answers | None) -> int | None:
    return answers.age if age is None and answers is not None else age


def _now() -> datetime:
    return datetime.now().astimezone()


def _fast_enough(reader: VideoReader) -> None:
    """Raise InputError when passing over frames leaves too few to tell how fast somebody moves."""
    left, most = reader.info.fps / reader.every, max(1, int(reader.info.fps / MIN_FPS))
    if reader.every > most and reader.info.fps:
        raise InputError(
            f"--every {reader.every}: expected to keep {MIN_FPS:g} frames a second, without which no speed can be "
            f"judged; of {reader.info.fps:.3g} this leaves {left:.2g} (at most --every {most})"
        )


def landmarks(reader: VideoReader, estimator: PoseEstimator, at: Progress) -> PoseTrack:
    """Find the landmarks of a recording; InputError when it is too short to judge anything, or shows nobody."""
    track = detect(reader, estimator, at)
    if len(track) < 2 or track.time_s[-1] < MIN_S:
        found = f"{track.time_s[-1]:.1f} s" if len(track) else "no picture"
        raise InputError(f"{reader.info.path}: expected at least {MIN_S:g} s of video, found {found}")
    track.about.update({"video": reader.info.path.name, "posecheck": __version__})
    if reader.every > 1:
        track.about["every"] = str(reader.every)
    if reader.problem is None and (len(track) - 1) / track.time_s[-1] < MIN_FPS - 0.1:
        fps = (len(track) - 1) / track.time_s[-1]
        reader.problem = (
            f"{reader.info.path.name}: {fps:.2g} frames a second are too few to judge how fast or how evenly "
            f"you move; {MIN_FPS:g} are needed"
        )
    return track


def model_about(model: Path, variant: str) -> dict[str, str]:
    """Return what landmarks should say of the model that found them."""
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    return {"mediapipe": version("mediapipe"), "model": variant, "model_sha256": digest}


def _neutral(track: PoseTrack, span: tuple[float, float] | None, stretch: Stretch) -> Neutral | None:
    if span is None:
        return None
    neutral = neutral_between(track, *span)
    if neutral.lying != stretch.lying:
        words = ("upright", "lying down")
        raise InputError(
            f"--neutral {span[0]:g}-{span[1]:g}: expected the person {words[stretch.lying]}, as {stretch.id} starts, "
            f"found them {words[neutral.lying]}"
        )
    return neutral


def source_of(info: VideoInfo, problem: str | None, every: int = 1) -> dict[str, object]:
    """Return what results say of the recording they are from; every: each Nth frame was judged."""
    return {
        "file": info.path.name,
        "size_wh": list(info.size_wh),
        "fps": round(info.fps, 3),
        "rotation_deg": info.rotation_deg,
        "every": every,
        "problem": problem,
    }


def settings_of(
    stretch: str,
    age: int | None,
    neutral: str | None = None,
    profile: Path | None = None,
    settings: Sequence[str] = (),
    profile_set: Sequence[str] = (),
    answers: Answers | None = None,
) -> dict[str, object]:
    """Return what results say of how they were judged, enough to judge again in the same way.

    profile_set: the limits of the profile, because its file may be gone by then.
    """
    return {
        "stretch": stretch,
        "age": age,
        "neutral": neutral,
        "profile": None if profile is None else profile.name,
        "profile_set": list(profile_set),
        "set": list(settings),
        "answers": None if answers is None else answers.as_settings(),
    }


def write(folder: Path, done: Done) -> None:
    """Write every result file but the video into a folder."""
    save_track(folder / "landmarks.npz", done.analysis.track)
    tables.write_angles(folder / "angles.csv", done.analysis)
    tables.write_events(folder / "events.csv", done.analysis)
    tables.write_repetitions(folder / "repetitions.csv", done.analysis)
    cues.write(folder / "cues.csv", cues.cues_of(done.analysis))
    tables.write_summary(folder / "summary.json", done.analysis, done.source, done.settings)


def annotate(
    video: Path, target: Path, analysis: Analysis, at: Progress, every: int = 1, texts: Translator = ENGLISH
) -> None:
    """Draw the judgement over the frames it was made of, with their own times; at is told the frames done.

    One thread decodes, this one draws, one encodes.
    """
    with VideoReader(video, every) as reader:
        size = canvas_size(reader.info.size_wh)
        fps = (reader.info.fps or 30.0) / every
        with (
            VideoWriter(target, size, fps) as writer,
            Behind[tuple[Rgb, float]](lambda picture: writer.write(*picture)) as write,
            Ahead(reader) as frames,
        ):
            for frame in frames:
                if frame.index >= len(analysis.track):
                    break
                write((annotated(frame, analysis, texts), frame.time_s))
                at(frame.index + 1)
                if frame.index % BLOCK == 0:
                    release(analysis.track, analysis.judged)


def annotated(frame: Frame, analysis: Analysis, texts: Translator = ENGLISH) -> Rgb:
    """Return one frame of a judged recording as a person sees it."""
    i = frame.index
    pose, events = analysis.track.pose(i), analysis.events
    return draw(frame.rgb, pose, analysis.judged, i, analysis.session, events=events, texts=texts)


def rejudge(folder: Path, changes: Changes, out: Path | None = None, *, force: bool = False) -> Done:
    """Judge a folder's saved landmarks again; what is not changed stays as it was judged with.

    Writes only when `out` is given; the folder itself is left as it is unless `out` names it and force is set.
    """
    before = load_summary(folder)
    was = before.get("settings")
    kept = was if isinstance(was, dict) else {}
    track = load_track(folder / "landmarks.npz")
    name = changes.stretch or str(kept.get("stretch", ""))
    told = kept.get("answers")
    answers = changes.answers
    if answers is None and isinstance(told, dict):
        answers = from_table(told, screening(), _now(), f"{folder}: settings.answers")
    age = changes.age if changes.age is not None else kept.get("age")
    age = _age(age, answers)
    neutral = changes.neutral or kept.get("neutral")
    profile, path, settings = _limits_of(kept, name, changes)
    fit = suited(limits(name, age, profile, settings), answers, _now())
    stretch = fit.stretch
    analysis = judge(track, stretch, _neutral(track, neutral_span(neutral) if neutral else None, stretch))
    was_of = before.get("source")
    source = was_of if isinstance(was_of, dict) else {}
    problem = source.get("problem")
    changed = () if profile is None else profile.settings(stretch.id)
    done = Done(
        analysis,
        track.about.get("video", folder.name),
        source,
        settings_of(name, age, neutral, path, settings, changed, answers),
        problem if isinstance(problem, str) else None,
        out,
        tuple(verdict.changed(before, analysis)),
        fit.notes,
    )
    if out is not None:
        with ResultFolder(out, force=force) as target:
            write(target.path, done)
    return done


def _limits_of(kept: dict[str, object], name: str, changes: Changes) -> tuple[Profile | None, Path | None, list[str]]:
    """Return the profile, its file and the single settings: those asked for over those of before.

    What was set for one stretch does not carry over to another.
    """

    def before(key: str) -> list[str]:
        held = kept.get(key) if name == kept.get("stretch") else None
        return [text for text in held if isinstance(text, str)] if isinstance(held, list) else []

    settings = [*before("set"), *changes.settings]
    if changes.profile is not None:
        return Profile.load(changes.profile), changes.profile, settings
    held = before("profile_set")
    return (Profile.from_settings(held), Path(str(kept.get("profile"))), settings) if held else (None, None, settings)


def show(done: Done, *, as_json: bool) -> None:
    """Print the summary as JSON, or the verdict in words and where the results are."""
    if as_json:
        print(json.dumps(tables.summary_dict(done.analysis, done.source, done.settings), indent=2, allow_nan=False))
        return
    console = Console(highlight=False)
    verdict.tell(console, done.analysis, done.name, done.problem)
    for line in done.changes:
        console.print(f"  {line}", markup=False)
    for line in done.safety:
        console.print(f"! {line}", markup=False)
    if done.out is not None:
        files = ", ".join(sorted(path.name for path in done.out.iterdir() if path.is_file()))
        console.print(f"Results in {done.out}: {files}", markup=False, soft_wrap=True)
