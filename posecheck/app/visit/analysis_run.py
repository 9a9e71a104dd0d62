"""From a file to a loaded recording, with progress told on the way."""

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from posecheck.app.base import pose_model
from posecheck.app.visit.workspace import Loaded
from posecheck.assessment.analysis import judge
from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import InputError, PosecheckError
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.core.pose import PoseTrack
from posecheck.recordings import check
from posecheck.recordings.annotate import annotate
from posecheck.recordings.outcome import Done, settings_of, source_of, write
from posecheck.safety import Answers
from posecheck.safety.limits import limits_for
from posecheck.stretches.profiles import Profile

Tell = Callable[[float, str], None]
"""Told a share of the work, 0 to 1, and what is being done."""
UPDATE_S = 0.25
LONGEST_MIN = 20
AT_ONCE = max(1, (os.cpu_count() or 2) // 2)
"""Recordings analysed at a time, so that the pages of others still answer."""

_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Order:
    """Hold what is to be analysed. name: what the visitor calls the file, never used as a path; texts: theirs.

    draft: only the angles are wanted, for a stretch that is still to be made.
    """

    video: Path
    name: str
    stretch: str
    age: int | None
    profile: Profile | None = None
    answers: Answers | None = None
    texts: Translator = ENGLISH
    draft: bool = False


class Pace:
    """Tell progress a few times a second, with the time that is left."""

    def __init__(self, tell: Tell, what: str, whole: float | None, texts: Translator) -> None:
        self._tell, self._what, self._whole, self._texts = tell, what, whole, texts
        self._start = self._told = time.monotonic()
        tell(0.0, f"{what} …")

    def at(self, done: float) -> None:
        """Take how much of the whole is done."""
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


@contextmanager
def _turn(tell: Tell, texts: Translator) -> Iterator[None]:
    """Wait for one's turn, saying so; an interruption while waiting gives nothing away."""
    while not _turns.acquire(timeout=UPDATE_S):
        tell(0.0, texts.gettext("Another recording is being analysed; yours is next …"))
    try:
        yield
    finally:
        _turns.release()


def analyse(order: Order, folder: Path, tell: Tell) -> Loaded:
    """Analyse a recording and put its result files into folder.

    Raises PosecheckError in the visitor's terms; then, and when interrupted, the folder is gone.
    """
    whole = False
    try:
        with _turn(tell, order.texts):
            loaded = _analysed(order, folder, tell)
        whole = True
        return loaded
    except PosecheckError as error:
        raise type(error)(paged(_named(str(error), order), order.texts)) from error
    finally:
        if not whole:
            shutil.rmtree(folder, ignore_errors=True)


def _analysed(order: Order, folder: Path, tell: Tell) -> Loaded:
    now = datetime.now().astimezone()
    fit = limits_for(order.stretch, order.age, order.profile, (), order.answers, now, order.texts)
    age = fit.age
    with VideoReader(order.video) as reader:
        _short_enough(reader, order.texts)
        track = _landmarks(reader, order, tell)
        analysis = judge(track, fit.stretch)
        problem = _named(reader.problem, order) if reader.problem else None
        if order.draft:
            return Loaded(order.name, age, analysis, folder, problem)
        source = source_of(reader.info, problem) | {"file": order.name}
        done = Done(analysis, order.name, source, _settings(order, age))
        write(folder, done)
    pace = Pace(tell, order.texts.gettext("Drawing the video"), len(analysis.track), order.texts)
    annotate(order.video, folder / "annotated.mp4", analysis, pace.at, texts=order.texts)
    return Loaded(order.name, age, analysis, folder, problem, order.profile, order.answers)


def paged(text: str, texts: Translator) -> str:
    """Return a text in which what is meant for the command line leads to a page instead."""
    return re.sub(r" \(--stretch [\w-]+\)", "", text.replace("`posecheck safety`", texts.gettext("the Safety page")))


def _settings(order: Order, age: int | None) -> dict[str, object]:
    profile = order.profile
    path, changed = (None, ()) if profile is None else (Path(profile.name), profile.settings(order.stretch))
    return settings_of(order.stretch, age, None, path, (), changed, order.answers)


def _short_enough(reader: VideoReader, texts: Translator) -> None:
    """Raise InputError for a recording that would keep others waiting for long."""
    minutes = (reader.info.duration_s or 0.0) / 60
    if minutes > LONGEST_MIN:
        raise InputError(
            texts.gettext(
                "{name}: expected at most {most} minutes, found {found:.0f}; cut it to the stretch itself"
            ).format(name=reader.info.path, most=LONGEST_MIN, found=minutes)
        )


def _named(text: str, order: Order) -> str:
    """Put the visitor's name of the file in place of ours."""
    return text.replace(str(order.video), order.name).replace(order.video.name, order.name)


def _landmarks(reader: VideoReader, order: Order, tell: Tell) -> PoseTrack:
    texts = order.texts
    tell(0.0, texts.gettext("Loading the pose model …"))
    estimator = pose_model.new_estimator(
        lambda got, whole: tell(got / whole if whole else 0.0, texts.gettext("Fetching the pose model, once …"))
    )
    try:
        pace = Pace(tell, texts.gettext("Finding the pose"), reader.info.duration_s, texts)
        track = check.landmarks(reader, estimator, pace.at)
    finally:
        estimator.close()
    track.about.update({"video": order.name, "model": "full"})
    return track
