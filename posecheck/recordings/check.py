"""Check a recording: find the landmarks in its video, judge them, and write a folder of results."""

import hashlib
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

import numpy as np

from posecheck.assessment.analysis import judge
from posecheck.capture.markers.estimator import TagEstimator
from posecheck.capture.markers.phone.record import Records, aligned
from posecheck.capture.markers.phone.record_file import load_records
from posecheck.capture.pose.detect import Progress, detect
from posecheck.capture.pose.estimator import new_estimator
from posecheck.capture.pose.model_file import Variant, ensure
from posecheck.capture.video.conversion import ENOUGH_WH
from posecheck.capture.video.reader import VideoReader
from posecheck.core import __version__
from posecheck.core.errors import InputError, Problem, Setting, Words
from posecheck.core.i18n import N_
from posecheck.core.outside.files import name_of
from posecheck.core.pose import PoseEstimator, PoseTrack
from posecheck.core.worn.phone import is_read
from posecheck.core.worn.sheet import is_seen
from posecheck.feedback.vocabulary import OTHER_MODEL
from posecheck.kinematics.neutral import Neutral, neutral_between
from posecheck.measurement.motion import MIN_FPS
from posecheck.measurement.start.away import is_far_in_stretch
from posecheck.recordings.annotate import annotate
from posecheck.recordings.outcome import Done, settings_of, source_of, write
from posecheck.recordings.request import NEUTRAL, Request, TagMode, neutral_named, neutral_span, tag_mode, variant_of
from posecheck.results.folder import ResultFolder
from posecheck.safety.limits import limits_for
from posecheck.stretches.profiles import Profile
from posecheck.stretches.stretch import Stretch

MIN_S = 0.5
"""Shortest recording: a limit must be passed for 0.3 s to count, and some frames before it are needed."""


class Stage(StrEnum):
    """Name the stages of a check whose progress is reported."""

    FINDING = "finding"
    DRAWING = "drawing"


Report = Callable[[Stage, float, float | None], None]
"""Called with the stage, the amount done and the total: seconds of video, or frames to draw; None if unknown."""


def no_report(stage: Stage, done: float, total: float | None) -> None:
    """Ignore the progress of a check."""


def check(request: Request, report: Report = no_report) -> Done:
    """Analyse a recording and write its results; mistakes in the request are found before any work.

    Args:
        request: The recording, the stretch and what the limits are made of.
        report: Called as the work goes on.

    Returns:
        The judged recording, whose files are in `request.out`, unless that is None.

    Raises:
        PosecheckError: For bad input; then, and when interrupted, nothing is written.
    """
    profile = None if request.profile is None else Profile.load(request.profile)
    now = datetime.now().astimezone()
    fit = limits_for(request.stretch, request.age, profile, request.settings, request.answers, now)
    stretch = fit.stretch
    variant, tags = variant_of(request.model), tag_mode(request.tags)
    named = neutral_named(request.neutral)
    span = neutral_span(named) if named else None
    sent = None if request.phone is None else load_records(request.phone)
    with ExitStack() as stack:
        reader = stack.enter_context(
            VideoReader(request.video, request.every, mirrored=request.mirrored, fit_wh=ENOUGH_WH)
        )
        folder = None if request.out is None else stack.enter_context(ResultFolder(request.out, force=request.force))
        # Looking for a phone takes as long as finding the pose; it measures turns.
        turns = stretch.primary == "trunk_rotation"
        track = find_landmarks(reader, variant, request.model_file, tags, report, phone=turns)
        track = track if sent is None else _with_phone(track, sent, reader)
        if variant != "full":
            reader.note(Problem("other_model", OTHER_MODEL))
        reader.close()  # before the film is drawn, which decodes anew
        analysis = judge(track, stretch, neutral_of(track, span, stretch))
        changed = () if profile is None else profile.settings(stretch.id)
        settings = settings_of(
            request.stretch, fit.age, named, request.profile, request.settings, changed, request.answers
        )
        source = source_of(reader.info, reader.notes, reader.every, mirrored=reader.mirrored)
        done = Done(analysis, name_of(request.video), source, settings, reader.problem, request.out, safety=fit.suited)
        if folder is not None:
            write(folder.path, done)
            if request.draw:
                target, frames = folder.path / "annotated.mp4", len(track)
                report(Stage.DRAWING, 0.0, frames)
                annotate(
                    request.video,
                    target,
                    analysis,
                    lambda n: report(Stage.DRAWING, n, frames),
                    request.every,
                    mirrored=request.mirrored,
                )
    return done


def find_landmarks(
    reader: VideoReader,
    variant: Variant,
    model_file: Path | None,
    tags: TagMode,
    report: Report = no_report,
    *,
    phone: bool = True,
) -> PoseTrack:
    """Find the landmarks of a recording with MediaPipe, and its printed tags.

    Args:
        reader: The recording, open.
        variant: Which pose model.
        model_file: The model's file; None takes the cached one, or fetches it.
        tags: Whether printed tags are looked for.
        report: Called as the work goes on.
        phone: Whether a phone at the chest is looked for where tags are.

    Raises:
        InputError: Where the recording is too short, has too few frames or shows nobody.
        ModelError: Where the model cannot be had.
    """
    _require_frame_rate(reader)
    model = ensure(variant, model_file)
    length_s = reader.info.duration_s
    report(Stage.FINDING, 0.0, length_s)
    with closing(new_estimator(model, tags=tags != "off", phone=phone, back=True)) as estimator:
        track = landmarks(reader, estimator, lambda time_s: report(Stage.FINDING, time_s, length_s))
    _require_tags(track, tags, reader.info.path)
    track.about.update(model_about(model, variant))
    return track


