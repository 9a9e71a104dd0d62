"""A recording's saved results: the angles of angles.csv with their errors, the summary and the stretch's limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.errors import InputError, PosecheckError
from posecheck.core.outside.files import require_regular
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import Changes
from posecheck.results.summary_file import SummaryFile
from posecheck.stretches.library import find_stretch
from posecheck.stretches.sides import parted, whole_key
from posecheck.stretches.stretch import Stretch
from posecheck.validation.truth.tables import read_columns

NAME = "angles.csv"


@dataclass(frozen=True, slots=True)
class Measured:
    """Hold what posecheck measured in one recording, n frames and k angles.

    Attributes:
        folder: The folder of results.
        time_s: (n,) seconds of the recording.
        value: (n, k) in the order of ANGLES, NaN where not judged.
        error: (n, k) stated errors.
        reason: (n, k) why an angle was not judged, as UnjudgedReason; None where the folder does not tell.
        summary: The summary.
        stretch: The stretch with the limits it was judged by; None where its file is gone.
    """

    folder: Path
    time_s: Floats
    value: Floats
    error: Floats
    reason: NDArray[np.uint8] | None
    summary: SummaryFile
    stretch: Stretch | None


def read_measured(folder: Path) -> Measured:
    """Read a folder that `posecheck check` wrote.

    Raises:
        InputError: angles.csv or summary.json is missing or wrong; the message names the file and the column.
    """
    summary = SummaryFile.load(folder)
    path = folder / NAME
    try:
        require_regular(path)
        columns = read_columns(path)
    except FileNotFoundError as error:
        text = "{folder}: expected a folder with results of `posecheck check`, found no {file}"
        raise InputError("no_angles_csv", text, folder=folder, file=NAME) from error
    except (OSError, UnicodeDecodeError) as error:
        text = "{file}: expected a table written by posecheck, found something else"
        raise InputError("not_ours", text, file=path) from error
    time_s = columns.get("time_s")
    if time_s is None or len(time_s) < 2 or not (np.diff(time_s) > 0).all():
        text = "{file}: time_s: expected at least two times that grow, found something else"
        raise InputError("times_fall", text, file=path)
    if not any(row.column in columns for row in ANGLES):
        raise InputError("no_angles", "{file}: expected columns such as {name}", file=path, name=ANGLES[0].column)
    blank = np.full(len(time_s), np.nan)
    value, stated = (
        np.stack([columns.get(name, blank) for name in names], axis=1)
        for names in ([row.column for row in ANGLES], [row.error_column for row in ANGLES])
    )
    stated = np.where(np.isfinite(value), stated, np.nan)
    return Measured(folder, time_s, value, stated, _reasons(folder, value), summary, _stretch(summary))


def _reasons(folder: Path, value: Floats) -> NDArray[np.uint8] | None:
    """Return why angles were not judged, by judging the saved landmarks again; None where that is another judgement."""
    if not (folder / "landmarks.npz").is_file():
        return None
    try:
        readings = rejudge(folder, Changes()).analysis.judged.readings
    except PosecheckError:
        return None
    if readings.value.shape != value.shape:
        return None
    same = np.isfinite(readings.value) == np.isfinite(value)
    return np.asarray(readings.reason) if same.all() else None


def _stretch(summary: SummaryFile) -> Stretch | None:
    """Return the stretch with the limits that the summary says it was judged by."""
    try:
        stretch = find_stretch(summary.settings.stretch or summary.stretch.id).for_age(summary.settings.age)
    except PosecheckError:
        return None
    limits = {peak.key: peak for peak in summary.peaks}
    for key in limits:
        if whole_key(key) != key:
            stretch = parted(stretch, whole_key(key))
    changed = [
        item.model_copy(update={"caution": limits[item.key].caution, "stop": limits[item.key].stop})
        if item.key in limits
        else item
        for item in stretch.ranges
    ]
    return stretch.model_copy(update={"ranges": tuple(changed)})


def told_reason(measured: Measured, angle: str, rows: Sequence[int] | NDArray[np.intp]) -> dict[str, int]:
    """Return how many of some frames in which an angle was not judged have which reason, in lower case.

    Args:
        measured: The results.
        angle: The row of ANGLES.
        rows: The frames.
    """
    if measured.reason is None:
        named = next((one.reason for one in measured.summary.unjudged if one.angle == angle), "not_kept")
        return {named: len(rows)} if len(rows) else {}
    codes, counts = np.unique(measured.reason[rows, INDEX[angle]], return_counts=True)
    return {UnjudgedReason(code).name.lower(): int(n) for code, n in zip(codes.tolist(), counts, strict=True)}
