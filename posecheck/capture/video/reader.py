"""Recordings frame by frame, upright, with their true times.

PyAV is used instead of cv2: it is as fast here, gives exact times for variable frame rates, reports where a file is
damaged instead of just ending, and writes nothing to the terminal.
"""

import contextlib
import heapq
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path
from typing import Self

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from posecheck.capture.video.clock import RESTART_S, Clock
from posecheck.capture.video.orientation import Orientation
from posecheck.capture.video.shots import ShotFinder
from posecheck.core.errors import InputError, Problem
from posecheck.core.frame import Frame, Rgb
from posecheck.core.i18n import N_

TIME_BASE = Fraction(1, 90_000)
LACKING_S = 0.5
"""A file that ends this much before its stated end is reported as cut short."""
LOOKED_AT = 8
"""Pictures decoded beforehand, enough to see whether their times are in order."""
REORDERED = 16
"""Pictures over which times that are out of order are sorted; no encoder moves a picture further."""
SLOWED = 1.5
"""Ratio of recorded to played frame rate from which a recording counts as slow motion."""
CAPTURE_RATE = "com.android.capture.fps"
"""Name under which phones store the recorded frame rate."""
MISJUDGED = 0.2
"""Largest difference between the stated frame rate and that of the first pictures with which it is used, as a share."""


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """Hold the properties that a recording states.

    Attributes:
        path: The file.
        size_wh: Width and height in pixels of the first picture, upright; later pictures may have another size.
        fps: Frames per second of real time; slow motion is undone.
        duration_s: Stated length in seconds of real time, None if the file states none.
        rotation_deg: Rotation of the stored pictures, 0, 90, 180 or 270, anticlockwise.
    """

    path: Path
    size_wh: tuple[int, int]
    fps: float
    duration_s: float | None
    rotation_deg: int


