"""One table over all recordings of a batch, as CSV and as Parquet."""

import csv
import io
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import parquet

from posecheck.batch.tasks import Row
from posecheck.core.files import write_whole
from posecheck.core.outside.cells import text_cell

COLUMNS = tuple(field.name for field in fields(Row))
TYPES = {
    **dict.fromkeys(("age", "frames", "stop_events", "caution_events", "repetitions"), pa.int64()),
    **dict.fromkeys(("duration_s", "found_share", "took_s"), pa.float64()),
}


def write_table(folder: Path, rows: Sequence[Row]) -> None:
    """Write recordings.csv and recordings.parquet; an unknown value is an empty cell, and in the first, text is quoted
    that a spreadsheet would run.

    Args:
        folder: The batch's folder.
        rows: A row for each recording that is done.

    Raises:
        OutputError: A file cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        cells = [getattr(row, name) for name in COLUMNS]
        writer.writerow(["" if cell is None else text_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    write_whole(folder / "recordings.csv", text.getvalue().encode("utf-8", errors="replace"))
    schema = pa.schema([(name, TYPES.get(name, pa.string())) for name in COLUMNS])
    columns = {name: [_plain(getattr(row, name)) for row in rows] for name in COLUMNS}
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.table(columns, schema=schema), sink)
    write_whole(folder / "recordings.parquet", sink.getvalue().to_pybytes())


def _plain(cell: object) -> object:
    """Return text that Parquet can store; a file's name may hold bytes that are not UTF-8."""
    return cell.encode("utf-8", errors="replace").decode("utf-8") if isinstance(cell, str) else cell
