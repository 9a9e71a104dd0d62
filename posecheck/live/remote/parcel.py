"""Finished sets on their way from the process that judges to the server, which keeps their arrays on disk.

Many people share the server's memory, and each of them keeps several sets of some megabytes. All arrays of a parcel lie
in one temporary file, which is read only where they are used and is gone with the last of them.
"""

import mmap
import pickle
import struct
import tempfile
from collections.abc import Sequence

from posecheck.live.sets import Set

_LENGTH = struct.Struct("<Q")
_EDGE = 64
"""Arrays begin at multiples of this, which processors like."""


def _padded(length: int) -> int:
    return -(-length // _EDGE) * _EDGE


def packed(sets: Sequence[Set]) -> bytes:
    """Return sets as bytes: how many arrays there are, all lengths, the sets without their arrays, the arrays.

    Args:
        sets: The finished sets.
    """
    arrays: list[pickle.PickleBuffer] = []
    head = pickle.dumps(list(sets), protocol=5, buffer_callback=arrays.append)
    raw = [array.raw() for array in arrays]
    lengths = b"".join(_LENGTH.pack(len(part)) for part in (raw, head, *raw))
    return b"".join([lengths, head, *(bytes(part).ljust(_padded(len(part)), b"\0") for part in raw)])


def unpacked(content: bytes) -> list[Set]:
    """Return the sets, with their arrays in a temporary file; where the disk is full they stay in memory.

    Args:
        content: What packed() returned, in a process of our own: unpickling is not safe for anything else.
    """
    # No copies: the threads that do this would each keep the memory for them.
    view = memoryview(content)
    count = _LENGTH.unpack_from(content)[0]
    head, *lengths = (_LENGTH.unpack_from(content, _LENGTH.size * (1 + i))[0] for i in range(1 + count))
    start = _LENGTH.size * (2 + count)
    place = _kept(view[start + head :])
    parts, at = list[memoryview](), 0
    for length in lengths:
        parts.append(place[at : at + length])
        at += _padded(length)
    sets: list[Set] = pickle.loads(view[start : start + head], buffers=parts)
    return sets


def _kept(content: memoryview) -> memoryview:
    try:
        with tempfile.TemporaryFile(prefix="posecheck-") as file:
            file.write(content)
            file.flush()
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    except (OSError, ValueError):  # a full disk, or nothing to map
        return memoryview(bytearray(content))