class VideoReader:
    """Yield the frames of a recording once, upright and in order of time: all, or every Nth with its true time.

    Attributes:
        info: What the recording states.
        every: Every Nth frame is yielded.
        mirrored: Whether pictures are flipped because they are mirror images.
    """

    def __init__(self, path: Path, every: int = 1, *, mirrored: bool = False) -> None:
        """Open a recording.

        A file that is damaged somewhere is read up to that place, and notes then say so.

        Args:
            path: The file.
            every: 1 for all frames, 2 for every second one and so on.
            mirrored: Whether the pictures show the person as a mirror does, as some selfie cameras store them.

        Raises:
            InputError: The file is missing, a folder, empty or not a video, or no frame can be decoded.
        """
        self.every, self.mirrored = every, mirrored
        self._damage: Problem | None = None
        self._ended: Problem | None = None
        self._added: list[Problem] = []
        self._container = _opened(path)
        stream = _picture_stream(self._container)
        assert stream is not None  # _opened has looked
        self._stream: VideoStream = stream
        self._stream.thread_type = "AUTO"
        self._frames = self._decoded(path)
        self._ahead: deque[av.VideoFrame] = deque(islice(self._frames, LOOKED_AT))
        if not self._ahead:
            self.close()
            detail = f" ({self._damage.told()})" if self._damage else ""
            raise InputError(
                "no_pictures",
                N_("{file}: expected a video with pictures in it, found none that can be read{detail}"),
                file=path,
                detail=detail,
            )
        first = self._ahead[0]
        self._base = self._stream.time_base or TIME_BASE
        self._sorted = _out_of_order([self._stamp_s(picture) for picture in self._ahead])
        speed = _slowed(self._container, self._stream)
        fps = self._rate() * speed
        self.shots = ShotFinder()
        self._clock = Clock(path.name, 1 / (fps or 30.0), speed)
        size = Orientation.of(first).size_of(_square_pixels(first, self._stream))
        turns = round(first.rotation / 90) % 4
        self.info = VideoInfo(path, size, fps, self._duration(speed), turns * 90)

    def _rate(self) -> float:
        """Return the frame rate: the stated one, or that of the first pictures if it clearly differs."""
        stated = float(self._stream.average_rate or 0)
        stamps = sorted(stamp for stamp in map(self._stamp_s, self._ahead) if stamp is not None)
        steps = np.diff(stamps)
        usual = float(np.median(steps)) if len(steps) else 0.0
        if usual <= 0 or (stated and abs(stated * usual - 1) <= MISJUDGED):
            return stated
        # Even steps show that a pause or a restarted clock has spoiled the stated average; uneven steps do not.
        return 1 / usual if stated == 0 or float(np.ptp(steps)) <= MISJUDGED * usual else stated

    def _stamp_s(self, picture: av.VideoFrame) -> float | None:
        stamp = picture.pts if picture.pts is not None else picture.dts
        return None if stamp is None else float(stamp * self._base)

    def _duration(self, speed: float) -> float | None:
        if self._stream.duration and self._stream.time_base:
            return float(self._stream.duration * self._stream.time_base) / speed
        return self._container.duration / av.time_base / speed if self._container.duration else None

    @property
    def repaired_times(self) -> int:
        """Return how many pictures were moved because their times did not increase."""
        return self._clock.repaired

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Return problems of the file and of its times found so far; complete once all frames were read."""
        ends = [note for note in (self._ended or self._damage,) if note is not None]
        return (*self._clock.notes, *ends, *self._added)

    @property
    def problem(self) -> str | None:
        """Return the notes in English, None if there are none."""
        return "; ".join(note.told() for note in self.notes) or None

    def note(self, problem: Problem) -> None:
        """Add a problem that was found elsewhere."""
        self._added.append(problem)

    def _decoded(self, path: Path) -> Iterator[av.VideoFrame]:
        """Yield pictures until the end or the first damage, which is noted.

        Unreadable data before the first picture are skipped, because many recordings begin between two key frames.
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
                begun, self._damage = True, None
                yield picture
            if pictures is None:
                self._damage = Problem("damaged", N_("{file}: the file is damaged"), {"file": path.name})
                if begun:
                    return

    def _timed(self) -> Iterator[tuple[float, av.VideoFrame]]:
        """Yield pictures in order of display with their times."""
        waiting = self._ahead
        if not self._sorted:
            while waiting:
                picture = waiting.popleft()
                yield self._clock.time_of(self._stamp_s(picture)), picture
            for picture in self._frames:
                yield self._clock.time_of(self._stamp_s(picture)), picture
            return
        # Pictures come in order of display, but their time stamps are in the order in which they are stored.
        stamps = [stamp for stamp in map(self._stamp_s, waiting) if stamp is not None]
        heapq.heapify(stamps)
        for picture in self._frames:
            waiting.append(picture)
            stamp = self._stamp_s(picture)
            if stamp is not None:
                heapq.heappush(stamps, stamp)
            if len(waiting) > REORDERED:
                yield self._clock.time_of(heapq.heappop(stamps) if stamps else None), waiting.popleft()
        while waiting:
            yield self._clock.time_of(heapq.heappop(stamps) if stamps else None), waiting.popleft()

    def __iter__(self) -> Iterator[Frame]:
        index, time_s = 0, 0.0
        for index, (time_s, picture) in enumerate(self._timed(), 1):
            if (index - 1) % self.every == 0:
                rgb, read = self._upright(picture), (index - 1) // self.every
                yield Frame(read, time_s, rgb, self.shots.update(rgb, read, time_s))
        self._note_end(time_s, index)

    def _upright(self, picture: av.VideoFrame) -> Rgb:
        width, height = _square_pixels(picture, self._stream)
        rgb = np.asarray(picture.to_ndarray(format="rgb24", width=width, height=height), np.uint8)
        upright = Orientation.of(picture).upright(rgb)
        return np.asarray(cv2.flip(upright, 1), np.uint8) if self.mirrored else upright

    def _note_end(self, last_s: float, frames: int) -> None:
        """Note where the file was damaged, or that it ended before its stated end."""
        stated = self.info.duration_s
        values: dict[str, object] = {"file": self.info.path.name, "seconds": f"{last_s:.1f}"}
        if self._damage and stated:
            text = N_("{file}: the file is damaged after {seconds} s of {whole} s; only what came before was analysed")
            self._ended = Problem("damaged", text, values | {"whole": f"{stated:.1f}"})
        elif self._damage:
            text = N_("{file}: the file is damaged after {seconds} s; only what came before was analysed")
            self._ended = Problem("damaged", text, values)
        elif stated and stated - last_s > LACKING_S and not self._clock.broken and self._lacks_pictures(frames):
            text = N_("{file}: the file ends after {seconds} s of {whole} s; only what came before was analysed")
            self._ended = Problem("cut_short", text, values | {"whole": f"{stated:.1f}"})

    def _lacks_pictures(self, frames: int) -> bool:
        """Return whether a file that ends early lacks pictures, and not just has a long last picture or sound."""
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
    """Open a file with a video stream; the InputError for another file says in one line what it is."""
    try:
        about = path.stat()
    except OSError as error:
        raise InputError(
            "unreadable", "{file}: expected a video, found {what}", file=path, what=str(error.strerror).lower()
        ) from error
    if stat.S_ISDIR(about.st_mode):
        raise InputError("folder", "{file}: expected a video file, found a folder", file=path)
    if about.st_size == 0:
        raise InputError("empty", N_("{file}: expected a video, found an empty file"), file=path)
    try:
        # The prefix and the whitelist keep FFmpeg from opening network addresses in a file name or playlist.
        container = av.open(f"file:{path}", options={"protocol_whitelist": "file"})
    except PermissionError as error:
        raise InputError(
            "no_permission", "{file}: expected a readable video, found one without permission to read", file=path
        ) from error
    except (av.FFmpegError, OSError) as error:
        raise _instead(path) from error
    sound = bool(container.streams.audio)
    if container.format.name == "tty":  # FFmpeg would draw the text of a .txt file
        container.close()
        raise InputError("text", N_("{file}: expected a video, found text"), file=path)
    if _picture_stream(container) is None:
        container.close()
        if sound:
            raise InputError("only_sound", N_("{file}: expected a video, found only sound"), file=path)
        raise InputError("nothing_moves", "{file}: expected a video, found no pictures", file=path)
    return container


