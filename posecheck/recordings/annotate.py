"""The video of a recording with its judgement drawn over it."""

from pathlib import Path

from posecheck.assessment.analysis import BLOCK, Analysis, Progress
from posecheck.capture.video.reader import VideoReader
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.frame import Frame, Rgb
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.core.prefetch import Ahead, Behind
from posecheck.core.spooled import release
from posecheck.rendering.overlay import canvas_size, draw


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