def _with_phone(track: PoseTrack, sent: Records, reader: VideoReader) -> PoseTrack:
    """Return the track with what phones sent, or say that it fits the recording nowhere."""
    found = aligned(sent, track)
    if found is None:
        text = N_("{file}: what the phone sent fits this recording nowhere, and was left out")
        reader.note(Problem("phone_elsewhere", text, {"file": reader.info.path.name}))
        return track
    track, offset_s = found
    track.about["phone_offset_s"] = f"{offset_s:.2f}"
    return track


def _require_tags(track: PoseTrack, tags: TagMode, video: Path) -> None:
    """Raise InputError where tags had to be found and were not."""
    if tags == "on" and not (is_seen(track.tags).any() or is_read(track.phone).any()):
        text = "{file}: expected printed tags or a phone on chest or belt ({setting} on), found none in {frames} frames"
        setting, frames = Setting("tags"), len(track)
        raise InputError("no_tags", text, hint="print_tags", file=video, setting=setting, frames=frames)


def _require_frame_rate(reader: VideoReader) -> None:
    """Raise InputError when skipping frames leaves a frame rate below which speed cannot be computed."""
    left, most = reader.info.fps / reader.every, max(1, int(reader.info.fps / MIN_FPS))
    if reader.every > most and reader.info.fps:
        text = (
            "{setting} {every}: expected to keep {needed} frames a second, without which no speed can be "
            "judged; of {fps} this leaves {left} (at most {setting} {most})"
        )
        raise InputError(
            "too_few_frames",
            text,
            setting=Setting("every"),
            every=reader.every,
            needed=f"{MIN_FPS:g}",
            fps=f"{reader.info.fps:.3g}",
            left=f"{left:.2g}",
            most=most,
        )


def landmarks(reader: VideoReader, estimator: PoseEstimator, at: Progress) -> PoseTrack:
    """Find the landmarks of a recording with an estimator.

    Args:
        reader: The recording, open.
        estimator: Finds the pose in one frame.
        at: Called with the time of each frame, in seconds.

    Raises:
        InputError: The recording is too short to judge anything, or shows nobody.
    """
    track = detect(reader, estimator, at)
    track = estimator.completed(track) if isinstance(estimator, TagEstimator) else track
    if len(track) < 2 or track.time_s[-1] < MIN_S:
        found = f"{track.time_s[-1]:.1f} s" if len(track) else Words(N_("no picture"))
        text = "{file}: expected at least {least} s of video, found {found}"
        raise InputError("too_short", text, file=reader.info.path, least=f"{MIN_S:g}", found=found)
    track.about.update({"video": name_of(reader.info.path), "posecheck": __version__})
    if reader.every > 1:
        track.about["every"] = str(reader.every)
    step_s = float(np.median(np.diff(track.time_s)))
    if reader.problem is None and 1 / step_s < MIN_FPS - 0.1:
        reader.note(
            Problem(
                "few_frames",
                N_(
                    "{file}: {fps} frames a second are too few to judge how fast or how evenly you move; "
                    "{least} are needed"
                ),
                {"file": reader.info.path.name, "fps": f"{1 / step_s:.2g}", "least": f"{MIN_FPS:g}"},
            )
        )
    return track


def model_about(model: Path, variant: str) -> dict[str, str]:
    """Return the model's name, digest and MediaPipe version, which are saved with the landmarks."""
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    return {"mediapipe": version("mediapipe"), "model": variant, "model_sha256": digest}


def neutral_of(track: PoseTrack, span: tuple[float, float] | None, stretch: Stretch) -> Neutral | None:
    """Return the neutral posture within a span of a recording.

    Args:
        track: The landmarks.
        span: From and to, in seconds; None returns None.
        stretch: The stretch, which starts upright or lying down.

    Raises:
        InputError: Nobody is seen then, or the person is lying where the stretch starts upright, or the other way
            round, or already far in the stretch.
    """
    if span is None:
        return None
    neutral, told = neutral_between(track, *span), f"{span[0]:g}-{span[1]:g}"
    if neutral.lying != stretch.lying:
        words = (Words(N_("upright")), Words(N_("lying down")))
        raise InputError(
            "neutral_lying" if neutral.lying else "neutral_upright",
            "{setting} {span}: expected the person {expected}, as {stretch} starts, found them {found}",
            setting=NEUTRAL,
            span=told,
            expected=words[stretch.lying],
            stretch=stretch.id,
            found=words[neutral.lying],
        )
    if is_far_in_stretch(neutral, stretch):
        raise InputError(
            "neutral_in_stretch",
            "{setting} {span}: expected the person before {stretch} begins, found them already far in it",
            setting=NEUTRAL,
            span=told,
            stretch=stretch.id,
        )
    return neutral