def _picture_stream(container: InputContainer) -> VideoStream | None:
    """Return the stream with the film: the default one of those that move, and of several the largest.

    The cover of a song and the preview that some cameras store with a film are video streams too.
    """
    flags = av.stream.Disposition
    moving = [stream for stream in container.streams.video if not stream.disposition & flags.attached_pic]
    marked = [stream for stream in moving if stream.disposition & flags.default]
    return max(marked or moving, key=lambda stream: (stream.width or 0) * (stream.height or 0), default=None)


def _instead(path: Path) -> InputError:
    """Return an error that says what a file is that cannot be opened as a video."""
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp":  # an MP4 or MOV whose index, written last, is not there
        return InputError(
            "without_index",
            N_(
                "{file}: expected a video, found one cut short, without the index at its end (recording interrupted, "
                "or copied in part)"
            ),
            file=path,
        )
    return InputError(
        "unknown_format", N_("{file}: expected a video, found a file in no format that can be read"), file=path
    )


def _square_pixels(picture: av.VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Return width and height with square pixels, without which every angle would be wrong."""
    ratio = stream.sample_aspect_ratio
    return (round(picture.width * ratio) if ratio else picture.width), picture.height


def _out_of_order(stamps_s: list[float | None]) -> bool:
    """Return whether times go back a little; a restarted clock goes back far and does not count."""
    known = [stamp for stamp in stamps_s if stamp is not None]
    return any(-RESTART_S < later - earlier < 0 for earlier, later in pairwise(known))


def _slowed(container: InputContainer, stream: VideoStream) -> float:
    """Return the slow-motion factor of a recording, 1 if it is not slow motion or does not say."""
    stated = container.metadata.get(CAPTURE_RATE) or stream.metadata.get(CAPTURE_RATE)
    rate = float(stream.average_rate or 0)
    with contextlib.suppress(TypeError, ValueError):
        captured = float(stated or "")
        if rate > 0 and np.isfinite(captured) and captured / rate >= SLOWED:
            return captured / rate
    return 1.0
