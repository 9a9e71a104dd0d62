"""Tables in CSV: one column for the time or the number of the repetition, one for each angle.

Commas, semicolons and tabs separate; where commas do not, they may be decimal marks, as a German spreadsheet writes.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.errors import InputError
from posecheck.validation.truth.reference import Reference

TIMES = {"time_s": 1.0, "time": 1.0, "t": 1.0, "seconds": 1.0, "time_ms": 1e-3, "zeit_s": 1.0, "zeit": 1.0}
"""Columns that hold the time, in lower case, and the seconds in one of their units."""
REPETITIONS = ("repetition", "rep", "wiederholung")
"""Columns that hold the number of a repetition, counted from 1."""


def read(path: Path) -> Reference:
    """Read a table over time, or one with a row for each repetition.

    Raises:
        InputError: There is no column for time or repetition, or a row is wrong; the message names it.
    """
    columns = read_columns(path)
    lower = {name.casefold(): name for name in columns}
    clock = next((name for name in TIMES if name in lower), None)
    counted = next((name for name in REPETITIONS if name in lower), None)
    if clock is None and counted is None:
        text = "{file}: expected a column {times} or {repetitions}, found {found}"
        known = {"times": " or ".join(TIMES), "repetitions": " or ".join(REPETITIONS)}
        raise InputError("no_clock", text, file=path, found=shown(columns), **known)
    name = lower[clock or counted or ""]
    values = columns.pop(name)
    missing = np.flatnonzero(~np.isfinite(values))
    if len(missing):
        text = "{file}: row {row}: {column}: expected a number, found none"
        raise InputError("no_time", text, file=path, row=int(missing[0]) + 2, column=name)
    if clock is not None:
        return Reference(path, columns, values * TIMES[clock])
    wrong = np.flatnonzero((values < 1) | (values != np.round(values)))
    if len(wrong) or len(np.unique(values)) < len(values):
        row = int(wrong[0]) if len(wrong) else _twice(values)
        text = "{file}: row {row}: {column}: expected the number of a repetition, each once from 1, got {got}"
        raise InputError("repetition", text, file=path, row=row + 2, column=name, got=f"{values[row]:g}")
    return Reference(path, columns, None, values)


def _twice(values: Floats) -> int:
    """Return the first row whose number stood before."""
    return next(i for i in range(len(values)) if values[i] in values[:i])


def read_columns(path: Path) -> dict[str, Floats]:
    """Read the columns of a CSV that hold numbers.

    Args:
        path: The file, UTF-8, its first row the names.

    Returns:
        (n,) numbers by column in the order of the file, NaN for an empty cell. A column with other text is left out.

    Raises:
        InputError: It is no table, or a row has more cells than there are columns.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.readline()
        mark = max(",;\t", key=head.count)
        file.seek(0)
        try:
            rows = _rows(path, csv.reader(file, delimiter=mark, skipinitialspace=True))
            names = next(rows, [])
            cells = [row for row in rows if any(cell.strip() for cell in row)]
        except csv.Error as error:
            raise InputError("not_csv", "{file}: expected a table in CSV: {why}", file=path, why=error) from error
    names = [name.strip() for name in names]
    if len(names) < 2 or not all(names) or len(set(names)) < len(names):
        text = "{file}: expected a first row with a different name for each column, found {found}"
        raise InputError("columns", text, file=path, found=shown(names))
    out = {}
    for i, name in enumerate(names):
        numbers = numbers_of([row[i] for row in cells], comma=mark != ",")
        if numbers is not None:
            out[name] = numbers
    return out


def _rows(path: Path, rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield rows as long as the first; a missing end is empty."""
    width = None
    for number, row in enumerate(rows, start=1):
        width = len(row) if width is None else width
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            text = "{file}: row {row}: expected {columns} cells, found {found}"
            raise InputError("cells", text, file=path, row=number, columns=width, found=len(row))
        yield row[:width] + [""] * (width - len(row))


def numbers_of(cells: list[str], *, comma: bool = False) -> Floats | None:
    """Return cells as numbers, NaN where one is empty; None where one is something else.

    Args:
        cells: The texts.
        comma: Whether a comma is a decimal mark.
    """
    try:
        if comma:
            cells = [cell.replace(",", ".") for cell in cells]
        return np.array([float(cell) if cell.strip() else np.nan for cell in cells], np.float64)
    except ValueError:
        return None


def shown(names: object, most: int = 12) -> str:
    """Return the names of columns or markers for a message, no more of them than fit into a line."""
    held = [str(name) for name in names] if isinstance(names, list | dict | tuple) else [str(names)]
    # A name may hold anything, also what would end the line.
    plain = ["".join(c if c.isprintable() else "?" for c in name)[:40] for name in held]
    if not plain:
        return "none"
    return ", ".join(plain[:most]) + (f" and {len(plain) - most} more" if len(plain) > most else "")
