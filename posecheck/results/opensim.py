"""Files for the field: markers (.trc) and angles (.mot) as OpenSim reads them, and a Parquet table.

Markers. OpenSim's ground has X forward, Y up, Z to the right. A camera does not know which way a person faces, so
X points at the camera: (X, Y, Z) = (-z, -y, -x) of the pose's world landmarks (x to the image's right, y down, z
away from the camera), a proper rotation, forward and right for someone who faces the camera. The origin stays
between the hips, so neither steps nor the floor are in it. A .trc has one rate: frames are resampled on a grid of
the usual rate by straight lines between neighbours; across a gap of more than MAX_GAP_S, or where nobody is seen,
the cells are left empty, which is how the format says that a marker is missing. Time counts from the first frame.

Angles. Signs and names are those of posecheck.kinematics.angles, not the coordinates of an OpenSim model. A .mot holds
numbers only, so an angle judged in less than MIN_SHARE of the frames is left out, and so is each frame in which
one of the rest is missing; nothing is filled in. Ratios are left out: the header's inDegrees is for all columns.
"""

import io
from pathlib import Path

import numpy as np

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.summary import MIN_SHARE
from posecheck.core.arrays import Floats
from posecheck.core.errors import InputError
from posecheck.core.files import write_whole
from posecheck.core.landmarks import Landmark
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES

MAX_GAP_S = 0.2
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
SNAP = 1e-3
"""A grid time this near to a frame, as a share of the step, is that frame."""


def write_trc(path: Path, track: PoseTrack) -> None:
    """Write the main subject's 33 landmarks in metres at one rate; see above for axes, origin and gaps.

    Raises InputError for fewer than two frames, OutputError when the file cannot be written.
    """
    if len(track) < 2:
        raise InputError(f"{path}: expected at least two frames for a .trc, got {len(track)}")
    main = track.of_subject(track.main_subject())
    rate = round(float(1 / np.median(np.diff(main.time_s))), 3)
    times, xyz = _even(main.time_s - main.time_s[0], main.world_xyz, rate)
    ground = -xyz[:, :, ::-1]
    names = [landmark.name.lower() for landmark in Landmark]
    counts = (f"{rate:g}", f"{rate:g}", len(times), len(names), "m", f"{rate:g}", 1, len(times))
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{_plain(path.name)}",
        "\t".join(TRC_KEYS),
        "\t".join(str(count) for count in counts),
        "Frame#\tTime\t" + "".join(f"{name}\t\t\t" for name in names),
        "\t\t" + "".join(f"X{k}\tY{k}\tZ{k}\t" for k in range(1, len(names) + 1)),
        "",
    ]
    for k, (time_s, row) in enumerate(zip(times.tolist(), ground.reshape(len(times), -1).tolist(), strict=True), 1):
        # A tab ends every cell, the last as well: OpenSim writes it so, and counts an empty last cell only then.
        lines.append(f"{k}\t{time_s:.6f}\t" + "".join("\t" if v != v else f"{v:.5f}\t" for v in row))
    write_whole(path, ("\n".join(lines) + "\n").encode())


def _even(time_s: Floats, xyz: Floats, rate: float) -> tuple[Floats, Floats]:
    """Return (m,) even times from 0 and (m, 33, 3) positions between the frames on either side, NaN in gaps."""
    times = np.arange(int(np.floor(time_s[-1] * rate + SNAP)) + 1) / rate
    after = np.clip(np.searchsorted(time_s, times), 1, len(time_s) - 1)
    before = after - 1
    step = time_s[after] - time_s[before]
    share = np.clip((times - time_s[before]) / step, 0.0, 1.0)
    near = share < SNAP, share > 1 - SNAP
    between = xyz[before] + (xyz[after] - xyz[before]) * share[:, None, None]
    between[step > MAX_GAP_S] = np.nan
    between[near[0]], between[near[1]] = xyz[before][near[0]], xyz[after][near[1]]
    return times, between


def write_mot(path: Path, analysis: Analysis) -> None:
    """Write the judged angles in degrees; see above for what is left out.

    Raises InputError when no angle was judged throughout, OutputError when the file cannot be written.
    """
    readings = analysis.judged.readings
    known = np.isfinite(readings.value)
    share = known[analysis.track.found].mean(axis=0) if analysis.track.found.any() else np.zeros(len(ANGLES))
    columns = [i for i, row in enumerate(ANGLES) if row.unit == "deg" and share[i] >= MIN_SHARE]
    rows = np.flatnonzero(known[:, columns].all(axis=1)) if columns else np.zeros(0, np.intp)
    if not len(rows):
        raise InputError(f"{path}: expected an angle judged in {MIN_SHARE:.0%} of the frames, found none")
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
