"""C3D, the file of motion capture laboratories: landmarks as points, and every angle with its stated error.

Points stand in millimetres with Z up, as laboratories do: (X, Y, Z) = (-z, x, -y) of the pose's world landmarks, a
proper rotation. X points at the camera, Y to the left of someone who faces it. The origin stays between the hips.

Angles stand among the points, as a laboratory's model writes its own: X is the angle, Y its stated error, Z is 0. The
lists POINT:ANGLES (degrees) and POINT:SCALARS (ratios) name them. Each is the reading of the nearest frame, because a
line between two readings would be one that nobody judged. A residual below 0 marks what was not seen or not judged.
The rate, and which frames are left out, are as in even_rate.py; the format counts every row, so a gap is written too.
"""

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from posecheck.assessment.analysis import Analysis
from posecheck.core.arrays import Bools, Floats
from posecheck.core.errors import InputError
from posecheck.core.files import write_whole
from posecheck.core.landmarks import Landmark
from posecheck.kinematics.angles import ANGLES
from posecheck.results.even_rate import EvenRate

if TYPE_CHECKING:
    from c3d import Writer

MOST_FRAMES = 65_534
"""From the next number on, programs disagree on how the format counts frames; 36 minutes at 30 a second."""
LISTED = 255
"""Most names in one list of the format."""
TO_MM = 1000.0


def write_c3d(path: Path, analysis: Analysis) -> None:
    """Write the main subject's landmarks, and all angles with their errors, at one rate.

    Raises:
        InputError: There are fewer than two frames with increasing times, or more rows than the format counts.
        OutputError: The file cannot be written.
    """
    from c3d import Writer

    even = EvenRate.of(path, analysis.track)
    rows = int(even.grid[-1]) + 1
    if rows > MOST_FRAMES:
        text = "{file}: expected a recording of at most {most} rows at its {rate} frames a second, got {rows}"
        raise InputError("too_many_rows", text, file=path, most=MOST_FRAMES, rate=f"{even.rate:g}", rows=rows)
    grid = np.arange(rows)
    points = np.concatenate([_landmarks(even.landmarks(grid)), _angles(analysis, even)], axis=1)
    writer = Writer(point_rate=even.rate, point_units="mm")
    _name(writer)
    none = np.zeros((0, 0))
    writer.add_frames([(frame, none) for frame in points])
    out = io.BytesIO()
    with warnings.catch_warnings():
        # It warns of a file without analog channels, which is what this is.
        warnings.filterwarnings("ignore", message="No analog data")
        writer.write(out)
    write_whole(path, out.getvalue())


def _landmarks(xyz: Floats) -> Floats:
    """Return (m, 33, 5) rows of the format for world landmarks (m, 33, 3)."""
    return _rows(np.stack([-xyz[..., 2], xyz[..., 0], -xyz[..., 1]], axis=-1) * TO_MM)


def _angles(analysis: Analysis, even: EvenRate) -> Floats:
    """Return (m, len(ANGLES), 5) rows of the format: reading and stated error of the nearest frame."""
    readings = analysis.judged.readings
    frames, near = even.nearest(np.arange(int(even.grid[-1]) + 1))
    value, error = readings.value[frames], readings.error[frames]
    value[~near] = np.nan
    return _rows(np.stack([value, error, np.zeros_like(value)], axis=-1))


def _rows(xyz: Floats) -> Floats:
    """Return (m, p, 5) positions, residual and cameras; a point with a NaN has residual -1, and stands at 0."""
    out = np.zeros((*xyz.shape[:2], 5))
    seen: Bools = np.asarray(np.isfinite(xyz).all(axis=2))
    out[..., :3] = np.where(seen[..., None], xyz, 0.0)
    out[~seen, 3] = -1.0
    return out


def _name(writer: "Writer") -> None:
    names = [*(landmark.name.lower() for landmark in Landmark), *(row.name for row in ANGLES)]
    writer.set_point_labels(names[:LISTED])
    for group, unit, words in (("ANGLES", "deg", "Angles"), ("SCALARS", "ratio", "Ratios")):
        _list(writer, group, f"{words}: X value, Y stated error.", [r.name for r in ANGLES if r.unit == unit])
    _list(writer, "ANGLE_UNITS", "Unit of the angles.", ["deg"])
    # Which axes of the room are the picture's: X to the right as the camera sees it, Y up.
    writer.set_screen_axis("+Y", "+Z")


def _list(writer: "Writer", name: str, words: str, texts: Sequence[str]) -> None:
    text, size = writer.pack_labels(texts)
    writer.point_group.add_str(name, words, text, size, len(texts))
