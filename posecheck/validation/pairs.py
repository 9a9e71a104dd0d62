"""Which results are compared with which reference: one pair, or the rows of a manifest."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posecheck.core.errors import InputError
from posecheck.core.outside.files import Most, open_regular

COLUMNS = ("results", "truth", "person", "offset")
"""Columns of a manifest; the first two must be there."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Name one recording's results and its reference.

    Attributes:
        results: A folder that `posecheck check` wrote.
        truth: The reference's file.
        person: Whose recording it is.
        offset_s: What to add to the reference's times; None finds it.
        where: The manifest's row, for messages; empty without one.
    """

    results: Path
    truth: Path
    person: str = "1"
    offset_s: float | None = None
    where: str = ""


def read_pairs(path: Path) -> list[Pair]:
    """Read a manifest: a CSV with the columns results, truth and, where wanted, person and offset.

    Args:
        path: The manifest; paths in it are relative to its folder. A row without a person is a person of its own.

    Raises:
        InputError: It cannot be read or is wrong; the message names the row and the column.
    """
    try:
        with io.TextIOWrapper(open_regular(path, Most.MANIFEST), encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, skipinitialspace=True)
            columns = [str(name).strip() for name in reader.fieldnames or ()]
            reader.fieldnames = columns
            if not {"results", "truth"} <= set(columns) or set(columns) - set(COLUMNS):
                text = "{file}: expected the columns {known} (results and truth are needed), found {found}"
                found = ", ".join(columns) or "none"
                raise InputError("columns", text, file=path, known=", ".join(COLUMNS), found=found)
            rows = [(number, row) for number, row in enumerate(reader, start=2) if any(map(_text, row.values()))]
    except OSError as error:
        text, why = "{file}: expected a manifest (.csv), found {why}", str(error.strerror).lower()
        raise InputError("unreadable", text, file=path, why=why) from error
    except (UnicodeDecodeError, csv.Error) as error:
        text = "{file}: expected a manifest in CSV (UTF-8), found something else"
        raise InputError("not_csv", text, file=path) from error
    if not rows:
        raise InputError("no_rows", "{file}: expected a row for each recording, found none", file=path)
    return [_pair(path, number, row) for number, row in rows]


def _text(cell: object) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _pair(path: Path, number: int, row: Mapping[str | None, object]) -> Pair:
    where = f"{path}: row {number}"
    if None in row:
        raise InputError("cells", "expected a cell for each column, found more").within(where)
    cells = {name: _text(row.get(name)) for name in COLUMNS}
    for name in ("results", "truth"):
        if not cells[name]:
            raise InputError("no_path", "{name}: expected a path, found nothing", name=name).within(where)
    offset = None
    if cells["offset"]:
        try:
            offset = float(cells["offset"])
        except ValueError:
            offset = float("nan")
        if not np.isfinite(offset):
            text = "offset: expected seconds, got {got}"
            raise InputError("offset", text, got=repr(cells["offset"])).within(where)
    folder = path.parent
    person = cells["person"] or f"row {number}"
    return Pair(folder / cells["results"], folder / cells["truth"], person, offset, where)
