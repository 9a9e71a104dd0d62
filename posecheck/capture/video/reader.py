"""Recordings in and out: frames with their true times from a file, H.264 that browsers play to a file.

Read with PyAV, not cv2: as fast here, gives exact times for variable frame rates, says where a file is
damaged instead of ending in silence, and writes nothing to the terminal. Cameras are read with cv2.
"""

import contextlib
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream
from cv2.utils import logging as cv2_log
from numpy.typing import NDArray

from posecheck.core.errors import InputError, OutputError
from posecheck.core.frame import Frame, Rgb

TIME_BASE = Fraction(1, 90_000)
MIN_STEP_S = 0.001
"""Frames that claim the same time, or an earlier one, are put so far behind the one before."""
_CV2_TURN = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}
ENCODER: dict[str, str] = {"preset": "veryfast", "crf": "23", "bf": "0", "x264-params": "subme=1:me=dia"}
"""A quarter larger than the preset alone makes it, at the same likeness, in two thirds of the time."""
_TO_BROADCAST = np.clip(np.round(128 + (np.arange(256) - 128) * 224 / 255), 0, 255).astype(np.uint8)
"""Colour differences of full range to those of television range."""
LACKING_S = 0.5
"""A file that ends so much before its stated end is called cut short."""


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """Hold what a recording says of itself; size_wh is after rotation, None is not stated."""

    path: Path
    size_wh: tuple[int, int]
    fps: float
    duration_s: float | None
    rotation_deg: int


