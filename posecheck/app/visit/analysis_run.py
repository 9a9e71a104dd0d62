"""Analyse a video file into a loaded recording, or judge one again, with reports of progress."""

import shutil
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from posecheck.app.base import pose_model
from posecheck.app.base.problems import map_texts
from posecheck.app.visit.line import Tell
from posecheck.app.visit.recordings import FILM, FIRST_FILM, AnalysisRequest, JudgeAgain, LoadedRecording, next_number
from posecheck.assessment.analysis import Analysis, judge
from posecheck.assessment.other_stretch import other_stretch
from posecheck.capture.video.conversion import ENOUGH_WH
from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import InputError, PosecheckError
from posecheck.core.i18n import N_, Translator
from posecheck.core.pose import PoseTrack
from posecheck.recordings import check
from posecheck.recordings.annotate import annotate, redraw
from posecheck.recordings.outcome import Done, settings_of, source_of, write
from posecheck.recordings.rejudge import rejudge
from posecheck.results.summary_file import JudgedBy
from posecheck.safety.limits import limits_for

UPDATE_S = 0.25
LONGEST_MIN = 20


class Pace:
    """Report progress at most every UPDATE_S seconds, with an estimate of the time left."""

    def __init__(self, tell: Tell, what: str, whole: float | None, texts: Translator) -> None:
        """Report that the work begins.

        Args:
            tell: Called with each report.
            what: What is being done, in the visitor's language.
            whole: The amount of work, in the unit that at() is called with; None where it is not known.
            texts: The visitor's language.
        """
        self._tell, self._what, self._whole, self._texts = tell, what, whole, texts
        self._start = self._told = time.monotonic()
        tell(0.0, f"{what} …")

    def at(self, done: float) -> None:
        """Note how much work is done, in the unit of `whole`."""
        now = time.monotonic()
        if now - self._told < UPDATE_S:
            return
        self._told = now
        share = min(done / self._whole, 1.0) if self._whole else 0.0
        left = (now - self._start) * (1 - share) / share if share > 0.02 else None
        self._tell(share, f"{self._what} … {_left(left, self._texts)}")


def _left(seconds: float | None, texts: Translator) -> str:
    if seconds is None:
        return ""
    if seconds < 90:
        return texts.gettext("about {n:.0f} s left").format(n=seconds)
    return texts.gettext("about {n:.0f} min left").format(n=seconds / 60)


def judge_again(request: JudgeAgain, folder: Path, tell: Tell) -> LoadedRecording:
    """Judge an analysed recording again, as `posecheck rejudge` does, and draw its film anew.

    Args:
        request: The recording, and what to judge differently.
        folder: An empty folder for the new results; it is removed when this fails or is interrupted.
        tell: Called with a share of the work and what is being done; raising an exception in it interrupts the work.

    Raises:
        PosecheckError: The recording cannot be judged like this; no folder of this machine is named.
    """
    before, whole = request.loaded, False
    try:
        analysis = rejudge(before.folder, request.changes, folder).analysis
        drawn = _film_again(request, analysis, folder, tell)
        whole = True
        profile = before.profile if request.changes.stretch is None else None
        return replace(
            before,
            analysis=analysis,
            folder=folder,
            profile=profile,
            marked_s=request.marked_s,
            drawn=drawn,
            other=other_stretch(analysis),
            number=next_number(),
        )
    except PosecheckError as error:
        raise map_texts(error, lambda text: text.replace(str(before.folder), before.name)) from error
    finally:
        if not whole:
            shutil.rmtree(folder, ignore_errors=True)


def _film_again(request: JudgeAgain, analysis: Analysis, folder: Path, tell: Tell) -> Analysis:
    """Draw the film of a recording that was judged again; return the judgement that its first film shows."""
    before = request.loaded
    drawn = before.drawn or before.analysis
    _same_file(before.folder / (FILM if before.drawn is None else FIRST_FILM), folder / FIRST_FILM)
    pace = Pace(tell, request.texts.gettext("Drawing the video"), len(analysis.track), request.texts)
    redraw(folder / FIRST_FILM, folder / FILM, analysis, drawn, pace.at, request.texts)
    return drawn


