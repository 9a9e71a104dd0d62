"""C3D files of motion capture: markers, and the angles that a laboratory's model computed from them.

A model's angles stand among the points, three to each (Vicon: `LThoraxAngles`). Every point is therefore offered both
as a marker and as the columns `NAME.X`, `NAME.Y`, `NAME.Z`. Z points up, as laboratories do; `--up` says otherwise.
"""

import struct
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.errors import InputError
from posecheck.validation.truth.reference import Reference

BROKEN = (
    ValueError,
    LookupError,
    AttributeError,
    NameError,
    TypeError,
    AssertionError,
    struct.error,
    EOFError,
    ArithmeticError,
    MemoryError,
)
"""What c3d raises for files that are damaged, or none; it has no error of its own."""


def read(path: Path) -> Reference:
    """Read the points of a C3D file; a point that was not seen is NaN.

    Raises:
        InputError: It is no C3D file, or holds no points.
    """
    import c3d

    with path.open("rb") as file, warnings.catch_warnings():
        # It warns of files without analog channels, which is what a marker export is.
        warnings.simplefilter("ignore")
        try:
            reader = c3d.Reader(file)
            names = _names(reader)
            rate, first = float(reader.point_rate), int(reader.first_frame)
            points = _points(reader, len(names))
        except BROKEN as error:
            raise InputError("not_c3d", "{file}: expected a C3D file, found something else", file=path) from error
    if not names or not len(points) or not 0 < rate < 1e5:
        text = "{file}: expected a C3D file with points over time, found {n} points in {frames} frames at {rate} Hz"
        raise InputError("no_points", text, file=path, n=len(names), frames=len(points), rate=f"{rate:g}")
    # Two points may share a name: the first one counts.
    markers = {name: points[:, names.index(name)] for name in names if name}
    columns = {f"{name}.{axis}": xyz[:, k] for name, xyz in markers.items() for k, axis in enumerate("XYZ")}
    return Reference(path, columns, (first - 1 + np.arange(len(points))) / rate, markers=markers, up="z")


def _names(reader: Any) -> list[str]:
    """Return the points' names; after 255 of them the format goes on in another parameter."""
    found = [reader.get(f"POINT:LABELS{part}") for part in ("", "2", "3", "4")]
    held = [str(name).strip() for one in found if one is not None for name in one.string_array]
    return held[: int(reader.point_used)]


def _points(reader: Any, count: int) -> Floats:
    """Return (n, count, 3) positions, NaN where the residual says that the point was not seen."""
    frames = []
    for _, points, _ in reader.read_frames(copy=True):
        xyz = points[:count, :3].astype(np.float64)
        xyz[points[:count, 3] < 0] = np.nan
        frames.append(xyz)
    return np.array(frames, np.float64).reshape(len(frames), count, 3)
