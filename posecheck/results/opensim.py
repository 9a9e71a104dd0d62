"""Files for the field: markers (.trc) and angles (.mot) as OpenSim reads them, and a Parquet table.

Markers. OpenSim's ground has X forward, Y up, Z to the right. A camera does not know which way a person faces, so
X points at the camera: (X, Y, Z) = (-z, -y, -x) of the pose's world landmarks (x to the image's right, y down, z
away from the camera), a proper rotation, forward and right for someone who faces the camera. The origin stays
between the hips, so neither steps nor the floor are in it. A .trc has one rate, see even_rate.py; the cells of a marker
that is not seen are left empty, which is how the format says that it is missing. Time counts from the first frame. A
frame whose time is missing, or not later than those before it, is left out of both formats.

Angles. Signs and names are those of posecheck.kinematics.angles, not the coordinates of an OpenSim model. A .mot holds
numbers only, so an angle judged in less than MIN_SHARE of the frames is left out, and so is each frame in which
one of the rest is missing; nothing is filled in. Ratios are left out: the header's inDegrees is for all columns.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.summary import MIN_SHARE
from posecheck.core.errors import InputError
from posecheck.core.files import write_whole, written_atomically
from posecheck.core.landmarks import Landmark
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES
from posecheck.results.even_rate import EvenRate, increasing

BLOCK = 1024
"""Rows written at a time."""
TRC_KEYS = (
    "DataRate",
    "CameraRate",
    "NumFrames",
    "NumMarkers",
    "Units",
    "OrigDataRate",
    "OrigDataStartFrame",
    "OrigNumFrames",
)


def write_trc(path: Path, track: PoseTrack) -> None:
    """Write the main subject's 33 landmarks in metres at one rate; see above for axes, origin and gaps.

    Raises:
        InputError: There are fewer than two frames with increasing times, or the times are those of no recording.
        OutputError: The file cannot be written.
    """
    even = EvenRate.of(path, track)
    rate, grid = even.rate, even.grid
    names = [landmark.name.lower() for landmark in Landmark]
    counts = (f"{rate:g}", f"{rate:g}", len(grid), len(names), "m", f"{rate:g}", 1, len(grid))
    head = [
        f"PathFileType\t4\t(X/Y/Z)\t{_plain(path.name)}",
        "\t".join(TRC_KEYS),
        "\t".join(str(count) for count in counts),
        "Frame#\tTime\t" + "".join(f"{name}\t\t\t" for name in names),
        "\t\t" + "".join(f"X{k}\tY{k}\tZ{k}\t" for k in range(1, len(names) + 1)),
        "",
    ]
    with written_atomically(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in head)
        for first in range(0, len(grid), BLOCK):
            file.writelines(_rows(even, grid[first : first + BLOCK]))


def _rows(even: EvenRate, grid: NDArray[np.int64]) -> Iterator[str]:
    """Yield the lines of some of the grid's times."""
    times, xyz = grid / even.rate, even.landmarks(grid)
    ground = -xyz[:, :, ::-1]
    for k, at_s, row in zip(grid.tolist(), times.tolist(), ground.reshape(len(times), -1).tolist(), strict=True):
        # A tab ends every cell, the last as well: OpenSim writes it so, and counts an empty last cell only then.
        yield f"{k + 1}\t{at_s:.6f}\t" + "".join("\t" if v != v else f"{v:.5f}\t" for v in row) + "\n"


def write_mot(path: Path, analysis: Analysis) -> None:
    """Write the judged angles in degrees; see above for what is left out.

    Raises InputError when no angle was judged throughout, OutputError when the file cannot be written.
    """
    readings = analysis.judged.readings
    known = np.isfinite(readings.value)
    share = known[analysis.track.found].mean(axis=0) if analysis.track.found.any() else np.zeros(len(ANGLES))
    columns = [i for i, row in enumerate(ANGLES) if row.unit == "deg" and share[i] >= MIN_SHARE]
    usable = known[:, columns].all(axis=1) & increasing(readings.time_s)
    rows = np.flatnonzero(usable) if columns else np.zeros(0, np.intp)
    if not len(rows):
        text = "{file}: expected an angle judged in {share} of the frames, found none"
        raise InputError("nothing_judged", text, file=path, share=f"{MIN_SHARE:.0%}")
    lines = [
        _plain(path.stem),
        "version=1",
        f"nRows={len(rows)}",
        f"nColumns={1 + len(columns)}",
        "inDegrees=yes",
        "",
        "Units are S.I. units (second, meters, Newtons, ...)",
        "Angles are in degrees.",
        "",
        "endheader",
        "\t".join(["time", *(ANGLES[i].name for i in columns)]),
    ]
    for i in rows.tolist():
        cells = (f"{value:.4f}" for value in readings.value[i, columns].tolist())
        lines.append("\t".join([f"{readings.time_s[i]:.6f}", *cells]))
    write_whole(path, ("\n".join(lines) + "\n").encode())


def write_parquet(path: Path, analysis: Analysis) -> None:
    """Write the columns of angles.csv, unrounded; null where an angle could not be judged."""
    import pyarrow  # type: ignore[import-untyped]
    from pyarrow import parquet

    readings = analysis.judged.readings
    columns = {"time_s": readings.time_s}
    for i, row in enumerate(ANGLES):
        columns[row.column] = readings.value[:, i]
        columns[row.error_column] = readings.error[:, i]
    arrays = {name: pyarrow.array(column, from_pandas=True) for name, column in columns.items()}
    out = io.BytesIO()
    parquet.write_table(pyarrow.table(arrays), out)
    write_whole(path, out.getvalue())


def _plain(name: str) -> str:
    """Return a file's name without what would end a cell or a line of a header."""
    return "".join(c if c.isprintable() else "_" for c in name).encode(errors="replace").decode()
