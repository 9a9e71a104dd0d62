"""Open a recording and find the stream with the film in it, or say in one line what the file is instead."""

import os
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from posecheck.capture.video.containers import HEAD_BYTES, LATE, SOUND, container_of
from posecheck.core.errors import InputError
from posecheck.core.i18n import N_
from posecheck.core.outside.files import Most, UnfitFileError, open_regular

DECODING_BYTES = 40 << 20
"""Most memory for pictures that are decoded at the same time, one in each thread: three of 3840 x 2160, one of
5120 x 2880. FFmpeg needs about twice as much, and some more for the pictures that others refer to."""


MOST_PIXELS = 8192 * 4320
"""Largest picture that is decoded: 8K. 5120 x 2880 has less than half of it."""
LEAST_EDGE = 16
"""Smallest edge of a picture, pixels; nobody can be seen in fewer."""
MOST_STREAMS = 64
"""Pictures, sounds and subtitles in one file; a film of a phone has two or three."""


def opened(path: Path) -> InputContainer:
    """Open a file with a video stream; the InputError for another file says in one line what it is.

    FFmpeg gets the open file, the one reader for its kind (containers.py) and no way to open another file or address.
    The size of the pictures is bounded before any memory is taken for one.
    """
    try:
        with open_regular(path, Most.VIDEO) as file:
            return _checked(path, _opened(path, file))
    except IsADirectoryError as error:
        raise InputError("folder", "{file}: expected a video file, found a folder", file=path) from error
    except UnfitFileError as error:
        raise InputError("unfit", "{file}: expected a video, found {what}", file=path, what=error) from error
    except PermissionError as error:
        raise InputError(
            "no_permission", "{file}: expected a readable video, found one without permission to read", file=path
        ) from error
    except FileNotFoundError as error:
        raise InputError("unreadable", "{file}: expected a video, found no such file", file=path) from error
    except (OSError, ValueError) as error:
        what = str(getattr(error, "strerror", None) or error).lower()
        raise InputError("unreadable", "{file}: expected a video, found {what}", file=path, what=what) from error


def _opened(path: Path, file: BinaryIO) -> InputContainer:
    head = file.read(HEAD_BYTES)
    if not head:
        raise InputError("empty", N_("{file}: expected a video, found an empty file"), file=path)
    kind = container_of(head)
    if kind is None:
        if SOUND.match(head):
            raise InputError("only_sound", N_("{file}: expected a video, found only sound"), file=path)
        raise InputError(
            "unknown_format", N_("{file}: expected a video, found a file in no format that can be read"), file=path
        )
    os.lseek(file.fileno(), 0, os.SEEK_SET)  # not file.seek, which only moves within its buffer
    # By its number, so that no other file can take its place; Windows gives a number to no other library.
    name, protocol = (f"file:{path}", "file") if os.name == "nt" else ("fd:", "fd")
    options = {"protocol_whitelist": protocol, "max_streams": str(MOST_STREAMS)}
    options |= {} if os.name == "nt" else {"fd": str(file.fileno())}
    # One for each stream that may be there; the stubs take the list for one of names.
    bounds: Any = None if kind in LATE else [{"max_pixels": str(MOST_PIXELS)}] * MOST_STREAMS
    try:
        return av.open(name, format=kind, options=options, stream_options=bounds)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise _instead(path, head) from error


def _checked(path: Path, container: InputContainer) -> InputContainer:
    """Return the container if it holds pictures of a size that is read."""
    try:
        stream = picture_stream(container)
        if stream is None and container.streams.audio:
            raise InputError("only_sound", N_("{file}: expected a video, found only sound"), file=path)
        if stream is None:
            raise InputError("nothing_moves", "{file}: expected a video, found no pictures", file=path)
        require_size(path, stream.width or 0, stream.height or 0)
        stream.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
    except BaseException:
        container.close()
        raise
    return container


def require_size(path: Path, width: int, height: int, least: int = 0) -> None:
    """Raise InputError for pictures of more than MOST_PIXELS, or with an edge of less than `least` pixels."""
    if min(width, height) < least:
        text = N_("{file}: expected pictures of at least {least} x {least} pixels, found {width} x {height}")
        raise InputError("too_small", text, file=path, least=least, width=width, height=height)
    if width * height > MOST_PIXELS:
        text = N_("{file}: expected pictures of at most {most} megapixels, found {width} x {height}")
        most = MOST_PIXELS // 1_000_000
        raise InputError("too_large", text, file=path, most=most, width=width, height=height)


def picture_stream(container: InputContainer) -> VideoStream | None:
    """Return the stream with the film: the default one of those that move, and of several the largest.

    The cover of a song and the preview that some cameras store with a film are video streams too.
    """
    flags = av.stream.Disposition
    # A stream in a code that FFmpeg does not know has no decoder, and no size either.
    known = [stream for stream in container.streams.video if stream.codec_context is not None]
    moving = [stream for stream in known if not stream.disposition & flags.attached_pic]
    marked = [stream for stream in moving if stream.disposition & flags.default]
    return max(marked or moving, key=lambda stream: (stream.width or 0) * (stream.height or 0), default=None)


def _instead(path: Path, head: bytes) -> InputError:
    """Return an error that says what a file is that cannot be opened as a video."""
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


def limit_threads(stream: VideoStream) -> None:
    """Decode pictures at the same time, in as many threads as there are processors; fewer if they are large."""
    context = stream.codec_context
    stream.thread_type = "AUTO"
    bits = context.format.padded_bits_per_pixel if context.format is not None else 24
    size = max(1, context.width * context.height * bits // 8)
    most = max(1, DECODING_BYTES // size)
    if most == 1:
        stream.thread_type = "SLICE"  # parts of one picture at the same time, where it has parts
    elif most <= (os.cpu_count() or 1):  # FFmpeg's own choice is one more than there are
        context.thread_count = most
