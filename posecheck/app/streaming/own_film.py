"""The film that a visitor's browser made of a live set: the judgement is drawn on it once the visitor adds it."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import streamlit as st

from posecheck.app.base.labels import plain
from posecheck.app.base.language import _, texts
from posecheck.app.base.problems import describe_error
from posecheck.app.streaming.after_set import GROUND
from posecheck.app.visit import uploads
from posecheck.app.visit.analysis_run import Pace
from posecheck.app.visit.line import Tell
from posecheck.app.visit.recordings import FILM, LoadedRecording
from posecheck.app.visit.workspace import mine
from posecheck.assessment.analysis import Analysis
from posecheck.capture.video.reader import VideoReader
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.arrays import Floats
from posecheck.core.errors import InputError, PosecheckError
from posecheck.core.frame import Rgb
from posecheck.core.i18n import N_
from posecheck.live.remote.filmed import Filmed
from posecheck.rendering.overlay import canvas_size, draw

TYPES = ["mp4", "webm"]
ADDED = "own-film-added"
LATE_S = 0.5
"""A picture of the film stands for the moments after it, up to this time: no picture shows what it does not."""
EARLY_S = 0.02
SHAPE = 0.02
"""Greatest difference between the shapes, width to height, of the film and of what was looked at."""


def offer(loaded: LoadedRecording) -> None:
    """Offer to add the film of a live set, where the visitor's browser made one.

    Args:
        loaded: What is shown.
    """
    filmed = Filmed.of(loaded.analysis.track.about)
    # What was judged again since is drawn over the first film.
    if filmed is None or loaded.drawn is not None or st.session_state.get(ADDED) == loaded.number:
        return
    with st.expander(_("Add your film"), icon=":material/movie:"):
        film = st.file_uploader(
            _(
                "The film of this set, which you saved on your device as {name}. It goes to the machine that this app "
                "runs on, is drawn on there, and is deleted when your visit ends."
            ).format(name=plain(filmed.name)),
            type=TYPES,
            key=f"own-film-{loaded.number}",
        )
        if film is None:
            return
        if filmed.name not in film.name:
            st.warning(
                _("This seems to be another film than the one of this set, {name}.").format(name=plain(filmed.name)),
                icon=":material/warning:",
            )
        if st.button(_("Draw on it"), key=f"own-film-draw-{loaded.number}"):
            _add(loaded, filmed, film)


def _add(loaded: LoadedRecording, filmed: Filmed, film: uploads.Upload) -> None:
    bar = st.progress(0.0, _("Starting …"))

    def tell(share: float, text: str) -> None:
        bar.progress(share, text)

    aside = mine().new_folder()
    try:
        lay_under(loaded.analysis, filmed, uploads.store(film, aside), loaded.folder / FILM, tell)
    except PosecheckError as error:
        bar.empty()
        st.error(plain(describe_error(error, texts())), icon=":material/error:")
        return
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    st.session_state[ADDED] = loaded.number
    st.rerun()


def lay_under(analysis: Analysis, filmed: Filmed, film: Path, target: Path, tell: Tell) -> None:
    """Draw a set's judgement on its film, in place of the film without pictures.

    Args:
        analysis: The set.
        filmed: When the film shows what of it.
        film: The film's file.
        target: The annotated film, which is replaced once the new one is whole.
        tell: Called with the share of the work that is done and what is being done.

    Raises:
        PosecheckError: The film cannot be read, has another shape, or shows nothing of the set.
    """
    track = analysis.track
    width, height = (int(edge) for edge in track.size_wh[-1])
    ground = np.full((height, width, 3), GROUND, np.uint8)
    pace = Pace(tell, _("Drawing the video"), len(track), texts())
    part, shown = film.with_name("laid-under.mp4"), 0
    with contextlib.closing(VideoReader(film)) as reader, VideoWriter(part, canvas_size((width, height))) as writer:
        pictures = _at(reader, filmed.at(track.time_s), (width, height))
        for i, (time_s, picture) in enumerate(zip(track.time_s.tolist(), pictures, strict=True)):
            shown += picture is not None
            under = ground if picture is None else picture
            pose, events = track.pose(i), analysis.events
            writer.write(draw(under, pose, analysis.judged, i, analysis.session, events=events, texts=texts()), time_s)
            pace.at(i + 1)
    if not shown:
        raise InputError("no_such_moment", N_("This film shows nothing of the set."))
    shutil.move(part, target)


def _at(reader: VideoReader, times_s: Floats, size_wh: tuple[int, int]) -> Iterator[Rgb | None]:
    """Yield the film's picture for each moment, None where it has none."""
    frames = iter(reader)
    last, ahead = None, next(frames, None)
    start_s = 0.0 if ahead is None else ahead.time_s
    width, height = size_wh
    for time_s in (times_s + start_s).tolist():
        while ahead is not None and ahead.time_s <= time_s + EARLY_S:
            last, ahead = ahead, next(frames, None)
        if last is None or time_s - last.time_s > LATE_S:
            yield None
            continue
        rows, columns = last.rgb.shape[:2]
        if abs(columns * height / (rows * width) - 1.0) > SHAPE:
            raise InputError("another_shape", N_("This film has another shape than the pictures of the set."))
        same = (columns, rows) == size_wh
        yield last.rgb if same else np.asarray(cv2.resize(last.rgb, size_wh, interpolation=cv2.INTER_AREA), np.uint8)
