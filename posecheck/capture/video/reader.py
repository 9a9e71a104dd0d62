"""Recordings frame by frame, upright, with their true times.

PyAV is used instead of cv2: it is as fast here, gives exact times for variable frame rates, reports where a file is
damaged instead of just ending, and writes nothing to the terminal.
"""

import contextlib
import heapq
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, islice, pairwise
from pathlib import Path
from typing import Self

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from posecheck.capture.video.clock import RESTART_S, Clock
from posecheck.capture.video.conversion import Converter, Size
from posecheck.capture.video.edits.shots import ShotFinder
from posecheck.capture.video.opening import LEAST_EDGE, limit_threads, opened, picture_stream, require_size
from posecheck.capture.video.orientation import Orientation
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
        size_wh: Width and height in pixels of the first picture, upright and not scaled; later ones may differ.
        fps: Frames per second of real time; slow motion is undone.
        duration_s: Stated length in seconds of real time, None if the file states none.
        rotation_deg: Rotation of the stored pictures, 0, 90, 180 or 270, anticlockwise.
    """

    path: Path
    size_wh: tuple[int, int]
    fps: float
    duration_s: float | None
    rotation_deg: int


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """Hold a decoded picture until its time is known.

    Attributes:
        stamp_s: Its time stamp in seconds, None if missing.
        size_wh: Width and height in pixels, upright and not scaled.
        turns: Quarter turns of the stored picture, anticlockwise.
        content: The picture, converted if it is scaled down; None for one that is left out.
    """

    stamp_s: float | None
    size_wh: Size
    turns: int
    content: av.VideoFrame | Rgb | None


class VideoReader:
    """Yield the frames of a recording once, upright and in order of time: all, or every Nth with its true time.

    Attributes:
        info: What the recording states.
        every: Every Nth frame is yielded.
        mirrored: Whether pictures are flipped because they are mirror images.
    """

    def __init__(self, path: Path, every: int = 1, *, mirrored: bool = False, fit_wh: Size | None = None) -> None:
        """Open a recording.

        A file that is damaged somewhere is read up to that place, and notes then say so.

        Args:
            path: The file.
            every: 1 for all frames, 2 for every second one and so on.
            mirrored: Whether the pictures show the person as a mirror does, as some selfie cameras store them.
            fit_wh: Larger pictures are scaled down to fit into this width and height; None keeps their size.

        Raises:
            InputError: The file is missing, a folder, empty or not a video, or no frame can be decoded.
        """
        self.every, self.mirrored = every, mirrored
        self._path, self._fit_wh = path, fit_wh
        self._open()

    def _open(self) -> None:
        path = self._path
        self._damage: Problem | None = None
        self._ended: Problem | None = None
        self._added: list[Problem] = []
        self._container = opened(path)
        stream = picture_stream(self._container)
        assert stream is not None  # opened() has looked
        limit_threads(stream)
        self._convert = Converter(stream.sample_aspect_ratio, self._fit_wh, mirrored=self.mirrored)
        self._base = stream.time_base or TIME_BASE
        self._stated_frames, self._has_sound = stream.frames, bool(self._container.streams.audio)
        # Nothing else may keep the stream, which keeps the decoder with its pictures; see close().
        self._frames = self._prepared(path, stream)
        self._ahead: deque[_Picture] = deque()
        try:
            self._ahead.extend(islice(self._frames, LOOKED_AT))
            if not self._ahead:
                raise self._none_readable(f" ({self._damage.told()})" if self._damage else "")
        except BaseException:
            self.close()
            raise
        self._sorted = _out_of_order([picture.stamp_s for picture in self._ahead])
        speed = _slowed(self._container, stream)
        fps = self._rate(float(stream.average_rate or 0)) * speed
        self.shots = ShotFinder()
        self._clock = Clock(path.name, 1 / (fps or 30.0), speed)
        first = self._ahead[0]
        self.info = VideoInfo(path, first.size_wh, fps, self._duration(stream, speed), first.turns * 90)

    def restart(self) -> None:
        """Begin again with the first frame.

        Raises:
            InputError: As at first; the file may have gone.
        """
        self.close()
        self._open()

    def _none_readable(self, detail: str = "") -> InputError:
        text = N_("{file}: expected a video with pictures in it, found none that can be read{detail}")
        return InputError("no_pictures", text, file=self._path, detail=detail)

    def _rgb(self, picture: av.VideoFrame) -> Rgb:
        try:
            return self._convert.rgb(picture)
        except (av.FFmpegError, ValueError) as error:  # colours that cannot be converted
            raise self._none_readable() from error

    def _rate(self, stated: float) -> float:
        """Return the frame rate: the stated one, or that of the first pictures if it clearly differs."""
        stamps = sorted(picture.stamp_s for picture in self._ahead if picture.stamp_s is not None)
        steps = np.diff(stamps)
        usual = float(np.median(steps)) if len(steps) else 0.0
        if usual <= 0 or (stated and abs(stated * usual - 1) <= MISJUDGED):
            return stated
        # Even steps show that a pause or a restarted clock has spoiled the stated average; uneven steps do not.
        return 1 / usual if stated == 0 or float(np.ptp(steps)) <= MISJUDGED * usual else stated

    def _stamp_s(self, picture: av.VideoFrame) -> float | None:
        stamp = picture.pts if picture.pts is not None else picture.dts
        return None if stamp is None else float(stamp * self._base)

    def _duration(self, stream: VideoStream, speed: float) -> float | None:
        if stream.duration and stream.time_base:
            return float(stream.duration * stream.time_base) / speed
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

    def _prepared(self, path: Path, stream: VideoStream) -> Generator[_Picture]:
        """Yield decoded pictures; one that is scaled down is converted at once, because many may have to wait."""
        numbers = count()
        for picture in self._decoded(path, stream):
            full = self._convert.full_size(picture)
            require_size(path, *full, LEAST_EDGE)
            size = Orientation.of(picture).size_of(full)
            content: av.VideoFrame | Rgb | None = None
            if next(numbers) % self.every == 0:
                content = self._rgb(picture) if self._convert.shrinks(picture) else picture
            prepared = _Picture(self._stamp_s(picture), size, round(picture.rotation / 90) % 4, content)
            del picture, content  # not to be kept while the next one is decoded
            yield prepared
            del prepared

    def _decoded(self, path: Path, stream: VideoStream) -> Iterator[av.VideoFrame]:
        """Yield pictures until the end or the first damage, which is noted.

        Unreadable data before the first picture are skipped, because many recordings begin between two key frames.
        """
        packets = self._container.demux(stream)
        begun = False
        while True:
            try:
                pictures = next(packets).decode()
            except (StopIteration, EOFError):
                return
            except (av.FFmpegError, ValueError):
                pictures, damaged = [], True
            else:
                damaged = False
            while pictures:
                picture = pictures.pop(0)
                if picture.is_corrupt:
                    pictures, damaged = [], True
                    break
                begun, self._damage = True, None
                yield picture
                del picture  # not to be kept while the next one is decoded
            if damaged:
                self._damage = Problem("damaged", N_("{file}: the file is damaged"), {"file": path.name})
                if begun:
                    return

    def _pictures(self) -> Iterator[_Picture]:
        """Yield all pictures, first those that were decoded beforehand."""
        while self._ahead:
            yield self._ahead.popleft()
        yield from self._frames

    def _timed(self) -> Iterator[tuple[float, av.VideoFrame | Rgb | None]]:
        """Yield pictures in order of display with their times."""
        if not self._sorted:
            for picture in self._pictures():
                yield self._clock.time_of(picture.stamp_s), picture.content
            return
        # Pictures come in order of display, but their time stamps are in the order in which they are stored.
        waiting: deque[av.VideoFrame | Rgb | None] = deque()
        stamps: list[float] = []
        for picture in self._pictures():
            waiting.append(picture.content)
            if picture.stamp_s is not None:
                heapq.heappush(stamps, picture.stamp_s)
            if len(waiting) > REORDERED:
                yield self._clock.time_of(heapq.heappop(stamps) if stamps else None), waiting.popleft()
        while waiting:
            yield self._clock.time_of(heapq.heappop(stamps) if stamps else None), waiting.popleft()

    def __iter__(self) -> Iterator[Frame]:
        index, time_s = 0, 0.0
        for index, (time_s, content) in enumerate(self._timed(), 1):
            if content is not None:
                rgb = self._rgb(content) if isinstance(content, av.VideoFrame) else content
                read = (index - 1) // self.every
                yield Frame(read, time_s, rgb, self.shots.update(rgb, read, time_s))
        self._note_end(time_s, index)

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
        return frames < self._stated_frames if self._stated_frames else not self._has_sound

    def close(self) -> None:
        """Free the file, the decoder and its pictures; harmless when repeated."""
        self._ahead.clear()
        self._frames.close()
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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
