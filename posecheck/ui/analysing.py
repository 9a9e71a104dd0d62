"""From a file to a loaded recording, with progress told on the way."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from posecheck import recording
from posecheck.analysis import judge
from posecheck.errors import PosecheckError
from posecheck.pose import PoseTrack
from posecheck.ui import engine
from posecheck.ui.workspace import Loaded
from posecheck.video import VideoReader

Tell = Callable[[float, str], None]
"""Told a share of the work, 0 to 1, and what is being done."""
UPDATE_S = 0.25


@dataclass(frozen=True, slots=True)
class Order:
    """Hold what is to be analysed. name: what the visitor calls the file, never used as a path."""

    video: Path
    name: str
    stretch: str
    age: int | None


class Pace:
    """Tell progress a few times a second, with the time that is left."""

    def __init__(self, tell: Tell, what: str, whole: float | None) -> None:
        self._tell, self._what, self._whole = tell, what, whole
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
        self._tell(share, f"{self._what} … {_left(left)}")


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"about {seconds:.0f} s left" if seconds < 90 else f"about {seconds / 60:.0f} min left"


def analyse(order: Order, folder: Path, tell: Tell) -> Loaded:
    """Analyse a recording and put its result files into folder.

    Raises PosecheckError in the visitor's terms; then, and when interrupted, the folder is gone.
    """
    whole = False
    try:
        stretch = recording.limits(order.stretch, order.age, None, ())
        with VideoReader(order.video) as reader:
            track = _landmarks(reader, order, tell)
            analysis = judge(track, stretch)
            problem = _named(reader.problem, order) if reader.problem else None
            source = recording.source_of(reader.info, problem) | {"file": order.name}
            settings = recording.settings_of(order.stretch, order.age)
            recording.write(folder, recording.Done(analysis, order.name, source, settings))
        pace = Pace(tell, "Drawing the video", len(analysis.track))
        recording.annotate(order.video, folder / "annotated.mp4", analysis, pace.at)
        whole = True
        return Loaded(order.name, order.age, analysis, folder, problem)
    except PosecheckError as error:
        raise type(error)(_named(str(error), order)) from error
    finally:
        if not whole:
            shutil.rmtree(folder, ignore_errors=True)


def _named(text: str, order: Order) -> str:
    """Put the visitor's name of the file in place of ours."""
    return text.replace(str(order.video), order.name).replace(order.video.name, order.name)


def _landmarks(reader: VideoReader, order: Order, tell: Tell) -> PoseTrack:
    tell(0.0, "Loading the pose model …")
    estimator = engine.new_estimator(
        lambda got, whole: tell(got / whole if whole else 0.0, "Fetching the pose model, once …")
    )
    try:
        track = recording.landmarks(reader, estimator, Pace(tell, "Finding the pose", reader.info.duration_s).at)
    finally:
        estimator.close()
    track.about.update({"video": order.name, "model": "full"})
    return track
