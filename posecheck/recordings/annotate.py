"""Write the annotated video: a recording with its readings and warnings drawn over it."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from posecheck.assessment.analysis import BLOCK, Analysis
from posecheck.capture.pose.detect import Progress
from posecheck.capture.video.reader import VideoReader
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.frame import Frame, Rgb
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.core.memory.spooled import release
from posecheck.core.pose import Pose, PoseTrack, visible
from posecheck.core.prefetch import BackgroundWorker, Prefetcher
from posecheck.feedback.frame_state import state_at
from posecheck.recordings.memory import give_back
from posecheck.rendering.overlay import canvas_size, draw, picture_in

MOST_WH = (1920, 1080)
"""Largest width and height of the film, in pixels: the limit of H.264 level 4.2 (Rec. H.264, table A-1) on phones."""


def annotate(
    video: Path,
    target: Path,
    analysis: Analysis,
    at: Progress,
    every: int = 1,
    texts: Translator = ENGLISH,
    *,
    mirrored: bool = False,
) -> None:
    """Draw the judgement over the frames that were judged, with their original times.

    One thread decodes, this one draws, one encodes. Large pictures are scaled down; pictures whose size differs from
    most are fitted into the common size.

    Args:
        video: The recording.
        target: The film to write, mp4.
        analysis: The judged recording.
        at: Called with the number of frames done.
        every: Every Nth frame was judged.
        texts: The language of the warnings.
        mirrored: Whether the recording shows the person as a mirror does.

    Raises:
        InputError: The recording cannot be read.
        OutputError: The film cannot be written.
    """
    picture_wh = film_size(analysis.track)
    give_back()  # what finding the pose needed; the film's decoder and encoder come on top otherwise
    with VideoReader(video, every, mirrored=mirrored, fit_wh=picture_wh) as reader:
        fps = (reader.info.fps or 30.0) / every
        with (
            VideoWriter(target, canvas_size(picture_wh), fps) as writer,
            BackgroundWorker[tuple[Rgb, float]](lambda picture: writer.write(*picture)) as write,
            Prefetcher(reader) as frames,
        ):
            for frame in frames:
                if frame.index >= len(analysis.track):
                    break
                write((annotated(frame, analysis, texts, picture_wh), frame.time_s))
                at(frame.index + 1)
                if frame.index % BLOCK == 0:
                    release(analysis.track, analysis.judged)


def redraw(
    film: Path, target: Path, analysis: Analysis, drawn: Analysis, at: Progress, texts: Translator = ENGLISH
) -> None:
    """Draw another judgement of the same landmarks over an annotated film, where the recording itself is not kept.

    Args:
        film: The annotated film.
        target: The film to write, mp4.
        analysis: The judgement to draw.
        drawn: The judgement that the film shows.
        at: Called with the number of frames done.
        texts: The language of the warnings.

    Raises:
        InputError: The film cannot be read.
        OutputError: The new film cannot be written.
    """
    picture_wh, track = film_size(analysis.track), analysis.track
    with (
        VideoReader(film) as reader,
        VideoWriter(target, canvas_size(picture_wh), reader.info.fps or 30.0) as writer,
        BackgroundWorker[tuple[Rgb, float]](lambda picture: writer.write(*picture)) as write,
        Prefetcher(reader) as frames,
    ):
        for frame in frames:
            i = frame.index
            if i >= len(track):
                break
            pose = track.pose(i)
            over = state_at(drawn.judged, i, drawn.session, drawn.events, visible(pose) is not None, texts)
            rgb = picture_in(frame.rgb, picture_wh)
            pose = pose if pose is None else _moved(pose, pose.size_wh, picture_wh)
            picture = draw(
                rgb, pose, analysis.judged, i, analysis.session, events=analysis.events, texts=texts, over=over
            )
            write((picture, frame.time_s))
            at(i + 1)


def film_size(track: PoseTrack) -> tuple[int, int]:
    """Return width and height in pixels at which frames are drawn: the most common size, scaled down if too large."""
    sizes, counts = np.unique(track.size_wh, axis=0, return_counts=True)
    width, height = (int(edge) for edge in sizes[counts.argmax()])
    canvas = canvas_size((width, height))
    scale = min(1.0, MOST_WH[0] / canvas[0], MOST_WH[1] / canvas[1])
    if scale == 1.0:
        return width, height
    small = (max(2, int(width * scale)), max(2, int(height * scale)))
    while canvas_size(small)[0] > MOST_WH[0] or canvas_size(small)[1] > MOST_WH[1]:  # edges are rounded up
        small = (small[0] - 1, small[1] - 1)
    return small


def annotated(
    frame: Frame, analysis: Analysis, texts: Translator = ENGLISH, picture_wh: tuple[int, int] | None = None
) -> Rgb:
    """Return one frame of a judged recording with its readings and warnings.

    Args:
        frame: The frame.
        analysis: The judged recording.
        texts: The language of the warnings.
        picture_wh: Width and height in pixels that the picture is fitted into; None keeps its size.
    """
    i = frame.index
    pose, events, rgb = analysis.track.pose(i), analysis.events, frame.rgb
    if picture_wh is not None and picture_wh != (rgb.shape[1], rgb.shape[0]):
        rgb, pose = _fitted(rgb, pose, picture_wh)
    return draw(rgb, pose, analysis.judged, i, analysis.session, events=events, texts=texts)


def _fitted(rgb: Rgb, pose: Pose | None, size_wh: tuple[int, int]) -> tuple[Rgb, Pose | None]:
    """Return a picture and its pose scaled into another size, with black edges where the shape differs."""
    size = (rgb.shape[1], rgb.shape[0])
    inner, (left, top) = _place(size, size_wh)
    out = np.zeros((size_wh[1], size_wh[0], 3), np.uint8)
    how = cv2.INTER_AREA if inner[0] < size[0] else cv2.INTER_LINEAR
    out[top : top + inner[1], left : left + inner[0]] = cv2.resize(rgb, inner, interpolation=how)
    return out, None if pose is None else _moved(pose, size, size_wh)


def _place(size: tuple[int, int], size_wh: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the size, and the left upper corner, of a picture that is fitted into another size; all in pixels."""
    scale = min(size_wh[0] / size[0], size_wh[1] / size[1])
    inner = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    return inner, ((size_wh[0] - inner[0]) // 2, (size_wh[1] - inner[1]) // 2)


def _moved(pose: Pose, size: tuple[int, int], size_wh: tuple[int, int]) -> Pose:
    """Return the pose of a picture that is fitted into another size."""
    inner, corner = _place(size, size_wh)
    moved = pose.image_xy / np.array(pose.size_wh) * np.array(inner) + np.array(corner)
    return replace(pose, image_xy=moved, size_wh=size_wh)
