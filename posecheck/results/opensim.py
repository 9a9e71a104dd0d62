"""Files for the field: markers (.trc) and angles (.mot) as OpenSim reads them, and a Parquet table.

Markers. OpenSim's ground has X forward, Y up, Z to the right. A camera does not know which way a person faces, so
X points at the camera: (X, Y, Z) = (-z, -y, -x) of the pose's world landmarks (x to the image's right, y down, z
away from the camera), a proper rotation, forward and right for someone who faces the camera. The origin stays
between the hips, so neither steps nor the floor are in it. A .trc has one rate: that of the usual step between frames.
Frames are resampled on a grid of this rate by straight lines between neighbours; across a gap of more than MAX_GAP_S,
or where nobody is seen, the cells are left empty, which is how the format says that a marker is missing. The rows of a
gap of more than LEFT_OUT_S are left out; numbers and times of the rows after it count it all the same. Time counts from
the first frame. A frame whose time is missing, or not later than those before it, is left out of both formats.

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
from posecheck.capture.video.clock import MIN_STEP_S
from posecheck.core.arrays import Bools, Floats
from posecheck.core.errors import InputError
from posecheck.core.files import write_whole, written_atomically
from posecheck.core.landmarks import Landmark
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES

MAX_GAP_S = 0.2
LEFT_OUT_S = 10.0
ROWS_A_FRAME, ROWS_MORE = 20, 10_000
"""Most rows of a .trc for each frame, and on top of that: times that need more belong to no recording."""
LAST_ROW = 2**53
"""From here on a float no longer tells one row's number from the next."""
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
SNAP = 1e-3
"""A grid time this near to a frame, as a share of the grid's step, is that frame."""
REPAIRED_S = 1.5 * MIN_STEP_S
"""A frame this soon after another one has a repeated time that was moved; it says nothing of the rate."""
COUNTING = 0.25
"""Least share of longer steps for this, as at most two times in a row are moved; a faster camera has none."""


def write_trc(path: Path, track: PoseTrack) -> None:
    """Write the main subject's 33 landmarks in metres at one rate; see above for axes, origin and gaps.

    Raises:
        InputError: There are fewer than two frames with increasing times, or the times are those of no recording.
        OutputError: The file cannot be written.
    """
    kept = np.flatnonzero(_increasing(track.time_s))
    if len(kept) < 2:
        text = "{file}: expected at least two frames at increasing times for a .trc, got {found} of {frames}"
        raise InputError("too_few_frames", text, file=path, found=len(kept), frames=len(track))
    subject = track.main_subject()
    time_s = track.time_s[kept] - track.time_s[kept[0]]
    rate = _rate(time_s)
    grid = _grid(path, time_s, rate)
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
            file.writelines(_rows(track, subject, kept, grid[first : first + BLOCK], rate))


def _increasing(time_s: Floats) -> Bools:
    """Return (n,) whether a frame has a time, and one later than those of all frames before it."""
    known = np.isfinite(time_s)
    latest = np.maximum.accumulate(np.where(known, time_s, -np.inf))
    return known & (latest > np.concatenate([[-np.inf], latest[:-1]]))


def _rate(time_s: Floats) -> float:
    """Return frames a second from the usual step between increasing times, to the six digits that the header holds."""
    longer = np.diff(time_s) > REPAIRED_S
    told = time_s[np.concatenate([[True], longer])] if longer.mean() >= COUNTING else time_s
    return float(f"{1 / np.median(np.diff(told)):.6g}")


def _grid(path: Path, time_s: Floats, rate: float) -> NDArray[np.int64]:
    """Return (m,) the numbers of the grid times from 0 on, without those inside gaps of more than LEFT_OUT_S."""
    at = time_s * rate
    last = np.floor(at + SNAP)
    first = np.where(np.diff(time_s) > LEFT_OUT_S, np.ceil(at[1:] - SNAP), last[:-1] + 1)
    counts = last[1:] - first + 1
    most = ROWS_A_FRAME * len(time_s) + ROWS_MORE
    if counts.sum() >= most or at[-1] >= LAST_ROW:
        text = (
            "{file}: time_s: expected times of a recording, which need at most {most} rows at its {rate} frames a "
            "second, got {frames} frames over {seconds} s"
        )
        frames, seconds = len(time_s), f"{time_s[-1]:.6g}"
        raise InputError("absurd_times", text, file=path, most=most, rate=f"{rate:g}", frames=frames, seconds=seconds)
    each = counts.astype(np.int64)
    within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
    return np.concatenate([np.zeros(1, np.int64), np.repeat(first.astype(np.int64), each) + within])


def _rows(
    track: PoseTrack, subject: int, kept: NDArray[np.intp], grid: NDArray[np.int64], rate: float
) -> Iterator[str]:
    """Yield the lines of some rows.

    Args:
        track: The landmarks.
        subject: The person whose landmarks are written.
        kept: (n,) the frames that are used.
        grid: (m,) the numbers of the grid times.
        rate: Grid times a second.
    """
    time_s, times = track.time_s[kept] - track.time_s[kept[0]], grid / rate
    after = np.clip(np.searchsorted(time_s, times), 1, len(kept) - 1)
    from_s, to_s = time_s[after - 1], time_s[after]
    share = np.clip((times - from_s) / (to_s - from_s), 0.0, 1.0)
    before, behind = (
        np.where((track.subject[i] == subject)[:, None, None], track.world_xyz[i], np.nan)
        for i in (kept[after - 1], kept[after])
    )
    xyz = before + (behind - before) * share[:, None, None]
    xyz[to_s - from_s > MAX_GAP_S] = np.nan
    for there, shown in ((from_s, before), (to_s, behind)):
        near = np.abs(times - there) * rate < SNAP
        xyz[near] = shown[near]
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
    usable = known[:, columns].all(axis=1) & _increasing(readings.time_s)
    rows = np.flatnonzero(usable) if columns else np.zeros(0, np.intp)
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
