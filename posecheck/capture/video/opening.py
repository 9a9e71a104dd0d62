"""Open a recording and find the stream with the film in it, or say in one line what the file is instead."""

import os
import stat
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from posecheck.core.errors import InputError
from posecheck.core.i18n import N_

DECODING_BYTES = 40 << 20
"""Most memory for pictures that are decoded at the same time, one in each thread: three of 3840 x 2160, one of
5120 x 2880. FFmpeg needs about twice as much, and some more for the pictures that others refer to."""


def opened(path: Path) -> InputContainer:
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
    if picture_stream(container) is None:
        container.close()
        if sound:
            raise InputError("only_sound", N_("{file}: expected a video, found only sound"), file=path)
        raise InputError("nothing_moves", "{file}: expected a video, found no pictures", file=path)
    return container


def picture_stream(container: InputContainer) -> VideoStream | None:
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
