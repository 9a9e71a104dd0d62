"""Landmarks kept in a file (landmarks.npz), and the estimator that replays them without a model."""

import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.core.errors import InputError
from posecheck.core.files import written_atomically
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose, PoseTrack, columns
from posecheck.core.spooled import release

FORMAT = 1
BLOCK = 4096
"""Number of frames written at a time."""

# numpy raises TypeError and AttributeError when the file holds a single array instead of an archive, and SyntaxError
# and TokenError because it parses the header of an array as Python.
_DAMAGED = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    TypeError,
    AttributeError,
    RuntimeError,
    SyntaxError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


def save_track(path: Path, track: PoseTrack) -> None:
    """Write a track to a file; an interrupted write leaves no file behind.

    Args:
        path: The file, usually landmarks.npz; an existing one is replaced.
        track: The landmarks; they are kept as float32, which is exact to 1/1000 pixel.
    """
    about = np.array([f"{key}={value}" for key, value in track.about.items()], dtype=np.str_)
    with written_atomically(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        _store(archive, "format", np.array(FORMAT))
        _store(archive, "about", about)
        for column in columns():
            _store(archive, column.name, getattr(track, column.name), np.float32 if column.single else None)


def _store(archive: zipfile.ZipFile, name: str, array: NDArray[Any], dtype: type[np.float32] | None = None) -> None:
    """Write an array as np.savez would, but in blocks, so that an hour of recording need not fit in memory."""
    kind = array.dtype if dtype is None else np.dtype(dtype)
    about = {"descr": kind.str, "fortran_order": False, "shape": array.shape}
    with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
        np.lib.format.write_array_header_1_0(entry, about)
        if not array.shape:
            entry.write(array.tobytes())
            return
        for first in range(0, len(array), BLOCK):
            entry.write(array[first : first + BLOCK].astype(kind).tobytes())
            release(array)


def load_track(path: Path) -> PoseTrack:
    """Read a track.

    Raises:
        InputError: The file is missing, damaged, or not a landmark file of posecheck; its message is one line.
    """
    if not path.is_file():
        raise InputError("no_landmarks", "{file}: expected saved landmarks, found no such file", file=path)
    try:
        # The file is opened here because numpy would not close it when the content is damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            found = int(data["format"]) if "format" in data else None
            if found != FORMAT:
                text = "{file}: format: expected {expected}, got {found}"
                raise InputError("landmark_format", text, file=path, expected=FORMAT, found=found)
            about = dict(str(line).split("=", 1) for line in data["about"])
            arrays = {column.name: data[column.name] for column in columns() if not column.optional}
            arrays |= {column.name: data[column.name] for column in columns() if column.name in data}
    except _DAMAGED as error:
        text = "{file}: expected saved landmarks, found a file that holds none or is damaged"
        raise InputError("damaged_landmarks", text, file=path) from error
    n = arrays["time_s"].size
    for column in columns():
        if column.optional:
            arrays.setdefault(column.name, column.empty(n))
        if arrays[column.name].dtype.kind not in "iuf":
            text, kind = "{file}: {name}: expected numbers, got {found}", arrays[column.name].dtype
            raise InputError("landmark_numbers", text, file=path, name=column.name, found=kind)
    # Columns with one number per frame are checked first, because their counts show most clearly what is wrong.
    for column in sorted(columns(), key=lambda column: column.shape != () or column.optional):
        shape, got = (n, *column.shape), arrays[column.name].shape
        if got != shape:
            text = "{file}: {name}: expected shape {expected}, got {found}"
            raise InputError("landmark_shape", text, file=path, name=column.name, expected=shape, found=got)
    _require_order(path, arrays["time_s"])
    return PoseTrack(about=about, **{column.name: arrays[column.name].astype(column.dtype) for column in columns()})


def _require_order(path: Path, time_s: NDArray[Any]) -> None:
    """Raise InputError where a frame has no time, or an earlier one than the frame before."""
    with np.errstate(invalid="ignore"):  # from infinite times
        good = np.isfinite(time_s) & ~(np.diff(time_s, prepend=time_s[:1]) < 0)
    if not good.all():
        i = int(np.argmin(good))
        text = "{file}: time_s: expected times in seconds that never go back, found {found} in frame {frame}"
        found = f"{time_s[i]:g}" if i == 0 else f"{time_s[i]:g} after {time_s[i - 1]:g}"
        raise InputError("landmark_times", text, file=path, found=found, frame=i + 1)


class RecordedEstimator:
    """A PoseEstimator that replays a track: it returns the recorded pose nearest to a frame's time."""

    def __init__(self, track: PoseTrack) -> None:
        self._track = track

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the recorded pose nearest in time, or None where nobody was found."""
        times = self._track.time_s
        if not len(times):
            return None
        i = int(np.clip(np.searchsorted(times, frame.time_s), 0, len(times) - 1))
        if i > 0 and frame.time_s - times[i - 1] < times[i] - frame.time_s:
            i -= 1
        return self._track.pose(i)

    def close(self) -> None:
        """Do nothing: there is no model to free."""
