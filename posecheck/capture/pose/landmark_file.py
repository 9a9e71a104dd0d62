"""Landmarks kept in a file (landmarks.npz), and the estimator that replays them without a model."""

import contextlib
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.core.errors import InputError, OutputError
from posecheck.core.frame import Frame
from posecheck.core.pose import N_BACKGROUND, TAGS, Pose, PoseTrack
from posecheck.core.spooled import release

FORMAT = 1
_ARRAYS = ("time_s", "image_xy", "world_xyz", "visibility", "people", "subject", "size_wh")
_SINGLE = ("image_xy", "world_xyz", "visibility", "background", "tags")
BLOCK = 4096
"""Frames written at a time."""
_LATER = ("background", "tags", "touched")
"""Arrays that files written before they were kept do not hold."""

# TypeError and AttributeError: numpy reads a lone array in place of an archive. SyntaxError and TokenError: it reads
# an array's header as Python.
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
    """Write a track; landmarks as float32, which is 1/1000 pixel. The file appears whole or not at all."""
    about = np.array([f"{key}={value}" for key, value in track.about.items()], dtype=np.str_)
    part = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            _store(archive, "format", np.array(FORMAT))
            _store(archive, "about", about)
            for name in (*_ARRAYS, *_LATER):
                _store(archive, name, getattr(track, name), np.float32 if name in _SINGLE else None)
        part.replace(path)
    except OSError as error:
        text = "{file}: expected a place to write to, got: {why}"
        raise OutputError("not_writable", text, file=path, why=error.strerror) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _store(archive: zipfile.ZipFile, name: str, array: NDArray[Any], dtype: type[np.float32] | None = None) -> None:
    """Write an array as np.savez would, block by block: that of an hour need not be in memory."""
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
    """Read a track; InputError, one line, when there is none or it is not one of ours."""
    if not path.is_file():
        raise InputError("no_landmarks", "{file}: expected saved landmarks, found no such file", file=path)
    try:
        # The file is opened here, because numpy leaves its own open when the content is damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            found = int(data["format"]) if "format" in data else None
            if found != FORMAT:
                text = "{file}: format: expected {expected}, got {found}"
                raise InputError("landmark_format", text, file=path, expected=FORMAT, found=found)
            about = dict(str(line).split("=", 1) for line in data["about"])
            arrays = {name: data[name] for name in _ARRAYS}
            arrays |= {name: data[name] for name in _LATER if name in data}
    except _DAMAGED as error:
        text = "{file}: expected saved landmarks, found a file that holds none or is damaged"
        raise InputError("damaged_landmarks", text, file=path) from error
    arrays.setdefault("background", np.full((arrays["time_s"].size, N_BACKGROUND), np.nan))
    arrays.setdefault("tags", np.full((arrays["time_s"].size, *TAGS), np.nan, np.float32))
    arrays.setdefault("touched", np.zeros(arrays["time_s"].size, np.uint8))
    for name in (*_ARRAYS, *_LATER):
        if arrays[name].dtype.kind not in "iuf":
            text = "{file}: {name}: expected numbers, got {found}"
            raise InputError("landmark_numbers", text, file=path, name=name, found=arrays[name].dtype)
    n = arrays["time_s"].size
    shapes: dict[str, tuple[int, ...]] = {"time_s": (n,), "people": (n,), "subject": (n,)}
    shapes |= {
        "image_xy": (n, 33, 2),
        "world_xyz": (n, 33, 3),
        "visibility": (n, 33),
        "size_wh": (n, 2),
        "background": (n, N_BACKGROUND),
        "tags": (n, *TAGS),
        "touched": (n,),
    }
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            text = "{file}: {name}: expected shape {expected}, got {found}"
            raise InputError("landmark_shape", text, file=path, name=name, expected=shape, found=arrays[name].shape)
    return PoseTrack(
        arrays["time_s"].astype(np.float64),
        arrays["image_xy"].astype(np.float64),
        arrays["world_xyz"].astype(np.float64),
        arrays["visibility"].astype(np.float64),
        arrays["people"].astype(np.int16),
        arrays["subject"].astype(np.int16),
        arrays["size_wh"].astype(np.int32),
        about,
        arrays["background"].astype(np.float64),
        arrays["tags"].astype(np.float32),
        arrays["touched"].astype(np.uint8),
    )


class RecordedEstimator:
    """Replay a track: the pose recorded nearest to a frame's time."""

    def __init__(self, track: PoseTrack) -> None:
        self._track = track

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the recorded pose of this moment, or None where nobody was found."""
        times = self._track.time_s
        if not len(times):
            return None
        i = int(np.clip(np.searchsorted(times, frame.time_s), 0, len(times) - 1))
        if i > 0 and frame.time_s - times[i - 1] < times[i] - frame.time_s:
            i -= 1
        return self._track.pose(i)

    def close(self) -> None:
        """Do nothing: there is no model to free."""
