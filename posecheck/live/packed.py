"""Landmarks in as few bytes as they can be given back from exactly.

A browser's landmarks are single precision numbers, places in the picture as shares of it, and one frame is much like
the next: so each number is kept as the shortest that gives the same value, as its difference from the frame before, and
compressed.
"""

import json
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.core.pose import PoseTrack, columns

_LENGTH = struct.Struct("<I")
LEVEL = 1
"""Of compression: more takes several times as long for a tenth."""


def packed(track: PoseTrack) -> bytes:
    """Return landmarks as bytes.

    Args:
        track: The landmarks.
    """
    parts, about = list[bytes](), list[list[object]]()
    for column in columns():
        kind, array = _shortest(np.asarray(getattr(track, column.name)), track.size_wh)
        parts.append(zlib.compress(_differences(array), LEVEL))
        about.append([column.name, kind, array.dtype.str, array.shape, len(parts[-1])])
    head = json.dumps({"frames": len(track), "about": track.about, "arrays": about}).encode()
    return b"".join([_LENGTH.pack(len(head)), head, *parts])


def unpacked(content: bytes) -> PoseTrack:
    """Return the landmarks.

    Args:
        content: What packed() returned.
    """
    start = _LENGTH.size + _LENGTH.unpack_from(content)[0]
    head = json.loads(content[_LENGTH.size : start])
    kept: dict[str, tuple[str, NDArray[Any]]] = {}
    for name, kind, dtype, shape, length in head["arrays"]:
        kept[name] = kind, _summed(zlib.decompress(content[start : start + length]), np.dtype(dtype), tuple(shape))
        start += length
    size_wh = _whole(*kept["size_wh"], head["frames"], None)
    arrays = {name: _whole(kind, array, head["frames"], size_wh) for name, (kind, array) in kept.items()}
    return PoseTrack(about=head["about"], **{c.name: arrays[c.name].astype(c.dtype, copy=False) for c in columns()})


def _shortest(array: NDArray[Any], size_wh: NDArray[np.int32]) -> tuple[str, NDArray[Any]]:
    """Return the shortest array that _whole() makes this one of again, and in what way."""
    if len(array) > 1 and _equal(array, np.broadcast_to(array[:1], array.shape)):
        return "same", array[:1]
    if array.dtype == np.float64:
        single = array.astype(np.float32)
        if _equal(single.astype(np.float64), array):
            return "plain", single
        if array.shape[-1:] == size_wh.shape[-1:]:
            with np.errstate(divide="ignore", invalid="ignore"):
                shares = (array / size_wh[:, None]).astype(np.float32)
            if _equal(_whole("shares", shares, len(array), size_wh), array):
                return "shares", shares
    return "plain", array


def _whole(kind: str, array: NDArray[Any], frames: int, size_wh: NDArray[Any] | None) -> NDArray[Any]:
    if kind == "same":
        return np.repeat(array, frames, axis=0)
    if kind == "shares":
        assert size_wh is not None
        return np.asarray(array.astype(np.float64) * size_wh[:, None].astype(np.float64))
    return array


def _equal(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))


def _differences(array: NDArray[Any]) -> bytes:
    """Return the bits of each number less those of the one before, the first bytes of all before the second ones."""
    size = array.dtype.itemsize
    bits = np.ascontiguousarray(array.reshape(len(array), -1).T).view(f"<u{size}")
    return np.diff(bits, axis=1, prepend=np.zeros((), bits.dtype)).reshape(-1, 1).view(np.uint8).T.tobytes()


def _summed(content: bytes, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Return the array whose _differences() these are."""
    size, rows = dtype.itemsize, shape[0]
    bits = np.ascontiguousarray(np.frombuffer(content, np.uint8).reshape(size, -1).T).view(f"<u{size}")
    summed = np.cumsum(bits.reshape(-1, rows), axis=1, dtype=bits.dtype)
    return np.ascontiguousarray(summed.T).view(dtype).reshape(shape)