def _same_file(path: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system has no second names."""
    with suppress(OSError):
        target.hardlink_to(path)
        return
    shutil.copyfile(path, target)


def analyse(request: AnalysisRequest, folder: Path, tell: Tell) -> LoadedRecording:
    """Analyse a recording and put its result files into folder.

    Args:
        request: What to analyse, and for whom.
        folder: An empty folder; it is removed when the analysis fails or is interrupted.
        tell: Called with a share of the work and what is being done; raising an exception in it interrupts the work.

    Raises:
        PosecheckError: The recording cannot be analysed; it names the file as the visitor does.
    """
    whole = False
    try:
        loaded = _analysed(request, folder, tell)
        whole = True
        return loaded
    except PosecheckError as error:
        raise map_texts(error, lambda text: _named(text, request)) from error
    finally:
        if not whole:
            shutil.rmtree(folder, ignore_errors=True)


def _analysed(request: AnalysisRequest, folder: Path, tell: Tell) -> LoadedRecording:
    now = datetime.now().astimezone()
    fit = limits_for(request.stretch, request.age, request.profile, (), request.answers, now)
    age = fit.age
    with VideoReader(request.video, mirrored=request.mirrored, fit_wh=ENOUGH_WH) as reader:
        _short_enough(reader)
        track = _landmarks(reader, request, tell)
        analysis = judge(track, fit.stretch)
        notes = [note.with_value(request.video.name, request.name) for note in reader.notes]
        problem = "; ".join(note.told(request.texts) for note in notes) or None
        if request.draft:
            return LoadedRecording(request.name, age, analysis, folder, problem)
        source = source_of(reader.info, notes, mirrored=reader.mirrored).model_copy(update={"file": request.name})
        done = Done(analysis, request.name, source, _settings(request, age))
        write(folder, done)
    pace = Pace(tell, request.texts.gettext("Drawing the video"), len(analysis.track), request.texts)
    film = folder / FILM
    annotate(request.video, film, analysis, pace.at, texts=request.texts, mirrored=request.mirrored)
    other = other_stretch(analysis)
    return LoadedRecording(request.name, age, analysis, folder, problem, request.profile, request.answers, other=other)


def _settings(request: AnalysisRequest, age: int | None) -> JudgedBy:
    profile = request.profile
    path, changed = (None, ()) if profile is None else (Path(profile.name), profile.settings(request.stretch))
    return settings_of(request.stretch, age, None, path, (), changed, request.answers)


def _short_enough(reader: VideoReader) -> None:
    """Raise InputError for a recording over LONGEST_MIN minutes, which would keep other visitors waiting."""
    minutes = (reader.info.duration_s or 0.0) / 60
    if minutes > LONGEST_MIN:
        raise InputError(
            "too_long",
            N_("{name}: expected at most {most} minutes, found {found:.0f}; cut it to the stretch itself"),
            name=reader.info.path,
            most=LONGEST_MIN,
            found=minutes,
        )


def _named(text: str, request: AnalysisRequest) -> str:
    """Replace the name under which a file is stored by the visitor's name for it."""
    return text.replace(str(request.video), request.name).replace(request.video.name, request.name)


def _landmarks(reader: VideoReader, request: AnalysisRequest, tell: Tell) -> PoseTrack:
    texts = request.texts
    tell(0.0, texts.gettext("Loading the pose model …"))
    estimator = pose_model.new_estimator(
        lambda got, whole: tell(got / whole if whole else 0.0, texts.gettext("Fetching the pose model, once …"))
    )
    try:
        pace = Pace(tell, texts.gettext("Finding the pose"), reader.info.duration_s, texts)
        track = check.landmarks(reader, estimator, pace.at)
    finally:
        estimator.close()
    track.about.update({"video": request.name, "model": "full"})
    return track