class VideoReader:
    """Yield the frames of a recording once, upright and in order of time: all, or each Nth with its true time.

    Raises InputError, one line naming the file, when it is missing, a folder, empty, no video, or when not one
    frame can be decoded. A file damaged further in is read up to there; `problem` then says so.
    """

    def __init__(self, path: Path, every: int = 1) -> None:
        """every: 1 for all frames, 2 for each second one and so on."""
        self.problem: str | None = None
        self.every = every
        self.repaired_times = 0
        self._container = _opened(path)
        stream = _picture_stream(self._container)
        assert stream is not None  # _opened has looked
        self._stream: VideoStream = stream
        self._stream.thread_type = "AUTO"
        self._frames = self._decoded(path)
        try:
            self._first: av.VideoFrame | None = next(self._frames)
        except StopIteration:
            self.close()
            detail = f" ({self.problem})" if self.problem else ""
            raise InputError(
                f"{path}: expected a video with pictures in it, found none that can be read{detail}"
            ) from None
        self._turns = round(self._first.rotation / 90) % 4
        self._stored = _square_pixels(self._first, self._stream)
        size = self._stored[::-1] if self._turns % 2 else self._stored
        self.info = VideoInfo(path, size, float(self._stream.average_rate or 0), self._duration(), self._turns * 90)

    def _duration(self) -> float | None:
        if self._stream.duration and self._stream.time_base:
            return float(self._stream.duration * self._stream.time_base)
        return self._container.duration / av.time_base if self._container.duration else None

    def _decoded(self, path: Path) -> Iterator[av.VideoFrame]:
        """Yield pictures until the end or the first damage, which is noted; what cannot be read before the first
        picture is passed over, because many recordings begin between two whole pictures.
        """
        packets = self._container.demux(self._stream)
        begun = False
        while True:
            try:
                pictures = next(packets).decode()
            except (StopIteration, EOFError):
                return
            except (av.FFmpegError, ValueError):
                pictures = None
            for picture in pictures or ():
                if picture.is_corrupt:
                    pictures = None
                    break
                begun, self.problem = True, None
                yield picture
            if pictures is None:
                self.problem = f"{path.name}: the file is damaged"
                if begun:
                    return

    def __iter__(self) -> Iterator[Frame]:
        base = self._stream.time_base or TIME_BASE
        last, origin, index = -MIN_STEP_S, None, 0
        picture, self._first = self._first, None
        while picture is not None:
            pts = picture.pts if picture.pts is not None else picture.dts
            if pts is None:
                time_s = last + self._usual_step_s() if index else 0.0
            else:
                origin = pts if origin is None else origin
                time_s = float((pts - origin) * base)
            if time_s < last + MIN_STEP_S:
                self.repaired_times += 1
                time_s = last + MIN_STEP_S
            if index % self.every == 0:
                yield Frame(index // self.every, time_s, self._upright(picture))
            last, index = time_s, index + 1
            picture = next(self._frames, None)
        self._note_end(last, index)

    def _upright(self, picture: av.VideoFrame) -> Rgb:
        width, height = self._stored
        rgb = np.asarray(picture.to_ndarray(format="rgb24", width=width, height=height), np.uint8)
        return np.asarray(cv2.rotate(rgb, _CV2_TURN[self._turns]), np.uint8) if self._turns else rgb

    def _usual_step_s(self) -> float:
        """Return the time from one picture to the next, for the few formats that keep no times."""
        return float(1 / (self._stream.guessed_rate or 30))

    def _note_end(self, last_s: float, frames: int) -> None:
        """Say in `problem` where the file was damaged, or that it ended before it said it would."""
        stated = self.info.duration_s
        whole = f" of {stated:.1f} s" if stated else ""
        if self.problem:
            self.problem = f"{self.problem} after {last_s:.1f} s{whole}; only what came before was analysed"
        elif stated and stated - last_s > LACKING_S and self._lacks_pictures(frames):
            self.problem = (
                f"{self.info.path.name}: the file ends after {last_s:.1f} s{whole}; only what came before was analysed"
            )

    def _lacks_pictures(self, frames: int) -> bool:
        """Tell whether a file that ends early is cut short; a last picture shown for long, or longer sound, is not."""
        if self._stream.frames:
            return frames < self._stream.frames
        return not self._container.streams.audio

    def close(self) -> None:
        """Free the file; harmless when repeated."""
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _opened(path: Path) -> InputContainer:
    """Open a file with a video stream, or say in one line what it is instead."""
    try:
        about = path.stat()
    except OSError as error:
        raise InputError(f"{path}: expected a video, found {str(error.strerror).lower()}") from error
    if stat.S_ISDIR(about.st_mode):
        raise InputError(f"{path}: expected a video file, found a folder")
    if about.st_size == 0:
        raise InputError(f"{path}: expected a video, found an empty file")
    try:
        # The prefix and the list keep a file name, or a playlist, from being taken for an address.
        container = av.open(f"file:{path}", options={"protocol_whitelist": "file"})
    except PermissionError as error:
        raise InputError(f"{path}: expected a readable video, found one without permission to read") from error
    except (av.FFmpegError, OSError) as error:
        raise InputError(f"{path}: expected a video, found {_instead(path)}") from error
    sound = bool(container.streams.audio)
    if container.format.name == "tty":  # FFmpeg would draw the text of a .txt file
        container.close()
        raise InputError(f"{path}: expected a video, found text")
    if _picture_stream(container) is None:
        container.close()
        raise InputError(f"{path}: expected a video, found {'only sound' if sound else 'no pictures'}")
    return container


def _picture_stream(container: InputContainer) -> VideoStream | None:
    """Return the first stream that moves: the cover of a song is a video stream too."""
    cover = av.stream.Disposition.attached_pic
    return next((stream for stream in container.streams.video if not stream.disposition & cover), None)


def _instead(path: Path) -> str:
    """Say what a file that cannot be opened as a video is."""
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp":  # an MP4 or MOV whose index, written last, is not there
        return "one cut short, without the index at its end (recording interrupted, or copied in part)"
    return "a file in no format that can be read"


def _square_pixels(picture: av.VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Return width and height with square pixels, without which every angle would be wrong."""
    ratio = stream.sample_aspect_ratio
    return (round(picture.width * ratio) if ratio else picture.width), picture.height


def _planes(rgb: Rgb) -> NDArray[np.uint8]:
    """Return a picture of even edges as the planes Y, U and V one below the other (3/2 height, width).

    BT.601, as FFmpeg takes pictures to be; its own way costs three times as much.
    """
    height, width = rgb.shape[:2]
    out = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)
    # That takes the colour of one pixel in four, which frays red and blue edges: their mean is taken instead.
    half = cv2.resize(rgb, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    colour = cv2.LUT(cv2.cvtColor(half, cv2.COLOR_RGB2YCrCb), _TO_BROADCAST)
    chroma = out[height:].reshape(2, height // 2, width // 2)
    chroma[0], chroma[1] = colour[..., 2], colour[..., 1]
    return out


class VideoWriter:
    """Write H.264 (yuv420p, playable while it loads) with true frame times; whole, or not at all.

    The file appears under its name only when the block ends without an exception.
    """

    def __init__(self, path: Path, size_wh: tuple[int, int], fps: float = 30.0) -> None:
        """size_wh: pixels of the pictures to come; an odd edge loses its last row or column."""
        self._path, self._part = path, path.with_name(f".{path.name}.part")
        self._even = (size_wh[0] // 2 * 2, size_wh[1] // 2 * 2)
        try:
            self._part.touch()  # PyAV opens the file with the first picture; a bad place is named before that
            self._container: OutputContainer = av.open(
                str(self._part), "w", format="mp4", options={"movflags": "faststart"}
            )
            stream = self._container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000) or 30)
        except (av.FFmpegError, OSError) as error:
            raise OutputError(f"{path}: expected a place to write to, got: {_reason(error)}") from error
        if not isinstance(stream, VideoStream):
            raise TypeError("libx264 is a video codec")
        self._stream = stream
        stream.width, stream.height = self._even
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = TIME_BASE
        stream.time_base = TIME_BASE
        stream.options = dict(ENCODER)
        self._last_pts = -1

    def write(self, rgb: Rgb, time_s: float) -> None:
        """Add one picture shown from time_s on; times must grow."""
        width, height = self._even
        frame = av.VideoFrame.from_ndarray(_planes(rgb[:height, :width]), format="yuv420p")
        self._last_pts = max(round(time_s / TIME_BASE), self._last_pts + 1)
        frame.pts, frame.time_base = self._last_pts, TIME_BASE
        self._mux(frame)

    def _mux(self, frame: av.VideoFrame | None) -> None:
        try:
            self._container.mux(self._stream.encode(frame))
        except (av.FFmpegError, OSError) as error:
            raise OutputError(f"{self._path}: expected to be able to write, got: {_reason(error)}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        try:
            if kind is None:
                self._finish()
            else:
                with contextlib.suppress(av.FFmpegError, OSError):  # what went wrong is already on its way
                    self._container.close()
        except (av.FFmpegError, OSError) as error:
            raise OutputError(f"{self._path}: expected to be able to write, got: {_reason(error)}") from error
        finally:
            with contextlib.suppress(OSError):
                self._part.unlink(missing_ok=True)

    def _finish(self) -> None:
        if self._last_pts < 0:
            self._container.close()
            raise OutputError(f"{self._path}: expected pictures to write, got none")
        self._mux(None)
        self._container.close()
        self._part.replace(self._path)


def _reason(error: av.FFmpegError | OSError) -> str:
    """Return what the system said, without the temporary name it said it of."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)


class CameraSource:
    """Yield pictures from a camera of this machine as they come, timed by the clock."""

    def __init__(self, index: int) -> None:
        """Open camera number index; InputError when there is none or another program has it."""
        cv2_log.setLogLevel(cv2_log.LOG_LEVEL_SILENT)  # the InputError says it in one line
        self._capture = cv2.VideoCapture(index)
        if not self._capture.isOpened():
            raise InputError(f"camera {index}: expected a camera, found none, or another program is using it")

    def __iter__(self) -> Iterator[Frame]:
        start, index = time.monotonic(), 0
        while True:
            ok, bgr = self._capture.read()
            if not ok:
                return
            yield Frame(index, time.monotonic() - start, np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8))
            index += 1

    def close(self) -> None:
        """Give the camera back; harmless when repeated."""
        self._capture.release()
