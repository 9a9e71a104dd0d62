"""Landmarks kept in a file (landmarks.npz), and the estimator that replays them without a model."""

import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.capture.pose.coding import encoder
from posecheck.core.errors import InputError
from posecheck.core.files import written_atomically
from posecheck.core.frame import Frame
from posecheck.core.memory.spooled import release
from posecheck.core.outside.arrays import DAMAGED, ArrayFile
from posecheck.core.outside.files import Most, open_regular
from posecheck.core.pose import Pose, PoseTrack, columns
from posecheck.core.reasons import ABSENT

FORMAT = 1
BLOCK = 4096
"""Number of frames written at a time."""

MOST_FRAMES = 400_000
"""More than three hours at 30 frames a second."""
MOST_ABOUT = 1 << 20
"""Most bytes of the facts about the origin."""
VALUES: dict[str, tuple[float, float, bool]] = {
    # Checked by _require_order, which says where they go back.
    "time_s": (-np.inf, np.inf, True),
    "image_xy": (-1e6, 1e6, True),
    "world_xyz": (-1e3, 1e3, True),
    "visibility": (-0.01, 1.01, True),
    "people": (0, 1000, False),
    "subject": (0, 32767, False),
    "size_wh": (0, 100_000, False),
    "background": (-1e6, 1e6, True),
    "tags": (-1e6, 1e6, True),
    "phone": (-1e6, 1e6, True),
    "belt_phone": (-1e6, 1e6, True),
    "code": (-127, 127, False),
    "touched": (0, 1, False),
    "shot": (0, 2**31 - 1, False),
    "piece": (0, 2**31 - 1, False),
    "left_out": (0, max(ABSENT), False),
}
"""The least and the greatest number of each array, and whether frames may lack it."""
ENCODER = "encoder"
"""The fact that says which encoder the body codes are from."""
MOST_TIME_S = 1e6
"""Latest time, eleven days after the beginning."""


def save_track(path: Path, track: PoseTrack) -> None:
    """Write a track to a file; an interrupted write leaves no file behind.

    Args:
        path: The file, usually landmarks.npz; an existing one is replaced.
        track: The landmarks; they are kept as float32, which is exact to 1/1000 pixel.
    """
    facts = track.about | ({ENCODER: encoder.load().version} if track.coded.any() else {})
    about = np.array([f"{key}={value}" for key, value in facts.items()], dtype=np.str_)
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

    What each array claims is checked before memory is taken for it, and what it holds before it is judged.

    Raises:
        InputError: The file is missing, damaged, or not a landmark file of posecheck; its message is one line.
    """
    try:
        with open_regular(path, Most.LANDMARKS) as file, ArrayFile(file) as held:
            found = int(held.array("format")) if "format" in held else None
            if found != FORMAT:
                text = "{file}: format: expected {expected}, got {found}"
                raise InputError("landmark_format", text, file=path, expected=FORMAT, found=found)
            about = dict(str(line).split("=", 1) for line in held.array("about", MOST_ABOUT))
            n = _checked_shapes(path, held)
            arrays: dict[str, Any] = {}
            for column in columns():
                if column.name in held:
                    array = held.array(column.name)
                    _require_values(path, column.name, array)
                    arrays[column.name] = array.astype(column.dtype)
    except (FileNotFoundError, IsADirectoryError) as error:
        text = "{file}: expected saved landmarks, found no such file"
        raise InputError("no_landmarks", text, file=path) from error
    except DAMAGED as error:
        text = "{file}: expected saved landmarks, found a file that holds none or is damaged"
        raise InputError("damaged_landmarks", text, file=path) from error
    for column in columns():
        if column.optional:
            arrays.setdefault(column.name, column.empty(n))
    _require_order(path, arrays["time_s"])
    _require_whole(path, arrays)
    if about.get(ENCODER) != encoder.load().version:
        # Another encoder's codes mean something else.
        arrays["code"] = np.zeros_like(arrays["code"])
    return PoseTrack(about=about, **arrays)


def _checked_shapes(path: Path, held: ArrayFile) -> int:
    """Return the number of frames; InputError where an array holds something else than numbers for each of them."""
    heads = {column.name: held.head(column.name) for column in columns() if column.name in held or not column.optional}
    for name, head in heads.items():
        if head.dtype.kind not in "iuf":
            text = "{file}: {name}: expected numbers, got {found}"
            raise InputError("landmark_numbers", text, file=path, name=name, found=head.dtype)
    n = math.prod(heads["time_s"].shape)
    # Columns with one number per frame are checked first, because their counts show most clearly what is wrong.
    for column in sorted(columns(), key=lambda column: column.shape != () or column.optional):
        shape, got = (n, *column.shape), heads[column.name].shape if column.name in heads else None
        if got is not None and got != shape:
            text = "{file}: {name}: expected shape {expected}, got {found}"
            raise InputError("landmark_shape", text, file=path, name=column.name, expected=shape, found=got)
    if n > MOST_FRAMES:
        text = "{file}: expected at most {most} frames, found {found}"
        raise InputError("landmark_frames", text, file=path, most=MOST_FRAMES, found=n)
    return n


def _require_values(path: Path, name: str, array: NDArray[Any]) -> None:
    """Raise InputError where a number is so large or small that nothing posecheck writes can hold it."""
    least, most, gaps = VALUES[name]
    rows = array.reshape(len(array), math.prod(array.shape[1:]))
    for first in range(0, len(rows), BLOCK):
        part = rows[first : first + BLOCK]
        good = (part >= least) & (part <= most)
        if gaps:
            good |= np.isnan(part)
        if not good.all():
            frame, place = np.argwhere(~good)[0]
            text = "{file}: {name}: expected numbers from {least} to {most}, found {found} in frame {frame}"
            values = {"least": f"{least:g}", "most": f"{most:g}", "found": f"{part[frame, place]:g}"}
            raise InputError("landmark_values", text, file=path, name=name, frame=first + int(frame) + 1, **values)


def _require_whole(path: Path, arrays: dict[str, Any]) -> None:
    """Raise InputError where a frame shows a person of whom a landmark is missing."""
    for first in range(0, len(arrays["time_s"]), BLOCK):
        part = slice(first, first + BLOCK)
        found = ~np.isnan(arrays["image_xy"][part, 0, 0])
        for name in ("image_xy", "world_xyz", "visibility"):
            flat = arrays[name][part].reshape(len(found), -1)
            lacking = found & np.isnan(flat).any(axis=1)
            if lacking.any():
                text = "{file}: {name}: expected every landmark of a frame or none, found some in frame {frame}"
                frame = first + int(np.argmax(lacking)) + 1
                raise InputError("landmark_gaps", text, file=path, name=name, frame=frame)


def _require_order(path: Path, time_s: NDArray[Any]) -> None:
    """Raise InputError where a frame has no time, or an earlier one than the frame before."""
    with np.errstate(invalid="ignore"):  # from infinite times
        good = (np.abs(time_s) <= MOST_TIME_S) & ~(np.diff(time_s, prepend=time_s[:1]) < 0)
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
