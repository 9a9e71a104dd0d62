"""The landmarks that a browser sends: their form, and the checks that every message must pass.

A message is HEAD (two letters, the version), the number of frames, and so many records of RECORD, little-endian. Its
size follows from its head alone, so nothing is read that was not announced, and what is not of this form is refused.
Each record also holds a body code and the version of the encoder that made it; a code of another encoder, as of a page
that was opened before the server was updated, is left out, and the frame is read by its landmarks.
"""

import itertools
import struct
from dataclasses import dataclass
from functools import cache

import numpy as np

from posecheck.capture.pose.coding import encoder
from posecheck.core.landmarks import N_LANDMARKS
from posecheck.core.pose import CODE, N_BACKGROUND, Pose
from posecheck.core.worn.phone import no_phone
from posecheck.core.worn.sheet import SHEETS, unseen

HEAD = b"PC\x02"
MOST_FRAMES = 8
"""Most frames in one message."""
RECORD = np.dtype(
    [
        ("time_s", "<f8"),
        ("number", "<u4"),
        ("width", "<u2"),
        ("height", "<u2"),
        ("found", "u1"),
        ("spare", "u1", (3,)),
        # x and y as shares of the picture, metres around the hips in x, y and z, visibility.
        ("marks", "<f4", (N_LANDMARKS, 6)),
        # The version of the encoder, zero where there is no code, and what it made of the picture and its mirror image.
        ("encoder", "<u4"),
        ("code", "i1", (2, CODE)),
    ]
)
_RECORD_HEAD = struct.Struct("<dIHHB")
"""The fields of a record before its marks."""
MOST_BYTES = len(HEAD) + 1 + MOST_FRAMES * RECORD.itemsize
SMALLEST, LARGEST = 16, 8192
"""Edges of a picture, pixels."""
FARTHEST = 10.0
"""Largest coordinate: picture edges away from the picture, or metres from the hips."""
_MIDDLE, _FARTHEST = (np.array([one] * 5 + [other], np.float32) for one, other in ((0.0, 0.5), (FARTHEST, 0.501)))
"""From where, and how far away at most, each of the six numbers of a landmark may be."""
LONGEST_S = 1e7
"""Largest time of a frame: four months after the page was opened."""


_NOT_KNOWN, _NO_SHEETS, _NO_PHONE = np.full(N_BACKGROUND, np.nan), unseen(SHEETS), no_phone()
_NO_CODE = np.zeros((2, CODE), np.int8)
for _part in (_NOT_KNOWN, _NO_SHEETS, _NO_PHONE, _NO_CODE):
    _part.flags.writeable = False


class HostileError(ValueError):
    """Raised for a message that no page of ours sends."""


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """Hold one frame of a browser.

    Attributes:
        time_s: Seconds by the browser's clock.
        number: The browser's own number of the frame, given back with the answer.
        size_wh: Width and height of its picture, pixels.
        pose: The landmarks, and the body code where there is one by the encoder in use; None where nobody was found.
            Its time is the browser's.
    """

    time_s: float
    number: int
    size_wh: tuple[int, int]
    pose: Pose | None


def read(message: bytes) -> list[Received]:
    """Read a message.

    Args:
        message: What came, from anybody.

    Returns:
        Its frames, in order of time.

    Raises:
        HostileError: It has another size or form, a number is not finite or out of its range, or time runs backwards.
    """
    start = len(HEAD) + 1
    count = message[len(HEAD)] if len(message) >= start and message.startswith(HEAD) else 0
    if not 1 <= count <= MOST_FRAMES or len(message) != start + count * RECORD.itemsize:
        raise HostileError("another form or size")
    records = np.frombuffer(message, RECORD, count, start)
    # So few numbers are looked at one by one: arrays of them would take ten times as long.
    heads = [_RECORD_HEAD.unpack_from(message, start + i * RECORD.itemsize) for i in range(count)]
    times, _, widths, heights, found = zip(*heads, strict=True)
    # A comparison with NaN is false.
    if not (times[0] >= 0 and times[-1] <= LONGEST_S and all(a < b for a, b in itertools.pairwise(times))):
        raise HostileError("times that do not increase")
    if min(*widths, *heights) < SMALLEST or max(*widths, *heights) > LARGEST:
        raise HostileError("a picture of another size")
    if max(found) > 1:
        raise HostileError("more than found or not found")
    marks = records["marks"] if all(found) else records["marks"][np.array(found, bool)]
    # A comparison with NaN is false, so what is not finite is refused as well.
    if not (np.abs(marks - _MIDDLE) <= _FARTHEST).all():
        raise HostileError("landmarks that nobody has")
    codes, ours = np.array(records["code"]), _version()
    coded = [version == ours for version in records["encoder"].tolist()]
    if any(coded) and int((codes if all(coded) else codes[np.array(coded)]).min()) < -encoder.WHOLE:
        raise HostileError("a code that no encoder makes")
    # All frames are converted in one go: five people in six messages a second each are read here.
    exact = records["marks"].astype(np.float64)
    image = exact[..., :2] * np.array([head[2:4] for head in heads], np.float64)[:, None]
    visibility = np.minimum(np.maximum(exact[..., 5], 0.0), 1.0)
    received = []
    for i, (time_s, number, width, height, there) in enumerate(heads):
        pose = None
        if there:
            pose = Pose(
                time_s, image[i], exact[i, :, 2:5], visibility[i], (width, height),
                background=_NOT_KNOWN, tags=_NO_SHEETS, phone=_NO_PHONE, belt_phone=_NO_PHONE,
                code=codes[i] if coded[i] else _NO_CODE,
            )  # fmt: skip
        received.append(Received(time_s, number, (width, height), pose))
    return received


@cache
def _version() -> int:
    return int(encoder.load().version, 16)


def write(frames: list[Received]) -> bytes:
    """Return the message of some frames, as the page's own script makes it; for measurements and tests.

    Args:
        frames: At most MOST_FRAMES.
    """
    records = np.zeros(len(frames), RECORD)
    for record, frame in zip(records, frames, strict=True):
        record["time_s"], record["number"] = frame.time_s, frame.number
        record["width"], record["height"] = frame.size_wh
        if frame.pose is not None:
            record["found"] = 1
            record["marks"][:, :2] = frame.pose.image_xy / frame.size_wh
            record["marks"][:, 2:5] = frame.pose.world_xyz
            record["marks"][:, 5] = frame.pose.visibility
            if frame.pose.code.any():
                record["encoder"], record["code"] = _version(), frame.pose.code
    return HEAD + bytes([len(frames)]) + records.tobytes()
