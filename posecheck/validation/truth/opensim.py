"""Files of OpenSim: motions and storages (.mot, .sto) with angles, markers (.trc) in space.

In both, Y points up. A motion is in degrees where its header says `inDegrees=yes`, and in radians otherwise.
"""

from pathlib import Path

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.errors import InputError
from posecheck.validation.truth.reference import Reference
from posecheck.validation.truth.tables import numbers_of, shown

MOST_HEAD = 200
"""Lines in which the header of a motion must end."""


def read_motion(path: Path) -> Reference:
    """Read a .mot or .sto: a header that ends with `endheader`, the names of the columns, then the rows.

    Raises:
        InputError: The header does not end, there is no column `time`, or a row has another number of cells.
    """
    with path.open(encoding="utf-8-sig", errors="strict") as file:
        lines = file.read().splitlines()
    end = next((i for i, line in enumerate(lines[:MOST_HEAD]) if line.strip().lower() == "endheader"), None)
    if end is None:
        text = "{file}: expected an OpenSim motion with a line `endheader`, found none"
        raise InputError("no_endheader", text, file=path)
    keys = dict(_pair(line) for line in lines[:end] if "=" in line)
    rest = [(number, line) for number, line in enumerate(lines[end + 1 :], start=end + 2) if line.strip()]
    names = rest[0][1].split() if rest else []
    if "time" not in [name.lower() for name in names]:
        raise InputError("no_time", "{file}: expected a column time, found {found}", file=path, found=shown(names))
    cells = []
    for number, line in rest[1:]:
        row = line.split()
        if len(row) != len(names):
            text = "{file}: line {line}: expected {columns} cells, found {found}"
            raise InputError("cells", text, file=path, line=number, columns=len(names), found=len(row))
        cells.append(row)
    held = {name: numbers_of([row[i] for row in cells]) for i, name in enumerate(names)}
    # Quaternions and vectors are cells of several numbers; they are no angles.
    columns = {name: values for name, values in held.items() if values is not None}
    clock = next((name for name in columns if name.lower() == "time"), None)
    if clock is None:
        raise InputError("no_time", "{file}: time: expected numbers, found something else", file=path)
    return Reference(path, columns, columns.pop(clock), radians=keys.get("indegrees", "no") != "yes")


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name.strip().lower(), value.strip().lower()


def read_markers(path: Path) -> Reference:
    """Read a .trc: markers in columns of three, separated by tabs.

    Raises:
        InputError: It is no .trc, or a row cannot be read; the message names the line.
    """
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    if len(lines) < 6 or not lines[0].startswith("PathFileType") or not lines[3].startswith("Frame#"):
        text = "{file}: expected a .trc: PathFileType in line 1, Frame# in line 4; found something else"
        raise InputError("not_trc", text, file=path)
    heads = lines[3].split("\t")[2:]
    names = {i: name.strip() for i, name in enumerate(heads) if name.strip()}
    if not names or any(i % 3 for i in names):
        text = "{file}: line 4: expected a marker's name above each three columns, found {found}"
        raise InputError("not_trc", text, file=path, found=shown(list(names.values())))
    width = 2 + max(names) + 3
    rows = []
    for number, line in enumerate(lines[5:], start=6):
        if not line.strip():
            continue
        values = numbers_of((line.rstrip("\n").split("\t") + [""] * width)[:width])
        if values is None or not np.isfinite(values[1]):
            text = "{file}: line {line}: expected a number, a time and the markers' positions, found {found}"
            raise InputError("cells", text, file=path, line=number, found=repr(line[:40]))
        rows.append(values)
    table: Floats = np.array(rows, np.float64).reshape(len(rows), width)
    markers = {name: table[:, 2 + i : 5 + i] for i, name in names.items()}
    return Reference(path, {}, table[:, 1], markers=markers, up="y")
