"""Reference files by the ending of their name."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from posecheck.core.errors import InputError
from posecheck.core.outside.files import require_regular
from posecheck.validation.truth import c3d_file, opensim, rendered, tables
from posecheck.validation.truth.reference import Reference

MOST_BYTES = 500_000_000
"""More than an hour of motion capture comes to; a larger file is refused before it fills the memory."""
READERS: dict[str, Callable[[Path], Reference]] = {
    ".c3d": c3d_file.read,
    ".mot": opensim.read_motion,
    ".sto": opensim.read_motion,
    ".trc": opensim.read_markers,
    ".csv": tables.read,
    ".json": rendered.read,
}
"""The reader of each ending."""


def checked(reference: Reference) -> Reference:
    """Return a reference whose rows and times are fit for use.

    Raises:
        InputError: There are fewer than two rows, or the times do not grow; the message names the row.
    """
    if len(reference) < (1 if reference.time_s is None else 2):
        text = "{file}: expected rows of a measurement, found {n}"
        raise InputError("no_rows", text, file=reference.path, n=len(reference))
    if reference.time_s is not None:
        steps = np.diff(reference.time_s)
        wrong = np.flatnonzero(~(steps > 0))
        if len(wrong) or not np.isfinite(reference.time_s).all():
            at = int(wrong[0]) + 1 if len(wrong) else 0
            text = "{file}: measurement {n}: expected times that grow, found {got} after {before}"
            values = {"got": f"{reference.time_s[at]:g}", "before": f"{reference.time_s[at - 1]:g}"}
            raise InputError("times_fall", text, file=reference.path, n=at + 1, **values)
    return reference


def read_reference(path: Path) -> Reference:
    """Read a reference measurement by the ending of its name.

    Args:
        path: A .c3d, .mot, .sto, .trc or .csv file, or the .truth.json of a rendered clip.

    Raises:
        InputError: The file is missing, too large, of another kind, or broken; one line says where.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        text = "{file}: expected a name that ends in {known}, got {got}"
        known, got = ", ".join(READERS), repr(path.suffix or "no ending")
        raise InputError("truth_ending", text, file=path, known=known, got=got)
    try:
        size = require_regular(path).st_size
        if size > MOST_BYTES:
            text = "{file}: expected at most {most} MB, found {got} MB"
            raise InputError("truth_size", text, file=path, most=MOST_BYTES // 10**6, got=size // 10**6)
        return checked(reader(path))
    except UnicodeDecodeError as error:
        raise InputError("not_text", "{file}: expected text in UTF-8, found something else", file=path) from error
    except OSError as error:
        text, why = "{file}: expected a file that can be read, got: {why}", str(error.strerror or error).lower()
        raise InputError("unreadable", text, file=path, why=why) from error
